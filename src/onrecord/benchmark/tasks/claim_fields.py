"""The inputs that every task about a claim has, with their meanings; `Tables.claim_inputs` makes them."""

from collections.abc import Mapping
from types import MappingProxyType

CLAIM_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "claim_id": "the claim",
        "text": "the claim, standing alone",
        "sentences": "every sentence that the claim rests on, in order: its text where the dataset includes "
        "it, else a retelling",
        "context": "the two sentences before the first of them, fewer at the start of the document",
        "title": "the document's title",
        "document_date": "the document's date",
    }
)
