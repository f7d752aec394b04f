"""Pages opened in Chromium, each in a profile of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.helpers.browsing import WIDE, Heard, Opened


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def opened(browser: Browser, heard: Heard) -> Iterator[Opened]:
    """Opens a page in a profile of its own."""
    contexts: list[BrowserContext] = []

    def open_page(file: Path, address: str = "", *, width: int = WIDE, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        heard.listen_to(context)
        page = context.new_page()
        page.goto(file.as_uri() + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
