"""`onrecord build` and `show`: what they print and how they end."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from onrecord import TABLES, rows
from onrecord.cli.main import main
from onrecord.dataset.overview import LISTED_FIELDS
from onrecord.model.digest import read_identity
from onrecord.model.tables import load_schema
from tests.helpers.sample import DOCUMENT_ID, claim_id, edit

CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def assert_unusable(result: Result, reason: str) -> None:
    assert result.exit_code == 2
    assert reason in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_build_says_what_it_wrote(sample_records: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    result = run("build", sample_records, out)
    assert result.exit_code == 0
    assert "claims 4, segments 5, documents 1" in result.stdout
    assert read_identity(out).dataset in result.stdout
    assert result.stderr == ""


def test_build_refuses_records_with_errors_and_prints_the_findings(
    sample_records: Path, sample_data: Path
) -> None:
    before = read_identity(sample_data)
    edit(sample_records / CLAIMS, lambda claims: claims[0].update(mode="narated"))
    result = run("build", sample_records, sample_data)
    assert result.exit_code == 1
    assert f"claims.jsonl:1: {claim_id(1)}" in result.stdout
    assert "left as it was" in result.stderr
    assert read_identity(sample_data) == before


def test_a_build_that_makes_no_folder_says_so(sample_records: Path, tmp_path: Path) -> None:
    edit(sample_records / CLAIMS, lambda claims: claims[0].update(mode="narated"))
    result = run("build", sample_records, tmp_path / "new")
    assert result.exit_code == 1
    assert result.stderr == f"{tmp_path / 'new'}: not written\n"


def test_build_into_a_strangers_folder_is_refused(sample_records: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    assert_unusable(run("build", sample_records, tmp_path), "`onrecord build` did not write")


def test_build_without_records_is_refused(tmp_path: Path) -> None:
    assert_unusable(run("build", tmp_path / "nowhere", tmp_path / "data"), "nowhere")


def test_show_counts_rows_and_claims_by_speaker_and_verifiability(sample_data: Path) -> None:
    lines = [line.split() for line in run("show", "--data", sample_data).stdout.splitlines()]
    assert ["claims", "4"] in lines
    assert ["annotations", "4"] in lines
    assert ["speaker", "verifiable", "partially_verifiable", "unverifiable", "all"] in lines
    assert ["Ada", "Lind", "1", "1", "0", "2"] in lines
    assert ["The", "Harbour", "Gazette", "1", "0", "1", "2"] in lines
    assert ["all", "2", "1", "1", "4"] in lines


def test_show_ends_with_a_claim_of_each_verifiability(sample_data: Path) -> None:
    text = run("show", "--data", sample_data).stdout
    assert [number for number in (1, 2, 3, 5) if claim_id(number) in text] == [1, 2, 5]


@pytest.mark.parametrize("table", TABLES)
def test_show_lists_every_table(sample_data: Path, table: str) -> None:
    result = run("show", table, "--data", sample_data)
    assert result.exit_code == 0
    first = rows(table, sample_data)[0]
    assert all(str(first[field]).split()[0] in result.stdout for field in LISTED_FIELDS[table])


def test_the_fields_listed_are_fields_of_the_tables() -> None:
    assert set(LISTED_FIELDS) == set(TABLES)
    for table, fields in LISTED_FIELDS.items():
        assert set(fields) <= set(load_schema(table)["properties"])


def test_show_says_how_many_rows_it_left_out(sample_data: Path) -> None:
    text = run("show", "claims", "--limit", "1", "--data", sample_data).stdout
    assert claim_id(1) in text
    assert claim_id(2) not in text
    assert "3 more" in text


def test_show_gives_json_lines(sample_data: Path) -> None:
    text = run("show", "claims", "--format", "jsonl", "--data", sample_data).stdout
    parsed = [json.loads(line) for line in text.splitlines()]
    assert [row["claim_id"] for row in parsed] == [row["claim_id"] for row in rows("claims", sample_data)]
    assert parsed[0]["about_from"] == "2024-03-05"


@pytest.mark.parametrize("limit", [0, 1, 2, 99])
def test_show_gives_one_json_array_of_any_length(sample_data: Path, limit: int) -> None:
    text = run("show", "relations", "--format", "json", "--limit", limit, "--data", sample_data).stdout
    assert json.loads(text) == rows("relations", sample_data)[:limit]


def test_show_of_a_misspelt_table_names_the_nearest(sample_data: Path) -> None:
    assert_unusable(run("show", "clams", "--data", sample_data), "did you mean 'claims'?")


def test_show_of_a_folder_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    assert_unusable(run("show", "--data", tmp_path), "onrecord build")


def test_show_of_a_broken_file_is_one_line(sample_data: Path) -> None:
    (file,) = (sample_data / "claims").iterdir()
    file.write_bytes(b"PAR1 and no more")
    result = run("show", "claims", "--data", sample_data)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_a_reader_that_stops_early_gets_no_traceback(sample_data: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "onrecord",
        "show",
        "claims",
        "--format",
        "jsonl",
        "--data",
        str(sample_data),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


HOSTILE = "Ada\x1b[31m\x9b2J\u202e Lind"


@pytest.fixture
def hostile_data(sample_data: Path) -> Path:
    """Tables in which a name, as it came from outside, has control characters of a terminal."""
    for table, field in (("speakers", "name"), ("claims", "speaker"), ("claims", "text")):
        (file,) = (sample_data / table).iterdir()
        found = pq.read_table(file)
        column = pa.array([HOSTILE] * found.num_rows)
        found = found.set_column(found.column_names.index(field), field, column)
        pq.write_table(found.replace_schema_metadata(pq.read_metadata(file).metadata), file)
    return sample_data


@pytest.mark.parametrize(
    "arguments",
    [[], ["claims"], ["speakers"], ["claims", "--format", "json"], ["claims", "--format", "jsonl"]],
    ids=lambda arguments: " ".join(arguments) or "overview",
)
def test_show_prints_no_character_that_a_terminal_obeys(hostile_data: Path, arguments: list[str]) -> None:
    result = run("show", *arguments, "--data", hostile_data)

    assert result.exit_code == 0
    assert "Lind" in result.stdout
    assert not set("\x1b\x9b\u202e") & set(result.stdout)


def test_the_json_of_a_row_with_control_characters_is_the_row(hostile_data: Path) -> None:
    text = run("show", "speakers", "--format", "json", "--data", hostile_data).stdout
    assert {row["name"] for row in json.loads(text)} == {HOSTILE}


def test_a_build_that_is_refused_prints_a_thousand_findings_and_counts_the_rest(
    sample_records: Path, tmp_path: Path
) -> None:
    edit(sample_records / "speakers.jsonl", lambda rows: rows.extend([{**rows[0], "type": "ship"}] * 1_500))
    lines = run("build", sample_records, tmp_path / "data").stdout.splitlines()

    assert len(lines) == 1_001
    assert lines[-1].startswith("and ")
    assert "unknown-label" in lines[-1]
