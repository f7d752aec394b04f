"""Write docs/mutation.md: counts by table and kind of fault, and why the missed faults cannot be found.

The reasons are listed here. A missed fault that no reason covers makes `scripts.mutate` fail.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from onrecord.model.paths import home
from onrecord.model.tables import TABLES
from onrecord.reading.layouts import documents
from scripts.faults import Fault, Outcome
from scripts.markdown import paragraph, pipe_table

PAGE = home() / "docs" / "mutation.md"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a class of faults is not found."""

    name: str
    text: str
    covers: Callable[[Fault], bool]


def _fields(*names: str) -> frozenset[str]:
    return frozenset(names)


_OTHER_LABEL = _fields("another valid label", "extra label", "item missing", "empty list")
_OTHER_LINK = _fields("id of another record", "item missing", "empty list")
_OTHER_TIME = _fields(
    "date a day later",
    "date a hundred years later",
    "date turned into an open interval",
    "truncated date",
    "interval reversed",
    "null instead of a value",
    "value instead of null",
)
_OTHER_WORDS = _fields("word missing", "truncated text", "empty text")
_SETS = _fields(
    "claims.evidence",
    "claims.barriers",
    "claims.flags",
    "claims.phenomena",
    "claims.speaker_alternatives",
    "claims.stated_on_alternatives",
    "segments.phenomena",
    "speakers.aliases",
    "documents.withdrawn",
)
_JUDGED_ONCE = _fields(
    "claims.mode",
    "claims.setting",
    "claims.stated_on_basis",
    "claims.evidence",
    "claims.barriers",
    "claims.flags",
    "claims.phenomena",
    "segments.phenomena",
    "segments.role",
    "relations.type",
    "speakers.type",
    "documents.text_origin",
    "documents.split",
    "claims.layer",
)
_LINKS = _fields("relations.source_id", "relations.target_id", "claims.segment_id", "claims.via")
_KNOWN_OUTSIDE = _fields(
    "speakers.name",
    "speakers.description",
    "speakers.aliases",
    "speakers.wikidata_id",
    "documents.title",
    "documents.publisher",
    "documents.url",
    "documents.language",
    "documents.source_file",
    "documents.canary",
    "documents.quality",
)


@cache
def _adjudicated() -> frozenset[tuple[str, str]]:
    """The claim and field of each label that an adjudication decided."""
    folders = documents(home() / "records")
    rows = (record.value for folder in folders for record in folder.records("adjudications"))
    return frozenset((row["claim_id"], row["field"]) for row in rows)


def _place(fault: Fault) -> str:
    return f"{fault.table}.{fault.field}" if fault.field else fault.table


REASONS = (
    Reason(
        "order of a set",
        "Not an error: these lists are sets, so their order has no meaning.",
        lambda fault: fault.kind == "items reordered" and _place(fault) in _SETS,
    ),
    Reason(
        "another judgement",
        "The label is valid here, and no other record repeats it, so only a second reader of the article "
        "can see that it is wrong. Labels that annotators also give are compared with theirs.",
        lambda fault: fault.kind in _OTHER_LABEL and _place(fault) in _JUDGED_ONCE,
    ),
    Reason(
        "a label that was adjudicated",
        "The annotators disagree, so the claim may have any of their labels; the reason for the label that "
        "it has is prose in `adjudications.jsonl`.",
        lambda fault: fault.table == "claims" and (fault.record_id, fault.field) in _adjudicated(),
    ),
    Reason(
        "another time",
        "The time is possible, and no other field repeats it: only the article says when the event was.",
        lambda fault: _place(fault) == "claims.about_time" and fault.kind in _OTHER_TIME,
    ),
    Reason(
        "a link to another record",
        "The id belongs to another record that is valid in this field. Which claims are related, and who "
        "relayed a claim, is a judgement that only one record states.",
        lambda fault: fault.kind in _OTHER_LINK and _place(fault) in _LINKS,
    ),
    Reason(
        "a missing relation",
        "Relations are not counted anywhere: only the row says that two claims are related. A missing row "
        "changes the digest of its table and is reported when versions are compared.",
        lambda fault: fault.table == "relations" and fault.kind == "record missing",
    ),
    Reason(
        "a gloss next to the text",
        "A sentence that the dataset holds may have a gloss as well, and no other record says so.",
        lambda fault: _place(fault) == "segments.gloss" and fault.kind == "value instead of null",
    ),
    Reason(
        "whether an annotator found the claim",
        "Only a list of the annotator's own could say it, and an annotator who only labelled made none.",
        lambda fault: _place(fault) == "annotations.found" and fault.kind == "value instead of null",
    ),
    Reason(
        "other words",
        "The text was written for the dataset and is still a sentence; no other record says what it should "
        "be.",
        lambda fault: fault.kind in _OTHER_WORDS,
    ),
    Reason(
        "a gloss that no claim needs",
        "A segment that says nothing has no gloss; a gloss is required only where a claim mainly rests on "
        "the segment.",
        lambda fault: _place(fault) == "segments.gloss" and fault.kind == "null instead of a value",
    ),
    Reason(
        "a shorter or different span",
        "The anchor still covers whole words of its segment, or the claim still has another anchor. Which "
        "words carry a claim is a judgement that only one record states.",
        lambda fault: _place(fault) == "claims.anchors",
    ),
    Reason(
        "facts about the world",
        "A name, an address or a code in a valid format that no other record repeats. A `source_file` that "
        "does not exist is reported in the summary, which says that the source checks were not run.",
        lambda fault: _place(fault) in _KNOWN_OUTSIDE,
    ),
)


