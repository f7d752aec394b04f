"""Compare the findings of this version with those of another one, installed in an environment of its own.

`python -m scripts.differential OLD_PYTHON` validates the same inputs with both: the shipped records, the
examples of every rule, corpora with planted faults, and documents with one fault each. It compares all that
the findings say, and their order. `differential_expected` declares the differences that are intended.
`--save FILE` keeps the counts for docs/robustness.md.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.corpus.documents import LEAST_CLAIMS, Contents
from benchmarks.corpus.faults import Share
from benchmarks.corpus.shards import Plan, corpus
from onrecord.model.paths import home
from onrecord.model.tables import TABLES
from onrecord.reading.article import articles_folder
from onrecord.reading.shards import find_shards
from onrecord.rules import RULES
from scripts.differential_expected import (
    ADDED,
    ADDITIONAL,
    CORRECTED,
    CORRECTED_SINCE,
    DIFFERENT,
    EQUAL,
    IN_ANOTHER_ORDER,
    OUTCOMES,
    REORDERED,
    REWORDED,
    REWORDED_ONLY,
)
from scripts.mutate import SEED, all_faults, altered
from tests.helpers import corpora as small_corpora
from tests.helpers.bad_records import EXAMPLES, lay_out
from tests.validation.test_corpora import CHANGES

NO_ARTICLES = "no-articles"
"""A folder that is not there: without a name, the old release would look next to the records."""

_WORKER = """
import json, sys
from onrecord import validate
for line in sys.stdin:
    given = json.loads(line)
    try:
        found = validate(*given["paths"], level=given["level"], articles=given["articles"])
        keys = [(f.rule, f.file, f.line, f.record_id, f.path, f.message, f.expected) for f in found]
    except Exception as error:
        keys = [type(error).__name__]
    print(json.dumps(keys), flush=True)
"""
_SHOWN = 12
"""Unexpected differences that are printed."""
_PLACE = 5
"""Rule, file, line, record and path come first in a finding; then its message and what was expected."""


@dataclass(frozen=True, slots=True)
class Case:
    """One input of both versions."""

    name: str
    layout: str
    paths: tuple[str, ...]
    articles: str | None = None
    level: int = 4


@dataclass(slots=True)
class Counts:
    """How the inputs of one layout compare."""

    outcomes: Counter[str] = field(default_factory=Counter)
    findings: int = 0


def main() -> int:
    """Compare and print the counts; 1 where an input differs in more than is expected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", help="the Python of an environment with the version to compare with")
    parser.add_argument("--corpora", type=int, default=200)
    parser.add_argument("--documents", type=int, default=3000)
    parser.add_argument("--save", type=Path, metavar="FILE", help="save the counts as JSON")
    given = parser.parse_args()
    counts: dict[str, Counts] = defaultdict(Counts)
    shown = 0
    with tempfile.TemporaryDirectory(prefix="onrecord-differential-") as folder:
        # Isolated, or a PYTHONPATH would give it this version's modules.
        versions = [_Version(given.old, "-I"), _Version(sys.executable)]
        cases = _cases(Path(folder), given.corpora, given.documents)
        for case in tqdm(cases, unit=" inputs", disable=None):
            old, new = _answers(versions, case)
            outcome = _compared(old, new, case)
            counts[case.layout].outcomes[outcome] += 1
            counts[case.layout].findings += len(old)
            if outcome == DIFFERENT and shown < _SHOWN:
                shown += 1
                print(f"{case.layout}: {case.name}")
                print(f"  only old: {_only(old, new)}\n  only new: {_only(new, old)}")
    for layout, found in counts.items():
        parts = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(found.outcomes.items()))
        print(f"{layout}: {found.outcomes.total():,} inputs, {found.findings:,} findings: {parts}")
    if given.save:
        saved = {
            "command": f"python -m scripts.differential OLD_PYTHON --corpora {given.corpora} "
            f"--documents {given.documents}",
            "old": _version_of(given.old, "-I"),
            "new": _version_of(sys.executable),
            "layouts": {
                layout: {
                    "inputs": found.outcomes.total(),
                    "findings": found.findings,
                    **{outcome: found.outcomes[outcome] for outcome in OUTCOMES},
                }
                for layout, found in counts.items()
            },
        }
        given.save.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")
    return int(any(found.outcomes[DIFFERENT] for found in counts.values()))


def _version_of(*python: str) -> str:
    ask = "import onrecord; print(onrecord.__version__)"
    return subprocess.run([*python, "-c", ask], check=True, capture_output=True, text=True).stdout.strip()


