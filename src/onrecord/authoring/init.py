"""Starts a dataset: dataset.json, a first document if there is a text, and the files around them.

The document comes from `segment`, the other files from `starter_files`. Everything is written, or nothing.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.authoring.segment import SegmentReport, segment
from onrecord.authoring.starter_files import GITIGNORE, PRE_COMMIT, own_requirement, workflow
from onrecord.exceptions import OutputRefused, UnusableDetails
from onrecord.execution.leftovers import marked_folder, remove_leftovers
from onrecord.model.about import About, name_from
from onrecord.model.findings import printable
from onrecord.model.tables import DATASET
from onrecord.reading.about import DATASET_FILE
from onrecord.reading.article import ARTICLE_FILE, read_article
from onrecord.reading.layouts import SPEAKERS_FILE
from onrecord.reading.located import Located
from onrecord.rules.schema import schema_findings

FIRST_VERSION = "0.1.0"
RECORDS = "records"
_KEPT = frozenset({".git"})
"""What a folder may hold before: a repository that was started a moment ago."""


@dataclass(frozen=True, slots=True)
class InitReport:
    """What was written: the folder, its files, and the first document if there is one."""

    folder: Path
    name: str
    files: tuple[str, ...]
    document: SegmentReport | None


def init(
    folder: str | Path,
    article: str | Path | None = None,
    document_id: str | None = None,
    name: str | None = None,
    **details: str | None,
) -> InitReport:
    """Write a new dataset into `folder`, which must be empty or absent; a fresh .git may be in it.

    `article` is the text of a first document; its id comes from the name of the file unless `document_id` is
    given, and `details` are those of `segment`. `name` is the dataset's name, by default that of the folder.
    Raises OutputRefused where the folder holds files, UnusableDetails for a name that is not allowed,
    OSError, and what `segment` raises.
    """
    target = Path(folder)
    _check_empty(target)
    place = target.resolve()
    title = " ".join(place.name.split())
    about = About(
        name or name_from(title),
        FIRST_VERSION,
        title,
        f"Claims of {title}.",
        languages=(details.get("language") or "en",),
    )
    _check_about(about)
    target.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{place.name}.new"
    remove_leftovers(place.parent, prefix)
    with marked_folder(place.parent, prefix) as staged:
        _write_files(staged, about)
        document = None
        if article is not None:
            document = _write_document(staged / RECORDS, Path(article), document_id, details)
        files = tuple(
            sorted(path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file())
        )
        target.mkdir(exist_ok=True)
        for entry in staged.iterdir():
            shutil.move(entry, target / entry.name)
    return InitReport(target, about.name, files, document)


def _check_empty(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise OutputRefused(f"{printable(str(target))} is not a folder")
    names = sorted(path.name for path in target.iterdir()) if target.exists() else []
    if found := [name for name in names if name not in _KEPT]:
        raise OutputRefused(
            f"{printable(str(target))} holds {printable(found[0])}; a new dataset needs an empty folder"
        )


def _check_about(about: About) -> None:
    if found := schema_findings(Located(DATASET, about.as_record(), DATASET_FILE, None)):
        raise UnusableDetails(found)


def _write_files(folder: Path, about: About) -> None:
    texts: Mapping[str, str] = {
        f"{RECORDS}/{DATASET_FILE}": _pretty(about.as_record()),
        ".gitignore": GITIGNORE,
        ".pre-commit-config.yaml": PRE_COMMIT,
        ".github/workflows/records.yml": workflow(own_requirement()),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _write_document(
    records: Path, article: Path, document_id: str | None, details: Mapping[str, str | None]
) -> SegmentReport:
    own_id = document_id or name_from(article.stem).replace("_", "-").replace(".", "-")
    report = segment(article, own_id, records, (), (), **details)
    # The text as it was hashed, so that the records can be checked against it.
    (report.folder / ARTICLE_FILE).write_text(read_article(article), encoding="utf-8", newline="\n")
    (report.folder / "relations.jsonl").touch()
    speaker: dict[str, Any] = {
        "speaker_id": f"article-{own_id}",
        "name": f"Article {own_id}",
        "type": "publication",
        "description": "The article's own voice.",
        "aliases": [],
        "wikidata_id": None,
    }
    (records / SPEAKERS_FILE).write_text(json.dumps(speaker) + "\n", encoding="utf-8", newline="\n")
    return report


def _pretty(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"
