"""A user's function run over contrast pairs: the pairs chosen by filters, both answers of each checked.

`testing` offers these functions, and the pytest plugin runs a test per pair.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from onrecord.benchmark.plain_values import plain_scalar
from onrecord.dataset.load import Row, iter_rows
from onrecord.exceptions import ContrastFilterError, InconsistentAnswers
from onrecord.model.findings import hint

if TYPE_CHECKING:
    from onrecord.benchmark.wording import Names
    from onrecord.row_types import Contrast

Answer = Callable[[Mapping[str, Any]], Any]
"""A function from one input to its answer: a label, a speaker, an EDTF string, true or false, or claims."""

FILTERS = ("contrast_id", "split", "task", "edit", "changes")
"""The fields by which pairs can be chosen."""

_SHOWN = 10
"""Pairs that a message lists."""


def select_contrasts(**filters: object) -> "list[Contrast]":
    """The pairs that match every filter, in order: `select_contrasts(task="date", edit=["tense", "hedge"])`.

    A filter is one of `contrast_id`, `split`, `task`, `edit` and `changes`, with a value or with a list of
    values of which one must match. Pairs of all splits are taken. Raises ContrastFilterError for an unknown
    field or value, with the nearest one, and if no pair matches, because a test over no pairs tests nothing.
    """
    errors = [error for field, wanted in filters.items() for error in _filter_errors(field, wanted)]
    if errors:
        raise ContrastFilterError("\n".join(errors))
    found = [
        pair for pair in _pairs() if all(_fits(pair[field], wanted) for field, wanted in filters.items())
    ]
    if not found:
        each = ", ".join(
            f"{field}={wanted!r} ({sum(_fits(pair[field], wanted) for pair in _pairs())})"
            for field, wanted in filters.items()
        )
        raise ContrastFilterError(
            f"no contrast pair matches all of {each}; in brackets: pairs that match each"
        )
    return cast("list[Contrast]", deepcopy(found))


def contrast_inputs(pair: "Contrast | Row") -> tuple[dict[str, Any], dict[str, Any]]:
    """Both inputs of a pair, as `onrecord tasks contrasts --inputs` prints them."""
    from onrecord.benchmark.tasks.contrasts import pair_inputs

    row = cast("Row", deepcopy(pair))
    return pair_inputs(row, "a"), pair_inputs(row, "b")


def check_contrast(answer: Answer, pair: "Contrast | Row") -> None:
    """Raise InconsistentAnswers, an AssertionError, unless the function answers both inputs rightly."""
    __tracebackhide__ = True
    if wrong := list(_wrong_answers(answer, cast("Row", pair))):
        raise InconsistentAnswers("\n".join([_headline(cast("Row", pair)), *wrong]))


def assert_consistent(answer: Answer, *, at_least: float = 1.0, **filters: object) -> float:
    """The share of the chosen pairs of which the function answers both inputs rightly.

    Raises InconsistentAnswers, with the first wrong answers, if it is below `at_least`, ValueError if that is
    not between 0 and 1, and ContrastFilterError as `select_contrasts` does.
    """
    __tracebackhide__ = True
    if not 0 <= at_least <= 1:
        raise ValueError(f"at_least is {at_least!r}, expected a share between 0 and 1")
    pairs = select_contrasts(**filters)
    wrong = {pair["contrast_id"]: list(_wrong_answers(answer, cast("Row", pair))) for pair in pairs}
    failed = [pair for pair in pairs if wrong[pair["contrast_id"]]]
    share = (len(pairs) - len(failed)) / len(pairs)
    if share < at_least:
        lines = [
            line
            for pair in failed[:_SHOWN]
            for line in (f"  {_headline(cast('Row', pair))}", *map("  {}".format, wrong[pair["contrast_id"]]))
        ]
        more = [f"  and {len(failed) - _SHOWN:,} more"] if len(failed) > _SHOWN else []
        head = (
            f"both answers are right in {share:.3f} of {len(pairs):,} pairs, expected at least {at_least:g}:"
        )
        raise InconsistentAnswers("\n".join([head, *lines, *more]))
    return share


def _headline(pair: Row) -> str:
    change = "changes the answer" if pair["changes"] else "keeps the answer"
    return f"{pair['contrast_id']} ({pair['edit']}, which {change}):"


def _wrong_answers(answer: Answer, pair: Row) -> Iterator[str]:
    """One line per input that is answered wrongly."""
    from onrecord.benchmark.contrast_right import is_right
    from onrecord.benchmark.sources import pair_source
    from onrecord.benchmark.tasks.contrasts import pair_gold
    from onrecord.rules.contrasts import SIDES

    for side, given in zip(SIDES, contrast_inputs(pair), strict=True):
        # Before the function, which may change what it is given.
        source = pair_source(given)
        shown = given.get("text") or given.get("sentence") or " ".join(given["sentences"])
        found = answer(given)
        found = tuple(map(plain_scalar, found)) if isinstance(found, list | tuple) else plain_scalar(found)
        gold = pair_gold(pair, side)
        if not is_right(pair["task"], gold, found, _names(), source):
            yield f"  {side}: {shown} -> {_shown(found)}, expected {_shown(gold)}"


def _shown(answer: object) -> str:
    return repr(list(answer) if isinstance(answer, tuple) else answer)


@cache
def _names() -> "Names":
    """The names that are compared in extracted claims."""
    from onrecord.benchmark.contrast_right import pair_names
    from onrecord.benchmark.tasks import find_task, items
    from onrecord.benchmark.tasks.declaration import ALL

    return pair_names(items(find_task("contrasts"), split=ALL), iter_rows("speakers", split=None))


@cache
def _pairs() -> tuple[Row, ...]:
    return tuple(iter_rows("contrasts", split=None))


def _filter_errors(field: str, wanted: object) -> Iterator[str]:
    if field not in FILTERS:
        yield f"contrast pairs cannot be chosen by {field!r}; {hint(field, FILTERS)}"
        return
    known = tuple(dict.fromkeys(pair[field] for pair in _pairs()))
    values = _several(wanted)
    if not values:
        yield f"{field}=[] matches no contrast pair (expected one of its values)"
    for value in values:
        if not _is_among(value, known):
            yield f"no contrast pair has {field}={value!r}; {hint(value, known)}"


def _is_among(value: object, known: Collection[object]) -> bool:
    # 1 is no answer to whether the answer changes.
    return any(type(value) is type(one) and value == one for one in known)


def _several(value: object) -> list[object]:
    is_several = isinstance(value, Collection) and not isinstance(value, str | Mapping)
    return list(cast("Collection[object]", value)) if is_several else [value]


def _fits(value: object, wanted: object) -> bool:
    return _is_among(value, _several(wanted))
