"""Levels 1 and 2: parts of files, of whatever form, to batches of records."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import attrgetter

from onrecord.reading.batches import Batch, Part
from onrecord.reading.blocks import CACHE_BYTES
from onrecord.validation.scan_json import decode_valid, scan_json


def scan(part: Part, level: int, most: int | None = None) -> Batch:
    """The records of a part, checked up to level 2 (or 1); below level 2 no record counts as valid.

    Of JSON Lines `most` findings of each rule are kept, and the others counted.
    """
    if part.form != "rows":
        return scan_json(part, level, most)
    # Loads Arrow, which JSON does without.
    from onrecord.validation.scan_parquet import scan_rows

    return scan_rows(part, level)


def scan_together(parts: Iterable[Part], level: int) -> dict[Part, Batch]:
    """The batches of valid parts that follow each other in a file; `scan` reads the parts that are left out.

    The parts of small documents are read and decoded many at once.
    """
    found: dict[Part, Batch] = {}
    for some in _neighbours(parts):
        if len(some) == 1:
            continue
        try:
            rows = decode_valid(some[0]._replace(end=some[-1].end).read())
        except OSError:
            rows = None
        if rows is None:
            # The file has changed since, and `scan` makes a finding of it.
            continue
        lines = [following.line - part.line for part, following in pairwise(some)]
        start = 0
        for part, size in zip(some, [*lines, len(rows) - sum(lines)], strict=True):
            batch = Batch(part.table, part.file, [], [])
            batch.add(rows[start : start + size], part.line, level)
            found[part] = batch
            start += size
    return found


def _neighbours(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Valid parts that follow each other in a file, in lists of about so many bytes."""
    some: list[Part] = []
    for part in sorted((part for part in parts if part.is_valid), key=attrgetter("path", "start")):
        follows = some and (some[-1].path, some[-1].end) == (part.path, part.start)
        if some and (not follows or part.start - some[0].start > CACHE_BYTES):
            yield some
            some = []
        some.append(part)
    if some:
        yield some
