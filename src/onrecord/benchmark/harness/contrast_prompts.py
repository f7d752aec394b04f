"""Contrast pairs as questions: each input is asked as its own task asks it, and read as its answers are.

The consistency that both harnesses report is computed here, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from onrecord.benchmark.contrast_right import is_right
from onrecord.benchmark.harness.prompts import Question, question_for
from onrecord.benchmark.harness.read_answer import (
    INVALID,
    NO_CLAIMS,
    is_accepted,
    read_answer,
    read_claims,
    says_no_claims,
)
from onrecord.benchmark.sources import Source
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.wording import NO_NAMES, Names
from onrecord.rules.contrasts import SIDES

CONTRASTS = "contrasts"
SPLIT = find_task(CONTRASTS).default_split
"""The split that is asked unless another one is named; the shipped dataset has no pairs in test."""


@dataclass(frozen=True, slots=True)
class PairQuestion:
    """One input of a pair as a question, with the task that it asks and the pair that it belongs to."""

    contrast_id: str
    task: str
    question: Question


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer in an output, INVALID where none can be read, and whether it is right."""

    answer: str
    is_right: bool


def pair_questions(split: str = SPLIT) -> Iterator[PairQuestion]:
    """Both inputs of every pair of a split, one after the other."""
    for item in items(find_task(CONTRASTS), split=split):
        task = item.inputs["task"]
        if task == "extraction":
            # As in that task, whose claims have ids.
            item = replace(item, gold={str(at): text for at, text in enumerate(item.gold)})
        yield PairQuestion(item.document_id, task, question_for(task, item))


def read_pair_answer(
    task: str,
    output: str,
    choices: tuple[str, ...],
    accepted: tuple[str, ...],
    claims: tuple[str, ...] = (),
    names: Names = NO_NAMES,
    source: Source | None = None,
) -> Reading:
    """The answer to one input: a label, a speaker or a date; for extraction one claim per line, or none."""
    if task == "extraction":
        found = tuple(read_claims(output))
        if not found and not says_no_claims(output):
            return Reading(INVALID, is_right=False)
        return Reading("\n".join(found) or NO_CLAIMS, is_right(task, claims, found, names, source))
    answer = read_answer(task, output, choices)
    return Reading(answer, is_accepted(task, answer, accepted))


def consistency(answers: Iterable[tuple[str, str, bool]]) -> float:
    """The share of pairs with both inputs answered, and all answers right; NaN without answers.

    An answer is the ids of its pair and input, and whether it is right. An input may have one per epoch.
    """
    rights: dict[str, dict[str, bool]] = {}
    for pair, input_id, is_answer_right in answers:
        sides = rights.setdefault(pair, {})
        sides[input_id] = sides.get(input_id, True) and is_answer_right
    if not rights:
        return float("nan")
    # A limit or a sample that failed leaves out one side. Such a pair counts, because it was asked.
    consistent = (len(sides) == len(SIDES) and all(sides.values()) for sides in rights.values())
    return sum(consistent) / len(rights)
