"""Relations between claims, and speakers that nobody refers to.

Owns the meaning of the links: which are symmetric, which kinds of claim they may start from.
"""

from collections.abc import Iterator

from onrecord.model.findings import Finding, Rule
from onrecord.reading.located import Located, Row
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document

SYMMETRIC = frozenset({"restates", "contradicts"})
"""Relations that mean the same in both directions: only one of the two is written down."""


@check(
    "relations",
    summary="A relation from a claim to itself.",
    why="A claim trivially restates itself; such a row only distorts counts.",
    fix="Correct the id that is wrong, or delete the row.",
)
def self_relation(document: Document) -> Iterator[Problem]:
    for record in document.eligible("relations"):
        if record["source_id"] == record["target_id"]:
            message = f"{record['source_id']} {record['type']} itself"
            yield Problem(record, message, ("target_id",), "another claim")


@check(
    "relations",
    summary="A relation that is written down twice, or in both directions where one says it all.",
    why="`restates` and `contradicts` are symmetric; every link is counted once.",
    fix="Delete one of the two.",
)
def repeated_relation(document: Document) -> Iterator[Problem]:
    first_with: dict[tuple[str, str, str], Row] = {}
    for record in document.eligible("relations"):
        source, target, kind = (record[name] for name in ("source_id", "target_id", "type"))
        first = first_with.setdefault((source, target, kind), record)
        if kind in SYMMETRIC and first is record:
            first = first_with.get((target, source, kind), record)
        if first is not record:
            how = "" if first["source_id"] == source else ", in the other direction"
            message = (
                f"that {source} {kind} {target} is already said on line {document.place(first).line}{how}"
            )
            yield Problem(record, message, expected="every link once")


@check(
    "relations",
    "claims",
    summary="A `reports` relation that starts from a claim of another kind than `utterance`.",
    why="It joins 'A said that p' to 'p': what it starts from is that something was said.",
    fix="Start from the utterance, give the claim the kind `utterance`, or choose another type.",
)
def reports_without_utterance(document: Document) -> Iterator[Problem]:
    claims = document.by_id("claims", "kind")
    for record in document.eligible("relations"):
        source = claims.get(record["source_id"])
        if record["type"] == "reports" and source and source["kind"] != "utterance":
            message = f"{source['claim_id']} reports another claim, but its kind is {source['kind']}"
            yield Problem(record, message, ("source_id",), "a claim of kind utterance")


UNUSED_SPEAKER = Rule(
    "unused-speaker",
    3,
    "A speaker that no claim, relay chain or annotation names.",
    "It is a misspelt id or a leftover; lists of speakers would promise claims that are not there.",
    "Delete the speaker, or name it where it speaks.",
)


def unused_speaker(speaker: Located) -> Finding:
    """The finding about a speaker whom no document names."""
    message = f"nobody refers to the speaker {speaker.record_id}"
    return speaker.finding(UNUSED_SPEAKER, message, at=("speaker_id",))


CHECKS = (self_relation, repeated_relation, reports_without_utterance)
