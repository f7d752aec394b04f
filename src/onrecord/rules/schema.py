"""Level 2: one record against its schema, each violation as one finding in plain words.

`violations` translates the errors of jsonschema. Added here are contradictions between fields, and two checks
that JSON Schema cannot express: a whole number is not written as 5.0, and the calendar has no 30 February.
The texts of the rules are in `schema_rules`.
"""

from typing import Any

from onrecord.model.findings import Finding, quoted
from onrecord.model.tables import key_fields, label_names
from onrecord.model.validators import (
    FastValidator,
    authored_validator,
    built_validator,
    fast_authored_validator,
    fast_built_validator,
)
from onrecord.reading.located import Located
from onrecord.rules import schema_rules as rules
from onrecord.rules.messages import one_of
from onrecord.rules.narrowed import narrowed_validator
from onrecord.rules.violations import (
    SchemaError,
    Violation,
    decimal_points,
    errors_of,
    explained,
    impossible_dates,
)


def schema_findings(record: Located) -> list[Finding]:
    """The findings about a record on its own; empty if it passes on to the next level."""
    return _findings_of(record, [] if _fast(record).is_valid(record.value) else _errors(record))


def check_record(record: Located) -> tuple[list[Finding], bool]:
    """The findings about a record, and whether others may refer to its id, from one validation."""
    errors = [] if _fast(record).is_valid(record.value) else _errors(record)
    return _findings_of(record, errors), _has_valid_id(record, errors)


def _findings_of(record: Located, errors: list[SchemaError]) -> list[Finding]:
    violations = _explain(record, errors) if errors else []
    reported = {violation.path for violation in violations}
    more = (*decimal_points(record.table, record.value), *impossible_dates(record.table, record.value))
    violations += [v for v in more if v.path not in reported]
    return [record.finding(v.rule, v.message, at=v.path, expected=v.expected) for v in violations]


def has_readable_id(record: Located) -> bool:
    """Whether other records may refer to the id of a record that has errors."""
    return record.key is not None and _has_valid_id(record, _errors(record))


def _has_valid_id(record: Located, errors: list[SchemaError]) -> bool:
    wrong = {error.path[0] for error in errors if error.path}
    return record.key is not None and not wrong & set(key_fields(record.table))


def _explain(record: Located, errors: list[SchemaError]) -> list[Violation]:
    violations = explained(record.table, [error for error in errors if not error.condition])
    fields = {violation.path[0] for violation in violations if violation.path}
    conditional = [error for error in errors if error.condition]
    contradictions = [error for error in conditional if not fields & {error.path[0], *error.condition}]
    return violations + _contradictions(record, contradictions)


def _errors(record: Located, **changes: object) -> list[SchemaError]:
    """The reference validator's errors in the record, with some of its fields changed."""
    value = {**record.value, **changes}
    reference = built_validator if record.is_built else authored_validator
    validator = narrowed_validator(value, record.table, _fast(record), reference)
    return errors_of(validator.iter_errors(value), record.table)


def _fast(record: Located) -> FastValidator:
    return (fast_built_validator if record.is_built else fast_authored_validator)(record.table)


def _contradictions(record: Located, errors: list[SchemaError]) -> list[Violation]:
    """Fields that contradict each other by the schema's `if`/`then`; only one if a label is the cause."""
    if record.table == "contrasts":
        return _contradictions_of_task(record.value["task"], errors) if errors else []
    violations = [_contradiction(record.value, error) for error in errors]
    reasons = [v for v in violations if v.path[0] in ("evidence", "barriers")]
    if len(reasons) > 1 and (label := _label_that_fits(record)):
        given = record.value["verifiability"]
        message = f"verifiability is {given}, but evidence and barriers are those of a claim that is {label}"
        mismatch = Violation(rules.VERIFIABILITY_MISMATCH, ("verifiability",), message, label)
        return [mismatch, *(v for v in violations if v not in reasons)]
    return violations


def _contradictions_of_task(task: str, errors: list[SchemaError]) -> list[Violation]:
    """Inputs and answers that the task of a pair does not have; only one if the task is the cause."""
    by_field = {str(error.path[0]): error for error in errors}
    if len(by_field) > 2:
        message = f"task is {task}, but {', '.join(sorted(by_field))} are those of another task"
        return [Violation(rules.TASK_MISMATCH, ("task",), message, "the task that the fields answer")]
    return [
        Violation(
            rules.TASK_MISMATCH,
            (field,),
            f"task is {task}, but {field} is {quoted(error.value)}",
            _expected_by_task(task, field),
        )
        for field, error in by_field.items()
    ]


def _expected_by_task(task: str, field: str) -> str:
    """What a field of a pair holds in its task, in words."""
    kind = field.partition("_")[0]
    if kind == "claims":
        return "an empty list"
    if kind == "choices":
        return "at least two speakers" if task == "speaker" else "an empty list"
    if kind == "text":
        return "null" if task in ("detection", "extraction") else "the claim"
    expected = {
        "verifiability": one_of(list(label_names("verifiability"))),
        "speaker": "the speaker_id of one of the choices",
        "date": "a date or interval: 2024-02-14 or ../2024-02-14",
        "detection": "true or false, as a string",
        "extraction": "null",
    }
    return expected[task]


def _label_that_fits(record: Located) -> str | None:
    for label in label_names("verifiability", record.table):
        errors = _errors(record, verifiability=label)
        if not any(e.path[0] in ("evidence", "barriers") for e in errors if e.path):
            return label
    return None


def _contradiction(record: dict[str, Any], error: SchemaError) -> Violation:
    field = str(error.path[0])
    label, value = record.get("verifiability"), error.value
    if field in ("evidence", "barriers"):
        is_missing = error.keyword == "minItems"
        named = {"evidence": (rules.EVIDENCE_MISSING, rules.EVIDENCE_UNEXPECTED)}
        rule = named.get(field, (rules.BARRIERS_MISSING, rules.BARRIERS_UNEXPECTED))[not is_missing]
        problem = "is empty" if is_missing else f"has {', '.join(map(str, value))}"
        expected = f"at least {one_of(list(label_names(field)))}" if is_missing else "an empty list"
        return Violation(rule, (field,), f"{label}, but {field} {problem}", expected)
    if field == "note":
        if value is None:
            message = f"flags has {', '.join(map(str, record['flags']))}, but note is null"
            return Violation(rules.NOTE_MISSING, (field,), message, "a sentence for every flag")
        return Violation(
            rules.NOTE_UNEXPECTED, (field,), "note is given, but flags is empty", "null, or a flag"
        )
    if field == "stated_on":
        message = f"stated_on_basis is undated, but stated_on is {quoted(value)}"
        return Violation(
            rules.UNDATED_BUT_DATED, (field,), message, "'../' and a date, such as ../2024-02-14"
        )
    # A condition of the schema for which this function has no message yet.
    return Violation(rules.MALFORMED_VALUE, error.path, f"{field}: {error.message}")
