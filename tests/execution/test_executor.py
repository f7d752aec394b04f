"""What is done around tasks: how they are cut, and that the collector of cycles is only paused."""

import gc

import pytest

from onrecord.execution.executor import in_tasks
from onrecord.execution.garbage import without_collection


@pytest.mark.parametrize(
    ("sizes", "tasks"),
    [
        ([], []),
        ([1, 1, 1], [(1, 1, 1)]),
        ([2, 2, 2], [(2, 2), (2,)]),
        ([1, 9, 1], [(1, 9), (1,)]),
    ],
)
def test_a_task_ends_with_the_item_that_fills_it(sizes: list[int], tasks: list[tuple[int, ...]]) -> None:
    assert list(in_tasks(sizes, int, 4)) == tasks


def test_the_collector_runs_again_after_a_task_that_fails() -> None:
    with pytest.raises(KeyError), without_collection():
        raise KeyError
    assert gc.isenabled()


def test_the_collector_does_not_run_in_a_task() -> None:
    with without_collection():
        assert not gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with without_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
