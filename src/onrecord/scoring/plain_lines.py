"""Predictions as most systems write them, one pattern a line: a million of them are a matter of seconds.

Owns what counts as plain: the known fields in their usual order, nothing escaped. A file that is not plain is
not wrong for that; `predictions` reads it with care and says what there is to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_STRING = rb'"([^"\\\x00-\x1f]+)"'
_LINE = (
    rb'\{"%s": ?' + _STRING + rb', ?"prediction": ?(?:' + _STRING + rb"|(true|false|null))"
    rb'(?:, ?"confidence": ?(0(?:\.[0-9]{1,18})?|1(?:\.0)?))?'
    rb'(?:, ?"dataset_version": ?' + _STRING + rb")?\}\n?"
)
_WORDS = {b"true": True, b"false": False, b"null": None}


class NotPlain(Exception):
    """A line of the file is written in some other way, or is not UTF-8."""


@dataclass(frozen=True, slots=True)
class PlainLine:
    """What one line says; the text of the answer as written, or the word that stands for it."""

    item_id: str
    answer: str | bool | None
    confidence: float | None
    version: str | None


def plain_lines(path: Path, key: str) -> Iterator[PlainLine]:
    """Each line of a file whose items are named by `key`. Raises NotPlain at the first one that is not."""
    match = re.compile(_LINE % re.escape(key.encode())).fullmatch
    with path.open("rb") as stream:
        for content in stream:
            found = match(content)
            if found is None:
                raise NotPlain
            item_id, text, word, confidence, version = found.groups()
            try:
                yield PlainLine(
                    item_id.decode(),
                    text.decode() if text is not None else _WORDS[word],
                    float(confidence) if confidence is not None else None,
                    version.decode() if version is not None else None,
                )
            except UnicodeDecodeError as error:
                raise NotPlain from error
