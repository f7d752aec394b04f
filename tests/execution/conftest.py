"""Clusters and corpora for all tests of a file, and garbage that is collected in the test that leaves it."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from benchmarks.corpus.faults import Share
from benchmarks.corpus.shards import Plan, corpus
from onrecord.execution.dask import Cluster, local_cluster
from tests.helpers.clusters import CONTENTS, scheduler


@pytest.fixture(scope="module", autouse=True)
def _collected_after_the_module() -> Iterator[None]:
    # What was there before is not looked through again after every test: that takes a quarter of a second.
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.collect()


@pytest.fixture(autouse=True)
def _collected_after_the_test() -> Iterator[None]:
    # Else the warning comes in whichever test runs when the garbage is collected, and is an error there.
    yield
    gc.collect()
    # Nor is what a test leaves alive, such as the modules that it imports.
    gc.freeze()


@pytest.fixture(scope="module")
def workers() -> Iterator[Cluster]:
    with local_cluster(2) as found:
        yield found


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[LocalCluster]:
    with scheduler(2) as found:
        yield found


@pytest.fixture(scope="module")
def address(elsewhere: LocalCluster) -> str:
    return str(elsewhere.scheduler_address)


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(Plan(CONTENTS, Share(0.03), shards=3), tmp_path_factory.mktemp("scratch")).path


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(Plan(CONTENTS, shards=3), tmp_path_factory.mktemp("scratch")).path
