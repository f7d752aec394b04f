"""The words of docs/mutation.md: counts by table and kind of fault, and why what was missed cannot be known.

Owns the reasons. A fault that is missed and fits none of them makes `scripts.mutate` fail.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from onrecord.model.paths import home
from onrecord.model.tables import TABLES
from onrecord.reading.layouts import documents
from scripts.faults import Fault

if TYPE_CHECKING:
    from scripts.mutate import Outcome

PAGE = home() / "docs" / "mutation.md"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a class of faults goes unnoticed."""

    name: str
    text: str
    covers: Callable[[Fault], bool]


def _fields(*names: str) -> frozenset[str]:
    return frozenset(names)


_OTHER_LABEL = _fields("another label", "label too many", "item lost", "list emptied")
_OTHER_RECORD = _fields("id of another record")
_OTHER_TIME = _fields(
    "date a day later",
    "date a hundred years later",
    "date made an open interval",
    "date cut short",
    "interval reversed",
    "value lost (null)",
    "value where null belongs",
)
_OTHER_WORDS = _fields("word lost", "text cut short", "text emptied")
_SETS = _fields(
    "claims.evidence", "claims.barriers", "claims.flags", "speakers.aliases", "documents.withdrawn"
)
_JUDGED_ONCE = _fields(
    "claims.mode",
    "claims.setting",
    "claims.stated_on_basis",
    "claims.evidence",
    "claims.barriers",
    "claims.flags",
    "segments.role",
    "relations.type",
    "speakers.type",
    "documents.text_origin",
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
    """The claims and labels that an adjudication decides."""
    folders = documents(home() / "records")
    rows = (record.value for folder in folders for record in folder.records("adjudications"))
    return frozenset((row["claim_id"], row["field"]) for row in rows)


def _place(fault: Fault) -> str:
    return f"{fault.table}.{fault.field}" if fault.field else fault.table


REASONS = (
    Reason(
        "order of a set",
        "No fault: these lists are sets, and their order says nothing.",
        lambda fault: fault.kind == "items in another order" and _place(fault) in _SETS,
    ),
    Reason(
        "another judgement",
        "The label is allowed here and is given nowhere else; only a second reader of the article "
        "can tell that it "
        "is wrong. The labels that annotators give as well are compared with theirs.",
        lambda fault: fault.kind in _OTHER_LABEL and _place(fault) in _JUDGED_ONCE,
    ),
    Reason(
        "a label that was adjudicated",
        "The annotators disagree, so that the claim may have any of the labels; the reason for the "
        "one it has is "
        "prose in `adjudications.jsonl`.",
        lambda fault: fault.table == "claims" and (fault.record_id, fault.field) in _adjudicated(),
    ),
    Reason(
        "another time",
        "A possible time that no other field repeats: when the event was, the article alone can tell.",
        lambda fault: _place(fault) == "claims.about_time" and fault.kind in _OTHER_TIME,
    ),
    Reason(
        "a link to another record",
        "The id is that of a real record that may stand here. Which claims are related, and through "
        "whom one came, "
        "is a judgement made once.",
        lambda fault: _place(fault) in _LINKS and fault.kind in (*_OTHER_RECORD, "item lost", "list emptied"),
    ),
    Reason(
        "a relation that is gone",
        "Nothing counts relations: that two claims are related is said by the row alone. A lost row changes "
        "the digest of its table, and shows when versions are compared.",
        lambda fault: fault.table == "relations" and fault.kind == "record lost",
    ),
    Reason(
        "other words",
        "The text is the dataset's own and is still a sentence; what it should say stands nowhere else.",
        lambda fault: fault.kind in _OTHER_WORDS,
    ),
    Reason(
        "a gloss that nothing rests on",
        "A segment may say nothing, and then has no gloss; one is needed where a claim mainly rests on it.",
        lambda fault: _place(fault) == "segments.gloss" and fault.kind == "value lost (null)",
    ),
    Reason(
        "a smaller or other span",
        "The anchor still covers whole words of its segment, or the claim still rests on another "
        "anchor; which words "
        "carry a claim is a judgement made once.",
        lambda fault: _place(fault) == "claims.anchors",
    ),
    Reason(
        "facts about the world",
        "A name, an address or a code in a possible form: no record repeats it. A `source_file` that "
        "is not there is "
        "told in the summary, which says that the source checks were not run.",
        lambda fault: _place(fault) in _KNOWN_OUTSIDE,
    ),
)


def reason(fault: Fault) -> Reason | None:
    """Why a fault can go unnoticed; None where it should have been found."""
    return next((reason for reason in REASONS if reason.covers(fault)), None)


def write(outcomes: "Sequence[Outcome]") -> None:
    """Write the page for a run that tried every fault."""
    PAGE.write_text("".join(f"{line}\n" for line in _page(outcomes)), encoding="utf-8", newline="\n")


def _page(outcomes: "Sequence[Outcome]") -> Iterator[str]:
    found = sum(bool(outcome.rules) for outcome in outcomes)
    yield "<!-- Written by `python -m scripts.mutate`. Edit scripts/mutation_page.py. -->"
    yield ""
    yield "# Mutation report"
    yield ""
    yield (
        "Does validation find a single wrong edit? Every kind of fault is made in every field of the "
        "shipped records, one at a time; "
        "the whole folder is validated at all four levels, article at hand, and the edit is undone."
    )
    yield ""
    yield "```sh"
    yield "python -m scripts.mutate"
    yield "```"
    yield ""
    yield f"**{found:,} of {len(outcomes):,} faults are found ({_share(found, len(outcomes))}).**"
    yield "The others are listed at the end, each class with the reason why no check can know of it."
    yield ""
    yield (
        "*Record* counts the faults with a finding on the line of the record that has the fault, "
        "*field* those where it names the field "
        "too, both as shares of what was found. A fault is told elsewhere when elsewhere is where it "
        "shows: an id that is changed in "
        "`speakers.jsonl` is unknown to the claims that use it, a lost record to those that refer to "
        "it. *More* counts the faults that "
        "set off more than one finding."
    )
    yield ""
    yield "## By table"
    yield ""
    yield from _table("table", TABLES, outcomes, lambda outcome: outcome.fault.table)
    yield ""
    yield "## By kind of fault"
    yield ""
    kinds = sorted({outcome.fault.kind for outcome in outcomes})
    yield from _table("kind", kinds, outcomes, lambda outcome: outcome.fault.kind)
    yield ""
    yield "## What was missed, and why"
    yield ""
    yield from _missed(outcomes)


def _table(
    head: str, names: Iterable[str], outcomes: "Sequence[Outcome]", name_of: "Callable[[Outcome], str]"
) -> Iterator[str]:
    yield f"| {head} | made | found | share | record | field | more |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    grouped = defaultdict(list)
    for outcome in outcomes:
        grouped[name_of(outcome)].append(outcome)
    for name in names:
        of_name = grouped[name]
        found = [outcome for outcome in of_name if outcome.rules]
        cells = (
            f"{len(of_name):,}",
            f"{len(found):,}",
            _share(len(found), len(of_name)),
            _share(sum(outcome.is_record_found for outcome in found), len(found)),
            _share(sum(outcome.is_field_found for outcome in found), len(found)),
            f"{sum(len(outcome.rules) > 1 for outcome in found):,}",
        )
        yield f"| {name} | {' | '.join(cells)} |"


def _missed(outcomes: "Sequence[Outcome]") -> Iterator[str]:
    missed = [outcome.fault for outcome in outcomes if not outcome.rules]
    by_reason = defaultdict(list)
    for fault in missed:
        why = reason(fault)
        by_reason[why.name if why else "not explained"].append(fault)
    for why in REASONS:
        faults = by_reason[why.name]
        if not faults:
            continue
        yield f"**{why.name}** ({len(faults):,}): {why.text}"
        places = Counter(_place(fault) for fault in faults)
        yield ", ".join(f"`{place}` {number:,}" for place, number in places.most_common()) + "."
        yield ""
    if by_reason["not explained"]:
        yield f"**not explained** ({len(by_reason['not explained']):,})"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