class _Version:
    """A process that validates with one version."""

    def __init__(self, *python: str) -> None:
        self._process = subprocess.Popen(
            [*python, "-c", _WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, case: Case) -> None:
        assert self._process.stdin
        question = {"paths": case.paths, "level": case.level, "articles": case.articles}
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()

    def answer(self) -> list[Any]:
        assert self._process.stdout
        found: list[Any] = json.loads(self._process.stdout.readline())
        return [tuple(key) if isinstance(key, list) else key for key in found]


def _answers(versions: Sequence[_Version], case: Case) -> list[list[Any]]:
    for version in versions:
        version.ask(case)
    return [version.answer() for version in versions]


def _compared(old: list[Any], new: list[Any], case: Case) -> str:
    """Which of the OUTCOMES it is."""
    if old == new:
        return EQUAL
    kept = [found for found in new if found[0] not in ADDED]
    old, kept = list(map(_without_reworded, old)), list(map(_without_reworded, kept))
    if old == kept:
        return ADDITIONAL if len(kept) < len(new) else REWORDED_ONLY
    if case.layout in REORDERED and Counter(old) == Counter(kept):
        return IN_ANOTHER_ORDER
    return CORRECTED_SINCE if case.name in CORRECTED else DIFFERENT


def _without_reworded(found: Any) -> Any:
    """A finding without its message, if that may be worded in another way."""
    return found[:_PLACE] if found[0] in REWORDED else found


def _only(left: list[Any], right: list[Any]) -> list[Any]:
    return list((Counter(left) - Counter(right)).elements())[:4]


def _cases(folder: Path, corpora: int, documents: int) -> Iterator[Case]:
    yield from _shipped()
    yield from _examples(folder / "examples")
    yield from _corpora(folder / "corpora", corpora)
    yield from _edited(folder / "edited", corpora)
    yield from _mutated(folder / "mutated", documents)


def _shipped() -> Iterator[Case]:
    articles = str(articles_folder() or NO_ARTICLES)
    records = home() / "records"
    yield Case("shipped records", "records folder", (str(records),), articles)
    yield Case("shipped tables", "built tables", (str(home() / "data"),), articles)
    for document in sorted(path for path in records.iterdir() if path.is_dir()):
        yield Case(document.name, "one document", (str(document),), articles)
        files = tuple(map(str, sorted(document.glob("*.json*"))))
        yield Case(f"{document.name} together", "single files", files, articles)
        for file in files:
            yield Case(f"{document.name} {Path(file).name}", "one file", (file,), articles)


def _examples(folder: Path) -> Iterator[Case]:
    for rule in RULES:
        for kind in ("bad", "near_miss"):
            if not (EXAMPLES / rule / kind).is_dir():
                continue
            place = folder / rule / kind
            place.mkdir(parents=True)
            path = lay_out(EXAMPLES / rule / kind, place)
            layout = "built tables" if path.name == "data" else "records folder"
            yield Case(f"{rule} {kind}", layout, (str(path),), None, RULES[rule].level)
            documents = [one for one in path.iterdir() if one.is_dir()] if path.name != "data" else []
            for document in documents:
                yield Case(f"{rule} {kind}", "one document", (str(document),), None, RULES[rule].level)


def _corpora(scratch: Path, number: int) -> Iterator[Case]:
    for seed in range(number):
        dice = random.Random(seed)
        contents = Contents(LEAST_CLAIMS + dice.randrange(200), seed)
        made = corpus(Plan(contents, Share(dice.choice([0.0, 0.01, 0.03])), dice.randint(1, 4)), scratch)
        yield Case(f"seed {seed}", "corpus", (str(made.path),), level=3)
        files = [shard.path for shard in find_shards(made.path)]
        yield Case(f"seed {seed}", "single files", tuple(files), level=3)
        claims = [path for path in files if "/claims/" in path]
        yield Case(f"seed {seed}", "one file", (claims[0],), level=3)
        shutil.rmtree(made.folder)


def _edited(folder: Path, number: int) -> Iterator[Case]:
    """Small corpora with random edits: lines lost, swapped, doubled or cut, values from elsewhere."""
    for seed in range(number):
        dice = random.Random(seed)
        tables = small_corpora.tables()
        for _ in range(dice.randint(1, 3)):
            dice.choice(CHANGES)(tables[dice.choice(TABLES)], dice)
        path = small_corpora.write(tables, folder / str(seed), shards=dice.randint(1, 3))
        yield Case(f"edited {seed}", "edited corpus", (str(path),), str(folder / "none"))
        files = tuple(shard.path for shard in find_shards(path))
        yield Case(f"edited {seed}", "edited single files", files, str(folder / "none"))


def _mutated(folder: Path, number: int) -> Iterator[Case]:
    records = home() / "records"
    articles = str(articles_folder() or NO_ARTICLES)
    shutil.copytree(records, folder)
    faults = list(all_faults(records))
    for fault in random.Random(SEED).sample(faults, min(number, len(faults))):
        path = folder / fault.file
        original = path.read_bytes()
        path.write_bytes(altered(original, fault))
        name = f"{fault.record_id}: {fault.kind} {fault.field or ''}"
        yield Case(name, "mutated document", (str(folder),), articles)
        path.write_bytes(original)


if __name__ == "__main__":
    sys.exit(main())
