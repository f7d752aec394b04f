"""`python -m benchmarks.performance SCRATCH`: OnRecord next to others, ratios first.

The full measurement takes about 25 minutes on two idle cores, corpora included, and is what
benchmarks/results/performance.json and docs/performance.md show. `--quick` takes two minutes and saves
nothing.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.performance.results import lines, merged, result, save, saved
from benchmarks.performance.sections import QUICK, SECTIONS, Bench, Rows, Sizes


def main() -> int:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.performance", description=__doc__)
    parser.add_argument("scratch", type=Path, help="folder for the corpora; the full ones need 20 GB")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="this part; may be repeated")
    parser.add_argument("--quick", action="store_true", help="small corpora, one run, nothing saved")
    parser.add_argument(
        "--baseline-python",
        metavar="PATH",
        help="the Python of an environment with the version that the part `shipped` compares with",
    )
    parser.add_argument(
        "--baseline-records",
        type=Path,
        metavar="FOLDER",
        help="the records folder that this version shipped, where it cannot read those of today",
    )
    given = parser.parse_args()
    sizes = QUICK if given.quick else Sizes()
    given.scratch.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.scratch.resolve(), sizes, _say, given.baseline_python, given.baseline_records)
    command = "python -m benchmarks.performance SCRATCH"
    found: dict[str, Rows] = {}
    for name in given.only or SECTIONS:
        found[name] = SECTIONS[name](bench)
        if not given.quick:
            # A part that is measured stays measured, whatever becomes of the next.
            save(merged(saved(), result({name: found[name]}, sizes, command)))
    print(*lines(result(found, sizes, command)), sep="\n")
    return 0


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
