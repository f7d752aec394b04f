"""`onrecord new-claim`: words of the article become anchors, and the rest of the claim stays open."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.authoring.new_claim import new_claim
from onrecord.cli.main import main
from onrecord.model.tables import authored_schema
from onrecord.validation.validate import validate
from tests.helpers.sample import ARTICLE, DOCUMENT_ID, SOURCE_FILE, edit, segment_id, span


@pytest.fixture
def folder(sample_records: Path) -> Path:
    return sample_records / DOCUMENT_ID


@pytest.fixture
def texts(sample_records: Path) -> Path:
    """Where the sample keeps its article."""
    return sample_records.parents[1] / "shared" / "article"


WITHDRAWN = {"claim_id": f"{DOCUMENT_ID}-c041", "reason": "It said nothing.", "successor": None}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_claim_is_anchored_in_the_words_and_gets_the_next_number(folder: Path) -> None:
    claim = new_claim(folder, ["inspected eleven times", "Mayor Ada Lind"])
    # Five claims are there, the fourth of them withdrawn.
    assert claim["claim_id"] == f"{DOCUMENT_ID}-c006"
    assert claim["anchors"] == [
        {"segment_id": segment_id(2), **span("Mayor Ada Lind")},
        {"segment_id": segment_id(2), **span("inspected eleven times")},
    ]
    assert (claim["segment_id"], claim["date"]) == (segment_id(2), "2024-03-05")
    assert list(claim) == list(authored_schema("claims")["properties"])


def test_the_validator_asks_for_what_is_open_and_for_nothing_else(folder: Path) -> None:
    done = run("new-claim", folder, "inspected eleven times")
    assert done.exit_code == 0
    with (folder / "claims.jsonl").open("a", encoding="utf-8") as claims:
        claims.write(done.stdout)
    found = {finding.path for finding in validate(folder) if finding.record_id == f"{DOCUMENT_ID}-c006"}
    open_fields = (
        "text",
        "layer",
        "speaker_id",
        "mode",
        "setting",
        "stated_on",
        "stated_on_basis",
        "kind",
        "verifiability",
        "check_worthy",
    )
    assert found == {f"$.{name}" for name in open_fields}


def test_a_claim_taken_back_never_lends_its_number(folder: Path) -> None:
    edit(folder / "document.json", lambda rows: rows[0].update(withdrawn=[WITHDRAWN]))
    assert new_claim(folder, ["Mayor Ada Lind"])["claim_id"] == f"{DOCUMENT_ID}-c042"


def test_straight_quotation_marks_find_curly_ones(folder: Path) -> None:
    anchor = new_claim(folder, ['repairs "a disgrace'])["anchors"][0]
    assert ARTICLE[anchor["start"] : anchor["end"]] == "repairs “a disgrace"


@pytest.mark.parametrize(
    "typed",
    ["Mayor\u00a0Ada Lind", "Mayor  Ada\u2003Lind", "Mayor\nAda Lind", "Mayor A\u00adda Lind"],
    ids=["no-break-space", "doubled-blanks", "line-break", "soft-hyphen"],
)
def test_blanks_and_hyphens_that_are_not_seen_make_no_difference(folder: Path, typed: str) -> None:
    assert new_claim(folder, [typed])["anchors"] == new_claim(folder, ["Mayor Ada Lind"])["anchors"]


def test_words_that_stand_in_two_segments_need_one_of_them_named(folder: Path) -> None:
    refused = run("new-claim", folder, "Harbour bridge")
    assert refused.exit_code == 2
    assert segment_id(1) in refused.stderr
    assert segment_id(4) in refused.stderr
    chosen = run("new-claim", folder, "Harbour bridge", "--segment", segment_id(4))
    assert json.loads(chosen.stdout)["segment_id"] == segment_id(4)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["the old ferry"], "in no segment", id="not-there"),
        pytest.param(["since 2019. She called"], "two quotations", id="over-two-segments"),
        pytest.param(["disgrace", "--segment", segment_id(1)], f"only in {segment_id(3)}", id="elsewhere"),
        pytest.param([" "], "no words", id="blank"),
        pytest.param(["bridge", "--articles", "nowhere"], "no such file", id="no-article"),
    ],
)
def test_words_that_cannot_be_placed_are_refused_in_a_line(
    folder: Path, arguments: list[str], told: str
) -> None:
    done = run("new-claim", folder, *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_another_text_is_refused(folder: Path, texts: Path) -> None:
    (texts / SOURCE_FILE).write_text(ARTICLE + "More.\n", encoding="utf-8")
    done = run("new-claim", folder, "bridge")
    assert done.exit_code == 2
    assert "not the text" in done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("document.json", "{"),
        ("document.json", '{"document_id": "a"}\n'),
        ("segments.jsonl", ""),
        ("segments.jsonl", '{"segment_id": "a-s001"}\n'),
        ("segments.jsonl", '{"segment_id": "a-s001", "start": "0", "end": null}\n'),
    ],
    ids=[
        "broken-document",
        "document-without-fields",
        "no-segments",
        "segment-without-offsets",
        "offsets-no-numbers",
    ],
)
def test_a_folder_that_cannot_be_read_is_refused_in_a_line(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    done = run("new-claim", folder, "bridge")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("date", ["", "soon", 5], ids=["open", "no-date", "no-string"])
def test_a_claim_needs_the_date_of_its_document(folder: Path, date: object) -> None:
    edit(folder / "document.json", lambda rows: rows[0].update(date=date))
    done = run("new-claim", folder, "bridge")
    assert done.exit_code == 2
    assert "document.json:6: date is" in done.stderr


def test_claims_without_a_readable_id_are_passed_over(folder: Path) -> None:
    (folder / "claims.jsonl").write_text('{"claim_id": "zz"}\n{"claim_id": 5}\n{\n[]\n', encoding="utf-8")
    # What was withdrawn still counts.
    assert new_claim(folder, ["Mayor Ada Lind"])["claim_id"] == f"{DOCUMENT_ID}-c005"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert run("new-claim", tmp_path / "nowhere", "bridge").exit_code == 2
