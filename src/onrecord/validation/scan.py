"""Levels 1 and 2: a part of a file, of whatever form, to a batch of records."""

from onrecord.reading.batches import Batch, Part
from onrecord.validation.scan_json import scan_json


def scan(part: Part, level: int, most: int | None = None) -> Batch:
    """The records of a part, checked up to level 2 (or 1); below level 2 no record counts as valid.

    Of JSON Lines `most` findings of each rule are kept, and the others counted.
    """
    if part.form != "rows":
        return scan_json(part, level, most)
    # Loads Arrow, which JSON does without.
    from onrecord.validation.scan_parquet import scan_rows

    return scan_rows(part, level)
