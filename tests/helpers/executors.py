"""Executors that interrupt the work, for tests of what is left when something fails."""

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cloudpickle

from onrecord.execution.executor import Executor

# Workers are other processes, which know nothing of the tests.
cloudpickle.register_pickle_by_value(__import__(__name__, fromlist=["*"]))


@dataclass(frozen=True)
class KillingOnce:
    """An executor in which the process that works on one of the tasks is killed, once."""

    executor: Executor
    marker: Path
    at: int
    """The number of the task; tasks are counted from 0 in each call."""
    of: str = ""
    """The name of the function whose tasks are meant, where it is not any."""

    @property
    def is_remote(self) -> bool:
        return self.executor.is_remote

    def __call__(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        deadly = partial(die_once, function=function, marker=str(self.marker))
        is_meant = self.of in repr(function)
        calls = (
            (deadly if is_meant and number == self.at else function, task)
            for number, task in enumerate(tasks)
        )
        return self.executor(_apply, calls)


@dataclass(frozen=True)
class Limited:
    """An executor whose tasks may write files of so many bytes and no more, as on a disk that is full."""

    executor: Executor
    limit: int = 100

    @property
    def is_remote(self) -> bool:
        return self.executor.is_remote

    def __call__(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        return self.executor(partial(on_a_full_disk, function=function, limit=self.limit), tasks)


def die_once(task: Any, function: Callable[[Any], Any], marker: str) -> Any:
    """Work on the task, but the first process that gets here is killed half-way."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return function(task)
    function(task)
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def on_a_full_disk(task: Any, function: Callable[[Any], Any], limit: int = 100) -> Any:
    """Work on the task where no file may grow beyond so many bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python would keep what it compiles meanwhile, cut off, for all that come after.
    writes_bytecode, sys.dont_write_bytecode = not sys.dont_write_bytecode, True
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
    try:
        return function(task)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        sys.dont_write_bytecode = not writes_bytecode


def _apply(call: tuple[Callable[[Any], Any], Any]) -> Any:
    function, task = call
    return function(task)
