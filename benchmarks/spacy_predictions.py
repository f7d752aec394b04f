"""Save the answers of the baseline `spacy`, whose packages the development environment does not have.

Run as `python -m benchmarks.spacy_predictions` where the extra `spacy` is installed (`.venv-harness`), after
sentences, claims or the baseline have changed, which `make test-harness` reports. `make scores` runs it and
renews docs/benchmark-tables.md, which scores the answers.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from onrecord.benchmark.baselines import baseline, names
from onrecord.benchmark.tasks import TASKS
from onrecord.model.table_files import splits_of

FOLDER = Path(__file__).parent / "predictions"
NAME = "spacy"


def main() -> int:
    """Write one file per task that the baseline answers and split."""
    FOLDER.mkdir(exist_ok=True)
    for task in tasks():
        for split in splits_of():
            file(task, split).write_text("".join(lines(task, split)), encoding="utf-8")
            print(file(task, split))
    return 0


def tasks() -> list[str]:
    """The tasks that the baseline answers."""
    return [task for task in TASKS if NAME in names(task)]


def file(task: str, split: str) -> Path:
    """Where the answers to a split of a task are saved."""
    return FOLDER / f"{task}-{split}-{NAME}.jsonl"


def lines(task: str, split: str) -> Iterator[str]:
    """The answers, without the dataset's version: a test renews them, not a release."""
    for line in baseline(task, NAME, split=split):
        answer = {name: value for name, value in line.items() if name != "dataset_version"}
        yield json.dumps(answer, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
