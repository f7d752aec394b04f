"""The task `date`: the day or interval on which the speaker said it."""

from collections.abc import Iterator

from onrecord.benchmark.tasks.claim_fields import CLAIM_FIELDS
from onrecord.benchmark.tasks.declaration import Gold, Item, Tables, Task, is_own_voice

# What the article says in its own voice it says on its own date, so there is nothing to find.
_GOLD = Gold("claims", "stated_on", "stated_on_alternatives", without_own_voice=True)


def _items(tables: Tables) -> Iterator[Item]:
    for claim in tables.claims:
        if not is_own_voice(claim):
            yield tables.claim_item(claim, tables.claim_inputs(claim), _GOLD)


TASK = Task(
    name="date",
    summary="When did the speaker, who is not the article, say it? An EDTF string; '../1957-10-04' is some "
    "time up to that day.",
    kind="dates",
    key="claim_id",
    inputs=CLAIM_FIELDS,
    primary="exact_macro",
    items_of=_items,
    gold=_GOLD,
)
