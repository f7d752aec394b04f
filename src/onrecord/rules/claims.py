"""Claims: where they are anchored, when they were said, who said and relayed them.

Owns what a claim must agree with in its document, and intervals in every table that has them.
"""

import re
from collections import Counter
from collections.abc import Iterator

from onrecord.exceptions import EdtfError, ReversedInterval
from onrecord.model import edtf
from onrecord.model.findings import quoted
from onrecord.model.tables import edtf_fields
from onrecord.reading.records import Located
from onrecord.reading.words import SENTENCE_END
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document
from onrecord.rules.messages import name_of

SENTENCES = {
    "claims": ("text", "note"),
    "segments": ("gloss",),
    "documents": ("quality",),
    "adjudications": ("reason",),
    "extraction_matches": ("reason",),
}
"""The fields that hold whole sentences, by table."""

ENDED = re.compile(SENTENCE_END)
"""How a sentence ends."""


@check(
    "claims",
    "segments",
    summary="An anchor that reaches beyond the segment that it names.",
    why="The segment's hash vouches for the anchor's text only inside the segment.",
    mend="Correct the offsets or the segment's id; a claim that rests on two segments has two anchors.",
)
def anchor_outside_segment(document: Document) -> Iterator[Problem]:
    segments = document.by_id("segments", "start", "end", "sha256")
    for record in document.sound("claims", "anchors"):
        for index, anchor in enumerate(record.value["anchors"]):
            segment = segments.get(anchor["segment_id"])
            if segment is None:
                continue
            start, end = segment.value["start"], segment.value["end"]
            if start <= anchor["start"] and anchor["end"] <= end:
                continue
            message = (
                f"anchors[{index}] is {anchor['start']} to {anchor['end']}, not inside {segment.record_id}"
            )
            at = "start" if not start <= anchor["start"] < end else "end"
            yield Problem(record, message, ("anchors", index, at), f"within {start} to {end}")


@check(
    "claims",
    summary="Anchors of one claim that overlap, touch or are not in the order of the text.",
    why="Anchors are read in order and counted by length; two that touch are one.",
    mend="Order them by `start`, and join those that touch.",
)
def anchors_out_of_order(document: Document) -> Iterator[Problem]:
    for record in document.sound("claims", "anchors"):
        before = None
        for index, anchor in enumerate(record.value["anchors"]):
            if before is not None and anchor["start"] <= before["end"]:
                message = (
                    f"anchors[{index}] starts at {anchor['start']}, the one before it ends at {before['end']}"
                )
                yield Problem(record, message, ("anchors", index, "start"), f"more than {before['end']}")
                break
            before = anchor


@check(
    "claims",
    summary="A claim whose `segment_id` is not among the segments of its anchors.",
    why="The segment that a claim mainly rests on is one that it rests on at all.",
    mend="Name one of the segments given, or add an anchor in the segment named.",
)
def main_segment_unanchored(document: Document) -> Iterator[Problem]:
    for record in document.sound("claims", "anchors", "segment_id"):
        anchored = list(dict.fromkeys(anchor["segment_id"] for anchor in record.value["anchors"]))
        if record.value["segment_id"] not in anchored:
            message = f"segment_id is {record.value['segment_id']}, where the claim has no anchor"
            yield Problem(record, message, ("segment_id",), " or ".join(anchored))


@check(
    "claims",
    "segments",
    summary="A claim that mainly rests on a segment without a gloss.",
    why="A segment without a gloss says nothing, so nobody can have claimed anything in it.",
    mend="Write the segment's gloss, or name the segment that says it.",
)
def claim_without_gloss(document: Document) -> Iterator[Problem]:
    segments = document.by_id("segments", "gloss")
    resting: dict[str, list[str]] = {}
    for record in document.sound("claims", "anchors", "segment_id"):
        resting.setdefault(record.value["segment_id"], []).append(record.value["claim_id"])
    for segment_id, claims in resting.items():
        segment = segments.get(segment_id)
        if segment is not None and segment.value["gloss"] is None:
            others = f" and {len(claims) - 1} more" if len(claims) > 1 else ""
            message = f"gloss is null, but {claims[0]}{others} mainly rests on the segment"
            yield Problem(segment, message, ("gloss",), "what the segment says")


