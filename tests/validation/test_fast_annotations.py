"""The fast path and the reference reader agree on what is new in annotations: numbers and an inner object."""

from io import BytesIO

import pytest

from onrecord.reading.located import Located
from onrecord.reading.records import read_stream
from onrecord.rules.schema import schema_findings
from onrecord.validation.scan_json import accept

LINE = '{{"annotator_id": "jane", "claim_id": "quay-c001", "found": null, "seconds": {}, "undecided": {}}}\n'


def findings(line: bytes) -> list[str]:
    """The rules that the reference reader and validator report."""
    [located] = read_stream(BytesIO(line), "jane.jsonl", "annotations", 1)
    record = Located("annotations", located.value, "jane.jsonl", 1)
    return [finding.rule for finding in located.findings or schema_findings(record)]


@pytest.mark.parametrize(
    ("seconds", "rule"),
    [
        ("0", None),
        ("12.5", None),
        ("1e3", None),
        ("null", None),
        ("-1", "out-of-range"),
        ("true", "wrong-type"),
        ("1e999", "non-finite-number"),
        ("9007199254740993", "oversized-integer"),
        ("9" * 400, "oversized-integer"),
    ],
)
def test_seconds_are_accepted_only_if_the_reference_accepts_them(seconds: str, rule: str | None) -> None:
    line = LINE.format(seconds, "null").encode()
    assert findings(line) == ([rule] if rule else [])
    assert (accept(line, "annotations") is None) == (rule is not None)


@pytest.mark.parametrize(
    ("undecided", "rule"),
    [
        ("{}", None),
        ('{"kind": "It is two things."}', None),
        ('{"kind": null, "mode": "Its \\": is a colon."}', None),
        ('{"kind": "It is two things.", "kind": "It is one."}', "duplicate-key"),
        ('{"kind": "a"}, "undecided": {"mode": "b"}', "duplicate-key"),
        ('{"mood": "It is two things."}', "unknown-field"),
        ('{"kind": 3}', "wrong-type"),
        ('{"kind": ""}', "malformed-value"),
        ("[]", "wrong-type"),
    ],
)
def test_undecided_is_accepted_only_if_the_reference_accepts_it(undecided: str, rule: str | None) -> None:
    line = LINE.format("null", undecided).encode()
    assert findings(line) == ([rule] if rule else [])
    assert (accept(line, "annotations") is None) == (rule is not None)
