"""OnRecord's own work: validation and build on this machine and on Dask workers, and scores.

Modules are imported before the clock starts. The processes that OnRecord starts for large inputs are started,
with all that they import, inside its time.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from benchmarks.performance.registry import Work, case, load
from onrecord.execution.executor import Executor

VALIDATION = ("loky", "onrecord.validation.validate")
"""What a validation loads on its way."""

BUILD = (*VALIDATION, "onrecord.building.build")
"""What a build loads on its way."""


@case
def onrecord_validate(path: str, level: str = "3", articles: str | None = None) -> Work:
    """All levels up to `level`; the findings are made, not printed."""
    load(*VALIDATION)

    def work() -> int:
        return _validated(path, int(level), articles)

    return work


@case
def onrecord_build(path: str, out: str) -> Work:
    """Validated at all levels, six tables, zstd, with the digest of the content."""
    load(*BUILD)

    def work() -> int:
        return _built(path, out)

    return work


@case
def cluster_validate(path: str, workers: str) -> Work:
    """The validation of `onrecord_validate` on Dask workers, which are started before the clock."""
    return _on_cluster(int(workers), lambda executor: _validated(path, 3, executor=executor))


@case
def cluster_build(path: str, out: str, workers: str) -> Work:
    """The build of `onrecord_build` on Dask workers."""
    return _on_cluster(int(workers), lambda executor: _built(path, out, executor))


@case
def score(data: str, predictions: str) -> Work:
    """The whole score: gold read, predictions read and checked, 9,999 resamples, and the baseline."""
    import onrecord

    load("onrecord.benchmark.score", "scipy.stats")

    def work() -> int:
        return onrecord.score("verifiability", predictions, data).n

    return work


@case
def resampling(data: str, predictions: str) -> Work:
    """The intervals of the score only."""
    import onrecord
    from onrecord.benchmark.bootstrap import intervals
    from onrecord.benchmark.counts import metrics_of

    tally = onrecord.score("verifiability", predictions, data).tally
    metrics = metrics_of("labels", tally.columns)

    def work() -> int:
        intervals(tally.units, tally.columns, metrics)
        return len(tally.outcomes)

    return work


def _validated(path: str, level: int, articles: str | None = None, executor: Executor | None = None) -> int:
    from onrecord import validate

    run = validate(path, level=level, articles=articles, executor=executor)
    for finding in run:
        raise SystemExit(str(finding))
    return sum(run.summary.records.values())


def _built(path: str, out: str, executor: Executor | None = None) -> int:
    from onrecord import build

    return sum(build(path, Path(out) / "data", executor=executor).rows.values())


def _on_cluster(workers: int, use: Callable[[Executor], int]) -> Work:
    from onrecord.execution.dask import local_cluster

    load(*BUILD)
    opened = local_cluster(workers)
    executor = opened.__enter__()
    # Every worker has imported what it needs before the clock starts, as the driver has.
    for _ in executor(_load_on_worker, range(8 * workers)):
        pass

    driver = psutil.Process()
    parts = {"driver and scheduler": [driver], "workers": driver.children(recursive=True)}
    before = {name: _cpu_seconds(found) for name, found in parts.items()}

    def work() -> int:
        return use(executor)

    def close() -> dict[str, float]:
        spent = {name: _cpu_seconds(found) - before[name] for name, found in parts.items()}
        opened.__exit__(None, None, None)
        return spent

    work.close = close  # type: ignore[attr-defined]  # Read by `run_case`.
    return work


def _load_on_worker(_: int) -> None:
    load(*BUILD)


def _cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)
