"""Predictions as most systems write them, one pattern a line: a million of them are a matter of seconds.

Owns what counts as plain: the known fields in their usual order, nothing escaped. A file that is not plain is
not wrong for that; `predictions` reads it with care and says what there is to say.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_STRING = rb'"([^"\\\x00-\x1f]+)"'
_LINE = (
    rb'^\{"%s": ?' + _STRING + rb', ?"prediction": ?(?:' + _STRING + rb"|(true|false|null))"
    rb'(?:, ?"confidence": ?(0(?:\.[0-9]{1,18})?|1(?:\.0)?))?'
    rb'(?:, ?"dataset_version": ?' + _STRING + rb")?\}$"
)
_WORDS = {b"true": True, b"false": False, b"null": None}
_AT_ONCE = 1 << 20
"""Bytes whose lines are matched together."""


class NotPlain(Exception):
    """A line of the file is written in some other way, or is not UTF-8."""


class PlainLine(NamedTuple):
    """What one line says; the text of the answer as written, or the word that stands for it."""

    item_id: str
    answer: str | bool | None
    confidence: float | None
    version: str | None


def plain_lines(path: Path, key: str) -> Iterator[PlainLine]:
    """Each line of a file whose items are named by `key`. Raises NotPlain near the first one that is not."""
    find = re.compile(_LINE % re.escape(key.encode()), re.MULTILINE).findall
    with path.open("rb") as stream:
        while content := stream.read(_AT_ONCE):
            content += stream.readline()
            found = find(content)
            # Nothing that the pattern takes reaches beyond its line.
            if len(found) != content.count(b"\n") + (not content.endswith(b"\n")):
                raise NotPlain
            try:
                for item_id, text, word, confidence, version in found:
                    yield PlainLine(
                        item_id.decode(),
                        text.decode() if text else _WORDS[word],
                        float(confidence) if confidence else None,
                        version.decode() or None,
                    )
            except UnicodeDecodeError as error:
                raise NotPlain from error
