"""The task `contrasts`: the other tasks on pairs of inputs that differ in one edit.

An item is one input of a pair. It is given as the items of its own task are, and answered as they are.
`benchmark.contrast_counts` counts what follows from both answers of a pair.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from onrecord.benchmark.tasks.declaration import Item, Tables, Task
from onrecord.rules.contrasts import SIDES

PairAnswer = str | bool | tuple[str, ...] | None
"""An answer to one input: a label, a speaker, an EDTF string, true or false, or the texts of claims."""

_ANSWERED_BY_BOOL = "detection"
_ANSWERED_BY_CLAIMS = "extraction"
_BOOLS: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})


def input_id(pair: Mapping[str, Any], side: str) -> str:
    """The id of one input of a pair."""
    return f"{pair['contrast_id']}-{side}"


def pair_inputs(pair: Mapping[str, Any], side: str) -> dict[str, Any]:
    """What a system is given for one side of a pair, a row of the table `contrasts`: what its task gives."""
    sentences = pair[f"sentences_{side}"]
    given = {"input_id": input_id(pair, side), "task": pair["task"]}
    if (text := pair[f"text_{side}"]) is not None:
        given["text"] = text
    given |= {"sentence": " ".join(sentences)} if pair["task"] == "detection" else {"sentences": sentences}
    given |= {"context": pair["context"], "title": pair["title"]}
    given["document_date"] = str(pair["document_date"])
    if pair["choices"]:
        given["own_voice"] = pair["choices"][0]["speaker_id"]
        # As in the task `speaker`; nobody here has another name.
        given["choices"] = [{**choice, "aliases": []} for choice in pair["choices"]]
    return given


def pair_gold(pair: Mapping[str, Any], side: str) -> PairAnswer:
    """The expected answer to one side of a pair, as its task has it."""
    if pair["task"] == _ANSWERED_BY_CLAIMS:
        return tuple(pair[f"claims_{side}"])
    answer: str = pair[f"answer_{side}"]
    return _BOOLS[answer] if pair["task"] == _ANSWERED_BY_BOOL else answer


def _items(tables: Tables) -> Iterator[Item]:
    for pair in tables.contrasts:
        attributes = {
            "task": (pair["task"],),
            "edit": (pair["edit"],),
            "changes": ("changes" if pair["changes"] else "keeps",),
        }
        for side in SIDES:
            yield Item(
                input_id(pair, side),
                # The two inputs of a pair are one cluster.
                pair["contrast_id"],
                0,
                pair_inputs(pair, side),
                pair_gold(pair, side),
                attributes,
                split=tables.split,
            )


TASK = Task(
    name="contrasts",
    summary="What is the answer to each of two inputs that differ in one edit? Both must be right.",
    kind="pairs",
    key="input_id",
    inputs={
        "input_id": "the pair's id, and -a or -b",
        "task": "the task that is asked, and whose answer is expected",
        "text": "the claim, standing alone; only in `verifiability`, `speaker` and `date`",
        "sentences": "the sentences that are asked about; in `detection` it is `sentence`",
        "sentence": "the sentence that is asked about; only in `detection`",
        "context": "the sentences before them",
        "title": "the title of the text",
        "document_date": "the day on which the text was published",
        "own_voice": "the choice that stands for the text itself; only in `speaker`",
        "choices": "the speakers of the text; only in `speaker`",
    },
    primary="consistency",
    items_of=_items,
    default_split="challenge",
)
