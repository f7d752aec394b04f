"""What an installation takes: seconds and megabytes, in a fresh environment, next to an earlier release.

Builds the wheel of this checkout and that of a git revision, and installs each with pip into new virtual
environments, in turn. The seconds are those of a machine that has downloaded the packages before, or has an
index nearby, because pip uses its cache. Run as `python -m benchmarks.install_size REVISION`; the result is
saved in benchmarks/results/ and shown in docs/installation.md.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from onrecord.model.paths import home

RESULT = home() / "benchmarks" / "results" / "install_size.json"
RUNS = 3
EXTRAS = ("datasets", "score")
"""Extras that are measured with the core, each by itself."""
Row = dict[str, Any]
_MEGABYTE = 1 << 20
_OWN = ("pip", "setuptools")
"""What a new environment has already."""


def main() -> None:
    """Measure this checkout and a revision, and save what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", help="a git revision to compare with, such as the tag of a release")
    revision = parser.parse_args().revision
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = build(unpacked(revision, folder / "before"), folder / "wheel-before")
        now = build(home(), folder / "wheel-now")
        wanted = {
            f"version {before.name.split('-')[1]}": str(before),
            "core": str(now),
            **{f"core and extra {extra}": f"{now}[{extra}]" for extra in EXTRAS},
        }
        rows = measured(wanted, folder)
    found = {
        "command": f"python -m benchmarks.install_size {revision}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "runs": RUNS,
        "rows": rows,
    }
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measured(wanted: Mapping[str, str], folder: Path) -> list[Row]:
    """The fastest of several installations of each requirement, in turn."""
    found: dict[str, Row] = {}
    for _ in range(RUNS):
        for name, requirement in wanted.items():
            row = {"what": name, **installed(requirement, folder / "environment")}
            print(row, flush=True)
            # Whatever else the machine does can only add to the time.
            found[name] = min(found.get(name, row), row, key=lambda one: one["seconds"])
    return list(found.values())


def installed(requirement: str, environment: Path) -> Row:
    """Seconds of `pip install`, and what it added to a new environment: megabytes and packages."""
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment)], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    before, own = processor_seconds(), size_of(packages)
    started = time.perf_counter()
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", requirement], check=True, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    added = [path for path in packages.glob("*.dist-info") if path.name.partition("-")[0] not in _OWN]
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(processor_seconds() - before, 1),
        "megabytes": round((size_of(packages) - own) / _MEGABYTE),
        "packages": len(added),
    }


def processor_seconds() -> float:
    """What all processes that were started here and have ended took of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def size_of(folder: Path) -> int:
    """The space on disk of all files below a folder, in bytes, as `du` counts it."""
    return sum(file.lstat().st_blocks * 512 for file in folder.rglob("*"))


def unpacked(revision: str, folder: Path) -> Path:
    """The files of a revision, in a new folder."""
    archived = subprocess.run(
        ["git", "archive", "--format", "tar", revision], cwd=home(), check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=BytesIO(archived)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def build(source: Path, out: Path) -> Path:
    """The wheel of a checkout."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(out.glob("*.whl"))


if __name__ == "__main__":
    main()
