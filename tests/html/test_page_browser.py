"""The page in a real browser: it loads in silence, filters, leads, serves everybody, and runs no record.

What repeats a hundred times is audited in its first dozen: an audit of the whole page takes half a minute.
"""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import onrecord
from onrecord.dataset.load import iter_rows
from onrecord.html import write
from onrecord.html.data import read_page_data
from onrecord.html.views import differences
from tests.helpers.browsing import AXE, NARROW, NARROWEST, WIDE, Heard, Opened
from tests.helpers.sample import (
    DOCUMENT_ID,
    Record,
    article_of,
    claim_id,
    edit,
    segment_id,
    take_out_annotators,
    write_sample,
)

HOSTILE = (
    '<img src=x onerror="window.ran=1"><script>window.ran=2</script></script><!-- ]]> {{ 7*7 }} '
    "<svg onload=window.ran=3> javascript:window.ran=4 </textarea></title></style> \" ' & &lt;."
)


@pytest.fixture(scope="module")
def searched(browser: Browser, article_page: Path) -> Iterator[Page]:
    """The page of the article, opened once for all searches."""
    context = browser.new_context(viewport={"width": WIDE, "height": 800})
    page = context.new_page()
    page.goto(article_page.as_uri())
    yield page
    context.close()


@pytest.fixture(scope="module")
def sample_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the sample's four claims."""
    folder = tmp_path_factory.mktemp("sample") / "checkout"
    records = write_sample(folder)
    onrecord.build(records, folder / "data")
    return onrecord.page(folder / "sample.html", folder / "data").out


def shown_count(page: Page) -> int:
    """The count that the page shows, once it has searched."""
    # The page searches 150 ms after the last input, so what is put off as long from now on comes later.
    page.evaluate("new Promise((done) => setTimeout(done, 150))")
    return int(page.locator("#count").inner_text().split(" of ")[0].replace(",", ""))


def test_the_page_loads_without_an_error_or_a_request(
    opened: Opened, heard: Heard, shipped_page: Path
) -> None:
    page = opened(shipped_page)
    for section in page.locator("section[id]").all():
        section.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    assert heard == [shipped_page.as_uri()]


Claim = dict[str, Any]


def has_words(claim: Claim, *words: str) -> bool:
    text = f"{claim['text']} {claim['note'] or ''} {claim['claim_id']}".lower()
    return all(word in text for word in words)


DIFFERING = {
    (one.claim["claim_id"], one.field)
    for one in differences(read_page_data(None))
    if one.claim["document_id"] == "cbs-2024-02-14"
}
"""The labels of the article on which annotators differ."""
TWO_FIELDS = sorted({field for _, field in DIFFERING})[:2]

FILTERS: dict[str, tuple[list[tuple[str, str]], Callable[[Claim], bool]]] = {
    "speaker": ([("speaker_id", "donald-trump")], lambda c: c["speaker_id"] == "donald-trump"),
    "kind": ([("kind", "evaluation")], lambda c: c["kind"] == "evaluation"),
    "two layers": (
        [("layer", "content"), ("layer", "background")],
        lambda c: c["layer"] in ("content", "background"),
    ),
    "worth a check": ([("check_worthy", "false")], lambda c: not c["check_worthy"]),
    "two modes": (
        [("mode", "direct_quote"), ("mode", "mixed_quote")],
        lambda c: c["mode"] in ("direct_quote", "mixed_quote"),
    ),
    "evidence": ([("evidence", "official_record")], lambda c: "official_record" in c["evidence"]),
    "two barriers": (
        [("barriers", "vague"), ("barriers", "motive")],
        lambda c: bool({"vague", "motive"} & set(c["barriers"])),
    ),
    "a flag or none": (
        [("flags", "garbled_source"), ("flags", "none")],
        lambda c: "garbled_source" in c["flags"] or not c["flags"],
    ),
    "annotators differ": (
        [("differs", field) for field in TWO_FIELDS],
        lambda c: bool({(c["claim_id"], field) for field in TWO_FIELDS} & DIFFERING),
    ),
    "words": ([("text", "NATO putin")], lambda c: has_words(c, "nato", "putin")),
    "said from": (
        [("from", "2024-02-14")],
        lambda c: c["stated_until"] is None or str(c["stated_until"]) >= "2024-02-14",
    ),
    "said until": (
        [("until", "2024-02-12")],
        lambda c: c["stated_from"] is None or str(c["stated_from"]) <= "2024-02-12",
    ),
    "about a year": (
        [("when", "about"), ("from", "2014-01-01"), ("until", "2014-12-31")],
        lambda c: (
            c["about_time"] is not None
            and (c["about_until"] is None or str(c["about_until"]) >= "2014-01-01")
            and (c["about_from"] is None or str(c["about_from"]) <= "2014-12-31")
        ),
    ),
    "two fields": (
        [("speaker_id", "vladimir-putin"), ("verifiability", "unverifiable")],
        lambda c: c["speaker_id"] == "vladimir-putin" and c["verifiability"] == "unverifiable",
    ),
    "nothing found": ([("text", "zyzzyva")], lambda _: False),
}


