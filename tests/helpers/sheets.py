"""The data block of a sheet, and the keys in it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def data_block(sheet: Path) -> dict[str, Any]:
    text = sheet.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    block: dict[str, Any] = json.loads(found[1])
    return block


def keys(value: Any) -> Iterator[str]:
    """Every key of an object, however deep, except the ids of speakers."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from (
                (key for one in inner.values() for key in one)
                if name == "speakers" and isinstance(inner, dict)
                else keys(inner)
            )
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)
