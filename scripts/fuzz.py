"""Give damaged inputs to OnRecord and report crashes, disagreements, slow inputs and peak memory.

`python -m scripts.fuzz --mutants 20000` tries that many; what is made of a number follows from the seed, so
`--only NUMBER` repeats one. It exits with 1 where something was found. `--save FILE` keeps the counts for
docs/robustness.md. The damage is in `mutants`, what must hold in `fuzz_targets` and `fuzz_tables`.
"""

import argparse
import json
import platform
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa

import onrecord
from onrecord.exceptions import OnRecordError
from scripts.fuzz_tables import Parquet, Predictions
from scripts.fuzz_targets import (
    CompressedBytes,
    Corpus,
    Disagreement,
    Layouts,
    OneDocument,
    RecordsFolder,
    SingleFile,
    Target,
)

TARGETS: tuple[type[Target], ...] = (
    SingleFile,
    OneDocument,
    RecordsFolder,
    Layouts,
    Corpus,
    CompressedBytes,
    Parquet,
    Predictions,
)
"""Every kind of input; mutants are spread over them in turn."""

SLOW_SECONDS = 5.0
_MB = 1 << 20


@dataclass
class Count:
    """What the mutants of one target came to."""

    mutants: int = 0
    with_findings: int = 0
    refused: int = 0
    """Mutants that OnRecord refused as a whole, with an error of its own."""
    crashes: int = 0
    disagreements: int = 0
    slow: int = 0
    slowest_seconds: float = 0.0


@dataclass
class Tally:
    """The counts of a run, by target, and the peak memory of its process."""

    seed: int
    counts: dict[str, Count] = field(default_factory=dict)
    start_mb: int = 0
    peak_mb: int = 0

    @property
    def failures(self) -> int:
        """Crashes, disagreements and slow inputs."""
        return sum(count.crashes + count.disagreements + count.slow for count in self.counts.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fuzzer; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=2_000, help="number of mutants (default: 2,000)")
    parser.add_argument("--seed", type=int, default=18, help="what all mutants follow from (default: 18)")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="repeat this mutant alone")
    parser.add_argument("--target", choices=[target.name for target in TARGETS], help="only this kind")
    parser.add_argument("--save", type=Path, metavar="FILE", help="save the counts as JSON")
    given = parser.parse_args(arguments)
    numbers = range(given.mutants) if given.only is None else [given.only]
    tally = run(numbers, given.seed, given.target)
    print(*summary_lines(tally), sep="\n")
    if given.save:
        given.save.write_text(json.dumps(as_json(tally), indent=1) + "\n", encoding="utf-8")
    return 1 if tally.failures else 0


def run(numbers: Iterable[int], seed: int, only: str | None = None) -> Tally:
    """Try the mutants of these numbers, and print each that failed."""
    tally = Tally(seed)
    # What a user would see as a warning is no error here; tests hold the shipped data to none.
    with tempfile.TemporaryDirectory(prefix="onrecord-fuzz-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        targets = [_made(target, Path(folder)) for target in TARGETS if only in (None, target.name)]
        tally.counts = {target.name: Count() for target in targets}
        tally.start_mb = _peak_mb()
        for number in numbers:
            _try(targets[number % len(targets)], number, tally)
    tally.peak_mb = _peak_mb()
    return tally


def _made(target: type[Target], folder: Path) -> Target:
    own = folder / target.name.replace(" ", "-")
    own.mkdir()
    return target(own)


def _try(target: Target, number: int, tally: Tally) -> None:
    count = tally.counts[target.name]
    count.mutants += 1
    before, start = _peak_mb(), time.monotonic()
    problem = ""
    try:
        target.try_mutant(random.Random(f"{tally.seed}-{number}"))
    except Disagreement as error:
        count.disagreements += 1
        problem = f"disagreement: {error}"
    except OnRecordError:
        count.refused += 1
    except Exception:
        # Whatever it is, it is what this script looks for.
        count.crashes += 1
        problem = f"crash:\n{traceback.format_exc()}"
    seconds = time.monotonic() - start
    count.with_findings += target.findings > 0
    count.slowest_seconds = round(max(count.slowest_seconds, seconds), 2)
    if seconds > SLOW_SECONDS:
        count.slow += 1
        problem = problem or f"slow: {seconds:.1f} s"
    if problem:
        print(f"mutant {number} of seed {tally.seed} ({target.name}; {target.what}) {problem}")
    if (rise := _peak_mb() - before) > 50:
        print(f"mutant {number} ({target.name}; {target.what}) raised the peak by {rise} MB")


def _peak_mb() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(used if sys.platform == "darwin" else used * 1024) // _MB


def summary_lines(tally: Tally) -> list[str]:
    """The counts, a line per target."""
    lines = [
        f"{name}: {count.mutants:,} mutants, {count.with_findings:,} with findings, "
        f"{count.refused:,} refused, {count.crashes} crashes, {count.disagreements} disagreements, "
        f"{count.slow} slow (slowest {count.slowest_seconds} s)"
        for name, count in tally.counts.items()
    ]
    return [*lines, f"peak memory {tally.peak_mb} MB, {tally.start_mb} MB before the first mutant"]


def as_json(tally: Tally) -> dict[str, object]:
    """The counts as benchmarks/results/fuzz.json has them."""
    mutants = sum(count.mutants for count in tally.counts.values())
    return {
        "command": f"python -m scripts.fuzz --mutants {mutants} --seed {tally.seed}",
        "versions": {"onrecord": onrecord.__version__, "pyarrow": pa.__version__},
        "python": platform.python_version(),
        "mutants": mutants,
        "start_mb": tally.start_mb,
        "peak_mb": tally.peak_mb,
        "targets": {name: asdict(count) for name, count in tally.counts.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
