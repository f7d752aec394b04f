"""Clusters and corpora for the tests of Dask, and what is compared: findings, and files that were built."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from distributed import LocalCluster

from benchmarks.corpus.documents import Contents
from onrecord import validate
from onrecord.model.findings import Finding
from onrecord.validation.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENTS = Contents(600, 7)
LONG = 60
"""Seconds in which a scheduler of these tests answers, whatever else the machine does."""
SMALL = 200
"""Records per task, so that a test has many tasks, as a corpus has."""


def scheduler(workers: int) -> LocalCluster:
    """A scheduler that others than this module started, with workers: an address that anybody can use."""
    started: Callable[..., LocalCluster] = LocalCluster
    return started(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        scheduler_port=0,
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    )


def findings(folder: Path | str, **how: Any) -> tuple[list[Finding], Summary]:
    run = validate(folder, level=3, task_records=SMALL, **how)
    return list(run), run.summary


def built_files(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in sorted(data.rglob("*.parquet"))}
