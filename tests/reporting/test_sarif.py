"""SARIF as its readers take it: rules, places, marked values and addresses."""

import json
import re
from pathlib import Path

import pytest
from sarif_pydantic import Sarif

from onrecord.reporting.as_sarif import MOST_RESULTS
from onrecord.rules import RULES
from tests.helpers.reports import CLAIMS, finding, hostile, render, report
from tests.helpers.sample import DOCUMENT_ID, edit


def test_sarif_is_read_with_rules_and_places(broken: Path) -> None:
    [run] = Sarif.model_validate_json(report(broken, "sarif", code=1)).runs

    assert [rule.id for rule in run.tool.driver.rules or []] == list(RULES)
    found = {result.rule_id: result for result in run.results or []}
    assert set(found) == {"speaker-in-via", "unknown-file", "unknown-label"}
    for rule_id, result in found.items():
        assert (run.tool.driver.rules or [])[result.rule_index or 0].id == rule_id
        [location] = result.locations or []
        assert location.physical_location is not None
        assert location.physical_location.region is not None
        assert (location.physical_location.region.start_line or 0) >= 1
    label = json.loads(report(broken, "sarif", code=1))["runs"][0]["results"][1]
    place = label["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": f"records/{CLAIMS}"}
    assert place["region"]["startLine"] == place["region"]["endLine"] == 3


def marked(records: Path) -> dict[str, str | None]:
    """The text that the region of each result in a SARIF log marks, by rule; None where it marks a line."""
    log = json.loads(report(records, "sarif", code=1))
    found: dict[str, str | None] = {}
    for result in log["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        region = place["region"]
        found[result["ruleId"]] = None
        if "startColumn" in region:
            lines = Path(place["artifactLocation"]["uri"]).read_text(encoding="utf-8").splitlines()
            line = lines[region["startLine"] - 1]
            found[result["ruleId"]] = line[region["startColumn"] - 1 : region["endColumn"] - 1]
    return found


def test_sarif_marks_the_value_that_is_wrong(broken: Path) -> None:
    assert marked(broken) == {
        "unknown-label": '"indirect_speach"',
        "speaker-in-via": '"ada-lind"',
        "unknown-file": None,
    }


def test_sarif_marks_a_value_behind_characters_outside_the_basic_plane(records: Path) -> None:
    edit(records / CLAIMS, lambda rows: rows[2].update(text="😀 “é” stands here.", mode="said"))

    assert marked(records)["unknown-label"] == '"said"'


def test_sarif_marks_a_field_of_a_document_on_its_own_line(records: Path) -> None:
    edit(records / DOCUMENT_ID / "document.json", lambda rows: rows[0].update(date="2024-13-05"))

    assert '"2024-13-05"' in marked(records).values()


def test_sarif_has_the_addresses_that_the_package_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "onrecord-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: onrecord\nVersion: 1.0\n"
        "Project-URL: Homepage, https://example.org/onrecord\n"
        "Project-URL: Rules, https://example.org/onrecord/rules\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    driver = json.loads(render("sarif", []))["runs"][0]["tool"]["driver"]

    assert driver["informationUri"] == "https://example.org/onrecord"
    assert driver["rules"][0]["helpUri"] == f"https://example.org/onrecord/rules#{driver['rules'][0]['id']}"


def test_sarif_has_no_address_where_the_package_states_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "onrecord-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: onrecord\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    driver = json.loads(render("sarif", []))["runs"][0]["tool"]["driver"]

    assert "informationUri" not in driver
    assert not [rule for rule in driver["rules"] if "helpUri" in rule]


def test_every_rule_has_an_anchor_on_the_page_of_rules(root: Path) -> None:
    page = (root / "docs" / "rules.md").read_text(encoding="utf-8")

    assert re.findall(r'<a id="([^"]+)"></a>', page) == list(RULES)


def test_sarif_has_what_its_schema_requires(broken: Path) -> None:
    log = json.loads(report(broken, "sarif", code=1))

    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [run] = log["runs"]
    assert isinstance(run["tool"]["driver"]["name"], str)
    assert all(isinstance(result["message"]["text"], str) for result in run["results"])
    assert all(result["level"] in ("none", "note", "warning", "error") for result in run["results"])
    assert all(isinstance(call["executionSuccessful"], bool) for call in run["invocations"])
    assert all(
        note["message"]["text"] for call in run["invocations"] for note in call["toolExecutionNotifications"]
    )
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert f"records/{DOCUMENT_ID}/notes%2C1%3A%25.txt" in uris


def test_a_sarif_fingerprint_stays_when_the_line_moves() -> None:
    def prints(line: int) -> object:
        log = json.loads(render("sarif", [finding(1, line=line)]))
        return log["runs"][0]["results"][0]["partialFingerprints"]

    assert prints(3) == prints(30)
    assert (
        prints(3) != json.loads(render("sarif", [finding(2)]))["runs"][0]["results"][0]["partialFingerprints"]
    )


def test_sarif_stays_below_the_number_of_results_that_code_scanning_takes() -> None:
    log = json.loads(render("sarif", [finding(number) for number in range(MOST_RESULTS + 2)]))

    assert len(log["runs"][0]["results"]) == MOST_RESULTS
    notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notes[-1]["message"]["text"] == "2 findings are not shown"


def test_no_name_or_note_is_a_link_in_sarif() -> None:
    run = json.loads(hostile("sarif"))["runs"][0]

    messages = [result["message"]["text"] for result in run["results"]]
    messages += [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert len(messages) == 3
    assert not [message for message in messages if "](" in message or "\n" in message]


def test_a_file_name_that_is_not_utf8_is_a_place_in_sarif() -> None:
    [run] = json.loads(render("sarif", [finding(1, file="records/caf\udce9.jsonl")]))["runs"]

    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "records/caf%E9.jsonl"
