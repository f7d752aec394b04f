"""The schemas as code: what is derived from them is what they say."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pac
import pytest
from jsonschema import Draft202012Validator

from onrecord.model import arrow, validators
from onrecord.model import tables as schemas
from onrecord.model.labels import definitions
from onrecord.model.paths import home
from onrecord.rules.messages import FORMS, form_at
from tests.helpers import sample

TABLES = (*schemas.TABLES, schemas.DATASET)
SCHEMAS = sorted(path.name.removesuffix(".schema.json") for path in (home() / "schema").glob("*.schema.json"))
ROWS: dict[str, list[sample.Record]] = {
    "claims": sample.claims(),
    "segments": sample.segments(),
    "documents": [sample.document()],
    "relations": sample.relations(),
    "annotations": sample.annotations(),
    "speakers": sample.speakers(),
    "contrasts": sample.contrasts(),
    schemas.DATASET: [sample.dataset()],
}
DERIVED: dict[str, sample.Record] = {
    "claims": {
        "speaker": "Ada Lind",
        "stated_from": "2024-03-04",
        "stated_until": None,
        "about_from": None,
        "about_until": "2024-02-29",
        "agreement": 0.5,
    },
    "segments": {"text": "The bridge is safe.", "has_claims": True},
    "annotations": {"labelled": ["kind"]},
}


@pytest.mark.parametrize("table", TABLES)
def test_each_schema_is_a_valid_schema_that_describes_every_field(table: str) -> None:
    schema = schemas.load_schema(table)

    Draft202012Validator.check_schema(dict(schema))
    assert all(sub.get("description") for sub in schema["properties"].values())
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("table", TABLES)
def test_keys_are_fields_that_authors_write(table: str) -> None:
    assert set(schemas.key_fields(table)) <= set(schemas.authored_schema(table)["properties"])


@pytest.mark.parametrize("table", TABLES)
def test_authored_records_are_accepted_by_both_validators_and_by_the_stock_schema(table: str) -> None:
    for row in ROWS[table]:
        assert validators.fast_authored_validator(table).is_valid(row)
        assert list(validators.authored_validator(table).iter_errors(row)) == []
        assert Draft202012Validator(dict(schemas.load_schema(table))).is_valid(row)


@pytest.mark.parametrize("table", DERIVED)
def test_derived_fields_are_refused_in_authored_records_and_required_in_built_rows(table: str) -> None:
    authored = ROWS[table][0]
    # In a built row the fields that an annotator was not asked for are null.
    built = {**dict.fromkeys(schemas.load_schema(table)["properties"]), **authored, **DERIVED[table]}

    assert set(DERIVED[table]) == schemas.read_only_fields(table)
    for validator in (validators.authored_validator(table), validators.fast_authored_validator(table)):
        assert not validator.is_valid(built)
    for validator in (validators.built_validator(table), validators.fast_built_validator(table)):
        assert validator.is_valid(built)
        assert not validator.is_valid(authored)


@pytest.mark.parametrize("day", ["2024-02-30", "0000-01-01", "2024-00-10", "2023-02-29"])
def test_both_validators_know_the_calendar(day: str) -> None:
    row = {**sample.document(), "date": day}

    assert not validators.authored_validator("documents").is_valid(row)
    assert not validators.fast_authored_validator("documents").is_valid(row)


def test_references_are_read_from_the_schema_without_the_own_key() -> None:
    fields = {(".".join(field.path), field.definition) for field in schemas.reference_fields("claims")}

    assert fields == {
        ("document_id", "document_id"),
        ("segment_id", "segment_id"),
        ("anchors.[].segment_id", "segment_id"),
        ("speaker_id", "speaker_id"),
        ("speaker_alternatives.[]", "speaker_id"),
        ("via.[]", "speaker_id"),
    }
    assert {field.path for field in schemas.reference_fields("relations")} == {("source_id",), ("target_id",)}


def test_a_field_yields_its_values_with_their_exact_places() -> None:
    [field] = [f for f in schemas.reference_fields("claims") if f.path[0] == "anchors"]
    claim = sample.claims()[2]

    assert list(field.values(claim)) == [
        (("anchors", 0, "segment_id"), sample.segment_id(2)),
        (("anchors", 1, "segment_id"), sample.segment_id(2)),
    ]
    assert list(field.values({"anchors": "none"})) == []


@pytest.mark.parametrize(
    "path",
    [("name",), ("via", schemas.EACH), ("anchors", schemas.EACH, "segment_id"), ("why", "kind")],
)
def test_a_column_has_the_values_of_a_field_without_their_places(path: tuple[str, ...]) -> None:
    records: list[dict[str, Any]] = [
        {
            "name": "x",
            "via": ["y", "w"],
            "anchors": [{"segment_id": "z"}, {"segment_id": "u"}],
            "why": {"kind": "v"},
        },
        {"name": None, "via": [], "anchors": [{"segment_id": "t"}], "why": {"kind": None}},
    ]
    field = schemas.Field(path, "any")
    assert field.column(records) == [value for record in records for _, value in field.values(record)]


def test_edtf_fields_are_found_by_reference() -> None:
    alternatives = ("stated_on_alternatives", schemas.EACH)
    assert [f.path for f in schemas.edtf_fields("claims")] == [("stated_on",), alternatives, ("about_time",)]
    assert [f.path for f in schemas.edtf_fields("annotations")] == [("stated_on",), ("about_time",)]


def test_label_names_keep_the_order_of_the_schema() -> None:
    assert schemas.label_names("verifiability") == ("verifiable", "partially_verifiable", "unverifiable")
    assert schemas.label_names("evidence")[0] == "recording"
    assert "lead" in schemas.label_names("role", "segments")


@pytest.mark.parametrize(
    ("field", "table", "hint"),
    [
        ("verifiabilty", "claims", "verifiability"),
        ("text", "claims", "kind"),
        ("role", "segment", "segments"),
    ],
)
def test_an_unknown_label_field_or_table_names_the_nearest(field: str, table: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        schemas.label_names(field, table)


@pytest.mark.parametrize("table", TABLES)
def test_the_arrow_schema_has_the_fields_in_order_and_all_nullable(table: str) -> None:
    found = arrow.arrow_schema(table)

    assert found.names == list(schemas.load_schema(table)["properties"])
    assert all(field.nullable for field in found)


def test_arrow_types_follow_the_json_types() -> None:
    claims = {field.name: str(field.type) for field in arrow.arrow_schema("claims")}

    assert claims["date"] == claims["about_until"] == "date32[day]"
    assert claims["stated_on"] == claims["kind"] == claims["note"] == "string"
    assert claims["via"] == "list<item: string>"
    assert claims["anchors"] == "list<item: struct<segment_id: string, start: int64, end: int64>>"
    assert (claims["check_worthy"], claims["agreement"]) == ("bool", "double")
    annotations = {field.name: field.type for field in arrow.arrow_schema("annotations")}
    assert str(annotations["seconds"]) == "double"
    assert {str(field.type) for field in annotations["undecided"]} == {"string"}


@pytest.mark.parametrize("table", TABLES)
def test_every_pattern_has_a_form_in_plain_words(table: str) -> None:
    schema = schemas.load_schema(table)

    assert {name.removesuffix("_or_null") for name in schema["$defs"]} <= set(FORMS)
    for name, subschema in schema["properties"].items():
        if "pattern" in subschema:
            assert form_at(table, (name,)) == FORMS[name]


def test_every_table_has_its_schema_file(root: Path) -> None:
    names = {path.name.removesuffix(".schema.json") for path in (root / "schema").glob("*.schema.json")}

    assert names >= set(TABLES)
    assert json.loads(schemas.schema_text("claims")) == schemas.load_schema("claims")


def test_every_label_is_defined_and_nothing_else_is() -> None:
    defined = definitions()
    for table in TABLES:
        fields = schemas.load_schema(table)["properties"]
        own = {name: schemas.labels_in(sub) for name, sub in fields.items() if schemas.labels_in(sub)}
        if table == "annotations":
            # An annotator chooses from the labels of the claim; they are defined there.
            claims = schemas.load_schema("claims")["properties"]
            assert own == {name: schemas.labels_in(claims[name]) for name in own}
        else:
            assert {name: tuple(labels) for name, labels in defined.get(table, {}).items()} == own


def test_definitions_of_the_same_name_are_the_same_in_every_schema() -> None:
    seen: dict[str, object] = {}
    for file in sorted((home() / "schema").glob("*.schema.json")):
        for name, definition in json.loads(file.read_text("utf-8")).get("$defs", {}).items():
            assert seen.setdefault(name, definition) == definition, f"{name} in {file.name}"
    for name in [name for name in seen if name.endswith("_or_null")]:
        plain = seen.get(name.removesuffix("_or_null"))
        assert isinstance(plain, dict), name
        assert seen[name] == {**plain, "type": ["string", "null"]}, name


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_field_says_nothing_that_its_definition_does_not_say_too(name: str) -> None:
    # Older validators ignore what stands next to a `$ref`, so that it may only describe or repeat.
    schema = json.loads((home() / "schema" / f"{name}.schema.json").read_text("utf-8"))
    described = {"$ref", "description", "readOnly"}
    for place, sub in referring(schema, ()):
        definition = schema["$defs"][sub["$ref"].removeprefix("#/$defs/")]
        own = {key: value for key, value in sub.items() if key not in described}
        assert own == {key: definition.get(key) for key in own}, place


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_pattern_means_the_same_to_engines_that_do_not_look_around(name: str) -> None:
    text = (home() / "schema" / f"{name}.schema.json").read_text("utf-8")
    for pattern in patterns(json.loads(text)):
        # RE2 raises for what it does not know; `$` inside would be another thing to Python.
        pac.match_substring_regex(pa.array(["x"]), pattern)
        assert "$" not in pattern[:-1], pattern
        assert not re.search(r"\\[dDwWsSbBzZuU]", pattern), pattern


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_pattern_that_ends_with_the_text_has_its_last_line_end_denied(name: str) -> None:
    schema = json.loads((home() / "schema" / f"{name}.schema.json").read_text("utf-8"))
    for sub in subschemas(schema):
        if str(sub.get("pattern", "")).endswith("$"):
            assert sub["not"]["type"] == "string", sub
            assert re.search(sub["not"]["pattern"], "\n"), sub


def subschemas(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema, with those that only hold names."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from subschemas(inner)


def patterns(schema: Any) -> Iterator[str]:
    yield from (sub["pattern"] for sub in subschemas(schema) if isinstance(sub.get("pattern"), str))


def referring(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield place, value
        for key, inner in value.items():
            yield from referring(inner, (*place, key))
