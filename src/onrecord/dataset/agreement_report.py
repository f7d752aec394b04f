"""Who agrees with whom: annotators by kind, pair by pair and against gold, in all claims and in parts.

The statistics are in `agreement`, the formats in `agreement_formats`. Missing is missing: a label that nobody
asked for, or that an annotator could not decide, is in no comparison.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

from onrecord.dataset.agreement import Agreement, Labels, Place, confusions, measure, places
from onrecord.dataset.alpha import Scale
from onrecord.dataset.documents import Documents, Row, read_annotations, read_documents
from onrecord.exceptions import UnusableInputError
from onrecord.model.annotations import annotated_fields, has_labelled, label_of, undecided_fields
from onrecord.model.tables import SPLITS, label_names
from onrecord.reading.files import display

GOLD = "gold"
"""The adjudicated labels, as one side of a comparison."""

_PLURAL: Mapping[str | None, str] = {
    "person": "people",
    "model": "models",
    None: "annotators who are not described",
}
"""The kinds of annotators, in the order in which they are reported."""

SCALES: Mapping[str, tuple[Scale, ...]] = {"verifiability": ("nominal", "ordinal")}
"""The fields whose agreement is computed on another scale as well."""


@dataclass(frozen=True, slots=True)
class Annotator:
    """Who labelled, and how much."""

    annotator_id: str
    kind: str | None
    """`person` or `model`; None where annotators.jsonl does not describe the annotator."""
    description: str | None
    claims: int
    undecided: int
    """Labels that the annotator could not decide."""
    seconds: float | None
    """Median time per claim; None where nobody measured it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Annotators that are compared with each other, or each of them with gold."""

    name: str
    annotators: tuple[str, ...]
    is_against_gold: bool = False
    is_pair: bool = False

    @property
    def is_ordered(self) -> bool:
        """Whether it has two sides, so that a confusion says who gave which label."""
        return self.is_against_gold or self.is_pair


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the claims: those of a layer or of a split; all of them where both are None."""

    layer: str | None = None
    split: str | None = None

    @property
    def name(self) -> str:
        """What the part is called in a table."""
        return self.layer or self.split or "all claims"


@dataclass(frozen=True, slots=True)
class Measured:
    """The agreement of a group on a field in a part of the claims."""

    group: Group
    part: Part
    agreement: Agreement
    undecided: int
    """Labels of the field that annotators of the group could not decide."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two different labels of one field, and how often a group gave both to a claim."""

    group: Group
    field: str
    one: Any
    """The label of the first annotator of a pair; against gold, that of the annotator."""
    other: Any
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A claim, and the labels in which annotators of a kind differ from gold."""

    kind: str | None
    claim: Row
    labels: Mapping[str, Mapping[str, Any]]
    """By field, then by annotator, the labels that are not gold."""
    compared: int
    """Labels of annotators of this kind that the claim has."""

    @property
    def share(self) -> float:
        """The share of these labels that differ from gold."""
        return sum(map(len, self.labels.values())) / self.compared


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Everything that `onrecord agreement` shows; its formats choose from it."""

    annotators: Sequence[Annotator]
    groups: Sequence[Group]
    measured: Sequence[Measured]
    confusions: Sequence[Confusion]
    differences: Sequence[Difference]
    """Per kind of annotators, the claims with the largest share of different labels first."""
    documents: int
    claims: int

    def of(self, group: Group, part: Part = Part()) -> list[Measured]:
        """What was measured for a group in a part of the claims, in the order of the fields."""
        return [one for one in self.measured if (one.group, one.part) == (group, part)]

    @property
    def parts(self) -> list[Part]:
        """The parts of the claims for which something was measured, all claims first."""
        return list(dict.fromkeys(one.part for one in self.measured))


def agreement(
    records: str | Path | None = None,
    *,
    annotations: Iterable[str | Path] = (),
    holds_held_out: bool = False,
) -> AgreementReport:
    """How far annotators agree with each other and with the adjudicated labels, field by field.

    `records` is a records folder (default: the shipped one) or a folder of built tables; `annotations` are
    further files of annotations of its claims. With `holds_held_out` the labels under annotations/held-out
    count as well. Annotators of one kind (annotators.jsonl) are compared with each other, each kind with
    gold, and each annotator with each other and with gold. Raises UnusableInputError where the records or
    files are not valid or nobody labelled a claim, and MissingExtraError without the extra `score`.
    """
    found = read_documents(records, holds_held_out=holds_held_out)
    rows = [row for one in found.documents for row in one.annotations]
    known = {claim["claim_id"] for one in found.documents for claim in one.claims}
    for path in annotations:
        rows += _unlike(rows, read_annotations(path, known), path)
    if not rows:
        raise UnusableInputError("no annotator has labelled a claim of these records")
    return _Comparison(found, rows).report()


def _unlike(rows: Iterable[Row], added: Sequence[Row], path: str | Path) -> Sequence[Row]:
    """The added rows. Raises UnusableInputError where an annotator has labelled a claim of them already."""
    known = {(row["annotator_id"], row["claim_id"]) for row in rows}
    for row in added:
        key = (row["annotator_id"], row["claim_id"])
        if key in known:
            raise UnusableInputError(
                f"{display(path)}: {key[0]} has labelled {key[1]} already, expected one row per claim"
            )
        known.add(key)
    return added


