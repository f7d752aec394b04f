"""What a process that was killed would have left behind."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from onrecord.execution.leftovers import marked


@cache
def ended_process() -> int:
    """The id of a process that no longer lives."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left_by_killed(parent: Path, prefix: str) -> Path:
    """A path such as a killed process would have left in a folder."""
    return parent / marked(prefix).replace(f"-{os.getpid()}-", f"-{ended_process()}-")
