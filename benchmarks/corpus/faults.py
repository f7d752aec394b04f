"""What can be wrong with a synthetic corpus: one fault in one record, with the one finding it must set off.

It has the kinds of fault and decides which document gets which. A document has one fault at most, so that no
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
    """A fault in a document's lines: the rule that must find it, and on which line of which table."""

    kind: str
    rule: str
    table: str
    line: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: the rule that forbids it, the table, and the change of one line.

    `change` gets the record and the one before it, and gives the line that stands in the record's place.
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
    """Resting on a segment that the document does not have."""
    lost = f"{record['document_id']}-s999"
    return line_of({**record, "segment_id": lost, "anchors": [{**record["anchors"][0], "segment_id": lost}]})


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
        # In relations: a claim whose id cannot be read may be any, so that references to claims go unchecked.
        "line cut short": Kind("broken-json", "relations", _cut_short),
        "byte not UTF-8": Kind("not-utf-8", "relations", _not_utf8),
        "key written twice": Kind("duplicate-key", "claims", _key_twice),
        "field missing": Kind("missing-field", "claims", _without_mode),
        "label misspelt": Kind("unknown-label", "claims", _with(kind="evnt")),
        "string for a list": Kind("wrong-type", "claims", _with(via="nobody")),
        "day that is none": Kind("impossible-date", "claims", _with(date="2031-02-30")),
        "evidence lost": Kind("evidence-missing", "claims", _with(**_NO_EVIDENCE)),
        "id of another claim": Kind("duplicate-id", "claims", _id_before),
        "segment unknown": Kind("unknown-segment", "claims", _elsewhere),
        "speaker unknown": Kind("unknown-speaker", "claims", _with(speaker_id="person-nobody")),
        "claim unknown": Kind("unknown-claim", "relations", _target_unknown),
        "anchor too long": Kind("anchor-outside-segment", "claims", _too_long),
        "interval reversed": Kind("reversed-interval", "claims", _with(about_time="2031-05/2031-02")),
        "said too late": Kind("stated-after-document", "claims", _with(stated_on="2099", **_EXPLICIT)),
        "date of another day": Kind("date-mismatch", "claims", _with(**_OTHER_DAY)),
    }
)
"""Every kind of fault, in the order in which documents get them."""

COPIED = "record copied to another shard"
"""A claim of document 0 that stands once more behind the claims of another document."""
CROSS_SHARD = (COPIED, "claim unknown", "day that is none")
"""One duplicate id, one reference that leads nowhere, one bad date: each in a shard of its own."""


@dataclass(frozen=True, slots=True)
class Share:
    """As many faulty records as `share` of the claims, spread evenly over the documents."""

    share: float = 0.0

    def count(self, contents: Contents) -> int:
        """How many faults the corpus has. Raises ValueError where it has not as many documents."""
        wanted = round(contents.claims * self.share)
        if wanted > contents.documents:
            raise ValueError(
                f"{wanted:,} faults need as many documents, and there are {contents.documents:,}: "
                f"the share may be {contents.documents / contents.claims:.3f} at most"
            )
        return wanted

    def kind_in(self, number: int, contents: Contents) -> str | None:
        """The kind of fault in a document, by its number; None where it has none."""
        count, documents = self.count(contents), contents.documents
        before, after = number * count // documents, (number + 1) * count // documents
        return tuple(KINDS)[before % len(KINDS)] if after > before else None


@dataclass(frozen=True, slots=True)
class CrossShard:
    """The three faults of CROSS_SHARD, a quarter, half and three quarters of the way through."""

    def count(self, contents: Contents) -> int:
        """Three. Raises ValueError where there are too few documents to keep them apart."""
        if contents.documents < len(CROSS_SHARD) + 1:
            raise ValueError(
                f"three faults in different shards need {len(CROSS_SHARD) + 1} documents or more"
            )
        return len(CROSS_SHARD)

    def kind_in(self, number: int, contents: Contents) -> str | None:
        """The kind of fault in a document, by its number; None where it has none."""
        step = contents.documents // (len(CROSS_SHARD) + 1)
        places = {step * (index + 1): kind for index, kind in enumerate(CROSS_SHARD)}
        return places.get(number)


Faults = Share | CrossShard
NO_FAULTS = Share(0.0)


def lines_of(made: Made) -> Lines:
    """A document's lines, table by table."""
    return {table: [line_of(record) for record in records] for table, records in made.tables.items()}


def plant(kind: str, made: Made, contents: Contents, number: int) -> tuple[Lines, Fault]:
    """A document's lines with one fault among them, and the fault; its line is counted in the document."""
    lines = lines_of(made)
    if kind == COPIED:
        lines["claims"].append(line_of(contents.document(0).tables["claims"][3]))
        return lines, Fault(kind, "duplicate-id", "claims", len(lines["claims"]))
    how = KINDS[kind]
    records = made.tables[how.table]
    # Neither the first nor the last: a lost end of a list leaves no gap, and the first has none before it.
    place = 1 + int(random.Random(f"{contents.seed} fault {number}").random() * (len(records) - 2))
    lines[how.table][place] = how.change(records[place], records[place - 1])
    return lines, Fault(kind, how.rule, how.table, place + 1)
