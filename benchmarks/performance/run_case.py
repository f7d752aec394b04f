"""One case in a process of its own.

`python -m benchmarks.performance.run_case NAME ARGUMENTS…` runs a function of `ours`, `competitors` or
`floors` and prints its records and seconds as JSON. What it imports is loaded before the clock starts.
"""

import json
import sys
import time
from contextlib import redirect_stdout
from io import StringIO

from benchmarks.performance import competitors, floors, ours  # noqa: F401 - they register their cases
from benchmarks.performance.registry import CASES

__all__ = ["CASES", "main"]


def main() -> int:
    """Run one case and print records and seconds."""
    name, *arguments = sys.argv[1:]
    # Nothing that a library prints may stand before the result.
    with redirect_stdout(StringIO()):
        work = CASES[name](*arguments)
        start = time.perf_counter()
        records = work()
        seconds = time.perf_counter() - start
        spent: dict[str, float] = getattr(work, "close", dict)()
    found = {"records": records, "seconds": seconds}
    print(json.dumps({**found, "cpu": spent} if spent else found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
