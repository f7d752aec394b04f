"""The task `speaker`: who puts a claim forward."""

from collections.abc import Iterator

from onrecord.benchmark.tasks.declaration import Answer, Gold, Item, Tables, Task

_CHOICE_FIELDS = ("speaker_id", "name", "aliases", "type")


def _items(tables: Tables) -> Iterator[Item]:
    # All speakers of the dataset: those of the document alone would be taken from the gold.
    choices = [{field: speaker[field] for field in _CHOICE_FIELDS} for speaker in tables.speakers.values()]
    for claim in tables.claims:
        given = {
            "gloss": tables.segments[claim["segment_id"]]["gloss"],
            "text": claim["text"],
            "choices": choices,
        }
        yield tables.claim_item(claim, given, claim["speaker_id"])


def _labels(tables: Tables) -> tuple[Answer, ...]:
    return tuple(tables.speakers)


TASK = Task(
    name="speaker",
    summary="Who puts the claim forward? The innermost one counts; the article's own voice is a speaker too.",
    kind="labels",
    key="claim_id",
    inputs={
        "claim_id": "the claim",
        "gloss": "what the sentence of the source says that the claim mainly rests on",
        "text": "the claim, standing alone",
        "choices": "the speakers of the dataset: `speaker_id`, `name`, `aliases`, `type`",
    },
    primary="accuracy",
    items_of=_items,
    labels_of=_labels,
    gold=Gold("claims", "speaker_id"),
)
