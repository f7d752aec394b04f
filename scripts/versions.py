"""List all places that show the version, compare them with pyproject.toml, and stamp those that follow it.

Hand-written places are only read; `stamp` writes the others. A new version therefore takes one line of
pyproject.toml, an entry in CHANGELOG.md, and `make build`.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from onrecord.dataset.comparison.schema_changes import BUMPS
from onrecord.model.digest import read_identity
from scripts.markdown import pipe_table

CHANGELOG = "CHANGELOG.md"
_NEWEST = re.compile(
    r"^## \[(?!Unreleased)(?P<version>.+?)\](?: - (?P<date>\d{4}-\d\d-\d\d))?$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Place:
    """A file that shows the version at least once; the first group of the pattern is the version."""

    file: str
    pattern: str
    is_stamped: bool
    """Whether `stamp` writes it; otherwise its author or another part of the build does."""

    def found(self, root: Path) -> list[str]:
        """The versions that the file shows, in order."""
        return re.findall(self.pattern, (root / self.file).read_text(encoding="utf-8"), re.MULTILINE)


PLACES = (
    Place("records/dataset.json", r'^  "version": "(.+?)",?$', is_stamped=True),
    Place("README.md", r"^  version: (.+)$", is_stamped=False),
    Place("CITATION.cff", r"^version: (.+)$", is_stamped=True),
    Place("croissant.json", r'^  "version": "(.+?)",?$', is_stamped=False),
    Place("docs/benchmark.md", r'"dataset_version": "(.+?)"', is_stamped=True),
    Place("docs/validation.md", r"^    rev: v(.+)$", is_stamped=True),
)
"""All places except pyproject.toml, CHANGELOG.md and the footers of the tables."""

_DATES = Place("CITATION.cff", r'^date-released: "(.+)"$', is_stamped=True)


def stated(root: Path) -> str:
    """The version that pyproject.toml states."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    version: str = project["project"]["version"]
    return version


def has_unreleased_changes(root: Path) -> bool:
    """Whether the changelog has changes that wait for a version."""
    return "\n## [Unreleased]\n" in (root / CHANGELOG).read_text(encoding="utf-8")


def newest_entry(root: Path) -> tuple[str, str | None]:
    """Version and date (ISO) of the newest entry of the changelog. Raises ValueError if there is none."""
    found = _NEWEST.search((root / CHANGELOG).read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{CHANGELOG} has no entry `## [version] - date`")
    return found["version"], found["date"]


def disagreements(root: Path) -> list[str]:
    """One line per place that shows no version, or a version other than that of pyproject.toml."""
    version = stated(root)
    newest, date = newest_entry(root)
    shown = {
        CHANGELOG: [newest],
        "data/": [read_identity(root / "data").version],
        **{place.file: place.found(root) for place in PLACES},
    }
    wrong = [
        f"{place} shows {' and '.join(sorted(set(found))) or 'no version'}, pyproject.toml shows {version}"
        for place, found in shown.items()
        if set(found) != {version}
    ]
    if date is None:
        wrong.append(f"{CHANGELOG}: the entry {newest} has no date")
    elif _DATES.found(root) != [date]:
        wrong.append(f"{_DATES.file} shows another date of release than {CHANGELOG} (expected {date})")
    return wrong


def stamp(root: Path) -> None:
    """Write the version and the date of release wherever they are derived."""
    for file, text in _stamped(root).items():
        (root / file).write_text(text, encoding="utf-8", newline="\n")


def stale(root: Path) -> list[str]:
    """The files that `stamp` would change."""
    return [
        file for file, text in _stamped(root).items() if (root / file).read_text(encoding="utf-8") != text
    ]


def bump_table() -> str:
    """Each schema change that `onrecord diff` reports, with its bump: a table for docs/versions.md."""
    body = [(f"`{what}`", bump.name) for what, bump in BUMPS.items()]
    return pipe_table(("change", "smallest bump"), body)


def _stamped(root: Path) -> Mapping[str, str]:
    version, (_, date) = stated(root), newest_entry(root)
    texts: dict[str, str] = {}
    for place in (*PLACES, _DATES):
        value = date if place is _DATES else version
        if place.is_stamped and value is not None:
            text = texts.get(place.file) or (root / place.file).read_text(encoding="utf-8")
            texts[place.file] = re.sub(place.pattern, _with(value), text, flags=re.MULTILINE)
    return texts


def _with(value: str) -> Callable[[re.Match[str]], str]:
    """A function that replaces the first group of a match."""

    def replaced(found: re.Match[str]) -> str:
        start, end = (index - found.start() for index in found.span(1))
        return found[0][:start] + value + found[0][end:]

    return replaced
