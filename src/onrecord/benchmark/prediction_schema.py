"""One line of predictions against its JSON Schema: each error of jsonschema as a finding in plain words.

`predictions` compares a line with the ids and labels that exist.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any

from onrecord.benchmark.tasks import Task, find_task
from onrecord.model.findings import Finding, Rule, json_path
from onrecord.model.validators import FastValidator
from onrecord.reading.file_rules import NON_FINITE_NUMBER
from onrecord.rules.violations import SchemaError, decimal_points, errors_of, explained


@dataclass(frozen=True, slots=True)
class PredictionLine:
    """A line of predictions with its file and line number; `key` is the field that names the item."""

    value: Mapping[str, Any]
    file: str
    line: int
    key: str

    def finding(self, rule: Rule, message: str, at: tuple[str | int, ...], expected: str | None) -> Finding:
        """A finding about this line, `at` being the steps to the field concerned."""
        named = self.value.get(self.key)
        return rule.finding(
            message,
            file=self.file,
            line=self.line,
            record_id=str(named) if isinstance(named, str | int) else None,
            path=json_path(at) if at else None,
            expected=expected,
        )


@cache
def _validator(name: str) -> FastValidator:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(dict(find_task(name).schema))


def schema_findings(task: Task, line: PredictionLine) -> list[Finding]:
    """Everything that the schema forbids, except misspelt ids and labels, which `predictions` explains."""
    numbers = list(_non_finite_numbers(line))
    points = list(decimal_points(task.schema_name, line.value))
    if not (numbers or points) and _is_valid(task, line.value):
        return []
    wrong = {finding.path for finding in numbers}
    violations = explained(task.schema_name, _errors(task, line.value))
    violations += [one for one in points if one.path not in {other.path for other in violations}]
    found = [line.finding(one.rule, one.message, one.path, one.expected) for one in violations]
    return [*numbers, *(finding for finding in found if finding.path not in wrong)]


def _is_valid(task: Task, value: Mapping[str, Any]) -> bool:
    try:
        return _validator(task.name).is_valid(dict(value))
    except (TypeError, ValueError):
        # The value is not JSON: numpy's numbers, dates and the like, which only lines in memory can have.
        return False


def _errors(task: Task, value: Mapping[str, Any]) -> list[SchemaError]:
    from jsonschema import Draft202012Validator

    found = errors_of(Draft202012Validator(dict(task.schema)).iter_errors(dict(value)), task.schema_name)
    # The patterns do not know the nearest id, date or label, nor the task of a pair: see `predictions`.
    explained_later = {(task.key,), ("prediction",)}
    return [e for e in found if not (e.keyword in ("pattern", "not", "anyOf") and e.path in explained_later)]


def _non_finite_numbers(line: PredictionLine) -> Iterator[Finding]:
    """NaN and infinity, which only lines in memory can have, and which JSON Schema accepts."""
    probabilities = line.value.get("probabilities")
    inner = probabilities.items() if isinstance(probabilities, Mapping) else ()
    fields = [((name,), value) for name, value in line.value.items()]
    for path, value in [*fields, *((("probabilities", name), value) for name, value in inner)]:
        if isinstance(value, float) and not isfinite(value):
            message = f"{path[-1]} is {value}, which is not a number that JSON has"
            yield line.finding(NON_FINITE_NUMBER, message, path, None)
