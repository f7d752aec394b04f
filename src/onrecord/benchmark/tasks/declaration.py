"""What a task of the benchmark is: its items with inputs and gold, the shape of a prediction, its metrics.

Each task fills in a `Task` in a module of its own name. Reading, checking and scoring predictions is for the
modules of `benchmark`.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from onrecord.dataset.load import Folder, iter_fields, iter_rows, iter_values
from onrecord.execution.garbage import without_collection
from onrecord.model.short_repr import ShortRepr
from onrecord.model.tables import Schema, load_schema

Kind = Literal["labels", "dates", "claims", "pairs"]
Answer = str | bool | None

_UNUSED_FIELDS = frozenset({"anchors", "evidence", "barriers", "note", "sha256", "start", "end", "canary"})
"""Fields that no task needs; in a corpus they would take most of the time for reading."""
_EMPTY: Mapping[str, Any] = MappingProxyType({})
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, repr=False)
class Item(ShortRepr):
    """One question of a task: what a system is given, the expected answer, and where it comes from."""

    item_id: str
    document_id: str
    paragraph: int
    inputs: Mapping[str, Any]
    """What a system may see, its id first. Empty, like `attributes`, where only the gold was asked for."""
    gold: Any
    """A label, an EDTF string, or for claims to be extracted a mapping of their ids to their texts."""
    attributes: Mapping[str, tuple[str, ...]]
    """What errors can be grouped by: `{"kind": ("event",), "flags": ()}`."""
    layers: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """The layer of each claim to be extracted."""

    @property
    def cluster(self) -> tuple[str, int]:
        """The paragraph of the item: items that share it are not independent."""
        return (self.document_id, self.paragraph)


class Tables:
    """The rows that the items of a task are made of. Each table is read on first use, and once."""

    def __init__(self, data: Folder | None) -> None:
        self._data = data

    @cached_property
    def claims(self) -> tuple[Mapping[str, Any], ...]:
        """The claims in order."""
        return tuple(iter_fields("claims", _fields("claims"), self._data))

    @cached_property
    def segments(self) -> Mapping[str, Mapping[str, Any]]:
        """The segments by id."""
        return self._by("segment_id", "segments")

    @cached_property
    def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """The documents by id."""
        return self._by("document_id", "documents")

    @cached_property
    def speakers(self) -> Mapping[str, Mapping[str, Any]]:
        """The speakers by id."""
        return self._by("speaker_id", "speakers")

    @cached_property
    def contrasts(self) -> tuple[Mapping[str, Any], ...]:
        """The contrast pairs of all splits, in order; none where there is no such table."""
        try:
            return tuple(iter_rows("contrasts", self._data, split=None))
        except FileNotFoundError:
            return ()

    def _by(self, key: str, table: str) -> Mapping[str, Mapping[str, Any]]:
        rows = iter_fields(table, _fields(table), self._data)
        return MappingProxyType({row[key]: row for row in rows})

    def paragraph(self, claim: Mapping[str, Any]) -> int:
        """The paragraph of the segment that a claim mainly rests on."""
        return int(self.segments[claim["segment_id"]]["paragraph"])

    def claim_item(self, claim: Mapping[str, Any], inputs: Mapping[str, Any], gold: Answer) -> Item:
        """The item of a task about claims; the inputs start with the claim's id."""
        claim_id = claim["claim_id"]
        inputs = {"claim_id": claim_id, **inputs}
        return Item(
            claim_id, claim["document_id"], self.paragraph(claim), inputs, gold, claim_attributes(claim)
        )


@dataclass(frozen=True, slots=True)
class Gold:
    """The field of a table that holds the expected answer to each of its rows."""

    table: str
    field: str
    needs: str | None = None
    """A field without which a row is not an item."""


@dataclass(frozen=True, slots=True, repr=False)
class Task:
    """A task: where its items come from, what an answer looks like, and how answers are counted."""

    name: str
    summary: str
    kind: Kind
    key: str
    """The field that names an item in inputs and predictions."""
    inputs: Mapping[str, str]
    """Each field that a system is given, with its meaning."""
    primary: str
    """The primary metric."""
    items_of: Callable[[Tables], Iterator[Item]]
    labels_of: Callable[[Tables], tuple[Answer, ...]] | None = None
    """The labels to choose from; None where the answer is a date or a text."""
    gold: "Gold | None" = None
    """The field that holds the gold; None where the gold is collected from several rows."""

    def __repr__(self) -> str:
        return f"<Task {self.name}>"

    def primary_among(self, classes: Collection[str]) -> str:
        """The primary metric for items of these classes: accuracy where there is only one class."""
        return "accuracy" if self.kind == "labels" and len(classes) < 2 else self.primary

    @property
    def schema_name(self) -> str:
        """The name of the JSON Schema of one line of predictions, as `onrecord schema` takes it."""
        return f"predictions-{self.name}"

    @property
    def schema(self) -> Schema:
        """The JSON Schema of one line of predictions."""
        return load_schema(self.schema_name)


@cache
def _shipped_tables() -> Tables:
    return Tables(None)


_cache: ContextVar[dict[Hashable, Any] | None] = ContextVar("cache", default=None)


@contextmanager
def caching_scope() -> Iterator[None]:
    """Within the block, read a folder's tables and make the items of a task once, not at every call."""
    if _cache.get() is not None:
        yield
        return
    token = _cache.set({})
    try:
        # The block makes millions of small objects that all stay.
        with without_collection():
            yield
    finally:
        # Afterwards another build may stand in the same folder.
        _cache.reset(token)


def cached(key: Hashable, make: Callable[[], _Value]) -> _Value:
    """The value that `make` returns; called once per key within a `caching_scope`."""
    values = _cache.get()
    if values is None:
        return make()
    if key not in values:
        values[key] = make()
    found: _Value = values[key]
    return found


def tables(data: Folder | None = None) -> Tables:
    """The tables that tasks are made of; raises as `load.rows` does."""
    return _shipped_tables() if data is None else cached(("tables", str(data)), lambda: Tables(data))


def _fields(table: str) -> list[str]:
    return [name for name in load_schema(table)["properties"] if name not in _UNUSED_FIELDS]


def read_gold_items(task: "Task", data: Folder) -> Iterator[Item]:
    """The items without inputs and attributes, for a task whose gold is one field of a table."""
    gold = task.gold
    if gold is None:
        raise ValueError(f"the gold of {task.name} is not one field of a table")
    is_claim = gold.table == "claims"
    place = "segment_id" if is_claim else "paragraph"
    fields = [task.key, "document_id", place, gold.field, gold.needs or task.key]
    paragraphs = dict(iter_values("segments", ["segment_id", "paragraph"], data)) if is_claim else {}
    for item_id, document_id, stands, expected, needed in iter_values(gold.table, fields, data):
        if needed is not None:
            paragraph = paragraphs[stands] if is_claim else stands
            yield Item(item_id, document_id, paragraph, _EMPTY, expected, _EMPTY)


def claim_attributes(claim: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What items that are claims can be grouped by."""
    is_open = claim["stated_from"] is None or claim["stated_until"] is None
    return {
        "layer": (claim["layer"],),
        "speaker": (claim["speaker"],),
        "kind": (claim["kind"],),
        "verifiability": (claim["verifiability"],),
        "flags": tuple(claim["flags"]) or ("none",),
        "stated_on": ("open" if is_open else "closed",),
    }
