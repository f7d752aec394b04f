"""The questions that a model is asked, the same for both harnesses.

Nothing in them is taken from the gold: choices come from the tables or the calendar, and the examples of the
format are dates of another century. `read_answer` reads the model's answer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from onrecord.benchmark.answers import identity, label_text
from onrecord.benchmark.tasks import Item, find_task, items
from onrecord.model.table_files import SPLIT
from onrecord.model.tables import label_names

Inputs = Mapping[str, Any]
ASKED = ("verifiability", "speaker", "date", "detection")
"""The tasks with one answer per item."""
_DAYS = 7
_YEARS = 3


@dataclass(frozen=True, slots=True)
class Question:
    """An item as a model is asked it."""

    item_id: str
    paragraph: str
    prompt: str
    gold: str
    """The expected answer; for extraction one claim per line."""
    choices: tuple[str, ...]
    """The answers to choose from; for a date, those that a task of multiple choice offers."""
    accepted: tuple[str, ...] = ()
    """The answers that are right: the expected one first, then its alternatives."""
    claims: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The expected claims by id, for extraction."""


def questions(task: str, split: str = SPLIT) -> Iterator[Question]:
    """Every item of a task and split as a question."""
    for item in items(find_task(task), split=split):
        yield question_for(task, item)


def question_for(task: str, item: Item) -> Question:
    """One item as a question of a task."""
    place = f"{item.document_id}/{item.paragraph}"
    prompt = _PROMPTS[task](item.inputs)
    if task == "extraction":
        return Question(
            item.item_id, place, prompt, "\n".join(item.gold.values()), (), claims=dict(item.gold)
        )
    accepted = tuple(label_text(answer) for answer in (item.gold, *item.alternatives))
    return Question(item.item_id, place, prompt, accepted[0], _choices(task, item), accepted)


def metadata(split: str = SPLIT) -> dict[str, str]:
    """Version and content hash of the dataset and the split, for the harness's log."""
    of = identity(None)
    return {"dataset_version": of.version, "dataset_sha256": of.dataset, "dataset_split": split}


def date_choices(dateline: str) -> tuple[str, ...]:
    """The dates to choose from, from the calendar alone.

    The dateline and each of the seven days before it, all time up to each of them, the week before the
    dateline's own, every month and year from three years before it on, and the time from each of these months
    to the dateline. A claim with another date cannot be answered.
    """
    last = date.fromisoformat(dateline)
    monday = last - timedelta(days=last.weekday() + 7)
    days = [last - timedelta(days=back) for back in range(_DAYS + 1)]
    months = [
        f"{year}-{month:02d}"
        for year in range(last.year - _YEARS, last.year + 1)
        for month in range(1, 13)
        if (year, month) <= (last.year, last.month)
    ]
    years = [str(year) for year in range(last.year - _YEARS, last.year + 1)]
    week = f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
    named = [day.isoformat() for day in days]
    since = [f"{month}/{dateline}" for month in months]
    return (*(f"../{day}" for day in named), *named, week, *months, *years, *since)


def _choices(task: str, item: Item) -> tuple[str, ...]:
    if task == "verifiability":
        return label_names("verifiability")
    if task == "detection":
        return (label_text(True), label_text(False))
    if task == "date":
        return date_choices(item.inputs["document_date"])
    return tuple(choice["speaker_id"] for choice in item.inputs["choices"])


def _source(given: Inputs, sentences: Sequence[str], what: str) -> str:
    """The document, what comes before, and the sentences that are asked about."""
    before = f"Before it: {' '.join(given['context'])}\n" if given["context"] else ""
    head = f"From a document of {given['document_date']} with the title: {given['title']}\n"
    return f"{head}{before}{what}: {' '.join(sentences)}\n"


def _claim(given: Inputs) -> str:
    what = "The sentence" if len(given["sentences"]) == 1 else "The sentences"
    return f"{_source(given, given['sentences'], what)}A claim in it: {given['text']}\n\n"


def _ask_verifiability(given: Inputs) -> str:
    labels = ", ".join(label_names("verifiability"))
    return (
        f"{_claim(given)}"
        "Could public evidence, in principle and as of the document's date, settle the claim? It is "
        "verifiable if evidence could settle all of it, partially_verifiable if evidence could settle a "
        "part, unverifiable if none could.\n"
        f"Answer with exactly one of: {labels}.\nAnswer:"
    )


def _ask_speaker(given: Inputs) -> str:
    choices = "\n".join(f"{choice['speaker_id']}: {choice['name']}" for choice in given["choices"])
    own = f", which is {given['own_voice']}" if given["own_voice"] else ""
    return (
        f"{_claim(given)}"
        "Who puts the claim forward? The innermost speaker counts; what the document says in its own voice "
        f"is the document's{own}.\n{choices}\n\n"
        "Answer with exactly one of the ids before the colons.\nAnswer:"
    )


def _ask_date(given: Inputs) -> str:
    return (
        f"{_claim(given)}"
        "When did its speaker say it? "
        "Answer with one EDTF string: 1957-10-04 for a day, 1957-10 for a month, 1957-10-04/1957-10-26 for "
        "an interval, ../1957-10-04 for some time up to that day.\nAnswer:"
    )


def _ask_detection(given: Inputs) -> str:
    return (
        f"{_source(given, [given['sentence']], 'The sentence')}\n"
        "Does the sentence make a claim, in the document's voice or anybody else's, that is either so or "
        "not?\nAnswer with exactly one of: true, false.\nAnswer:"
    )


def _ask_extraction(given: Inputs) -> str:
    return (
        f"{_source(given, given['sentences'], 'The paragraph')}\n"
        "Which claims does the paragraph make? That somebody says something is a claim, and what is said is "
        "another. Each claim stands alone: names instead of pronouns, dates instead of days of the week.\n"
        "Answer with one claim per line and nothing else, or with the word none.\n"
    )


_PROMPTS: Mapping[str, Callable[[Inputs], str]] = {
    "verifiability": _ask_verifiability,
    "speaker": _ask_speaker,
    "date": _ask_date,
    "detection": _ask_detection,
    "extraction": _ask_extraction,
}
