"""Building: derived fields, bytes and digests, and what happens to the old tables when it fails."""

import hashlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from onrecord import TABLES, __version__, build, diff, rows, validate
from onrecord.building.build import default_about
from onrecord.dataset.load import iter_rows, table_files
from onrecord.exceptions import InvalidRecords, OutputRefused, UnusableInputError
from onrecord.model.annotations import annotated_fields
from onrecord.model.arrow import arrow_schema
from onrecord.model.derive import agreement
from onrecord.model.digest import canonical_lines, dataset_digest, read_identity
from onrecord.model.tables import read_only_fields
from onrecord.model.validators import authored_validator, built_validator
from tests.helpers import sample
from tests.helpers.sample import DOCUMENT_ID, Record, claim_id, edit, segment_id, take_out_annotators

CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"
ANNOTATIONS = f"{DOCUMENT_ID}/annotations/annotator-1.jsonl"


def claim(data: Path, number: int) -> Record:
    return next(row for row in iter_rows("claims", data) if row["claim_id"] == claim_id(number))


def table_digest(found: Iterable[Record]) -> str:
    """The digest of a table, from its rows alone."""
    return hashlib.sha256(canonical_lines(list(found))).hexdigest()


def digests(data: Path) -> dict[str, str]:
    return {
        file.relative_to(data).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(data.rglob("*.parquet"))
    }


def iso(row: Record) -> Record:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def test_every_table_is_one_file_of_its_own(sample_data: Path) -> None:
    assert set(digests(sample_data)) == {f"{table}/test-00000-of-00001.parquet" for table in TABLES}


@pytest.mark.parametrize("table", TABLES)
def test_built_rows_have_the_shape_that_the_schema_gives_them(sample_data: Path, table: str) -> None:
    schema = pq.read_schema(table_files(table, sample_data)[0])
    assert schema.remove_metadata().equals(arrow_schema(table))
    for row in rows(table, sample_data):
        assert list(row) == schema.names
        built_validator(table).validate(iso(row))


def is_written(row: dict[str, object], name: str) -> bool:
    labelled = row.get("labelled", [name])
    assert isinstance(labelled, list)
    # What nobody measured or left open is in no record either.
    is_given = name not in ("seconds", "undecided") or row[name] is not None
    return is_given and (name in labelled or name not in annotated_fields())


@pytest.mark.parametrize("table", TABLES)
def test_authored_fields_are_built_as_they_were_written(
    sample_records: Path, sample_data: Path, table: str
) -> None:
    from onrecord.reading.layouts import contrasts, documents, speakers

    shared = {"speakers": speakers, "contrasts": contrasts}
    authored = [r.value for r in shared[table](sample_records)] if table in shared else []
    authored += [r.value for d in documents(sample_records) for r in d.records(table)] if not authored else []
    # What an annotator was not asked for is null in the table, and missing in the record.
    built = [
        {k: v for k, v in iso(r).items() if k not in read_only_fields(table) and is_written(r, k)}
        for r in rows(table, sample_data)
    ]
    assert built == authored
    assert built


@pytest.mark.parametrize(
    ("number", "stated", "about"),
    [
        pytest.param(
            2, (date(2024, 3, 5), date(2024, 3, 5)), (date(2024, 3, 4), date(2024, 3, 4)), id="days"
        ),
        pytest.param(1, (date(2024, 3, 5), date(2024, 3, 5)), (date(2024, 3, 5), None), id="open end"),
        pytest.param(
            3, (date(2024, 3, 4), date(2024, 3, 4)), (date(2019, 1, 1), date(2024, 3, 4)), id="interval"
        ),
        pytest.param(5, (None, date(2024, 3, 5)), (None, None), id="open start, no time"),
    ],
)
def test_the_bounds_of_both_times_are_spelt_out(
    sample_data: Path,
    number: int,
    stated: tuple[date | None, date | None],
    about: tuple[date | None, date | None],
) -> None:
    row = claim(sample_data, number)
    assert (row["stated_from"], row["stated_until"]) == stated
    assert (row["about_from"], row["about_until"]) == about


