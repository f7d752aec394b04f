"""Validators and generators of other projects take the schemas as they are, and agree on the suite.

Run by `make test-clients`, in an environment of its own. `onrecord` is not in it: these tests know only what
lies in schema/.
"""

import importlib.util
import json
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("datamodel_code_generator", reason="needs other projects' validators: make test-clients")

import fastjsonschema  # After the skip, as the three below.
import jsonschema_rs
import re2
from jsonschema import Draft202012Validator

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "schema"
SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(SCHEMA.glob("*.schema.json"))
}
SUITE = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SCHEMA.glob("tests/*.json"))
}

# What a type can say of a record, by the rule under which `onrecord validate` reports it.
TYPES = {"not-an-object", "missing-field", "unknown-field", "wrong-type", "unknown-label", "empty-list"}
# What a class with patterns and bounds says besides.
CLASSES = TYPES | {"malformed-value", "out-of-range", "impossible-date"}

Case = Mapping[str, Any]
every_schema = pytest.mark.parametrize("name", SCHEMAS)
every_suite = pytest.mark.parametrize("table", SUITE)


def cases(table: str) -> Iterator[tuple[str, Case]]:
    for group in SUITE[table]:
        for case in group["tests"]:
            yield f"{group['description']} | {case['description']}", case


def disagreements(table: str, is_valid: Callable[[Any], bool]) -> list[str]:
    """The instances of the suite on which a validator says something else."""
    return [name for name, case in cases(table) if is_valid(case["data"]) != case["valid"]]


def patterns(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("pattern"), str):
            yield value["pattern"]
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from patterns(inner)


def npm(program: str) -> str:
    return str(HERE / "node_modules" / ".bin" / program)


