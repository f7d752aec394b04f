"""The task `detection`: whether a sentence makes a claim at all."""

from collections.abc import Iterator

from onrecord.benchmark.tasks.declaration import Answer, Gold, Item, Tables, Task, words_of


def _items(tables: Tables) -> Iterator[Item]:
    for segment in tables.segments.values():
        words = words_of(segment)
        # A segment that says nothing has neither text nor gloss, and so no input.
        if words is not None:
            given = {
                "segment_id": segment["segment_id"],
                "sentence": words,
                "context": tables.context(segment["segment_id"]),
                **tables.about(segment["document_id"]),
            }
            yield Item(
                segment["segment_id"],
                segment["document_id"],
                segment["paragraph"],
                given,
                segment["has_claims"],
                {"role": (segment["role"],)},
                split=tables.split,
            )


def _labels(_: Tables) -> tuple[Answer, ...]:
    return (True, False)


TASK = Task(
    name="detection",
    summary="Does the sentence make a claim?",
    kind="labels",
    key="segment_id",
    inputs={
        "segment_id": "the sentence",
        "sentence": "its text where the dataset includes it, else a retelling",
        "context": "the two sentences before it, fewer at the start of the document",
        "title": "the document's title",
        "document_date": "the document's date",
    },
    primary="mcc",
    items_of=_items,
    labels_of=_labels,
    gold=Gold("segments", "has_claims"),
    fallbacks=("accuracy",),
)
