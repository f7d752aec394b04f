"""`onrecord.testing`: records checked one by one, claims chosen by filters, and all of it without pytest."""

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import onrecord
from onrecord import testing
from onrecord.model import tables as schemas
from onrecord.model import validators
from scripts.card import python_blocks, run_snippet

DAY = date(2024, 2, 14)

pytest_plugins = ["pytester"]

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


@pytest.mark.parametrize("table", onrecord.TABLES)
def test_every_shipped_row_is_valid_by_itself(table: str) -> None:
    assert [testing.findings(row, table) for row in onrecord.rows(table)] == [[]] * len(onrecord.rows(table))


@pytest.mark.parametrize("table", onrecord.TABLES)
def test_every_bad_record_breaks_its_rule_and_no_other(table: str) -> None:
    bad = [bad for bad in testing.bad_records() if bad.table == table]

    assert bad
    for one in bad:
        assert [finding.rule for finding in testing.findings(one.record, table)] == [one.rule], one.id


def test_bad_records_are_the_invalid_instances_of_the_suite() -> None:
    bad = testing.bad_records()

    assert len({one.id for one in bad}) == len(bad)
    for one in bad:
        strict = validators.reference_validator(schemas.load_schema(one.table))
        assert not strict.is_valid(one.record), one.id


def test_a_valid_record_raises_nothing_and_an_invalid_one_lists_all() -> None:
    claim = testing.claims()[0]
    testing.assert_valid(claim)
    with pytest.raises(testing.InvalidRecord) as raised:
        testing.assert_valid({**claim, "kind": "evnt", "barriers": ["future", "future"]})
    assert {finding.path for finding in raised.value.findings} >= {"$.kind", "$.barriers"}
    assert 'expected "event"' in str(raised.value) or "event" in str(raised.value)
    assert isinstance(raised.value, AssertionError)


def test_a_record_written_by_hand_need_not_have_derived_fields() -> None:
    claim = testing.claims()[0]
    written = {name: value for name, value in claim.items() if name not in schemas.read_only_fields("claims")}

    assert testing.findings(written) == []
    assert testing.findings({**written, "speaker": "Somebody"}) != []


@pytest.mark.parametrize("record", [{"text": {1, 2}}, object()], ids=["a set inside", "an object"])
def test_what_json_cannot_hold_is_a_type_error(record: object) -> None:
    with pytest.raises(TypeError, match="JSON cannot hold it"):
        testing.findings(record)


def test_an_unknown_table_is_reported_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'claims'"):
        testing.findings({}, "clams")


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        pytest.param({"speaker_id": "joe-biden"}, lambda c: c["speaker_id"] == "joe-biden", id="a value"),
        pytest.param(
            {"kind": {"event", "rule"}}, lambda c: c["kind"] in ("event", "rule"), id="one of several"
        ),
        pytest.param({"flags": "presupposed"}, lambda c: "presupposed" in c["flags"], id="in a list"),
        pytest.param({"flags": []}, lambda c: not c["flags"], id="an empty list"),
        pytest.param(
            {"flags": ("presupposed", "unclear_time")},
            lambda c: {"presupposed", "unclear_time"} & set(c["flags"]),
            id="one of several in a list",
        ),
        pytest.param({"about_time": None}, lambda c: c["about_time"] is None, id="null"),
        pytest.param({"date": "2024-02-14"}, lambda c: c["date"] == DAY, id="a date as text"),
        pytest.param({"date": DAY}, lambda c: c["date"] == DAY, id="a date"),
        pytest.param(
            {"verifiability": "unverifiable", "mode": "direct_quote"},
            lambda c: (c["verifiability"], c["mode"]) == ("unverifiable", "direct_quote"),
            id="two fields",
        ),
        pytest.param({}, bool, id="no filter"),
    ],
)
def test_claims_are_chosen_by(filters: Mapping[str, Any], fits: Any) -> None:
    wanted = [claim for claim in testing.claims() if fits(claim)]

    assert wanted
    assert testing.select_claims(**filters) == wanted


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        pytest.param({"speaker": "Joe Bidden"}, "did you mean 'Joe Biden'?", id="misspelt value"),
        pytest.param({"verifiable": True}, "did you mean 'verifiability'?", id="misspelt field"),
        pytest.param({"anchors": 3}, "claims cannot be chosen by 'anchors'", id="field of structs"),
        pytest.param({"kind": []}, "kind=[] matches no claim", id="no value"),
        pytest.param({"speaker_id": 5}, "expected one of article-cbs-2024-02-14", id="value of another type"),
        pytest.param({"claim_id": "zzz"}, "not one of the 211", id="too many to list"),
    ],
)
def test_a_filter_that_cannot_match_is_reported(filters: Mapping[str, Any], reason: str) -> None:
    reason = reason.replace("211", str(len(testing.claims())))
    with pytest.raises(testing.ClaimFilterError, match=re.escape(reason)):
        testing.select_claims(**filters)


def test_all_errors_of_the_filters_are_reported() -> None:
    with pytest.raises(testing.ClaimFilterError) as raised:
        testing.select_claims(knd="event", mode=["said", "shouted"])
    assert len(str(raised.value).splitlines()) == 3


def test_pytest_is_not_needed() -> None:
    code = (
        "import sys; sys.modules['pytest'] = None\n"
        "from onrecord import testing\n"
        "testing.assert_valid(testing.claims()[0])\n"
        "print(len(testing.bad_records()), not {'datasets', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(len(testing.bad_records())), "True"]


def test_the_page_on_testing_runs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    plugin, marker, pairs, functions = python_blocks(PAGE.read_text(encoding="utf-8"))
    run_snippet(functions)
    pytester.makepyfile(test_plugin=plugin, test_marker=marker, test_pairs=pairs)
    result = pytester.runpytest_inprocess("-p", "onrecord.pytest_plugin")
    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] > 2


def test_the_test_file_on_the_card_passes(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    card = (root / "README.md").read_text(encoding="utf-8")
    pytester.makepyfile(card.partition("```py\n")[2].partition("```")[0])
    result = pytester.runpytest_inprocess("-p", "onrecord.pytest_plugin", "--strict-markers")
    chosen = testing.select_claims(speaker_id="joe-biden", layer="content")
    assert chosen
    result.assert_outcomes(passed=len(chosen))


def test_the_page_names_every_function_and_fixture() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in testing.__all__:
        assert name in text
    plugin = Path(testing.__file__).with_name("pytest_plugin.py").read_text(encoding="utf-8")
    for name in re.findall(r"^def (onrecord_\w+)\(", plugin, re.MULTILINE):
        assert f"`{name}`" in text