@pytest.fixture(scope="module")
def ajv() -> Mapping[str, list[bool]]:
    """What Ajv says of each instance; it has compiled every schema by then."""
    instances = {table: [case["data"] for _, case in cases(table)] for table in SUITE}
    asked = json.dumps({"schemas": SCHEMAS, "instances": instances})
    command = ["node", str(HERE / "ajv_results.js")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    results: Mapping[str, list[bool]] = json.loads(done.stdout)
    return results


@every_schema
def test_ajv_compiles_every_schema_in_strict_mode(name: str, ajv: Mapping[str, list[bool]]) -> None:
    assert name in ajv


@every_suite
def test_ajv_passes_the_suite(table: str, ajv: Mapping[str, list[bool]]) -> None:
    verdicts = iter(ajv[table])

    assert disagreements(table, lambda _: next(verdicts)) == []


@every_schema
def test_fastjsonschema_compiles_every_schema_as_it_is(name: str) -> None:
    assert callable(fastjsonschema.compile(SCHEMAS[name]))


@every_suite
def test_fastjsonschema_passes_the_suite_although_it_ignores_what_is_next_to_a_reference(table: str) -> None:
    validate = fastjsonschema.compile(SCHEMAS[table])

    def is_valid(instance: Any) -> bool:
        try:
            validate(instance)
        except fastjsonschema.JsonSchemaException:
            return False
        return True

    assert disagreements(table, is_valid) == []


@every_schema
def test_jsonschema_rs_compiles_every_schema_with_its_linear_engine(name: str) -> None:
    assert linear(name).is_valid({}) is False


@every_suite
def test_jsonschema_rs_passes_the_suite_with_its_linear_engine(table: str) -> None:
    assert disagreements(table, linear(table).is_valid) == []


def linear(name: str) -> Any:
    options = jsonschema_rs.RegexOptions()
    return jsonschema_rs.Draft202012Validator(SCHEMAS[name], validate_formats=True, pattern_options=options)


@every_suite
def test_jsonschema_passes_the_suite(table: str) -> None:
    checker = Draft202012Validator.FORMAT_CHECKER

    assert disagreements(table, Draft202012Validator(SCHEMAS[table], format_checker=checker).is_valid) == []


@every_schema
def test_re2_compiles_every_pattern(name: str) -> None:
    assert [pattern for pattern in patterns(SCHEMAS[name]) if not re2.compile(pattern)] == []


@every_schema
def test_a_class_of_pydantic_can_be_generated_from_every_schema(name: str, tmp_path: Path) -> None:
    assert set(model(name, tmp_path).model_fields) == set(SCHEMAS[name]["properties"])


@every_suite
def test_classes_of_pydantic_accept_and_refuse_what_a_class_can(table: str, tmp_path: Path) -> None:
    generated = model(table, tmp_path)

    def is_valid(instance: Any) -> bool:
        try:
            generated.model_validate_json(json.dumps(instance), strict=True)
        except ValueError:
            return False
        return True

    for name, case in cases(table):
        if case["valid"] and "rule" not in case:
            assert is_valid(case["data"]), name
        elif not case["valid"] and case["rule"] in CLASSES and not is_beyond_a_class(table, case):
            assert not is_valid(case["data"]), name


def is_beyond_a_class(table: str, case: Case) -> bool:
    """What the generated classes do not check: `not`, and null where a derived field may be absent."""
    text = json.dumps(case["data"], ensure_ascii=False)
    has_noncharacter = any(0xFDD0 <= ord(c) <= 0xFDEF or ord(c) & 0xFFFE == 0xFFFE for c in text)
    data = case["data"] if isinstance(case["data"], dict) else {}
    derived = {name: field for name, field in SCHEMAS[table]["properties"].items() if field.get("readOnly")}
    is_null_for_absent = any(
        data.get(name, 0) is None and "null" not in derived[name]["type"] for name in derived
    )
    return has_noncharacter or is_null_for_absent


def model(name: str, folder: Path) -> Any:
    """The class that datamodel-code-generator makes of a schema."""
    module = folder / f"generated_{name.replace('-', '_')}.py"
    program = Path(sysconfig.get_path("scripts")) / "datamodel-codegen"
    options = ["--input-file-type", "jsonschema", "--output-model-type", "pydantic_v2.BaseModel"]
    options += ["--input", str(SCHEMA / f"{name}.schema.json"), "--output", str(module)]
    options += ["--class-name", "Row", "--formatters", "builtin", "--encoding", "utf-8"]
    done = subprocess.run([str(program), *options], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    spec = importlib.util.spec_from_file_location(module.stem, module)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[module.stem] = loaded
    spec.loader.exec_module(loaded)
    return loaded.Row


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the types that json-schema-to-typescript makes of every schema."""
    folder = tmp_path_factory.mktemp("types")
    for name in SCHEMAS:
        command = [npm("json2ts"), "--input", str(SCHEMA / f"{name}.schema.json")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), name
        (folder / f"{name}.ts").write_text(done.stdout, encoding="utf-8")
    return folder


@every_schema
def test_generated_types_have_every_field_with_its_description(name: str, types: Path) -> None:
    text = " ".join((types / f"{name}.ts").read_text(encoding="utf-8").replace("*", " ").split())

    for field, subschema in SCHEMAS[name]["properties"].items():
        assert f" {field}: " in text or f" {field}?: " in text, field
        assert subschema["description"] in text, field


def test_types_accept_and_refuse_what_a_type_can(types: Path) -> None:
    lines = []
    for table in SUITE:
        kind = table.capitalize()
        lines.append(f'import type {{ {kind} }} from "./{table}";')
        for number, (_, case) in enumerate(cases(table)):
            is_plain = case["valid"] or case["rule"] not in TYPES or is_beyond_a_type(case)
            # The compiler fails too where it finds no error below such a line.
            lines += [] if is_plain else ["// @ts-expect-error"]
            lines.append(f"export const {table}{number}: {kind} = {json.dumps(case['data'])};")
    (types / "suite.ts").write_text("\n".join(lines), encoding="utf-8")

    command = [npm("tsc"), "--noEmit", "--strict", "--exactOptionalPropertyTypes", "suite.ts"]
    done = subprocess.run(command, cwd=types, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def is_beyond_a_type(case: Case) -> bool:
    """A fraction where a whole number belongs: there is one type of numbers."""
    return "fraction" in case["description"]
