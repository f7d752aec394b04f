"""Whole runs: what is checked, in which order, what one error causes, and what the summary says."""

import io
import json
import shutil
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from onrecord.exceptions import UnusableInputError
from onrecord.model.findings import Finding
from onrecord.validation.validate import Summary, validate
from tests.helpers.sample import (
    ARTICLE,
    DOCUMENT_ID,
    SOURCE_FILE,
    article_of,
    as_text,
    claim_id,
    claims,
    edit,
    relations,
    write_sample,
)

Rows = list[dict[str, Any]]
CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"
SEGMENTS = f"{DOCUMENT_ID}/segments.jsonl"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "repo")


def rules(found: "list[Finding] | Any") -> list[str]:
    return [finding.rule for finding in found]


def test_valid_records_have_no_findings_and_the_summary_counts_them(records: Path) -> None:
    run = validate(records)

    assert list(run) == []
    assert run.summary == Summary(
        records={
            "speakers": 3,
            "claims": 4,
            "segments": 5,
            "documents": 1,
            "relations": 2,
            "annotations": 4,
            "contrasts": 6,
            "adjudications": 1,
            "extractions": 3,
            "extraction_matches": 3,
            "labellings": 4,
        },
        documents=1,
        documents_with_source=1,
    )


def test_the_shipped_records_are_valid(root: Path) -> None:
    assert list(validate(root / "records")) == []


def test_a_finding_gives_file_line_record_path_and_what_was_expected(records: Path) -> None:
    edit(records / CLAIMS, lambda rows: rows[2].update(mode="indirect_speach"))

    [finding] = validate(records)

    assert finding == Finding(
        rule="unknown-label",
        level=2,
        severity="error",
        file=(records / CLAIMS).as_posix(),
        line=3,
        record_id=claim_id(3),
        path="$.mode",
        message='mode is "indirect_speach", not one of its labels',
        expected="indirect_speech",
    )
    with pytest.raises(FrozenInstanceError):
        finding.line = 4  # type: ignore[misc]  # that it cannot be set is the point


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_levels_up_to_the_one_given_are_checked(level: int, records: Path) -> None:
    (records / "notes.txt").write_text("Ask the mayor.\n")
    edit(records / CLAIMS, lambda rows: rows[0].update(mode="narrated"))
    edit(records / CLAIMS, lambda rows: rows[2].update(via=["ada-lind"]))
    edit(
        records / CLAIMS, lambda rows: rows[3]["anchors"][0].update(start=rows[3]["anchors"][0]["start"] + 1)
    )

    found = rules(validate(records, level=level))

    assert sorted(found) == sorted(
        ["unknown-file", "unknown-label", "speaker-in-via", "edge-inside-word"][:level]
    )


def test_without_the_article_source_checks_are_skipped_and_the_summary_says_so(records: Path) -> None:
    edit(
        records / CLAIMS, lambda rows: rows[3]["anchors"][0].update(start=rows[3]["anchors"][0]["start"] + 1)
    )

    article_of(records).unlink()
    here = f"{article_of(records).as_posix()}"

    for folder, where in (
        (None, f"{here}; name the folder of the articles with --articles or ONRECORD_ARTICLES"),
        (records, f"{here} and no {records.as_posix()}/{SOURCE_FILE}"),
    ):
        run = validate(records, articles=folder)

        assert list(run) == []
        assert run.summary.documents_with_source == 0
        assert run.summary.notes == [f"{DOCUMENT_ID}: source checks did not run, there is no {where}"]


