"""Write MANIFEST.sha256, check whether it is up to date, and list the files that it covers.

`onrecord.dataset.manifest` defines its format. It covers what the wheel includes, so that the list in
pyproject.toml is the only one, and a checkout, the sdist and an installed copy are verified in the same way.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from onrecord.dataset.manifest import MANIFEST, files_under, manifest_text

_INSIDE = "onrecord/_dataset/"


def covered_files(root: Path) -> Iterator[str]:
    """The files of the dataset's folder, relative to the root, without the manifest."""
    for source in shipped(root):
        path = root / source
        if source == MANIFEST:
            continue
        if path.is_dir():
            yield from (file.relative_to(root).as_posix() for file in files_under(path))
        else:
            yield source


def shipped(root: Path) -> list[str]:
    """The files and folders at the root that the wheel includes, each at the same path inside it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    included: dict[str, str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    moved = [source for source, target in included.items() if target != f"{_INSIDE}{source}"]
    if moved:
        raise ValueError(f"the wheel must keep the layout of the checkout: {', '.join(moved)}")
    return list(included)


def write(root: Path) -> None:
    """Write the manifest for the current files."""
    (root / MANIFEST).write_text(manifest_text(root, covered_files(root)), encoding="utf-8", newline="\n")


def is_current(root: Path) -> bool:
    """Whether the manifest matches the current files."""
    file = root / MANIFEST
    return file.is_file() and file.read_bytes() == manifest_text(root, covered_files(root)).encode()
