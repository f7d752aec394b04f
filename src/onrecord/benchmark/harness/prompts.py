"""The words in which a model is asked, and how its answer is read: the same for both harnesses.

Owns prompts and parsing; which items there are is for `tasks`, what an answer is worth for `scoring`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onrecord.benchmark.predictions import identity, label_text
from onrecord.benchmark.tasks import Item, find_task, items
from onrecord.exceptions import EdtfError
from onrecord.model import edtf
from onrecord.model.tables import label_names

INVALID = "[invalid]"
"""What an answer is read as that holds none of the possible ones; it is wrong, and counted."""

_WORDS = re.compile(r"[A-Za-z0-9_-]+")
_EDTF = re.compile(r"(?:\.\.|\d{4}(?:-\d\d){0,2})(?:/(?:\.\.|\d{4}(?:-\d\d){0,2}))?")
Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """An item as a model meets it."""

    item_id: str
    paragraph: str
    prompt: str
    gold: str
    choices: tuple[str, ...]
    """The answers to choose from; none where the answer is a date."""


def questions(task: str) -> Iterator[Question]:
    """Every item of the tasks `verifiability`, `speaker` and `date` as a question."""
    ask = _PROMPTS[task]
    for item in items(find_task(task)):
        place = f"{item.document_id}/{item.paragraph}"
        yield Question(item.item_id, place, ask(item.inputs), label_text(item.gold), _choices(task, item))


def read_answer(task: str, output: str, choices: tuple[str, ...]) -> str:
    """The answer in a model's output: the first label, speaker or EDTF string in it, or INVALID."""
    return _read_date(output) if task == "date" else _read_label(output, choices)


def metadata() -> dict[str, str]:
    """Version and content hash of the dataset, for the harness's log."""
    of = identity(None)
    return {"dataset_version": of.version, "dataset_sha256": of.dataset}


def _choices(task: str, item: Item) -> tuple[str, ...]:
    if task == "verifiability":
        return label_names("verifiability")
    return tuple(choice["speaker_id"] for choice in item.inputs.get("choices", ()))


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
        "Answer with one EDTF string: 2024-02-14 for a day, 2024-02 for a month, 2024-02-05/2024-02-11 for "
        "an interval, ../2024-02-14 for some time up to that day.\nAnswer:"
    )


def _read_label(output: str, choices: tuple[str, ...]) -> str:
    known = {choice.lower(): choice for choice in choices}
    return next((known[w.lower()] for w in _WORDS.findall(output) if w.lower() in known), INVALID)


def _read_date(output: str) -> str:
    for found in _EDTF.findall(output):
        try:
            edtf.parse(found)
        except EdtfError:
            continue
        return str(found)
    return INVALID


_PROMPTS: Mapping[str, Callable[[Inputs], str]] = {
    "verifiability": _ask_verifiability,
    "speaker": _ask_speaker,
    "date": _ask_date,
}
