"""Make faults in a synthetic corpus: one fault in one record, with the one finding that it must cause.

Lists the kinds of fault and decides which document gets which. A document has at most one fault, so that no
fault hides another. `shards` writes the files.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from benchmarks.corpus.documents import Contents, Made
from benchmarks.corpus.speakers import Record

Lines = dict[str, list[bytes]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in a document's lines: the rule that must find it, and the table and line of the finding."""

    kind: str
    rule: str
    table: str
    line: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: the rule that forbids it, the table, and the change of one line.

    `change` takes the record and the record before it, and returns the line that replaces the record.
    """

    rule: str
    table: str
    change: Callable[[Record, Record], bytes]


def line_of(record: Record) -> bytes:
    """A record as its line in a file."""
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _with(**fields: object) -> Callable[[Record, Record], bytes]:
    return lambda record, _: line_of({**record, **fields})


def _elsewhere(record: Record, _: Record) -> bytes:
    """Refer to a segment that the document does not have."""
    absent = f"{record['document_id']}-s999"
    return line_of(
        {**record, "segment_id": absent, "anchors": [{**record["anchors"][0], "segment_id": absent}]}
    )


def _too_long(record: Record, _: Record) -> bytes:
    *others, last = record["anchors"]
    return line_of({**record, "anchors": [*others, {**last, "end": last["end"] + 5000}]})


def _cut_short(record: Record, _: Record) -> bytes:
    return line_of(record)[:60] + b"\n"


def _not_utf8(record: Record, _: Record) -> bytes:
    return line_of(record).replace(b"-c", b"\xff", 1)


def _key_twice(record: Record, _: Record) -> bytes:
    return line_of(record).replace(b"{", b'{"via": [], ', 1)


def _without_mode(record: Record, _: Record) -> bytes:
    return line_of({name: value for name, value in record.items() if name != "mode"})


def _id_before(record: Record, before: Record) -> bytes:
    return line_of({**record, "claim_id": before["claim_id"]})


def _target_unknown(record: Record, _: Record) -> bytes:
    return line_of({**record, "target_id": f"{record['target_id'][:-3]}999"})


_EXPLICIT: Record = {"stated_on_basis": "explicit"}
_NO_EVIDENCE: Record = {"verifiability": "verifiable", "evidence": [], "barriers": [], "check_worthy": True}
_OTHER_DAY: Record = {"date": "2030-12-31", "stated_on": "2030-12-01", "about_time": "2029", **_EXPLICIT}

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # In relations, because a claim with an unreadable id may be any claim: references would not be
        # checked.
        "truncated line": Kind("broken-json", "relations", _cut_short),
        "byte not UTF-8": Kind("not-utf-8", "relations", _not_utf8),
        "duplicate key": Kind("duplicate-key", "claims", _key_twice),
        "field missing": Kind("missing-field", "claims", _without_mode),
        "label misspelt": Kind("unknown-label", "claims", _with(kind="evnt")),
        "string instead of a list": Kind("wrong-type", "claims", _with(via="nobody")),
        "impossible date": Kind("impossible-date", "claims", _with(date="2031-02-30")),
        "evidence missing": Kind("evidence-missing", "claims", _with(**_NO_EVIDENCE)),
        "id of another claim": Kind("duplicate-id", "claims", _id_before),
        "segment unknown": Kind("unknown-segment", "claims", _elsewhere),
        "speaker unknown": Kind("unknown-speaker", "claims", _with(speaker_id="person-nobody")),
        "claim unknown": Kind("unknown-claim", "relations", _target_unknown),
        "anchor too long": Kind("anchor-outside-segment", "claims", _too_long),
        "interval reversed": Kind("reversed-interval", "claims", _with(about_time="2031-05/2031-02")),
        "stated after the document": Kind(
            "stated-after-document", "claims", _with(stated_on="2099", **_EXPLICIT)
        ),
        "date of another day": Kind("date-mismatch", "claims", _with(**_OTHER_DAY)),
    }
)
"""All kinds of fault, in the order in which documents get them."""

COPIED = "record copied to another shard"
"""A claim of document 0 that is repeated after the claims of another document."""
CROSS_SHARD = (COPIED, "claim unknown", "impossible date")
"""One duplicate id, one dangling reference and one impossible date, each in a different shard."""


@dataclass(frozen=True, slots=True)
class Share:
    """Faulty records, as many as this share of the claims, spread evenly over the documents."""

    share: float = 0.0

    def count(self, contents: Contents) -> int:
        """The number of faults of the corpus. Raises ValueError if it has fewer documents than that."""
        wanted = round(contents.claims * self.share)
        if wanted > contents.documents:
            raise ValueError(
                f"{wanted:,} faults need {wanted:,} documents, but the corpus has {contents.documents:,}: "
                f"the share may be at most {contents.documents / contents.claims:.3f}"
            )
        return wanted

    def kind_in(self, number: int, contents: Contents) -> str | None:
        """The kind of fault of the document with this number; None if it has no fault."""
        count, documents = self.count(contents), contents.documents
        before, after = number * count // documents, (number + 1) * count // documents
        return tuple(KINDS)[before % len(KINDS)] if after > before else None


@dataclass(frozen=True, slots=True)
class CrossShard:
    """The three faults of CROSS_SHARD, at a quarter, half and three quarters of the documents."""

    def count(self, contents: Contents) -> int:
        """Three. Raises ValueError if there are too few documents for different shards."""
        if contents.documents < len(CROSS_SHARD) + 1:
            raise ValueError(
                f"faults in {len(CROSS_SHARD)} shards need at least {len(CROSS_SHARD) + 1} documents, "
                f"but the corpus has {contents.documents}"
            )
        return len(CROSS_SHARD)

    def kind_in(self, number: int, contents: Contents) -> str | None:
        """The kind of fault of the document with this number; None if it has no fault."""
        step = contents.documents // (len(CROSS_SHARD) + 1)
        places = {step * (index + 1): kind for index, kind in enumerate(CROSS_SHARD)}
        return places.get(number)


Faults = Share | CrossShard
NO_FAULTS = Share(0.0)


def lines_of(made: Made) -> Lines:
    """The lines of a document by table."""
    return {table: [line_of(record) for record in records] for table, records in made.tables.items()}


def plant(kind: str, made: Made, contents: Contents, number: int) -> tuple[Lines, Fault]:
    """The lines of a document with one fault, and the fault; its line counts from the document's first."""
    lines = lines_of(made)
    if kind == COPIED:
        lines["claims"].append(line_of(contents.document(0).tables["claims"][3]))
        return lines, Fault(kind, "duplicate-id", "claims", len(lines["claims"]))
    how = KINDS[kind]
    records = made.tables[how.table]
    # Neither the first nor the last record: the first has none before it, and a missing last one leaves no
    # gap.
    place = 1 + int(random.Random(f"{contents.seed} fault {number}").random() * (len(records) - 2))
    lines[how.table][place] = how.change(records[place], records[place - 1])
    return lines, Fault(kind, how.rule, how.table, place + 1)
