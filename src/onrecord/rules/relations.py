"""Relations between claims, and speakers that nobody refers to.

Owns the meaning of the links: which are symmetric, which kinds of claim they may start from.
"""

from collections.abc import Iterable, Iterator

from onrecord.model.findings import Finding, Rule
from onrecord.reading.records import Located
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document

SYMMETRIC = frozenset({"restates", "contradicts"})
"""Relations that mean the same in both directions: only one of the two is written down."""


@check(
    "relations",
    summary="A relation from a claim to itself.",
    why="A claim trivially restates itself; such a row only distorts counts.",
    mend="Correct the id that is wrong, or delete the row.",
)
def self_relation(document: Document) -> Iterator[Problem]:
    for record in document.sound("relations"):
        if record.value["source_id"] == record.value["target_id"]:
            message = f"{record.value['source_id']} {record.value['type']} itself"
            yield Problem(record, message, ("target_id",), "another claim")


@check(
    "relations",
    summary="A relation that is written down twice, or in both directions where one says it all.",
    why="`restates` and `contradicts` are symmetric; every link is counted once.",
    mend="Delete one of the two.",
)
def repeated_relation(document: Document) -> Iterator[Problem]:
    first_with: dict[tuple[str, str, str], Located] = {}
    for record in document.sound("relations"):
        source, target, kind = (record.value[name] for name in ("source_id", "target_id", "type"))
        first = first_with.setdefault((source, target, kind), record)
        if kind in SYMMETRIC and first is record:
            first = first_with.get((target, source, kind), record)
        if first is not record:
            how = "" if first.value["source_id"] == source else ", in the other direction"
            message = f"that {source} {kind} {target} is already said on line {first.line}{how}"
            yield Problem(record, message, expected="every link once")


@check(
    "relations",
    "claims",
    summary="A `reports` relation that starts from a claim of another kind than `utterance`.",
    why="It joins 'A said that p' to 'p': what it starts from is that something was said.",
    mend="Start from the utterance, give the claim the kind `utterance`, or choose another type.",
)
def reports_without_utterance(document: Document) -> Iterator[Problem]:
    claims = document.by_id("claims", "kind")
    for record in document.sound("relations"):
        source = claims.get(record.value["source_id"])
        if record.value["type"] == "reports" and source and source.value["kind"] != "utterance":
            message = f"{source.record_id} reports another claim, but its kind is {source.value['kind']}"
            yield Problem(record, message, ("source_id",), "a claim of kind utterance")


UNUSED_SPEAKER = Rule(
    "unused-speaker",
    3,
    "A speaker that no claim, relay chain or annotation names.",
    "It is a misspelt id or a leftover; lists of speakers would promise claims that are not there.",
    "Delete the speaker, or name it where it speaks.",
)


def unused_speakers(speakers: Iterable[Located], used: "set[str]") -> Iterator[Finding]:
    """The speakers that are not used, once every document has been seen."""
    for record in speakers:
        if record.value["speaker_id"] not in used:
            message = f"nobody refers to the speaker {record.record_id}"
            yield record.finding(UNUSED_SPEAKER, message, at=("speaker_id",))


CHECKS = (self_relation, repeated_relation, reports_without_utterance)
