"""Blocks that are entered and left in a thread of their own, because signals interrupt the main thread only.

An interruption amid the start of worker processes would leave some that nobody knows of, and they would go on
writing files while the caller removes them.
"""

import signal
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import resource_tracker
from threading import Event, Thread
from typing import TypeVar

Value = TypeVar("Value")


@contextmanager
def uninterrupted(block: AbstractContextManager[Value]) -> Iterator[Value]:
    """The value of a block that is entered completely, and left completely, whatever interrupts the caller.

    Processes that the block starts do not see SIGINT, which a terminal sends to all processes of a command.
    """
    opened: Future[Value] = Future()
    closed: Future[None] = Future()
    done = Event()
    # Not a daemon: even where the caller no longer waits, Python does.
    thread = Thread(target=_run, args=(block, opened, done, closed), name=uninterrupted.__name__)
    try:
        thread.start()
        yield opened.result()
    finally:
        done.set()
        if thread.ident is not None:
            _wait_for(closed)


def _run(
    block: AbstractContextManager[Value], opened: "Future[Value]", done: Event, closed: "Future[None]"
) -> None:
    try:
        _block_interruptions()
        with block as value:
            opened.set_result(value)
            done.wait()
        closed.set_result(None)
    except BaseException as error:  # The caller raises it.
        if opened.done():
            closed.set_exception(error)
        else:
            opened.set_exception(error)
            closed.set_result(None)


def _block_interruptions() -> None:
    """Block SIGINT in this thread, and in all threads and processes that are started from it."""
    if hasattr(signal, "pthread_sigmask"):
        # Started later, it would unblock SIGINT again.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _wait_for(closed: "Future[None]") -> None:
    try:
        wait([closed])
    finally:
        # The first wait may have been interrupted.
        closed.result()
