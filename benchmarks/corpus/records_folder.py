"""The synthetic records as a records folder: one folder per document, and the speakers next to them.

The records are those of a corpus with the same contents; only the files differ.
"""

import json
import shutil
from pathlib import Path

from benchmarks.corpus.documents import Contents, Made
from benchmarks.corpus.faults import line_of
from benchmarks.corpus.speakers import Record, speaker

_LISTS = ("segments", "claims", "relations")
"""The tables with one file per document."""


def records_folder(contents: Contents, scratch: Path) -> Path:
    """The records folder of these contents: from the scratch folder if it is there, else made in it."""
    folder = scratch / f"records-{contents.name}"
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}-unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for number in range(contents.documents):
            _write_document(contents.document(number), unfinished)
        _write(unfinished / "speakers.jsonl", [speaker(number) for number in range(contents.speakers)])
        unfinished.rename(folder)
    return folder


def _write_document(made: Made, records: Path) -> None:
    [document] = made.tables["documents"]
    folder = records / document["document_id"]
    folder.mkdir()
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (folder / "document.json").write_text(f"{text}\n", encoding="utf-8")
    for table in _LISTS:
        _write(folder / f"{table}.jsonl", made.tables[table])
    by_annotator: dict[str, list[Record]] = {}
    for record in made.tables["annotations"]:
        by_annotator.setdefault(record["annotator_id"], []).append(record)
    for annotator, found in by_annotator.items():
        (folder / "annotations").mkdir(exist_ok=True)
        _write(folder / "annotations" / f"{annotator}.jsonl", found)


def _write(file: Path, records: list[Record]) -> None:
    file.write_bytes(b"".join(map(line_of, records)))
