"""A source text: where it is looked up, how it is read and hashed, its paragraphs, edges and runs of words.

Offsets are half-open and count code points of the text as hashed. Which records must agree with a text is in
`rules`; joining it back to the dataset is in `hydrate`; what a word is, in `words`.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from onrecord.exceptions import SourceError
from onrecord.reading.files import display, reason
from onrecord.reading.words import WORD, splits_word, weight, words

ARTICLES_VARIABLE = "ONRECORD_ARTICLES"
ARTICLE_FILE = "article.txt"
"""The text of a document, in the document's folder."""

BYTE_ORDER_MARK = "\ufeff"
LONGEST_SHARED_RUN = 7
"""Words in a row that a text of the dataset may share with its source."""


def articles_folder(given: str | Path | None = None) -> Path | None:
    """The folder of the articles: the given one, else $ONRECORD_ARTICLES, else none."""
    given = given or os.environ.get(ARTICLES_VARIABLE)
    return Path(given) if given else None


def find_article(source_file: str, document: Path | None, articles: Path | None) -> Path:
    """The file of an article: article.txt in the document's folder, else its name in `articles`.

    Raises SourceError, with one line for the user, if it is in neither, and OSError if the system does not
    say.
    """
    places = [document / ARTICLE_FILE] if document else []
    places += [articles / source_file] if articles else []
    found = next((place for place in places if place.exists()), None)
    if found is None:
        nowhere = " and no ".join(map(display, places))
        here = f"there is no {nowhere}" if places else "its article is not given"
        hint = f"; name the folder of the articles with --articles or {ARTICLES_VARIABLE}"
        raise SourceError(f"{here}{'' if articles else hint}")
    return found


def read_article(path: Path) -> str:
    """The text of an article as it is hashed: UTF-8 without a byte order mark, line ends as LF.

    Raises SourceError, with one line for the user, if the file is not such text.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError(f"{path}: not a file")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourceError(f"{path}: {reason(error)}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: byte {error.start + 1} is not UTF-8") from error
    return text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n")


def sha256(text: str) -> str:
    """SHA-256 of the text in UTF-8, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class Source:
    """An article's text, with the queries that the rules need."""

    text: str

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the whole text."""
        return sha256(self.text)

    def slice(self, start: int, end: int) -> str:
        """The characters from code point `start` up to, not including, `end`."""
        return self.text[start:end]

    def paragraph_at(self, offset: int) -> int:
        """The number of the paragraph that contains a code point. Non-blank lines are counted, from 1."""
        return sum(1 for line in self.text[: offset + 1].split("\n") if line.strip())

    def splits_word(self, edge: int) -> bool:
        """Whether the characters on both sides of the edge belong to one word."""
        return splits_word(self.text, edge)

    def uncovered(self, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """The spans outside the given ordered ones that contain more than white space."""
        last = 0
        for start, end in (*spans, (len(self.text), len(self.text))):
            gap = self.text[last:start]
            if gap.strip():
                yield last + len(gap) - len(gap.lstrip()), last + len(gap.rstrip())
            last = max(last, end)

    def shared_run(self, text: str) -> list[str]:
        """The longest run of words that the text and the article share, if above the limit; else []."""
        mine, longest = words(text), (0, 0)
        first = None
        for start, end in enumerate(_windows(mine)):
            if tuple(mine[start:end]) not in self._runs:
                first = None
                continue
            # Windows that follow each other and are all in the article are one run.
            first = start if first is None else first
            longest = max(longest, (end - first, first))
        return mine[longest[1] : longest[1] + longest[0]]

    @cached_property
    def _runs(self) -> frozenset[tuple[str, ...]]:
        mine = words(self.text)
        return frozenset(tuple(mine[start:end]) for start, end in enumerate(_windows(mine)))


def _windows(mine: Sequence[str]) -> list[int]:
    """For each word at which a run just above the limit starts, the end of that run."""
    ends, end, total = [], 0, 0
    for word in mine:
        while total <= LONGEST_SHARED_RUN * WORD and end < len(mine):
            total += weight(mine[end])
            end += 1
        if total <= LONGEST_SHARED_RUN * WORD:
            break
        ends.append(end)
        total -= weight(word)
    return ends
