"""Take screenshots of the page: wide and narrow, light and dark, the first screen and the whole page.

Run `python -m scripts.screenshots` after `make page`. It writes build/*.png, and the printed page as
build/page.pdf. Needs Chromium.
"""

import sys

from playwright.sync_api import sync_playwright

from onrecord.model.paths import home
from scripts.browser import CHROMIUM, FLAGS

BUILD = home() / "build"
_SIZES = {"wide": (1360, 900), "narrow": (390, 844)}


def main() -> int:
    """Take the screenshots; 2 if the page or the browser is missing."""
    page = BUILD / "onrecord.html"
    if not page.is_file() or not CHROMIUM:
        print("run `make page` first, and install chromium on the PATH", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for size, (width, height) in _SIZES.items():
            for scheme in ("light", "dark"):
                shown = browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                shown.goto(page.as_uri())
                shown.screenshot(path=BUILD / f"{size}-{scheme}.png")
                shown.screenshot(path=BUILD / f"{size}-{scheme}-whole.png", full_page=True)
                if (size, scheme) == ("wide", "light"):
                    shown.pdf(path=BUILD / "page.pdf", format="A4")
                shown.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
