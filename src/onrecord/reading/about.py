"""The file dataset.json of a records folder or a corpus: its record, and what is wrong with it."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from onrecord.extras import extra
from onrecord.model.about import About
from onrecord.model.findings import Finding
from onrecord.model.tables import DATASET
from onrecord.reading.file_rules import LARGEST_DOCUMENT
from onrecord.reading.files import display, is_there, is_url, reason
from onrecord.reading.located import Located
from onrecord.reading.records import read_record, read_records, unreadable

DATASET_FILE = "dataset.json"


def read_dataset_file(folder: str | Path) -> Located | None:
    """The record of dataset.json with its findings of level 1; None where a folder or URL has none."""
    if is_url(folder):
        return _read_remote(f"{str(folder).rstrip('/')}/{DATASET_FILE}")
    path = Path(folder) / DATASET_FILE
    return next(read_records(path, DATASET)) if is_there(path) else None


def about_from(located: Located | None, findings: Sequence[Finding]) -> About | None:
    """What the record says, if there is one and nothing was found wrong with it."""
    return None if located is None or findings else About.from_record(located.value)


def _read_remote(url: str) -> Located | None:
    with extra("scale", "reading from a URL"):
        import fsspec

    file = display(url)
    content: Any = None
    try:
        # A file that is not there is no error: dataset.json is optional.
        with suppress(FileNotFoundError), fsspec.open(url, "rb") as stream:
            content = stream.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        return unreadable(DATASET, file, f"the file cannot be read: {reason(error)}")
    return None if content is None else read_record(content, file, DATASET)
