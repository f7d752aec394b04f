"""The task `speaker`: who puts a claim forward."""

from collections.abc import Iterator, Mapping
from typing import Any

from onrecord.benchmark.tasks.declaration import Answer, Gold, Item, Tables, Task, claim_traits


def _items(tables: Tables) -> Iterator[Item]:
    choices = _choices(tables)
    for claim in tables.claims:
        given = {
            "claim_id": claim["claim_id"],
            "gloss": tables.segments[claim["segment_id"]]["gloss"],
            "text": claim["text"],
            "choices": choices[claim["document_id"]],
        }
        yield Item(
            claim["claim_id"],
            claim["document_id"],
            tables.paragraph(claim),
            given,
            claim["speaker_id"],
            claim_traits(claim),
        )


def _choices(tables: Tables) -> Mapping[str, list[dict[str, Any]]]:
    """The speakers of each document, relaying ones included, in the order of the table."""
    named: dict[str, set[str]] = {}
    for claim in tables.claims:
        named.setdefault(claim["document_id"], set()).update((claim["speaker_id"], *claim["via"]))
    fields = ("speaker_id", "name", "aliases", "type")
    return {
        document_id: [
            {field: speaker[field] for field in fields}
            for speaker_id, speaker in tables.speakers.items()
            if speaker_id in ids
        ]
        for document_id, ids in named.items()
    }


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
        "choices": "the speakers of the document: `speaker_id`, `name`, `aliases`, `type`",
    },
    primary="accuracy",
    items_of=_items,
    labels_of=_labels,
    gold=Gold("claims", "speaker_id"),
)
