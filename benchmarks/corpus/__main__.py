"""`python -m benchmarks.corpus SCRATCH --claims N`: make a synthetic corpus and print what it contains."""

import argparse
import sys
from pathlib import Path

from benchmarks.corpus.documents import LEAST_CLAIMS, Contents
from benchmarks.corpus.faults import CrossShard, Faults, Share
from benchmarks.corpus.shards import Plan, corpus

SEED = 20240214


def main() -> int:
    """Make the corpus, unless it exists; print its folder and its number of records and faults."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__)
    parser.add_argument("scratch", type=Path, help="folder in which corpora are kept")
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--faults", default="0", help="share of faulty records, such as 0.01, or 'cross-shard'"
    )
    parser.add_argument("--shards", type=int, default=0)
    parser.add_argument("--compression", choices=["", "gz", "zst"], default="")
    parser.add_argument("--articles", action="store_true", help="write the articles' texts as well")
    parser.add_argument("--per-document", type=int, default=0, help="claims per document (default: 15 to 35)")
    given = parser.parse_args()
    if given.claims < LEAST_CLAIMS:
        parser.error(f"the smallest corpus has {LEAST_CLAIMS} claims")
    try:
        faults: Faults = CrossShard() if given.faults == "cross-shard" else Share(float(given.faults))
        contents = Contents(given.claims, given.seed, given.per_document)
        made = corpus(Plan(contents, faults, given.shards, given.compression, given.articles), given.scratch)
    except ValueError as error:
        parser.error(str(error))
    print(made.path)
    print(", ".join(f"{count:,} {table}" for table, count in made.records.items()), end="")
    print(f"; {len(made.faults):,} faults")
    return 0


if __name__ == "__main__":
    sys.exit(main())
