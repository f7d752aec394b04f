"""The pytest plugin: fixtures over the dataset, and markers that run a test once per claim or contrast pair.

A thin layer over `onrecord.testing`. pytest loads this module in every run if the package is installed, so it
imports nothing else; `-p no:onrecord` switches it off.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from datasets import DatasetDict

    from onrecord.row_types import Claim, Contrast, Document, Segment, Speaker
    from onrecord.testing import BadRecord

_ARGUMENT = "onrecord_claim"
_MARKER = "onrecord_claim_where"
_OLD_MARKER = "onrecord_claims"
"""The name of the marker up to version 1.1, which is also that of a fixture."""
_MARKERS = (_MARKER, _OLD_MARKER)
_PAIR_ARGUMENT = "onrecord_contrast"
_PAIR_MARKER = "onrecord_contrasts"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, for `--markers` and `--strict-markers`."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(**filters): run the test once per matching claim, given as {_ARGUMENT}; "
        "a filter is field=value or field=[values], such as speaker_id, verifiability or flags.",
    )
    config.addinivalue_line("markers", f"{_OLD_MARKER}(**filters): the old name of {_MARKER}.")
    config.addinivalue_line(
        "markers",
        f"{_PAIR_MARKER}(**filters): run the test once per matching contrast pair, given as "
        f"{_PAIR_ARGUMENT}; a filter is field=value or field=[values] of task, edit, changes, split or "
        "contrast_id.",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise a test that asks for a claim or a contrast pair over those that its markers choose."""
    _refuse_unknown_markers(metafunc)
    _generate_claims(metafunc)
    _generate_pairs(metafunc)


def _refuse_unknown_markers(metafunc: pytest.Metafunc) -> None:
    """Fail on a misspelt marker of ours, which would run the test on every claim."""
    declared = [re.split(r"[:(]", line)[0].strip() for line in metafunc.config.getini("markers")]
    for mark in metafunc.definition.iter_markers():
        if mark.name.startswith("onrecord_") and mark.name not in declared:
            from onrecord.model.findings import hint

            known = [name for name in declared if name.startswith("onrecord_")]
            pytest.fail(f"there is no marker {mark.name!r}; {hint(mark.name, known)}", pytrace=False)


def _is_given(metafunc: pytest.Metafunc, argument: str) -> bool:
    """Whether the test gives the argument itself, by a `parametrize` of its own."""
    named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize") if mark.args]
    return any(
        argument in (re.split(r"\s*,\s*", names.strip()) if isinstance(names, str) else names)
        for names in named
    )


def _generate_claims(metafunc: pytest.Metafunc) -> None:
    if _ARGUMENT not in metafunc.fixturenames:
        for mark in metafunc.definition.own_markers:
            if mark.name in _MARKERS:
                pytest.fail(f"marked with {mark.name}, but there is no argument {_ARGUMENT}", pytrace=False)
        return
    if _is_given(metafunc, _ARGUMENT):
        return
    claims = _chosen([mark for mark in metafunc.definition.iter_markers() if mark.name in _MARKERS])
    metafunc.parametrize(_ARGUMENT, claims, ids=[claim["claim_id"] for claim in claims], indirect=True)


def _generate_pairs(metafunc: pytest.Metafunc) -> None:
    if _PAIR_ARGUMENT not in metafunc.fixturenames:
        if any(mark.name == _PAIR_MARKER for mark in metafunc.definition.own_markers):
            pytest.fail(
                f"marked with {_PAIR_MARKER}, but there is no argument {_PAIR_ARGUMENT}", pytrace=False
            )
        return
    if _is_given(metafunc, _PAIR_ARGUMENT):
        return
    pairs = _chosen_pairs([mark for mark in metafunc.definition.iter_markers() if mark.name == _PAIR_MARKER])
    metafunc.parametrize(_PAIR_ARGUMENT, pairs, ids=[pair["contrast_id"] for pair in pairs], indirect=True)


