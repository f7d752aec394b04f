"""The task `verifiability`: whether public evidence could settle a claim."""

from collections.abc import Iterator

from onrecord.benchmark.tasks.claim_fields import CLAIM_FIELDS
from onrecord.benchmark.tasks.declaration import Answer, Gold, Item, Tables, Task
from onrecord.model.tables import label_names

_GOLD = Gold("claims", "verifiability")


def _items(tables: Tables) -> Iterator[Item]:
    # Without the speaker: whether the article or somebody else speaks nearly gives the label away. The date
    # of the document stays: the label is judged as of that day, and it is the same for all its claims.
    for claim in tables.claims:
        yield tables.claim_item(claim, tables.claim_inputs(claim), _GOLD)


def _labels(_: Tables) -> tuple[Answer, ...]:
    return label_names("verifiability")


TASK = Task(
    name="verifiability",
    summary="Could public evidence, in principle and as of the date, settle the claim?",
    kind="labels",
    key="claim_id",
    inputs={**CLAIM_FIELDS, "document_date": "the document's date, as of which the claim is judged"},
    primary="macro_f1_content",
    items_of=_items,
    labels_of=_labels,
    gold=_GOLD,
    fallbacks=("macro_f1", "accuracy"),
)
