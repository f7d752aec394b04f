"""The task `extraction`: the claims that a paragraph makes."""

from collections.abc import Iterator, Mapping
from typing import Any

from onrecord.benchmark.tasks.declaration import Item, Tables, Task


def paragraph_id(document_id: str, paragraph: int) -> str:
    """The name of a paragraph, as reports show it."""
    return f"{document_id}/{paragraph}"


def _items(tables: Tables) -> Iterator[Item]:
    gold: dict[tuple[str, int], dict[str, str]] = {}
    layers: dict[str, str] = {}
    for claim in tables.claims:
        place = (claim["document_id"], tables.paragraph(claim))
        gold.setdefault(place, {})[claim["claim_id"]] = claim["text"]
        layers[claim["claim_id"]] = claim["layer"]
    glossed: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for segment in tables.segments.values():
        if segment["gloss"] is not None:
            glossed.setdefault((segment["document_id"], segment["paragraph"]), []).append(segment)
    for (document_id, paragraph), segments in glossed.items():
        given = {
            "document_id": document_id,
            "paragraph": paragraph,
            "glosses": [segment["gloss"] for segment in segments],
        }
        attributes = {"role": tuple(dict.fromkeys(segment["role"] for segment in segments))}
        expected = gold.get((document_id, paragraph), {})
        yield Item(
            paragraph_id(document_id, paragraph),
            document_id,
            paragraph,
            given,
            expected,
            attributes,
            {claim_id: layers[claim_id] for claim_id in expected},
        )


TASK = Task(
    name="extraction",
    summary="Which claims does the paragraph make? One line per claim, each standing alone.",
    kind="claims",
    key="paragraph",
    inputs={
        "document_id": "the article",
        "paragraph": "the number of the paragraph",
        "glosses": "what each of its sentences says, in order",
    },
    primary="f1",
    items_of=_items,
)
