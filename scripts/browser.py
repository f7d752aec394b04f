"""Where the browser is and how it is started: Debian's Chromium, driven by Playwright."""

import os
import shutil

CHROMIUM = os.environ.get("ONRECORD_CHROMIUM") or shutil.which("chromium") or ""
"""The program; empty where there is none."""

FLAGS = (
    # CI runs as root, where Chromium has no sandbox of its own.
    "--no-sandbox",
    "--disable-gpu",
    # Nothing here may ask a server for anything, the browser's own services included.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
