"""The files that the tried commands name."""

import shutil
from pathlib import Path

from onrecord.dataset.load import rows
from onrecord.reading.article import articles_folder
from scripts.wheel.files import ROOT
from scripts.wheel.user import User

TASK = "verifiability"
"""The task whose predictions are files of the user."""


def give_core_inputs(user: User) -> None:
    """Write the files that the commands of the core name into the user's folder."""
    shutil.copytree(ROOT / "records", user.folder / "my-records", dirs_exist_ok=True)
    shutil.copy(next((ROOT / "records").glob("*/article.txt")), user.folder / "own.txt")
    article = _article()
    if article is not None:
        shutil.copy(article, user.folder / "article.txt")


def give_inputs(user: User) -> None:
    """Write the files that the commands name into the user's folder."""
    user.shell(f"onrecord baseline {TASK} majority > predictions.jsonl")
    user.shell(f"onrecord baseline {TASK} rules > first.jsonl")
    shutil.copy(user.folder / "predictions.jsonl", user.folder / "second.jsonl")
    shutil.copytree(ROOT / "records", user.folder / "my-records")
    for name in ("older", "newer"):
        shutil.copytree(ROOT / "data", user.folder / name / "data")
    article = _article()
    if article is not None:
        shutil.copy(article, user.folder / "article.txt")


def reason_to_skip(line: str, user: User) -> str | None:
    """Why a command cannot be run here; None if it can."""
    if "article.txt" in line and not (user.folder / "article.txt").exists():
        return "ONRECORD_ARTICLES names no folder with the article"
    return None


def _article() -> Path | None:
    folder = articles_folder()
    names = [document["source_file"] for document in rows("documents")] if folder else []
    return next((folder / name for name in names if folder and (folder / name).is_file()), None)
