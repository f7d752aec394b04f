"""SIGINT and SIGTERM end the command with 130 and 143, without a traceback and after its clean-up.

The first signal raises SystemExit, so that every `finally` and `with` on the way out runs. What a library
makes of that exception does not matter: `received` says afterwards which signal came. Where Python drops the
exception, as in a callback of the garbage collector, it is raised again. Loads almost nothing, so that it can
be called before anything else is imported.
"""

import os
import signal
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SECONDS_OF_ECHO = 1.0
"""A wrapper forwards the Ctrl-C that the terminal has sent already: so soon it is the same request."""

_SECONDS_TILL_AGAIN = 0.01

_first: tuple[int, float] | None = None
_is_dropped = False


def install() -> None:
    """Handle both signals from now on. One that the caller ignores, as `nohup` does, stays ignored."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise_exit)
    sys.unraisablehook = _raise_again


def received() -> int | None:
    """The exit code of the first signal that came, or None."""
    return None if _first is None else 128 + _first[0]


def end_at_once() -> None:
    """Let a signal end the process from now on: there is nothing to clean up any more."""
    for number in _SIGNALS:
        if signal.getsignal(number) is _raise_exit:
            signal.signal(number, _end)


def _raise_exit(number: int, frame: FrameType | None) -> None:
    global _first, _is_dropped
    now = time.monotonic()
    if _is_dropped:
        if not _is_inside_hook(frame):
            assert _first is not None
            _first, _is_dropped = (_first[0], now), False
            raise SystemExit(128 + _first[0])
    elif _first is None:
        _first = (number, now)
        raise SystemExit(128 + number)
    elif now - _first[1] > _SECONDS_OF_ECHO:
        # Whoever asks again does not want to wait for the clean-up.
        _end(number, frame)


def _raise_again(unraisable: "UnraisableHookArgs") -> None:
    """Send the signal again, soon, where an exception is dropped that it has raised; report any other."""
    global _is_dropped
    if _first is None or not isinstance(unraisable.exc_value, SystemExit):
        sys.__unraisablehook__(unraisable)
        return
    from threading import Thread

    _is_dropped = True
    # Not from here, where the exception would be dropped once more.
    Thread(target=_send_until_raised, args=(_first[0],), daemon=True).start()


def _is_inside_hook(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code is not _raise_again.__code__:
        frame = frame.f_back
    return frame is not None


def _send_until_raised(number: int) -> None:
    from threading import main_thread

    while _is_dropped:
        time.sleep(_SECONDS_TILL_AGAIN)
        if hasattr(signal, "pthread_kill") and (ident := main_thread().ident) is not None:
            # Only the main thread raises, and it may be waiting.
            signal.pthread_kill(ident, number)
        else:
            signal.raise_signal(number)


def _end(number: int, _: FrameType | None) -> None:
    os._exit(128 + number)
