"""Tasks for workers that have another current folder, or run on another machine.

Workers see the input and the output of a run under the same absolute paths. They do not see temporary files:
the bytes of those travel with the tasks.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from onrecord.model.findings import Finding
from onrecord.reading.batches import Part
from onrecord.reading.files import display, is_url
from onrecord.validation.documents import Source
from onrecord.validation.index import DocumentParts


def absolute_part(part: Part) -> Part:
    """The part by an absolute path, because workers may have another current folder."""
    return part if is_url(part.path) else part._replace(path=str(Path(part.path).absolute()))


def shown_in(folder: Path, finding: Finding) -> Finding:
    """A finding in a folder by its absolute path, with the path as it was given."""
    inside = finding.file.removeprefix(display(folder.absolute()))
    return finding if inside == finding.file else replace(finding, file=display(folder) + inside)


def with_content(task: Sequence[Source], place: Path) -> tuple[Source, ...]:
    """The documents with the bytes of what was copied into `place`, which other machines do not see."""
    return tuple(
        source._replace(parts=tuple(_inlined(part, place) for part in source.parts))
        if isinstance(source, DocumentParts)
        else source
        for source in task
    )


def _inlined(part: Part, place: Path) -> Part:
    if is_url(part.path) or Path(part.path).parent != place:
        return part
    content = part.read()
    return part._replace(content=content, start=0, end=len(content))
