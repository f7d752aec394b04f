"""Tasks on Dask workers: a cluster that is started here, or one that runs elsewhere.

The tasks are those of one machine, and so are their results. The command reports lost workers in one line.

Whoever can connect to a scheduler can run code as the user that started it. A cluster that is started here
therefore asks for a certificate that only this process and its workers have. A cluster that runs elsewhere is
trusted as it is: its address must be one that only trusted users reach, or a tls:// one.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version_tuple
from time import monotonic
from typing import TYPE_CHECKING, Any

from onrecord.exceptions import ClusterUnusable
from onrecord.execution.executor import Executor, Result, Task, in_order
from onrecord.execution.leftovers import temporary_folder
from onrecord.execution.uninterrupted import uninterrupted
from onrecord.extras import extra

if TYPE_CHECKING:
    from distributed import Future

_SECONDS_TO_CONNECT = 10
PATIENCE = 60
"""Seconds for which a scheduler may be without any worker before the work is given up."""
_GONE = "the scheduler has gone: nothing was written"
_AHEAD = 2
"""Tasks on their way for each thread of the cluster, beyond the one that it works on."""
_SECONDS_TILL_ASKED_AGAIN = 1
"""How long an answer of the scheduler's holds: each costs the driver some milliseconds of its time."""


class Cluster:
    """The workers of a scheduler, at `address`, as an executor."""

    def __init__(self, client: Any, *, is_remote: bool, patience: float = PATIENCE) -> None:
        self.is_remote = is_remote
        self._patience = patience
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
        submit: Callable[[Task], Future[Result]] = partial(self._submit, function)
        result: Callable[[Future[Result]], Result] = self._result
        yield from in_order(submit, tasks, lambda: (1 + _AHEAD) * self._present_threads(), result)

    @property
    def lost(self) -> int:
        """How many workers have gone since the start; what they were at was given to others."""
        return len(self._seen - self._workers())

    def _submit(self, function: Callable[[Task], Result], task: Task) -> "Future[Result]":
        with _reporting_loss():
            # Never the same key twice: a result is asked for once, and let go.
            future: Future[Result] = self._client.submit(function, task, pure=False)
        return future

    def _result(self, future: "Future[Result]") -> Result:
        with extra("scale", "a run on workers"):
            from dask.distributed import TimeoutError as TookLonger
            from distributed import KilledWorker
            from distributed.client import FutureCancelledError

        waited, step = 0.0, min(_SECONDS_TO_CONNECT, self._patience)
        while True:
            try:
                found: Result = future.result(timeout=step)
            except TookLonger:
                own: Callable[[], BaseException | None] = future.exception
                if future.status == "error" and isinstance(own(), TookLonger):
                    # It is the task's own: a file system elsewhere did not answer.
                    raise
                waited = 0 if self._workers() else waited + step
                if waited >= self._patience:
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
                raise ClusterUnusable(_GONE) from error
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
        """The threads of each worker that exists now; every call asks the scheduler."""
        with _reporting_loss():
            found: dict[str, int] = self._client.nthreads()
        self._seen.update(found)
        return found


@contextmanager
def _reporting_loss() -> Iterator[None]:
    """Raise ClusterUnusable where a call to the scheduler fails in the block."""
    with extra("scale", "a run on workers"):
        from distributed.client import ClosedClientError

    try:
        yield
    except (OSError, ClosedClientError) as error:
        raise ClusterUnusable(_GONE) from error


