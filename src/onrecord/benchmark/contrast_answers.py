"""The answers to contrast pairs, checked: each must be one that the task of its input has."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from onrecord.benchmark.prediction_schema import PredictionLine
from onrecord.benchmark.tasks.declaration import Item
from onrecord.model.findings import Finding, nearest, quoted
from onrecord.model.tables import label_names
from onrecord.rules import schema_rules

_AT = ("prediction",)
_TYPES = {"detection": "true or false", "extraction": "a list of claims"}


def answer_findings(
    line: PredictionLine, item: Item, date_findings: Callable[[PredictionLine, str], Iterator[Finding]]
) -> Iterator[Finding]:
    """What is wrong with the answer of a line, by the task of its input."""
    task, answer = item.inputs["task"], line.value["prediction"]
    if answer is None:
        return
    if not _has_type(task, answer):
        message = f"prediction is {quoted(answer)}, but {item.item_id} asks the task {task}"
        yield line.finding(schema_rules.WRONG_TYPE, message, _AT, _TYPES.get(task, "a string"))
    elif task == "extraction":
        yield from _claim_findings(line, answer)
    elif task == "date":
        yield from date_findings(line, answer)
    elif task in ("verifiability", "speaker"):
        labels = _labels(item)
        if answer not in labels:
            message = f"prediction is {quoted(answer)}, not one of the labels"
            near = nearest(answer.strip(), labels)
            yield line.finding(schema_rules.UNKNOWN_LABEL, message, _AT, near or ", ".join(labels))


def _claim_findings(line: PredictionLine, claims: Sequence[Any]) -> Iterator[Finding]:
    for at, claim in enumerate(claims):
        if not (isinstance(claim, str) and claim.strip()):
            message = f"item {at + 1} of prediction is {quoted(claim)}"
            yield line.finding(schema_rules.MALFORMED_VALUE, message, (*_AT, at), "a claim as a string")


def _has_type(task: str, answer: Any) -> bool:
    if task == "detection":
        return isinstance(answer, bool)
    return isinstance(answer, list | tuple) if task == "extraction" else isinstance(answer, str)


def _labels(item: Item) -> tuple[str, ...]:
    if item.inputs["task"] == "verifiability":
        return label_names("verifiability")
    return tuple(choice["speaker_id"] for choice in item.inputs["choices"])
