"""Tasks on Dask workers: a cluster that is started here, or one that runs elsewhere.

The tasks are those of one machine, and so are their results. The command reports lost workers in one line.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from platform import python_version_tuple
from time import monotonic
from typing import TYPE_CHECKING, Any

from onrecord.exceptions import ClusterUnusable, MissingExtraError
from onrecord.execution.executor import Executor, Result, Task, in_order

if TYPE_CHECKING:
    from distributed import Future

_SECONDS_TO_CONNECT = 10
_SECONDS_WITHOUT_WORKERS = 60
"""How long a scheduler may be without any worker before the work is given up."""
_AHEAD = 2
"""Tasks on their way for each thread of the cluster, beyond the one that it works on."""
_SECONDS_TILL_ASKED_AGAIN = 1
"""How long an answer of the scheduler's holds: each costs the driver some milliseconds of its time."""


class Cluster:
    """The workers of a scheduler, at `address`, as an executor."""

    def __init__(self, client: Any, *, is_remote: bool) -> None:
        self.is_remote = is_remote
        # Not all of the client's methods have types.
        self._client = client
        self.address = str(self._client.scheduler.address)
        self._seen: set[str] = set()
        self._threads = 1
        self._threads_until = 0.0
        self._workers()

    def __call__(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """The results in the order of the tasks, each once, however often a worker had to begin again.

        Raises ClusterUnusable where there is no worker left, or where every worker that tries a task dies.
        """
        # Never the same key twice: a result is asked for once, and let go.
        submit = partial(self._client.submit, function, pure=False)
        result: Callable[[Future[Result]], Result] = self._result
        yield from in_order(submit, tasks, lambda: (1 + _AHEAD) * self._present_threads(), result)

    @property
    def lost(self) -> int:
        """How many workers have gone since the start; what they were at was given to others."""
        return len(self._seen - self._workers())

    def _result(self, future: "Future[Result]") -> Result:
        from dask.distributed import TimeoutError as TookLonger
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        waited = 0
        while True:
            try:
                found: Result = future.result(timeout=_SECONDS_TO_CONNECT)
            except TookLonger:
                waited = 0 if self._workers() else waited + _SECONDS_TO_CONNECT
                if waited >= _SECONDS_WITHOUT_WORKERS:
                    raise ClusterUnusable(
                        f"no worker is left at {self.address}: nothing was written"
                    ) from None
            except KilledWorker as error:
                raise ClusterUnusable(
                    f"{error.allowed_failures + 1} workers have died of the same task, most likely for want "
                    "of memory: give each more of it, or have fewer of them"
                ) from error
            except (FutureCancelledError, OSError) as error:
                if self._client.status == "running" and isinstance(error, OSError):
                    raise
                raise ClusterUnusable("the scheduler has gone: nothing was written") from error
            else:
                return found

    def _workers(self) -> set[str]:
        return set(self._asked())

    def _present_threads(self) -> int:
        if (now := monotonic()) >= self._threads_until:
            self._threads = sum(self._asked().values()) or 1
            self._threads_until = now + _SECONDS_TILL_ASKED_AGAIN
        return self._threads

    def _asked(self) -> dict[str, int]:
        """The threads of each worker that there is now; every call asks the scheduler."""
        found: dict[str, int] = self._client.nthreads()
        self._seen.update(found)
        return found


_WORKERS = {"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None}
"""Dask would have workers return every free page at once, and each task would be read into new ones."""


@contextmanager
def local_cluster(workers: int) -> Iterator[Cluster]:
    """That many worker processes on this machine, each with one thread, while the block runs.

    Raises ClusterUnusable where the extra `scale` is not installed.
    """
    distributed = _distributed()
    import dask

    with ExitStack() as opened:
        opened.enter_context(dask.config.set(_WORKERS))
        local = opened.enter_context(
            distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                scheduler_port=0,
                # Any free port: another cluster may have the default one, and that would be a warning.
                dashboard_address="127.0.0.1:0",
                # The command reports a lost worker in one line.
                silence_logs=logging.CRITICAL,
            )
        )
        yield Cluster(opened.enter_context(distributed.Client(local, set_as_default=False)), is_remote=False)


@contextmanager
def remote_cluster(scheduler: str) -> Iterator[Cluster]:
    """The workers of a scheduler that runs already, such as tcp://10.0.0.1:8786, while the block runs.

    Raises ClusterUnusable where it cannot be reached, has no workers, or where a worker has other versions
    than this process: then not even the bytes would be the same.
    """
    distributed = _distributed()
    if not scheduler.partition("://")[2]:
        # Given an empty address, Dask would start a cluster of its own.
        raise ClusterUnusable(
            f"invalid scheduler address {scheduler!r} (expected for example tcp://10.0.0.1:8786)"
        )
    try:
        client = distributed.Client(scheduler, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterUnusable(f"there is no Dask scheduler that answers at {scheduler}") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_SECONDS_TO_CONNECT)
        except (TimeoutError, OSError) as error:
            raise ClusterUnusable(f"the scheduler at {scheduler} has no workers") from error
        _check_versions(client.run(_versions, on_error="return"))
        yield Cluster(client, is_remote=True)


@contextmanager
def cluster(workers: int | None, scheduler: str | None) -> Iterator[Executor | None]:
    """Workers of our own, those of a scheduler, or None where neither is asked for."""
    if scheduler is not None:
        with remote_cluster(scheduler) as found:
            yield found
    elif workers is not None:
        with local_cluster(workers) as found:
            yield found
    else:
        yield None


def lost_workers(executor: Executor | None) -> int:
    """How many workers have died on the way; 0 where there are none."""
    return executor.lost if isinstance(executor, Cluster) else 0


def _distributed() -> Any:
    try:
        import distributed
    except ModuleNotFoundError as error:
        raise MissingExtraError("a run on workers", error.name, "scale") from error
    return distributed


def _check_versions(found: dict[str, Any]) -> None:
    own = _versions()
    for worker, theirs in sorted(found.items()):
        if isinstance(theirs, Exception):
            raise ClusterUnusable(f"the worker {worker} cannot load onrecord {own['onrecord']}: {theirs}")
        for name, wanted in own.items():
            if theirs[name] != wanted:
                raise ClusterUnusable(
                    f"the worker {worker} has {name} {theirs[name]}, and this is {wanted}: "
                    "install the same everywhere"
                )


def _versions() -> dict[str, str]:
    """What findings and bytes depend on."""
    found = {"Python": ".".join(python_version_tuple()[:2])}
    for name in ("onrecord", "pyarrow", "jsonschema", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found
