"""Whose a record is: the documents that its ids name.

Owns the question alone, which is asked of lines in any state, and loads nothing for it.
"""

from collections.abc import Collection
from typing import Any

from onrecord.reading.records import Located
from onrecord.rules.document import owner_of

_IDS = ("claim_id", "source_id", "segment_id")
"""Ids that start with the id of their document, the telling one first."""


def documents_of(record: Located) -> tuple[str, ...]:
    """The documents that a record may belong to, as far as it says so; the most telling first."""
    own = record.value.get("document_id")
    found = [own] if isinstance(own, str) else []
    ids = [record.value.get(name) for name in _IDS]
    found += [owner_of(name) for name in ids if isinstance(name, str) and owner_of(name)][:1]
    return tuple(dict.fromkeys(found))


def is_of(record: Located, documents: Collection[str]) -> bool:
    """Whether a record may belong to one of the documents."""
    own: Any = record.value.get("document_id")
    # Nearly always, and asked of every record of a doubtful document.
    return (type(own) is str and own in documents) or any(name in documents for name in documents_of(record))
