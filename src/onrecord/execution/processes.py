"""Tasks on the processes of this machine, because the work holds Python's lock.

Loky starts them: it does not run the user's script a second time, as Python's own pool does, and does not
copy a process with threads.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from os import cpu_count
from typing import Any

from onrecord.execution.executor import Executor, Result, Serial, Task, in_order

LARGE = 32 << 20
"""Bytes of input from which processes are worth their start."""


class Processes:
    """Runs tasks on as many processes as there are cores."""

    is_remote = False

    def __init__(self, pool: Any, workers: int) -> None:
        self._pool = pool
        self._workers = workers

    def __call__(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """The results in the order of the tasks. Raises OSError where a process dies."""
        submit: Callable[[Task], Future[Result]] = partial(self._pool.submit, function)
        try:
            yield from in_order(submit, tasks, lambda: 2 * self._workers, Future[Result].result)
        except BrokenProcessPool as error:
            raise OSError(
                "a worker process has died, most likely for lack of memory: the result is not complete"
            ) from error


@contextmanager
def local_executor(size: int, large: int = LARGE) -> Iterator[Executor]:
    """What runs tasks over so many bytes of input on this machine: processes from `large` bytes on."""
    workers = cpu_count() or 1
    if size < large or workers < 2:
        yield Serial()
        return
    # Loads multiprocessing, which small inputs do without.
    from loky import ProcessPoolExecutor

    pool = ProcessPoolExecutor(workers)
    try:
        yield Processes(pool, workers)
    finally:
        # Killing processes that still work would upset loky's own thread.
        pool.shutdown(wait=True)
