"""The task `verifiability`: whether public evidence could settle a claim."""

from collections.abc import Iterator

from onrecord.benchmark.tasks.declaration import Answer, Gold, Item, Tables, Task, claim_attributes
from onrecord.model.tables import label_names


def _items(tables: Tables) -> Iterator[Item]:
    for claim in tables.claims:
        given = {
            "claim_id": claim["claim_id"],
            "text": claim["text"],
            "speaker": claim["speaker"],
            "date": claim["date"].isoformat(),
        }
        yield Item(
            claim["claim_id"],
            claim["document_id"],
            tables.paragraph(claim),
            given,
            claim["verifiability"],
            claim_attributes(claim),
        )


def _labels(_: Tables) -> tuple[Answer, ...]:
    return label_names("verifiability")


TASK = Task(
    name="verifiability",
    summary="Could public evidence, in principle and as of the date, settle the claim?",
    kind="labels",
    key="claim_id",
    inputs={
        "claim_id": "the claim",
        "text": "the claim, standing alone",
        "speaker": "the name of who puts it forward",
        "date": "the day on which it went on record",
    },
    primary="macro_f1",
    items_of=_items,
    labels_of=_labels,
    gold=Gold("claims", "verifiability"),
)
