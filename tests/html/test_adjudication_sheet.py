"""The adjudication sheet: which labels it has, what it hides, and the reasons that it saves."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page

from onrecord.cli.main import main
from onrecord.html.adjudication_sheet import Dispute, adjudication_sheet
from onrecord.html.sheet_records import read_sheet_records
from onrecord.model.paths import home
from onrecord.validation.validate import validate
from tests.helpers.browsing import NARROW, WIDE, Heard, Opened, violations
from tests.helpers.sample import DOCUMENT_ID, annotations, claim_id, edit
from tests.helpers.sheets import data_block, keys

RECORDS = home() / "records"
REASON = "To call something a disgrace is to judge it, whatever was felt."


@pytest.fixture
def records(sample_records: Path) -> Path:
    """The sample with a second annotator, of another mind about two labels and undecided about a third."""
    folder = sample_records / DOCUMENT_ID
    other = [{**row, "annotator_id": "jane-doe", "found": None} for row in annotations()]
    other[0] |= {"kind": "event", "seconds": 30}
    other[1] |= {"speaker_id": "ada-lind"}
    del other[2]["check_worthy"]
    other[2]["undecided"] = {"check_worthy": "Nobody knows what the public wants."}
    other[3]["kind"] = "evaluation"
    text = "".join(f"{json.dumps(row)}\n" for row in other)
    (folder / "annotations" / "jane-doe.jsonl").write_text(text, encoding="utf-8")
    return sample_records


def items(sheet: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data_block(sheet)["items"]
    return found


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["adjudicate", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_labels_on_which_annotators_differ_are_there_with_what_each_of_them_says(
    records: Path, tmp_path: Path
) -> None:
    found = items(adjudication_sheet(tmp_path / "sheet.html", records).out)
    assert [(item["claim_id"], item["field"]) for item in found] == [
        (claim_id(1), "kind"),
        (claim_id(2), "speaker_id"),
    ]
    assert found[0]["given"] == [
        {"annotator": "annotator-1", "value": "prediction"},
        {"annotator": "jane-doe", "value": "event"},
    ]


def test_what_is_decided_is_left_out_unless_asked_for(records: Path, tmp_path: Path) -> None:
    whole = items(adjudication_sheet(tmp_path / "sheet.html", records, Dispute(has_decided=True)).out)
    assert (claim_id(5), "kind") in [(item["claim_id"], item["field"]) for item in whole]


def test_the_claims_labels_are_there_only_if_they_are_asked_for(records: Path, tmp_path: Path) -> None:
    without = adjudication_sheet(tmp_path / "a.html", records, Dispute(has_decided=True)).out
    shown = adjudication_sheet(tmp_path / "b.html", records, Dispute(has_decided=True, has_gold=True)).out
    assert not {"gold", "reason"} & {key for item in items(without) for key in item}
    assert REASON not in without.read_text(encoding="utf-8")
    [third] = [item for item in items(shown) if item["claim_id"] == claim_id(5)]
    assert (third["gold"], third["reason"]) == ("evaluation", REASON)
    assert set(keys(items(without))) <= {"claim_id", "field", "given", "annotator", "value", "reason"}


def test_one_annotator_is_compared_with_the_claims_if_they_are_shown(records: Path, tmp_path: Path) -> None:
    one = Dispute(annotators=["jane-doe"], has_gold=True, has_decided=True)
    found = items(adjudication_sheet(tmp_path / "sheet.html", records, one).out)
    assert [(item["claim_id"], item["field"]) for item in found] == [
        (claim_id(1), "kind"),
        (claim_id(2), "speaker_id"),
    ]


def test_the_shipped_annotators_differ_where_a_reason_was_written(tmp_path: Path) -> None:
    every = Dispute(has_gold=True, has_decided=True)
    found = {
        (item["claim_id"], item["field"])
        for item in items(adjudication_sheet(tmp_path / "s.html", None, every).out)
    }
    written = {
        (row["claim_id"], row["field"])
        for document in read_sheet_records(RECORDS).documents
        for row in document.adjudications
    }
    assert found == written


def test_labels_that_nobody_has_to_decide_make_no_sheet_and_no_error(records: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    code, said, errors = run(sheet, records, "--fields", "mode")
    assert (code, errors) == (0, "")
    assert said.startswith(f"{sheet}: not written, because there is nothing to decide")
    assert not sheet.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--annotator", "jane-dow"], "did you mean 'jane-doe'?", id="annotator"),
        pytest.param(["--fields", "mood"], "did you mean 'mode'?", id="field"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(
    options: list[str], said: str, records: Path, tmp_path: Path
) -> None:
    code, _, errors = run(tmp_path / "sheet.html", records, *options)
    assert (code, len(errors.splitlines())) == (2, 1)
    assert said in errors


def saved(page: Page, name: str = "adjudications.jsonl") -> list[dict[str, Any]]:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the " + ("reasons" if "adj" in name else "labels")).click()
    assert download.value.suggested_filename == name
    text = Path(download.value.path()).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_labels_are_decided_by_keyboard_and_the_records_are_valid_afterwards(
    opened: Opened, heard: Heard, records: Path, tmp_path: Path
) -> None:
    sheet = adjudication_sheet(tmp_path / "sheet.html", records, Dispute(has_gold=True)).out
    page = opened(sheet)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('[data-field]') !== null"):
            break
    page.keyboard.press("1")
    page.keyboard.type("The closure is announced as  a fact ")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("The article reports that she spoke.")
    page.keyboard.press("Enter")
    assert "All labels are decided" in page.locator("#status").inner_text()
    rows = saved(page)
    assert rows == [
        {"claim_id": claim_id(1), "field": "kind", "reason": "The closure is announced as a fact."},
        {"claim_id": claim_id(2), "field": "speaker_id", "reason": "The article reports that she spoke."},
    ]
    assert saved(page, "decided-labels.jsonl") == [{"claim_id": claim_id(1), "kind": "event"}]
    assert heard == [sheet.as_uri()]

    folder = records / DOCUMENT_ID
    assert sorted(finding.rule for finding in validate(records)) == ["undecided-label"] * 2
    edit(folder / "adjudications.jsonl", lambda found: found.extend(rows))
    edit(folder / "claims.jsonl", lambda found: found[0].update(kind="event"))
    assert list(validate(records)) == []


def test_reasons_are_undone_kept_and_gone_on_from(opened: Opened, records: Path, tmp_path: Path) -> None:
    sheet = adjudication_sheet(tmp_path / "sheet.html", records).out
    page = opened(sheet)
    page.locator("#reason").fill("It is a fact.")
    page.reload()
    assert page.locator("#done").inner_text() == "Label 2 of 2; 1 decided"
    file = tmp_path / "adjudications.jsonl"
    other = {"claim_id": claim_id(5), "field": "kind", "reason": REASON}
    lines = [other, {"claim_id": claim_id(2), "field": "speaker_id", "reason": "She spoke."}]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in lines), encoding="utf-8")
    page.locator("#resume").set_input_files(file)
    page.wait_for_function("document.getElementById('done').textContent.endsWith('2 decided')")
    assert page.locator("#reason").input_value() == "She spoke."
    assert saved(page)[0] == other
    page.locator("#reason").fill("")
    page.get_by_role("button", name="Undo").click()
    assert page.locator("#reason").input_value() == "She spoke."


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "dark"), (NARROW, "light")])
def test_an_accessibility_audit_finds_nothing(
    opened: Opened, records: Path, tmp_path: Path, width: int, scheme: str
) -> None:
    sheet = adjudication_sheet(tmp_path / "sheet.html", records, Dispute(has_gold=True)).out
    page = opened(sheet, width=width, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
