"""Make the speakers of a synthetic corpus from their numbers.

Decides which of them are newspapers, people and organisations; `documents` decides who speaks where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.corpus.wording import BODIES, FIRST_NAMES, LAST_NAMES, PAPERS, PLACE_ENDS, PLACE_STARTS

Record = dict[str, Any]

_CYCLE = 20
"""The first of every so many speakers is a newspaper."""


def speaker(number: int) -> Record:
    """The record of the speaker with this number, from 0."""
    kind, name = type_and_name(number)
    return {
        "speaker_id": speaker_id(number),
        # Numbered, because two speakers with one name and type would be one.
        "name": f"{name} {number}",
        "type": kind,
        "description": f"Synthetic: the {kind} with the number {number}.",
        "aliases": [name.split()[-1]] if number % 3 == 0 else [],
        "wikidata_id": None,
    }


def speaker_id(number: int) -> str:
    """The id of a speaker."""
    return f"{type_and_name(number)[0]}-{number:06d}"


def type_and_name(number: int) -> tuple[str, str]:
    """Type and name of a speaker."""
    if number % _CYCLE == 0:
        return "publication", f"The {place(number)} {PAPERS[number // _CYCLE % len(PAPERS)]}"
    if number % 5 == 0:
        kinds = tuple(BODIES)
        kind = kinds[number // 5 % len(kinds)]
        return kind, f"{place(number)} {BODIES[kind]}"
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    return "person", f"{first} {LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)]}"


def place(number: int) -> str:
    """The name of a town."""
    start, end = number % len(PLACE_STARTS), number // len(PLACE_STARTS) % len(PLACE_ENDS)
    return PLACE_STARTS[start] + PLACE_ENDS[end]


def newspapers(speakers: int) -> Sequence[int]:
    """The numbers of the newspapers among the speakers."""
    return range(0, speakers, _CYCLE)


@dataclass(frozen=True, slots=True)
class People(Sequence[int]):
    """The numbers of all other speakers, computed on access."""

    speakers: int

    def __len__(self) -> int:
        return self.speakers - len(newspapers(self.speakers))

    def __getitem__(self, index: Any) -> Any:
        return index // (_CYCLE - 1) * _CYCLE + index % (_CYCLE - 1) + 1
