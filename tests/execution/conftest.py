"""What a library leaves when a worker dies is collected in the test that leaves it, under its filters."""

import gc
from collections.abc import Iterator

import pytest


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
