"""What is measured: which cases are compared, on how many records, and how often.

How a run is timed is left to `timing`, and what becomes of the figures to `results`.
"""

import json
import random
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus.documents import Contents
from benchmarks.corpus.faults import NO_FAULTS, Faults, Share
from benchmarks.corpus.records_folder import records_folder
from benchmarks.corpus.shards import Plan, corpus
from benchmarks.corpus.shuffled import shuffled
from benchmarks.performance.timing import OUT, Case, Measured, in_steps, in_turn, peak, work
from onrecord.model.tables import label_names

SEED = 20240214
FAULTS = Share(0.01)
OF_THE_SHIPPED = 200
"""Claims per document of the records folder: about as many as the shipped document has."""
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Claims of the corpora, and runs; a claim comes with about 1.3 records of other tables."""

    documents: int = 1_000
    """Documents of the records folder."""
    validation: int = 1_000_000
    """For faults and workers, too."""
    sample: int = 20_000
    """For programs that would take hours: the first documents of the same corpus."""
    slowest: int = 1_000
    """For one that would take minutes even so."""
    articles: int = 20_000
    large: int = 200_000
    """Claims of the one large document."""
    conversion: int = 250_000
    """For the order of documents, limits and steps, too."""
    memory: tuple[int, int] = (1_000_000, 10_000_000)
    scoring: int = 250_000
    runs: int = 5
    long_runs: int = 3
    """Runs where one takes more than ten seconds."""
    starts: int = 11


QUICK = Sizes(50, 20_000, 2_000, 500, 2_000, 5_000, 20_000, (5_000, 20_000), 20_000, 1, 1, 3)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where corpora are kept and runs are made, how large and how often, and where progress goes."""

    scratch: Path
    sizes: Sizes
    say: Callable[[str], object]
    baseline_python: str | None = None
    """The Python of an environment with an earlier version."""
    baseline_records: Path | None = None
    """The records folder that the earlier version shipped; without it, the one of this version."""

    def corpus(self, claims: int, faults: Faults = NO_FAULTS) -> Path:
        """The folder of a corpus of so many claims."""
        return self.planned(Plan(Contents(claims, SEED), faults))

    def shuffled(self, claims: int) -> Path:
        """The same corpus with the documents of each table in another order."""
        self.say(f"making a corpus of {claims:,} claims in differing order")
        return shuffled(corpus(Plan(Contents(claims, SEED)), self.scratch), SEED)

    def records_folder(self, documents: int) -> Path:
        """A records folder of so many documents."""
        self.say(f"making a records folder of {documents:,} documents")
        contents = Contents(documents * OF_THE_SHIPPED, SEED, OF_THE_SHIPPED, annotated=1)
        return records_folder(contents, self.scratch)

    def with_articles(self, claims: int) -> tuple[Path, Path]:
        """The folder of a corpus, and that of its articles."""
        made = corpus(Plan(Contents(claims, SEED), has_articles=True), self.scratch)
        return made.path, made.articles

    def planned(self, plan: Plan) -> Path:
        """The folder of a corpus by its plan."""
        self.say(f"making {plan.name}")
        return corpus(plan, self.scratch).path

    def in_turn(self, *cases: Case, runs: int = 0) -> dict[str, Measured]:
        """The cases, each as often as the sizes say."""
        return in_turn(cases, runs or self.sizes.runs, self.scratch, self.say)

    def in_long_turn(self, *cases: Case) -> dict[str, Measured]:
        """The same for cases of which a run takes more than ten seconds."""
        return self.in_turn(*cases, runs=self.sizes.long_runs)

    def in_steps(self, module: str, *arguments: str | Path) -> dict[str, Measured]:
        """The steps that a module reports in one run."""
        return in_steps(module, arguments, 1, self.scratch)

    def peak(self, case: Case) -> Measured:
        """One run of a case, with the most memory that it held."""
        return peak(case, self.scratch)


Rows = dict[str, Measured]


def startup(bench: Bench) -> Rows:
    """Whole processes, from nothing to their end."""
    read = "import onrecord; onrecord.{}('claims')"
    hub = f"import datasets; datasets.load_dataset({str(ROOT)!r}, 'claims')"
    return bench.in_turn(
        _python("python -c pass", "pass"),
        _command("onrecord --help", 1, "--help"),
        _python("rows", read.format("rows")),
        _python("load", read.format("load")),
        _python("load_dataset", hub),
        runs=bench.sizes.starts,
    )


def shipped(bench: Bench) -> Rows:
    """`onrecord validate records`, next to an earlier version on the folder that it shipped."""
    # Nothing but the environment's own modules, so that both search as many folders for them.
    command = ("-P", "-m", "onrecord", "validate")
    ours = ROOT / "records"
    cases = [
        Case("this version", (sys.executable, *command, str(ours)), is_timed=False, modules=str(ROOT / "src"))
    ]
    if python := bench.baseline_python:
        ask = "import onrecord; print(onrecord.__version__)"
        found = subprocess.run([python, "-I", "-c", ask], check=True, capture_output=True, text=True)
        name = f"version {found.stdout.strip()}"
        theirs = bench.baseline_records or ours
        cases.append(Case(name, (python, *command, str(theirs)), is_timed=False, modules=""))
    else:
        bench.say("no --baseline-python was given: there is no earlier version to compare with")
    return bench.in_turn(*cases, runs=bench.sizes.starts)


