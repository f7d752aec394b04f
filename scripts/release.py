"""Check whether the checkout can be released, and write its manifest: `make release PREVIOUS=TAG`.

Lists the conditions of a release; it tags and publishes nothing. The previous release is a git tag, a
checkout, a wheel or a folder of its tables. The version must be at least the smallest one that `onrecord
diff` reports.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.dataset.comparison.diff import Diff, diff, is_high_enough
from onrecord.dataset.comparison.formats import text_report
from onrecord.dataset.manifest import MANIFEST, file_digest
from onrecord.exceptions import UnusableEdition
from scripts import manifest, versions

ROOT = Path(__file__).resolve().parents[1]
CHECKS = (["make", "check"], ["make", "test"], ["make", "test-wheel"])
"""The commands that must pass, the fast ones first."""


class UnusablePrevious(ValueError):
    """The argument does not name a previous release."""


def main() -> int:
    """0 if the release is ready, 1 if it is refused, 2 if the previous release cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "previous", help="the release before this one: a git tag, or a path that `onrecord diff` takes"
    )
    try:
        return release(ROOT, parser.parse_args().previous, CHECKS)
    except (UnusablePrevious, UnusableEdition) as error:
        print(error, file=sys.stderr)
        return 2


def release(root: Path, previous: str, checks: tuple[list[str], ...]) -> int:
    """Write the manifest and run the checks, or refuse with all reasons; 0 if the release is ready."""
    with opened(root, previous) as older:
        found = diff(older, root)
    print(*text_report(found), sep="\n")
    refused = [*versions.disagreements(root), *too_small(found, versions.stated(root))]
    if versions.has_unreleased_changes(root):
        refused.append(f"{versions.CHANGELOG}: give the entry [Unreleased] its version and date")
    # Written before git is asked for uncommitted files, because it changes with every other file.
    manifest.write(root)
    refused += uncommitted(root)
    # The checks take minutes, so they are skipped if the release is refused already.
    refused += [] if refused else [f"`{' '.join(check)}` failed" for check in checks if _fails(check, root)]
    for reason in refused:
        print(f"refused: {reason}", file=sys.stderr)
    if not refused:
        version = versions.stated(root)
        print(f"{version} is ready; SHA-256 of {MANIFEST}: {file_digest(root / MANIFEST)}")
        print(f"left to do: git tag --annotate v{version}, python -m hatchling build")
    return 1 if refused else 0


def too_small(found: Diff, version: str) -> list[str]:
    """Why the version is too small for the changes since the previous release; empty if it is not."""
    if found.smallest_version is None:
        return [f"{found.old.path} states no version, so the smallest allowed one is unknown"]
    try:
        if is_high_enough(version, found.smallest_version):
            return []
    except ValueError as error:
        return [str(error)]
    bump = "PATCH" if found.bump is None else found.bump.name
    needed = f"the version must be {found.smallest_version} or higher"
    return [f"{version} is too small: the changes since {found.old.version} are {bump}, so {needed}"]


def uncommitted(root: Path) -> list[str]:
    """One line per file that differs from the last commit."""
    lines = _git(root, "status", "--porcelain").splitlines()
    return [f"{line[3:]} is not committed" for line in lines]


@contextmanager
def opened(root: Path, previous: str) -> Iterator[Path]:
    """The previous release as a path: the given path, or a temporary copy of the files of a git tag."""
    if Path(previous).exists():
        yield Path(previous)
        return
    if not _is_known(root, previous):
        raise UnusablePrevious(f"{previous}: expected a path, a git tag or a commit, found none of that name")
    with tempfile.TemporaryDirectory() as name:
        # Named after the release, because reports show the name.
        folder = Path(name) / previous.replace("/", "-")
        folder.mkdir()
        archive = subprocess.run(
            ["git", "archive", "--format=tar", previous], cwd=root, check=True, capture_output=True
        )
        subprocess.run(["tar", "--extract", "--directory", str(folder)], input=archive.stdout, check=True)
        yield folder


def _is_known(root: Path, revision: str) -> bool:
    command = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    return subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def _fails(command: list[str], root: Path) -> bool:
    return subprocess.run(command, cwd=root, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
