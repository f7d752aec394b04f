"""What a task of the benchmark is: its items with inputs and gold, the shape of a prediction, its metrics.

Each task fills in a `Task` in a module of its own name. Reading, checking and scoring predictions is for the
modules of `benchmark`.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from onrecord.dataset.load import Folder, iter_fields, iter_rows
from onrecord.execution.garbage import without_collection
from onrecord.model.findings import hint
from onrecord.model.short_repr import ShortRepr
from onrecord.model.table_files import SPLIT, splits_of
from onrecord.model.tables import SPLITS, Schema, load_schema

Kind = Literal["labels", "dates", "claims", "pairs"]
Answer = str | bool | None

ALL = "all"
"""All splits of a dataset together, wherever a split is asked for."""
CONTEXT = 2
"""The number of sentences before the first that a system is given."""

_UNUSED_FIELDS = frozenset({"evidence", "barriers", "note", "sha256", "start", "end", "canary", "withdrawn"})
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
    split: str = SPLIT
    alternatives: tuple[Answer, ...] = ()
    """Other answers that count as right."""
    layer: str | None = None
    """The layer of an item that is a claim."""
    is_own_voice: bool = False
    """Whether the item is a claim that the article makes in its own voice."""

    @property
    def cluster(self) -> tuple[str, int]:
        """The paragraph of the item: items that share it are not independent."""
        return (self.document_id, self.paragraph)


class Tables:
    """The rows of one split that the items of a task are made of, each table read on first use, and once."""

    def __init__(self, data: Folder | None, split: str = SPLIT) -> None:
        self._data = data
        self.split = split

    @cached_property
    def claims(self) -> tuple[Mapping[str, Any], ...]:
        """The claims in order."""
        return tuple(iter_fields("claims", _fields("claims"), self._data, split=self.split))

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
        """The contrast pairs in order; none where the split has no such table."""
        try:
            return tuple(iter_rows("contrasts", self._data, split=self.split))
        except FileNotFoundError:
            return ()

    @cached_property
    def _read_before(self) -> Mapping[str, tuple[str, ...]]:
        """The words of the sentences before each segment, by its id."""
        found: dict[str, tuple[str, ...]] = {}
        last: dict[str, tuple[str, ...]] = {}
        for segment_id, segment in self.segments.items():
            before = found[segment_id] = last.get(segment["document_id"], ())
            words = words_of(segment)
            if words is not None:
                last[segment["document_id"]] = (*before, words)[-CONTEXT:]
        return found

    def _by(self, key: str, table: str) -> Mapping[str, Mapping[str, Any]]:
        rows = iter_fields(table, _fields(table), self._data, split=self.split)
        return MappingProxyType({row[key]: row for row in rows})

    def paragraph(self, claim: Mapping[str, Any]) -> int:
        """The paragraph of the segment that a claim mainly rests on."""
        return int(self.segments[claim["segment_id"]]["paragraph"])

    def about(self, document_id: str) -> dict[str, str]:
        """The title and the date of a document, as inputs."""
        document = self.documents[document_id]
        return {"title": document["title"], "document_date": document["date"].isoformat()}

    def context(self, segment_id: str) -> list[str]:
        """The words of the two sentences before a segment, fewer at the start of the document."""
        return list(self._read_before[segment_id])

    def claim_inputs(self, claim: Mapping[str, Any]) -> dict[str, Any]:
        """What every task about a claim gives: its sentences, what comes before them, title and date."""
        named = {anchor["segment_id"] for anchor in claim["anchors"]} | {claim["segment_id"]}
        anchored = sorted((self.segments[name] for name in named), key=lambda row: int(row["position"]))
        return {
            "claim_id": claim["claim_id"],
            "text": claim["text"],
            "sentences": [words for row in anchored if (words := words_of(row)) is not None],
            "context": self.context(anchored[0]["segment_id"]),
            **self.about(claim["document_id"]),
        }

    def claim_item(self, claim: Mapping[str, Any], inputs: Mapping[str, Any], gold: "Gold") -> Item:
        """The item of a task about claims, its answers those of the fields that `gold` names."""
        return Item(
            claim["claim_id"],
            claim["document_id"],
            self.paragraph(claim),
            inputs,
            claim[gold.field],
            claim_attributes(claim),
            split=self.split,
            alternatives=tuple(claim[gold.alternatives]) if gold.alternatives else (),
            layer=claim["layer"],
            is_own_voice=is_own_voice(claim),
        )


def words_of(segment: Mapping[str, Any]) -> str | None:
    """The words of a sentence: its text where that is included, else its gloss; None where it has neither."""
    words: str | None = segment["text"] if segment["text"] is not None else segment["gloss"]
    return words


def is_own_voice(claim: Mapping[str, Any]) -> bool:
    """Whether the article makes the claim itself, rather than somebody whom it quotes or reports."""
    return bool(claim["mode"] == OWN_VOICE)


OWN_VOICE = "narration"
"""The mode of claims that the article makes in its own voice."""


@dataclass(frozen=True, slots=True)
class Gold:
    """The field of a table that holds the expected answer to each of its rows."""

    table: str
    field: str
    alternatives: str | None = None
    """The field with other answers that count as right."""
    without_own_voice: bool = False
    """Whether claims that the article makes in its own voice are no items."""


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
    fallbacks: tuple[str, ...] = ()
    """The primary metrics, in order, of a set for which the one before means nothing."""
    default_split: str = SPLIT
    """The split that is asked and scored unless another one is named."""

    def __repr__(self) -> str:
        return f"<Task {self.name}>"

    def split_or_default(self, split: str | None) -> str:
        """The split that is named, or that of the task where none is."""
        return self.default_split if split is None else split

    def primary_among(self, items: Sequence[Item]) -> str:
        """The primary metric for these items: the first that they define."""
        order = (self.primary, *self.fallbacks)
        return next((name for name in order if _is_defined(name, items)), order[-1])

    @property
    def schema_name(self) -> str:
        """The name of the JSON Schema of one line of predictions, as `onrecord schema` takes it."""
        return f"predictions-{self.name}"

    @property
    def schema(self) -> Schema:
        """The JSON Schema of one line of predictions."""
        return load_schema(self.schema_name)


def counts_for(metric: str, item: Item) -> bool:
    """Whether an item is one of those that a primary metric is about."""
    if metric == "macro_f1_content":
        return item.layer == "content"
    return metric != "accuracy_others" or not item.is_own_voice


def _is_defined(metric: str, items: Sequence[Item]) -> bool:
    """Whether a metric means anything on these items: a metric between classes needs two of them."""
    if metric == "accuracy_others":
        return any(counts_for(metric, item) for item in items)
    is_between = metric in ("macro_f1_content", "macro_f1", "mcc")
    return not is_between or len({item.gold for item in items if counts_for(metric, item)}) > 1


def splits_in(split: str, data: Folder | None = None) -> tuple[str, ...]:
    """The splits that a split asked for stands for: itself, or for `all` those of the dataset.

    Raises ValueError for an unknown one, naming those that exist.
    """
    if split == ALL:
        return splits_of(data)
    if split not in SPLITS:
        raise ValueError(f"there is no split {split!r}; {hint(split, (*SPLITS, ALL))}")
    return (split,)


@cache
def _shipped_tables(split: str) -> Tables:
    return Tables(None, split)


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


def tables(data: Folder | None = None, split: str = SPLIT) -> Tables:
    """The tables of one split that tasks are made of; raises as `load.rows` does."""
    if data is None:
        return _shipped_tables(split)
    return cached(("tables", str(data), split), lambda: Tables(data, split))


def _fields(table: str) -> list[str]:
    return [name for name in load_schema(table)["properties"] if name not in _UNUSED_FIELDS]


def claim_attributes(claim: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What items that are claims can be grouped by."""
    is_open = claim["stated_from"] is None or claim["stated_until"] is None
    return {
        "layer": (claim["layer"],),
        "voice": ("own_voice" if is_own_voice(claim) else "others",),
        "speaker": (claim["speaker"],),
        "kind": (claim["kind"],),
        "verifiability": (claim["verifiability"],),
        "flags": tuple(claim["flags"]) or ("none",),
        "stated_on": ("open" if is_open else "closed",),
    }