class _Comparison:
    """The claims and labels of one report."""

    def __init__(self, found: Documents, rows: Sequence[Row]) -> None:
        self._found = found
        self._claims = {claim["claim_id"]: claim for one in found.documents for claim in one.claims}
        segments = [segment for one in found.documents for segment in one.segments]
        self._places: Mapping[str, Place] = places(self._claims.values(), segments)
        self._splits = {one.document_id: one.record["split"] for one in found.documents}
        self._labels: dict[str, dict[str, Row]] = {}
        for row in rows:
            self._labels.setdefault(row["annotator_id"], {})[row["claim_id"]] = row
        self._labels = dict(sorted(self._labels.items()))
        self._given_by = {
            name: {
                field: {
                    claim_id: label_of(row, field)
                    for claim_id, row in own.items()
                    if has_labelled(row, field)
                }
                for field in annotated_fields()
            }
            for name, own in self._labels.items()
        }
        self._gold = {
            field: {claim_id: label_of(claim, field) for claim_id, claim in self._claims.items()}
            for field in annotated_fields()
        }
        self._undecided_by = {
            name: {claim_id: undecided_fields(row) for claim_id, row in own.items() if row.get("undecided")}
            for name, own in self._labels.items()
        }

    def report(self) -> AgreementReport:
        groups = list(self._groups())
        return AgreementReport(
            annotators=[self._annotator(name) for name in self._labels],
            groups=groups,
            measured=[found for group in groups for found in self._measured(group)],
            confusions=[found for group in groups for found in self._confusions(group)],
            differences=[found for kind in self._kinds() for found in self._differences(kind)],
            documents=len(self._found.documents),
            claims=len(self._claims),
        )

    def _kind(self, annotator: str) -> str | None:
        return self._found.annotators.get(annotator, {}).get("kind")

    def _kinds(self) -> Mapping[str | None, tuple[str, ...]]:
        of_kind = {kind: tuple(name for name in self._labels if self._kind(name) == kind) for kind in _PLURAL}
        return {kind: names for kind, names in of_kind.items() if names}

    def _annotator(self, name: str) -> Annotator:
        rows = list(self._labels[name].values())
        seconds = [row["seconds"] for row in rows if row.get("seconds") is not None]
        return Annotator(
            name,
            self._kind(name),
            self._found.annotators.get(name, {}).get("description"),
            len(rows),
            sum(len(undecided_fields(row)) for row in rows),
            float(median(seconds)) if seconds else None,
        )

    def _groups(self) -> Iterator[Group]:
        kinds = self._kinds()
        if len(kinds) > 1:
            yield Group("all annotators", tuple(self._labels))
        for kind, names in kinds.items():
            if len(names) > 1:
                yield Group(_PLURAL[kind], names)
        for kind, names in kinds.items():
            yield Group(f"{_PLURAL[kind]} against gold", names, is_against_gold=True)
        for one, other in combinations(self._labels, 2):
            yield Group(f"{one} and {other}", (one, other), is_pair=True)
        for name in self._labels:
            yield Group(f"{name} and gold", (name,), is_against_gold=True, is_pair=True)

    def _parts(self) -> Iterator[Part]:
        yield Part()
        yield from (Part(layer=layer) for layer in label_names("layer"))
        splits = [split for split in SPLITS if split in self._splits.values()]
        yield from (Part(split=split) for split in splits if len(splits) > 1)

    def _measured(self, group: Group) -> Iterator[Measured]:
        by_field = {field: list(self._units(group, field)) for field in annotated_fields()}
        for part in self._parts():
            claims = {claim_id for claim_id, claim in self._claims.items() if self._is_in(claim, part)}
            for field, units in by_field.items():
                labels = [
                    Labels(given, self._places[claim_id]) for claim_id, given in units if claim_id in claims
                ]
                undecided = self._undecided(group, claims, field)
                for scale in SCALES.get(field, ("nominal",)):
                    if found := measure(field, labels, scale):
                        yield Measured(group, part, found, undecided)

    def _is_in(self, claim: Row, part: Part) -> bool:
        is_in_layer = part.layer is None or claim["layer"] == part.layer
        return is_in_layer and (part.split is None or self._splits[claim["document_id"]] == part.split)

    def _units(self, group: Group, field: str) -> Iterator[tuple[str, list[Any]]]:
        """The labels that are compared with each other, with their claim: in the order of the annotators.

        Gold comes last.
        """
        given = [self._given_by[name][field] for name in group.annotators]
        for claim_id in self._claims:
            labels = [own[claim_id] for own in given if claim_id in own]
            if group.is_against_gold:
                gold = self._gold[field][claim_id]
                yield from ((claim_id, [label, gold]) for label in labels)
            elif len(labels) > 1:
                yield claim_id, labels

    def _undecided(self, group: Group, claims: Set[str], field: str) -> int:
        return sum(
            field in fields
            for name in group.annotators
            for claim_id, fields in self._undecided_by[name].items()
            if claim_id in claims
        )

    def _confusions(self, group: Group) -> Iterator[Confusion]:
        for field in annotated_fields():
            given = [labels for _, labels in self._units(group, field)]
            for (one, other), count in confusions(given, is_ordered=group.is_ordered).items():
                yield Confusion(group, field, one, other, count)

    def _differences(self, kind: str | None) -> list[Difference]:
        """The claims with a label that differs from gold, those with the largest share of them first."""
        found = [self._difference(kind, claim) for claim in self._claims.values()]
        differing = [one for one in found if one.labels]
        # If two have the same share, the one with more labels says more.
        return sorted(differing, key=lambda one: (-one.share, -one.compared))

    def _difference(self, kind: str | None, claim: Row) -> Difference:
        names, claim_id = self._kinds()[kind], claim["claim_id"]
        of_field = {
            field: {
                name: self._given_by[name][field][claim_id]
                for name in names
                if claim_id in self._given_by[name][field]
            }
            for field in annotated_fields()
        }
        wrong = {
            field: {name: label for name, label in given.items() if label != self._gold[field][claim_id]}
            for field, given in of_field.items()
        }
        compared = sum(map(len, of_field.values()))
        return Difference(kind, claim, {field: own for field, own in wrong.items() if own}, compared)
