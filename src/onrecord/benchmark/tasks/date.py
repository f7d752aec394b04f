"""The task `date`: the day or interval on which the speaker said it."""

from collections.abc import Iterator

from onrecord.benchmark.tasks.declaration import Gold, Item, Tables, Task


def _items(tables: Tables) -> Iterator[Item]:
    for claim in tables.claims:
        given = {
            "gloss": tables.segments[claim["segment_id"]]["gloss"],
            "text": claim["text"],
            "document_date": tables.documents[claim["document_id"]]["date"].isoformat(),
        }
        yield tables.claim_item(claim, given, claim["stated_on"])


TASK = Task(
    name="date",
    summary="When did the speaker say it? An EDTF string; '../1957-10-04' is some time up to that day.",
    kind="dates",
    key="claim_id",
    inputs={
        "claim_id": "the claim",
        "gloss": "what the sentence of the source says that the claim mainly rests on",
        "text": "the claim, standing alone",
        "document_date": "the dateline of the article",
    },
    primary="exact",
    items_of=_items,
    gold=Gold("claims", "stated_on"),
)