def choose(page: Page, field: str, value: str) -> None:
    """Set a filter: tick a box, choose an option, or write."""
    control = page.locator(f"#filters [name={field}]")
    if control.first.get_attribute("type") == "checkbox":
        pick = page.locator(f".pick[data-field={field}]")
        if pick.get_attribute("open") is None:
            pick.locator("summary").click()
        pick.locator(f"[value={value}]").check()
        page.keyboard.press("Escape")
    elif control.evaluate("element => element.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(value)


@pytest.mark.parametrize("name", FILTERS)
def test_filters_work_on_the_reading_view_and_on_the_table(searched: Page, name: str) -> None:
    chosen, passes = FILTERS[name]
    expected = [claim["claim_id"] for claim in iter_rows("claims") if passes(claim)]
    searched.get_by_role("button", name="Clear all").click()
    for field, value in chosen:
        choose(searched, field, value)
    assert shown_count(searched) == len(expected)
    rows = searched.locator("#rows a").evaluate_all("links => links.map((link) => link.hash.slice(1))")
    assert rows == expected[:100]
    read = searched.locator(".claim").evaluate_all(
        "all => all.filter((one) => one.checkVisibility()).map((one) => one.id)"
    )
    assert read == expected or len(expected) > 200
    assert all(f"{field}={value.replace(' ', '+')}" in searched.url for field, value in chosen)


def test_clearing_the_filters_shows_all_a_hundred_at_a_time(searched: Page) -> None:
    searched.get_by_role("button", name="Clear all").click()
    total = len(onrecord.rows("claims"))
    assert shown_count(searched) == total
    assert searched.locator("#rows > tr").count() == 100
    for shown in range(100, total, 100):
        searched.get_by_role("button", name=f"Show {min(100, total - shown)} more").click()
        assert searched.locator("#rows > tr").count() == min(shown + 100, total)
    assert searched.locator("#rows > tr").count() == total
    assert searched.locator("#more").is_hidden()


def test_an_address_with_filters_and_a_count_in_a_table_find_the_same(
    opened: Opened, article_page: Path
) -> None:
    expected = [
        claim
        for claim in onrecord.rows("claims")
        if (claim["kind"], claim["verifiability"]) == ("causal", "partially_verifiable")
    ]
    page = opened(article_page, "#claims?kind=causal&verifiability=partially_verifiable")
    assert shown_count(page) == len(expected)
    page.get_by_role("button", name="Clear all").click()
    page.locator("#labels summary").nth(1).click()
    row = page.locator("#labels table").nth(1).locator("tr", has_text="causal")
    assert row.locator("td").nth(1).inner_text() == str(len(expected))
    row.locator("td a").first.click()
    assert shown_count(page) == len(expected)


def test_a_claims_address_opens_it_in_its_place(opened: Opened, article_page: Path) -> None:
    wanted = onrecord.rows("claims")[150]["claim_id"]
    page = opened(article_page, f"#{wanted}")
    claim = page.locator(f"[id='{wanted}']")
    claim.wait_for()
    assert claim.locator("details").get_attribute("open") is not None
    box = claim.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 400
    assert page.evaluate("document.activeElement.id") == wanted


def test_a_claims_address_opens_it_whatever_is_filtered(opened: Opened, article_page: Path) -> None:
    wanted = onrecord.rows("claims")[3]["claim_id"]
    page = opened(article_page, "#claims?kind=quantity")
    page.evaluate(f"location.hash = '{wanted}'")
    page.wait_for_function(f"document.activeElement.id === '{wanted}'")
    assert page.locator(f"[id='{wanted}'] details").get_attribute("open") is not None


def test_a_claim_that_the_reading_view_lacks_is_opened_in_the_table(
    opened: Opened, sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "READING_UP_TO", 0)
    page = opened(onrecord.page(tmp_path / "page.html", sample_data).out, f"#{claim_id(5)}")
    page.locator(".record").wait_for()
    assert page.locator("#rows > tr").count() == 2
    assert claim_id(5) in page.locator(".record").inner_text()


def test_a_copied_claim_is_the_record(opened: Opened, article_page: Path) -> None:
    claim = onrecord.rows("claims")[100]
    page = opened(article_page, f"#{claim['claim_id']}", permissions=["clipboard-read", "clipboard-write"])
    page.locator(f"[data-copy='{claim['claim_id']}']").click()
    page.wait_for_function("document.querySelector('[data-busy]')")
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied == json.loads(json.dumps(claim, default=str))
    assert list(copied) == list(claim)


def test_without_a_clipboard_the_record_is_offered_to_be_copied_by_hand(
    opened: Opened, sample_page: Path
) -> None:
    page = opened(sample_page, f"#{claim_id(2)}")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); }")
    page.locator(f"[data-copy='{claim_id(2)}']").click()
    area = page.get_by_role("dialog").locator("textarea")
    assert json.loads(area.input_value())["claim_id"] == claim_id(2)
    assert area.evaluate("area => area.selectionEnd - area.selectionStart === area.value.length")
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_definitions_come_on_hover_and_on_focus_and_go_on_escape(opened: Opened, sample_page: Path) -> None:
    page = opened(sample_page, f"#{claim_id(5)}")
    hint = page.locator("#hint")
    definition = page.locator("#label-claims-flags-unclear_time .definition").text_content() or "-"
    label = page.locator(f"[id='{claim_id(5)}'] a.term", has_text="unclear time")
    label.hover()
    assert definition in hint.inner_text()
    page.keyboard.press("Escape")
    assert hint.is_hidden()
    page.mouse.move(0, 0)
    label.focus()
    assert definition in hint.inner_text()
    assert label.get_attribute("aria-describedby") == "hint"
    page.keyboard.press("Escape")
    assert hint.is_hidden()


