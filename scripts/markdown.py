"""Tables in Markdown, for every page that is generated."""

from collections.abc import Iterable, Sequence


def pipe_table(headers: Sequence[object], body: Iterable[Sequence[object]]) -> str:
    """The rows as a table; a pipe inside a cell is escaped."""
    lines = (headers, ["---"] * len(headers), *body)
    return "\n".join("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines)
