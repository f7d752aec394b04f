"""How far the annotators agree, from their labels and lists as published: the tables of docs/agreement.md.

Called by the cog block there. The statistics come from krippendorff and SciPy, the comparison of lists of
claims from the scorer; this module only prepares and prints.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, groupby
from pathlib import Path
from typing import Any, Literal, TypeVar

import krippendorff
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from onrecord import schemas
from onrecord._home import home
from onrecord.load import rows
from onrecord.records import DocumentFolder, documents
from onrecord.scoring.matching import HARD_THRESHOLD, Overlap, PlacedClaim, overlaps

Scale = Literal["nominal", "ordinal"]

FIELDS = ("verifiability", "kind", "speaker_id", "stated_on", "check_worthy")
"""The labels that every annotator gave to every claim."""
SCALES: Mapping[str, tuple[Scale, ...]] = {
    field: ("nominal", "ordinal") if field == "verifiability" else ("nominal",) for field in FIELDS
}
OWN_FIELDS = tuple(field for field in FIELDS if field != "speaker_id")
"""The labels that can be compared between lists: speakers are under names of each annotator's making."""
ORDER = ("unverifiable", "partially_verifiable", "verifiable")
"""Verifiability as a scale, for the ordinal alpha."""
RESAMPLES = 1_999
SEED = 20240214

Unit = TypeVar("Unit")
Counts = NDArray[np.int64]
Labelling = Mapping[str, Mapping[str, Any]]
"""The labels of one annotator: claim id to row."""


def agreement_table() -> str:
    """Alpha with its interval, raw agreement and number of items, a row for each label."""
    return _markdown(
        ("label", "scale", "alpha", "95 % interval", "pairs that agree", "claims on which all agree"),
        (
            (
                f"`{field}`",
                scale,
                f"{alpha(field, scale):.3f}",
                _interval(_alpha_interval(field, scale)),
                f"{pairwise_agreement(field):.1%}",
                f"{unanimous(field)} of {len(_labels(field))}",
            )
            for field in FIELDS
            for scale in SCALES[field]
        ),
    )


def marginals_table(field: str) -> str:
    """How often each annotator gave each label, beside the adjudicated ones."""
    sides = {name: Counter(_shown(row[field]) for row in own.values()) for name, own in _labellings().items()}
    gold = Counter(_shown(claim[field]) for claim in rows("claims"))
    order = [
        label for label in map(_shown, _domain(field)) if any(label in c for c in (*sides.values(), gold))
    ]
    return _markdown(
        ("label", *sides, "adjudicated"),
        ((f"`{label}`", *(side[label] for side in sides.values()), gold[label]) for label in order),
    )


def confusion_table(field: str) -> str:
    """Pairs of annotators by the two labels that they gave to a claim; labels never confused are left out."""
    pairs: Counter[frozenset[str]] = Counter()
    for labels in _labels(field).values():
        pairs.update(frozenset(map(_shown, pair)) for pair in combinations(labels, 2) if pair[0] != pair[1])
    if not pairs:
        return "No two annotators gave different labels to a claim."
    # The most frequent first, then by name.
    ranked = sorted(
        ((sorted(pair), count) for pair, count in pairs.items()), key=lambda row: (-row[1], row[0])
    )
    body = ((f"`{one}`", f"`{other}`", count) for (one, other), count in ranked)
    return _markdown(("one says", "another says", "pairs"), body)


def coverage_table() -> str:
    """What share of the final list each annotator had found alone, and how long the own list was."""
    lists = _extractions()
    return _markdown(
        ("annotator", "claims in own list", "claims of the final list found", "share", "95 % interval"),
        (
            (
                name,
                len(lists[name]),
                sum(row["found"] for row in own.values()),
                f"{np.mean([row['found'] for row in own.values()]):.1%}",
                _interval(_bootstrap(_found_by_paragraph(own), _share), percent=True),
            )
            for name, own in _labellings().items()
        ),
    )


def extraction_table() -> str:
    """Pairwise F1 of the annotators' own lists, and of each with the final list, by the scorer's matching."""
    final = {"final list": [_placed(c["claim_id"], c["segment_id"], c["text"]) for c in rows("claims")]}
    lists = final | {
        name: [_placed(row["number"], row["segment_id"], row["text"]) for row in own]
        for name, own in _extractions().items()
    }
    return _markdown(
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
                f"{_total(sums).soft_f1:.3f}",
                _interval(_overlap_interval(sums, lambda total: total.soft_f1)),
                f"{_total(sums).hard_f1:.3f}",
                _interval(_overlap_interval(sums, lambda total: total.hard_f1)),
            )
            for one, other in combinations(lists, 2)
            for sums in [list(overlaps(lists[one], lists[other]).values())]
        ),
    )


