"""The shipped records with one of their documents alone."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from onrecord.reading.about import DATASET_FILE
from onrecord.reading.layouts import ANNOTATORS_FILE, SPEAKERS_FILE


def one_document(records: Path, document_id: str, target: Path) -> Path:
    """Copy a records folder with one document and the speakers and annotators that it names; the target."""
    target.mkdir(parents=True)
    shutil.copyfile(records / DATASET_FILE, target / DATASET_FILE)
    document = Path(shutil.copytree(records / document_id, target / document_id))
    speakers = {one for row in _rows(document / "claims.jsonl") for one in _speakers_of(row)}
    annotators = {file.stem for file in (document / "annotations").rglob("*.jsonl")}
    _copy_rows(records / SPEAKERS_FILE, target, "speaker_id", speakers)
    _copy_rows(records / ANNOTATORS_FILE, target, "annotator_id", annotators)
    return target


def _speakers_of(claim: dict[str, object]) -> Iterator[str]:
    for name in ("speaker_id", "via", "speaker_alternatives"):
        value = claim[name]
        yield from value if isinstance(value, list) else [str(value)] if value is not None else []


def _copy_rows(file: Path, target: Path, key: str, wanted: set[str]) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)[key] in wanted]
    (target / file.name).write_text("".join(kept), encoding="utf-8", newline="\n")


def _rows(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
