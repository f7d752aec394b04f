"""Types as a type checker sees them: the statements that `assert_type` checks are checked by mypy."""

import datetime
import re
import subprocess
import sys
import typing
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, assert_type, get_args, get_overloads, get_type_hints

import pytest

import onrecord
from onrecord import row_types
from onrecord.dataset.load import rows
from onrecord.model.tables import TABLES, load_schema
from onrecord.row_types import Annotation, Claim, Document, Kind, Relation, Segment, Speaker, Verifiability
from scripts.row_types import PAGE, is_current, row_type
from tests.helpers.answers import gold

EXAMPLE = """
import onrecord
from onrecord.row_types import Claim

claims: list[Claim] = onrecord.rows()
score: onrecord.Score = onrecord.score("date", [])
figure: float = score.result.value
found: list[onrecord.Finding] = onrecord.check("date", "p.jsonl")
compared: onrecord.Comparison = onrecord.compare("date", {"a": "a.jsonl", "b": claims and "b.jsonl"})
paths: list[str] = [finding.file for finding in onrecord.validate("records")]
"""
WRONG = """
import onrecord

claim = onrecord.rows()[0]
claim["knd"]
if claim["kind"] == "evnt":
    pass
onrecord.score("date", 7)
"""


def test_the_types_are_those_of_the_schemas() -> None:
    assert is_current(PAGE), "`make build` renews src/onrecord/row_types.py"


def test_rows_are_typed_per_table() -> None:
    assert_type(onrecord.rows(), list[Claim])
    assert_type(onrecord.rows("segments"), list[Segment])
    assert_type(onrecord.rows("documents"), list[Document])
    assert_type(onrecord.rows("relations"), list[Relation])
    assert_type(onrecord.rows("annotations"), list[Annotation])
    assert_type(onrecord.rows("speakers"), list[Speaker])
    claim = onrecord.rows()[0]
    assert_type(claim["kind"], Kind)
    assert_type(claim["verifiability"], Verifiability)
    assert_type(claim["date"], datetime.date)
    assert_type(onrecord.score("date", gold("date")), onrecord.Score)


def test_every_table_has_an_overload() -> None:
    hints = [get_type_hints(overload, vars(typing) | vars(row_types)) for overload in get_overloads(rows)]
    found = {get_args(hint["table"])[0]: hint["return"] for hint in hints if get_args(hint["table"])}

    assert found == {table: list[getattr(row_types, row_type(table))] for table in TABLES}  # type: ignore[misc]  # computed


@pytest.mark.parametrize("table", TABLES)
def test_every_shipped_row_is_of_its_type(table: str) -> None:
    hints = get_type_hints(getattr(row_types, row_type(table)))
    for row in onrecord.rows(table):
        assert row.keys() == hints.keys()
        for name, value in row.items():
            assert fits(value, hints[name]), (name, value)


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is of a type that the module uses."""
    origin, arguments = typing.get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in arguments
    if origin is list:
        return isinstance(value, list) and all(fits(item, arguments[0]) for item in value)
    if arguments:
        return any(fits(value, one) for one in arguments)
    if typing.is_typeddict(hint):
        return isinstance(value, Mapping) and all(fits(value[k], v) for k, v in get_type_hints(hint).items())
    return type(value) is hint


def test_labels_and_tasks_are_literals() -> None:
    properties = load_schema("claims")["properties"]

    assert get_args(Kind) == tuple(properties["kind"]["enum"])
    assert get_args(row_types.Barrier) == tuple(properties["barriers"]["items"]["enum"])
    assert get_args(row_types.TaskName) == tuple(onrecord.TASKS)
    assert get_args(row_types.TableName) == TABLES


def errors(tool: list[str], folder: Path, root: Path) -> list[str]:
    """The lines of `wrong.py` in which a type checker finds an error; it may find none in `right.py`."""
    (folder / "right.py").write_text(EXAMPLE)
    (folder / "wrong.py").write_text(WRONG)
    done = subprocess.run(
        [sys.executable, "-m", *tool, "right.py", "wrong.py"],
        cwd=folder,
        env={"MYPYPATH": str(root / "src"), "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"(\w+\.py):(\d+).* error: ", done.stdout)
    assert {file for file, _ in found} == {"wrong.py"}, done.stdout + done.stderr
    return [line for _, line in found]


# The types of other packages are not looked up: they take most of the time, and no statement needs them.
MYPY = [
    "mypy",
    "--strict",
    "--follow-imports=silent",
    "--ignore-missing-imports",
    "--no-site-packages",
    "--strict-equality",
]


def test_mypy_knows_every_public_name_and_finds_misuse(tmp_path: Path, root: Path) -> None:
    assert errors(MYPY, tmp_path, root) == ["5", "6", "8"]


@pytest.mark.skipif(find_spec("basedpyright") is None, reason="basedpyright is not installed")
def test_pyright_knows_every_public_name_and_finds_misuse(tmp_path: Path, root: Path) -> None:
    assert {"5", "8"} <= set(errors(["basedpyright", "--level", "error"], tmp_path, root))
