"""The tab that tests share: a test finds nothing in it of the one before."""

from pathlib import Path

from tests.helpers.browsing import Tab

STORING = """<!doctype html><title>It stores something when it comes and when it goes</title><script>
localStorage.setItem("early", "1");
addEventListener("pagehide", () => localStorage.setItem("late", "1"));
</script>"""


def test_what_a_page_stored_is_gone_when_the_next_one_is_opened(tab: Tab, tmp_path: Path) -> None:
    file = tmp_path / "storing.html"
    file.write_text(STORING, encoding="utf-8")
    stored = []
    for _ in range(2):
        page = tab.page()
        page.goto(file.as_uri())
        stored.append(page.evaluate("Object.keys(localStorage)"))
        tab.clear()
        assert tab.page().url == "about:blank"
    assert stored == [["early"], ["early"]]


def test_a_tab_with_a_second_page_is_given_up(tab: Tab) -> None:
    first = tab.page()
    first.context.new_page()
    tab.clear()
    assert first.is_closed()
    assert tab.page().context.pages == [tab.page()]
    assert tab.page().url == "about:blank"
