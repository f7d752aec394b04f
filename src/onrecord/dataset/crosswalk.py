"""How the shipped claims would be labelled in another scheme: in this direction only.

Each row of schema/crosswalk.jsonl says how our labels map to one of theirs, how well, and by which definition
of theirs.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from onrecord.model.findings import hint
from onrecord.model.paths import home

MatchType = Literal["exact", "broader", "narrower", "related", "none"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the crosswalk: claims with these labels of ours get that label of theirs."""

    target: str
    edition: str | None
    verifiability: frozenset[str]
    check_worthy: frozenset[bool]
    kind: frozenset[str]
    label: str | None
    match: MatchType
    note: str
    source: str

    def holds_for(self, claim: Mapping[str, Any]) -> bool:
        """Whether the row says how to label this claim."""
        return (
            claim["verifiability"] in self.verifiability
            and claim["check_worthy"] in self.check_worthy
            and claim["kind"] in self.kind
        )


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """The labels of another scheme for our claims, and how many claims have none."""

    target: str
    labels: Mapping[str, str]
    """The label of each claim, by `claim_id`."""
    dropped: int
    """Claims left out because the mapping is lossy; 0 unless the crosswalk is strict."""
    unmapped: int
    """Claims for which the other scheme has no label."""


def targets() -> tuple[str, ...]:
    """The schemes to which there is a crosswalk."""
    return tuple(dict.fromkeys(row.target for row in _rows()))


def mappings(target: str) -> tuple[Row, ...]:
    """The rows of one target. Raises ValueError, with the nearest target, if it is unknown."""
    found = tuple(row for row in _rows() if row.target == target)
    if not found:
        raise ValueError(f"there is no crosswalk to {target!r}; {hint(target, targets())}")
    return found


def crosswalk(
    target: str, *, strict: bool = True, claims: Iterable[Mapping[str, Any]] | None = None
) -> Crosswalk:
    """Label claims (default: the shipped ones) in another scheme.

    With `strict`, a claim whose mapping is lossy (match type `related`, as in SKOS) is left out and counted
    in `dropped`; without, it gets the nearest label. Scores in another scheme's labels are not comparable to
    that scheme's published results. Raises ValueError for an unknown target.
    """
    rows = mappings(target)
    if claims is None:
        from onrecord.dataset.load import rows as shipped

        claims = shipped("claims")
    labels: dict[str, str] = {}
    dropped = unmapped = 0
    for claim in claims:
        row = next(row for row in rows if row.holds_for(claim))
        if row.label is None:
            unmapped += 1
        elif strict and row.match == "related":
            dropped += 1
        else:
            labels[claim["claim_id"]] = row.label
    return Crosswalk(target, labels, dropped, unmapped)


@cache
def _rows() -> tuple[Row, ...]:
    with (home() / "schema" / "crosswalk.jsonl").open(encoding="utf-8") as lines:
        return tuple(_row(json.loads(line)) for line in lines)


def _row(fields: dict[str, Any]) -> Row:
    sets = {name: frozenset(fields[name]) for name in ("verifiability", "check_worthy", "kind")}
    return Row(**(fields | sets))