def test_everything_can_be_reached_and_used_by_keyboard_alone(opened: Opened, sample_page: Path) -> None:
    page = opened(sample_page)
    focusable = page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
            .filter((element) => element.checkVisibility({ visibilityProperty: true })).length"""
    )
    reached = page.evaluate_handle("() => new Set()")
    unseen = []
    for _ in range(4 * focusable):
        page.keyboard.press("Tab")
        fresh, outline, shown = reached.evaluate(
            """(reached) => {
                const element = document.activeElement;
                const style = getComputedStyle(element);
                const isFresh = element !== document.body && !reached.has(element);
                if (isFresh) reached.add(element);
                const shown = element.outerHTML.slice(0, 80);
                return [isFresh || element === document.body, style.outlineStyle, shown];
            }"""
        )
        if outline == "none" and not shown.startswith("<body"):
            unseen.append(shown)
        if not fresh and page.evaluate("document.activeElement.matches('.skip')"):
            break
    assert reached.evaluate("reached => reached.size") == focusable
    assert unseen == []


def test_a_claim_opens_and_a_search_runs_by_keyboard(opened: Opened, sample_page: Path) -> None:
    page = opened(sample_page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator(".claim summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".claim details").first.get_attribute("open") is not None
    page.locator("#f-text").focus()
    page.keyboard.type("inspected")
    assert shown_count(page) == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_url("**layer=**")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent").startswith("Layer")
    assert page.locator(".pick[open]").count() == 0


# Colours do not change with the width, nor the layout with the colours.
@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "dark"), (NARROWEST, "light")])
def test_an_accessibility_audit_finds_nothing(
    opened: Opened, article_page: Path, width: int, scheme: str
) -> None:
    # The auditor is put into the page past its policy; that policy is tested where nothing is let past it.
    address = f"#{onrecord.rows('claims')[1]['claim_id']}"
    page = opened(article_page, address, width=width, color_scheme=scheme, bypass_csp=True)
    page.evaluate(
        """() => {
            for (const list of [".segment", "#rows > tr", ".field-labels", ".differences li", ".glance span"])
                [...document.querySelectorAll(list)].slice(3).forEach((element) => element.remove());
            [...document.querySelectorAll(".chart svg")].slice(2).forEach((element) => element.remove());
            document.querySelector("#rows button").click();
            document.querySelectorAll("details").forEach((details) => { details.open = true; });
        }"""
    )
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert len(found["passes"]) > 30
    shown = [(one["id"], one["help"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
    assert shown == []


def test_an_audit_would_find_what_is_wrong(opened: Opened, sample_page: Path) -> None:
    page = opened(sample_page, bypass_csp=True)
    page.evaluate("document.querySelector('#f-text').labels[0].remove()")
    page.evaluate(AXE)
    found = page.evaluate("axe.run('#filters')")
    assert "label" in [one["id"] for one in found["violations"]]


def put_hostile_text(names: list[str], rows: list[Record]) -> None:
    for number, row in enumerate(rows):
        row.update({name: f"{number} {HOSTILE}" for name in names if row[name]})


@pytest.fixture
def hostile_page(sample_records: Path, tmp_path: Path) -> Path:
    """A page of records whose texts are all markup and scripts."""
    folder = sample_records / DOCUMENT_ID

    for file, names in {
        folder / "claims.jsonl": ["text", "note"],
        folder / "segments.jsonl": ["gloss"],
        folder / "document.json": ["title", "publisher", "quality"],
        sample_records / "speakers.jsonl": ["name", "description"],
    }.items():
        edit(file, partial(put_hostile_text, names))
    data = tmp_path / "hostile"
    onrecord.build(sample_records, data)
    return onrecord.page(tmp_path / "hostile.html", data).out


def test_hostile_text_is_shown_and_does_not_run(opened: Opened, heard: Heard, hostile_page: Path) -> None:
    page = opened(hostile_page)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    for button in page.locator("#rows button").all():
        button.click()
    page.locator(".claim summary").first.hover()
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert page.locator("img, iframe, .claim script, .record script").count() == 0
    for place in (".claim .text", ".gloss", "#rows td a", ".document h3", ".record dd"):
        assert "<script>window.ran=2</script>" in page.locator(place).first.inner_text()
    assert "{{ 7*7 }}" in page.locator(".claim .text").first.inner_text()
    assert heard == [hostile_page.as_uri()]


def test_the_browser_refuses_to_run_what_the_page_does_not_know(
    opened: Opened, heard: Heard, sample_page: Path
) -> None:
    altered = sample_page.with_name("altered.html")
    text = sample_page.read_text(encoding="utf-8")
    altered.write_text(text.replace("</main>", "<script>window.ran = 1</script></main>"), encoding="utf-8")
    page = opened(altered)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in said for said in heard)


def test_a_narrow_screen_has_no_sideways_scroll(opened: Opened, article_page: Path) -> None:
    page = opened(article_page, width=NARROWEST)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    page.locator("#rows button").first.click()
    for width in (NARROWEST, NARROW, 768, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_nothing_moves_by_itself_where_motion_is_not_wanted(opened: Opened, sample_page: Path) -> None:
    page = opened(sample_page, reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_theme_can_be_chosen(opened: Opened, sample_page: Path) -> None:
    page = opened(sample_page, color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    theme = page.get_by_role("button", name="Theme")
    theme.click()
    assert page.evaluate(ground) == light
    theme.click()
    assert theme.inner_text() == "Theme: dark"
    assert page.evaluate(ground) != light
    page.reload()
    assert page.evaluate(ground) != light


def test_without_scripts_the_reading_view_and_the_charts_are_there(
    opened: Opened, article_page: Path
) -> None:
    page = opened(article_page, java_script_enabled=False)
    assert page.locator(".claim").count() == len(onrecord.rows("claims"))
    assert page.locator(".claim .text").first.is_visible()
    assert page.locator(".chart .wide svg").first.is_visible()
    assert page.locator("#filters").is_hidden()
    assert page.get_by_text("Searching needs scripts").is_visible()
    assert page.locator("#theme").is_hidden()


def test_on_paper_there_are_the_claims_and_no_controls(opened: Opened, sample_page: Path) -> None:
    page = opened(sample_page, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.locator(".claim .text").first.is_visible()
    for control in (".bar", "#claims", "#theme", ".tools"):
        assert page.locator(control).first.is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_the_words_that_a_claim_rests_on_are_marked_in_its_sentence(
    opened: Opened, sample_records: Path, sample_data: Path, tmp_path: Path
) -> None:
    article = article_of(sample_records)
    page = opened(onrecord.page(tmp_path / "page.html", sample_data, article).out)
    segment = page.locator(f"[id='{segment_id(2)}']")
    sentence = segment.locator(".source").inner_text()
    assert segment.locator("mark").count() == 0
    page.locator(f"[id='{claim_id(3)}'] .text").hover()
    assert segment.locator("mark").all_inner_texts() == [
        "the bridge had been inspected",
        "eleven times since 2019",
    ]
    assert segment.locator(".source").inner_text() == sentence
    page.locator(f"[id='{claim_id(2)}'] summary").focus()
    assert segment.locator("mark").all_inner_texts() == ["Mayor Ada Lind said on Monday"]


def test_an_open_claim_has_its_links_and_the_annotators_next_to_each_other(
    opened: Opened, sample_page: Path
) -> None:
    page = opened(sample_page, f"#{claim_id(5)}")
    claim = page.locator(f"[id='{claim_id(5)}']")
    assert claim.locator(f"dd a[href='#{claim_id(3)}']").first.is_visible()
    assert "Contradicts" in claim.locator("dl").inner_text()
    table = claim.locator(".opinions")
    assert table.locator("thead th").all_inner_texts() == ["label", "annotator-1", "settled"]
    kind = table.locator("tr", has_text="kind")
    assert kind.locator("td").all_inner_texts() == ["mental state", "evaluation"]


def test_paragraphs_fold_and_open_together(opened: Opened, article_page: Path) -> None:
    page = opened(article_page)
    paragraphs = page.locator(".paragraph")
    assert 0 < page.locator(".paragraph[open]").count() < paragraphs.count()
    page.get_by_role("button", name="Open all paragraphs").click()
    assert page.locator(".paragraph[open]").count() == paragraphs.count()
    page.get_by_role("button", name="Open all paragraphs").click()
    assert page.locator(".paragraph[open]").count() == 0


def test_the_table_is_sorted_by_any_column_both_ways(opened: Opened, article_page: Path) -> None:
    page = opened(article_page)
    choose(page, "layer", "background")
    shown_count(page)
    for heading, at in (("Claim", 0), ("Speaker", 1), ("Said", 4)):
        for direction in ("ascending", "descending"):
            page.locator("#headings").get_by_role("button", name=heading).click()
            found = page.locator(f"#rows > tr > td:nth-child({at + 1})").all_inner_texts()
            order = page.locator("#headings th").nth(at).get_attribute("aria-sort")
            assert order == direction
            if heading != "Said":
                assert [text.lower() for text in found] == sorted(
                    (text.lower() for text in found), reverse=direction == "descending"
                )


def test_tables_of_numbers_are_sorted_as_numbers(opened: Opened, article_page: Path) -> None:
    page = opened(article_page)
    page.locator("#labels summary").nth(1).click()
    table = page.locator("#labels table").nth(1)
    table.get_by_role("button", name="all", exact=True).click()
    counts = [int(text) for text in table.locator("tbody td:last-child").all_inner_texts()]
    assert counts == sorted(counts)
    table.get_by_role("button", name="all", exact=True).click()
    counts = [int(text) for text in table.locator("tbody td:last-child").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)


def test_the_selection_is_saved_as_csv_and_as_json_lines(searched: Page) -> None:
    expected = [claim for claim in onrecord.rows("claims") if "vague" in claim["barriers"]]
    searched.get_by_role("button", name="Clear all").click()
    choose(searched, "barriers", "vague")
    assert shown_count(searched) == len(expected)
    with searched.expect_download() as download:
        searched.get_by_role("button", name="Save as JSON Lines").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == json.loads(json.dumps(expected, default=str))
    with searched.expect_download() as download:
        searched.get_by_role("button", name="Save as CSV").click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [claim["text"] for claim in expected]
    assert list(rows[0]) == list(expected[0])
    assert [json.loads(row["barriers"]) for row in rows] == [claim["barriers"] for claim in expected]


def test_one_of_several_documents_is_chosen(opened: Opened, sample_records: Path, tmp_path: Path) -> None:
    take_out_annotators(sample_records)
    copy = sample_records / DOCUMENT_ID.replace("harbour", "quay")
    shutil.copytree(sample_records / DOCUMENT_ID, copy)
    for path in copy.glob("*.json*"):
        path.write_text(path.read_text(encoding="utf-8").replace(DOCUMENT_ID, copy.name), encoding="utf-8")
    edit(copy / "document.json", lambda rows: rows[0].update(split="challenge"))
    onrecord.build(sample_records, tmp_path / "data")
    page = opened(onrecord.page(tmp_path / "page.html", tmp_path / "data").out)
    assert page.locator(".document").count() == 2
    page.locator("#f-document").select_option(copy.name)
    assert shown_count(page) == 4
    assert page.locator(".document:visible").get_attribute("data-document") == copy.name
    page.get_by_role("button", name="Clear all").click()
    choose(page, "split", "challenge")
    assert shown_count(page) == 4
    assert page.locator(".document:visible").get_attribute("data-document") == copy.name
