"""The labelling sheet in a browser: twenty claims by keyboard, saved, resumed, undone, on every screen."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page

from onrecord.cli.main import main
from onrecord.html.label_sheet import Choice, label_sheet
from onrecord.html.sample import sampled
from onrecord.html.sheet_records import read_sheet_records
from tests.helpers.browsing import NARROW, NARROWEST, WIDE, Heard, Opened, violations
from tests.helpers.sample import DOCUMENT_ID, claim_id, edit

FEW = ("verifiability", "kind")


@pytest.fixture(scope="module")
def article_sheet(article_records: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return label_sheet(tmp_path_factory.mktemp("sheet") / "sheet.html", article_records).out


@pytest.fixture
def sample_sheet(sample_records: Path, tmp_path: Path) -> Path:
    return label_sheet(tmp_path / "sheet.html", sample_records).out


@pytest.fixture
def short_sheet(sample_records: Path, tmp_path: Path) -> Path:
    """Two questions about each claim of the sample."""
    return label_sheet(tmp_path / "sheet.html", sample_records, Choice(fields=FEW)).out


def start(page: Page) -> None:
    """Write the id and start, by keyboard."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if focus(page) == "annotator":
            break
    page.keyboard.type("jane-doe")
    page.keyboard.press("Enter")


def focus(page: Page) -> str:
    """The id of the element that has the focus, or the field of the question that it is in."""
    found: str = page.evaluate(
        "document.activeElement.closest('[data-field]')?.dataset.field ?? document.activeElement.id"
    )
    return found


def saved(page: Page) -> list[dict[str, Any]]:
    """The rows of the file that the sheet saves; its name must be that of the annotator."""
    with page.expect_download() as download:
        page.keyboard.press("s")
    assert download.value.suggested_filename == "jane-doe.jsonl"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def answer(page: Page, field: str, turn: int) -> None:
    """Answer the question that has the focus, by keys, and go to the next one.

    Letters are pressed one by one in the first turns, and come at once in the others.
    """
    write = page.keyboard.type if turn < 4 else page.keyboard.insert_text
    if field == "speaker_id":
        for _ in range(1 + turn % 2):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    elif field == "via":
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    elif field in ("stated_on", "about_time"):
        write(["2024-02-14", "../2024-02", "2022"][turn % 3])
        page.keyboard.press("Enter")
    elif field in ("evidence", "barriers"):
        page.keyboard.press("0" if turn % 3 == 0 else "1")
        page.keyboard.press("Enter")
    elif turn % 7 == 3 and field == "kind":
        page.keyboard.press("x")
        write(f"  It may be a {field}   of two sorts. ")
        page.keyboard.press("Enter")
    else:
        page.keyboard.press("12"[turn % 2])


