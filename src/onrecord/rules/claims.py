"""Claims: where they are anchored, when they were said, who said and relayed them.

Checks claims against their document, and intervals in every table that has them.
"""

import re
from collections import Counter
from collections.abc import Iterator

from onrecord.exceptions import EdtfError, ReversedInterval
from onrecord.model import edtf
from onrecord.model.findings import quoted
from onrecord.model.tables import edtf_fields
from onrecord.reading.words import SENTENCE_END
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document
from onrecord.rules.messages import name_of

SENTENCES = {
    "claims": ("text", "note"),
    "segments": ("gloss",),
    "documents": ("quality",),
    "adjudications": ("reason",),
    "errata": ("rule",),
    "extraction_matches": ("reason",),
}
"""The fields that hold whole sentences, by table."""

_LAST = frozenset(".?!…")
ENDED = re.compile(SENTENCE_END)
"""Matches the end of a sentence."""


@check(
    "claims",
    "segments",
    summary="An anchor that extends beyond the segment that it names.",
    why="The segment's hash covers the anchor's text only inside the segment.",
    fix="Correct the offsets or the segment id. A claim that rests on two segments has two anchors.",
)
def anchor_outside_segment(document: Document) -> Iterator[Problem]:
    segments = document.by_id("segments", "start", "end", "sha256")
    for record in document.eligible("claims", "anchors"):
        for index, anchor in enumerate(record["anchors"]):
            segment = segments.get(anchor["segment_id"])
            if segment is None:
                continue
            start, end = segment["start"], segment["end"]
            if start <= anchor["start"] and anchor["end"] <= end:
                continue
            message = (
                f"anchors[{index}] is {anchor['start']} to {anchor['end']}, not inside {anchor['segment_id']}"
            )
            at = "start" if not start <= anchor["start"] < end else "end"
            yield Problem(record, message, ("anchors", index, at), f"within {start} to {end}")


@check(
    "claims",
    summary="Anchors of one claim that overlap, touch or are not in the order of the text.",
    why="Anchors are read in order and counted by length; two that touch are one.",
    fix="Order them by `start`, and join those that touch.",
)
def anchors_out_of_order(document: Document) -> Iterator[Problem]:
    for record in document.eligible("claims", "anchors"):
        before = None
        for index, anchor in enumerate(record["anchors"]):
            if before is not None and anchor["start"] <= before["end"]:
                start, end = anchor["start"], before["end"]
                message = f"anchors[{index}] starts at {start}, but the previous one ends at {end}"
                yield Problem(record, message, ("anchors", index, "start"), f"more than {end}")
                break
            before = anchor


@check(
    "claims",
    summary="A claim whose `segment_id` is not among the segments of its anchors.",
    why="The segment that a claim mainly rests on must be one of the segments that it is anchored in.",
    fix="Name one of the expected segments, or add an anchor in the segment named.",
)
def main_segment_unanchored(document: Document) -> Iterator[Problem]:
    for record in document.eligible("claims", "anchors", "segment_id"):
        anchored = [anchor["segment_id"] for anchor in record["anchors"]]
        if record["segment_id"] not in anchored:
            message = f"segment_id is {record['segment_id']}, where the claim has no anchor"
            yield Problem(record, message, ("segment_id",), " or ".join(dict.fromkeys(anchored)))


@check(
    "claims",
    "segments",
    "documents",
    summary="A claim that mainly rests on a segment without a gloss, in a document without its text.",
    why="A segment without a gloss says nothing, so nothing can be claimed in it. Only where the text is "
    "included may the gloss be missing.",
    fix="Write the segment's gloss, or name the segment that makes the claim.",
)
def claim_without_gloss(document: Document) -> Iterator[Problem]:
    if document.record is None or document.record["text_included"]:
        return
    segments = document.by_id("segments", "gloss")
    empty = {name for name, segment in segments.items() if segment["gloss"] is None}
    resting: dict[str, list[str]] = {}
    for record in document.eligible("claims", "anchors", "segment_id") if empty else ():
        if record["segment_id"] in empty:
            resting.setdefault(record["segment_id"], []).append(record["claim_id"])
    for segment_id, claims in resting.items():
        others = f" and {len(claims) - 1} more" if len(claims) > 1 else ""
        message = f"gloss is null, but {claims[0]}{others} mainly rests on the segment"
        yield Problem(segments[segment_id], message, ("gloss",), "what the segment says")


@check(
    "claims",
    "documents",
    summary="A claim whose date is not that of its document.",
    why="`date` is the day on which the document put the claim on record: the document's date.",
    fix="Write the document's date. If all claims agree on another date, correct the document.",
)
def date_mismatch(document: Document) -> Iterator[Problem]:
    dated = document.record
    claims = document.eligible("claims", "date")
    if dated is None or {claim["date"] for claim in claims} <= {dated["date"]}:
        return
    [(common, votes)] = Counter(str(claim["date"]) for claim in claims).most_common(1)
    if common != dated["date"] and votes == len(claims) > 1:
        message = f"date is {dated['date']}, but all claims are dated {common}"
        yield Problem(dated, message, ("date",), common)
        return
    for claim in claims:
        if claim["date"] != dated["date"]:
            message = f"date is {claim['date']}, but the document is dated {dated['date']}"
            yield Problem(claim, message, ("date",), dated["date"])


@check(
    summary="An interval that ends before it starts.",
    why="It contains no day.",
    fix="Write the earlier date first.",
)
def reversed_interval(document: Document) -> Iterator[Problem]:
    for table in document.tables:
        fields = edtf_fields(table)
        records = document.eligible(table, *(field.path[0] for field in fields)) if fields else ()
        # Checking the distinct values first is faster: hardly ever is one of them reversed.
        values = {value for field in fields for value in field.column(records)} if records else set()
        if not any(_reversed(value) for value in values if value and "/" in value):
            continue
        for record in records:
            for field in fields:
                for path, value in field.values(record):
                    start, slash, end = (value or "").partition("/")
                    if slash and (reason := _reversed(value)):
                        yield Problem(record, f"{name_of(path)} is {value}: {reason}", path, f"{end}/{start}")


