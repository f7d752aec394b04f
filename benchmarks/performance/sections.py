"""What is measured: which contestants stand beside which, on how many records, and how often.

Owns the sizes and the order. How a run is timed is for `timing`, what becomes of the figures for `results`.
"""

import json
import random
import shutil
import sys
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus.documents import Contents
from benchmarks.corpus.faults import NO_FAULTS, Faults, Share
from benchmarks.corpus.shards import Corpus, Plan, corpus
from benchmarks.performance.timing import OUT, Contestant, Measured, in_steps, in_turn, peak, work
from onrecord.model.tables import label_names

SEED = 20240214
FAULTS = Share(0.01)
OF_ALL = f"faulty, {FAULTS.share:.0%} of all records"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Claims of the corpora, and runs; every claim brings some 1.3 records of other tables with it."""

    validation: int = 1_000_000
    sample: int = 20_000
    """For contestants that would take hours: the first documents of the same corpus."""
    slowest: int = 2_000
    """For one that would take minutes even so."""
    articles: int = 20_000
    conversion: int = 250_000
    memory: tuple[int, ...] = (100_000, 1_000_000, 10_000_000)
    scoring: int = 1_000_000
    runs: int = 5
    starts: int = 21


QUICK = Sizes(20_000, 2_000, 500, 2_000, 20_000, (5_000, 20_000), 20_000, 1, 5)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where corpora are kept and runs are made, how large and how often, and who is told."""

    scratch: Path
    sizes: Sizes
    say: Callable[[str], object]

    def corpus(self, claims: int, faults: Faults = NO_FAULTS) -> Path:
        """The folder of a corpus of so many claims."""
        return self._made(Plan(Contents(claims, SEED), faults)).path

    def records(self, claims: int) -> int:
        """How many records a clean corpus of so many claims has in all tables."""
        return sum(self._made(Plan(Contents(claims, SEED))).records.values())

    def with_articles(self, claims: int) -> tuple[Path, Path]:
        """The folder of a corpus, and that of its articles."""
        made = self._made(Plan(Contents(claims, SEED), has_articles=True))
        return made.path, made.articles

    def _made(self, plan: Plan) -> Corpus:
        self.say(f"making {plan.name}")
        return corpus(plan, self.scratch)

    def in_turn(self, *contestants: Contestant, runs: int = 0) -> dict[str, Measured]:
        """The contestants, each as often as the sizes say."""
        return in_turn(contestants, runs or self.sizes.runs, self.scratch, self.say)


Rows = dict[str, Measured]


def validation(bench: Bench) -> Rows:
    """Every table, all levels, against loops over the same records that know the schema only."""
    whole, sample = bench.corpus(bench.sizes.validation), bench.corpus(bench.sizes.sample)
    return bench.in_turn(
        work("onrecord", "onrecord_validate", whole),
        work("jsonschema", "jsonschema_loop", sample),
        work("fastjsonschema", "fastjsonschema_loop", sample),
        work("check-jsonschema", "check_jsonschema", bench.corpus(bench.sizes.slowest)),
        work("onrecord, with articles", "onrecord_validate", *bench.with_articles(bench.sizes.articles)),
    )


def faults(bench: Bench) -> Rows:
    """The command on a clean corpus and on those with faults, all findings written to a file."""
    claims = bench.sizes.validation
    clean = bench.corpus(claims)
    # Sizes are counted in claims; of all records, those of the other tables included, it takes more faults.
    of_all = Share(round(FAULTS.share * bench.records(claims) / claims, 6))
    corpora = {"clean": clean, "faulty": bench.corpus(claims, FAULTS), OF_ALL: bench.corpus(claims, of_all)}
    return bench.in_turn(
        *(
            _command(name, claims, "validate", str(folder), "--format", "json")
            for name, folder in corpora.items()
        )
    )


def conversion(bench: Bench) -> Rows:
    """Six tables from JSON Lines to Parquet, validated by us and by nobody else."""
    source = bench.corpus(bench.sizes.conversion)
    return bench.in_turn(
        work("onrecord", "onrecord_build", source, OUT),
        work("datasets", "datasets_convert", source, OUT),
        work("duckdb", "duckdb_convert", source, OUT),
        work("polars", "polars_convert", source, OUT),
    )


def limits(bench: Bench) -> Rows:
    """What the same bytes cost before anything is checked."""
    source = bench.corpus(bench.sizes.conversion)
    return bench.in_turn(
        work("onrecord validate", "onrecord_validate", source),
        work("onrecord build", "onrecord_build", source, OUT),
        work("reading alone", "reading_alone", source),
        work("orjson alone", "orjson_alone", source),
        work("simdjson alone", "simdjson_alone", source),
        work("pyarrow.json alone", "arrow_alone", source),
        work("pyarrow.json, Parquet and SHA-256 alone", "arrow_to_parquet_alone", source, OUT),
        work("DuckDB alone", "duckdb_convert", source, OUT),
    )


