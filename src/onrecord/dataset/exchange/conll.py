"""A token per line, for those who train taggers: CoNLL-U Plus, one sentence per segment, BIO tags per layer.

Columns are separated by tabs and named in the first line. START and END are the token's code points in the
text. CONTENT, ATTRIBUTION and BACKGROUND have the claims of a layer as BIO tags of their mode, such as
B-indirect_speech. Claims of one layer that share words cannot both be tagged: the column then has the one
that starts first, and of two that start together the longer one. CLAIMS has all of them: the number of each
claim that the token belongs to, with B at the start of an anchor and I inside it.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from onrecord.dataset.exchange.items import Export, ExportedDocument, Item
from onrecord.model.tables import label_names
from onrecord.reading.words import tokens

SUFFIX = ".conllup"
_NOTHING, _OUTSIDE, _CLAIM = "_", "O", "claim"

Span = tuple[int, int]


def files(export: Export) -> Iterator[tuple[str, str]]:
    """The files of an export: names and texts."""
    for document in export.documents:
        yield f"{document.document_id}{SUFFIX}", "".join(f"{line}\n" for line in _lines(document))


def columns() -> tuple[str, ...]:
    """The names of the columns."""
    return ("ID", "FORM", "START", "END", *(layer.upper() for layer in label_names("layer")), "CLAIMS")


def _lines(document: ExportedDocument) -> Iterator[str]:
    text = document.text or ""
    yield f"# global.columns = {' '.join(columns())}"
    yield f"# newdoc id = {document.document_id}"
    edges = {edge for item in document.items for span in item.spans for edge in span}
    tagged = {layer: _tagged(document.items, layer) for layer in label_names("layer")}
    for row in document.document.segments:
        start, end = row["start"], row["end"]
        yield f"# sent_id = {row['segment_id']}"
        yield f"# text = {text[start:end]}"
        for number, (first, last) in enumerate(_cut(text, start, end, edges), 1):
            tags = (_tag(tagged[layer], first, last) for layer in tagged)
            cells = (number, text[first:last], first, last, *tags, _claims(document.items, first, last))
            yield "\t".join(map(str, cells))
        yield ""


def _cut(text: str, start: int, end: int, edges: set[int]) -> Iterator[Span]:
    """The tokens of a segment, cut again where an anchor starts or ends, so that anchors are whole tokens."""
    for first, last in tokens(text[start:end]):
        inside = sorted(edge for edge in edges if start + first < edge < start + last)
        bounds = [start + first, *inside, start + last]
        yield from pairwise(bounds)


def _tagged(items: Sequence[Item], layer: str) -> list[tuple[Span, str]]:
    """The anchors of a layer that a BIO column can show, with the mode of their claim."""
    claims = [
        (item.spans, str(item.labels.get("mode", _CLAIM)))
        for item in items
        if item.labels.get("layer") == layer
    ]
    shown: list[tuple[Span, str]] = []
    for spans, mode in sorted(claims, key=lambda one: (one[0][0][0], -one[0][-1][1])):
        # All anchors of a claim or none, because a part of it would be another claim.
        if not any(start < other and end > begun for start, end in spans for (begun, other), _ in shown):
            shown += [(span, mode) for span in spans]
    return shown


def _tag(spans: Sequence[tuple[Span, str]], first: int, last: int) -> str:
    for (start, end), mode in spans:
        if start <= first and last <= end:
            return f"{'B' if start == first else 'I'}-{mode}"
    return _OUTSIDE


def _claims(items: Sequence[Item], first: int, last: int) -> str:
    found = [
        f"{item.claim_id.rpartition('-')[2]}:{'B' if start == first else 'I'}"
        for item in items
        for start, end in item.spans
        if start <= first and last <= end
    ]
    return "|".join(found) or _NOTHING
