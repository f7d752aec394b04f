"""The published self-consistency is what anybody can recompute from the published labels."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest

from onrecord.dataset.agreement import pairwise
from onrecord.dataset.alpha import Scale
from onrecord.dataset.load import iter_rows
from onrecord.model.annotations import annotated_fields, has_labelled, label_of, shown
from scripts import agreement, annotators

LATEST = annotators.last_labelling()
ORDINAL = {"unverifiable": 0, "partially_verifiable": 1, "verifiable": 2}


def recomputed(field: str, scale: Scale) -> float:
    """Alpha from the table `annotations` alone, with nothing of ours in between but the form of a label."""
    table = [row for row in iter_rows("annotations") if has_labelled(row, field)]
    values = sorted({label_of(row, field) for row in table}, key=str)
    codes = ORDINAL if field == "verifiability" else {value: code for code, value in enumerate(values)}
    units = {claim: column for column, claim in enumerate(sorted({row["claim_id"] for row in table}))}
    coders = {name: line for line, name in enumerate(sorted({row["annotator_id"] for row in table}))}
    reliability = np.full((len(coders), len(units)), np.nan)
    for row in table:
        place = coders[row["annotator_id"]], units[row["claim_id"]]
        reliability[place] = codes[label_of(row, field)]
    return float(krippendorff.alpha(reliability_data=reliability, level_of_measurement=scale))


@pytest.mark.parametrize(
    ("field", "scale"), [(field, scale) for field in LATEST.fields for scale in annotators.scales(field)]
)
def test_published_alphas_recompute_from_the_labels_alone(root: Path, field: str, scale: Scale) -> None:
    page = (root / "docs" / "agreement.md").read_text(encoding="utf-8")
    chapter = page.partition(f"### Round {LATEST.number}")[2]
    published = re.search(rf"^\| `{field}` \| {scale} \| ([0-9.]+) \|", chapter, re.MULTILINE)
    assert published
    assert published[1] == f"{recomputed(field, scale):.3f}"


def test_the_table_has_the_labels_of_the_latest_round() -> None:
    assert sorted(LATEST.labellings) == sorted({row["annotator_id"] for row in iter_rows("annotations")})
    for row in iter_rows("annotations"):
        raw = LATEST.labellings[row["annotator_id"]][row["claim_id"]]
        for field in annotated_fields():
            assert has_labelled(row, field) == has_labelled(raw, field)
            assert not has_labelled(raw, field) or label_of(row, field) == label_of(raw, field)


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


def test_what_was_not_asked_is_no_label() -> None:
    by_claim: dict[str, list[object]] = {}
    for row in iter_rows("annotations"):
        if row["check_worthy"] is not None:
            by_claim.setdefault(row["claim_id"], []).append(row["check_worthy"])
    pairs = [a == b for labels in by_claim.values() for a, b in combinations(labels, 2)]
    published = pairwise(list(LATEST.labels("check_worthy").values()))
    assert published == pytest.approx(sum(pairs) / len(pairs))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Ada Lind spoke on 4 March 2024.", True),
        ("Ada Lind spoke on Monday.", True),
        ("Ada Lind may speak.", False),
        ("Ada Lind spoke on 3 May.", True),
        ("Eleven inspections were made.", False),
        ("A march past the town hall was held.", False),
    ],
)
def test_a_text_with_a_year_month_or_weekday_holds_a_date(text: str, holds: bool) -> None:
    assert annotators.holds_date(text) == holds


def test_the_two_parts_of_a_date_label_are_all_claims_of_the_round() -> None:
    parts = [set(LATEST.labels("stated_on", part)) for part in annotators.PARTS]
    assert parts[0].isdisjoint(parts[1])
    assert parts[0] | parts[1] == set(LATEST.labels("stated_on"))


def test_every_unanimous_list_against_the_final_label_is_on_the_page(root: Path) -> None:
    page = (root / "docs" / "agreement.md").read_text(encoding="utf-8")
    chapter = page.partition("### Unanimous lists")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| (\S+-c\d+) \| `(\w+)` \|", chapter, re.MULTILINE)
    expected = [
        (claim, field) for field in annotated_fields() for claim, _ in agreement.unanimous_against(field)
    ]
    assert sorted(listed) == sorted(expected)


def test_a_field_alone_is_never_worse_than_no_field() -> None:
    (none, _, constant), *others = annotators.single_field_scores()
    assert none == ""
    assert all(constant <= right <= 1 for _, _, right in others)


def test_labels_are_shown_in_words() -> None:
    claim: dict[str, Any] = {
        "via": ["b", "a"],
        "barriers": ["vague", "future"],
        "about_time": None,
        "evidence": [],
    }
    given = [shown(label_of(claim, field)) for field in claim]
    assert given == ["b, a", "future, vague", "null", "none"]
