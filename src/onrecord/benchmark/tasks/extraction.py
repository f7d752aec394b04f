"""The task `extraction`: the claims that a paragraph makes."""

from collections.abc import Iterator

from onrecord.benchmark.tasks.declaration import Item, Tables, Task, words_of


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
    sentences: dict[tuple[str, int], list[str]] = {}
    roles: dict[tuple[str, int], dict[str, None]] = {}
    for segment in tables.segments.values():
        words = words_of(segment)
        if words is not None:
            place = (segment["document_id"], segment["paragraph"])
            sentences.setdefault(place, []).append(words)
            roles.setdefault(place, {})[segment["role"]] = None
    before: dict[str, list[str]] = {}
    for (document_id, paragraph), words_here in sentences.items():
        given = {
            "document_id": document_id,
            "paragraph": paragraph,
            "sentences": words_here,
            "context": before.get(document_id, []),
            **tables.about(document_id),
        }
        before[document_id] = words_here
        expected = gold.get((document_id, paragraph), {})
        yield Item(
            paragraph_id(document_id, paragraph),
            document_id,
            paragraph,
            given,
            expected,
            {"role": tuple(roles[document_id, paragraph])},
            {claim_id: layers[claim_id] for claim_id in expected},
            split=tables.split,
        )


TASK = Task(
    name="extraction",
    summary="Which claims does the paragraph make? One line per claim, each standing alone.",
    kind="claims",
    key="paragraph",
    inputs={
        "document_id": "the document",
        "paragraph": "the number of the paragraph",
        "sentences": "its sentences in order: their text where the dataset includes it, else a retelling",
        "context": "the sentences of the paragraph before it, none for the first",
        "title": "the document's title",
        "document_date": "the document's date",
    },
    primary="f1",
    items_of=_items,
)
