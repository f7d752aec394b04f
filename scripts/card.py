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
from collections import Counter
from datetime import date
from pathlib import Path

from onrecord.building.card import config_lines
from onrecord.dataset.load import iter_rows
from onrecord.model import tables as schemas
from onrecord.model.digest import read_identity
from onrecord.model.paths import home
from onrecord.model.table_files import splits_of
from scripts.fields import meaning
from scripts.markdown import pipe_table

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""The size categories of the Hub, each with the number of rows that it must stay below."""

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def front_matter() -> str:
    """The part of the YAML front matter that is derived from the data: size and one config per table."""
    identity = read_identity(home() / "data")
    lines = ["size_categories:", f"- {size_category(_count('claims'))}", "configs:"]
    for table in schemas.TABLES:
        lines.append(f"- config_name: {table}")
        if table == schemas.TABLES[0]:
            lines.append("  default: true")
        lines += [
            # The digest is part of the cache key of `load_dataset`. Without it, old data would be served.
            *config_lines(identity, table),
            "  data_files:",
        ]
        for split in splits_of():
            lines += [f"  - split: {split}", f"    path: data/{table}/{split}-*.parquet"]
    return "\n".join(lines)


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows."""
    return next((name for limit, name in SIZES if rows < limit), "n>1M")


def tables() -> str:
    """Each table with its number of rows and a description of one row."""
    body = [
        (f"`{table}`", _count(table), schemas.load_schema(table)["description"]) for table in schemas.TABLES
    ]
    return pipe_table(("table", "rows", "a row is"), body)


def layers() -> str:
    """The claims by layer and verifiability, split by split."""
    labels = schemas.label_names("verifiability")
    body = []
    for split in splits_of():
        counts = Counter((row["layer"], row["verifiability"]) for row in iter_rows("claims", split=split))
        for layer in schemas.label_names("layer"):
            own = [counts[layer, label] for label in labels]
            body.append((f"`{split}`", f"`{layer}`", *own, sum(own)))
    return pipe_table(("split", "layer", *(f"`{label}`" for label in labels), "all"), body)


def empty_tables() -> str:
    """A warning about tables without rows, which `load_dataset` refuses; empty if there are none."""
    empty = [f"`{table}`" for table in schemas.TABLES if not _count(table)]
    if not empty:
        return ""
    return (
        f"{' and '.join(empty)} {'has' if len(empty) == 1 else 'have'} no rows in this version. "
        "`load_dataset` refuses a split without rows unless it is called with `streaming=True`; "
        "`onrecord.load` returns it with its columns."
    )


def claim_table(claim_id: str) -> str:
    """Each field of a claim with its value in a shipped claim and its meaning."""
    properties = schemas.load_schema("claims")["properties"]
    claim = next(row for row in iter_rows("claims", split=None) if row["claim_id"] == claim_id)
    body = [(f"`{name}`", _value(claim[name]), meaning(sub)) for name, sub in properties.items()]
    return pipe_table(("field", "in this claim", "meaning"), body)


def output_above(readme: str, line: int) -> str:
    """The output of the last Python block above a line of the README, as a fenced block."""
    text = "".join(Path(readme).read_text(encoding="utf-8").splitlines(keepends=True)[:line])
    return f"```text\n{run_snippet(python_blocks(text)[-1])}```"


def python_blocks(markdown: str) -> list[str]:
    """The Python code blocks of a Markdown text; each runs by itself."""
    return _BLOCK.findall(markdown)


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


def _value(value: object) -> str:
    if isinstance(value, str | date):
        return str(value)
    return f"`{json.dumps(value, ensure_ascii=False, default=date.isoformat)}`"