def steps(bench: Bench) -> Rows:
    """Where the time of a build goes, on one core."""
    bench.say("a build, step by step")
    source = bench.corpus(bench.sizes.conversion)
    return in_steps("benchmarks.performance.steps", ("build", source), bench.sizes.runs, bench.scratch)


def faults_in_steps(bench: Bench) -> Rows:
    """Where the time of a validation goes, on one core, without faults and with them."""
    found: Rows = {}
    for name, share in (("clean", NO_FAULTS), ("faulty", FAULTS)):
        bench.say(f"a validation, step by step, {name}")
        source = bench.corpus(bench.sizes.conversion, share)
        arguments = ("validation", source)
        steps = in_steps("benchmarks.performance.steps", arguments, bench.sizes.runs, bench.scratch)
        found |= {f"{step}: {name}": measured for step, measured in steps.items()}
    return found


def memory(bench: Bench) -> Rows:
    """The most memory that a validation and a build hold, by number of claims."""
    found = {}
    for claims in bench.sizes.memory:
        source = bench.corpus(claims)
        for name, function, out in (
            ("validate", "onrecord_validate", ()),
            ("build", "onrecord_build", (OUT,)),
        ):
            bench.say(f"memory of {name}, {claims:,} claims")
            found[f"{name} {claims}"] = peak(work(name, function, source, *out), bench.scratch)
    return found


def cluster(bench: Bench) -> Rows:
    """One Dask worker beside two, started before the clock."""
    source = bench.corpus(bench.sizes.validation)
    return bench.in_turn(
        *(work(f"validate, {n} workers", "cluster_validate", source, str(n)) for n in (1, 2)),
        *(work(f"build, {n} workers", "cluster_build", source, OUT, str(n)) for n in (1, 2)),
    )


def startup(bench: Bench) -> Rows:
    """Whole processes, from nothing to their end."""
    root = Path(__file__).resolve().parents[2]
    read = "import onrecord; onrecord.{}('claims')"
    hub = f"import datasets; datasets.load_dataset({str(root)!r}, 'claims')"
    return bench.in_turn(
        _python("python -c pass", "pass"),
        _command("onrecord --help", 1, "--help"),
        _command("onrecord validate", 1, "validate", str(root / "records"), "--level", "3"),
        _python("rows", read.format("rows")),
        _python("load", read.format("load")),
        _python("load_dataset", hub),
        runs=bench.sizes.starts,
    )


def scoring(bench: Bench) -> Rows:
    """As many predictions as there are claims, scored with 9,999 resamples of the paragraphs."""
    data = _built(bench, bench.sizes.scoring)
    predictions = _predictions(bench, data)
    return bench.in_turn(
        work("score", "score", data, predictions),
        work("resampling", "resampling", data, predictions),
    )


SECTIONS: Mapping[str, Callable[[Bench], Rows]] = {
    one.__name__: one
    for one in (
        startup,
        validation,
        faults,
        conversion,
        limits,
        steps,
        faults_in_steps,
        cluster,
        scoring,
        memory,
    )
}
"""Every part of the measurement by its name, in the order in which they run."""


def _command(name: str, records: int, *arguments: str) -> Contestant:
    program = Path(sysconfig.get_path("scripts")) / "onrecord"
    return Contestant(name, (str(program), *arguments), is_timed=False, records=records)


def _python(name: str, code: str) -> Contestant:
    return Contestant(name, (sys.executable, "-c", code), is_timed=False)


def _built(bench: Bench, claims: int) -> Path:
    """Built tables of so many claims, kept beside the corpora."""
    from onrecord import build

    data = bench.scratch / f"data-{claims}"
    if not data.exists():
        bench.say(f"building {data.name}")
        # A build is whole or not there at all.
        build(bench.corpus(claims), data)
    return data


def _predictions(bench: Bench, data: Path) -> Path:
    """Answers that are right four times in five."""
    from onrecord.dataset.load import iter_fields

    file = bench.scratch / f"{data.name}-predictions.jsonl"
    labels, rng = label_names("verifiability"), random.Random(SEED)
    unfinished = file.with_suffix(".tmp")
    if not file.exists():
        with unfinished.open("w", encoding="utf-8") as stream:
            for row in iter_fields("claims", ("claim_id", "verifiability"), data):
                is_right = rng.random() < 0.8
                label = row["verifiability"] if is_right else labels[int(rng.random() * len(labels))]
                stream.write(json.dumps({"claim_id": row["claim_id"], "prediction": label}) + "\n")
        shutil.move(unfinished, file)
    return file
