"""A page in the browser: what it said and asked for, and the audit of its accessibility."""

from collections.abc import Callable
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import BrowserContext, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WIDE, NARROW, NARROWEST = 1280, 390, 320

Opened = Callable[..., Page]
"""Opens a file as a page in a profile of its own: the fixture `opened`."""


class Heard(list[str]):
    """What a page should not have said or asked for."""

    def listen_to(self, context: BrowserContext) -> None:
        """Note errors, warnings, failures, and every request but for files."""
        context.on("console", lambda message: self.append(f"{message.type}: {message.text}"))
        context.on("weberror", lambda error: self.append(f"error: {error.error}"))
        context.on("request", lambda request: self.append(request.url))


def violations(page: Page) -> list[tuple[str, str, list[str]]]:
    """What an audit of the page, opened with `bypass_csp`, finds: id, help and elements of each violation."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert len(found["passes"]) > 15
    return [(one["id"], one["help"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
