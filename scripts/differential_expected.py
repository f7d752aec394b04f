"""The differences from version 1.1.4 that `scripts.differential` expects, each with its reason."""

from collections.abc import Mapping

EQUAL = "equal"
REWORDED_ONLY = "reworded"
ADDITIONAL = "findings of new rules"
IN_ANOTHER_ORDER = "in another order"
CORRECTED_SINCE = "corrected since"
DIFFERENT = "different"
OUTCOMES = (EQUAL, REWORDED_ONLY, ADDITIONAL, IN_ANOTHER_ORDER, CORRECTED_SINCE, DIFFERENT)
"""How the findings of one input compare; all but the last are expected."""

_PER = "'per' instead of the distributive 'a'"
_PLAIN = "plain words: 'contains', 'is used', 'different' for 'holds', 'stands', 'another'"
_PROSE = "prose is one line with single spaces, and the message names what is wrong with it"

ADDED: Mapping[str, str] = {
    "repeated-speaker": "a new rule: two speakers with the same name and type",
    "shared-wikidata-id": "a new rule: two speakers with the same Wikidata item",
    "unmarked-restatement": "a new rule: two claims of one speaker with the same text",
}
"""Rules of which this version alone has findings."""

REWORDED: Mapping[str, str] = {
    "altered-annotation": _PLAIN,
    "anchors-out-of-order": _PLAIN,
    "blank-line": _PER,
    "broken-json": _PLAIN,
    "carriage-return": _PLAIN,
    "claim-annotated-twice": _PER,
    "content-hash-mismatch": _PLAIN,
    "duplicate-id": _PLAIN,
    "empty-file": _PER,
    "found-mismatch": "the message says 'the claim' instead of 'it'",
    "idle-adjudication": _PLAIN,
    "lone-surrogate": _PLAIN,
    "malformed-value": _PROSE,
    "missing-field": _PROSE,
    "non-finite-number": _PLAIN,
    "not-an-object": _PLAIN,
    "overlong-line": _PER,
    "oversized-integer": _PLAIN,
    "read-only-field": "'derived' instead of 'worked out', 'must not' instead of 'may not'",
    "record-out-of-order": _PLAIN,
    "repeated-relation": _PLAIN,
    "reversed-interval": _PLAIN,
    "segment-hash-mismatch": _PLAIN,
    "segment-overlap": "segments may touch, so the smallest start that is allowed is the end before it",
    "source-hash-mismatch": _PLAIN,
    "speaker-in-via": _PLAIN,
    "undecided-label": "the message names the field whose labels differ, and the file to write to",
    "unknown-document": _PLAIN,
    "unknown-file": _PLAIN,
    "unreadable-file": "the message names what was expected and what was found",
    "unused-speaker": "'no record' instead of 'nobody'",
    "withdrawn-id-reused": "'must not' instead of 'may not'",
    "wrong-type": _PROSE,
}
"""Rules whose messages, or what they expect, are worded in another way."""

_BY_DOCUMENT = "findings come document by document in every layout; they came level by level in this one"

REORDERED: Mapping[str, str] = {"corpus": _BY_DOCUMENT, "edited corpus": _BY_DOCUMENT}
"""Layouts in which the findings may come in another order."""

CORRECTED: Mapping[str, str] = {
    "edited 94": "a relation between claims of two documents belongs to the one that more records name",
    "edited 121": "a malformed claim id in an annotation is one finding, and not a missing label as well",
    "edited 171": "a document whose own id cannot be read is one finding, and no unknown document as well",
}
"""Inputs with other findings, because an error of that version was corrected."""