def test_twenty_claims_are_labelled_by_keyboard_and_the_file_is_valid(
    opened: Opened, heard: Heard, article_records: Path, article_sheet: Path, tmp_path: Path
) -> None:
    page = opened(article_sheet)
    start(page)
    fields = page.locator(".question").evaluate_all("all => all.map((one) => one.dataset.field)")
    for turn in range(20):
        for field in fields:
            assert focus(page) == field
            answer(page, field, turn)
    assert focus(page) == "save"
    assert "All claims are done" in page.locator("#status").inner_text()
    assert page.locator("#done").inner_text() == "Claim 20 of 20; 20 done"

    rows = saved(page)

    every = [claim["claim_id"] for claim in read_sheet_records(article_records).documents[0].claims]
    assert {row["claim_id"] for row in rows} == sampled(every, 20, 1)
    assert [row["claim_id"] for row in rows] == sorted(row["claim_id"] for row in rows)
    for row in rows:
        assert set(fields) == set(row) - {"annotator_id", "claim_id", "found", "undecided", "seconds"} | set(
            row.get("undecided", ())
        )
    assert [row["undecided"] for row in rows if "undecided" in row] == [
        {"kind": "It may be a kind of two sorts."}
    ] * 3
    assert all(row["seconds"] >= 0 for row in rows if "seconds" in row)
    assert heard == [article_sheet.as_uri()]

    file = tmp_path / "jane-doe.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    alone = CliRunner().invoke(main, ["validate", str(file), "--table", "annotations"])
    assert (alone.exit_code, alone.stderr) == (0, "")
    records = tmp_path / "records"
    shutil.copytree(article_records, records)
    for folder in records.glob("cbs*"):
        shutil.copyfile(file, folder / "annotations" / file.name)
    described = {
        "annotator_id": "jane-doe",
        "kind": "person",
        "description": "A reader who has never seen the project.",
        "date": "2026-11-28",
        "guidelines": "2",
        "languages": ["en"],
    }
    with (records / "annotators.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(f"{json.dumps(described)}\n")
    together = CliRunner().invoke(main, ["validate", str(records), "--ignore", "undecided-label"])
    assert together.exit_code == 0, together.stdout
    compared = CliRunner().invoke(main, ["agreement", str(records), "--format", "json"])
    assert compared.exit_code == 0, compared.stderr
    assert "jane-doe" in compared.stdout


def test_what_was_labelled_is_there_again_in_the_same_browser(opened: Opened, short_sheet: Path) -> None:
    page = opened(short_sheet)
    start(page)
    page.keyboard.press("2")
    page.keyboard.press("3")
    page.reload()
    assert "1 claims have answers" in page.locator("#status").inner_text()
    assert page.locator("#annotator").input_value() == "jane-doe"
    page.locator("#annotator").press("Enter")
    assert page.locator("#done").inner_text() == "Claim 2 of 4; 1 done"
    page.keyboard.press("p")
    assert page.locator("#question-verifiability :checked").get_attribute("value") == "partially_verifiable"


def test_a_saved_file_is_gone_on_from_and_what_it_has_besides_stays(
    opened: Opened, short_sheet: Path, tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "annotator_id": "jane-doe",
            "claim_id": claim_id(2),
            "found": True,
            "kind": "event",
            "mode": "narration",
        },
        {
            "annotator_id": "jane-doe",
            "claim_id": "quay-2024-03-05-c001",
            "found": None,
            "about_time": None,
            "undecided": {"kind": "It is two things."},
            "seconds": 12.5,
        },
    ]
    file = tmp_path / "saved.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    page = opened(short_sheet)
    page.locator("#resume").set_input_files(file)
    page.wait_for_function("document.getElementById('status').textContent")
    assert page.locator("#status").inner_text() == (
        "saved.jsonl: 2 claims read. 1 of them are not in this sheet; they stay in the file that you save."
    )
    page.locator("#annotator").press("Enter")
    page.keyboard.press("1")
    given = {row["claim_id"]: row for row in saved(page)}
    assert given["quay-2024-03-05-c001"] == rows[1]
    assert {**rows[0], **given[claim_id(2)]} == given[claim_id(2)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param('{"annotator_id": "a"', "line 2 is not JSON", id="broken"),
        pytest.param("[]", "line 2 is not an object", id="list"),
        pytest.param('{"claim_id": "x-c001"}', "has no annotator_id or claim_id", id="no annotator"),
        pytest.param(
            '{"annotator_id": "jo", "claim_id": "x-c001", "kind": "evnt"}', 'kind is "evnt"', id="label"
        ),
        pytest.param(
            '{"annotator_id": "jo", "claim_id": "x-c001"}', "labels of jane and jo", id="two people"
        ),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    line: str, said: str, opened: Opened, short_sheet: Path, tmp_path: Path
) -> None:
    good = json.dumps({"annotator_id": "jane", "claim_id": claim_id(1), "found": None, "kind": "event"})
    file = tmp_path / "saved.jsonl"
    file.write_text(f"{good}\n{line}\n", encoding="utf-8")
    page = opened(short_sheet)
    page.locator("#resume").set_input_files(file)
    page.wait_for_function("document.getElementById('status').textContent")
    assert said in page.locator("#status").inner_text()
    page.locator("#annotator").fill("jane")
    page.locator("#annotator").press("Enter")
    assert page.locator("#done").inner_text() == "Claim 1 of 4; 0 done"
    assert page.locator("#questions :checked").count() == 0


def test_undo_takes_back_one_answer_after_the_other_across_claims(opened: Opened, short_sheet: Path) -> None:
    page = opened(short_sheet)
    start(page)
    for key in ("1", "2", "3", "x"):
        page.keyboard.press(key)
    page.keyboard.type("It is two things.")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    assert focus(page) == "kind"
    assert page.locator("#question-kind [aria-pressed]").get_attribute("aria-pressed") == "false"
    page.keyboard.press("u")
    assert (focus(page), page.locator("#questions :checked").count()) == ("verifiability", 0)
    page.keyboard.press("u")
    assert page.locator("#done").inner_text() == "Claim 1 of 4; 0 done"
    assert (focus(page), page.locator("#question-verifiability :checked").count()) == ("kind", 1)
    page.keyboard.press("u")
    assert page.locator("#questions :checked").count() == 0
    assert page.locator("#undo").is_disabled()


