"""A page in the browser: its tab, what it said and asked for, and the audit of its accessibility."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Error, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WIDE, NARROW, NARROWEST = 1280, 390, 320

Opened = Callable[..., Page]
"""Opens a file as a page in an empty profile: the fixture `opened`."""


class Heard(list[str]):
    """What a page should not have said or asked for."""

    @contextmanager
    def listening_to(self, context: BrowserContext) -> Iterator[None]:
        """Note errors, warnings, failures, and every request but for files."""
        noted: dict[str, Callable[..., None]] = {
            "console": lambda message: self.append(f"{message.type}: {message.text}"),
            "weberror": lambda error: self.append(f"error: {error.error}"),
            "request": lambda request: self.append(request.url),
        }
        for event, note in noted.items():
            context.on(event, note)  # type: ignore[call-overload]  # Each event has a signature of its own.
        yield
        for event, note in noted.items():
            context.remove_listener(event, note)


class Tab:
    """A profile with one page that tests use one after the other, because a profile takes half a second."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._page: Page | None = None

    def page(self) -> Page:
        """The page, blank."""
        if self._page is None:
            self._page = self._browser.new_context().new_page()
        return self._page

    def clear(self) -> None:
        """Leave nothing of a test to the next: what the page stored, what it shows, where the pointer is.

        Where that fails, as on a page whose storage a test took away, the next test gets another profile.
        """
        page = self.page()
        try:
            page.mouse.move(0, 0)
            page.goto("about:blank")
            # A page may store something as it is left, so what it stored is deleted afterwards.
            browser = page.context.new_cdp_session(page)
            browser.send("Storage.clearDataForOrigin", {"origin": "file://", "storageTypes": "all"})
            browser.detach()
            is_clear = page.context.pages == [page]
        except Error:
            is_clear = False
        if not is_clear:
            page.context.close()
            self._page = None


def violations(page: Page) -> list[tuple[str, str, list[str]]]:
    """What an audit of the page, opened with `bypass_csp`, finds: id, help and elements of each violation."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert len(found["passes"]) > 15
    return [(one["id"], one["help"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


def shown_count(page: Page) -> int:
    """The count that the page shows, once it has searched."""
    # The page searches 150 ms after the last input, so what is put off as long from now on comes later.
    page.evaluate("new Promise((done) => setTimeout(done, 150))")
    return int(page.locator("#count").inner_text().split(" of ")[0].replace(",", ""))
