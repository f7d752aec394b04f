"""The search of the page in a browser: filters, sorted tables, documents, and what is saved of it."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import onrecord
from onrecord.dataset.load import iter_rows
from onrecord.html.data import read_page_data
from onrecord.html.views import differences
from tests.helpers.browsing import WIDE, Opened, shown_count
from tests.helpers.sample import DOCUMENT_ID, edit, take_out_annotators


@pytest.fixture(scope="module")
def searched(browser: Browser, article_page: Path) -> Iterator[Page]:
    """The page of the article, opened once for all searches."""
    context = browser.new_context(viewport={"width": WIDE, "height": 800})
    page = context.new_page()
    page.goto(article_page.as_uri())
    yield page
    context.close()


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