def test_what_cannot_be_decided_needs_a_reason(opened: Opened, short_sheet: Path) -> None:
    page = opened(short_sheet)
    start(page)
    page.keyboard.press("1")
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    page.keyboard.press("p")
    assert page.locator("#done").inner_text() == "Claim 1 of 4; 0 done"
    page.keyboard.press("Escape")
    [row] = saved(page)
    assert "undecided" not in row
    assert "kind" not in row


def test_definitions_examples_and_near_misses_are_one_key_away(opened: Opened, short_sheet: Path) -> None:
    page = opened(short_sheet)
    start(page)
    page.keyboard.press("ArrowDown")
    assert "Public evidence" in page.locator("#meaning-verifiability").inner_text()
    page.keyboard.press("?")
    shown = page.locator("#question-verifiability .meanings dl")
    assert shown.is_visible()
    assert "Near miss:" in shown.inner_text()
    page.keyboard.press("?")
    assert shown.is_hidden()


def test_a_wrong_time_is_said_and_not_saved(opened: Opened, sample_records: Path, tmp_path: Path) -> None:
    sheet = label_sheet(tmp_path / "t.html", sample_records, Choice(fields=["stated_on", "about_time"])).out
    page = opened(sheet)
    start(page)
    for text, problem in {
        "2024-02-30": "The calendar has no such day.",
        "0000-01-01": "The calendar has no such day.",
        "2024-03-05/2024-03-01": "The interval ends before it starts.",
        "14 Feb": "Write 2024",
        "2024-02-29": "",
        "../2024-13": "Write 2024",
        "2024-05/2024-05-03": "",
        "2023-02-29/..": "The calendar has no such day.",
    }.items():
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
        assert page.locator("#problem-stated_on").inner_text().startswith(problem), text
        done = page.locator("#question-stated_on.answered").count()
        assert done == (problem == ""), text
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#question-about_time input[type=checkbox]").focus()
    page.keyboard.press("Space")
    [row] = saved(page)
    assert (row["stated_on"], row["about_time"]) == ("../2024-03-05", None)
    page.keyboard.press("u")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    assert page.locator("#question-stated_on .options input").input_value() == ""
    assert page.locator("#undo").is_disabled()


def test_relays_are_a_chain_that_ends_with_nobody(
    opened: Opened, sample_records: Path, tmp_path: Path
) -> None:
    page = opened(label_sheet(tmp_path / "t.html", sample_records, Choice(fields=["via"])).out)
    start(page)
    page.keyboard.type("The city")
    page.keyboard.press("Tab")
    page.keyboard.type("Ada")
    assert page.locator("#question-via select").count() == 3
    page.locator("#next").focus()
    [row] = saved(page)
    assert row["via"] == ["city-press-office", "ada-lind"]


def test_without_storage_the_sheet_works_and_says_so(opened: Opened, short_sheet: Path) -> None:
    page = opened(short_sheet)
    page.evaluate("Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } })")
    start(page)
    page.keyboard.press("1")
    assert "save the file before you close" in page.locator("#kept").inner_text()
    assert len(saved(page)) == 1


def test_the_sample_of_the_sheet_is_the_one_that_the_command_would_draw(
    opened: Opened, article_sheet: Path
) -> None:
    page = opened(article_sheet)
    every = page.evaluate("data.documents.flatMap((one) => one.claims.map((claim) => claim.claim_id))")
    for size, seed in ((7, 1), (20, 42), (1, 0)):
        drawn = page.evaluate(f"[...sampled({json.dumps(every)}, {size}, {seed})]")
        assert set(drawn) == sampled(every, size, seed)