def reason(fault: Fault) -> Reason | None:
    """Why validation cannot find a fault; None where it should have found it."""
    return next((reason for reason in REASONS if reason.covers(fault)), None)


def write(outcomes: Sequence[Outcome]) -> None:
    """Write the page for a run that tried every fault."""
    PAGE.write_text("".join(f"{line}\n" for line in _page(outcomes)), encoding="utf-8", newline="\n")


def _page(outcomes: Sequence[Outcome]) -> Iterator[str]:
    found = sum(bool(outcome.rules) for outcome in outcomes)
    yield "<!-- Written by `python -m scripts.mutate`. Edit scripts/mutation_page.py. -->"
    yield ""
    yield "# Mutation report"
    yield ""
    yield paragraph(
        "Does validation find a single wrong edit? Every kind of error is made in every field of the records "
        "of the first article, one at a time. After each edit the whole folder is validated at all four "
        "levels, with the article available, and the edit is undone."
    )
    yield ""
    yield "```sh"
    yield "python -m scripts.mutate"
    yield "```"
    yield ""
    yield f"**{found:,} of {len(outcomes):,} errors are found ({_share(found, len(outcomes))}).**"
    yield "The others are listed at the end, with the reason why no check can find them."
    yield ""
    yield paragraph(
        "*Record* is the share of the found errors with a finding on the line of the wrong record, *field* "
        "the share with a finding that also names the field. Some errors are reported at another record: "
        "when an id is changed in `speakers.jsonl`, the claims that use it have an unknown speaker; when a "
        "record is missing, the references to it are unknown. *More* counts the errors with more than one "
        "finding."
    )
    yield ""
    yield "## By table"
    yield ""
    yield _table("table", TABLES, outcomes, lambda outcome: outcome.fault.table)
    yield ""
    yield "## By kind of error"
    yield ""
    kinds = sorted({outcome.fault.kind for outcome in outcomes})
    yield _table("kind", kinds, outcomes, lambda outcome: outcome.fault.kind)
    yield ""
    yield "## What was missed, and why"
    yield ""
    yield from _missed(outcomes)


def _table(
    head: str, names: Iterable[str], outcomes: Sequence[Outcome], name_of: Callable[[Outcome], str]
) -> str:
    grouped = defaultdict(list)
    for outcome in outcomes:
        grouped[name_of(outcome)].append(outcome)
    return pipe_table(
        (head, "made", "found", "share", "record", "field", "more"),
        ((name, *_counts(grouped[name])) for name in names),
    )


def _counts(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """The cells of a row: how many faults were made, how many were found, and where they were reported."""
    found = [outcome for outcome in outcomes if outcome.rules]
    return (
        f"{len(outcomes):,}",
        f"{len(found):,}",
        _share(len(found), len(outcomes)),
        _share(sum(outcome.is_record_found for outcome in found), len(found)),
        _share(sum(outcome.is_field_found for outcome in found), len(found)),
        f"{sum(len(outcome.rules) > 1 for outcome in found):,}",
    )


def _missed(outcomes: Sequence[Outcome]) -> Iterator[str]:
    missed = [outcome.fault for outcome in outcomes if not outcome.rules]
    by_reason = defaultdict(list)
    for fault in missed:
        why = reason(fault)
        by_reason[why.name if why else "not explained"].append(fault)
    for why in REASONS:
        faults = by_reason[why.name]
        if not faults:
            continue
        places = Counter(_place(fault) for fault in faults)
        counts = ", ".join(f"`{place}` {number:,}" for place, number in places.most_common())
        yield paragraph(f"**{why.name}** ({len(faults):,}): {why.text} {counts}.")
        yield ""
    if by_reason["not explained"]:
        yield f"**not explained** ({len(by_reason['not explained']):,})"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
