"""Predictions read from a file, with everything that is wrong with them as findings.

Owns the way from JSON Lines to answers keyed by id; the order of lines means nothing. What the answers are
worth is for `score`. The shape of a line is in schema/predictions-<task>.schema.json.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isclose
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

from onrecord.benchmark import prediction_rules as rules
from onrecord.benchmark.fast_jsonl import NotPlain, PlainLine, plain_lines
from onrecord.benchmark.prediction_schema import Located, schema_faults
from onrecord.benchmark.tasks import Item, Task, find_task, golds, labels
from onrecord.benchmark.tasks.declaration import Answer
from onrecord.benchmark.tasks.extraction import paragraph_id
from onrecord.dataset.load import Folder
from onrecord.exceptions import EdtfError, InvalidPredictions, UnusablePredictions
from onrecord.model import edtf
from onrecord.model.digest import Identity, read_identity
from onrecord.model.findings import Finding, nearest, quoted
from onrecord.model.paths import home
from onrecord.reading.file_rules import NOT_AN_OBJECT
from onrecord.reading.files import display, reason
from onrecord.reading.jsonl import read_lines
from onrecord.rules import schema_rules

Source = str | PathLike[str] | Iterable[Mapping[str, Any]]
"""A file of JSON Lines, `-` for standard input, or the lines themselves as mappings."""

STANDARD_INPUT = "-"
_MOST_HINTS = 20
"""Unknown ids for which the nearest known one is looked up; the search is slow, and one hint is enough."""
_SUM_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Prediction:
    """An answer, and how sure the system was of it where it says so."""

    answer: Answer
    confidence: float | None = None
    probabilities: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a file says for a task, keyed by item; a list of texts for a paragraph to extract from."""

    name: str
    by_item: Mapping[str, Prediction] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def check(task: str, predictions: Source, data: Folder | None = None) -> list[Finding]:
    """Everything that is wrong with the predictions for a task; empty when they can be scored.

    Raises ValueError for an unknown task and UnusablePredictions where nothing can be read.
    """
    return _Reading(find_task(task), predictions, data).findings


def read_answers(task: Task, predictions: Source, data: Folder | None = None) -> Answers:
    """The answers to a task. Raises InvalidPredictions with all findings, UnusablePredictions as `check`."""
    reading = _Reading(task, predictions, data)
    if reading.findings:
        raise InvalidPredictions(reading.findings)
    return reading.answers()


def own_answers(task: Task, name: str, lines: Iterable[Mapping[str, Any]]) -> Answers:
    """The answers that lines of our own making hold, which need no checking."""
    by_item: dict[str, Prediction] = {}
    texts: dict[str, list[str]] = {}
    alike: dict[tuple[type, Answer], Prediction] = {}
    for line in lines:
        if task.kind == "claims":
            texts.setdefault(paragraph_id(line["document_id"], line["paragraph"]), []).append(line["text"])
        else:
            answer = line["prediction"]
            kind = type(answer), answer
            by_item[line[task.key]] = alike.get(kind) or alike.setdefault(kind, Prediction(answer))
    return Answers(name, by_item, {item: tuple(found) for item, found in texts.items()})


@cache
def shipped_identity() -> Identity:
    """The identity of the dataset that comes with the package."""
    return read_identity(home() / "data")


def identity(data: Folder | None) -> Identity:
    """The identity of the dataset that is scored against."""
    return shipped_identity() if data is None else read_identity(Path(data))


def label_text(label: Answer) -> str:
    """A label as it is spelt in JSON: `true` for True; `(none)` where there is no answer."""
    if label is None:
        return "(none)"
    return str(label).lower() if isinstance(label, bool) else label


