"""The figures and names of generated prose, from the records, the schemas and the changelog.

Defines what each count in a sentence means and how it is written; `datasheet` and `croissant` place it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import metadata, version
from typing import Any

from onrecord.dataset.agreement import unanimous
from onrecord.dataset.crosswalk import targets
from onrecord.dataset.load import rows
from onrecord.model.paths import home
from onrecord.model.table_files import splits_of
from onrecord.reading.article import LONGEST_SHARED_RUN
from scripts.agreement import OWN_SPLITS
from scripts.annotators import extracted_labels, folders, held_out, last_labelling, read_lines, rounds

_IN_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_RELEASE = re.compile(r"^## \[(?P<version>[^]]+)\] - (?P<day>\d{4}-\d{2}-\d{2})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Release:
    """A version and its day of release in the changelog."""

    version: str
    day: date


@cache
def figures() -> dict[str, Any]:
    """Everything that a template may use: numbers, names, dates, and functions that format them."""
    claims, speakers, releases = rows("claims"), rows("speakers"), list(changelog_releases())
    documents = rows("documents")
    labelled = last_labelling()
    found = [len(own) / len(claims) for own in extracted_labels().values()]
    measured = [labelled.agreement(field).alpha for field in labelled.fields]
    alphas = [alpha for alpha in measured if alpha is not None]
    by_speaker = Counter(claim["speaker"] for claim in claims)
    return {
        "version": version("onrecord"),
        "last_major": f"{version('onrecord').partition('.')[0]}.0.0",
        "first_version": releases[-1].version,
        "released": in_full(released().day),
        "first_released": in_full(releases[-1].day),
        "publisher": enumeration([document["publisher"] for document in documents]),
        "dates": [in_full(document["date"]) for document in documents],
        **{table: len(rows(table)) for table in ("segments", "relations", "annotations")},
        "claims": len(claims),
        "documents": len(documents),
        "speakers": len(speakers),
        "annotators": len(labelled.labellings),
        "extractors": len(extracted_labels()),
        "labelling_rounds": sum(bool(one.labellings) for one in rounds()),
        "held_out": len(held_out()),
        "withdrawn": sum(len(document["withdrawn"]) for document in documents),
        "schemes": len(targets()),
        "adjudications": sum(1 for f in folders() for _ in read_lines(f.path / "adjudications.jsonl")),
        "duplicates": sum(segment["duplicate_of"] is not None for segment in rows("segments")),
        "null_times": sum(claim["about_time"] is None for claim in claims),
        "flagged": f"{sum(bool(claim['flags']) for claim in claims):,}",
        "own": own_splits(),
        "contrasts": len(rows("contrasts", split=None)),
        "own_extractors": len(extracted_labels(OWN_SPLITS[0])),
        "own_labellers": len(last_labelling(OWN_SPLITS[0]).labellings),
        "own_documents": sum(len(rows("documents", split=split)) for split in OWN_SPLITS),
        "splits": enumeration([f"`{split}`" for split in splits_of()]),
        "null_notes": sum(claim["note"] is None for claim in claims),
        "linked": sum(speaker["wikidata_id"] is not None for speaker in speakers),
        "unlinked": sum(speaker["wikidata_id"] is None for speaker in speakers),
        "persons": [speaker["name"] for speaker in speakers if speaker["type"] == "person"],
        "speaker_counts": enumeration([f"{name} {count:,}" for name, count in by_speaker.most_common()]),
        "found_alone": f"{min(found):.1%} to {max(found):.1%}",
        "alphas": [f"{found:.3f}" for found in (min(alphas), max(alphas))],
        "unanimous": unanimous(list(labelled.labels("verifiability").values())),
        "longest_run": LONGEST_SHARED_RUN,
        "many": many,
        "in_words": in_words,
        "tally": tally,
        "tallied": tallied,
    }


def own_splits() -> str:
    """The size of each split of documents that were written for the dataset, in a sentence."""
    return enumeration(
        [
            f"`{split}` has {many(len(rows('documents', split=split)), 'document')} with "
            f"{many(len(rows('segments', split=split)), 'segment')}, "
            f"{many(len(rows('claims', split=split)), 'claim')} and "
            f"{many(len(rows('annotations', split=split)), 'annotation')}"
            for split in OWN_SPLITS
        ]
    )


def changelog_releases() -> Iterator[Release]:
    """The releases in the changelog, newest first."""
    text = (home() / "CHANGELOG.md").read_text(encoding="utf-8")
    return (Release(found["version"], date.fromisoformat(found["day"])) for found in _RELEASE.finditer(text))


def released() -> Release:
    """The current version in the changelog. Ends the script where it has no entry with a day."""
    own = [release for release in changelog_releases() if release.version == version("onrecord")]
    if not own:
        raise SystemExit(f"CHANGELOG.md has no entry '## [{version('onrecord')}] - <day>'")
    return own[0]


def many(count: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: 'no claims', 'one claim', '211 claims'."""
    return f"{in_words(count)} {noun if count == 1 else plural or f'{noun}s'}"


def in_words(count: int) -> str:
    """A number up to twelve as a word, a larger one in digits."""
    return _IN_WORDS[count] if count < len(_IN_WORDS) else f"{count:,}"


def tally(table: str, field: str, layer: str | None = None) -> str:
    """How many rows have each label, the most frequent first: '2 `state` and 1 `event`'.

    `layer` counts only the claims of that layer.
    """
    found = _labels(table, field, layer).most_common()
    return enumeration([f"{count:,} `{label}`" for label, count in found])


def tallied(table: str, field: str, label: str) -> str:
    """How many rows have one label. Raises KeyError for a label that no row has."""
    return f"{dict(_labels(table, field))[label]:,}"


def enumeration(parts: Sequence[str]) -> str:
    """Parts as a list in a sentence: 'a', 'a and b', 'a, b and c'."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def in_full(day: date) -> str:
    """A day in words: 14 February 2024."""
    return f"{day.day} {day:%B %Y}"


def _labels(table: str, field: str, layer: str | None = None) -> Counter[str]:
    values = [row[field] for row in rows(table) if layer in (None, row.get("layer"))]
    return Counter(label for value in values for label in (value if isinstance(value, list) else [value]))


def bibtex() -> str:
    """How to cite this version: author and title from the package, the day from the changelog."""
    about, this = metadata("onrecord"), released()
    title = f"OnRecord: {about['Summary'].partition(':')[0]}"
    return "\n".join(
        [
            "@misc{onrecord,",
            f"  title = {{{title}}},",
            f"  author = {{{{{about['Author']}}}}},",
            f"  year = {{{this.day.year}}},",
            f"  version = {{{this.version}}}",
            "}",
        ]
    )
