"""Whether an answer to one input of a contrast pair is right. It needs no extra, except for claims."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from onrecord.benchmark.sources import Source
from onrecord.benchmark.tasks.contrasts import PairAnswer
from onrecord.benchmark.tasks.declaration import Item
from onrecord.benchmark.wording import NO_NAMES, Names, names_of
from onrecord.exceptions import EdtfError
from onrecord.model import edtf


def is_right(
    task: str,
    gold: PairAnswer,
    answer: PairAnswer,
    names: Names = NO_NAMES,
    source: Source | None = None,
) -> bool:
    """Whether an answer to one input is right.

    Dates are right with the same bounds, claims if each matches one expected claim and none is left over.
    """
    if answer is None:
        return False
    if task == "date":
        return isinstance(answer, str) and _are_same_dates(str(gold), answer)
    if isinstance(gold, tuple):
        # A user's function may answer with anything.
        if not isinstance(answer, tuple) or not all(isinstance(text, str) for text in answer):
            return False
        return _are_same_claims(gold, answer, names, source)
    # True == 1, and neither is the other's answer.
    return type(answer) is type(gold) and answer == gold


def pair_names(items: Iterable[Item], speakers: Iterable[Mapping[str, Any]] = ()) -> Names:
    """The names that are compared in claims: those of the speakers, and of the choices of all pairs."""
    choices = [choice for item in items for choice in item.inputs.get("choices", ())]
    return names_of([*speakers, *choices])


def _are_same_dates(gold: str, answer: str) -> bool:
    try:
        return edtf.parse(answer) == edtf.parse(gold)
    except EdtfError:
        return False


def _are_same_claims(gold: Sequence[str], answer: Sequence[str], names: Names, source: Source | None) -> bool:
    # Loads SciPy, which the other tasks do without.
    from onrecord.benchmark.matching import PlacedClaim, match_paragraphs

    expected, found = ([PlacedClaim(at, 0, text) for at, text in enumerate(side)] for side in (gold, answer))
    matched = match_paragraphs(expected, found, names, source).get(0)
    return matched is None or len(matched.pairs) == len(expected) == len(found)
