"""What the HTML files of this package share: templates, assets, content policy, where they may be put.

Which file holds what is decided in the modules that write one: `write`, `label_sheet`, `adjudication_sheet`.
"""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.exceptions import PageRefused
from onrecord.extras import extra
from onrecord.html.wording import day, time_words, words

if TYPE_CHECKING:
    from jinja2 import Environment


def check_writable(out: Path) -> None:
    """Raise PageRefused unless a file can be written at this path."""
    if not out.parent.is_dir():
        raise PageRefused(f"there is no folder {out.parent} to write {out.name} into")
    if out.is_dir():
        raise PageRefused(f"{out} is a folder (expected the path of a file to write)")
    if out.exists() and not out.is_file():
        raise PageRefused(f"{out} is not a regular file, so it cannot be replaced")


def policy(style: str, scripts: Sequence[str]) -> str:
    """A content policy that allows these styles and scripts, by hash, and forbids every request."""
    rules = {
        "default-src": ["'none'"],
        "style-src": [source_hash(style)],
        "script-src": [source_hash(script) for script in scripts],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        # Text stays text: the browser refuses to parse markup that comes from a script.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def source_hash(text: str) -> str:
    """The source expression of a content policy that allows exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def asset(name: str) -> str:
    """The text of a style or script of this package."""
    return (files("onrecord.html") / "assets" / name).read_text(encoding="utf-8")


def environment() -> "Environment":
    """The templates of this package, with the filters that put values into words."""
    with extra("page", "a page"):
        from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("onrecord.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    made.filters |= {"words": words, "time": time_words, "day": day}
    return made