def test_the_speakers_name_stands_beside_the_id(sample_data: Path) -> None:
    assert claim(sample_data, 3)["speaker"] == "Ada Lind"
    assert claim(sample_data, 1)["speaker"] == "The Harbour Gazette"


def test_a_segment_knows_whether_a_claim_is_anchored_in_it(sample_data: Path) -> None:
    has_claims = {row["segment_id"]: row["has_claims"] for row in rows("segments", sample_data)}
    assert has_claims == {segment_id(position): position <= 3 for position in range(1, 6)}


def test_agreement_is_the_share_of_annotators_with_the_adjudicated_label(sample_records: Path) -> None:
    second = sample_records / ANNOTATIONS.replace("annotator-1", "annotator-2")
    second.write_text(
        (sample_records / ANNOTATIONS)
        .read_text()
        .replace("annotator-1", "annotator-2")
        .replace('"verifiability": "verifiable"', '"verifiability": "partially_verifiable"')
    )
    reasons = [
        {"claim_id": claim_id(number), "field": "verifiability", "reason": "All of it is on record."}
        for number in (2, 3)
    ]
    edit(sample_records / DOCUMENT_ID / "adjudications.jsonl", lambda rows: rows.extend(reasons))
    data = sample_records.with_name("data")
    build(sample_records, data)
    assert [claim(data, number)["agreement"] for number in (1, 2, 3, 5)] == [1.0, 0.5, 0.5, 1.0]


def test_agreement_without_annotators_is_unknown_rather_than_zero() -> None:
    assert agreement("verifiable", []) is None
    assert agreement("verifiable", ["unverifiable"]) == 0


def test_what_an_annotator_could_not_decide_is_built_with_its_reason_and_without_a_label(
    sample_records: Path, tmp_path: Path
) -> None:
    why = "It may be a state as well as a quantity."
    given = {"undecided": {"kind": why, "about_time": why}, "seconds": 41}
    for place in ("annotations", "annotations/raw/labelling"):
        file = sample_records / DOCUMENT_ID / place / "annotator-1.jsonl"
        edit(file, lambda rows: rows[0].pop("kind"))
    edit(sample_records / ANNOTATIONS, lambda rows: rows[0].update(given))
    built = tmp_path / "built"

    build(sample_records, built)

    first, second, *_ = iter_rows("annotations", built)
    assert first["undecided"] == {**dict.fromkeys(annotated_fields()), "kind": why, "about_time": why}
    assert (first["seconds"], second["seconds"], second["undecided"]) == (41.0, None, None)
    assert not {"kind", "about_time"} & set(first["labelled"])
    assert list(validate(built)) == []
    assert not diff(sample_records, built)


def test_two_builds_are_the_same_bytes(sample_records: Path, sample_data: Path) -> None:
    again = sample_records.with_name("again")
    build(sample_records, again)
    assert digests(again) == digests(sample_data)


def test_the_footers_carry_version_and_digests_of_what_is_read_back(sample_data: Path) -> None:
    identity = read_identity(sample_data)
    assert identity.about.as_record() == sample.dataset()
    assert (identity.name, identity.version) == ("harbour-claims", "2.0.1")
    assert identity.tables == {table: table_digest(rows(table, sample_data)) for table in TABLES}
    assert identity.dataset == dataset_digest(identity.tables)
    pairs = pq.read_metadata(table_files("claims", sample_data)[0]).metadata
    assert pairs[b"onrecord.content_sha256"].decode() == identity.tables["claims"]


def test_a_canonical_line_is_sorted_compact_utf8_json() -> None:
    row = {"b": "é", "a": [1, None], "day": date(2024, 3, 5)}
    assert canonical_lines([row]) == '{"a":[1,null],"b":"é","day":"2024-03-05"}\n'.encode()


