"""The manifest of the dataset's folder: the SHA-256 of every file in it, as `sha256sum` writes and reads it.

The format and the comparison are here. The folder has the same layout in a checkout, the sdist and the wheel,
so one manifest serves them all; pyproject.toml says which files belong to it, and `scripts.manifest` reads
that.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Literal

from onrecord.exceptions import UnusableManifest
from onrecord.model.findings import printable, quoted
from onrecord.model.paths import home
from onrecord.model.short_repr import ShortRepr

MANIFEST = "MANIFEST.sha256"
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64}) [ *](?P<path>\S.*)")

Problem = Literal["altered", "missing", "unexpected", "unreadable"]


@dataclass(frozen=True, slots=True, repr=False)
class Discrepancy(ShortRepr):
    """A file that differs from the manifest; `path` is relative to the folder, with forward slashes."""

    path: str
    problem: Problem

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.problem}"

    @property
    def fault(self) -> Problem:
        """The old name of `problem`."""
        return self.problem


def manifest_text(folder: Path, paths: Iterable[str]) -> str:
    """The manifest of the given files of a folder, ordered by path. Raises OSError."""
    return "".join(f"{file_digest(folder / path)}  {path}\n" for path in sorted(paths))


def read_manifest(folder: Path) -> Mapping[str, str]:
    """The digest of each file that the folder's manifest lists, by path.

    Raises UnusableManifest, with one line per error, if there is none or a line of it cannot be trusted.
    """
    file = folder / MANIFEST
    shown = printable(str(file))
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnusableManifest(f"{printable(str(folder))}{_lack(folder)}") from error
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else f"byte {error.start + 1} is not UTF-8"
        raise UnusableManifest(f"{shown}: {why}") from error
    digests: dict[str, str] = {}
    errors = []
    for number, line in enumerate(lines, 1):
        found = _LINE.fullmatch(line)
        if found is None:
            errors.append(f"{shown}:{number}: {quoted(line)} is not a SHA-256 with a path")
        elif not _lies_inside(found["path"]):
            errors.append(f"{shown}:{number}: {quoted(found['path'])} leads out of the folder")
        elif found["path"] in digests:
            errors.append(f"{shown}:{number}: {quoted(found['path'])} is listed twice")
        else:
            digests[found["path"]] = found["digest"]
    if not lines:
        errors.append(f"{shown}: the file is empty (expected one line per file: SHA-256, two blanks, path)")
    if errors:
        raise UnusableManifest("\n".join(errors))
    return digests


def verify(folder: str | PathLike[str] | None = None) -> list[Discrepancy]:
    """Compare a dataset folder with its manifest; the files that differ, ordered by path.

    `folder` is a checkout, an unpacked sdist, or what `onrecord.path()` gives, which is the default. A file
    is altered, missing, unreadable, or unexpected: in a folder that the manifest covers, but not listed
    (hidden files are skipped). Raises UnusableManifest if there is no manifest, or an invalid one.
    """
    top = home() if folder is None else Path(folder)
    listed = read_manifest(top)
    compared = ((path, _problem(top / path, digest)) for path, digest in listed.items())
    found = [Discrepancy(path, problem) for path, problem in compared if problem]
    found += [Discrepancy(path, "unexpected") for path in _unlisted(top, listed)]
    return sorted(found, key=lambda discrepancy: discrepancy.path)


def file_digest(file: Path) -> str:
    """SHA-256 of a file's bytes. Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_under(folder: Path) -> Iterator[Path]:
    """Every file in a folder and the folders inside it, without the hidden ones that systems leave behind."""
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from files_under(entry)
        else:
            yield entry


def _lack(folder: Path) -> str:
    """Why a folder has no manifest, as the end of a sentence that begins with its name."""
    if folder.is_dir():
        return f" has no {MANIFEST}: neither a checkout nor an installed dataset"
    return " is not a folder" if folder.exists() else ": there is no such folder"


def _problem(file: Path, digest: str) -> Problem | None:
    try:
        return None if file_digest(file) == digest else "altered"
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except IsADirectoryError:
        return "altered"
    except OSError:
        return "unreadable"


def _unlisted(top: Path, listed: Mapping[str, str]) -> Iterator[str]:
    """The files that are not listed, in the folders that the manifest covers whole."""
    covered = {path.partition("/")[0] for path in listed if "/" in path}
    for name in sorted(covered):
        if (top / name).is_dir():
            for file in files_under(top / name):
                if (path := file.relative_to(top).as_posix()) not in listed:
                    yield path


def _lies_inside(path: str) -> bool:
    return not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts
