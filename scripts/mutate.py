"""Make every kind of single fault in every record of the first article; report whether validation finds it.

Runs and counts the faults of `scripts.faults`; `scripts.mutation_page` writes docs/mutation.md from the
counts. Each fault is written to a copy of the article's records, validated at all four levels and undone. A
run needs the article and takes half an hour on two processors. `--sample N` tries N faults, chosen by a
seed, and writes nothing.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from onrecord.execution.executor import Serial
from onrecord.model import tables as schemas
from onrecord.model.findings import Finding
from onrecord.model.paths import home
from onrecord.reading.article import articles_folder
from onrecord.reading.layouts import documents
from onrecord.reading.records import read_records
from onrecord.validation.validate import validate
from scripts import mutation_page
from scripts.faults import Fault, Neighbours, Outcome, record_faults
from scripts.one_document import one_document

DOCUMENT = "cbs-2024-02-14"
"""With all documents a run would take many hours, and make the same kinds of faults in the same fields."""
SEED = 20240214
_CHUNK = 50


@dataclass
class Bench:
    """A copy of the records in which one file at a time is altered."""

    folder: Path
    articles: Path | None

    def try_fault(self, fault: Fault) -> Outcome:
        """Alter the file, validate the whole folder, put the file back."""
        path = self.folder / fault.file
        original = path.read_bytes()
        try:
            path.write_bytes(altered(original, fault))
            found = self.findings()
        finally:
            path.write_bytes(original)
        return _outcome(fault, path, found)

    def findings(self) -> list[Finding]:
        """Everything wrong with the folder as it is now."""
        return list(validate(self.folder, articles=self.articles, executor=Serial()))


def main() -> int:
    """Try the faults and write the page; 1 where a fault is missed and no known reason covers it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="try N faults only, and write nothing")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onrecord-mutate-") as folder:
        records = one_document(home() / "records", DOCUMENT, Path(folder) / "records")
        faults = list(all_faults(records))
        if wanted.sample:
            faults = chosen(faults, wanted.sample)
        outcomes = list(tqdm(outcomes_of(faults, records), total=len(faults), unit=" faults", disable=None))
    missed = [outcome for outcome in outcomes if not outcome.rules]
    unexplained = [outcome.fault for outcome in missed if mutation_page.reason(outcome.fault) is None]
    for name, number in Counter(f"{f.table}.{f.field}: {f.kind}" for f in unexplained).most_common():
        print(f"missed, no known reason: {number} × {name}")
    if not wanted.sample:
        mutation_page.write(outcomes)
    print(
        f"{len(faults):,} faults made, {len(faults) - len(missed):,} found, {len(unexplained):,} unexplained"
    )
    return 1 if unexplained else 0


def all_faults(records: Path) -> Iterator[Fault]:
    """Every fault in every record of the folder, in the order of the files."""
    located = [record for path, table in _files(records) for record in read_records(path, table)]
    known = Neighbours(
        {
            name: [r.key for r in located if r.table == table and r.key]
            for name, table in schemas.key_tables().items()
        }
    )
    for record in located:
        file = Path(record.file).relative_to(records).as_posix()
        yield from record_faults(record, file, known)


def chosen(faults: Sequence[Fault], number: int) -> list[Fault]:
    """A sample of the faults; the same one in each run."""
    return random.Random(SEED).sample(faults, number)


def outcomes_of(faults: Sequence[Fault], records: Path) -> Iterator[Outcome]:
    """The outcome of each fault in the records, in order, computed on all processors."""
    with (
        tempfile.TemporaryDirectory(prefix="onrecord-mutate-") as folder,
        multiprocessing.Pool(initializer=_start_worker, initargs=(records, Path(folder))) as pool,
    ):
        yield from pool.imap(_try_in_worker, faults, chunksize=_CHUNK)


def _files(records: Path) -> Iterator[tuple[Path, str]]:
    yield records / "speakers.jsonl", "speakers"
    for folder in documents(records):
        for table in schemas.TABLES:
            yield from ((path, table) for path in folder.files(table))


_bench: Bench


def _start_worker(records: Path, folder: Path) -> None:
    """Give the process its own copy of the records."""
    global _bench
    _bench = make_bench(records, folder / str(os.getpid()), articles_folder())


def _try_in_worker(fault: Fault) -> Outcome:
    return _bench.try_fault(fault)


def make_bench(records: Path, folder: Path, articles: Path | None) -> Bench:
    """A bench in an empty folder. Raises ValueError where the unaltered records are invalid."""
    copy = folder / "records"
    shutil.copytree(records, copy)
    bench = Bench(copy, articles)
    if found := bench.findings():
        raise ValueError(f"the records are invalid before any fault is made: {found[0]}")
    return bench


def altered(original: bytes, fault: Fault) -> bytes:
    """The bytes of a file with a fault in the place of its record."""
    new = [f"{line}\n".encode("utf-8", "surrogatepass") for line in fault.lines]
    if fault.file.endswith(".json"):
        return b"".join(new)
    lines = original.splitlines(keepends=True)
    return b"".join([*lines[: fault.line - 1], *new, *lines[fault.line :]])


def _outcome(fault: Fault, path: Path, found: Iterable[Finding]) -> Outcome:
    here = [f for f in found if f.file == path.as_posix() and _is_near(f, fault)]
    fields = {(f.path or "$.").removeprefix("$.").partition("[")[0].partition(".")[0] for f in here}
    return Outcome(
        fault,
        tuple(f.rule for f in found),
        is_record_found=bool(here),
        is_field_found=bool(here) if fault.field is None else any(_is_same(fault.field, f) for f in fields),
    )


def _is_near(finding: Finding, fault: Fault) -> bool:
    """Whether a finding is at the fault: on its lines, or where a missing record should be."""
    if fault.file.endswith(".json"):
        return True
    last = fault.line + max(len(fault.lines), 1) - 1
    return finding.line is not None and fault.line <= finding.line <= last


def _is_same(fault_field: str, found_field: str) -> bool:
    # A field without its last letter is reported under its misspelt name.
    return found_field in (fault_field, fault_field[:-1])


if __name__ == "__main__":
    sys.exit(main())
