"""Make the tables of docs/agreement.md: how far the annotators' published labels and lists agree.

Called by the cog blocks of that page; `annotators` computes the figures.
"""

import json
from collections import Counter
from itertools import combinations

import numpy as np

from onrecord.benchmark.matching import HARD_THRESHOLD, overlaps
from onrecord.dataset.agreement import FIELDS, bootstrap
from onrecord.dataset.load import iter_rows
from scripts.annotators import (
    OWN_FIELDS,
    SCALES,
    alpha,
    alpha_interval,
    domain,
    extractions,
    folders,
    found_by_paragraph,
    labellings,
    labels_of,
    labels_while_extracting,
    overlap_interval,
    pairwise_agreement,
    placed,
    read_lines,
    share,
    total,
    unanimous,
)
from scripts.markdown import pipe_table


def agreement_table() -> str:
    """Alpha with its interval, raw agreement and number of items: one row per label and scale."""
    return pipe_table(
        ("label", "scale", "alpha", "95 % interval", "pairs that agree", "claims on which all agree"),
        (
            (
                f"`{field}`",
                scale,
                f"{alpha(field, scale):.3f}",
                _interval(alpha_interval(field, scale)),
                f"{pairwise_agreement(field):.1%}",
                f"{unanimous(field)} of {len(labels_of(field))}",
            )
            for field in FIELDS
            for scale in SCALES[field]
        ),
    )


def marginals_table(field: str) -> str:
    """How often each annotator gave each label, next to the adjudicated counts."""
    sides = {name: Counter(_shown(row[field]) for row in own.values()) for name, own in labellings().items()}
    gold = Counter(_shown(claim[field]) for claim in iter_rows("claims"))
    order = [
        label for label in map(_shown, domain(field)) if any(label in c for c in (*sides.values(), gold))
    ]
    return pipe_table(
        ("label", *sides, "adjudicated"),
        ((f"`{label}`", *(side[label] for side in sides.values()), gold[label]) for label in order),
    )


def confusion_table(field: str) -> str:
    """Pairs of annotators by the two labels that they gave to a claim; others are left out."""
    pairs: Counter[frozenset[str]] = Counter()
    for labels in labels_of(field).values():
        pairs.update(frozenset(map(_shown, pair)) for pair in combinations(labels, 2) if pair[0] != pair[1])
    if not pairs:
        return "No two annotators gave different labels to a claim."
    # The most frequent first, then by name.
    ranked = sorted(
        ((sorted(pair), count) for pair, count in pairs.items()), key=lambda row: (-row[1], row[0])
    )
    body = ((f"`{one}`", f"`{other}`", count) for (one, other), count in ranked)
    return pipe_table(("one says", "another says", "pairs"), body)


def coverage_table() -> str:
    """The length of each annotator's own list, and the share of the final list that it found."""
    lists = extractions()
    return pipe_table(
        ("annotator", "claims in own list", "claims of the final list found", "share", "95 % interval"),
        (
            (
                name,
                len(lists[name]),
                sum(row["found"] for row in own.values()),
                f"{np.mean([row['found'] for row in own.values()]):.1%}",
                _interval(bootstrap(found_by_paragraph(own), share), percent=True),
            )
            for name, own in labellings().items()
        ),
    )


def extraction_table() -> str:
    """F1 between the annotators' own lists, and between each and the final list, by the scorer's matching."""
    final = {"final list": [placed(c["claim_id"], c["segment_id"], c["text"]) for c in iter_rows("claims")]}
    lists = final | {
        name: [placed(row["number"], row["segment_id"], row["text"]) for row in own]
        for name, own in extractions().items()
    }
    return pipe_table(
        (
            "lists",
            "soft F1 (chrF2)",
            "95 % interval",
            f"hard F1 (chrF2 ≥ {HARD_THRESHOLD})",
            "95 % interval",
        ),
        (
            (
                f"{one} and {other}",
                f"{total(sums).soft_f1:.3f}",
                _interval(overlap_interval(sums, lambda total: total.soft_f1)),
                f"{total(sums).hard_f1:.3f}",
                _interval(overlap_interval(sums, lambda total: total.hard_f1)),
            )
            for one, other in combinations(lists, 2)
            for sums in [list(overlaps(lists[one], lists[other]).values())]
        ),
    )


def unguided_table() -> str:
    """Agreement of the labels given during extraction, on claims that both annotators found alone."""
    own = labels_while_extracting()
    return pipe_table(
        (
            "annotators",
            "claims that both found",
            *(f"same `{field}`" for field in OWN_FIELDS),
        ),
        (
            (
                f"{one} and {other}",
                len(both),
                *(
                    f"{np.mean([own[one][c][field] == own[other][c][field] for c in both]):.1%}"
                    for field in OWN_FIELDS
                ),
            )
            for one, other in combinations(own, 2)
            for both in [sorted(own[one].keys() & own[other].keys())]
        ),
    )


def claim_list(numbers: str) -> str:
    """The claims with these numbers as a list of ids and texts."""
    wanted = numbers.split()
    found = [claim for claim in iter_rows("claims") if claim["claim_id"].rpartition("-")[2] in wanted]
    if len(found) != len(wanted):
        raise ValueError(f"{len(wanted)} claims are named, but {len(found)} of them exist")
    return "\n".join(f"- `{claim['claim_id']}` {claim['text']}" for claim in found)


def adjudications_table() -> str:
    """Each label on which the annotators disagreed, what each of them said, the decision and its reason."""
    gold = {claim["claim_id"]: claim for claim in iter_rows("claims")}
    names = list(labellings())
    return pipe_table(
        ("claim", "label", *names, "adjudicated", "reason"),
        (
            (
                row["claim_id"],
                f"`{row['field']}`",
                *(_shown(own[row["claim_id"]][row["field"]]) for own in labellings().values()),
                _shown(gold[row["claim_id"]][row["field"]]),
                row["reason"],
            )
            for folder in folders()
            for row in read_lines(folder.path / "adjudications.jsonl")
        ),
    )


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _interval(bounds: tuple[float, float], *, percent: bool = False) -> str:
    low, high = bounds
    return f"{low:.1%} to {high:.1%}" if percent else f"{low:.3f} to {high:.3f}"
