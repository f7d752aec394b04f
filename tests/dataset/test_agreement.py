"""The published agreement is what anybody can recompute from the published labels."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest

from onrecord.dataset.agreement import Scale
from onrecord.dataset.load import iter_rows
from scripts import annotators

LABELS: dict[str, dict[Any, int]] = {
    "verifiability": {"unverifiable": 0, "partially_verifiable": 1, "verifiable": 2},
    "check_worthy": {False: 0, True: 1},
}


def recomputed(field: str, scale: Scale) -> float:
    """Alpha from the annotations alone, with nothing of ours in between."""
    table = list(iter_rows("annotations"))
    values = sorted({row[field] for row in table if row[field] is not None}, key=str)
    codes = LABELS.get(field, {value: code for code, value in enumerate(values)})
    units = {claim: column for column, claim in enumerate(sorted({row["claim_id"] for row in table}))}
    coders = {name: line for line, name in enumerate(sorted({row["annotator_id"] for row in table}))}
    reliability = np.full((len(coders), len(units)), np.nan)
    for row in table:
        reliability[coders[row["annotator_id"]], units[row["claim_id"]]] = codes.get(row[field], np.nan)
    return float(krippendorff.alpha(reliability_data=reliability, level_of_measurement=scale))


@pytest.mark.parametrize(
    ("field", "scale"), [(field, scale) for field, scales in annotators.SCALES.items() for scale in scales]
)
def test_published_alphas_recompute_from_the_labels_alone(root: Path, field: str, scale: Scale) -> None:
    page = (root / "docs" / "agreement.md").read_text(encoding="utf-8")
    published = re.search(rf"^\| `{field}` \| {scale} \| ([0-9.]+) \|", page, re.MULTILINE)
    assert published
    assert published[1] == f"{recomputed(field, scale):.3f}"


def test_each_claim_has_a_label_of_every_annotator() -> None:
    labelled = {(row["annotator_id"], row["claim_id"]) for row in iter_rows("annotations")}
    annotators = {annotator for annotator, _ in labelled}
    claims = {claim["claim_id"] for claim in iter_rows("claims")}
    assert labelled == {(annotator, claim) for annotator in annotators for claim in claims}
    assert len(annotators) == 3


def test_agreement_of_a_claim_is_the_share_of_annotators_with_the_adjudicated_label() -> None:
    votes: dict[str, list[str]] = {}
    for row in iter_rows("annotations"):
        votes.setdefault(row["claim_id"], []).append(row["verifiability"])
    for claim in iter_rows("claims"):
        own = votes[claim["claim_id"]]
        assert claim["agreement"] == own.count(claim["verifiability"]) / len(own)


def test_pairwise_agreement_counts_null_as_a_label() -> None:
    by_claim: dict[str, list[object]] = {}
    for row in iter_rows("annotations"):
        by_claim.setdefault(row["claim_id"], []).append(row["check_worthy"])
    pairs = [a == b for labels in by_claim.values() for a, b in combinations(labels, 2)]
    assert annotators.pairwise_agreement("check_worthy") == pytest.approx(sum(pairs) / len(pairs))
