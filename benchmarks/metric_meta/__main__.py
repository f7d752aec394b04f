"""`python -m benchmarks.metric_meta`: which measure of likeness tells the same claim from another one.

The measure, its checks and its threshold were chosen on half of the paragraphs, those of odd number. What
counts is the other half. The figures go to benchmarks/results/metric_meta.json, and docs/extraction-metric.md
shows them. With --entailment FOLDER, a model in that folder is measured as well, and nothing is saved.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.metric_meta.candidates import CANDIDATES, Candidate, Scores, checked, entailment
from benchmarks.metric_meta.corruptions import CORRUPTIONS
from benchmarks.metric_meta.pairs import NEIGHBOUR, SAME, TextPair, speaker_rows, text_pairs
from onrecord.benchmark.matching import THRESHOLD
from onrecord.benchmark.wording import names_of

RESULTS = Path(__file__).parents[1] / "results" / "metric_meta.json"
NEGATIVES = (*CORRUPTIONS, NEIGHBOUR)
RESAMPLES = 1_000
SEED = 0


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.metric_meta", description=__doc__)
    parser.add_argument("--entailment", metavar="FOLDER", help="a model of `transformers` in a folder")
    given = parser.parse_args()
    found = measured({"entailment": entailment(given.entailment)} if given.entailment else {})
    text = json.dumps(found, indent=2) + "\n"
    if not given.entailment:
        RESULTS.write_text(text, encoding="utf-8", newline="\n")
    print(text)


def measured(further: Mapping[str, Candidate]) -> dict[str, Any]:
    """Every figure as plain values."""
    pairs = text_pairs()
    factors = checked(pairs, names_of(speaker_rows()))
    product = np.prod([*factors.values()], axis=0)
    scores = {name: measure(pairs) for name, measure in {**CANDIDATES, **further}.items()}
    sides = {
        side: np.array([pair.paragraph[1] % 2 == odd for pair in pairs])
        for side, odd in (("chosen", 1), ("held", 0))
    }
    return {
        "pairs": {side: _counts(pairs, part) for side, part in sides.items()},
        "threshold": THRESHOLD,
        "candidates": [
            {
                "name": name,
                "checks": has_checks,
                **{
                    side: _figures(pairs, part, own * product if has_checks else own)
                    for side, part in sides.items()
                },
            }
            for name, own in scores.items()
            for has_checks in (False, True)
        ],
        "checks": {name: _failed(pairs, sides["held"], factor) for name, factor in factors.items()},
    }


def _counts(pairs: Sequence[TextPair], part: "np.ndarray[Any, Any]") -> dict[str, int]:
    kinds = [pair.kind for pair, is_in in zip(pairs, part, strict=True) if is_in]
    return {kind: kinds.count(kind) for kind in (SAME, *NEGATIVES)}


def _figures(pairs: Sequence[TextPair], part: "np.ndarray[Any, Any]", scores: Scores) -> dict[str, Any]:
    """AUC over all negatives and per kind, and the shares right at the threshold; AUC with its interval."""
    chosen = [(pair, score) for pair, score, is_in in zip(pairs, scores, part, strict=True) if is_in]
    same = [(pair.paragraph, score) for pair, score in chosen if pair.kind == SAME]
    by_kind = {
        kind: [(pair.paragraph, score) for pair, score in chosen if pair.kind == kind] for kind in NEGATIVES
    }
    everything = [entry for own in by_kind.values() for entry in own]
    return {
        "auc": _auc(same, everything),
        "accepted": _share([score >= THRESHOLD for _, score in same]),
        "by_kind": {
            kind: {"auc": _auc(same, own), "rejected": _share([score < THRESHOLD for _, score in own])}
            for kind, own in by_kind.items()
            if own
        },
    }


Placed = Sequence[tuple[tuple[str, int], float]]
"""Scores with the paragraph of each."""


def _auc(same: Placed, different: Placed) -> dict[str, float]:
    """The area under the ROC curve with its 95 % interval, paragraphs resampled (Efron & Tibshirani 1993)."""
    rng = np.random.default_rng(SEED)
    places = sorted({place for place, _ in (*same, *different)})
    value = _area([score for _, score in same], [score for _, score in different])
    by_place = [
        {place: [score for at, score in side if at == place] for place in places}
        for side in (same, different)
    ]
    drawn = []
    for _ in range(RESAMPLES):
        sample = [places[at] for at in rng.integers(len(places), size=len(places))]
        ours, theirs = ([score for place in sample for score in side[place]] for side in by_place)
        if ours and theirs:
            drawn.append(_area(ours, theirs))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"value": round(value, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def _area(same: Sequence[float], different: Sequence[float]) -> float:
    return float(roc_auc_score([1] * len(same) + [0] * len(different), [*same, *different]))


def _share(outcomes: Sequence[bool]) -> float:
    return round(float(np.mean(outcomes)), 4) if outcomes else float("nan")


def _failed(pairs: Sequence[TextPair], part: "np.ndarray[Any, Any]", factor: Scores) -> dict[str, float]:
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
