"""Pages opened in Chromium, each in an empty profile."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

import onrecord
from tests.helpers.browsing import WIDE, Heard, Opened, Tab
from tests.helpers.sample import write_sample


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Tab:
    return Tab(browser)


@pytest.fixture
def opened(browser: Browser, tab: Tab, heard: Heard) -> Iterator[Opened]:
    """Opens a page in an empty profile: with options in one of its own, without them in the shared tab."""
    with ExitStack() as at_the_end:
        is_taken = False

        def open_page(file: Path, address: str = "", *, width: int = WIDE, **options: Any) -> Page:
            nonlocal is_taken
            screen: ViewportSize = {"width": width, "height": 800}
            if options or is_taken:
                context = browser.new_context(viewport=screen, **options)
                at_the_end.callback(context.close)
                page = context.new_page()
            else:
                is_taken = True
                at_the_end.callback(tab.clear)
                page = tab.page()
                page.set_viewport_size(screen)
            at_the_end.enter_context(heard.listening_to(page.context))
            page.goto(file.as_uri() + address)
            return page

        yield open_page


@pytest.fixture(scope="session")
def sample_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the sample's four claims."""
    folder = tmp_path_factory.mktemp("sample") / "checkout"
    records = write_sample(folder)
    onrecord.build(records, folder / "data")
    return onrecord.page(folder / "sample.html", folder / "data").out