def test_one_changed_label_changes_the_digest_of_its_table_and_of_the_whole(
    sample_records: Path, sample_data: Path
) -> None:
    before = read_identity(sample_data)
    edit(sample_records / CLAIMS, lambda claims: claims[2].update(setting="rally"))
    build(sample_records, sample_data)
    after = read_identity(sample_data)
    assert [table for table in TABLES if after.tables[table] != before.tables[table]] == ["claims"]
    assert after.dataset != before.dataset


def test_a_table_without_rows_is_written_with_its_columns(sample_records: Path, sample_data: Path) -> None:
    take_out_annotators(sample_records)
    build(sample_records, sample_data)
    table = pq.read_table(table_files("annotations", sample_data)[0])
    assert table.num_rows == 0
    assert table.schema.remove_metadata().equals(arrow_schema("annotations"))


def test_rows_beyond_one_row_group_are_all_written(sample_records: Path, sample_data: Path) -> None:
    small = sample_records.with_name("small")
    build(sample_records, small, row_group=2)
    assert pq.read_metadata(table_files("claims", small)[0]).num_row_groups == 2
    assert {table: rows(table, small) for table in TABLES} == {
        table: rows(table, sample_data) for table in TABLES
    }
    assert read_identity(small) == read_identity(sample_data)


def test_records_with_errors_leave_the_old_tables_and_say_what_is_wrong(
    sample_records: Path, sample_data: Path
) -> None:
    before = digests(sample_data)
    edit(sample_records / CLAIMS, lambda claims: claims[0].update(speaker_id="nobody"))
    with pytest.raises(InvalidRecords) as caught:
        build(sample_records, sample_data)
    assert [finding.rule for finding in caught.value.findings] == ["unknown-speaker"]
    assert digests(sample_data) == before


