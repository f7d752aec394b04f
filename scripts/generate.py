"""Renew all generated files of the repository, or (`--check`) report which are not up to date.

Lists what is generated, and from what; each generator has its own module.
"""

import argparse
import filecmp
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from cogapp import Cog

from onrecord.benchmark.published import RESULTS
from onrecord.building.build import build
from onrecord.building.readme import CARD
from onrecord.dataset.load import path
from onrecord.dataset.manifest import MANIFEST
from onrecord.exceptions import InvalidRecords
from onrecord.reporting import text_lines
from scripts import (
    benchmark,
    croissant,
    datasheet,
    errata,
    exchange,
    manifest,
    pictures,
    python_api,
    row_types,
    rule_examples,
    versions,
    write_rules,
)

ROOT = Path(path())
DATA = ROOT / "data"
WITH_BLOCKS = (
    ROOT / "benchmarks" / "results" / "README.md",
    ROOT / "README.md",
    ROOT / "docs" / "agreement.md",
    ROOT / "docs" / "annotation-guidelines.md",
    ROOT / "docs" / "benchmark.md",
    ROOT / "docs" / "benchmark-tables.md",
    ROOT / "docs" / "architecture.md",
    ROOT / "docs" / "command-line.md",
    ROOT / "docs" / "contrasts.md",
    ROOT / "docs" / "exchange.md",
    ROOT / "docs" / "extraction-metric.md",
    ROOT / "docs" / "fields.md",
    ROOT / "docs" / "installation.md",
    ROOT / "docs" / "own-data.md",
    ROOT / "docs" / "page.md",
    ROOT / "docs" / "performance.md",
    ROOT / "docs" / "robustness.md",
    ROOT / "docs" / "validation.md",
    ROOT / "docs" / "versions.md",
)
"""Files with generated blocks in hand-written text."""
OF_SCORES = frozenset(
    ROOT / "docs" / name for name in ("benchmark.md", "benchmark-tables.md", "contrasts.md")
)
"""The pages of scores: every system is scored again for them, which takes half a minute."""
PAGES = (row_types, rule_examples, write_rules, python_api, errata, datasheet, croissant)
"""The modules that generate a whole file, their PAGE. The last one quotes the one before it."""

_PROLOGUE = (
    "import cog; from onrecord.model import tables as schemas; "
    "from scripts import agreement, architecture, benchmark, card, commands, contrasts, exchange, fields, "
    "figures, guidelines, installation, metric_meta, page_sizes, performance, robustness, stock_rules, "
    "versions"
)


def main() -> int:
    """Generate or check all files in the order of their dependencies; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if any generated file is not up to date"
    )
    return check() if parser.parse_args().check else generate()


def generate() -> int:
    """Build the tables, then the pages and blocks that depend on tables, schemas or code."""
    # First, because the tables take the version from there.
    versions.stamp(ROOT)
    try:
        build(ROOT / "records", DATA)
    except InvalidRecords as error:
        print(*text_lines(error.findings), error.headline, sep="\n")
        return 1
    (ROOT / RESULTS).write_text(benchmark.published(), encoding="utf-8")
    # After the scores, because one picture shows them.
    pictures.write(pictures.FOLDER)
    for maker in PAGES:
        maker.write(maker.PAGE)
    exchange.write_samples()
    failed = max(_run_cog(file, "-r") for file in WITH_BLOCKS)
    # Last, because it has the hashes of all the others.
    manifest.write(ROOT)
    return failed


def check() -> int:
    """Compare all files with what would be generated, and report each stale one."""
    stale = list(stale_tables())
    if not is_current(ROOT / RESULTS, benchmark.published()):
        stale.append(Path(RESULTS))
    stale += [file.relative_to(ROOT) for file in pictures.stale(pictures.FOLDER)]
    stale += [maker.PAGE.relative_to(ROOT) for maker in PAGES if not maker.is_current(maker.PAGE)]
    stale += [file.relative_to(ROOT) for file in exchange.stale_samples()]
    stale += map(Path, versions.stale(ROOT))
    if not manifest.is_current(ROOT):
        stale.append(Path(MANIFEST))
    for file in stale:
        print(f"{file} is not up to date; `make build` renews it")
    return 1 if check_blocks() or stale else 0


def check_blocks(pages: Iterable[Path] | None = None) -> int:
    """Compare the generated blocks of some pages, by default of all; 0 if all are up to date."""
    return max(_run_cog(file, "--check", "--diff") for file in pages or WITH_BLOCKS)


def is_current(file: Path, text: str) -> bool:
    """Whether the file exists and has exactly this text."""
    return file.is_file() and file.read_text(encoding="utf-8") == text


def stale_tables() -> Iterator[Path]:
    """The files under data/ that differ from a fresh build, are missing, or are not part of it."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "data"
        build(ROOT / "records", fresh)
        # Here the card next to the tables stands in for one among them.
        (fresh / CARD).unlink()
        names = {file.relative_to(top) for top in (fresh, DATA) for file in top.rglob("*") if file.is_file()}
        for name in sorted(names):
            pair = (fresh / name, DATA / name)
            if not all(file.is_file() for file in pair) or not filecmp.cmp(*pair, shallow=False):
                yield (DATA / name).relative_to(ROOT)


def _run_cog(file: Path, *options: str) -> int:
    return int(Cog().main(["cog", "-U", "-p", _PROLOGUE, *options, str(file)]))


if __name__ == "__main__":
    sys.exit(main())
