"""A small valid dataset with a document in each of the three splits; the text of two of them is included."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from onrecord.model.tables import SPLITS
from tests.helpers import sample

DOCUMENTS = {"test": sample.DOCUMENT_ID, "challenge": "quay-2025-01-10", "validation": "mole-2025-02-03"}


def write_splits(folder: Path, splits: Sequence[str] = SPLITS) -> Path:
    """Write records/ with one document for each of the splits; the path of records/.

    Each document is the sample under another id. Ada Lind speaks in all of them, the newspaper in the first.
    """
    records = sample.write_sample(folder)
    original = records / sample.DOCUMENT_ID
    for split in SPLITS:
        name = DOCUMENTS[split]
        if split in splits and name != sample.DOCUMENT_ID:
            copy = records / name
            shutil.copytree(original, copy)
            for file in copy.rglob("*.json*"):
                text = file.read_text(encoding="utf-8").replace(sample.DOCUMENT_ID, name)
                file.write_text(text.replace("harbour-gazette", "city-press-office"), encoding="utf-8")
            # The office would else relay what it says itself.
            sample.edit(copy / "claims.jsonl", lambda rows: [row.update(via=[]) for row in rows])
            about = {"split": split, "text_included": True, "licence": "CC-BY-4.0"}
            sample.edit(copy / "document.json", lambda rows, new=about: rows[0].update(new))  # type: ignore[misc]
            (copy / "article.txt").write_text(sample.ARTICLE, encoding="utf-8", newline="\n")
    if "test" not in splits:
        shutil.rmtree(original)
        _drop_unused_speakers(records)
        sample.edit(records / "contrasts.jsonl", lambda rows: [row.update(split=splits[0]) for row in rows])
    return records


def _drop_unused_speakers(records: Path) -> None:
    named = "".join(file.read_text(encoding="utf-8") for file in records.rglob("*/claims.jsonl"))
    sample.edit(
        records / "speakers.jsonl",
        lambda rows: rows.__setitem__(slice(None), [r for r in rows if json.dumps(r["speaker_id"]) in named]),
    )
