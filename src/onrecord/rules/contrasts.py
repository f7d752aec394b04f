"""Contrast pairs: two inputs that differ, answers that can be given, and pairs compared with each other."""

from collections.abc import Iterator
from typing import Any

from onrecord.exceptions import EdtfError
from onrecord.model import edtf
from onrecord.model.findings import nearest, quoted
from onrecord.reading.located import Row
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document

SIDES = ("a", "b")
"""The two inputs of a pair, as the names of its fields end."""


@check(
    "contrasts",
    summary="A pair whose two inputs are the same.",
    why="Without an edit there is nothing to be consistent about, and every system passes.",
    fix="Make the edit in input b, or delete the pair.",
)
def identical_inputs(document: Document) -> Iterator[Problem]:
    for row in document.eligible("contrasts"):
        if _input(row, "a") == _input(row, "b"):
            message = "sentences and text of the two inputs are the same"
            yield Problem(row, message, ("sentences_b",), f"the edit {row['edit']} in one of them")


@check(
    "contrasts",
    summary="A pair that says that the answer changes where both answers are the same, or the reverse.",
    why="A constant answer must fail every pair that changes; this one lets it pass, or counts it double.",
    fix="Correct `changes`, or the answer that is wrong.",
)
def change_mismatch(document: Document) -> Iterator[Problem]:
    for row in document.eligible("contrasts"):
        is_changed = _answer(row, "a") != _answer(row, "b")
        if is_changed != row["changes"]:
            state = "differ" if is_changed else "are the same"
            message = f"changes is {str(row['changes']).lower()}, but the two answers {state}"
            yield Problem(row, message, ("changes",), str(is_changed).lower())


@check(
    "contrasts",
    summary="An answer of a pair that is a speaker outside the choices, or a date outside the calendar.",
    why="A system that answers with what it was offered could never be right.",
    fix="Correct the answer, or add the speaker to the choices.",
)
def impossible_answer(document: Document) -> Iterator[Problem]:
    for row in document.eligible("contrasts"):
        for side in SIDES:
            field, answer = f"answer_{side}", row[f"answer_{side}"]
            choices = [choice["speaker_id"] for choice in row["choices"]]
            if row["task"] == "speaker" and answer not in choices:
                message = f"{field} is {answer}, which is none of the choices"
                yield Problem(row, message, (field,), nearest(answer, choices) or ", ".join(choices))
            if row["task"] == "date" and (reason := _no_such_date(answer)):
                yield Problem(row, f"{field} is {quoted(answer)}: {reason}", (field,), "a possible date")


@check(
    "contrasts",
    summary="Two pairs of one task with the same two inputs, in either order.",
    why="The same test would count twice, and its interval would be too narrow.",
    fix="Delete one of the two.",
)
def repeated_contrast(document: Document) -> Iterator[Problem]:
    first_with: dict[object, Row] = {}
    for row in document.eligible("contrasts"):
        key = (row["task"], *_context(row), frozenset((_input(row, "a"), _input(row, "b"))))
        first = first_with.setdefault(key, row)
        if first is not row:
            message = f"task and inputs are those of {first['contrast_id']}"
            yield Problem(row, message, ("sentences_a",), "a pair of its own")


def _context(row: Row) -> tuple[Any, ...]:
    return (row["title"], row["document_date"], tuple(row["context"]))


def _input(row: Row, side: str) -> tuple[Any, ...]:
    return (tuple(row[f"sentences_{side}"]), row[f"text_{side}"])


def _answer(row: Row, side: str) -> tuple[Any, ...]:
    # The order in which claims are listed means nothing.
    answer, claims = row[f"answer_{side}"], frozenset(row[f"claims_{side}"])
    return (_bounds(answer) if row["task"] == "date" else answer, claims)


def _bounds(answer: str) -> edtf.Bounds | str:
    """The days of a date, because dates with the same days are one answer; its text where it is no date."""
    try:
        return edtf.parse(answer)
    except EdtfError:
        return answer


def _no_such_date(answer: str) -> str | None:
    try:
        edtf.parse(answer)
    except EdtfError as error:
        return str(error)
    return None


CHECKS = (identical_inputs, change_mismatch, impossible_answer, repeated_contrast)
