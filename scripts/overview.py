"""Load every table with `datasets.load_dataset`, as a user would, and print an overview."""

import os
import tempfile
from collections.abc import Iterable

from onrecord import path
from onrecord.dataset.load import rows
from onrecord.dataset.overview import Row, overview
from onrecord.model.table_files import SPLIT


def main() -> None:
    """Print the overview of the built tables."""
    with tempfile.TemporaryDirectory() as cache:
        # Set before the import that reads it. The cache is a new folder, because `load_dataset` does not
        # notice changed files if the card has not changed, and because the home folder may be read-only.
        os.environ.update(HF_HOME=cache, HF_HUB_OFFLINE="1", HF_DATASETS_DISABLE_PROGRESS_BARS="1")
        from datasets import load_dataset

        def read(table: str) -> Iterable[Row]:
            # `load_dataset` refuses a split without rows.
            if not rows(table):
                return []
            loaded: Iterable[Row] = load_dataset(path(), table, split=SPLIT)
            return loaded

        print(overview(read))


if __name__ == "__main__":
    main()
