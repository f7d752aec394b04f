"""Built tables: what is wrong with a Parquet file as a whole, and levels 1 and 2 of its rows.

A file is read twice: once as a whole, and row group by row group with the documents that its rows belong to.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.model.arrow import arrow_schema, is_compatible
from onrecord.model.digest import CONTENT_KEY, SPLIT_CONTENT_KEY, TableDigest, canonical_lines
from onrecord.model.findings import Finding, nearest, quoted
from onrecord.model.tables import OPTIONAL_TABLES
from onrecord.reading.batches import Batch, Part, Rejected
from onrecord.reading.file_rules import (
    CONTENT_HASH_MISMATCH,
    DUPLICATE_KEY,
    EMPTY_FILE,
    NON_FINITE_NUMBER,
    UNREADABLE_FILE,
)
from onrecord.reading.located import Located
from onrecord.reading.parquet_rows import UNREADABLE, footer_of, is_finite, plain_rows, read_rows
from onrecord.rules import schema_rules
from onrecord.rules.schema import check_record, has_readable_id
from onrecord.validation.scan_json import satisfies

_OF_COLUMNS = frozenset(
    rule.id
    for rule in (
        schema_rules.UNKNOWN_FIELD,
        schema_rules.WRONG_TYPE,
        schema_rules.MISSING_FIELD,
        DUPLICATE_KEY,
    )
)
"""Rules that say that a file does not have the columns of a build."""
_SHARD_OF_MANY = re.compile(r"-of-(?!0*1\.)[0-9]+\.parquet\Z")


def scan_rows(part: Part, level: int) -> Batch:
    """The rows of a part, checked up to level 2 (or 1); below level 2 no row counts as valid."""
    batch = Batch(part.table, part.file, [], [], is_built=True)
    try:
        rows = read_rows(part)
    except UNREADABLE:
        # The file has its finding.
        return batch
    batch.records = len(rows)
    if level >= 2 and satisfies(rows, part.table, is_built=True):
        batch.rows, batch.lines = rows, list(range(part.line, part.line + len(rows)))
        return batch
    for line, row in enumerate(rows, part.line):
        located = Located(part.table, row, part.file, line, is_built=True)
        findings = [
            located.finding(NON_FINITE_NUMBER, f"{name} is {value}, which JSON has no number for", at=(name,))
            for name, value in row.items()
            if not is_finite(value)
        ]
        if findings:
            batch.rejected.append(Rejected(located, findings, level >= 2 and has_readable_id(located)))
        elif level >= 2:
            wrong, has_id = check_record(located)
            if wrong:
                batch.rejected.append(Rejected(located, wrong, has_id))
            else:
                batch.rows.append(row)
                batch.lines.append(line)
    return batch


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What is wrong with a file as a whole, and whether it has the columns of a build."""

    findings: tuple[Finding, ...]
    has_columns: bool


def check_file(part: Part) -> CheckedFile:
    """Check a Parquet file as a whole: columns, digest, damage, no rows."""
    findings = tuple(_file_findings(Path(part.path), part.table, part.file))
    has_columns = not any(finding.rule in _OF_COLUMNS for finding in findings)
    return CheckedFile(findings, has_columns)


def _file_findings(path: Path, table: str, name: str) -> Iterator[Finding]:
    number = 0
    try:
        with pq.ParquetFile(path) as parquet:
            wrong = list(_column_findings(parquet.schema_arrow, table, name))
            if wrong:
                yield from wrong
                return
            digest = TableDigest()
            for batch in parquet.iter_batches():
                rows = plain_rows(batch, table)
                number += len(rows)
                digest.add(canonical_lines([row for row in rows if all(map(is_finite, row.values()))]))
    except UNREADABLE as error:
        why = str(error).partition("\n")[0]
        message = f"not readable as Parquet after row {number}: {why}"
        yield UNREADABLE_FILE.finding(message, file=name, expected="an undamaged Parquet file")
        return
    is_alone = not _SHARD_OF_MANY.search(path.name)
    if number == 0 and table not in OPTIONAL_TABLES and is_alone and not _has_only_pairs(path):
        yield EMPTY_FILE.finding("the table has no rows", file=name, expected="at least one row")
    # The digest is that of the table in this split: one shard of several cannot be compared with it.
    footer = footer_of(path)
    key = next((key for key in (SPLIT_CONTENT_KEY, CONTENT_KEY) if key.encode() in footer), CONTENT_KEY)
    declared = footer.get(key.encode(), b"").decode("ascii", "replace")
    if declared and is_alone and declared != (found := digest.hexdigest()):
        message = "the rows do not have the SHA-256 of the footer: they were changed after the build"
        yield CONTENT_HASH_MISMATCH.finding(message, file=name, expected=found)


def _has_only_pairs(path: Path) -> bool:
    """Whether the split of this file has contrast pairs and no document, so that it is rightly empty."""
    try:
        pairs, *others = (
            pq.read_metadata(path.parents[1] / table / path.name).num_rows
            for table in ("contrasts", "documents", "segments", "claims")
        )
    except UNREADABLE:
        return False
    return bool(pairs) and not any(others)


def _column_findings(found: pa.Schema, table: str, file: str) -> Iterator[Finding]:
    """Columns too many, too few or of another type; a misspelt name is one finding."""
    wanted = arrow_schema(table)
    missing = [name for name in wanted.names if name not in found.names]
    for name, times in Counter(found.names).items():
        if times > 1:
            message = f"the column {quoted(name)} is given {times} times"
            yield DUPLICATE_KEY.finding(message, file=file, path=f"$.{name}", expected="one column per field")
        elif name not in wanted.names:
            near = nearest(name, missing)
            missing = [other for other in missing if other != near]
            message = f"there is no column {quoted(name)} in {table}"
            yield schema_rules.UNKNOWN_FIELD.finding(
                message, file=file, path=f"$.{name}", expected=near or "no such column"
            )
        elif not is_compatible(found.field(name).type, wanted.field(name).type):
            message = f"the column {name} has the type {found.field(name).type}"
            expected = str(wanted.field(name).type)
            yield schema_rules.WRONG_TYPE.finding(message, file=file, path=f"$.{name}", expected=expected)
    for name in missing:
        expected = str(wanted.field(name).type)
        yield schema_rules.MISSING_FIELD.finding(
            f"the column {name} is missing", file=file, path=f"$.{name}", expected=expected
        )