_LOCAL: dict[str, Any] = {
    # Dask would have workers return every free page at once, and each task would be read into new ones.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    # Pages about the cluster that every user of the machine could read.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""Dask's settings for a cluster that is started here."""

_ROLES = ("client", "scheduler", "worker")

_REMOTE = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
"""Tasks carry what the driver has decompressed; Dask would print a warning for each of them."""


@contextmanager
def local_cluster(workers: int) -> Iterator[Cluster]:
    """That many worker processes on this machine, each with one thread, while the block runs.

    Nobody else can connect to them, and none is left after an interruption. Raises MissingExtraError where
    the extra `scale` is not installed, and ClusterUnusable where a worker dies before it is ready.
    """
    with uninterrupted(_local_client(workers)) as client:
        yield Cluster(client, is_remote=False)


@contextmanager
def _local_client(workers: int) -> Iterator[Any]:
    distributed = _distributed()
    with extra("scale", "a run on workers"):
        import dask

    with ExitStack() as opened:
        # Dask would leave a folder of its own behind, among the temporary files.
        scratch = opened.enter_context(temporary_folder())
        opened.enter_context(dask.config.set({**_LOCAL, "temporary-directory": str(scratch)}))
        try:
            local = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                scheduler_port=0,
                security=_certificate(scratch),
                # Any free port: another cluster may have the default one, and that would be a warning.
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
                # The command reports a lost worker in one line.
                silence_logs=logging.CRITICAL,
            )
        except RuntimeError as error:
            raise ClusterUnusable(
                "a worker died before it was ready, most likely for want of memory: have fewer of them"
            ) from error
        opened.enter_context(local)
        yield opened.enter_context(distributed.Client(local, set_as_default=False))


@contextmanager
def remote_cluster(
    scheduler: str, *, timeout: float = _SECONDS_TO_CONNECT, patience: float = PATIENCE
) -> Iterator[Cluster]:
    """The workers of a scheduler that runs already, such as tcp://10.0.0.1:8786, while the block runs.

    Certificates for a tls:// address are taken from Dask's own settings. `timeout` is the number of seconds
    in which the scheduler must answer, `patience` that for which it may be without workers: at the start, not
    longer than `timeout`.

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
        client = distributed.Client(scheduler, timeout=timeout, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterUnusable(f"there is no Dask scheduler that answers at {scheduler}") from error
    except TypeError as error:
        # Dask says so where an address is tls:// and its settings name no certificate.
        raise ClusterUnusable(
            f"no certificate for the scheduler at {scheduler} "
            "(expected in Dask's settings, under distributed.comm.tls)"
        ) from error
    with extra("scale", "a run on workers"):
        import dask

    with client, dask.config.set(_REMOTE):
        try:
            client.wait_for_workers(1, timeout=min(timeout, patience))
        except (TimeoutError, OSError) as error:
            raise ClusterUnusable(f"the scheduler at {scheduler} has no workers") from error
        check_versions(client.run(versions, on_error="return"), versions())
        yield Cluster(client, is_remote=True, patience=patience)


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
    with extra("scale", "a run on workers"):
        import distributed
    return distributed


def _certificate(folder: Path) -> Any:
    """A certificate for one run, in a folder of ours, that both ends of every connection must show.

    Given one in memory, Dask would write it to a folder of its own for each connection, and leave that behind
    when it is killed.
    """
    with extra("scale", "a run on workers"):
        # Dask makes the certificate with it.
        import cryptography  # noqa: F401
        from distributed.security import Security

    temporary: Callable[[], Any] = Security.temporary
    made = temporary()
    certificate = _private_file(folder / "certificate", made.tls_client_cert)
    key = _private_file(folder / "key", made.tls_client_key)
    shown: dict[str, Any] = {f"tls_{role}_cert": certificate for role in _ROLES}
    kept: dict[str, Any] = {f"tls_{role}_key": key for role in _ROLES}
    security: Callable[..., Security] = Security
    return security(require_encryption=True, tls_ca_file=certificate, **shown, **kept)


def _private_file(path: Path, text: str) -> str:
    path.touch(mode=0o600)
    path.write_text(text, encoding="ascii")
    return str(path)


def check_versions(found: dict[str, Any], own: dict[str, str]) -> None:
    """Raise ClusterUnusable unless every worker has the versions of this process.

    `found` has the versions of each worker, or the exception that it raised instead.
    """
    for worker, theirs in sorted(found.items()):
        if isinstance(theirs, Exception):
            raise ClusterUnusable(f"the worker {worker} cannot load onrecord {own['onrecord']}: {theirs}")
        for name, wanted in own.items():
            if theirs[name] != wanted:
                raise ClusterUnusable(
                    f"the worker {worker} has {name} {theirs[name]}, and this is {wanted}: "
                    "install the same everywhere"
                )


def versions() -> dict[str, str]:
    """What findings and bytes depend on."""
    found = {"Python": ".".join(python_version_tuple()[:2])}
    for name in ("onrecord", "pyarrow", "jsonschema", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found
