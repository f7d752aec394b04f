import json
from itertools import product
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from onrecord.dataset.crosswalk import crosswalk, mappings, targets
from onrecord.dataset.load import rows
from onrecord.model import tables as schemas

SCHEMA = Path(__file__).parents[2] / "schema"
COMBINATIONS = [
    {"verifiability": verifiability, "check_worthy": worthy, "kind": kind}
    for (verifiability, worthy), kind in product(
        [
            ("verifiable", True),
            ("verifiable", False),
            ("partially_verifiable", True),
            ("partially_verifiable", False),
            ("unverifiable", True),
            ("unverifiable", False),
        ],
        schemas.label_names("kind"),
    )
]


def test_each_row_fits_its_schema() -> None:
    validator = Draft202012Validator(json.loads((SCHEMA / "crosswalk.schema.json").read_text("utf-8")))
    lines = (SCHEMA / "crosswalk.jsonl").read_text("utf-8").splitlines()
    assert [error.message for line in lines for error in validator.iter_errors(json.loads(line))] == []


@pytest.mark.parametrize("target", targets())
def test_every_combination_of_labels_has_exactly_one_row(target: str) -> None:
    for labels in COMBINATIONS:
        assert sum(row.holds_for(labels) for row in mappings(target)) == 1, labels


def test_the_combinations_are_all_that_the_schema_allows() -> None:
    named = {labels["verifiability"] for labels in COMBINATIONS}
    assert named == set(schemas.label_names("verifiability"))


@pytest.mark.parametrize("target", targets())
def test_no_claim_is_lost_from_the_counts(target: str) -> None:
    for strict in (True, False):
        made = crosswalk(target, strict=strict)
        assert len(made.labels) + made.dropped + made.unmapped == len(rows("claims"))


@pytest.mark.parametrize("target", targets())
def test_strict_mode_drops_the_lossy_rows_and_nothing_else(target: str) -> None:
    strict, loose = crosswalk(target), crosswalk(target, strict=False)
    assert strict.labels.items() <= loose.labels.items()
    assert loose.dropped == 0
    assert strict.dropped == len(loose.labels) - len(strict.labels)


def test_claimbuster_labels_follow_check_worthiness() -> None:
    claim = {"claim_id": "x-c001", "verifiability": "verifiable", "check_worthy": True, "kind": "event"}
    unworthy = claim | {"claim_id": "x-c002", "check_worthy": False}
    opinion = claim | {
        "claim_id": "x-c003",
        "verifiability": "unverifiable",
        "check_worthy": False,
        "kind": "evaluation",
    }
    made = crosswalk("claimbuster", claims=[claim, unworthy, opinion])
    assert made.labels == {"x-c001": "CFS", "x-c002": "UFS", "x-c003": "NFS"}


def test_a_prediction_beyond_evidence_is_dropped_in_strict_mode_only() -> None:
    claim = {
        "claim_id": "x-c001",
        "verifiability": "unverifiable",
        "check_worthy": False,
        "kind": "prediction",
    }
    assert crosswalk("afacta", claims=[claim]).dropped == 1
    assert crosswalk("afacta", claims=[claim], strict=False).labels == {"x-c001": "C5"}


def test_a_scheme_without_a_label_leaves_the_claim_unmapped() -> None:
    claim = {
        "claim_id": "x-c001",
        "verifiability": "unverifiable",
        "check_worthy": False,
        "kind": "evaluation",
    }
    made = crosswalk("checkthat-1a", claims=[claim])
    assert (made.labels, made.dropped, made.unmapped) == ({}, 0, 1)


def test_checkthat_rows_name_their_edition() -> None:
    assert all(row.edition for name in targets() if name.startswith("checkthat") for row in mappings(name))


def test_an_unknown_target_is_named_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match="did you mean 'claimbuster'"):
        crosswalk("claim-buster")
