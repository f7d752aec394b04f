"""Executors: functions that run tasks and give the results in the order of the tasks.

A task is given to a function that any process can import. What runs it, and where, changes no result.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Executor(Protocol):
    """Runs tasks."""

    @property
    def is_remote(self) -> bool:
        """Whether they may run where temporary files of this machine cannot be read."""

    def __call__(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """The results in the order of the tasks; a bounded number of tasks runs ahead."""


class Handle(Protocol):
    """A task that was submitted, as Python's futures and Dask's are."""

    def cancel(self) -> object:
        """Do not start it, if it has not started."""


Submitted = TypeVar("Submitted", bound=Handle)


class Serial:
    """Runs each task in this process when its result is asked for."""

    is_remote = False

    def __call__(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """The results, one by one."""
        return map(function, tasks)


def in_tasks(items: Iterable[Task], size: Callable[[Task], int], most: int) -> Iterator[tuple[Task, ...]]:
    """The items in tasks of about the size `most`, or of one large item."""
    waiting: list[Task] = []
    total = 0
    for item in items:
        waiting.append(item)
        total += size(item)
        if total >= most:
            yield tuple(waiting)
            waiting, total = [], 0
    if waiting:
        yield tuple(waiting)


def in_order(
    submit: Callable[[Task], Submitted],
    tasks: Iterable[Task],
    most: Callable[[], int],
    result: Callable[[Submitted], Result],
) -> Iterator[Result]:
    """The results in the order of the tasks, of which at most so many are submitted ahead."""
    running: deque[Submitted] = deque()
    try:
        for task in tasks:
            running.append(submit(task))
            if len(running) > most():
                yield result(running.popleft())
        while running:
            yield result(running.popleft())
    finally:
        for future in running:
            future.cancel()
