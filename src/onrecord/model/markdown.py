"""Text that goes into a Markdown page or table as it is."""

import re

from onrecord.model.findings import printable

_MARKUP = re.compile(r"[\\`*<>\[\]|]")
"""Characters that Markdown could take for markup."""


def markdown_text(text: str) -> str:
    """The text on one line, with everything escaped that Markdown could take for markup."""
    return _MARKUP.sub(r"\\\g<0>", printable(text.strip()))