def records(bench: Bench) -> Rows:
    """A records folder, all levels but 4, next to a loop over its first documents that knows the schema."""
    folder, sample = (bench.records_folder(bench.sizes.documents // part) for part in (1, 20))
    return bench.in_long_turn(
        work("onrecord", "onrecord_validate", folder), work("jsonschema", "jsonschema_loop", sample)
    )


def validation(bench: Bench) -> Rows:
    """A corpus, all levels but 4, next to loops over its first records that know only the schema."""
    whole, sample = bench.corpus(bench.sizes.validation), bench.corpus(bench.sizes.sample)
    read, articles = bench.with_articles(bench.sizes.articles)
    return bench.in_long_turn(
        work("onrecord", "onrecord_validate", whole),
        work("jsonschema", "jsonschema_loop", sample),
        work("fastjsonschema", "fastjsonschema_loop", sample),
        work("check-jsonschema", "check_jsonschema", bench.corpus(bench.sizes.slowest)),
        work("onrecord, with articles (level 4)", "onrecord_validate", read, "4", articles),
    )


def faults(bench: Bench) -> Rows:
    """The command on a clean corpus and on a faulty one, all findings written to a file."""
    claims = bench.sizes.validation
    command = ("validate", "--level", "3", "--format", "json")
    return bench.in_long_turn(
        _command("clean", claims, *command, str(bench.corpus(claims))),
        _command("faulty", claims, *command, str(bench.corpus(claims, FAULTS)), exit_code=1),
    )


def large(bench: Bench) -> Rows:
    """One large document next to as many claims in documents of 20; neither has annotations."""
    claims = bench.sizes.large
    return bench.in_turn(
        *(
            work(name, "onrecord_validate", bench.planned(Plan(Contents(claims, SEED, size, annotated=0))))
            for name, size in (("documents of 20", 20), ("one document", claims))
        )
    )


def order(bench: Bench) -> Rows:
    """A corpus next to the same with the documents of each table in another order."""
    claims = bench.sizes.conversion
    return bench.in_turn(
        work("in order", "onrecord_validate", bench.corpus(claims)),
        work("in differing order", "onrecord_validate", bench.shuffled(claims)),
    )


def conversion(bench: Bench) -> Rows:
    """Six tables from JSON Lines to Parquet; only OnRecord validates them."""
    source = bench.corpus(bench.sizes.conversion)
    return bench.in_turn(
        work("onrecord", "onrecord_build", source, OUT),
        work("datasets", "datasets_convert", source, OUT),
        work("duckdb", "duckdb_convert", source, OUT),
        work("polars", "polars_convert", source, OUT),
    )


def limits(bench: Bench) -> Rows:
    """What the same bytes cost with nothing checked."""
    source = bench.corpus(bench.sizes.conversion)
    return bench.in_turn(
        work("onrecord validate", "onrecord_validate", source),
        work("onrecord build", "onrecord_build", source, OUT),
        work("reading", "reading_only", source),
        work("orjson", "orjson_only", source),
        work("simdjson", "simdjson_only", source),
        work("pyarrow.json", "arrow_only", source),
        work("pyarrow.json, SHA-256 and Parquet", "arrow_to_parquet_only", source, OUT),
        work("DuckDB", "duckdb_convert", source, OUT),
    )


def steps(bench: Bench) -> Rows:
    """Where the time of a validation and of a build goes, on one core."""
    source = bench.corpus(bench.sizes.conversion)
    bench.say("a validation and a build, step by step")
    return bench.in_steps("benchmarks.performance.steps", source)


def workers(bench: Bench) -> Rows:
    """One Dask worker next to two, started before the clock."""
    source = bench.corpus(bench.sizes.validation)
    return bench.in_long_turn(
        *(work(f"validate, workers: {n}", "cluster_validate", source, str(n)) for n in (1, 2)),
        *(work(f"build, workers: {n}", "cluster_build", source, OUT, str(n)) for n in (1, 2)),
    )


def scoring(bench: Bench) -> Rows:
    """As many predictions as there are claims, scored with 9,999 resamples of the documents."""
    data = _built(bench, bench.sizes.scoring)
    predictions = _predictions(bench, data)
    return bench.in_turn(
        work("score", "score", data, predictions),
        work("resampling", "resampling", data, predictions),
    )


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
            found[f"{name} {claims}"] = bench.peak(work(name, function, source, *out))
    return found


SECTIONS: Mapping[str, Callable[[Bench], Rows]] = {
    one.__name__: one
    for one in (
        startup,
        shipped,
        records,
        validation,
        faults,
        large,
        order,
        conversion,
        limits,
        steps,
        workers,
        scoring,
        memory,
    )
}
"""Every part of the measurement by its name, in the order in which they run."""


def _command(name: str, records: int, *arguments: str, exit_code: int = 0) -> Case:
    program = Path(sysconfig.get_path("scripts")) / "onrecord"
    command = (str(program), *arguments)
    return Case(name, command, is_timed=False, records=records, exit_code=exit_code)


def _python(name: str, code: str) -> Case:
    return Case(name, (sys.executable, "-c", code), is_timed=False)


def _built(bench: Bench, claims: int) -> Path:
    """Built tables of so many claims, kept next to the corpora."""
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
