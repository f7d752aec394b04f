"""SIGINT and SIGTERM end the command with 130 and 143, without a traceback and after its clean-up.

The first signal raises SystemExit, so that every `finally` and `with` on the way out runs. What a library
makes of that exception does not matter: `received` says afterwards which signal came. Loads nothing but
`signal`, so that it can be called before anything else is imported.
"""

import os
import signal
import time
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SECONDS_OF_ECHO = 1.0
"""A wrapper forwards the Ctrl-C that the terminal has sent already: so soon it is the same request."""

_first: tuple[int, float] | None = None


def install() -> None:
    """Handle both signals from now on. One that the caller ignores, as `nohup` does, stays ignored."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise_exit)


def received() -> int | None:
    """The exit code of the first signal that came, or None."""
    return None if _first is None else 128 + _first[0]


def end_at_once() -> None:
    """Let a signal end the process from now on: there is nothing to clean up any more."""
    for number in _SIGNALS:
        if signal.getsignal(number) is _raise_exit:
            signal.signal(number, _end)


def _raise_exit(number: int, frame: FrameType | None) -> None:
    global _first
    now = time.monotonic()
    if _first is None:
        _first = (number, now)
        raise SystemExit(128 + number)
    if now - _first[1] > _SECONDS_OF_ECHO:
        # Whoever asks again does not want to wait for the clean-up.
        _end(number, frame)


def _end(number: int, _: FrameType | None) -> None:
    os._exit(128 + number)
