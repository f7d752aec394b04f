"""`python -m benchmarks.metric_meta`: which measure shows that two texts are the same claim.

The measure, its checks, their factors and the threshold were chosen on the documents of `test` and
`validation`. What counts are the documents of `challenge`. The figures go to
benchmarks/results/metric_meta.json, and docs/extraction-metric.md shows them. With --entailment FOLDER, a
model in that folder is measured as well, and nothing is saved. Nothing is saved without spaCy either, whose
parse is measured as another check of roles.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.metric_meta.candidates import CANDIDATES, Candidate, Scores, checked, entailment
from benchmarks.metric_meta.corruptions import CORRUPTIONS
from benchmarks.metric_meta.pairs import NEIGHBOUR, SAME, TextPair, split_of, text_pairs
from benchmarks.metric_meta.parse import parsed_roles
from onrecord.benchmark.matching import THRESHOLD
from onrecord.dataset.resampling import expanded_tail

RESULTS = Path(__file__).parents[1] / "results" / "metric_meta.json"
NEGATIVES = (*CORRUPTIONS, NEIGHBOUR)
HELD_OUT = "challenge"
RESAMPLES = 9_999
SEED = 0


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.metric_meta", description=__doc__)
    parser.add_argument("--entailment", metavar="FOLDER", help="a model of `transformers` in a folder")
    given = parser.parse_args()
    found = measured({"entailment": entailment(given.entailment)} if given.entailment else {})
    text = json.dumps(found, indent=2) + "\n"
    if not given.entailment and find_spec("spacy"):
        RESULTS.write_text(text, encoding="utf-8", newline="\n")
    print(text)


def measured(further: Mapping[str, Candidate]) -> dict[str, Any]:
    """Every figure as plain values."""
    pairs = text_pairs()
    factors = checked(pairs)
    combined = {"none": np.ones(len(pairs)), "all": np.prod([*factors.values()], axis=0)}
    if find_spec("spacy"):
        others = [factor for name, factor in factors.items() if name != "roles"]
        combined["parse"] = np.prod([*others, parsed_roles(pairs)], axis=0)
    scores = {name: measure(pairs) for name, measure in {**CANDIDATES, **further}.items()}
    splits = [split_of()[pair.paragraph[0]] for pair in pairs]
    sides = {
        "chosen": np.array([split != HELD_OUT for split in splits]),
        "held": np.array([split == HELD_OUT for split in splits]),
    }
    return {
        "documents": {side: _documents(pairs, part) for side, part in sides.items()},
        "pairs": {side: _counts(pairs, part) for side, part in sides.items()},
        "threshold": THRESHOLD,
        "candidates": [
            {
                "name": name,
                "checks": checks,
                **{side: _figures(pairs, part, own * factor) for side, part in sides.items()},
            }
            for name, own in scores.items()
            for checks, factor in combined.items()
        ],
        "checks": {name: _failed(pairs, sides["held"], factor) for name, factor in factors.items()},
    }


Part = NDArray[np.bool_]
"""Which pairs belong to a side."""


def _documents(pairs: Sequence[TextPair], part: Part) -> int:
    return len({pair.paragraph[0] for pair, is_in in zip(pairs, part, strict=True) if is_in})


def _counts(pairs: Sequence[TextPair], part: Part) -> dict[str, int]:
    kinds = [pair.kind for pair, is_in in zip(pairs, part, strict=True) if is_in]
    return {kind: kinds.count(kind) for kind in (SAME, *NEGATIVES)}


def _figures(pairs: Sequence[TextPair], part: Part, scores: Scores) -> dict[str, Any]:
    """AUC over all negatives and per kind, and the shares right at the threshold; AUC with its interval."""
    by_kind: dict[str, list[tuple[str, float]]] = {kind: [] for kind in (SAME, *NEGATIVES)}
    for pair, score, is_in in zip(pairs, scores, part, strict=True):
        if is_in:
            by_kind[pair.kind].append((pair.paragraph[0], float(score)))
    same = by_kind.pop(SAME)
    return {
        "auc": area(same, [entry for own in by_kind.values() for entry in own]),
        "accepted": _share([score >= THRESHOLD for _, score in same]),
        "by_kind": {
            kind: {"auc": area(same, own), "rejected": _share([score < THRESHOLD for _, score in own])}
            for kind, own in by_kind.items()
            if own
        },
    }


Placed = Sequence[tuple[str, float]]
"""Scores with the document of each."""


def area(same: Placed, different: Placed) -> dict[str, float]:
    """The area under the ROC curve with its 95 % interval, documents resampled as for scores.

    The area is the share of (positive, negative) that are in order, equal ones half. So a resample needs no
    scores: `ordered` has that count for the positives of a document, a row, with the negatives of one, a
    column, and every document counts as often as it was drawn.
    """
    documents = sorted({document for document, _ in (*same, *different)})
    ours, theirs = (
        [np.sort([score for at, score in side if at == document]) for document in documents]
        for side in (same, different)
    )
    ordered = np.array(
        [
            [(np.searchsorted(b, a, "left") + np.searchsorted(b, a, "right")).sum() / 2 for b in theirs]
            for a in ours
        ]
    )
    drawn = np.random.default_rng(SEED).multinomial(
        len(documents), [1 / len(documents)] * len(documents), size=RESAMPLES
    )
    positives, negatives = (drawn @ [len(own) for own in side] for side in (ours, theirs))
    counted = (positives > 0) & (negatives > 0)
    areas = np.einsum("ra,ab,rb->r", drawn, ordered, drawn)[counted] / (positives * negatives)[counted]
    tail = expanded_tail(len(documents))
    low, high = np.quantile(areas, [tail, 1 - tail])
    value = roc_auc_score([1] * len(same) + [0] * len(different), [score for _, score in (*same, *different)])
    return {"value": round(float(value), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def _share(outcomes: Sequence[bool]) -> float:
    return round(float(np.mean(outcomes)), 4) if outcomes else float("nan")


def _failed(pairs: Sequence[TextPair], part: Part, factor: Scores) -> dict[str, float]:
    """The share of the pairs of each kind that a check lowers."""
    return {
        kind: _share(
            [
                score < 1
                for pair, score, is_in in zip(pairs, factor, part, strict=True)
                if is_in and pair.kind == kind
            ]
        )
        for kind in (SAME, *NEGATIVES)
    }


if __name__ == "__main__":
    main()
