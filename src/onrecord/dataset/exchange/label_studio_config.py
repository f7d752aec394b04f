"""The labelling configuration for Label Studio: what its screen asks of a claim, from the schemas."""

from collections.abc import Iterator
from xml.etree import ElementTree

from onrecord.dataset.exchange.items import LISTS, NONE, label_sets
from onrecord.model.annotations import annotated_fields
from onrecord.model.labels import definitions

ANCHOR, TEXT, UNDECIDED = "anchor", "text", "undecided"
"""The names of the controls that are no fields of an annotation."""

CHOSEN_FROM_DATA = "speaker_id"
"""The field whose choices come with each task."""


def configuration() -> str:
    """The configuration as XML."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Header", value="$claim")
    labels = ElementTree.SubElement(view, "Labels", name=ANCHOR, toName=TEXT)
    ElementTree.SubElement(labels, "Label", value=ANCHOR)
    ElementTree.SubElement(view, "Text", name=TEXT, value=f"${TEXT}", saveTextResult="yes")
    for name in annotated_fields():
        ElementTree.SubElement(view, "Header", value=name, size="5")
        view.append(_control(name))
    hint = "What you cannot decide, one per line, such as 'kind: the sentence leaves it open'"
    ElementTree.SubElement(view, "Header", value=hint, size="5")
    ElementTree.SubElement(view, "TextArea", name=UNDECIDED, toName=TEXT, editable="true", rows="1")
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _control(name: str) -> ElementTree.Element:
    if name == CHOSEN_FROM_DATA:
        return ElementTree.Element(
            "Choices", name=name, toName=TEXT, value="$speakers", choice="single-radio", showInline="true"
        )
    if name not in label_sets():
        hint = "ids, outermost first, separated by commas, or none" if name in LISTS else "EDTF, or null"
        return ElementTree.Element(
            "TextArea",
            name=name,
            toName=TEXT,
            placeholder=hint,
            maxSubmissions="1",
            editable="true",
            rows="1",
        )
    kind = "multiple" if name in LISTS else "single-radio"
    choices = ElementTree.Element("Choices", name=name, toName=TEXT, choice=kind, showInline="true")
    for label, hint in _labels(name):
        ElementTree.SubElement(
            choices, "Choice", {"value": label, "hint": hint} if hint else {"value": label}
        )
    return choices


def _labels(name: str) -> Iterator[tuple[str, str]]:
    """Each label with its definition."""
    texts = definitions()["claims"].get(name, {})
    for label in label_sets()[name]:
        yield label, "" if label == NONE else texts.get(label, {}).get("definition", "")
