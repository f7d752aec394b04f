"""OnRecord's own work: on threads, on workers, and scores."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil

from benchmarks.performance.registry import Work, contestant, load

WHOLE = ("duckdb", "onrecord.corpus.building", "onrecord.corpus.processes")
"""What checks and builds of a corpus load on the way."""


@contestant
def onrecord_validate(corpus: str, articles: str | None = None) -> Work:
    """All levels, level 4 where articles are given; the findings are made, not printed."""
    from onrecord import validate

    load(*WHOLE)

    def work() -> int:
        run = validate(corpus, articles=articles)
        for finding in run:
            raise SystemExit(str(finding))
        return sum(run.summary.records.values())

    return work


@contestant
def onrecord_build(corpus: str, out: str) -> Work:
    """Validated at all levels, six tables, zstd, with the digest of the content."""
    from onrecord import build

    load(*WHOLE)

    def work() -> int:
        report = build(corpus, Path(out) / "data")
        return sum(report.rows.values())

    return work


@contestant
def cluster_validate(corpus: str, workers: str) -> Work:
    """The validation of `onrecord_validate` on worker processes; they are started before the clock is."""
    return _on_cluster(int(workers), lambda mapper: _validated(corpus, mapper))


@contestant
def cluster_build(corpus: str, out: str, workers: str) -> Work:
    """The build of `onrecord_build` on worker processes."""
    from onrecord import build

    def built(mapper: Any) -> int:
        return sum(build(corpus, Path(out) / "data", mapper=mapper).rows.values())

    return _on_cluster(int(workers), built)


def _validated(corpus: str, mapper: Any) -> int:
    from onrecord import validate

    run = validate(corpus, mapper=mapper)
    for finding in run:
        raise SystemExit(str(finding))
    return sum(run.summary.records.values())


def _on_cluster(workers: int, use: Callable[[Any], int]) -> Work:
    from onrecord.corpus.cluster import local_cluster

    load(*WHOLE)
    opened = local_cluster(workers)
    mapper = opened.__enter__()
    # Every worker has imported what it needs before the clock starts, as everybody else has.
    for _ in mapper(_loaded, range(8 * workers)):
        pass

    own = psutil.Process()
    parts = {"driver and scheduler": [own], "workers": own.children(recursive=True)}
    before = {name: _cpu_seconds(found) for name, found in parts.items()}

    def work() -> int:
        return use(mapper)

    def close() -> dict[str, float]:
        spent = {name: _cpu_seconds(found) - before[name] for name, found in parts.items()}
        opened.__exit__(None, None, None)
        return spent

    work.close = close  # type: ignore[attr-defined]  # Read by `main`.
    return work


def _loaded(_: int) -> None:
    load(*WHOLE)


def _cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


@contestant
def score(data: str, predictions: str) -> Work:
    """The whole score: gold read, predictions read and checked, 9,999 resamples, the baseline beside it."""
    import onrecord

    import_module("scipy.stats")

    def work() -> int:
        return onrecord.score("verifiability", predictions, data).n

    return work


@contestant
def resampling(data: str, predictions: str) -> Work:
    """The intervals of the score alone."""
    import onrecord
    from onrecord.benchmark.bootstrap import intervals
    from onrecord.benchmark.counts import metrics_of

    tally = onrecord.score("verifiability", predictions, data).tally
    metrics = metrics_of("labels", tally.columns)

    def work() -> int:
        intervals(tally.units, tally.columns, metrics)
        return len(tally.outcomes)

    return work
