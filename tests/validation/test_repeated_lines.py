"""Lines that come again in a file: each has the findings that it has alone."""

import json
from pathlib import Path

import pytest

from onrecord import validate
from onrecord.model.findings import Finding
from onrecord.model.tables import authored_schema
from onrecord.reading.batches import MOST_BARE_IDS, Batch
from onrecord.reading.located import Located
from onrecord.rules.document import Table
from onrecord.rules.schema_rules import UNKNOWN_LABEL
from onrecord.validation.summary import Summary
from tests.helpers.sample import claims

CLAIM = claims()[0]
REQUIRED = len(authored_schema("claims")["required"])
LINES = {
    "no fields": "{}",
    "no object": "[]",
    "a number for an id": '{"claim_id": 1}',
    "an id that others may refer to": json.dumps({**CLAIM, "kind": "utterence"}),
    "a key twice": '{"claim_id": "a", "claim_id": "a"}',
    "valid": json.dumps(CLAIM),
    "blank": "",
    "a byte order mark": "\ufeff{}",
}


def findings(lines: list[str], path: Path) -> list[Finding]:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return sorted(validate(path, table="claims"), key=lambda one: (one.line or 0, one.rule, str(one.path)))


@pytest.mark.parametrize("first", LINES.values(), ids=LINES)
def test_a_line_that_comes_again_has_the_findings_that_it_has_alone(first: str, tmp_path: Path) -> None:
    lines = [first, *LINES.values()] * 3
    # Blanks at the end of a line change no finding, and no two of these lines are the same text.
    different = [line + " " * number for number, line in enumerate(lines)]
    path = tmp_path / "claims.jsonl"

    found = findings(lines, path)

    assert found == findings(different, path)
    assert {finding.rule for finding in found} >= {"missing-field", "not-an-object", "duplicate-id"}


def test_lines_that_come_again_are_all_counted(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("{}\n" * 2_000, encoding="utf-8")
    summary = Summary()

    found = list(validate(path, table="claims", summary=summary, max_findings=10))

    assert len(found) == 10
    assert summary.left_out + 10 == REQUIRED * 2_000


def test_ids_of_rejected_records_beyond_a_number_are_forgotten_and_the_table_is_incomplete() -> None:
    batch = Batch("claims", "claims.jsonl", [], [], most=1)
    located = Located("claims", {"claim_id": "a-c001"}, "claims.jsonl", 1)
    for _ in range(MOST_BARE_IDS + 2):
        batch.reject(located, [located.finding(UNKNOWN_LABEL, "kind is no label")], has_id=True)

    assert len(batch.rejected) == MOST_BARE_IDS + 1
    assert sum(batch.unlisted.values()) == MOST_BARE_IDS + 1
    assert Table("claims", [batch]).has_unnamed
