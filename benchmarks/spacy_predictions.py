"""Save the answers of the baseline `spacy`, whose packages the development environment does not have.

Run as `python -m benchmarks.spacy_predictions` where the extra `spacy` is installed (`.venv-harness`), after
glosses, claims or the baseline have changed, which `make test-harness` reports. docs/benchmark.md scores it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from onrecord.benchmark.baselines import baseline, names
from onrecord.benchmark.tasks import TASKS

FOLDER = Path(__file__).parent / "predictions"
NAME = "spacy"


def main() -> int:
    """Write one file a task that the baseline answers."""
    FOLDER.mkdir(exist_ok=True)
    for task in tasks():
        file(task).write_text("".join(lines(task)), encoding="utf-8")
        print(file(task))
    return 0


def tasks() -> list[str]:
    """The tasks that the baseline answers."""
    return [task for task in TASKS if NAME in names(task)]


def file(task: str) -> Path:
    """Where the answers to a task are saved."""
    return FOLDER / f"{task}-{NAME}.jsonl"


def lines(task: str) -> Iterator[str]:
    """The answers, without the dataset's version: a test renews them, not a release."""
    for line in baseline(task, NAME):
        answer = {name: value for name, value in line.items() if name != "dataset_version"}
        yield json.dumps(answer, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
