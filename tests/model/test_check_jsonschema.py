"""Stock check-jsonschema, with our schemas, judges single records as we do, or we know where not."""

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from onrecord.model import tables as schemas
from onrecord.reading.located import Located
from onrecord.rules.schema import schema_findings
from tests.model.test_conformance import cases


def refused(table: str, instances: list[Any], folder: Path) -> set[int]:
    """The positions of the instances that check-jsonschema refuses."""
    files = []
    for number, instance in enumerate(instances):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(instance), encoding="utf-8")
        files.append(str(path))
    schema = folder / "schema.json"
    schema.write_text(schemas.schema_text(table), encoding="utf-8")
    program = Path(sysconfig.get_path("scripts")) / "check-jsonschema"
    done = subprocess.run(
        [str(program), "--schemafile", str(schema), "--output-format", "json", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(done.stdout)
    assert not answer.get("parse_errors")
    return {int(Path(error["filename"]).stem) for error in answer["errors"]}


@pytest.mark.parametrize("table", [*schemas.TABLES, schemas.DATASET])
def test_it_accepts_and_refuses_what_the_suite_says(table: str, tmp_path: Path) -> None:
    found = list(cases(table))
    bad = refused(table, [case["data"] for _, case in found], tmp_path)

    assert [name for number, (name, case) in enumerate(found) if (number in bad) == case["valid"]] == []


@pytest.mark.parametrize("table", [*schemas.TABLES, schemas.DATASET])
def test_it_differs_from_us_only_where_a_json_schema_has_no_words(table: str, tmp_path: Path) -> None:
    found = [case for _, case in cases(table) if isinstance(case["data"], dict)]
    bad = refused(table, [case["data"] for case in found], tmp_path)

    for number, case in enumerate(found):
        ours = {f.rule for f in schema_findings(Located(table, case["data"], "records.jsonl", 1))}
        if bool(ours) != (number in bad):
            # Written by hand: whole numbers without a point, days that exist, no derived fields.
            assert ours <= {"wrong-type", "impossible-date", "read-only-field"}, case["description"]
            assert ours, case["description"]
