"""Make the generated parts of the dataset card: front matter, counts, tables and the output of its snippets.

Called by the cog blocks of README.md (`make build` renews them, `make check` compares them). The text comes
from the schemas, the built tables and the snippets, so that nothing is written twice.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from onrecord.building import card
from onrecord.building.readme import keys_outside
from onrecord.dataset.load import iter_rows
from onrecord.model import tables as schemas
from onrecord.model.digest import read_identity
from onrecord.model.paths import home
from scripts.fields import meaning
from scripts.markdown import pipe_table

SHOWN_CLAIM = "cbs-2024-02-14-c099"
EXPLAINED = ("text", "layer", "speaker_id", "via", "stated_on", "verifiability", "evidence", "barriers")
"""The fields of a claim that the card explains; docs/fields.md has all of them."""

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def front_matter(readme: str) -> str:
    """The marked block of the front matter, with the keys that the page does not have outside of it."""
    outside = keys_outside(Path(readme).read_bytes(), "data")
    data = home() / "data"
    lines = card.front_matter(read_identity(data), card.table_sizes(data), "data", outside)
    return "\n".join(["# onrecord:begin data", *lines, "# onrecord:end"])


def tables() -> str:
    """Each table with its number of rows and a description of one row."""
    body = [
        (f"`{table}`", _count(table), schemas.load_schema(table)["description"]) for table in schemas.TABLES
    ]
    return pipe_table(("table", "rows", "a row is"), body)


def claim_json() -> str:
    """The explained fields of the claim that the card shows, as a block of JSON."""
    claim = next(row for row in iter_rows("claims", split=None) if row["claim_id"] == SHOWN_CLAIM)
    pairs = [f"{json.dumps(name)}: {json.dumps(claim[name], ensure_ascii=False)}" for name in EXPLAINED]
    # Three lines, so that none is wider than a page.
    lines = ",\n ".join(", ".join(part) for part in (pairs[:1], pairs[1:5], pairs[5:]))
    return f"```json\n{{{lines}}}\n```"


def explained_fields() -> str:
    """What the fields of that claim mean."""
    properties = schemas.load_schema("claims")["properties"]
    return pipe_table(("field", "meaning"), ((f"`{name}`", meaning(properties[name])) for name in EXPLAINED))


def output_above(readme: str, line: int) -> str:
    """The output of the last Python block above a line of the README, as a fenced block."""
    text = "".join(Path(readme).read_text(encoding="utf-8").splitlines(keepends=True)[:line])
    return f"```text\n{run_snippet(python_blocks(text)[-1])}```"


def python_blocks(markdown: str) -> list[str]:
    """The Python code blocks of a Markdown text; each runs by itself."""
    return _BLOCK.findall(markdown)


@cache
def run_snippet(code: str) -> str:
    """The output of a snippet that runs by itself, with an empty cache and without network."""
    with tempfile.TemporaryDirectory() as cache:
        offline = {"HF_HOME": cache, "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | offline,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return done.stdout


def _count(table: str) -> int:
    return sum(1 for _ in iter_rows(table, split=None))
