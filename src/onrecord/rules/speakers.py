"""Speakers compared with each other: one entry per person, organisation or group, and no unused entry."""

from collections.abc import Iterator

from onrecord.model.findings import Finding, Rule
from onrecord.reading.located import Located, Row
from onrecord.reading.words import words
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document


@check(
    "speakers",
    summary="Two speakers with the same `wikidata_id`.",
    why="A Wikidata item is one person or organisation, whose claims would be counted as those of two.",
    fix="Merge the two speakers, or correct the wrong id.",
)
def shared_wikidata_id(document: Document) -> Iterator[Problem]:
    first_with: dict[str, Row] = {}
    for record in document.eligible("speakers", "speaker_id", "wikidata_id"):
        item = record["wikidata_id"]
        if item is None:
            continue
        first = first_with.setdefault(item, record)
        if first is not record:
            message = f"wikidata_id is {item}, which is also that of {first['speaker_id']}"
            yield Problem(
                record, message, ("wikidata_id",), "another item, null, or one speaker instead of two"
            )


@check(
    "speakers",
    summary="Two speakers with the same name and type.",
    why="They are most likely one speaker entered twice, and an answer with the other id counts as wrong.",
    fix="Merge them. If they are different, make the names differ, for example by a middle name or a place.",
)
def repeated_speaker(document: Document) -> Iterator[Problem]:
    first_with: dict[tuple[str, str], Row] = {}
    for record in document.eligible("speakers", "speaker_id", "wikidata_id", "name", "type"):
        first = first_with.setdefault((name_key(record["name"]), record["type"]), record)
        if first is not record:
            message = f"name and type are those of {first['speaker_id']}"
            yield Problem(record, message, ("name",), "a unique name, or one speaker instead of two")


def name_key(name: str) -> str:
    """The form of a name for comparison, without case, Unicode form and punctuation."""
    return " ".join(words(name))


UNUSED_SPEAKER = Rule(
    "unused-speaker",
    3,
    "A speaker that no claim, relay chain or annotation names.",
    "It is a misspelt id or a leftover; lists of speakers would include a speaker without claims.",
    "Delete the speaker, or name it in the records where it speaks.",
)


def unused_speaker(speaker: Located) -> Finding:
    """The finding about a speaker whom no document names."""
    message = f"no record refers to the speaker {speaker.record_id}"
    return speaker.finding(UNUSED_SPEAKER, message, at=("speaker_id",))


CHECKS = (shared_wikidata_id, repeated_speaker)
