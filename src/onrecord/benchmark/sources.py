"""What a document gives, so that a claim that gives more is seen to invent it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from onrecord.benchmark.tasks.declaration import Item
from onrecord.benchmark.wording import read_wording


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The words, numbers and years that a document gives."""

    stems: frozenset[str]
    """The stems of all its words."""
    numbers: frozenset[str]
    years: frozenset[str]
    """`year 2019`: those that it names, and that of its date with the years before and after, which a
    document calls 'last year' and 'next year'."""


def read_source(texts: Iterable[str], date: str) -> Source:
    """What a document gives in its title and sentences; its date is an ISO 8601 string."""
    return _read(tuple(texts), date)


@lru_cache(maxsize=4096)
def _read(texts: tuple[str, ...], date: str) -> Source:
    """The same texts as the same object, because likenesses are kept by it."""
    read = [read_wording(text) for text in texts]
    year = int(date[:4])
    return Source(
        frozenset(stem for wording in read for stem in wording.stems),
        frozenset(number for wording in read for number in wording.numbers),
        frozenset(year for wording in read for year in wording.years)
        | {f"year {near}" for near in (year - 1, year, year + 1)},
    )


def pair_source(inputs: Mapping[str, Any]) -> Source | None:
    """What one input of a contrast pair gives; None where it asks for no claims, which alone are compared."""
    if inputs["task"] != "extraction":
        return None
    return read_source([inputs["title"], *inputs["context"], *inputs["sentences"]], inputs["document_date"])


def document_sources(items: Iterable[Item]) -> dict[str, Source]:
    """What each document gives in all the paragraphs that are items of `extraction`, by its id."""
    texts: dict[str, list[str]] = {}
    dates: dict[str, str] = {}
    for item in items:
        texts.setdefault(item.document_id, [item.inputs["title"]]).extend(item.inputs["sentences"])
        dates[item.document_id] = item.inputs["document_date"]
    return {document_id: read_source(given, dates[document_id]) for document_id, given in texts.items()}
