"""What libraries leave behind when a worker dies is collected where it was left, under the filters of that test."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _collected_after_the_module() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _collected_after_the_test() -> Iterator[None]:
    # Else the warning comes in whichever test runs when the garbage is collected, and is an error there.
    yield
    gc.collect()
