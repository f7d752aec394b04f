"""Single files: JSON Lines, Parquet and standard input, one on its own or several against each other."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord import build, rows
from onrecord.exceptions import UnusableInputError
from onrecord.model.arrow import arrow_schema
from onrecord.model.findings import Finding
from onrecord.model.tables import TABLES
from onrecord.validation.validate import validate
from tests.helpers.parquet import record_batch
from tests.helpers.sample import (
    DOCUMENT_ID,
    Record,
    as_text,
    claim_id,
    claims,
    document,
    edit,
    relations,
    segment_id,
    segments,
)

Rows = list[Record]
CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"


def found_in(*paths: Path, **options: Any) -> list[str]:
    return [finding.rule for finding in validate(*paths, **options)]


def rewrite(data: Path, table: str, change: Callable[[Rows], object], *, footer: bool = False) -> Path:
    """Change the built rows of a table; without its footer no digest covers them."""
    path = data / table / "test-00000-of-00001.parquet"
    metadata = pq.read_metadata(path).metadata if footer else None
    changed = [{k: _iso(v) for k, v in row.items()} for row in rows(table, data)]
    change(changed)
    schema = arrow_schema(table)
    with pq.ParquetWriter(path, schema) as writer:
        writer.write_batch(record_batch(changed, schema))
        if metadata:
            pairs = {key: value for key, value in metadata.items() if key.startswith(b"onrecord")}
            writer.add_key_value_metadata(pairs)
    return path


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime.date) else value


def test_shipped_tables_are_valid_and_checked_against_each_other(root: Path) -> None:
    run = validate(root / "data")

    assert list(run) == []
    assert run.summary.records["claims"] == len(onrecord.rows("claims", split=None))
    assert not any(note.startswith("not given") for note in run.summary.notes)


def test_built_tables_are_valid_as_a_folder_and_as_files(sample_data: Path) -> None:
    assert found_in(sample_data) == []
    assert found_in(*sorted(sample_data.rglob("*.parquet"))) == []


@pytest.mark.parametrize(
    ("table", "field", "value", "expected"),
    [
        pytest.param("claims", "speaker", "Ada Lynd", '"Ada Lind"', id="speaker"),
        pytest.param("claims", "stated_from", "2024-03-01", '"2024-03-04"', id="first day"),
        pytest.param("claims", "about_until", None, '"2024-03-04"', id="last day"),
        pytest.param("claims", "agreement", 0.5, "1.0", id="agreement"),
        pytest.param("segments", "has_claims", False, "true", id="has claims"),
    ],
)
def test_derived_fields_are_compared_with_derived_values(
    table: str, field: str, value: object, expected: str, sample_data: Path
) -> None:
    rewrite(sample_data, table, lambda rows: rows[2].update({field: value}))

    [finding] = validate(sample_data)

    assert (finding.rule, finding.path, finding.expected) == (
        "derived-field-mismatch",
        f"$.{field}",
        expected,
    )
    assert finding.line == 3


def test_derived_fields_of_a_single_table_are_checked_as_far_as_possible(sample_data: Path) -> None:
    path = rewrite(
        sample_data, "claims", lambda rows: rows[2].update(stated_from="2024-03-01", speaker="?", agreement=0)
    )

    assert [finding.path for finding in validate(path)] == ["$.stated_from"]


def test_rows_changed_after_the_build_do_not_match_the_digest_in_the_footer(sample_data: Path) -> None:
    path = rewrite(sample_data, "speakers", lambda rows: rows[1].update(name="Ada Lynd"), footer=True)

    assert found_in(path) == ["content-hash-mismatch"]


def test_a_derived_field_that_is_missing_is_a_missing_column(sample_data: Path) -> None:
    path = sample_data / "claims" / "test-00000-of-00001.parquet"
    table = pq.ParquetFile(path).read().drop_columns(["speaker"])
    pq.write_table(table, path)

    [finding] = validate(path)

    assert (finding.rule, finding.path, finding.expected) == ("missing-field", "$.speaker", "string")


def test_a_column_of_dates_must_have_the_date_type(sample_data: Path) -> None:
    path = sample_data / "claims" / "test-00000-of-00001.parquet"
    table = pq.ParquetFile(path).read()
    at = table.schema.get_field_index("date")
    pq.write_table(table.set_column(at, "date", table["date"].cast(pa.string())), path)

    [finding] = validate(path)

    assert (finding.rule, finding.path, finding.expected) == ("wrong-type", "$.date", "date32[day]")


def test_a_misspelt_column_is_one_finding(sample_data: Path) -> None:
    path = sample_data / "speakers" / "test-00000-of-00001.parquet"
    table = pq.ParquetFile(path).read()
    pq.write_table(table.rename_columns(["alias" if n == "aliases" else n for n in table.schema.names]), path)

    [finding] = validate(path)

    assert (finding.rule, finding.expected) == ("unknown-field", "aliases")


def test_wider_types_of_other_writers_are_accepted(sample_data: Path) -> None:
    path = sample_data / "segments" / "test-00000-of-00001.parquet"
    table = pq.ParquetFile(path).read()
    wide = {pa.string(): pa.large_string(), pa.int64(): pa.int32()}
    schema = pa.schema([field.with_type(wide.get(field.type, field.type)) for field in table.schema])
    pq.write_table(table.cast(schema), path)

    assert found_in(path) == []


@pytest.mark.parametrize("cut", [0, 4, 1000, -1], ids=["empty", "magic only", "half", "last byte missing"])
def test_a_damaged_parquet_file_is_one_finding(cut: int, sample_data: Path) -> None:
    path = sample_data / "claims" / "test-00000-of-00001.parquet"
    path.write_bytes(path.read_bytes()[:cut])

    assert found_in(path) == ["unreadable-file"]


def test_damage_inside_the_rows_is_found(sample_data: Path) -> None:
    path = sample_data / "claims" / "test-00000-of-00001.parquet"
    content = bytearray(path.read_bytes())
    content[60:400] = b"\xff" * 340
    path.write_bytes(content)

    assert "unreadable-file" in found_in(path)


def test_nan_is_found_in_a_built_row(sample_data: Path) -> None:
    path = rewrite(sample_data, "claims", lambda rows: rows[0].update(agreement=float("nan")))

    [finding] = validate(path)

    assert (finding.rule, finding.path) == ("non-finite-number", "$.agreement")


def test_the_table_is_known_by_file_name_folder_footer_or_option(
    sample_records: Path, sample_data: Path, tmp_path: Path
) -> None:
    unnamed = tmp_path / "x.jsonl"
    unnamed.write_text(as_text(unnamed, claims()), encoding="utf-8")
    parquet = tmp_path / "x.parquet"
    parquet.write_bytes((sample_data / "segments" / "test-00000-of-00001.parquet").read_bytes())
    folder = sample_records / DOCUMENT_ID
    for path, table in [
        (folder / "claims.jsonl", "claims"),
        (folder / "document.json", "documents"),
        (folder / "annotations" / "annotator-1.jsonl", "annotations"),
        (folder / "annotations" / "raw" / "labelling" / "annotator-1.jsonl", "labellings"),
        (folder / "annotations" / "raw" / "extraction_matches.jsonl", "extraction_matches"),
        (parquet, "segments"),
    ]:
        run = validate(path)
        assert list(run) == []
        assert list(run.summary.records) == [table]
    assert found_in(unnamed, table="claims") == []
    with pytest.raises(UnusableInputError, match="name its table with --table"):
        validate(unnamed)


def test_several_files_are_checked_against_each_other(sample_records: Path) -> None:
    folder = sample_records / DOCUMENT_ID
    edit(folder / "relations.jsonl", lambda rows: rows[0].update(target_id=claim_id(9)))
    edit(folder / "claims.jsonl", lambda rows: rows[3]["anchors"][0].update(segment_id=segment_id(9)))

    separate = [found_in(folder / name) for name in ("claims.jsonl", "relations.jsonl")]
    together = found_in(folder / "claims.jsonl", folder / "relations.jsonl", folder / "segments.jsonl")

    assert separate == [["main-segment-unanchored"], []]
    assert sorted(together) == ["unknown-claim", "unknown-segment"]


def test_the_option_applies_only_to_files_that_do_not_name_their_table(
    sample_records: Path, sample_data: Path, tmp_path: Path
) -> None:
    folder, unnamed, footer = sample_records / DOCUMENT_ID, tmp_path / "x.jsonl", tmp_path / "x.parquet"
    unnamed.write_text((folder / "claims.jsonl").read_text(encoding="utf-8"), encoding="utf-8")
    footer.write_bytes((sample_data / "segments" / "test-00000-of-00001.parquet").read_bytes())

    run = validate(sample_records / "speakers.jsonl", footer, unnamed, table="claims")

    assert list(run) == []
    assert set(run.summary.records) == {"speakers", "segments", "claims"}
    edit(unnamed, lambda rows: rows[0].update(speaker_id="nobody"))
    assert found_in(sample_records / "speakers.jsonl", unnamed, table="claims") == ["unknown-speaker"]


def test_the_option_decides_the_table_of_a_single_file(sample_records: Path) -> None:
    run = validate(sample_records / "speakers.jsonl", table="claims")

    assert any(finding.rule == "unknown-field" for finding in run)
    assert list(run.summary.records) == ["claims"]


def test_an_option_without_effect_is_rejected(sample_records: Path) -> None:
    folder = sample_records / DOCUMENT_ID
    for paths in ([sample_records], [sample_records / "speakers.jsonl", folder / "claims.jsonl"]):
        with pytest.raises(UnusableInputError, match="--table segments has no effect"):
            validate(*paths, table="segments")


def test_tables_that_are_not_given_are_reported_and_not_guessed(sample_records: Path) -> None:
    folder = sample_records / DOCUMENT_ID
    run = validate(
        folder / "claims.jsonl", folder / "annotations" / "annotator-1.jsonl", folder / "adjudications.jsonl"
    )

    assert list(run) == []
    [note] = run.summary.notes
    assert note == (
        "cross-table rules that need segments, documents, relations, speakers, because these were not given"
    )


def test_a_table_in_several_shards_is_one_table(tmp_path: Path) -> None:
    for number, part in enumerate((claims()[:2], claims()[2:])):
        (tmp_path / f"{number}.jsonl").write_text(as_text(tmp_path / "x.jsonl", part), encoding="utf-8")
    shards = [tmp_path / "0.jsonl", tmp_path / "1.jsonl"]

    assert found_in(*shards, table="claims") == []
    assert found_in(*shards, shards[0], table="claims") == ["duplicate-id", "duplicate-id"]


def of_two_documents(folder: Path) -> list[Path]:
    """Relations, segments and claims of the sample, and a copy of them under the id of another document."""

    def named(row: Record) -> Record:
        renamed: Record = json.loads(json.dumps(row).replace(DOCUMENT_ID, "other"))
        return renamed

    paths = []
    for name, part in (("relations", relations()), ("segments", segments()), ("claims", claims())):
        paths.append(folder / f"{name}.jsonl")
        paths[-1].write_text(as_text(paths[-1], [*part, *map(named, part)]), encoding="utf-8")
    return paths


def test_rows_of_several_documents_are_kept_apart(tmp_path: Path) -> None:
    run = validate(*of_two_documents(tmp_path))

    assert list(run) == []
    assert run.summary.documents == 2


def test_a_wrong_document_id_is_one_finding_among_tables(sample_data: Path) -> None:
    rewrite(sample_data, "claims", lambda rows: rows[1].update(document_id="other"))

    assert found_in(sample_data) == ["unknown-document"]


def test_a_document_that_is_not_given_is_one_finding(tmp_path: Path) -> None:
    documents = tmp_path / "documents.jsonl"
    documents.write_text(as_text(documents, [document()]), encoding="utf-8")

    assert found_in(documents, *of_two_documents(tmp_path)) == ["unknown-document"]


def test_a_table_of_documents_without_rows_is_one_finding(sample_data: Path) -> None:
    rewrite(sample_data, "documents", lambda rows: rows.clear())

    assert found_in(sample_data) == ["empty-file"]


def test_a_broken_line_causes_no_findings_in_other_files(sample_records: Path) -> None:
    folder = sample_records / DOCUMENT_ID
    lines = (folder / "claims.jsonl").read_bytes().split(b"\n")
    lines[1] = lines[1][:100]
    (folder / "claims.jsonl").write_bytes(b"\n".join(lines))

    paths = [folder / name for name in ("claims.jsonl", "relations.jsonl", "segments.jsonl")]

    assert found_in(*paths) == ["broken-json"]


def test_a_folder_and_files_are_checked_in_one_run(sample_records: Path, sample_data: Path) -> None:
    run = validate(sample_records, sample_data, sample_records / CLAIMS)

    assert list(run) == []
    assert run.summary.records["claims"] == 12


def test_a_single_file_is_read_without_keeping_its_rows(tmp_path: Path) -> None:
    import tracemalloc

    def peak(documents: int) -> int:
        path = tmp_path / "claims.jsonl"
        long = json.dumps({**claims()[0], "text": "The bridge is long. " * 499 + "So it is."})
        path.write_text("".join(f"{long.replace(DOCUMENT_ID, f'd{n}')}\n" for n in range(documents)))
        tracemalloc.start()
        assert found_in(path) == []
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(10)
    # Only the id of a record and its place are kept, a tenth of its content.
    assert peak(600) - peak(300) < 300 * 1_000


def test_a_finding_in_parquet_counts_rows_from_1(sample_data: Path) -> None:
    path = rewrite(sample_data, "claims", lambda rows: rows[1].update(mode="narrated"))

    [finding] = validate(path)

    assert isinstance(finding, Finding)
    assert (finding.line, finding.record_id, finding.rule) == (2, claim_id(2), "unknown-label")


@pytest.mark.parametrize(("table", "expected"), [("claims", ["empty-file"]), ("annotations", [])])
def test_a_built_table_without_rows_is_reported_unless_it_may_be_empty(
    table: str, expected: list[str], sample_data: Path
) -> None:
    path = rewrite(sample_data, table, lambda rows: rows.clear())

    assert found_in(path) == expected


def test_a_build_of_the_sample_is_valid(sample_records: Path, tmp_path: Path) -> None:
    build(sample_records, tmp_path / "out")

    assert found_in(tmp_path / "out") == []
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(["README.md", *TABLES])


def test_a_column_that_is_given_twice_is_one_finding_and_an_error(sample_data: Path) -> None:
    path = sample_data / "claims" / "test-00000-of-00001.parquet"
    table = pq.ParquetFile(path).read()
    pq.write_table(table.append_column("kind", table["kind"]), path)

    [finding] = validate(path)

    assert (finding.rule, finding.path) == ("duplicate-key", "$.kind")
    with pytest.raises(ValueError, match="the column kind is given twice"):
        rows("claims", sample_data)
