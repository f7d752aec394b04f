"""The shipped records with one of their documents alone."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

_DATASET = "dataset.json"


def one_document(records: Path, document_id: str, target: Path) -> Path:
    """Copy a records folder with one document and the speakers and annotators that it names; the target."""
    target.mkdir(parents=True)
    shutil.copyfile(records / _DATASET, target / _DATASET)
    document = Path(shutil.copytree(records / document_id, target / document_id))
    speakers = {one for row in _rows(document / "claims.jsonl") for one in _speakers_of(row)}
    annotators = {file.stem for file in (document / "annotations").rglob("*.jsonl")}
    _copy_rows(records / "speakers.jsonl", target, "speaker_id", speakers)
    _copy_rows(records / "annotators.jsonl", target, "annotator_id", annotators)
    return target


def _speakers_of(claim: dict[str, object]) -> Iterator[str]:
    for name in ("speaker_id", "via", "speaker_alternatives"):
        value = claim[name]
        yield from value if isinstance(value, list) else [str(value)]


def _copy_rows(file: Path, target: Path, key: str, wanted: set[str]) -> None:
    kept = [row for row in _rows(file) if row[key] in wanted]
    (target / file.name).write_text("".join(f"{json.dumps(row)}\n" for row in kept), encoding="utf-8")


def _rows(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
