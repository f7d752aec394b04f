"""Words of any script: where they start and end, how they compare and are found, how a sentence ends.

Word edges are those of Unicode's default rules (UAX 29). `article` uses them for a source text, `rules` for
the dataset's own sentences, and `authoring` for the words that a person types.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING
from unicodedata import category, normalize

if TYPE_CHECKING:
    from regex import Pattern

WORD = 4
"""The `weight` of a word. It makes the weights in scripts without spaces whole numbers."""

STOPS = ".!?…‼‽⁇⁈⁉。．｡！？︒؟۔।॥։།༎။።፧፨។៕᠃᠉꓿"
CLOSING = "'\"’”‘“»«›‹)]}」』）］｝】〕〉》｣＂＇"
_THAI_OR_LAO = "\u0e01-\u0e5b\u0e81-\u0edf"
_MARKS_OF_DIRECTION = "\u200e\u200f"
SENTENCE_END = f"[{re.escape(STOPS)}{_THAI_OR_LAO}][{re.escape(CLOSING)}{_MARKS_OF_DIRECTION}]*\\Z"
"""Matches the end of a sentence. Thai and Lao have no full stop, so any of their letters may be the last."""

_ENDED = re.compile(SENTENCE_END)
_SYMBOLS = frozenset("%‰°#&٪％№")
_JOINERS = frozenset("'’_\u00ad\u200c\u200d\u2060")
_EDGE = r"(?w)\b"
_WORD = r"(?ws)\b\w.*?\b"
_HALF = r"[\p{Script=Han}\p{Script=Hiragana}]"
_QUARTER = r"\p{Line_Break=Complex_Context}"
_CLUSTER = r"\X"
_UNSEEN = re.compile("[\u00ad\u061c\u200c-\u200f\u2060-\u2064\ufeff]")
_STRAIGHT = str.maketrans("“”„‟‘’‚‛", "\"\"\"\"''''")


@cache
def _compiled(pattern: str) -> "Pattern[str]":
    # Imported here because it takes longer to load than a small folder without texts takes to check.
    import regex

    return regex.compile(pattern)


def words(text: str) -> list[str]:
    """The words of a text for comparison, punctuation left out.

    Case, Unicode form (NFC or NFD), soft hyphens and the form of apostrophes make no difference.
    """
    plain = _UNSEEN.sub("", normalize("NFC", text)).replace("’", "'").casefold()
    found: list[str] = _compiled(_WORD).findall(normalize("NFC", plain))
    return found


def weight(word: str) -> int:
    """The weight of one of `words` in a run: WORD, or less in scripts without spaces between words.

    In these scripts, UAX 29 treats every character as a word. A Chinese character or kana counts as half a
    word, a letter of Thai, Lao, Khmer or Burmese as a quarter.
    """
    if word[0] < "\u0e00":
        return WORD
    if _compiled(_HALF).match(word):
        return WORD // 2
    return WORD // 4 if _compiled(_QUARTER).match(word) else WORD


def tokens(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the words, numbers and marks of a text, in code points; blanks are in none."""
    edges = [match.start() for match in _compiled(_EDGE).finditer(text)]
    bounds = sorted({0, *edges, len(text)})
    for start, end in pairwise(bounds):
        if not text[start:end].isspace():
            yield start, end


def ends_like_a_sentence(text: str) -> bool:
    """Whether the text ends with a full stop, question or exclamation mark of some script, quotes aside."""
    return _ENDED.search(text) is not None


def is_punctuation(character: str) -> bool:
    """Whether a character is not allowed at an edge of a span.

    Letters, digits, marks on letters, symbols such as % and currency symbols are allowed.
    """
    if character.isalnum() or character in _SYMBOLS:
        return False
    return category(character) not in ("Mn", "Mc", "Me", "Sc")


def splits_word(text: str, edge: int) -> bool:
    """Whether the characters on both sides of the edge belong to one word."""
    around = text[max(edge - 1, 0) : edge + 1]
    return len(around) == 2 and all(map(_is_of_word, around)) and not _compiled(_EDGE).match(text, edge)


def occurrences(text: str, sought: str) -> Iterator[tuple[int, int]]:
    """Where words occur in a text: half-open spans of whole characters as readers see them, in code points.

    Unicode form, the form of quotation marks, soft hyphens, the kind and number of spaces make no difference.
    """
    wanted = "".join(folded for folded, _, _ in _clusters(sought.strip())).strip()
    clusters = list(_clusters(text))
    edges = {place: index for index, place in enumerate(accumulate((len(c[0]) for c in clusters), initial=0))}
    whole = "".join(folded for folded, _, _ in clusters)
    at = whole.find(wanted) if wanted else -1
    while at >= 0:
        first, last = edges.get(at), edges.get(at + len(wanted))
        if first is not None and last is not None:
            yield clusters[first][1], clusters[last - 1][2]
        at = whole.find(wanted, at + 1)


def _clusters(text: str) -> Iterator[tuple[str, int, int]]:
    """Each character as a reader sees it, in the form used for comparison, with its span in the text."""
    space_from: int | None = None
    for found in _compiled(_CLUSTER).finditer(text):
        start, end = found.span()
        cluster = found[0]
        if cluster.isspace():
            space_from = start if space_from is None else space_from
            continue
        folded = _UNSEEN.sub("", normalize("NFC", cluster)).replace("\u200b", "").translate(_STRAIGHT)
        if not folded:
            continue
        if space_from is not None:
            yield " ", space_from, start
            space_from = None
        yield folded, start, end


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character in _JOINERS or category(character).startswith("M")