class _Reading:
    """One pass over a file: what could be read and what could not."""

    def __init__(self, task: Task, predictions: Source, data: Folder | None) -> None:
        self._task = task
        self._items: dict[str, Item] = {item.item_id: item for item in golds(task, data)}
        self._labels = tuple(label_text(label) for label in labels(task, data))
        self._documents = sorted({item.document_id for item in self._items.values()})
        self._version = identity(data).version
        self._versions: dict[str, Located] = {}
        self._first: dict[str, int] = {}
        self._hints = 0
        self._read: dict[str, Prediction] = {}
        self._texts: dict[str, list[str]] = {}
        self.findings: list[Finding] = []
        self._name, lines = _lines(predictions, task.key, self.findings)
        if self._take_plain(predictions):
            return
        for line in lines:
            faults = list(self._faults(line))
            self.findings += faults
            if not faults:
                self._take(line)
        self._note_versions()
        self.findings.sort(key=lambda finding: finding.line or 0)

    def _take_plain(self, predictions: Source) -> bool:
        """Take a file of plain lines in which nothing is wrong; False, with nothing taken, for all else."""
        if not isinstance(predictions, str | PathLike) or self._task.kind == "claims":
            return False
        path = Path(predictions)
        if predictions == STANDARD_INPUT or not path.is_file():
            return False
        read: dict[str, Prediction] = {}
        # Answers without a confidence are few, and looked at once each; True and "true" are two of them.
        accepted: dict[tuple[type, Answer], Prediction] = {}
        try:
            for line in plain_lines(path, self._task.key):
                item_id, answer, confidence, version = line
                kind = type(answer), answer
                if kind not in accepted:
                    if not self._is_faultless(line):
                        return False
                    accepted[kind] = Prediction(answer)
                if item_id not in self._items or item_id in read or version not in (None, self._version):
                    return False
                read[item_id] = accepted[kind] if confidence is None else Prediction(answer, confidence)
        except (NotPlain, OSError):
            return False
        self._read = read
        return True

    def _is_faultless(self, plain: PlainLine) -> bool:
        """Whether such a line can be right, whatever its id."""
        line = Located({self._task.key: plain.item_id, "prediction": plain.answer}, "", 0, self._task.key)
        return not (schema_faults(self._task, line) or any(self._answer_faults(line, plain.answer)))

    def answers(self) -> Answers:
        texts = {name: tuple(found) for name, found in self._texts.items()}
        return Answers(self._name, self._read, texts)

    def _item_id(self, value: Mapping[str, Any]) -> str:
        if self._task.kind == "claims":
            document_id = value.get("document_id", self._documents[0] if self._documents else "")
            return paragraph_id(document_id, value["paragraph"])
        return str(value[self._task.key])

    def _take(self, line: Located) -> None:
        item_id, value = self._item_id(line.value), line.value
        if self._task.kind == "claims":
            self._texts.setdefault(item_id, []).append(value["text"])
        else:
            self._read[item_id] = Prediction(
                value["prediction"], value.get("confidence"), value.get("probabilities")
            )

    def _faults(self, line: Located) -> Iterator[Finding]:
        found = schema_faults(self._task, line)
        yield from found
        wrong = {finding.path for finding in found}
        if isinstance(version := line.value.get("dataset_version"), str):
            self._versions.setdefault(version, line)
        if not wrong & {f"$.{self._task.key}", "$.document_id", "$"}:
            yield from self._id_faults(line)
        if self._task.kind == "claims":
            return
        if "$.prediction" not in wrong and "prediction" in line.value:
            yield from self._answer_faults(line, line.value["prediction"])
        if isinstance(line.value.get("probabilities"), dict) and not found:
            yield from self._probability_faults(line, line.value["probabilities"])

    def _id_faults(self, line: Located) -> Iterator[Finding]:
        if self._task.kind == "claims" and "document_id" not in line.value and len(self._documents) > 1:
            message = "document_id is missing, and the dataset has several documents"
            yield line.finding(schema_rules.MISSING_FIELD, message, ("document_id",), None)
            return
        item_id = self._item_id(line.value)
        if item_id not in self._items:
            message = f"there is no {self._task.key.removesuffix('_id')} {quoted(item_id)} in this dataset"
            yield line.finding(rules.UNKNOWN_ID, message, (self._task.key,), self._nearest_id(item_id))
        elif self._task.kind != "claims" and item_id in self._first:
            message = f"{item_id} was answered on line {self._first[item_id]} already"
            yield line.finding(rules.DUPLICATE_ANSWER, message, (self._task.key,), "one answer an id")
        self._first.setdefault(item_id, line.line)

    def _nearest_id(self, item_id: str) -> str | None:
        self._hints += 1
        stripped = item_id.strip()
        if stripped in self._items:
            return stripped
        return nearest(item_id, self._items) if self._hints <= _MOST_HINTS else None

    def _answer_faults(self, line: Located, answer: Answer) -> Iterator[Finding]:
        if answer is None:
            return
        if self._labels and label_text(answer) not in self._labels:
            message = f"prediction is {quoted(answer)}, not one of the labels"
            near = nearest(str(answer).strip(), self._labels)
            yield line.finding(schema_rules.UNKNOWN_LABEL, message, ("prediction",), near)
        if self._task.kind == "dates":
            try:
                edtf.parse(str(answer))
            except EdtfError as error:
                message = f"prediction is {quoted(answer)}: {error}"
                yield line.finding(schema_rules.IMPOSSIBLE_DATE, message, ("prediction",), None)

    def _probability_faults(self, line: Located, given: Mapping[str, float]) -> Iterator[Finding]:
        for name in given:
            if name not in self._labels:
                message = f"{quoted(name)} is given a probability, but is not a label"
                near = nearest(name, self._labels)
                yield line.finding(rules.IMPROBABLE, message, ("probabilities", name), near)
        total = sum(given.values())
        if not isclose(total, 1.0, abs_tol=_SUM_TOLERANCE):
            message = f"the probabilities sum to {total:.4g}"
            yield line.finding(rules.IMPROBABLE, message, ("probabilities",), "a sum of 1")

    def _note_versions(self) -> None:
        for version, line in self._versions.items():
            if version != self._version:
                message = f"the answers were made on version {quoted(version)} of the dataset"
                self.findings.append(
                    line.finding(rules.OTHER_VERSION, message, ("dataset_version",), self._version)
                )
        if len(self._versions) > 1:
            named = ", ".join(quoted(version) for version in self._versions)
            message = f"one file, answers made on {len(self._versions)} versions: {named}"
            line = list(self._versions.values())[1]
            self.findings.append(
                line.finding(rules.MIXED_VERSIONS, message, ("dataset_version",), self._version)
            )