def test_records_with_errors_write_nothing_where_nothing_was(sample_records: Path, tmp_path: Path) -> None:
    edit(sample_records / CLAIMS, lambda claims: claims[0].update(mode="shouted"))
    with pytest.raises(InvalidRecords):
        build(sample_records, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_failure_in_the_middle_leaves_the_old_tables_and_no_litter(
    sample_records: Path, sample_data: Path
) -> None:
    before = digests(sample_data)
    neighbours = sorted(path.name for path in sample_data.parent.iterdir())

    def fail(document_id: str) -> None:
        raise RuntimeError(document_id)

    with pytest.raises(RuntimeError, match=DOCUMENT_ID):
        build(sample_records, sample_data, on_document=fail)
    assert digests(sample_data) == before
    assert sorted(path.name for path in sample_data.parent.iterdir()) == neighbours


def test_a_full_disk_leaves_the_old_tables_and_no_litter(sample_records: Path, sample_data: Path) -> None:
    before = digests(sample_data)
    neighbours = sorted(path.name for path in sample_data.parent.iterdir())

    def no_file_over_a_kilobyte() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    done = subprocess.run(
        [sys.executable, "-m", "onrecord", "build", str(sample_records), str(sample_data)],
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=no_file_over_a_kilobyte,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert digests(sample_data) == before
    assert sorted(path.name for path in sample_data.parent.iterdir()) == neighbours


@pytest.mark.parametrize(
    ("out", "error"),
    [
        pytest.param(lambda records: records, OutputRefused, id="over the records"),
        pytest.param(lambda records: records / "data", OutputRefused, id="inside the records"),
        pytest.param(lambda records: records.parent, OutputRefused, id="around the records"),
    ],
)
def test_the_records_are_never_in_danger(
    sample_records: Path, out: Callable[[Path], Path], error: type[Exception]
) -> None:
    before = digests(sample_records)
    with pytest.raises(error):
        build(sample_records, out(sample_records))
    assert digests(sample_records) == before


def test_a_single_documents_folder_is_not_mistaken_for_a_dataset(
    sample_records: Path, sample_data: Path
) -> None:
    before = digests(sample_data)
    with pytest.raises(UnusableInputError, match="one document's folder"):
        build(sample_records / DOCUMENT_ID, sample_data)
    assert digests(sample_data) == before


def test_a_missing_records_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="nowhere"):
        build(tmp_path / "nowhere", tmp_path / "data")


def test_documents_are_built_in_the_order_of_their_ids(sample_records: Path, sample_data: Path) -> None:
    other = "a-first-2024-03-05"
    (sample_records / other).mkdir()
    take_out_annotators(sample_records)
    for file in (sample_records / DOCUMENT_ID).glob("*.json*"):
        text = file.read_text(encoding="utf-8").replace(DOCUMENT_ID, other)
        (sample_records / other / file.name).write_text(text, encoding="utf-8")
    build(sample_records, sample_data)
    assert [row["document_id"] for row in rows("documents", sample_data)] == [other, DOCUMENT_ID]
    assert [row["document_id"] for row in rows("claims", sample_data)] == [other] * 4 + [DOCUMENT_ID] * 4


@pytest.mark.parametrize("line", [b'{"speaker_id": "cut', b"17", b""], ids=["cut", "number", "blank"])
def test_a_speaker_that_cannot_be_read_is_a_finding_and_nothing_is_built(
    line: bytes, sample_records: Path
) -> None:
    path = sample_records / "speakers.jsonl"
    path.write_bytes(b"\n".join([line, *path.read_bytes().splitlines()[1:], b""]))
    out = sample_records.with_name("out")

    with pytest.raises(InvalidRecords) as caught:
        build(sample_records, out)

    assert {Path(finding.file).name for finding in caught.value.findings} == {"speakers.jsonl"}
    assert not out.exists()


def test_without_a_dataset_file_the_folder_gives_the_name_and_the_report_says_so(
    sample_records: Path, tmp_path: Path
) -> None:
    (sample_records / "dataset.json").unlink()

    report = build(sample_records, tmp_path / "data")

    # The folder is called records, which says nothing, so the one around it gives the name.
    assert (report.name, report.version) == ("checkout", "0.0.0")
    assert [note for note in report.notes if "has no dataset.json" in note and "version 0.0.0" in note]
    assert read_identity(tmp_path / "data").about == default_about(sample_records)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("Harbour Claims", "harbour-claims"),
        ("corpus", "corpus"),
        ("s3://bucket/press/records", "press"),
        ("?", "records"),
    ],
)
def test_a_default_name_is_one_that_the_schema_allows(folder: str, name: str, tmp_path: Path) -> None:
    about = default_about(folder if "://" in folder else tmp_path / folder)

    assert about.name == name
    assert authored_validator("dataset").is_valid(about.as_record())


@pytest.mark.parametrize(
    ("change", "rule", "path"),
    [
        ({"version": "1.0"}, "malformed-value", "$.version"),
        ({"name": "Harbour"}, "malformed-value", "$.name"),
        ({"licence": "MIT"}, "unknown-field", "$.licence"),
        ({"languages": ["English"]}, "malformed-value", "$.languages[0]"),
        ({"maintainers": "Ada Lind"}, "wrong-type", "$.maintainers"),
    ],
)
def test_a_wrong_dataset_file_is_a_finding_and_nothing_is_built(
    sample_records: Path, tmp_path: Path, change: Record, rule: str, path: str
) -> None:
    file = sample_records / "dataset.json"
    file.write_text(json.dumps({**sample.dataset(), **change}, indent=2) + "\n", encoding="utf-8")

    with pytest.raises(InvalidRecords) as refused:
        build(sample_records, tmp_path / "data")

    [finding] = refused.value.findings
    assert (finding.rule, finding.path, finding.file) == (rule, path, str(file))
    assert finding.expected
    [field] = change
    lines = file.read_text().splitlines()
    assert finding.line == next(n for n, text in enumerate(lines, 1) if f'"{field}"' in text)


def test_the_shipped_dataset_has_the_version_of_the_package(root: Path) -> None:
    about = json.loads((root / "records" / "dataset.json").read_text(encoding="utf-8"))

    assert about["version"] == __version__
    assert read_identity(root / "data").about.as_record() == about
