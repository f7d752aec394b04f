"""How the page fares as tables grow: size, time to write, and time and memory to open it in Chromium.

Makes tables of 1, 10, 100 and 1,000 documents, each a copy of the shipped one under ids, dates and words of
its own, writes the page of each size in a process of its own, and opens it in a browser of its own. Run as
`python -m benchmarks.page_sizes`; the result is saved in benchmarks/results/ and shown in docs/page.md.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from playwright.sync_api import sync_playwright

from onrecord import TABLES, rows
from onrecord.model.about import unnamed
from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import Identity, read_identity
from onrecord.model.paths import home
from onrecord.model.table_files import SPLIT
from scripts.browser import CHROMIUM, FLAGS

RESULT = home() / "benchmarks" / "results" / "page_sizes.json"
DOCUMENTS = (1, 10, 100, 1_000)
_TIMEOUT = 600_000


def main() -> None:
    """Measure every size and save what was found."""
    found = []
    for n in DOCUMENTS:
        with tempfile.TemporaryDirectory() as folder:
            data, page = Path(folder) / "data", Path(folder) / "page.html"
            write_tables(n, data)
            row = {"documents": n, "claims": n * len(rows("claims")), **written(page, data), **opened(page)}
        print(row)
        found.append(row)
    saved = {
        "command": "python -m benchmarks.page_sizes",
        "machine": f"{platform.machine()}, {_cores()} cores, Chromium headless",
        "dataset_version": read_identity(home() / "data").version,
        "rows": found,
    }
    RESULT.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")


def write_tables(n: int, data: Path) -> None:
    """Write the shipped tables n times over into a folder."""
    identity = Identity(unnamed("0.0.0"), dict.fromkeys(TABLES, "0" * 64), "0" * 64)
    for table in TABLES:
        shard = data / table / f"{SPLIT}-00000-of-00001.parquet"
        shard.parent.mkdir(parents=True)
        schema = arrow_schema(table)
        own = rows(table)
        with pq.ParquetWriter(shard, schema) as writer:
            for number in range(n if table != "speakers" else 1):
                copied = [_copy(row, number) for row in own]
                writer.write_table(pa.Table.from_pylist(copied, schema=schema))
            writer.add_key_value_metadata(identity.footer(table))


def written(page: Path, data: Path) -> dict[str, float]:
    """Write the page in a process of its own: seconds, memory at its peak, size."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "onrecord", "page", str(page), "--data", str(data)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # The largest of all children so far: sizes are measured in rising order.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "write_seconds": round(time.perf_counter() - started, 1),
        "write_mb": round(peak),
        "size_mb": round(page.stat().st_size / 1e6, 1),
    }


def opened(page: Path) -> dict[str, float]:
    """Open the page: seconds until it is loaded, memory of the renderer, milliseconds of a search."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        shown = browser.new_page()
        started = time.perf_counter()
        shown.goto(page.as_uri(), timeout=_TIMEOUT)
        loaded = time.perf_counter() - started
        memory = max(_resident(pid) for pid in _renderers())
        search = shown.evaluate(
            """() => {
                const form = document.getElementById("filters");
                form.elements.namedItem("text").value = "russia";
                const started = performance.now();
                form.dispatchEvent(new Event("reset"));
                return new Promise((done) => setTimeout(() => done(performance.now() - started)));
            }"""
        )
        browser.close()
    return {"open_seconds": round(loaded, 1), "open_mb": round(memory), "search_ms": round(search)}


def _copy(row: dict[str, Any], number: int) -> dict[str, Any]:
    """A row of another document: ids, dates and words that no other copy has."""
    old, new = "cbs-2024-02-14", f"copy-{number:04d}"
    text = (
        json.dumps(row, default=date.isoformat).replace(old, new).replace(f"article-{new}", f"article-{old}")
    )
    fresh: dict[str, Any] = json.loads(text)
    for name in ("text", "gloss"):
        if fresh.get(name):
            fresh[name] = f"{fresh[name][:-1]}, in document {number}."
    for name in ("date", "stated_from", "stated_until", "about_from", "about_until"):
        if isinstance(row.get(name), date):
            fresh[name] = row[name] + timedelta(days=number % 300)
    return fresh


def _renderers() -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if b"--type=renderer" in (folder / "cmdline").read_bytes():
                    yield int(folder.name)
            except OSError:
                continue


def _resident(pid: int) -> float:
    """Memory of a process in MB."""
    try:
        pages = int((Path("/proc") / str(pid) / "statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 1024**2


def _cores() -> int:
    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
