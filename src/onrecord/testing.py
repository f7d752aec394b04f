"""The dataset as a test fixture, for those who prefer imports to plugins; docs/testing.md shows both.

Offers without pytest what the plugin offers: rows, records that must be rejected, claims chosen by filters,
and the check of a single record. The functions for contrast pairs are those of `benchmark.contrast_runs`.
Nothing heavy is imported before a function needs it.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from onrecord.benchmark.contrast_runs import (
    assert_consistent,
    check_contrast,
    contrast_inputs,
    select_contrasts,
)
from onrecord.dataset.json_values import iso_date, json_default
from onrecord.dataset.load import Row, iter_rows, load, rows
from onrecord.exceptions import (
    ClaimFilterError,
    ContrastFilterError,
    InconsistentAnswers,
    InvalidRecord,
)
from onrecord.extras import extra
from onrecord.model import tables as schemas
from onrecord.model.findings import Finding, hint
from onrecord.model.paths import home
from onrecord.model.short_repr import ShortRepr
from onrecord.model.table_files import splits_of

if TYPE_CHECKING:
    from datasets import DatasetDict

    from onrecord.row_types import Claim, Contrast, Document, Segment, Speaker

__all__ = [
    "BadRecord",
    "ClaimFilterError",
    "ContrastFilterError",
    "InconsistentAnswers",
    "InvalidRecord",
    "assert_consistent",
    "assert_valid",
    "bad_records",
    "check_contrast",
    "claims",
    "contrast_inputs",
    "contrasts",
    "dataset",
    "documents",
    "findings",
    "segments",
    "select_claims",
    "select_contrasts",
    "speakers",
]

_FILE = "record"
"""The file in a finding about a record that comes from no file."""


@dataclass(frozen=True, slots=True, repr=False)
class BadRecord(ShortRepr):
    """An instance of the conformance suite that must be rejected, and the rule that it breaks."""

    table: str
    rule: str
    """Id of the rule, as in docs/rules.md."""
    description: str
    """What is wrong, in the suite's words."""
    record: Any
    """The instance; most are dicts, but some are lists or numbers, which are invalid as well."""
    needs_format: bool
    """Whether only a validator that asserts the keyword `format` rejects it."""

    @property
    def id(self) -> str:
        """A name that is unique among bad records, for the ids of a parametrised test."""
        return f"{self.table}-{self.rule}: {self.description}"


def claims() -> "list[Claim]":
    """The claims as dicts, dates as `datetime.date`; a fresh list on every call."""
    return rows("claims")


def segments() -> "list[Segment]":
    """The segments as dicts; a fresh list on every call."""
    return rows("segments")


def speakers() -> "list[Speaker]":
    """The speakers as dicts; a fresh list on every call."""
    return rows("speakers")


def documents() -> "list[Document]":
    """The documents as dicts, dates as `datetime.date`; a fresh list on every call."""
    return rows("documents")


def contrasts() -> "list[Contrast]":
    """The contrast pairs of all splits as dicts, dates as `datetime.date`; a fresh list on every call."""
    return rows("contrasts", split=None)


def dataset() -> "DatasetDict":
    """What `datasets.load_dataset(onrecord.path())` gives, the claims by split; without a cache."""
    with extra("datasets", "a DatasetDict"):
        from datasets import DatasetDict

    return DatasetDict({split: load("claims", split=split) for split in splits_of()})


def bad_records() -> list[BadRecord]:
    """The invalid instances of the conformance suite (schema/tests/), table by table."""
    return [bad for table in schemas.TABLES for bad in _bad_records_of(table)]


