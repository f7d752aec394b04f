"""What each format of annotation tools keeps, measured; and the sample files for the readers of other tools.

Called by the cog block of docs/exchange.md. A field is written if a change of it changes the files, and comes
back if that changes what `onrecord import` reads. `python -m scripts.exchange` renews the sample files.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from onrecord.dataset.documents import Document, Documents, read_documents
from onrecord.dataset.exchange.export import gather
from onrecord.dataset.exchange.formats import FORMATS
from onrecord.dataset.exchange.items import GOLD
from onrecord.model.paths import home
from onrecord.model.tables import authored_schema, label_names
from scripts.markdown import pipe_table
from tests.helpers.exchange_sample import ADA, as_label_studio_exports, write_exchange_sample

FOLDER = home() / "tests" / "clients" / "exchange"
"""The sample in every format, as committed."""

LOST, OUT, BACK = "", "out", "out and back"

Change = Callable[[Document], None]
Files = Mapping[str, str]

_OTHER = {
    "speaker_id": "city-press-office",
    "via": ["zoe-lind"],
    "stated_on": "2024-05-01",
    "about_time": "2024-05-01",
    "stated_on_alternatives": ["2024-05-01"],
    "speaker_alternatives": ["city-press-office"],
    "flags": ["unclear_time"],
    "phenomena": ["negation"],
    "note": "A note.",
    "text": "Another text.",
    "segment_id": "quay-2024-05-06-s002",
    "stated_on_basis": "inferred",
    "evidence": ["statistics"],
    "barriers": ["future"],
    "check_worthy": False,
    "anchors": [{"segment_id": "quay-2024-05-06-s001", "start": 0, "end": 4}],
}
"""Another value of a field of the claim that is changed; of other fields, another label."""


def main() -> int:
    """Renew the sample files."""
    write_samples()
    return 0


def write_samples() -> None:
    """Write the sample in every format."""
    for path, text in _samples().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def stale_samples() -> list[Path]:
    """The sample files that are not what would be written now, are missing, or are of no format."""
    wanted = _samples()
    there = {path for path in FOLDER.rglob("*") if path.is_file()} if FOLDER.is_dir() else set()
    wrong = [path for path, text in wanted.items() if path not in there or path.read_bytes() != text.encode()]
    return sorted([*wrong, *(there - wanted.keys())])


def losses_table() -> str:
    """What each format writes and gives back, field by field."""
    with _sample() as records:
        base = {name: _files(name, read_documents(records)) for name in FORMATS}
        body = [
            (shown, *(_outcome(name, base[name], change, records) for name in FORMATS))
            for shown, change in _changes()
        ]
    return pipe_table(("what", *(f"`{name}`" for name in FORMATS)), body)


def _samples() -> Mapping[Path, str]:
    with _sample() as records:
        found = read_documents(records)
        return {FOLDER / name / file: text for name in FORMATS for file, text in _files(name, found).items()}


@contextmanager
def _sample() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield write_exchange_sample(Path(folder))


def _files(name: str, found: Documents, labels: str = GOLD) -> Files:
    return dict(FORMATS[name].files(gather(found, name, labels, None, None)))


def _outcome(name: str, base: Files, change: Change, records: Path) -> str:
    changed = read_documents(records)
    change(changed.documents[0])
    files = _files(name, changed)
    if files == base:
        # What only annotations have.
        base, files = _files(name, read_documents(records), ADA), _files(name, changed, ADA)
    if files == base:
        return LOST
    return BACK if _read(name, files) != _read(name, base) else OUT


def _read(name: str, files: Files) -> list[Any]:
    """What comes back of an export that nobody has changed."""
    read = FORMATS[name].read
    if read is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        for file, text in files.items():
            content = text
            if file == "tasks.json":
                content = json.dumps(as_label_studio_exports(json.loads(text)))
            (Path(folder) / file).write_text(content, encoding="utf-8", newline="")
        return [(one.claim_id, one.labels, one.undecided, one.seconds) for one in read(Path(folder))]


def _changes() -> Iterator[tuple[str, Change]]:
    fields = [name for name in authored_schema("claims")["properties"] if name != "document_id"]
    for name in fields:
        yield f"`claims.{name}`", _change_of_claim(name)
    yield "`relations`", lambda document: document.relations[0].update(type="contradicts")
    yield "`segments.start`, `end`", lambda document: document.segments[0].update(end=20)
    yield "`segments.gloss`", lambda document: document.segments[0].update(gloss="A gloss.")
    for name in ("title", "publisher", "date", "language"):
        yield f"`documents.{name}`", _change_of_document(name)
    yield (
        "`annotations.undecided`",
        lambda document: document.annotations[1].update(undecided={"kind": "Nobody knows."}),
    )
    yield "`annotations.seconds`", lambda document: document.annotations[0].update(seconds=99.5)


def _change_of_claim(name: str) -> Change:
    def change(document: Document) -> None:
        claim = document.claims[2]
        value = _OTHER.get(name)
        if value is None:
            is_id = name in ("claim_id", "date")
            labels = () if is_id else label_names(name)
            value = next((label for label in labels if label != claim[name]), "quay-2024-05-06-c009")
        claim[name] = deepcopy(value)

    return change


def _change_of_document(name: str) -> Change:
    return lambda document: document.record.update({name: "de"})


if __name__ == "__main__":
    sys.exit(main())
