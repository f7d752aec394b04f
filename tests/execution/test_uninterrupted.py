"""Blocks that are entered and left completely, whatever interrupts the caller."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from onrecord.execution.uninterrupted import uninterrupted


class Interruption(BaseException):
    """What the signal handler of these tests raises."""


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    def interrupt(*_: object) -> None:
        raise Interruption

    before = signal.signal(signal.SIGUSR1, interrupt)
    yield
    signal.signal(signal.SIGUSR1, before)


def interrupt_main_thread() -> None:
    ident = threading.main_thread().ident
    assert ident is not None
    signal.pthread_kill(ident, signal.SIGUSR1)
    # The main thread has time to act on it.
    time.sleep(0.1)


@contextmanager
def block(steps: list[str], interrupted: str) -> Iterator[str]:
    """A block that notes its steps, of which one is interrupted."""
    for step in ("open", "opened"):
        steps.append(step)
        if step == interrupted:
            interrupt_main_thread()
    yield "value"
    for step in ("close", "closed"):
        if step == interrupted:
            interrupt_main_thread()
        steps.append(step)


@pytest.mark.parametrize("interrupted", ["open", "opened", "close", "closed"])
def test_an_interruption_waits_until_the_block_is_left(interrupted: str) -> None:
    steps: list[str] = []

    with pytest.raises(Interruption), uninterrupted(block(steps, interrupted)):
        time.sleep(0.2)

    assert steps == ["open", "opened", "close", "closed"]


def test_the_value_of_the_block_is_given() -> None:
    steps: list[str] = []
    with uninterrupted(block(steps, "never")) as value:
        assert value == "value"
        assert steps == ["open", "opened"]
    assert steps == ["open", "opened", "close", "closed"]


def test_an_interruption_inside_the_block_closes_it() -> None:
    steps: list[str] = []
    with pytest.raises(Interruption), uninterrupted(block(steps, "never")):
        signal.raise_signal(signal.SIGUSR1)
    assert steps == ["open", "opened", "close", "closed"]


@contextmanager
def failing(at: str) -> Iterator[None]:
    if at == "open":
        raise ValueError(at)
    yield
    raise ValueError(at)


@pytest.mark.parametrize("at", ["open", "close"])
def test_errors_of_the_block_are_raised(at: str) -> None:
    with pytest.raises(ValueError, match=at), uninterrupted(failing(at)):
        pass
