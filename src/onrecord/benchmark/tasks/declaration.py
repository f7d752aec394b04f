"""What a task of the benchmark is: its items with inputs and gold, the shape of a prediction, its metrics.

Owns the shape of a declaration; each task fills it in a module of its own name. How predictions are read,
checked and scored is for `scoring`.
"""

import gc
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from onrecord.dataset.load import Folder, iter_fields, iter_values
from onrecord.model.tables import Schema, load_schema

Kind = Literal["labels", "dates", "claims"]
Answer = str | bool | None

_UNASKED = frozenset({"anchors", "evidence", "barriers", "note", "sha256", "start", "end", "canary"})
"""Fields that no task asks or tells of; most of the time that a corpus takes to read would be theirs."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to answer: what a system is given, the answer that is expected, and where it comes from."""

    item_id: str
    document_id: str
    paragraph: int
    inputs: Mapping[str, Any]
    """What a system may see; its id comes first. Empty, as traits are, where the gold alone was asked for."""
    gold: Any
    """A label, an EDTF string, or for claims to be extracted a mapping of their ids to their texts."""
    traits: Mapping[str, tuple[str, ...]]
    """What the item can be grouped by when errors are looked at: `{"kind": ("event",), "flags": ()}`."""

    @property
    def cluster(self) -> tuple[str, int]:
        """The paragraph of the item: items that share it are not independent."""
        return (self.document_id, self.paragraph)


class Tables:
    """The rows that the items of a task are made of, each table read when it is asked for, and once."""

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

    def _by(self, key: str, table: str) -> Mapping[str, Mapping[str, Any]]:
        rows = iter_fields(table, _fields(table), self._data)
        return MappingProxyType({row[key]: row for row in rows})

    def paragraph(self, claim: Mapping[str, Any]) -> int:
        """The paragraph of the segment that a claim mainly rests on."""
        return int(self.segments[claim["segment_id"]]["paragraph"])


@dataclass(frozen=True, slots=True)
class Gold:
    """The field of a table that says what is expected of each of its rows."""

    table: str
    field: str
    needs: str | None = None
    """A field without which a row is no item."""


@dataclass(frozen=True, slots=True)
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
    """The metric that a result is known by."""
    items_of: Callable[[Tables], Iterator[Item]]
    labels_of: Callable[[Tables], tuple[Answer, ...]] | None = None
    """The labels to choose from; None where the answer is a date or a text."""
    gold: "Gold | None" = None
    """Where the gold is written; None where it has to be put together."""

    def primary_among(self, classes: Collection[str]) -> str:
        """The primary metric for items of these classes; of a single one accuracy alone says something."""
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


_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("held", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Read a folder's tables, and make the items of a task, once within the block and not at every call."""
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
    was_enabled = gc.isenabled()
    # Millions of small objects are made that all stay: to look for cycles among them, again and again as they
    # grow in number, would take half of the time.
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        # A corpus is let go when its score is known; another build may stand there by then.
        _held.reset(token)


def once(key: Hashable, make: Callable[[], _Made]) -> _Made:
    """What `make` gives, made only once within a block of `held`."""
    kept = _held.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    found: _Made = kept[key]
    return found


def tables(data: Folder | None = None) -> Tables:
    """The tables that tasks are made of; raises as `load.rows` does."""
    return _shipped_tables() if data is None else once(("tables", str(data)), lambda: Tables(data))


def _fields(table: str) -> list[str]:
    return [name for name in load_schema(table)["properties"] if name not in _UNASKED]


def bare_items(task: "Task", data: Folder) -> Iterator[Item]:
    """The items as `items_of` gives them, but for inputs and traits, of a task whose gold is a field."""
    gold = task.gold
    if gold is None:
        raise ValueError(f"the gold of {task.name} is no field")
    is_claim = gold.table == "claims"
    place = "segment_id" if is_claim else "paragraph"
    fields = [task.key, "document_id", place, gold.field, gold.needs or task.key]
    paragraphs = dict(iter_values("segments", ["segment_id", "paragraph"], data)) if is_claim else {}
    for item_id, document_id, stands, expected, needed in iter_values(gold.table, fields, data):
        if needed is not None:
            paragraph = paragraphs[stands] if is_claim else stands
            yield Item(item_id, document_id, paragraph, _NOTHING, expected, _NOTHING)


def claim_traits(claim: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What the items that are claims can be grouped by."""
    is_open = claim["stated_from"] is None or claim["stated_until"] is None
    return {
        "speaker": (claim["speaker"],),
        "kind": (claim["kind"],),
        "verifiability": (claim["verifiability"],),
        "flags": tuple(claim["flags"]) or ("none",),
        "stated_on": ("open" if is_open else "closed",),
    }
