"""The pytest plugin: fixtures over the dataset, and a marker that runs a test once per matching claim.

A thin layer over `onrecord.testing`. pytest loads this module in every run if the package is installed, so it
imports nothing else; `-p no:onrecord` switches it off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from datasets import DatasetDict

    from onrecord.testing import BadRecord

_ARGUMENT = "onrecord_claim"
_MARKER = "onrecord_claims"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, for `--markers` and `--strict-markers`."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(**filters): run the test once per matching claim, given as {_ARGUMENT}; "
        "a filter is field=value or field=[values], such as speaker_id, verifiability or flags.",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise a test that asks for a claim over the claims that its markers choose."""
    if _ARGUMENT not in metafunc.fixturenames:
        if any(mark.name == _MARKER for mark in metafunc.definition.own_markers):
            pytest.fail(f"marked with {_MARKER}, but there is no argument {_ARGUMENT}", pytrace=False)
        return
    claims = _chosen(list(metafunc.definition.iter_markers(_MARKER)))
    metafunc.parametrize(_ARGUMENT, claims, ids=[claim["claim_id"] for claim in claims], indirect=True)


def _chosen(markers: list[pytest.Mark]) -> list[dict[str, Any]]:
    """The claims that match every marker: those of the test, of its class and of its module."""
    from onrecord import testing

    if any(mark.args for mark in markers):
        pytest.fail(f"{_MARKER} takes filters by name, such as {_MARKER}(kind='event')", pytrace=False)
    try:
        chosen = [testing.select_claims(**mark.kwargs) for mark in markers] or [testing.claims()]
        in_all = set.intersection(*({claim["claim_id"] for claim in claims} for claims in chosen))
        if not in_all:
            raise testing.ClaimFilterError(
                f"no claim matches all of {' and '.join(str(mark.kwargs) for mark in markers)}"
            )
    except testing.ClaimFilterError as error:
        pytest.fail(f"{_MARKER}: {error}", pytrace=False)
    return [claim for claim in chosen[0] if claim["claim_id"] in in_all]


@pytest.fixture
def onrecord_claim(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One claim as a fresh dict: each that @pytest.mark.onrecord_claims chooses, or each of all claims."""
    from copy import deepcopy

    claim: dict[str, Any] = deepcopy(request.param)
    return claim


@pytest.fixture(scope="session")
def onrecord_claims() -> list[dict[str, Any]]:
    """The claims of the dataset, as dicts; shared by all tests: copy one before you change it."""
    from onrecord import testing

    return testing.claims()


@pytest.fixture(scope="session")
def onrecord_segments() -> list[dict[str, Any]]:
    """The segments of the dataset, as dicts; shared by all tests."""
    from onrecord import testing

    return testing.segments()


@pytest.fixture(scope="session")
def onrecord_speakers() -> list[dict[str, Any]]:
    """The speakers of the dataset, as dicts; shared by all tests."""
    from onrecord import testing

    return testing.speakers()


@pytest.fixture(scope="session")
def onrecord_documents() -> list[dict[str, Any]]:
    """The documents of the dataset, as dicts; shared by all tests."""
    from onrecord import testing

    return testing.documents()


@pytest.fixture(scope="session")
def onrecord_dataset() -> DatasetDict:
    """The claims as a `datasets.DatasetDict` by split, as `load_dataset` gives them."""
    from onrecord import testing

    return testing.dataset()


@pytest.fixture(scope="session")
def onrecord_bad_records() -> list[BadRecord]:
    """The invalid instances of the conformance suite, each with its `table` and the `rule` that it breaks."""
    from onrecord import testing

    return testing.bad_records()


@pytest.fixture(scope="session")
def onrecord_validate() -> Callable[..., None]:
    """Call it on a record, `onrecord_validate(record, table="claims")`: the test fails with all findings."""
    from onrecord import testing

    def validate(record: object, table: str = "claims") -> None:
        __tracebackhide__ = True
        if found := testing.findings(record, table):
            pytest.fail(str(testing.InvalidRecord(table, found)))

    return validate
