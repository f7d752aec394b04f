"""Tasks on the processes of this machine, because the work holds Python's lock.

Loky starts them: it does not run the user's script a second time, as Python's own pool does, and does not
copy a process with threads.
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from threading import Thread
from time import sleep
from typing import Any

from onrecord.execution.executor import Executor, Result, Serial, Task, in_order

LARGE = 32 << 20
"""Bytes of input from which processes are worth their start."""

_ARROW = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Arrow's own allocator keeps 130 MB more in a build on two processes, and is no faster there."""


class Processes:
    """Runs tasks on so many processes of a pool."""

    is_remote = False

    def __init__(self, pool: Any, workers: int) -> None:
        self._pool = pool
        self._workers = workers

    def __call__(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """The results in the order of the tasks. Raises OSError where a process dies."""
        submit: Callable[[Task], Future[Result]] = partial(self._submit, function)
        try:
            yield from in_order(submit, tasks, lambda: 2 * self._workers, Future[Result].result)
        except BrokenProcessPool as error:
            raise OSError(
                "a worker process has died, most likely for lack of memory: the result is not complete"
            ) from error

    def _submit(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        # The pool starts its processes here.
        with _blocked_interruption():
            future: Future[Result] = self._pool.submit(function, task)
        return future


@contextmanager
def _blocked_interruption() -> Iterator[None]:
    """Keep from processes that start in the block the SIGINT that a terminal sends to all of a command."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def local_executor(size: int, large: int = LARGE, *, workers: int | None = None) -> Iterator[Executor]:
    """What runs tasks over so many bytes of input on this machine: processes from `large` bytes on.

    There are as many processes as cores, or `workers`.
    """
    workers = workers or os.cpu_count() or 1
    if size < large or workers < 2:
        yield Serial()
        return
    # Loads multiprocessing, which small inputs do without.
    from multiprocessing import resource_tracker

    from loky import ProcessPoolExecutor
    from loky.backend import resource_tracker as loky_tracker

    # Started amid the start of workers, they would unblock SIGINT for these.
    resource_tracker.ensure_running()
    loky_tracker.ensure_running()
    pool = ProcessPoolExecutor(
        workers, initializer=_end_with_parent, initargs=(os.getpid(),), env={**_ARROW, **os.environ}
    )
    try:
        yield Processes(pool, workers)
    except BaseException:
        # A task may take minutes, such as one large document.
        pool.shutdown(wait=True, kill_workers=True)
        raise
    pool.shutdown(wait=True)


def _end_with_parent(parent: int) -> None:
    """Have this worker end soon after its parent, because one whose parent was killed would wait for ever."""
    Thread(target=_wait_for_end, args=(parent,), daemon=True).start()


def _wait_for_end(parent: int) -> None:
    while os.getppid() == parent:
        sleep(1)
    os._exit(1)
