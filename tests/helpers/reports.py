"""Reports of findings in each format: of a records folder, of given findings, and of hostile ones."""

from pathlib import Path

from click.testing import CliRunner

from onrecord.cli.main import main
from onrecord.model.findings import Finding
from onrecord.reporting import FORMATS
from onrecord.validation.summary import Summary
from tests.helpers.sample import DOCUMENT_ID, claim_id

CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"


def report(records: Path, form: str, *options: str, code: int) -> str:
    result = CliRunner().invoke(main, ["validate", str(records), "--format", form, *options])
    assert result.exit_code == code
    return result.stdout


def finding(number: int, **changes: object) -> Finding:
    given: dict[str, object] = {
        "rule": "unknown-label",
        "level": 2,
        "severity": "error",
        "file": f"records/{CLAIMS}",
        "line": number,
        "record_id": claim_id(number),
        "path": "$.mode",
        "message": "mode is wrong",
        "expected": None,
    }
    return Finding(**{**given, **changes})  # type: ignore[arg-type]  # every field is of its type in the dict


def render(form: str, findings: list[Finding]) -> str:
    summary = Summary()
    for one in findings:
        summary.count_finding(one)
    return "\n".join(FORMATS[form](findings, summary))


HOSTILE = "x\n::stop-commands::y\r\x1b[31m\x9b2J ##[error] | <b> [a](http://b) $x$ \u202e"
"""A name that is a command of a runner, an escape sequence, Markdown, HTML and a link."""


def hostile(form: str) -> str:
    """A report in which everything that can come from outside is hostile."""
    summary = Summary(records={"claims": 1})
    summary.note(HOSTILE)
    summary.skip_source(HOSTILE, HOSTILE, "whose article is lost")
    one = finding(1, file=HOSTILE, record_id=HOSTILE, path=HOSTILE, message=HOSTILE, expected=HOSTILE)
    summary.count_finding(one)
    return "\n".join(FORMATS[form]([one], summary))