def test_each_document_has_a_file_of_its_own(opened: Opened, sample_records: Path, tmp_path: Path) -> None:
    copy = sample_records / DOCUMENT_ID.replace("harbour", "quay")
    shutil.copytree(sample_records / DOCUMENT_ID, copy)
    for path in copy.glob("*.json*"):
        path.write_text(path.read_text(encoding="utf-8").replace(DOCUMENT_ID, copy.name), encoding="utf-8")
    shutil.rmtree(copy / "annotations")
    edit(copy / "document.json", lambda rows: rows[0].update(split="challenge"))
    page = opened(label_sheet(tmp_path / "sheet.html", sample_records, Choice(fields=["layer"])).out)
    page.locator("#f-document").select_option(copy.name)
    assert page.locator("#chosen").inner_text() == "4 of 8 claims, 1 questions each."
    page.locator("#f-document").select_option("")
    page.locator("#f-split").select_option("challenge")
    assert page.locator("#chosen").inner_text().startswith("4 of 8 claims")
    page.locator("#f-split").select_option("")
    page.locator("#f-sample").fill("3")
    assert page.locator("#chosen").inner_text().startswith("3 of 8 claims")
    page.locator("#f-sample").fill("")
    start(page)
    for _ in range(8):
        page.keyboard.press("1")
    assert len(saved(page)) == 8
    with page.expect_download() as download:
        page.get_by_role("button", name=copy.name).click()
    rows = [json.loads(line) for line in Path(download.value.path()).read_text().splitlines()]
    assert [row["claim_id"][: len(copy.name)] for row in rows] == [copy.name] * 4


def test_every_control_is_reached_by_tab_and_shows_that_it_has_the_focus(
    opened: Opened, sample_sheet: Path
) -> None:
    page = opened(sample_sheet)
    page.locator("#annotator").fill("jane-doe")
    page.locator("#annotator").press("Enter")
    page.evaluate("document.getElementById('choices').open = true; document.body.focus()")
    # One of a group of radio buttons is in the order of tabs; the arrows lead to the others.
    wanted = page.evaluate(
        """() => {
            const kinds = "a[href], button, input, select, summary, [tabindex='0']";
            const all = [...document.querySelectorAll(kinds)];
            const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled;
            const seen = all.filter(isSeen);
            return new Set(seen.map((one) => (one.type === "radio" ? one.name : all.indexOf(one)))).size;
        }"""
    )
    page.evaluate("document.querySelector('.skip').focus()")
    reached = page.evaluate_handle("() => new Set()")
    unseen = []
    for _ in range(2 * wanted):
        shown = reached.evaluate(
            """(reached) => {
                const one = document.activeElement;
                reached.add(one.type === "radio" ? one.name : one);
                const style = getComputedStyle(one.closest(".option") ?? one);
                return style.outlineStyle === "none" ? one.outerHTML.slice(0, 90) : "";
            }"""
        )
        unseen += [shown] if shown and not shown.startswith("<body") else []
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.skip')"):
            break
    reached.evaluate("(reached) => reached.delete(document.body)")
    assert reached.evaluate("(reached) => reached.size") == wanted
    assert unseen == []


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "dark"), (NARROW, "light")])
def test_an_accessibility_audit_finds_nothing(
    opened: Opened, sample_sheet: Path, width: int, scheme: str
) -> None:
    page = opened(sample_sheet, width=width, color_scheme=scheme, bypass_csp=True)
    assert violations(page) == []
    start(page)
    page.keyboard.press("1")
    page.keyboard.press("x")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert violations(page) == []


def test_a_narrow_screen_has_no_sideways_scroll(opened: Opened, article_sheet: Path) -> None:
    page = opened(article_sheet, width=NARROW)
    for width in (NARROWEST, NARROW, 768, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    start(page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for width in (NARROWEST, NARROW, 768, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_hostile_text_is_shown_and_does_not_run(
    opened: Opened, heard: Heard, sample_records: Path, tmp_path: Path
) -> None:
    hostile = '<img src=x onerror="window.ran=1"></script><script>window.ran=2</script> {{ 7*7 }}'
    folder = sample_records / DOCUMENT_ID
    edit(
        folder / "claims.jsonl",
        lambda rows: [row.update(text=f"{hostile} {n}") for n, row in enumerate(rows)],
    )
    edit(folder / "segments.jsonl", lambda rows: [row.update(gloss=hostile) for row in rows])
    edit(folder / "document.json", lambda rows: rows[0].update(title=hostile))
    edit(sample_records / "speakers.jsonl", lambda rows: [row.update(name=hostile) for row in rows])
    sheet = label_sheet(tmp_path / "hostile.html", sample_records).out
    page = opened(sheet)
    start(page)
    assert page.evaluate("window.ran") is None
    assert hostile in page.locator("#claim").inner_text()
    assert heard == [sheet.as_uri()]
