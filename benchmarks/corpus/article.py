"""Build the article of a synthetic document sentence by sentence, with one segment per sentence.

Counts offsets and paragraphs and computes hashes; `documents` chooses the sentences.
"""

import hashlib
from typing import Any


class Article:
    """The text of an article so far, and its segments."""

    def __init__(self, document_id: str) -> None:
        self._document_id = document_id
        self._parts: list[str] = []
        self._end = 0
        self._paragraph = 0
        self.segments: list[dict[str, Any]] = []
        self._first_with: dict[str, int] = {}

    @property
    def text(self) -> str:
        """The whole article, with a line end at its end."""
        return "".join(self._parts) + "\n"

    def add(self, text: str, role: str, gloss: str | None, *, is_new: bool) -> int:
        """Add a sentence to a new paragraph or to the last one, and return the offset of its start.

        A sentence that occurred before, even by chance, is marked as a duplicate of the first one.
        """
        if self.segments:
            self._append("\n\n" if is_new else " ")
        self._paragraph += is_new
        start = self._end
        self._append(text)
        position = len(self.segments) + 1
        first = self._first_with.setdefault(text, position)
        self.segments.append(
            {
                "segment_id": self._segment_id(position),
                "document_id": self._document_id,
                "paragraph": self._paragraph,
                "position": position,
                "role": role,
                "start": start,
                "end": self._end,
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
                "gloss": gloss,
                "duplicate_of": self._segment_id(first) if first < position else None,
                "phenomena": [],
            }
        )
        return start

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._end += len(text)

    def _segment_id(self, position: int) -> str:
        return f"{self._document_id}-s{position:03d}"