def test_the_articles_folder_can_be_set_by_variable(
    records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article_of(records).unlink()
    (tmp_path / SOURCE_FILE).write_text(ARTICLE, encoding="utf-8", newline="\r\n")
    monkeypatch.setenv("ONRECORD_ARTICLES", str(tmp_path))
    run = validate(records)

    assert list(run) == []
    assert run.summary.documents_with_source == 1


def test_an_altered_article_is_one_finding(records: Path) -> None:
    article = article_of(records)
    article.write_text(ARTICLE.replace("eleven", "twelve"), encoding="utf-8")

    assert rules(validate(records)) == ["source-hash-mismatch"]


def test_an_article_that_is_not_text_is_a_note_in_the_summary(records: Path) -> None:
    article_of(records).write_bytes(b"\xff\xfe\x00")
    run = validate(records)

    assert list(run) == []
    assert "is not UTF-8" in run.summary.notes[0]


def test_a_single_document_can_be_checked(records: Path) -> None:
    edit(records / "speakers.jsonl", lambda rows: rows.append({**rows[0], "speaker_id": "nobody"}))
    edit(records / CLAIMS, lambda rows: rows[3].update(via=["no-one"]))

    run = validate(records / DOCUMENT_ID)

    assert rules(run) == ["unknown-speaker"]
    assert "speakers" not in run.summary.records


def test_a_single_document_without_speakers_next_to_it_reports_what_was_not_checked(
    records: Path, tmp_path: Path
) -> None:
    folder = tmp_path / DOCUMENT_ID
    shutil.copytree(records / DOCUMENT_ID, folder)
    run = validate(folder)

    assert list(run) == []
    assert "speaker ids, because there is no speakers.jsonl next to the folder" in run.summary.notes


def test_a_renamed_folder_is_one_finding(records: Path) -> None:
    (records / DOCUMENT_ID).rename(records / "harbour-2024-03-06")

    assert rules(validate(records)) == ["folder-name-mismatch"]


def test_a_copied_document_folder_is_reported_for_the_copy_only(records: Path) -> None:
    shutil.copytree(records / DOCUMENT_ID, records / "harbour-copy")

    found = list(validate(records))

    assert rules(found) == ["folder-name-mismatch"]
    assert "harbour-copy" in found[0].file


@pytest.mark.parametrize(
    ("table", "rows", "expected"),
    [
        ("claims", [*claims(), claims()[0]], ["duplicate-id"]),
        ("claims", claims()[2:], []),
        ("claims", [{**claims()[0], "via": ["harbour-gazette"]}], ["speaker-in-via"]),
        ("claims", [{**claims()[0], "claim_id": "other-c001"}], ["id-outside-document"]),
        ("relations", [*relations(), relations()[1]], ["repeated-relation"]),
        ("relations", [{**relations()[0], "type": "report"}], ["unknown-label"]),
    ],
)
def test_a_single_file_is_checked_as_far_as_possible(
    table: str, rows: Rows, expected: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(as_text(path, rows), encoding="utf-8")

    assert rules(validate(path, table=table)) == expected


def test_ids_must_be_unique_in_a_file_of_several_documents(tmp_path: Path) -> None:
    other = {**claims()[0], "claim_id": "other-c001", "document_id": "other"}
    path = tmp_path / "rows.jsonl"
    path.write_text(as_text(path, [claims()[0], other, claims()[0]]), encoding="utf-8")

    [finding] = validate(path, table="claims")

    assert (finding.rule, finding.line) == ("duplicate-id", 3)


def test_findings_in_standard_input_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (json.dumps({**claims()[0], "mode": "x"}) + "\n").encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    [finding] = validate("-", table="claims")

    assert (finding.file, finding.line) == ("<stdin>", 1)


def test_a_path_that_is_given_twice_is_checked_once(sample_records: Path) -> None:
    once = validate(sample_records)
    assert list(once) == []
    twice = validate(sample_records, f"{sample_records}/")
    assert list(twice) == []
    assert twice.summary.records == once.summary.records
    assert f"{sample_records}/ a second time, because it was given more than once" in twice.summary.notes


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("nowhere", {}, "there is no such file or folder"),
        ("rows.jsonl", {}, "name its table with --table"),
        ("empty", {}, "empty: not a records folder"),
        ("loop", {}, "the symbolic link is dangling"),
        ("records", {"ignore": ["unused-speker"]}, "no rule 'unused-speker'; did you mean 'unused-sp"),
        ("nowhere", {"table": "claims"}, "no such file"),
        ("records", {"level": 5}, "there is no level 5"),
        ("records", {"table": "claim"}, "there is no table 'claim'"),
    ],
)
def test_unusable_input_is_rejected_at_once(
    path: str, options: dict[str, Any], message: str, records: Path
) -> None:
    (records.parent / "empty").mkdir()
    (records.parent / "rows.jsonl").touch()
    (records.parent / "loop").symlink_to(records.parent / "loop")

    with pytest.raises(UnusableInputError, match=message):
        validate(records.parent / path, **options)


def test_memory_does_not_grow_with_the_number_of_documents(tmp_path: Path) -> None:
    import tracemalloc

    records = write_sample(tmp_path / "repo")
    source = records / DOCUMENT_ID

    def peak(copies: int) -> int:
        for number in range(copies):
            name = f"copy-{number}"
            if not (records / name).exists():
                for path in source.rglob("*.json*"):
                    copy = records / name / path.relative_to(source)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copy.write_text(
                        path.read_text(encoding="utf-8").replace(DOCUMENT_ID, name), encoding="utf-8"
                    )
        tracemalloc.start()
        list(validate(records))
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(2)
    assert peak(40) < 2 * peak(2)
