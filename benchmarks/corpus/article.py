"""The article of a synthetic document, sentence by sentence, and the segments that they are.

Owns offsets, paragraphs and hashes; what the sentences say is for `documents`.
"""

import hashlib
from typing import Any


class Article:
    """A text that grows; each sentence is a segment of it."""

    def __init__(self, document_id: str) -> None:
        self._document_id = document_id
        self._parts: list[str] = []
        self._end = 0
        self._paragraph = 0
        self.segments: list[dict[str, Any]] = []

    @property
    def text(self) -> str:
        """The whole article, ended by a line end."""
        return "".join(self._parts) + "\n"

    def add(
        self, text: str, role: str, gloss: str | None, *, is_new: bool, duplicate_of: int | None = None
    ) -> int:
        """Add a sentence, in a new paragraph or in the last one; the code point that it starts at."""
        if self.segments:
            self._append("\n\n" if is_new else " ")
        self._paragraph += is_new
        start = self._end
        self._append(text)
        position = len(self.segments) + 1
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
                "duplicate_of": self._segment_id(duplicate_of) if duplicate_of else None,
            }
        )
        return start

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._end += len(text)

    def _segment_id(self, position: int) -> str:
        return f"{self._document_id}-s{position:03d}"
