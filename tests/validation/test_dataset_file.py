"""dataset.json in a records folder and in a corpus: optional, and checked like a record where it is."""

import json
from pathlib import Path
from typing import Any

import fsspec
import pytest

from onrecord import build
from onrecord.model.about import About
from onrecord.validation.validate import validate
from tests.helpers import corpora, sample


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return sample.write_sample(tmp_path / "checkout")


def found_in(folder: Path, **options: Any) -> list[tuple[str, str, int | None, str | None, str | None]]:
    """Rule, file, line, path and expectation of each finding."""
    return [
        (finding.rule, Path(finding.file).name, finding.line, finding.path, finding.expected)
        for finding in validate(folder, **options)
    ]


def test_without_the_file_records_are_valid(records: Path) -> None:
    (records / "dataset.json").unlink()

    assert found_in(records) == []


def test_a_wrong_value_is_a_finding_with_its_line_path_and_what_was_expected(records: Path) -> None:
    sample.edit(records / "dataset.json", lambda rows: rows[0].update(version="v2", homepage="harbour"))

    numbers = "three numbers, MAJOR.MINOR.PATCH, such as 1.0.0"
    address = "a web address that starts with http:// or https://, without spaces, or null"
    assert found_in(records) == [
        ("malformed-value", "dataset.json", 3, "$.version", numbers),
        ("malformed-value", "dataset.json", 13, "$.homepage", address),
    ]
    assert found_in(records, level=1) == []


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty-file"),
        (b"{", "broken-json"),
        (b"[]\n", "not-an-object"),
        (b'{"name": "\xff"}', "not-utf-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding(records: Path, content: bytes, rule: str) -> None:
    (records / "dataset.json").write_bytes(content)

    assert [found[:2] for found in found_in(records)] == [(rule, "dataset.json")]


def test_a_misspelt_name_is_one_finding_with_the_right_one(records: Path) -> None:
    (records / "dataset.json").rename(records / "datset.json")

    assert found_in(records) == [("unknown-file", "datset.json", None, None, "dataset.json")]


def test_a_folder_in_its_place_is_a_finding(records: Path) -> None:
    (records / "dataset.json").unlink()
    (records / "dataset.json").mkdir()

    assert "unreadable-file" in {found[0] for found in found_in(records)}


def test_a_corpus_has_the_same_findings(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path / "corpus")
    assert found_in(corpus) == []
    wrong = {**sample.dataset(), "languages": ["English"]}
    (corpus / "dataset.json").write_text(json.dumps(wrong) + "\n", encoding="utf-8")

    assert found_in(corpus) == [
        ("malformed-value", "dataset.json", 1, "$.languages[0]", "a language tag such as en or pt-BR")
    ]


def test_a_corpus_at_an_address_has_its_own_name(tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path / "corpus")
    memory = fsspec.filesystem("memory")
    memory.put(str(corpus), "/named", recursive=True)
    memory.put(str(corpus), "/unnamed", recursive=True)
    memory.rm("/unnamed/dataset.json")

    named, unnamed = (build(f"memory://{folder}", tmp_path / folder) for folder in ("named", "unnamed"))

    assert (named.name, named.version) == ("harbour-claims", "2.0.1")
    assert (unnamed.name, unnamed.version) == ("unnamed", "0.0.0")
    assert named.digests == unnamed.digests


@pytest.mark.parametrize("record", [{}, {"name": "x"}, {"title": "x", "later": 1}])
def test_an_incomplete_description_in_a_footer_is_no_crash(record: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="incomplete"):
        About.from_record(record)


def test_a_description_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    about = About.from_record({**sample.dataset(), "funding": "none"})

    assert about.as_record() == sample.dataset()
