"""Relations between claims: which are symmetric, and which kinds of claim they may start from."""

from collections.abc import Iterator

from onrecord.reading.located import Row  # noqa: TC001 - as in all modules of rules
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document

SYMMETRIC = frozenset({"restates", "contradicts"})
"""Relations that mean the same in both directions: only one of the two is recorded."""


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
    summary="A relation that is recorded twice, or in both directions although it is symmetric.",
    why="`restates` and `contradicts` are symmetric; every link is counted once.",
    fix="Delete one of the two.",
)
def repeated_relation(document: Document) -> Iterator[Problem]:
    first_with: dict[tuple[str, str, str], Row] = {}
    for record in document.eligible("relations"):
        source, target, kind = record["source_id"], record["target_id"], record["type"]
        first = first_with.setdefault((source, target, kind), record)
        if kind in SYMMETRIC and first is record:
            first = first_with.get((target, source, kind), record)
        if first is not record:
            how = "" if first["source_id"] == source else ", in the other direction"
            message = (
                f"{source} {kind} {target} is already recorded on line {document.place(first).line}{how}"
            )
            yield Problem(record, message, expected="every link once")


@check(
    "relations",
    "claims",
    summary="A `reports` relation that starts from a claim of a kind other than `utterance`.",
    why="It links 'A said that p' to 'p', so its source claims that something was said.",
    fix="Start from the utterance, give the claim the kind `utterance`, or choose another type.",
)
def reports_without_utterance(document: Document) -> Iterator[Problem]:
    claims = document.by_id("claims", "kind")
    for record in document.eligible("relations"):
        source = claims.get(record["source_id"]) if record["type"] == "reports" else None
        if source and source["kind"] != "utterance":
            message = f"{source['claim_id']} reports another claim, but its kind is {source['kind']}"
            yield Problem(record, message, ("source_id",), "a claim of kind utterance")


@check(
    "claims",
    "relations",
    summary="Two claims of one speaker in a document with the same text, and no `restates` between them.",
    why="The same proposition would be counted twice; a relation records that it was made again.",
    fix="Add a `restates` relation between the two, or delete one of the claims.",
)
def unmarked_restatement(document: Document) -> Iterator[Problem]:
    if not document.is_complete("relations"):
        return
    claims = document.eligible("claims", "claim_id", "text", "speaker_id")
    if len({(claim["speaker_id"], claim["text"]) for claim in claims}) == len(claims):
        return
    groups = _restating(document)
    first_with: dict[tuple[str, str], str] = {}
    for claim in claims:
        claim_id = claim["claim_id"]
        first = first_with.setdefault((claim["speaker_id"], claim["text"]), claim_id)
        if first != claim_id and groups.get(claim_id, claim_id) != groups.get(first, first):
            message = f"text and speaker are those of {first}, but no restates relation links the two"
            yield Problem(claim, message, ("text",), f"a restates relation to {first}")


def _restating(document: Document) -> dict[str, str]:
    """Each claim that `restates` links, directly or in a chain, with one claim for the whole chain."""
    found: dict[str, str] = {}
    for relation in document.rows("relations"):
        if relation["type"] == "restates":
            source: str = relation["source_id"]
            target: str = relation["target_id"]
            one, other = found.get(source, source), found.get(target, target)
            found |= {claim: one for claim, group in found.items() if group == other}
            found |= {source: one, target: one}
    return found


CHECKS = (self_relation, repeated_relation, reports_without_utterance, unmarked_restatement)
