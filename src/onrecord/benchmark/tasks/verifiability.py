"""The task `verifiability`: whether public evidence could settle a claim."""

from collections.abc import Iterator

from onrecord.benchmark.tasks.declaration import Answer, Gold, Item, Tables, Task
from onrecord.model.tables import label_names


def _items(tables: Tables) -> Iterator[Item]:
    for claim in tables.claims:
        given = {
            "text": claim["text"],
            "speaker": claim["speaker"],
            "date": claim["date"].isoformat(),
        }
        yield tables.claim_item(claim, given, claim["verifiability"])


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