@check(
    summary="A claim that was made after its document appeared, or an annotation that says so.",
    why="A document cannot report what has not been said yet.",
    fix="Correct `stated_on`: it must start on the document's date or earlier.",
)
def stated_after_document(document: Document) -> Iterator[Problem]:
    parent = next(iter(document.eligible("documents", "date")), None)
    for table in ("claims", "annotations"):
        records = document.eligible(table, "date", "stated_on")
        days = {record["date"] for record in records if "date" in record} | (
            {parent["date"]} if parent else set()
        )
        starts = {value: _first_day(value) for value in {record.get("stated_on") for record in records}}
        # Hardly ever does one of them start after the earliest date.
        if not days or max(starts.values(), default="") <= min(days):
            continue
        for record in records:
            dated = record if "date" in record else parent
            if dated and starts[record.get("stated_on")] > (day := dated["date"]):
                message = f"stated_on is {record['stated_on']}, after the document's date"
                yield Problem(record, message, ("stated_on",), f"{day} or earlier")
    for record in document.eligible("claims", "date", "stated_on_alternatives"):
        for index, value in enumerate(record["stated_on_alternatives"]):
            if _first_day(value) > record["date"]:
                path = ("stated_on_alternatives", index)
                message = f"{name_of(path)} is {value}, after the document's date"
                yield Problem(record, message, path, f"{record['date']} or earlier")


@check(
    "claims",
    summary="A claim of the kind `utterance` about a time after its document's date.",
    why="An utterance reports that something was said; the document cannot report that in advance.",
    fix="Correct `about_time`, or the kind: an announced speech is a prediction.",
)
def utterance_after_document(document: Document) -> Iterator[Problem]:
    for record in document.eligible("claims", "date", "about_time", "kind"):
        if record["kind"] != "utterance" or record["about_time"] is None:
            continue
        if _first_day(record["about_time"]) > (day := record["date"]):
            message = f"the utterance is dated {record['about_time']}, after the document's date"
            yield Problem(record, message, ("about_time",), f"{day} or earlier")


@check(
    "claims",
    summary="A claim whose speaker is also among those who relayed it.",
    why="`via` lists the voices between the article and the speaker, without the speaker.",
    fix="Remove the speaker from `via`.",
)
def speaker_in_via(document: Document) -> Iterator[Problem]:
    for record in document.eligible("claims", "speaker_id", "via"):
        speaker, via = record["speaker_id"], record["via"]
        if speaker in via:
            message = f"{speaker} is the speaker, but is also in via"
            yield Problem(record, message, ("via", via.index(speaker)), "only those who relayed it")


@check(
    "claims",
    summary="An alternative of a claim that is the main answer again.",
    why="Alternatives are other answers that a careful reader could defend. A score counts them as right.",
    fix="Remove the alternative, or write the other answer.",
)
def alternative_repeats_answer(document: Document) -> Iterator[Problem]:
    for record in document.eligible("claims", "speaker_id", "speaker_alternatives"):
        speaker, others = record["speaker_id"], record["speaker_alternatives"]
        if speaker in others:
            message = f"{speaker} is the speaker, and an alternative to it"
            yield Problem(record, message, ("speaker_alternatives", others.index(speaker)), "another speaker")
    for record in document.eligible("claims", "stated_on", "stated_on_alternatives"):
        times = record["stated_on_alternatives"]
        # 2024-02 and 2024-02-01/2024-02-29 are one time.
        same = [index for index, time in enumerate(times) if _same_days(time, record["stated_on"])]
        if same:
            message = f"{times[same[0]]} means the same days as stated_on, {record['stated_on']}"
            yield Problem(record, message, ("stated_on_alternatives", same[0]), "another time")


@check(
    summary="A text, note, gloss, reason, rule or quality remark that does not end like a sentence.",
    why="These fields hold whole sentences. One without a full stop was most likely cut short.",
    fix="Complete the sentence, and end it with a full stop.",
)
def unfinished_sentence(document: Document) -> Iterator[Problem]:
    for table, names in SENTENCES.items():
        records = document.eligible(table, *names)
        # Most texts end in the character itself, and not in a quotation mark after it.
        if {(record[name] or ".")[-1] for name in names for record in records} <= _LAST:
            continue
        for record in records:
            for name in names:
                text = record[name]
                if text is not None and text[-1] not in _LAST and not ENDED.search(text):
                    message = f"{name} ends in {quoted(text[-20:])}"
                    yield Problem(
                        record, message, (name,), "a full stop, question or exclamation mark at the end"
                    )


def _same_days(one: str, other: str) -> bool:
    try:
        return edtf.bounds(one) == edtf.bounds(other)
    except EdtfError:
        return False


def _first_day(text: str | None) -> str:
    """The first day that an EDTF string admits; "" where there is none, or the string is wrong in itself."""
    try:
        return edtf.iso_bounds(text)[0] or ""
    except EdtfError:
        return ""


def _reversed(value: str | None) -> str | None:
    try:
        edtf.bounds(value)
    except ReversedInterval as error:
        return str(error)
    return None


CHECKS = (
    anchor_outside_segment,
    anchors_out_of_order,
    main_segment_unanchored,
    claim_without_gloss,
    date_mismatch,
    reversed_interval,
    stated_after_document,
    utterance_after_document,
    speaker_in_via,
    alternative_repeats_answer,
    unfinished_sentence,
)