@check(
    "claims",
    "documents",
    summary="A claim with another date than its document.",
    why="`date` is the day the claim went on record through the document: the document's date.",
    mend="Write the document's date; if all claims agree against it, correct the document.",
)
def date_mismatch(document: Document) -> Iterator[Problem]:
    own = document.record
    claims = list(document.sound("claims", "date"))
    if own is None or not claims:
        return
    [(common, votes)] = Counter(str(claim.value["date"]) for claim in claims).most_common(1)
    if common != own.value["date"] and votes == len(claims) > 1:
        yield Problem(
            own, f"date is {own.value['date']}, but all claims are dated {common}", ("date",), common
        )
        return
    for claim in claims:
        if claim.value["date"] != own.value["date"]:
            message = f"date is {claim.value['date']}, but the document is dated {own.value['date']}"
            yield Problem(claim, message, ("date",), own.value["date"])


@check(
    summary="An interval that ends before it starts.",
    why="No day lies in it.",
    mend="Write the earlier date first.",
)
def reversed_interval(document: Document) -> Iterator[Problem]:
    for table in document.tables:
        fields = edtf_fields(table)
        for record in document.sound(table, *(field.path[0] for field in fields)) if fields else ():
            for field in fields:
                for path, value in field.values(record.value):
                    start, slash, end = (value or "").partition("/")
                    if slash and (reason := _reversed(value)):
                        yield Problem(record, f"{name_of(path)} is {value}: {reason}", path, f"{end}/{start}")


@check(
    summary="A claim that was said after its document appeared, or an annotation that says so.",
    why="A document cannot report what has not been said yet.",
    mend="Correct `stated_on`: it starts on the document's date at the latest.",
)
def stated_after_document(document: Document) -> Iterator[Problem]:
    owner = next(document.sound("documents", "date"), None)
    for table in ("claims", "annotations"):
        for record in document.sound(table, "date", "stated_on"):
            own = record if "date" in record.value else owner
            stated = _bounds(record, "stated_on")
            if own and stated and stated.lower and stated.lower.isoformat() > (day := own.value["date"]):
                message = f"stated_on is {record.value['stated_on']}, after the document's date"
                yield Problem(record, message, ("stated_on",), f"{day} or earlier")


@check(
    "claims",
    summary="A claim of kind utterance about a time after its document's date.",
    why="What an utterance is about is that something was said; the document cannot report it beforehand.",
    mend="Correct `about_time`, or the kind: an announced speech is a prediction.",
)
def utterance_after_document(document: Document) -> Iterator[Problem]:
    for record in document.sound("claims", "date", "about_time", "kind"):
        about, day = _bounds(record, "about_time"), record.value["date"]
        if record.value["kind"] == "utterance" and about and about.lower and about.lower.isoformat() > day:
            message = f"the utterance is dated {record.value['about_time']}, after the document's date"
            yield Problem(record, message, ("about_time",), f"{day} or earlier")


@check(
    "claims",
    summary="A claim whose speaker is also among those who relayed it.",
    why="`via` lists the voices between the article and the speaker, without the speaker.",
    mend="Take the speaker out of `via`.",
)
def speaker_in_via(document: Document) -> Iterator[Problem]:
    for record in document.sound("claims", "speaker_id", "via"):
        speaker, via = record.value["speaker_id"], record.value["via"]
        if speaker in via:
            message = f"{speaker} is the speaker, and in via as well"
            yield Problem(record, message, ("via", via.index(speaker)), "only those who relayed it")


@check(
    summary="A text, note, gloss, reason or remark on quality that does not end like a sentence.",
    why="These are whole sentences; one without its full stop was most likely cut short.",
    mend="Finish the sentence, and end it with a full stop.",
)
def unfinished_sentence(document: Document) -> Iterator[Problem]:
    for table, names in SENTENCES.items():
        for record in document.sound(table, *names):
            for name in names:
                text = record.value[name]
                if isinstance(text, str) and not ENDED.search(text):
                    message = f"{name} ends in {quoted(text[-20:])}"
                    yield Problem(
                        record, message, (name,), "a full stop, question or exclamation mark at the end"
                    )


def _bounds(record: Located, field: str) -> edtf.Bounds | None:
    try:
        return edtf.bounds(record.value[field])
    except EdtfError:
        return None


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
    unfinished_sentence,
)
