"""Plain values as the lines of a YAML block, for the front matter of a dataset card.

Strings that YAML could take for something else are written as JSON strings, which are YAML as well.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"(?:[A-Za-z][A-Za-z0-9_./-]*(?:/[*A-Za-z0-9_.-]+)?|[0-9]+\.[0-9]+\.[0-9]+)")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Words that YAML 1.1 reads as something else than a string."""


def yaml_lines(value: Mapping[str, Any]) -> list[str]:
    """The lines of a mapping of strings, numbers, lists and mappings."""
    return list(_lines(value))


def _lines(value: Mapping[str, Any] | Sequence[Any]) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if _is_nested(inner):
                # A list stands at the indent of its key, a mapping two further, as PyYAML writes them.
                indent = "  " if isinstance(inner, Mapping) else ""
                yield f"{key}:"
                yield from (f"{indent}{line}" for line in _lines(inner))
            else:
                yield f"{key}: {_scalar(inner)}"
        return
    for item in value:
        if _is_nested(item):
            first, *others = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
        else:
            yield f"- {_scalar(item)}"


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)


def _scalar(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
