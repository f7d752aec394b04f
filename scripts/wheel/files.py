"""The sdist and the wheel: built, small enough, and the same from a checkout and from an sdist."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from scripts.wheel.user import Failed

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 2_000_000
"""The size in bytes that sdist and wheel must stay below, apart from the records and their tables."""


def built(out: Path) -> Path:
    """The wheel, after checking it and the sdist. Raises Failed if one is too large or the two differ."""
    _build(ROOT, out, "sdist")
    sdist = next(out.glob("*.tar.gz"))
    with tarfile.open(sdist) as archive:
        archive.extractall(out / "unpacked", filter="data")
    unpacked = next((out / "unpacked").iterdir())
    _build(unpacked, out / "from-sdist", "wheel")
    _build(ROOT, out, "wheel")
    wheel, again = next(out.glob("*.whl")), next((out / "from-sdist").glob("*.whl"))
    if _contents(wheel) != _contents(again):
        raise Failed("the wheel from the sdist differs from the wheel from the checkout")
    largest = LARGEST + records_size(wheel)
    for file in (sdist, wheel):
        if file.stat().st_size >= largest:
            raise Failed(f"{file.name} has {file.stat().st_size:,} bytes (expected less than {largest:,})")
        print(f"ok: {file.name}, {file.stat().st_size:,} bytes")
    return wheel


def records_size(wheel: Path) -> int:
    """What the records and their tables take in a wheel, in bytes; it grows with each document."""
    grows = tuple(f"onrecord/_dataset/{folder}/" for folder in ("records", "data"))
    with zipfile.ZipFile(wheel) as archive:
        return sum(one.compress_size for one in archive.infolist() if one.filename.startswith(grows))


def _build(source: Path, out: Path, target: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(out)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"the {target} could not be built:\n{done.stdout}{done.stderr}")


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
