"""A file that is one pretty-printed JSON value: one finding that says so, in every layout."""

import json
from pathlib import Path
from typing import Any

import pytest

from onrecord.benchmark.predictions import check
from onrecord.model.findings import Finding
from onrecord.validation.validate import validate
from tests.helpers import corpora
from tests.helpers.answers import gold
from tests.helpers.sample import DOCUMENT_ID, claims, write_sample

INDENTED = json.dumps(claims()[0], indent=2, ensure_ascii=False)
LISTED = json.dumps(claims(), indent=2, ensure_ascii=False)


def about(found: list[Finding]) -> list[tuple[str, int | None]]:
    assert all("written over many lines" in finding.message for finding in found)
    assert all("one object per line" in (finding.expected or "") for finding in found)
    return [(finding.rule, finding.line) for finding in found]


@pytest.mark.parametrize(
    ("text", "what"), [(INDENTED, "an object"), (LISTED, "a list")], ids=["object", "list"]
)
def test_a_pretty_printed_file_is_one_finding(text: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(text + "\n", encoding="utf-8")

    found = list(validate(path))

    assert about(found) == [("broken-json", 1)]
    assert what in found[0].message


def test_a_pretty_printed_file_of_a_records_folder_is_one_finding(tmp_path: Path) -> None:
    records = write_sample(tmp_path / "repo")
    (records / DOCUMENT_ID / "claims.jsonl").write_text(LISTED + "\n", encoding="utf-8")

    assert about(list(validate(records))) == [("broken-json", 1)]


@pytest.mark.parametrize("compression", ["", "gzip"], ids=["plain", "compressed"])
def test_a_pretty_printed_shard_is_one_finding(compression: str, tmp_path: Path) -> None:
    tables: dict[str, list[Any]] = corpora.tables()
    tables["annotations"] = []
    folder = corpora.write(tables, tmp_path / "corpus", 1)
    pretty = json.dumps(tables["claims"], indent=1).encode() + b"\n"
    for shard in (folder / "claims").iterdir():
        shard.unlink()
    corpora.write_shard(folder / "claims" / "part-00000.jsonl", pretty, compression)

    found = [finding for finding in validate(folder) if "claims" in finding.file]

    assert about(found) == [("broken-json", 1)]


def test_a_large_pretty_printed_file_is_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("[\n" + " \n" * 5_000_000, encoding="utf-8")

    assert about(list(validate(path))) == [("broken-json", 1)]


def test_pretty_printed_predictions_are_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text(json.dumps(gold("verifiability"), indent=2), encoding="utf-8")

    assert about(check("verifiability", path)) == [("broken-json", 1)]
