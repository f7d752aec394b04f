"""The formats of annotation tools: what each is called, what writes it, and what reads it back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from onrecord.dataset.exchange import brat, conll, label_studio, schema_org, web_annotation
from onrecord.dataset.exchange.items import Export, Returned


@dataclass(frozen=True, slots=True)
class Format:
    """A format for `onrecord export --to` and, where it can be read back, `onrecord import --from`."""

    title: str
    files: Callable[[Export], Iterator[tuple[str, str]]]
    read: Callable[[Path], Iterator[Returned]] | None
    needs_text: bool
    writes_text: bool
    """Whether words of the text are in the files, where it is given."""


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "web-annotation": Format(
            "Web Annotation", web_annotation.files, web_annotation.read, needs_text=False, writes_text=True
        ),
        "label-studio": Format(
            "Label Studio", label_studio.files, label_studio.read, needs_text=True, writes_text=True
        ),
        "brat": Format("brat standoff", brat.files, brat.read, needs_text=True, writes_text=True),
        "conll": Format("CoNLL-U Plus", conll.files, None, needs_text=True, writes_text=True),
        "schema-org": Format("schema.org Claim", schema_org.files, None, needs_text=False, writes_text=False),
    }
)
READABLE = tuple(name for name, one in FORMATS.items() if one.read)
"""The formats that can be read back."""
