"""The conformance suite in schema/tests covers the schemas, and our validators and stock ones pass it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from onrecord.model import tables as schemas
from onrecord.model import validators
from onrecord.reading.jsonl import parse_object
from onrecord.reading.located import Located
from onrecord.rules import RULES
from onrecord.rules.schema import schema_findings

SUITE = Path(__file__).parents[2] / "schema" / "tests"
KEYS = {"description", "data", "valid", "rule", "format", "form"}
# Keywords that say what a value may be; the others describe, or only lead to these.
ASSERTIONS = {
    "type",
    "enum",
    "pattern",
    "not",
    "format",
    "minimum",
    "maximum",
    "minItems",
    "minLength",
    "uniqueItems",
}
ASSERTIONS |= {"maxItems", "required", "additionalProperties"}

Case = Mapping[str, Any]


def groups(table: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = json.loads((SUITE / f"{table}.json").read_text(encoding="utf-8"))
    return found


def cases(table: str) -> Iterator[tuple[str, Case]]:
    for group in groups(table):
        for case in group["tests"]:
            yield f"{table} | {group['description']} | {case['description']}", case


SUITES = (*schemas.TABLES, schemas.DATASET)
parametrised = pytest.mark.parametrize("table", SUITES)


def rules_of(table: str, case: Case) -> list[str]:
    """The rules under which our validation reports an instance, the file's level included."""
    value, found = parse_object(json.dumps(case["data"]).encode(), 1, "records.jsonl")
    if value is not None:
        record = Located(table, value, "records.jsonl", 1, is_built=case.get("form") == "built")
        found = schema_findings(record)
    return [finding.rule for finding in found]


def test_every_table_has_its_suite_and_nothing_else_is_there() -> None:
    assert {path.stem for path in SUITE.glob("*.json")} == set(SUITES)


@parametrised
def test_the_suite_has_the_shape_that_its_readme_describes(table: str) -> None:
    for group in groups(table):
        assert set(group) == {"description", "schema", "tests"}
        assert group["schema"] == {"$ref": schemas.load_schema(table)["$id"]}
        for case in group["tests"]:
            assert {"description", "data", "valid"} <= set(case) <= KEYS
            assert case.get("rule", "wrong-type") in RULES
            assert case["valid"] or "rule" in case
    assert len({group["description"] for group in groups(table)}) == len(groups(table))


@parametrised
def test_no_instance_is_described_twice_in_a_group(table: str) -> None:
    names = [name for name, _ in cases(table)]

    assert sorted(set(names)) == sorted(names)


@parametrised
def test_stock_validators_pass_the_suite(table: str) -> None:
    schema = dict(schemas.load_schema(table))
    checker = Draft202012Validator.FORMAT_CHECKER
    strict = Draft202012Validator(schema, format_checker=checker)
    fast = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    lax = Draft202012Validator(schema)
    for name, case in cases(table):
        assert strict.is_valid(case["data"]) == case["valid"], name
        assert fast.is_valid(case["data"]) == case["valid"], name
        assert lax.is_valid(case["data"]) == (case["valid"] or case.get("format", False)), name


@parametrised
def test_our_validators_pass_the_suite(table: str) -> None:
    authored = (validators.authored_validator(table), validators.fast_authored_validator(table))
    built = (validators.built_validator(table), validators.fast_built_validator(table))
    for name, case in cases(table):
        form = case.get("form", "authored")
        own, other = (built, authored) if form == "built" else (authored, built)
        for validator in own:
            assert validator.is_valid(case["data"]) == (case["valid"] and form != "neither"), name
        if schemas.read_only_fields(table):
            assert not any(validator.is_valid(case["data"]) for validator in other), name


@parametrised
def test_each_instance_is_reported_under_its_rule_and_no_other(table: str) -> None:
    for name, case in cases(table):
        if case.get("form") != "neither":
            assert rules_of(table, case) == ([case["rule"]] if "rule" in case else []), name


@parametrised
def test_every_keyword_of_every_field_refuses_an_instance(table: str) -> None:
    schema = dict(schemas.load_schema(table))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    refusing = {
        tuple(error.absolute_schema_path)
        for _, case in cases(table)
        for error in validator.iter_errors(case["data"])
    }

    wanted = {
        (*place, keyword)
        for place, sub in places(schema, schema, ())
        for keyword in sub
        if keyword in ASSERTIONS
    }
    assert wanted - refusing == set()


@parametrised
def test_every_label_is_accepted_somewhere(table: str) -> None:
    accepted = [case["data"] for _, case in cases(table) if case["valid"]]
    for field, subschema in schemas.load_schema(table)["properties"].items():
        for label in schemas.labels_in(subschema):
            assert any(label in _listed(record.get(field)) for record in accepted), f"{field}: {label}"


def places(
    root: Mapping[str, Any], schema: Mapping[str, Any], place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Every subschema with the path under which jsonschema reports its errors."""
    yield place, schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from places(root, root["$defs"][name], place)
    for name, sub in schema.get("properties", {}).items():
        yield from places(root, sub, (*place, "properties", name))
    if "items" in schema:
        yield from places(root, schema["items"], (*place, "items"))
    for index, branch in enumerate(schema.get("allOf", ())):
        yield from places(root, branch["then"], (*place, "allOf", index, "then"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