def findings(record: object, table: str = "claims") -> list[Finding]:
    """What is wrong with one record by itself: its JSON, its schema, and contradictions between its fields.

    A record with a derived field is checked as a built row, any other as one written by hand. References to
    other records are not checked. Raises ValueError for an unknown table, TypeError if JSON cannot hold the
    record.
    """
    from onrecord.reading.jsonl import parse_object
    from onrecord.reading.located import Located
    from onrecord.validation.levels import record_findings

    derived = schemas.read_only_fields(table)
    try:
        line = json.dumps(record, default=json_default).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"not a record, because JSON cannot hold it: {error}") from error
    value, found = parse_object(line, 1, _FILE)
    if value is None or found:
        return list(found)
    located = Located(table, value, _FILE, 1, is_built=not derived.isdisjoint(value))
    return record_findings(located)


def assert_valid(record: object, table: str = "claims") -> None:
    """Raise InvalidRecord, an AssertionError with every finding, unless the record is valid.

    Records are taken as by `findings`.
    """
    if found := findings(record, table):
        raise InvalidRecord(table, found)


def select_claims(**filters: object) -> "list[Claim]":
    """The claims that match every filter, in order: `select_claims(speaker_id="joe-biden", flags=[...])`.

    A filter is a field with a value, or with a list of values of which one must match. A list field (`flags`,
    `evidence`, `barriers`, `via`) matches if it contains the value; `[]` matches an empty list. Dates are
    `datetime.date` or ISO strings. Raises ClaimFilterError for an unknown field or value, with the nearest
    one, and if no claim matches, because a test over no claims tests nothing.
    """
    errors = [error for field, wanted in filters.items() for error in _filter_errors(field, wanted)]
    if errors:
        raise ClaimFilterError("\n".join(errors))
    found = [
        claim for claim in _claims() if all(_fits(claim[field], wanted) for field, wanted in filters.items())
    ]
    if not found:
        each = [
            f"{field}={wanted!r} ({sum(_fits(claim[field], wanted) for claim in _claims())})"
            for field, wanted in filters.items()
        ]
        raise ClaimFilterError(
            f"no claim matches all of {', '.join(each)}; in brackets: claims that match each"
        )
    return cast("list[Claim]", deepcopy(found))


@cache
def _claims() -> tuple[Row, ...]:
    return tuple(iter_rows("claims"))


def _bad_records_of(table: str) -> Iterator[BadRecord]:
    suite = json.loads((home() / "schema" / "tests" / f"{table}.json").read_text(encoding="utf-8"))
    for group in suite:
        for case in group["tests"]:
            if not case["valid"]:
                description = f"{group['description']}, {case['description']}"
                needs_format = case.get("format", False)
                yield BadRecord(table, case["rule"], description, case["data"], needs_format)


def _filter_errors(field: str, wanted: object) -> Iterator[str]:
    known = _known_values()
    if field not in known:
        yield f"claims cannot be chosen by {field!r}; {hint(field, known)}"
        return
    values = _several(wanted)
    if not values and not _is_list(field):
        yield f"{field}=[] matches no claim, because {field} is not a list (expected one of its values)"
    for value in map(iso_date, values):
        if value not in known[field]:
            yield f"no claim has {field}={value!r}; {hint(value, known[field])}"


@cache
def _known_values() -> Mapping[str, tuple[object, ...]]:
    """The values by which each field can be filtered: its labels, or else the values that occur in claims."""
    known: dict[str, tuple[object, ...]] = {}
    for field, subschema in schemas.load_schema("claims")["properties"].items():
        labels = subschema.get("enum") or subschema.get("items", {}).get("enum")
        if labels:
            known[field] = tuple(labels)
        elif not _is_list(field) or "$ref" in subschema["items"]:
            found = (value for claim in _claims() for value in _several(claim[field]))
            known[field] = tuple(dict.fromkeys(map(iso_date, found)))
    return known


def _is_list(field: str) -> bool:
    return "items" in schemas.load_schema("claims")["properties"][field]


def _is_several(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | Mapping)


def _several(value: Any) -> list[Any]:
    return list(value) if _is_several(value) else [value]


def _fits(value: Any, wanted: object) -> bool:
    accepted = [iso_date(one) for one in _several(wanted)]
    if isinstance(value, list):
        return any(one in accepted for one in value) if accepted else not value
    return iso_date(value) in accepted
