"""Read the published labels and lists of the annotators, round by round, and compute how far they agree.

A round is a folder of what annotators wrote: `annotations/raw` is the first, `annotations/raw-2` the second,
and so on; each may hold lists of claims (`extraction/`), labels (`labelling/`) or both. `scripts.agreement`
lays the figures out as the tables of docs/agreement.md. The statistics of labels come from
`onrecord.dataset.agreement`, the comparison of lists of claims from the scorer.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onrecord.benchmark.matching import Overlap, PlacedClaim
from onrecord.dataset import agreement
from onrecord.dataset.agreement import Agreement, Labels, Place, measure
from onrecord.dataset.agreement_report import SCALES
from onrecord.dataset.alpha import Scale
from onrecord.dataset.load import rows
from onrecord.dataset.resampling import bootstrap
from onrecord.model.annotations import annotated_fields, label_of
from onrecord.model.paths import home
from onrecord.model.tables import label_names
from onrecord.reading.layouts import DocumentFolder, documents
from onrecord.rules.document import owner_of

DATED, UNDATED = "dated", "undated"
PARTS = {DATED: "the text holds a date", UNDATED: "the text holds no date"}
"""The two parts in which the agreement on `stated_on` is published: a date in the text gives it away."""

_DATE = re.compile(
    r"\b(?:(?:19|20)[0-9]{2}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|June|"
    r"July|August|September|October|November|December)\b|\b[0-9]{1,2} May\b|\bin May\b"
)
_GIVEN = re.compile(r"^\| (?P<claim>[^|]+-c[0-9]{3,}) \| (?P<text>.*?) \|", re.MULTILINE)
_RAW = re.compile(r"raw(?:-(?P<number>[0-9]+))?\Z")

Row = Mapping[str, Any]
Labelling = Mapping[str, Row]
"""The labels of one annotator: claim id to row."""


def holds_date(text: str) -> bool:
    """Whether a claim's text names a year, month or weekday."""
    return bool(_DATE.search(text))


@dataclass(frozen=True)
class Round:
    """What annotators wrote in one round, in the documents of one split."""

    number: int
    folders: tuple[Path, ...]
    """The round's folder of each document that has it."""

    @cached_property
    def labellings(self) -> Mapping[str, Labelling]:
        """The labels of each annotator; none in a round of lists alone."""
        found: dict[str, dict[str, Row]] = {}
        for file in _files(self.folders, "labelling"):
            found.setdefault(file.stem, {}).update((row["claim_id"], row) for row in read_lines(file))
        return found

    @cached_property
    def extractions(self) -> Mapping[str, list[Row]]:
        """The list of claims that each annotator made alone; none in a round of labels alone."""
        found: dict[str, list[Row]] = {}
        for file in _files(self.folders, "extraction"):
            found.setdefault(file.stem, []).extend(read_lines(file))
        return found

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text of each claim as it was given to those who labelled it, else as it is now."""
        found = {claim_id: str(claim["text"]) for claim_id, claim in claims().items()}
        for folder in self.folders:
            given = folder / "labelling" / "claims-as-given.md"
            if given.is_file():
                text = given.read_text(encoding="utf-8")
                found |= {match["claim"]: match["text"] for match in _GIVEN.finditer(text)}
        return found

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that two annotators labelled in some claim, in the order of the schema."""
        return tuple(field for field in annotated_fields() if self.labels(field))

    def labels(self, field: str, part: str | None = None) -> Mapping[str, list[Any]]:
        """The labels of a field by claim, in the order of the annotators, where at least two gave one.

        `part` is one of PARTS.
        """
        found: dict[str, list[Any]] = {}
        for claim_id in sorted({claim_id for own in self.labellings.values() for claim_id in own}):
            if part and holds_date(self.texts.get(claim_id, "")) != (part == DATED):
                continue
            own = [side[claim_id] for side in self.labellings.values() if claim_id in side]
            given = agreement.labels_of(own, field)
            if len(given) > 1:
                found[claim_id] = given
        return found

    def agreement(self, field: str, scale: Scale = "nominal", part: str | None = None) -> Agreement:
        """How far the annotators agree on a field. Raises LookupError where no claim has two labels."""
        labels = self.labels(field, part).items()
        found = measure(field, [Labels(given, _place(claim_id)) for claim_id, given in labels], scale)
        if found is None:
            raise LookupError(f"round {self.number} has no claim with two labels of {field}")
        return found


def scales(field: str) -> tuple[Scale, ...]:
    """The scales on which the agreement on a field is published."""
    return SCALES.get(field, ("nominal",))


@cache
def rounds(split: str = "test") -> tuple[Round, ...]:
    """The rounds of a split, the first one first."""
    found: dict[int, list[Path]] = {}
    for folder in folders(split):
        for name in folder.rounds():
            match = _RAW.match(name)
            number = int(match["number"] or 1) if match else 0
            found.setdefault(number, []).append(folder.path / "annotations" / name)
    return tuple(Round(number, tuple(own)) for number, own in sorted(found.items()))


def last_labelling(split: str = "test") -> Round:
    """The latest round with labels: those in the table `annotations`. Raises LookupError if there is none."""
    found = [one for one in rounds(split) if one.labellings]
    if not found:
        raise LookupError(f"no round of {split} has labels")
    return found[-1]


def last_extraction(split: str = "test") -> Round:
    """The latest round with lists of claims. Raises LookupError if there is none."""
    found = [one for one in rounds(split) if one.extractions]
    if not found:
        raise LookupError(f"no round of {split} has lists of claims")
    return found[-1]


