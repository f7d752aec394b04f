"""brat standoff: a .txt and a .ann file per document, and the annotation.conf that brat needs to show them.

A claim is a text-bound annotation over its anchors, of the type of its layer. Labels from closed sets are
attributes. brat has no attributes with free values, so times and relays are in the note that its dialog
edits, and the claim's id and text in notes that it shows. Offsets count code points, as brat's server does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.dataset.exchange.items import (
    LISTS,
    Export,
    ExportedDocument,
    Item,
    Returned,
    label_sets,
    pair_of,
)
from onrecord.dataset.exchange.json_files import files_in, read_text
from onrecord.exceptions import UnusableExchange
from onrecord.model.annotations import annotated_fields
from onrecord.model.tables import label_names
from onrecord.reading.files import display

CONFIGURATION = "annotation.conf"
_CLAIM = "claim"
"""The type of a claim without a label of its layer."""
_TYPE = "layer"
_BY_VALUE = ("verifiability", "kind", "mode", "setting", "speaker_id", "check_worthy")
"""The fields that are attributes with a value; each label of a list is an attribute of its own."""
_IN_NOTE = tuple(name for name in annotated_fields() if name not in (_TYPE, *_BY_VALUE, *label_sets()))
_ID, _TEXT, _REASON, _EDITED = "claim_id", "claim_text", "undecided", "AnnotatorNotes"
_PARTS = "; "
_LINE = re.compile(r"(?P<id>[A-Z#][^\t]*)\t(?P<type>\S+) (?P<rest>[^\t]*)(?:\t(?P<text>.*))?\Z")


def files(export: Export) -> Iterator[tuple[str, str]]:
    """The files of an export: names and texts."""
    yield CONFIGURATION, _configuration(export)
    for document in export.documents:
        yield f"{document.document_id}.txt", document.text or ""
        yield f"{document.document_id}.ann", "".join(f"{line}\n" for line in _lines(document))


def read(path: Path) -> Iterator[Returned]:
    """What each text-bound annotation of a .ann file, or of those in a folder, says of its claim.

    Raises UnusableExchange and OSError.
    """
    for file in files_in(path, (".ann",)):
        for one in _spans_of(file).values():
            yield one.returned()


def _configuration(export: Export) -> str:
    def with_values(name: str, values: Sequence[str]) -> str:
        return f"{name}\tArg:<ENTITY>, Value:{'|'.join(values)}"

    speakers = sorted(export.speakers)
    valued = [(name, speakers if name == "speaker_id" else label_sets()[name]) for name in _BY_VALUE]
    listed = [f"{name}_{label}" for name in _listed() for label in label_sets()[name]]
    parts = {
        "entities": [*label_names(_TYPE), _CLAIM],
        "relations": [f"{name}\tArg1:<ENTITY>, Arg2:<ENTITY>" for name in label_names("type", "relations")],
        "events": [],
        "attributes": [
            *(with_values(name, values) for name, values in valued if values),
            *(f"{name}\tArg:<ENTITY>" for name in listed),
        ],
    }
    return "\n".join(line for name, lines in parts.items() for line in (f"[{name}]", *lines, ""))


def _listed() -> list[str]:
    """The fields whose labels are attributes without a value."""
    return [name for name in label_sets() if name in LISTS]


def _lines(document: ExportedDocument) -> Iterator[str]:
    numbers = {item.claim_id: number for number, item in enumerate(document.items, 1)}
    attributes, notes = 0, 0
    for item in document.items:
        target = f"T{numbers[item.claim_id]}"
        yield _text_bound(target, item, document.text or "")
        for attribute in _attributes(item):
            attributes += 1
            yield f"A{attributes}\t{attribute.replace(' ', f' {target} ', 1)}".rstrip()
        for kind, text in _notes(item):
            notes += 1
            yield f"#{notes}\t{kind} {target}\t{text}"
    for number, row in enumerate(document.relations, 1):
        ends = f"Arg1:T{numbers[row['source_id']]} Arg2:T{numbers[row['target_id']]}"
        yield f"R{number}\t{row['type']} {ends}"


def _text_bound(target: str, item: Item, text: str) -> str:
    spans = ";".join(f"{start} {end}" for start, end in item.spans)
    words = " ".join(text[start:end] for start, end in item.spans)
    return f"{target}\t{item.labels.get(_TYPE, _CLAIM)} {spans}\t{words}"


def _attributes(item: Item) -> Iterator[str]:
    """Each attribute as its name, a blank and its value, if it has one."""
    for name, words in item.words():
        if name in _BY_VALUE:
            yield f"{name} {words[0]}"
        elif name in _listed():
            yield from (f"{name}_{word} " for word in words)


def _notes(item: Item) -> Iterator[tuple[str, str]]:
    yield _ID, item.claim_id
    yield _TEXT, item.claim["text"]
    # A label of a list is an id, which has no comma.
    if pairs := [f"{name}={','.join(words)}" for name, words in item.words() if name in _IN_NOTE]:
        yield _EDITED, _PARTS.join(pairs)
    for name, reason in item.undecided.items():
        yield _REASON, f"{name}: {reason}"


@dataclass(slots=True)
class _Span:
    """A text-bound annotation with what other lines say of it."""

    place: str
    type: str
    spans: list[tuple[int, int]]
    claim_id: str | None = None
    labels: dict[str, list[str]] = field(default_factory=dict)
    undecided: dict[str, str] = field(default_factory=dict)

    def returned(self) -> Returned:
        labels = dict(self.labels)
        if self.type != _CLAIM:
            labels[_TYPE] = [self.type]
        return Returned(self.place, self.claim_id, labels, self.spans, self.undecided)


def _spans_of(file: Path) -> Mapping[str, _Span]:
    # Only a line feed ends a line: a text may hold other characters that Python takes for line ends.
    lines = [line.removesuffix("\r") for line in read_text(file).split("\n")]
    found: dict[str, _Span] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith("T"):
            place = f"{display(file)}:{number}"
            match = _match(line, place)
            found[match["id"]] = _Span(place, match["type"], _parsed_spans(match["rest"], place))
    for number, line in enumerate(lines, 1):
        if line[:1] in ("A", "M", "#"):
            _add(line, f"{display(file)}:{number}", found)
    return found


def _match(line: str, place: str) -> re.Match[str]:
    match = _LINE.match(line)
    if match is None:
        raise UnusableExchange([f"{place}: found {line[:60]!r}, expected a line of brat's standoff format"])
    return match


def _parsed_spans(text: str, place: str) -> list[tuple[int, int]]:
    try:
        return [(int(start), int(end)) for start, end in (part.split(" ") for part in text.split(";"))]
    except ValueError:
        raise UnusableExchange([f"{place}: the span is {text!r}, expected START END[;START END]"]) from None


def _add(line: str, place: str, spans: Mapping[str, _Span]) -> None:
    """Add an attribute or a note to the annotation that it is about."""
    match = _match(line, place)
    target, _, value = match["rest"].partition(" ")
    if target not in spans:
        return
    span, name = spans[target], match["type"]
    if line.startswith("#"):
        _add_note(span, name, match["text"] or "")
    elif name in _BY_VALUE:
        span.labels[name] = [value]
    else:
        for listed in _listed():
            if name.startswith(f"{listed}_"):
                span.labels.setdefault(listed, []).append(name.removeprefix(f"{listed}_"))


def _add_note(span: _Span, kind: str, text: str) -> None:
    if kind == _ID:
        span.claim_id = text
    elif kind == _REASON:
        span.undecided.update(filter(None, [pair_of(text, ":")]))
    elif kind == _EDITED:
        for name, words in filter(None, map(pair_of, text.split(_PARTS.strip()))):
            span.labels[name] = [word.strip() for word in words.split(",")] if name in LISTS else [words]
