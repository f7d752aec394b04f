"""The questions that a model is asked, the same for both harnesses.

Nothing in them is taken from the gold: choices come from the tables or the calendar, and the examples of the
format are dates of another century. How the model's answer is read is for `read_answer`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from onrecord.benchmark.predictions import identity, label_text
from onrecord.benchmark.tasks import Item, find_task, items
from onrecord.model.tables import label_names

Inputs = Mapping[str, Any]
_DAYS = 7
_YEARS = 3


@dataclass(frozen=True, slots=True)
class Question:
    """An item as a model is asked it."""

    item_id: str
    paragraph: str
    prompt: str
    gold: str
    choices: tuple[str, ...]
    """The answers to choose from; for a date, those that a task of multiple choice offers."""


def questions(task: str) -> Iterator[Question]:
    """Every item of the tasks `verifiability`, `speaker` and `date` as a question."""
    ask = _PROMPTS[task]
    for item in items(find_task(task)):
        place = f"{item.document_id}/{item.paragraph}"
        yield Question(item.item_id, place, ask(item.inputs), label_text(item.gold), _choices(task, item))


def metadata() -> dict[str, str]:
    """Version and content hash of the dataset, for the harness's log."""
    of = identity(None)
    return {"dataset_version": of.version, "dataset_sha256": of.dataset}


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
    if task == "date":
        return date_choices(item.inputs["document_date"])
    return tuple(choice["speaker_id"] for choice in item.inputs["choices"])


def _ask_verifiability(given: Inputs) -> str:
    labels = ", ".join(label_names("verifiability"))
    return (
        f"Claim, put forward by {given['speaker']} and on record since {given['date']}:\n{given['text']}\n\n"
        "Could public evidence, in principle and as of that date, settle it? It is verifiable if evidence "
        "could settle all of it, partially_verifiable if evidence could settle a part, unverifiable if none "
        "could.\n"
        f"Answer with exactly one of: {labels}.\nAnswer:"
    )


def _ask_speaker(given: Inputs) -> str:
    choices = "\n".join(f"{choice['speaker_id']}: {choice['name']}" for choice in given["choices"])
    return (
        f"A sentence of a news article, retold: {given['gloss']}\nA claim in it: {given['text']}\n\n"
        "Who puts the claim forward? The innermost speaker counts; what the article says in its own voice is "
        f"the article's.\n{choices}\n\nAnswer with exactly one of the ids before the colons.\nAnswer:"
    )


def _ask_date(given: Inputs) -> str:
    return (
        f"A sentence of a news article of {given['document_date']}, retold: {given['gloss']}\n"
        f"A claim in it: {given['text']}\n\n"
        "When did its speaker say it? What the article says in its own voice, it says on its own date. "
        "Answer with one EDTF string: 1957-10-04 for a day, 1957-10 for a month, 1957-10-04/1957-10-26 for "
        "an interval, ../1957-10-04 for some time up to that day.\nAnswer:"
    )


_PROMPTS: Mapping[str, Callable[[Inputs], str]] = {
    "verifiability": _ask_verifiability,
    "speaker": _ask_speaker,
    "date": _ask_date,
}
