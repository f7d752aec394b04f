"""Lines that come again in a file: each has the findings that it has alone."""

import json
from pathlib import Path
from time import process_time

import pytest

from onrecord import validate
from onrecord.model.findings import Finding
from onrecord.model.tables import authored_schema
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


def test_many_wrong_lines_of_the_same_text_take_little_longer_than_one(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"

    def seconds(text: str) -> float:
        path.write_text(text, encoding="utf-8")
        summary = Summary()
        start = process_time()
        assert len(list(validate(path, table="claims", summary=summary, max_findings=10))) == 10
        assert summary.left_out + 10 == REQUIRED * text.count("\n")
        return process_time() - start

    seconds("{}\n")
    alone = seconds("".join("{}" + " " * number + "\n" for number in range(500)))
    # Twenty times as many lines, which the reference reader would take twenty times as long for.
    assert seconds("{}\n" * 10_000) < 5 * alone
