"""The page in a browser: it loads in silence, runs no record, and leads to each claim and its sources."""

import json
from functools import partial
from pathlib import Path

import pytest

import onrecord
from onrecord.html import write
from tests.helpers.browsing import Heard, Opened
from tests.helpers.sample import DOCUMENT_ID, Record, article_of, claim_id, edit, segment_id

HOSTILE = (
    '<img src=x onerror="window.ran=1"><script>window.ran=2</script></script><!-- ]]> {{ 7*7 }} '
    "<svg onload=window.ran=3> javascript:window.ran=4 </textarea></title></style> \" ' & &lt;."
)


def test_the_page_loads_without_an_error_or_a_request(
    opened: Opened, heard: Heard, shipped_page: Path
) -> None:
    page = opened(shipped_page)
    for section in page.locator("section[id]").all():
        section.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    assert heard == [shipped_page.as_uri()]


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
