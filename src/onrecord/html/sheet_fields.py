"""What a sheet asks of an annotator: every annotated field with its question, labels and their definitions.

All of it comes from the schemas and from schema/labels.json.
"""

from collections.abc import Sequence
from typing import Any

from onrecord.exceptions import SheetRefused
from onrecord.model.annotations import annotated_fields
from onrecord.model.findings import hint
from onrecord.model.labels import definitions
from onrecord.model.tables import definition_of, load_schema

_TIMELESS = "about_time"
_ORDER = (
    "layer", "mode", "speaker_id", "via", "setting", "stated_on", "about_time", "kind",
    "verifiability", "evidence", "barriers", "check_worthy",
)  # fmt: skip
"""The order in which they are asked: the act of saying first, then what was said. Others come after."""


def fields_asked(names: Sequence[str] = (), layer: str | None = None) -> list[dict[str, Any]]:
    """The questions for the named fields, or for all; without `layer` where the claims were chosen by it.

    Raises SheetRefused if there is no such field.
    """
    known = annotated_fields()
    for name in names:
        if name not in known:
            raise SheetRefused(f"there is no annotated field {name!r}; {hint(name, known)}")
    if layer and "layer" in names:
        raise SheetRefused("the layer cannot be asked where the claims are chosen by it")
    ordered = sorted(known, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    # Fields that are named are asked in that order.
    chosen = dict.fromkeys(names) if names else ordered
    return [_question(name) for name in chosen if not (layer and name == "layer")]


def annotator_pattern() -> str:
    """The pattern of an annotator's id, for an input of HTML, which matches whole values."""
    return str(load_schema("annotations")["$defs"]["annotator_id"]["pattern"]).strip("^$")


def edtf_pattern() -> str:
    """The pattern of a time, for the same."""
    return (
        str(load_schema("annotations")["$defs"]["edtf_or_null"]["pattern"])
        .removeprefix("^")
        .removesuffix("$")
    )


def _question(name: str) -> dict[str, Any]:
    schema = load_schema("claims")["properties"][name]
    texts = definitions()["claims"].get(name, {})
    labels = [{"label": label, **found} for label, found in texts.items()]
    return {
        "name": name,
        "form": _form(name, schema),
        "question": schema["description"],
        "labels": labels,
    }


def _form(name: str, schema: Any) -> str:
    """How it is answered: `one` or `many` labels, `yes-no`, `speaker`, `relays`, `time`, `time-or-none`."""
    definition = definition_of(schema)
    if definition == "speaker_id":
        return "speaker"
    if definition == "edtf":
        return "time-or-none" if name == _TIMELESS else "time"
    if schema.get("type") == "boolean":
        return "yes-no"
    if schema.get("type") == "array":
        return "relays" if definition_of(schema["items"]) == "speaker_id" else "many"
    return "one"