def unguided_table() -> str:
    """Agreement of the labels given while extracting, on claims that two annotators found on their own."""
    own = _labels_while_extracting()
    return _markdown(
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
    """The claims with these numbers as a list, by id and text."""
    wanted = numbers.split()
    found = [claim for claim in rows("claims") if claim["claim_id"].rpartition("-")[2] in wanted]
    if len(found) != len(wanted):
        raise ValueError(f"{len(wanted)} claims are named, {len(found)} are there")
    return "\n".join(f"- `{claim['claim_id']}` {claim['text']}" for claim in found)


def adjudications_table() -> str:
    """Each label on which the annotators were not of one mind, what each said, and why it is what it is."""
    gold = {claim["claim_id"]: claim for claim in rows("claims")}
    names = list(_labellings())
    return _markdown(
        ("claim", "label", *names, "adjudicated", "reason"),
        (
            (
                row["claim_id"],
                f"`{row['field']}`",
                *(_shown(own[row["claim_id"]][row["field"]]) for own in _labellings().values()),
                _shown(gold[row["claim_id"]][row["field"]]),
                row["reason"],
            )
            for folder in _folders()
            for row in _read(folder.path / "adjudications.jsonl")
        ),
    )


def alpha(field: str, scale: Scale) -> float:
    """Krippendorff's alpha of a label over all claims (Krippendorff 2011); null is a missing value."""
    return _alpha(_value_counts(field), scale)


def pairwise_agreement(field: str) -> float:
    """Share of the pairs of annotators that gave a claim the same label, null being a label like others."""
    pairs = [one == other for labels in _labels(field).values() for one, other in combinations(labels, 2)]
    return float(np.mean(pairs))


def unanimous(field: str) -> int:
    """Number of claims to which all annotators gave the same label."""
    return sum(len(set(labels)) == 1 for labels in _labels(field).values())


def _alpha(counts: Counts, scale: Scale) -> float:
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=scale))


def _value_counts(field: str) -> Counts:
    """How many annotators gave each label to each claim: shape (claims, labels)."""
    domain = [value for value in _domain(field) if value is not None]
    return np.array([[labels.count(value) for value in domain] for labels in _labels(field).values()])


def _alpha_interval(field: str, scale: Scale) -> tuple[float, float]:
    counts = _value_counts(field)
    places = _paragraphs_of(_labels(field))
    units = [counts[places == paragraph] for paragraph in np.unique(places)]
    return _bootstrap(units, lambda sample: _alpha(np.concatenate(sample), scale))


def _overlap_interval(sums: Sequence[Overlap], score: Callable[[Overlap], float]) -> tuple[float, float]:
    return _bootstrap(sums, lambda sample: score(_total(sample)))


def _bootstrap(units: Sequence[Unit], statistic: Callable[[list[Unit]], float]) -> tuple[float, float]:
    """Percentile interval over resampled paragraphs, for claims of one paragraph are not independent."""
    found = stats.bootstrap(
        (np.arange(len(units)),),
        lambda drawn: statistic([units[index] for index in drawn]),
        n_resamples=RESAMPLES,
        vectorized=False,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _domain(field: str) -> list[Any]:
    if field == "verifiability":
        return list(ORDER)
    if field == "kind":
        return list(schemas.label_names("kind"))
    return sorted({label for labels in _labels(field).values() for label in labels}, key=str)


@cache
def _labellings() -> dict[str, Labelling]:
    by_annotator = groupby(rows("annotations"), key=lambda row: str(row["annotator_id"]))
    return {name: {row["claim_id"]: row for row in own} for name, own in by_annotator}


@cache
def _labels(field: str) -> dict[str, list[Any]]:
    """The labels of all annotators for each claim, in the order of the annotators."""
    sides = _labellings().values()
    return {c["claim_id"]: [own[c["claim_id"]][field] for own in sides] for c in rows("claims")}


@cache
def _paragraphs() -> dict[str, int]:
    return {segment["segment_id"]: segment["paragraph"] for segment in rows("segments")}


def _paragraphs_of(claim_ids: Iterable[str]) -> Counts:
    paragraphs = _paragraphs()
    where = {claim["claim_id"]: paragraphs[claim["segment_id"]] for claim in rows("claims")}
    return np.array([where[claim_id] for claim_id in claim_ids])


def _found_by_paragraph(own: Labelling) -> list[NDArray[np.bool_]]:
    places, found = _paragraphs_of(own), np.array([row["found"] for row in own.values()])
    return [found[places == paragraph] for paragraph in np.unique(places)]


def _share(sample: list[NDArray[np.bool_]]) -> float:
    return float(np.concatenate(sample).mean())


def _folders() -> list[DocumentFolder]:
    return documents(home() / "records")


@cache
def _extractions() -> dict[str, list[dict[str, Any]]]:
    return {
        file.stem: list(_read(file))
        for folder in _folders()
        for file in sorted((folder.path / "annotations" / "raw" / "extraction").glob("*.jsonl"))
    }


def _labels_while_extracting() -> dict[str, dict[str, dict[str, Any]]]:
    """What each annotator said of a claim of the final list while extracting: the first that became it."""
    lists = {name: {row["number"]: row for row in own} for name, own in _extractions().items()}
    said: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in lists}
    for folder in _folders():
        for match in _read(folder.path / "annotations" / "raw" / "extraction_matches.jsonl"):
            if match["claim_id"] is not None:
                name = match["annotator_id"]
                said[name].setdefault(match["claim_id"], lists[name][match["number"]])
    return said


def _placed(claim_id: str | int, segment_id: str, text: str) -> PlacedClaim:
    return PlacedClaim(claim_id, _paragraphs()[segment_id], text)


def _total(sums: Iterable[Overlap]) -> Overlap:
    return sum(sums, Overlap(0, 0, 0.0, 0))


def _read(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _interval(bounds: tuple[float, float], *, percent: bool = False) -> str:
    low, high = bounds
    return f"{low:.1%} to {high:.1%}" if percent else f"{low:.3f} to {high:.3f}"


def _markdown(headers: Sequence[object], body: Iterable[Sequence[object]]) -> str:
    lines = [headers, ["---"] * len(headers), *body]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
