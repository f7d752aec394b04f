"""The path and the options of the browser: the system's Chromium, driven by Playwright."""

import os
import shutil

CHROMIUM = os.environ.get("ONRECORD_CHROMIUM") or shutil.which("chromium") or ""
"""The path of the program; empty where it is not installed."""

FLAGS = (
    # CI runs as root, where Chromium has no sandbox of its own.
    "--no-sandbox",
    "--disable-gpu",
    # No network requests, not even by the browser's own services.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
