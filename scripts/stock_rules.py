"""The rules that one record breaks but no stock JSON Schema validator sees, for docs/validation.md.

Each record of the bad examples in tests/bad_records, and of the suite in schema/tests, is checked alone, by
jsonschema and by `onrecord validate`. Rules of level 4 are left out, because they need the article.
"""

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from onrecord.building.writer import rows_of
from onrecord.model.arrow import arrow_schema
from onrecord.model.paths import home
from onrecord.model.tables import TABLES, load_schema
from onrecord.model.validators import reference_validator
from onrecord.rules import RULES
from onrecord.validation.validate import validate
from scripts.markdown import pipe_table

EXAMPLES = home() / "tests" / "bad_records"
LEVELS = (1, 2, 3)


def unseen_rules_table() -> str:
    """The rules with what they forbid."""
    return pipe_table(("rule", "forbids"), [(f"`{name}`", RULES[name].summary) for name in unseen_rules()])


@cache
def unseen_rules() -> tuple[str, ...]:
    """The ids of the rules, in the order of docs/rules.md."""
    suites = (
        json.loads(path.read_text(encoding="utf-8")) for path in (home() / "schema" / "tests").glob("*.json")
    )
    cases = [case for suite in suites for group in suite for case in group["tests"]]
    in_suite = {case["rule"] for case in cases if case["valid"] and "rule" in case}
    return tuple(
        name
        for name, rule in RULES.items()
        if rule.level in LEVELS and (name in in_suite or _is_unseen(name))
    )


def _is_unseen(rule: str) -> bool:
    bad = EXAMPLES / rule / "bad"
    return any(rule in _findings(table, line, bad) for table, line in _lines(bad) if _passes(table, line))


def _lines(example: Path) -> Iterator[tuple[str, bytes]]:
    """Each record of an example alone, with its table."""
    for path in sorted(example.rglob("*.json*")):
        table = "documents" if path.name == "document.json" else path.stem
        table = "annotations" if path.parent.name == "annotations" else table
        if table in TABLES and path.is_file():
            whole = path.read_bytes()
            lines = [whole] if path.suffix == ".json" else whole.splitlines(keepends=True)
            yield from ((table, line) for line in lines)


def _passes(table: str, line: bytes) -> bool:
    """Whether a stock validator reads the record and accepts it, formats checked."""
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return reference_validator(load_schema(table)).is_valid(record)


def _findings(table: str, line: bytes, example: Path) -> set[str]:
    """The rules that the record breaks where it is all that there is."""
    with tempfile.TemporaryDirectory() as folder:
        if (example / "data").is_dir():
            path = Path(folder) / f"{table}.parquet"
            schema = arrow_schema(table)
            with pq.ParquetWriter(path, schema) as writer:
                writer.write_table(rows_of(line.rstrip() + b"\n", table))
        else:
            path = Path(folder) / f"{table}.jsonl"
            is_one_line = table != "documents"
            path.write_bytes(line if is_one_line else json.dumps(json.loads(line)).encode() + b"\n")
        return {finding.rule for finding in validate(path, table=table, level=max(LEVELS))}
