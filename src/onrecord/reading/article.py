"""The article's text at hand: reading it, hashing it, and what can be asked of its characters.

Owns offsets (half-open, in code points), hashes, words and paragraphs of a source text. Which records must
agree with it is for `rules`; joining it back to the dataset is for `hydrate`.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from onrecord.exceptions import SourceError

ARTICLES_VARIABLE = "ONRECORD_ARTICLES"
BYTE_ORDER_MARK = "\ufeff"
LONGEST_SHARED_RUN = 7
"""Words in a row that a text of the dataset may share with its source."""

_WORD = re.compile(r"\w+(?:'\w+)*")


def default_articles_folder(records: Path) -> Path:
    """Where articles are looked for: $ONRECORD_ARTICLES, else ../shared/article beside the checkout."""
    given = os.environ.get(ARTICLES_VARIABLE)
    return Path(given) if given else records.absolute().parent.parent / "shared" / "article"


def read_article(path: Path) -> str:
    """The text of an article as it is hashed: UTF-8 without a byte order mark, line ends as LF.

    Raises SourceError, with one line for the user, where the file is not such text.
    """
    return read_exactly(path).removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n")


def read_exactly(path: Path) -> str:
    """The text of a UTF-8 file, character for character: byte order mark and line ends as they are.

    Raises SourceError, with one line for the user, where the file is not such text.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError(f"{path}: not a file")
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourceError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: byte {error.start + 1} is not UTF-8") from error


def sha256(text: str) -> str:
    """SHA-256 of the text in UTF-8, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def words(text: str) -> list[str]:
    """The words of a text for comparison: case-folded, apostrophes straight, punctuation left out."""
    return _WORD.findall(text.replace("’", "'").casefold())


@dataclass(frozen=True)
class Source:
    """An article's text, and what the checks ask of it."""

    text: str

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the whole text."""
        return sha256(self.text)

    def slice(self, start: int, end: int) -> str:
        """The characters from code point `start` up to, not including, `end`."""
        return self.text[start:end]

    def paragraph_at(self, offset: int) -> int:
        """The number of the paragraph around a code point: lines with something on them, from 1."""
        return sum(1 for line in self.text[: offset + 1].split("\n") if line.strip())

    def splits_word(self, edge: int) -> bool:
        """Whether the characters on both sides of the edge belong to one word."""
        around = self.text[max(edge - 1, 0) : edge + 1]
        return len(around) == 2 and all(sign.isalnum() or sign in "'’_" for sign in around)

    def uncovered(self, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """The stretches outside the ordered spans that hold anything but white space."""
        last = 0
        for start, end in (*spans, (len(self.text), len(self.text))):
            gap = self.text[last:start]
            if gap.strip():
                yield last + len(gap) - len(gap.lstrip()), last + len(gap.rstrip())
            last = max(last, end)

    def shared_run(self, text: str) -> list[str]:
        """The longest run of words that the text shares with the article, if it is too long; else []."""
        mine, longest = words(text), (0, 0)
        size = LONGEST_SHARED_RUN + 1
        for start in range(len(mine) - size + 1):
            if tuple(mine[start : start + size]) not in self._runs:
                continue
            end = start + size
            while end < len(mine) and tuple(mine[end - LONGEST_SHARED_RUN : end + 1]) in self._runs:
                end += 1
            longest = max(longest, (end - start, start))
        return mine[longest[1] : longest[1] + longest[0]]

    @cached_property
    def _runs(self) -> frozenset[tuple[str, ...]]:
        mine = words(self.text)
        size = LONGEST_SHARED_RUN + 1
        return frozenset(tuple(mine[start : start + size]) for start in range(len(mine) - size + 1))
