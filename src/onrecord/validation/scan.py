"""Levels 1 and 2: parts of files, of whatever form, to batches of records."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import attrgetter

from onrecord.reading.batches import Batch, Part
from onrecord.validation.scan_json import accept, scan_json

_BYTES_AT_ONCE = 128 << 10
"""Bytes that are decoded together: enough to share the cost of a call, and few enough for the cache."""


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
    """The batches of parts that follow each other in a file, where certainly nothing is wrong with them.

    The parts of small documents are read and decoded many at once. Parts that are left out are for `scan`.
    """
    found: dict[Part, Batch] = {}
    for some in _neighbours(parts):
        first, last = some[0], some[-1]
        try:
            rows = accept(first._replace(end=last.end).read(), first.table) if len(some) > 1 else None
        except OSError:
            # `scan` makes a finding of it.
            continue
        if rows is not None:
            lines = [following.line - part.line for part, following in pairwise(some)]
            start = 0
            for part, size in zip(some, [*lines, len(rows) - sum(lines)], strict=True):
                batch = Batch(part.table, part.file, [], [])
                batch.add(rows[start : start + size], part.line, level)
                found[part] = batch
                start += size
    return found


def _neighbours(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Parts of JSON Lines that follow each other in a file, in lists of about so many bytes."""
    some: list[Part] = []
    start = end = 0
    for part in sorted((part for part in parts if part.form == "lines"), key=attrgetter("path", "start")):
        if part.end is None:
            continue
        if some and (some[-1].path != part.path or end != part.start or part.end - start > _BYTES_AT_ONCE):
            yield some
            some = []
        if not some:
            start = part.start
        some.append(part)
        end = part.end
    if some:
        yield some
