"""The task `speaker`: who puts a claim forward."""

from collections.abc import Iterator, Mapping
from typing import Any

from onrecord.benchmark.tasks.claim_fields import CLAIM_FIELDS
from onrecord.benchmark.tasks.declaration import Answer, Gold, Item, Tables, Task

_CHOICE_FIELDS = ("speaker_id", "name", "aliases", "type")
_GOLD = Gold("claims", "speaker_id", "speaker_alternatives")


def own_voice(document: Mapping[str, Any], speakers: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The speaker that stands for a document's own voice, from its name alone; None where none does.

    It is `article-<document_id>`, or the publication that is named like the document's publisher.
    """
    named = f"article-{document['document_id']}"
    if named in speakers:
        return named
    for speaker_id, speaker in speakers.items():
        forms = (speaker["name"], *speaker["aliases"])
        if speaker["type"] == "publication" and document["publisher"] in forms:
            return speaker_id
    return None


def _items(tables: Tables) -> Iterator[Item]:
    # All speakers of the split: those of the document alone would be taken from the gold.
    choices = [{field: speaker[field] for field in _CHOICE_FIELDS} for speaker in tables.speakers.values()]
    voices = {name: own_voice(document, tables.speakers) for name, document in tables.documents.items()}
    for claim in tables.claims:
        given = {
            **tables.claim_inputs(claim),
            "own_voice": voices[claim["document_id"]],
            "choices": choices,
        }
        yield tables.claim_item(claim, given, _GOLD)


def _labels(tables: Tables) -> tuple[Answer, ...]:
    return tuple(tables.speakers)


TASK = Task(
    name="speaker",
    summary="Who puts the claim forward? The innermost one counts; the article's own voice is a speaker too.",
    kind="labels",
    key="claim_id",
    inputs={
        **CLAIM_FIELDS,
        "own_voice": "the choice that stands for the article itself, by its id or name; null where none does",
        "choices": "the speakers of the document's split: `speaker_id`, `name`, `aliases`, `type`",
    },
    primary="accuracy_others",
    items_of=_items,
    labels_of=_labels,
    gold=_GOLD,
    fallbacks=("accuracy",),
)
