"""Predictions checked and read: everything that is wrong with them as findings, else the answers by item.

The order of lines means nothing. `score` scores the answers. The shape of a line is in
schema/predictions-<task>.schema.json.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.benchmark import prediction_rules as rules
from onrecord.benchmark.answers import Answers, Prediction, identity, label_text
from onrecord.benchmark.contrast_answers import answer_findings
from onrecord.benchmark.fast_jsonl import CanonicalLine, NotCanonical, read_canonical_lines
from onrecord.benchmark.prediction_files import Source, file_of, located_lines, name_of, opened, path_of
from onrecord.benchmark.prediction_schema import PredictionLine, schema_findings
from onrecord.benchmark.tasks import Item, Task, find_task, gold_items, labels
from onrecord.benchmark.tasks.declaration import ALL, Answer
from onrecord.benchmark.tasks.extraction import paragraph_id
from onrecord.dataset.load import Folder
from onrecord.exceptions import EdtfError, ImpossibleDate, InvalidPredictions, ReversedInterval
from onrecord.model import edtf
from onrecord.model.findings import Finding, KeptFindings, nearest, quoted
from onrecord.model.table_files import SPLIT, splits_of
from onrecord.rules import schema_rules

if TYPE_CHECKING:
    from onrecord.row_types import TaskName

_MOST_HINTS = 20
"""Unknown ids for which the nearest known one is looked up; the search is slow."""
_SUM_TOLERANCE = 1e-3
_EDTF_FORMS = "a date such as 1999-12-31, 1999-12 or 1999, or an interval such as 1999-12-25/1999-12-31"


def check(
    task: "TaskName | str", predictions: Source, data: Folder | None = None, *, split: str | None = None
) -> list[Finding]:
    """What is wrong with the predictions for a task; empty when they can be scored.

    The list has the first 1,000 findings of each rule; its `left_out` counts the others by rule.

    `predictions` is a path (.gz and .zst are decompressed), `-` for standard input, lines of JSON as one
    string or one by one, an iterable of mappings, or a data frame (pandas, Polars, PyArrow). An iterator can
    be read once: to check and then score, pass a list. `split` is test, challenge, validation or all, by
    default that of the task; answers to items of other splits are set aside, but some must be to this one.
    Raises ValueError for an unknown task or split, TypeError for what cannot be predictions and
    UnusablePredictions where nothing can be read.
    """
    found = find_task(task)
    return _Reading(found, predictions, data, found.split_or_default(split)).findings


def read_answers(task: Task, predictions: Source, data: Folder | None = None, split: str = SPLIT) -> Answers:
    """The answers to a task. Raises InvalidPredictions with all findings, and otherwise as `check` does."""
    reading = _Reading(task, predictions, data, split)
    if reading.findings:
        raise InvalidPredictions(reading.findings)
    return reading.answers()


class _Reading:
    """One pass over predictions: the answers that could be read, and the findings."""

    def __init__(self, task: Task, predictions: Source, data: Folder | None, split: str) -> None:
        self._task = task
        self._data = data
        self._split = split
        self._set_aside: Counter[str] = Counter()
        self._first_set_aside: PredictionLine | None = None
        self._name = name_of(predictions)
        self._items: dict[str, Item] = {item.item_id: item for item in gold_items(task, data, split)}
        self._labels = tuple(label_text(label) for label in labels(task, data, split))
        self._documents = sorted({item.document_id for item in self._items.values()})
        self._version = identity(data).version
        self._versions: dict[str, PredictionLine] = {}
        self._first_lines: dict[str, int] = {}
        self._hints = 0
        self._read: dict[str, Prediction] = {}
        self._texts: dict[str, list[str]] = {}
        self.findings: list[Finding] = KeptFindings()
        path = path_of(predictions)
        if path is None or task.kind in ("claims", "pairs") or not self._read_fast(path):
            self._read_line_by_line(predictions)

    def answers(self) -> Answers:
        texts = {name: tuple(found) for name, found in self._texts.items()}
        return Answers(self._name, self._read, texts, self._set_aside.total())

    @cached_property
    def _elsewhere(self) -> Mapping[str, str]:
        """The split of each item of the splits that are not scored."""
        others = [name for name in splits_of(self._data) if self._split not in (name, ALL)]
        found = {item.item_id: item for name in others for item in gold_items(self._task, self._data, name)}
        return {item_id: item.split for item_id, item in found.items()}

    @cached_property
    def _labels_elsewhere(self) -> frozenset[str]:
        """The labels of all splits: a speaker of one of them need not be a choice in another."""
        return frozenset(map(label_text, labels(self._task, self._data, ALL)))

    def _read_line_by_line(self, predictions: Source) -> None:
        lines = 0
        for line in located_lines(predictions, self._task.key, self.findings):
            lines += 1
            found = list(self._line_findings(line))
            self.findings += found
            if not found and not self._sets_aside(line):
                self._take(line)
        if self._first_set_aside and not (self._read or self._texts or self.findings):
            self.findings.append(self._other_split(self._first_set_aside))
        if not lines and not self.findings:
            is_spent = isinstance(predictions, Iterator)
            message = "there is no answer in it"
            message += ": an iterator can be read once, and this one is at its end" if is_spent else ""
            self.findings.append(
                rules.NO_ANSWER.finding(message, file=file_of(predictions), expected="one line per answer")
            )
        self._note_versions()
        self.findings.sort(key=lambda finding: finding.line or 0)

    def _read_fast(self, path: Path) -> bool:
        """Read a file of canonical lines without errors; False, with nothing read, for any other file."""
        # A pipe can be read only once.
        if not path.is_file():
            return False
        read: dict[str, Prediction] = {}
        # Most answers are equal: each is checked once. True and "true" are two of them.
        accepted: dict[tuple[type, Answer], Prediction] = {}
        try:
            with opened(path) as stream:
                for line in read_canonical_lines(stream, self._task.key):
                    item_id, answer, confidence, version = line
                    key = type(answer), answer
                    if key not in accepted:
                        if not self._is_valid_answer(line):
                            return False
                        accepted[key] = Prediction(answer)
                    if item_id not in self._items or item_id in read or version not in (None, self._version):
                        return False
                    read[item_id] = accepted[key] if confidence is None else Prediction(answer, confidence)
        except NotCanonical:
            return False
        self._read = read
        return bool(read)

    def _is_valid_answer(self, given: CanonicalLine) -> bool:
        """Whether the answer of the line is valid, whatever its id."""
        line = PredictionLine(
            {self._task.key: given.item_id, "prediction": given.answer}, "", 0, self._task.key
        )
        return not (schema_findings(self._task, line) or any(self._answer_findings(line, given.answer)))

    def _item_id(self, value: Mapping[str, Any]) -> str:
        if self._task.kind == "claims":
            document_id = value.get("document_id", self._documents[0] if self._documents else "")
            return paragraph_id(document_id, value["paragraph"])
        return str(value[self._task.key])

    def _is_elsewhere(self, line: PredictionLine) -> bool:
        """Whether the line, whose id is well-formed, answers an item of another split."""
        item_id = self._item_id(line.value)
        return item_id not in self._items and item_id in self._elsewhere

    def _sets_aside(self, line: PredictionLine) -> bool:
        """Whether a valid line answers an item of another split; it is counted then."""
        if not self._is_elsewhere(line):
            return False
        self._set_aside[self._elsewhere[self._item_id(line.value)]] += 1
        self._first_set_aside = self._first_set_aside or line
        return True

    def _other_split(self, first: PredictionLine) -> Finding:
        named = " and ".join(f"{number:,} of {split}" for split, number in self._set_aside.items())
        message = f"no answer is to an item of the split {self._split}: there are {named}"
        expected = next(iter(self._set_aside)) if len(self._set_aside) == 1 else ALL
        return first.finding(rules.OTHER_SPLIT, message, (self._task.key,), f"--split {expected}")

    def _take(self, line: PredictionLine) -> None:
        item_id, value = self._item_id(line.value), line.value
        if self._task.kind == "claims":
            self._texts.setdefault(item_id, []).append(value["text"])
        elif isinstance(value["prediction"], list | tuple):
            self._texts[item_id] = list(value["prediction"])
        else:
            self._read[item_id] = Prediction(
                value["prediction"], value.get("confidence"), value.get("probabilities")
            )

    def _line_findings(self, line: PredictionLine) -> Iterator[Finding]:
        found = schema_findings(self._task, line)
        yield from found
        wrong = {finding.path for finding in found}
        if isinstance(version := line.value.get("dataset_version"), str):
            self._versions.setdefault(version, line)
        # The key may be missing, or stand there under a misspelt name.
        if self._task.key in line.value and not wrong & {f"$.{self._task.key}", "$.document_id"}:
            yield from self._id_findings(line)
        if self._task.kind == "claims":
            return
        if self._task.kind == "pairs":
            item = self._items.get(str(line.value.get(self._task.key)))
            if item is not None and not found:
                yield from answer_findings(line, item, _date_findings)
            return
        if "$.prediction" not in wrong and "prediction" in line.value:
            yield from self._answer_findings(line, line.value["prediction"])
        if isinstance(line.value.get("probabilities"), Mapping) and not found:
            yield from self._probability_findings(line, line.value["probabilities"])

    def _id_findings(self, line: PredictionLine) -> Iterator[Finding]:
        if self._task.kind == "claims" and "document_id" not in line.value and len(self._documents) > 1:
            message = "document_id is missing, and the dataset has several documents"
            yield line.finding(schema_rules.MISSING_FIELD, message, ("document_id",), None)
            return
        item_id = self._item_id(line.value)
        if item_id not in self._items and item_id not in self._elsewhere:
            message = f"there is no {self._task.key.removesuffix('_id')} {quoted(item_id)} in this dataset"
            yield line.finding(rules.UNKNOWN_ID, message, (self._task.key,), self._nearest_id(item_id))
        elif self._task.kind != "claims" and item_id in self._first_lines:
            message = f"{item_id} was already answered on line {self._first_lines[item_id]}"
            yield line.finding(rules.DUPLICATE_ANSWER, message, (self._task.key,), "one answer per id")
        self._first_lines.setdefault(item_id, line.line)

    def _nearest_id(self, item_id: str) -> str | None:
        self._hints += 1
        stripped = item_id.strip()
        if stripped in self._items:
            return stripped
        return nearest(item_id, self._items) if self._hints <= _MOST_HINTS else None

    def _answer_findings(self, line: PredictionLine, answer: Answer) -> Iterator[Finding]:
        if answer is None:
            return
        if self._labels and not self._is_label(line, label_text(answer)):
            message = f"prediction is {quoted(answer)}, not one of the labels"
            near = self._nearest_label(str(answer).strip())
            yield line.finding(schema_rules.UNKNOWN_LABEL, message, ("prediction",), near)
        if self._task.kind == "dates":
            yield from _date_findings(line, str(answer))

    def _nearest_label(self, given: str) -> str | None:
        """The label that a misspelt one stands for; None for a date, which shares no letter with any."""
        return nearest(given, self._labels) if any(map(str.isalpha, given)) else None

    def _is_label(self, line: PredictionLine, label: str) -> bool:
        """Whether a label is one to choose from; for an item of another split, one of any split."""
        if label in self._labels:
            return True
        is_named = isinstance(line.value.get(self._task.key), str)
        return is_named and self._is_elsewhere(line) and label in self._labels_elsewhere

    def _probability_findings(self, line: PredictionLine, given: Mapping[str, float]) -> Iterator[Finding]:
        for name in given:
            if not self._is_label(line, name):
                message = f"{quoted(name)} has a probability, but is not a label"
                near = self._nearest_label(name)
                yield line.finding(rules.IMPROBABLE, message, ("probabilities", name), near)
        total = sum(given.values())
        if not isclose(total, 1.0, abs_tol=_SUM_TOLERANCE):
            message = f"the probabilities sum to {total:.4g}"
            yield line.finding(rules.IMPROBABLE, message, ("probabilities",), "a sum of 1")

    def _note_versions(self) -> None:
        others = {version: line for version, line in self._versions.items() if version != self._version}
        for version, line in others.items():
            message = f"the answers were made on version {quoted(version)} of the dataset"
            self.findings.append(
                line.finding(rules.OTHER_VERSION, message, ("dataset_version",), self._version)
            )
        # Next to the right version, a single other one is reported in full by its own finding.
        if len(others) > 1:
            named = ", ".join(quoted(version) for version in self._versions)
            message = f"the answers were made on {len(self._versions)} versions of the dataset: {named}"
            line = list(self._versions.values())[1]
            self.findings.append(
                line.finding(rules.MIXED_VERSIONS, message, ("dataset_version",), self._version)
            )


def _date_findings(line: PredictionLine, answer: str) -> Iterator[Finding]:
    message = f"prediction is {quoted(answer)}"
    try:
        edtf.parse(answer)
    except ImpossibleDate as error:
        yield line.finding(schema_rules.IMPOSSIBLE_DATE, f"{message}: {error}", ("prediction",), None)
    except ReversedInterval as error:
        start, _, end = answer.partition("/")
        yield line.finding(rules.REVERSED_INTERVAL, f"{message}: {error}", ("prediction",), f"{end}/{start}")
    except EdtfError:
        message = f"{message}, which is not an EDTF date"
        yield line.finding(schema_rules.MALFORMED_VALUE, message, ("prediction",), _EDTF_FORMS)
