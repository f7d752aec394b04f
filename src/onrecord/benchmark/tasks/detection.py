"""The task `detection`: whether a sentence makes a claim at all."""

from collections.abc import Iterator

from onrecord.benchmark.tasks.declaration import Answer, Gold, Item, Tables, Task


def _items(tables: Tables) -> Iterator[Item]:
    for segment in tables.segments.values():
        # A segment that says nothing has no gloss, and so no input.
        if segment["gloss"] is not None:
            yield Item(
                segment["segment_id"],
                segment["document_id"],
                segment["paragraph"],
                {"segment_id": segment["segment_id"], "gloss": segment["gloss"]},
                segment["has_claims"],
                {"role": (segment["role"],)},
            )


def _labels(_: Tables) -> tuple[Answer, ...]:
    return (True, False)


TASK = Task(
    name="detection",
    summary="Does the sentence make a claim?",
    kind="labels",
    key="segment_id",
    inputs={"segment_id": "the sentence", "gloss": "what the sentence of the source says"},
    primary="mcc",
    items_of=_items,
    labels_of=_labels,
    gold=Gold("segments", "has_claims", needs="gloss"),
)
