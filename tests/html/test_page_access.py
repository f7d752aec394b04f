"""The page in a browser for everybody: by keyboard, on small screens, on paper, without scripts, and audited.

What repeats a hundred times is audited in its first dozen: an audit of the whole page takes half a minute.
"""

from pathlib import Path

import pytest

import onrecord
from tests.helpers.browsing import AXE, NARROW, NARROWEST, WIDE, Opened, shown_count
from tests.helpers.sample import claim_id


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