def held_out(split: str = "test") -> Mapping[str, Labelling]:
    """The labels of readings that had no part in the making of the records, by annotator."""
    found: dict[str, dict[str, Row]] = {}
    for file in _files((folder.path / "annotations" for folder in folders(split)), "held-out"):
        found.setdefault(file.stem, {}).update((row["claim_id"], row) for row in read_lines(file))
    return found


def extracted_labels(split: str = "test") -> dict[str, dict[str, Row]]:
    """For each annotator and claim of the final list: the row of the annotator's own list that became it.

    Where several rows became one claim, the first one counts.
    """
    said: dict[str, dict[str, Row]] = {}
    for folder in folders(split):
        lists = {
            file.stem: {row["number"]: row for row in read_lines(file)}
            for file in folder.files("extractions")
        }
        for name in lists:
            said.setdefault(name, {})
        for file in folder.files("extraction_matches"):
            for match in read_lines(file):
                if match["claim_id"] in claims():
                    name = match["annotator_id"]
                    said[name].setdefault(match["claim_id"], lists[name][match["number"]])
    return said


def extracted_label(row: Row, field: str) -> Any:
    """The label of a row of an annotator's own list, as it compares with the claim's.

    The annotators named the speakers themselves: the article's own voice is `article` to them.
    """
    label = label_of(row, field)
    return _ARTICLE if field == "speaker_id" and label == "article" else label


def final_label(claim: Row, field: str) -> Any:
    """The label of a claim, as it compares with that of an annotator's own list."""
    label = label_of(claim, field)
    is_voice = field == "speaker_id" and str(label).startswith("article-")
    return _ARTICLE if is_voice else label


_ARTICLE = "article"


@cache
def claims() -> Mapping[str, Row]:
    """The claims of all splits, by id."""
    return {claim["claim_id"]: claim for claim in rows("claims", split=None)}


def claims_of(split: str | None = "test") -> list[Row]:
    """The claims of one split, or of all."""
    return list(rows("claims", split=split))


@cache
def _paragraphs() -> dict[str, Place]:
    return {s["segment_id"]: Place(s["document_id"], s["paragraph"]) for s in rows("segments", split=None)}


def _place(claim_id: str) -> Place:
    """The paragraph of a claim; one that was withdrawn since is a paragraph of its own."""
    claim = claims().get(claim_id)
    return _paragraphs()[claim["segment_id"]] if claim else Place(owner_of(claim_id), claim_id)


def by_paragraph(found: Mapping[str, bool]) -> list[NDArray[np.bool_]]:
    """Whether something holds for each claim: one array per paragraph."""
    places: dict[Place, list[bool]] = {}
    for claim_id, holds in found.items():
        places.setdefault(_place(claim_id), []).append(holds)
    return [np.array(own) for own in places.values()]


def share(sample: list[NDArray[np.bool_]]) -> float:
    """The share of true values in all arrays."""
    return float(np.concatenate(sample).mean())


def overlap_interval(sums: Sequence[Overlap], score: Callable[[Overlap], float]) -> tuple[float, float]:
    """The interval of a score of the matching of two lists, given its sums per paragraph."""
    return bootstrap(sums, lambda sample: score(total(sample)))


def placed(claim_id: str | int, segment_id: str, text: str) -> PlacedClaim:
    """A claim with the paragraph of its segment, as the matching expects it."""
    # Paragraphs of two documents are never one.
    return PlacedClaim(claim_id, _numbers()[_paragraphs()[segment_id]], text)


@cache
def _numbers() -> dict[Place, int]:
    return {place: number for number, place in enumerate(dict.fromkeys(_paragraphs().values()))}


def total(sums: Iterable[Overlap]) -> Overlap:
    """The sum over all paragraphs."""
    return sum(sums, Overlap(0, 0, 0.0, 0))


def single_field_scores(split: str | None = "test") -> list[tuple[str, int, float]]:
    """How well each other field alone predicts verifiability in the content layer: field, values, accuracy.

    Each value of the field gets the most frequent label of the claims that have it.
    """
    content = [claim for claim in claims_of(split) if claim["layer"] == "content"]
    found = []
    for field in PREDICTORS:
        labels: dict[Any, list[str]] = {}
        for claim in content:
            labels.setdefault(_value(claim, field), []).append(claim["verifiability"])
        right = sum(max(map(own.count, label_names("verifiability"))) for own in labels.values())
        found.append((field, len(labels), right / len(content) if content else 0.0))
    return found


PREDICTORS = (
    "",
    "speaker_id",
    "via",
    "mode",
    "setting",
    "kind",
    "stated_on",
    "stated_on_basis",
    "about_time",
    "check_worthy",
    "flags",
)
"""The fields of which each is asked what it alone says of verifiability; "" is no field."""


def _value(claim: Row, field: str) -> Any:
    return label_of(claim, field) if field else ""


@cache
def folders(split: str | None = None) -> tuple[DocumentFolder, ...]:
    """The folders of all documents, or of those of one split."""
    found = documents(home() / "records")
    if split is None:
        return tuple(found)
    return tuple(
        f for f in found if json.loads((f.path / "document.json").read_text("utf-8"))["split"] == split
    )


def _files(places: Iterable[Path], folder: str) -> Iterator[Path]:
    for place in places:
        yield from sorted((place / folder).glob("*.jsonl"))


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file; none where there is no such file."""
    if not file.is_file():
        return
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
