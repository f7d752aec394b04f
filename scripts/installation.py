"""The generated parts of docs/installation.md: the extras of pyproject.toml, and what an installation takes.

The figures are those that benchmarks/install_size.py saved.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from onrecord.model.paths import home
from scripts.markdown import paragraph, pipe_table

NEEDED_FOR: Mapping[str, str] = {
    "all": "everything below",
    "author": "`onrecord segment`",
    "baselines": "`onrecord baseline TASK tfidf` and `dateparser`",
    "datasets": "`onrecord.load`, `datasets.load_dataset`, the fixture `onrecord_dataset`",
    "inspect": "the tasks for Inspect AI",
    "lm-eval": "the tasks for lm-evaluation-harness",
    "page": "`onrecord page`, `label-sheet`, `adjudicate`",
    "scale": "`--workers`, `--scheduler`, and a corpus at a URL",
    "score": "`onrecord score`, `compare`, `errors` and `agreement`",
    "spacy": "`onrecord baseline TASK spacy`",
}
"""What each extra is needed for."""
MOST_MEGABYTES, MOST_SECONDS = 260, 25
"""What an installation of the core may take."""


def extras_table() -> str:
    """Each extra with what needs it and the packages that it names."""
    extras = _project()["optional-dependencies"]
    return pipe_table(
        ("extra", "needed for", "packages"),
        (
            (f"`{name}`", NEEDED_FOR[name], "" if name == "all" else ", ".join(map(_package, lines)))
            for name, lines in extras.items()
        ),
    )


def core_packages() -> str:
    """The packages of the core, in a sentence."""
    *others, last = map(_package, _project()["dependencies"])
    return paragraph(f"The core needs {', '.join(others)} and {last}.")


def figures_table() -> str:
    """What each installation takes: megabytes, packages, seconds."""
    return pipe_table(
        ("", "size", "packages", "seconds", "processor seconds"),
        (
            (row["what"], f"{row['megabytes']} MB", row["packages"], row["seconds"], row["processor_seconds"])
            for row in _saved()["rows"]
        ),
    )


def source() -> str:
    """The origin of the figures, and whether the core keeps its limits."""
    saved = _saved()
    core = measured("core")
    kept = core["megabytes"] <= MOST_MEGABYTES and core["seconds"] <= MOST_SECONDS
    return paragraph(
        f"`{saved['command']}` ({saved['machine']}): `pip install` of the wheel into a new environment, with "
        f"an index or cache nearby; the fastest of {saved['runs']} runs in turn. The size is that on disk, "
        f"without pip. The core may take {MOST_MEGABYTES} MB and {MOST_SECONDS} s: "
        f"{'met' if kept else '**not met**'}."
    )


def measured(what: str) -> Mapping[str, Any]:
    """The saved figures of one installation."""
    found: Mapping[str, Any] = next(row for row in _saved()["rows"] if row["what"] == what)
    return found


def _package(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9_.-]", requirement)[0]


@cache
def _project() -> Mapping[str, Any]:
    project: Mapping[str, Any] = tomllib.loads((home() / "pyproject.toml").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = project["project"]
    return found


@cache
def _saved() -> Mapping[str, Any]:
    path = home() / "benchmarks" / "results" / "install_size.json"
    saved: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return saved