def _lines(predictions: Source, key: str, findings: list[Finding]) -> tuple[str, Iterator[Located]]:
    if not isinstance(predictions, str | PathLike):
        return "predictions", _given_lines(predictions, key, findings)
    if predictions == STANDARD_INPUT:
        # Python has no standard input at all where the caller has closed it.
        if sys.stdin is None:
            raise UnusablePredictions("standard input is closed")
        return "standard input", _lines_of(sys.stdin.buffer, "standard input", key, findings)
    path = Path(predictions)
    return path.stem, _lines_at(path, key, findings)


def _given_lines(predictions: Iterable[Any], key: str, findings: list[Finding]) -> Iterator[Located]:
    for number, value in enumerate(predictions, 1):
        if isinstance(value, Mapping):
            yield Located(value, "predictions", number, key)
        else:
            message = f"{quoted(value)} stands where an answer should"
            expected = "a mapping of named fields"
            findings.append(
                NOT_AN_OBJECT.finding(message, file="predictions", line=number, expected=expected)
            )


def _lines_at(path: Path, key: str, findings: list[Finding]) -> Iterator[Located]:
    try:
        with path.open("rb") as stream:
            yield from _lines_of(stream, display(path), key, findings)
    except OSError as error:
        raise UnusablePredictions(f"{display(path)} cannot be read: {reason(error)}") from error


def _lines_of(stream: BinaryIO, file: str, key: str, findings: list[Finding]) -> Iterator[Located]:
    for line in read_lines(stream, file):
        faults = [finding for finding in line.findings if finding.rule not in rules.HARMLESS]
        findings += faults
        if line.value is not None and not faults:
            yield Located(line.value, file, line.number, key)
