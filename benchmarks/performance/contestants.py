"""One contestant at its work, in a process of its own.

`python -m benchmarks.performance.contestants NAME ARGUMENTS…` runs one and prints what it came to as JSON. It
is a function of `own`, `rivals` or `alone`; what it imports is loaded before the clock starts.
"""

import json
import sys
import time
from contextlib import redirect_stdout
from io import StringIO

from benchmarks.performance import alone, own, rivals  # noqa: F401 - they note their contestants
from benchmarks.performance.registry import CONTESTANTS

__all__ = ["CONTESTANTS", "main"]


def main() -> int:
    """Run one contestant and print what it came to."""
    name, *arguments = sys.argv[1:]
    # Nothing that a library prints may stand before the result.
    with redirect_stdout(StringIO()):
        work = CONTESTANTS[name](*arguments)
        start = time.perf_counter()
        records = work()
        seconds = time.perf_counter() - start
        spent: dict[str, float] = getattr(work, "close", dict)()
    told = {"records": records, "seconds": seconds}
    print(json.dumps({**told, "cpu": spent} if spent else told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