def _chosen_pairs(markers: list[pytest.Mark]) -> list[Contrast]:
    """The pairs that match every marker: those of the test, of its class and of its module."""
    from onrecord import testing

    for mark in markers:
        if mark.args:
            example = f"{_PAIR_MARKER}(task='verifiability')"
            pytest.fail(f"{_PAIR_MARKER} takes filters by name, such as {example}", pytrace=False)
    try:
        chosen = [testing.select_contrasts(**mark.kwargs) for mark in markers] or [testing.contrasts()]
        in_all = set.intersection(*({pair["contrast_id"] for pair in pairs} for pairs in chosen))
        if not in_all:
            raise testing.ContrastFilterError(
                f"no contrast pair matches all of {' and '.join(str(mark.kwargs) for mark in markers)}"
            )
    except testing.ContrastFilterError as error:
        pytest.fail(f"{_PAIR_MARKER}: {error}", pytrace=False)
    return [pair for pair in chosen[0] if pair["contrast_id"] in in_all]


def _chosen(markers: list[pytest.Mark]) -> list[Claim]:
    """The claims that match every marker: those of the test, of its class and of its module."""
    from onrecord import testing

    for mark in markers:
        if mark.args:
            example = f"{mark.name}(kind='event')"
            pytest.fail(f"{mark.name} takes filters by name, such as {example}", pytrace=False)
    try:
        chosen = [testing.select_claims(**mark.kwargs) for mark in markers] or [testing.claims()]
        in_all = set.intersection(*({claim["claim_id"] for claim in claims} for claims in chosen))
        if not in_all:
            raise testing.ClaimFilterError(
                f"no claim matches all of {' and '.join(str(mark.kwargs) for mark in markers)}"
            )
    except testing.ClaimFilterError as error:
        names = " and ".join(dict.fromkeys(mark.name for mark in markers))
        pytest.fail(f"{names}: {error}", pytrace=False)
    return [claim for claim in chosen[0] if claim["claim_id"] in in_all]


@pytest.fixture
def onrecord_claim(request: pytest.FixtureRequest) -> Claim:
    """One claim as a fresh dict: each that the marker onrecord_claim_where chooses, or each of all."""
    from copy import deepcopy

    claim: Claim = deepcopy(request.param)
    return claim


@pytest.fixture
def onrecord_contrast(request: pytest.FixtureRequest) -> Contrast:
    """One contrast pair as a fresh dict: each that the marker onrecord_contrasts chooses, or each of all."""
    from copy import deepcopy

    pair: Contrast = deepcopy(request.param)
    return pair


@pytest.fixture(scope="session")
def onrecord_check_contrast() -> Callable[..., None]:
    """Call it on a function and a pair; AssertionError has the answers that are wrong."""
    from onrecord import testing

    return testing.check_contrast


@pytest.fixture(scope="session")
def onrecord_claims() -> list[Claim]:
    """The claims of the dataset, as dicts; shared by all tests: copy one before you change it."""
    from onrecord import testing

    return testing.claims()


@pytest.fixture(scope="session")
def onrecord_segments() -> list[Segment]:
    """The segments of the dataset, as dicts; shared by all tests."""
    from onrecord import testing

    return testing.segments()


@pytest.fixture(scope="session")
def onrecord_speakers() -> list[Speaker]:
    """The speakers of the dataset, as dicts; shared by all tests."""
    from onrecord import testing

    return testing.speakers()


@pytest.fixture(scope="session")
def onrecord_documents() -> list[Document]:
    """The documents of the dataset, as dicts; shared by all tests."""
    from onrecord import testing

    return testing.documents()


@pytest.fixture(scope="session")
def onrecord_dataset() -> DatasetDict:
    """The claims as a `datasets.DatasetDict` by split, as `load_dataset` gives them."""
    from onrecord import testing
    from onrecord.exceptions import MissingExtraError

    try:
        return testing.dataset()
    except MissingExtraError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def onrecord_bad_records() -> list[BadRecord]:
    """The invalid instances of the conformance suite, each with its `table` and the `rule` that it breaks."""
    from onrecord import testing

    return testing.bad_records()


@pytest.fixture(scope="session")
def onrecord_validate() -> Callable[..., None]:
    """Call it on a record, `onrecord_validate(record, table="claims")`; AssertionError has all findings."""
    from onrecord import testing

    def validate(record: object, table: str = "claims") -> None:
        __tracebackhide__ = True
        if found := testing.findings(record, table):
            raise testing.InvalidRecord(table, found)

    return validate
