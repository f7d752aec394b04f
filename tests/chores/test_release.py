"""`scripts.release` refuses an unfinished release with all reasons, and writes the manifest."""

import re
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from onrecord.building.build import build
from onrecord.dataset.manifest import MANIFEST, verify
from onrecord.model.digest import VERSION_KEY
from scripts import manifest, release, versions
from tests.helpers.sample import DOCUMENT_ID, edit, write_sample

PASSES, FAILS = ["true"], ["false"]


def git(folder: Path, *arguments: str) -> None:
    own = [
        "-c",
        "user.name=Somebody",
        "-c",
        "user.email=somebody@example.invalid",
        "-c",
        "commit.gpgsign=false",
    ]
    subprocess.run(["git", *own, *arguments], cwd=folder, check=True, capture_output=True)


def set_version(checkout: Path, version: str) -> None:
    """Change the version as a maintainer does: in pyproject.toml and the changelog, and stamp the rest."""
    project, changelog = checkout / "pyproject.toml", checkout / "CHANGELOG.md"
    show_version(project, r'^version = ".+"$', f'version = "{version}"')
    show_version(changelog, r"\A", f"## [{version}] - 2027-01-31\n\n")
    versions.stamp(checkout)


def show_version(file: Path, pattern: str, text: str) -> None:
    found = file.read_text(encoding="utf-8")
    file.write_text(re.sub(pattern, text, found, flags=re.MULTILINE), encoding="utf-8")


def rebuild(checkout: Path) -> None:
    """Build as a package of the checkout's version would, independent of the installed version."""
    build(checkout / "records", checkout / "data")
    version = versions.stated(checkout)
    for file in (checkout / "data").rglob("*.parquet"):
        table = pq.read_table(file)
        footer = {**pq.read_metadata(file).metadata, VERSION_KEY.encode(): version.encode()}
        # The Parquet writer adds this key itself.
        del footer[b"ARROW:schema"]
        pq.write_table(table.replace_schema_metadata(footer), file)
    # The build renews these with the version of the installed package.
    show_version(checkout / "README.md", r"^  version: .+$", f"  version: {version}")
    show_version(checkout / "croissant.json", r'^  "version": ".+"', f'  "version": "{version}"')
    manifest.write(checkout)


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A git repository with the sample as its dataset; version 1.0.0 is committed and tagged."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("pyproject.toml", *manifest.shipped(root)):
        if name not in ("data", "records"):
            (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, folder / name)
    changelog = folder / "CHANGELOG.md"
    text = changelog.read_text("utf-8")
    changelog.write_text(
        re.sub(r"## \[Unreleased\]\n.*?(?=^## )", "", text, flags=re.MULTILINE | re.DOTALL), "utf-8"
    )
    write_sample(folder)
    set_version(folder, "1.0.0")
    rebuild(folder)
    git(folder, "init", "--quiet")
    commit(folder)
    git(folder, "tag", "v1.0.0")
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "State of things")


def bump(checkout: Path, version: str) -> None:
    set_version(checkout, version)
    rebuild(checkout)
    commit(checkout)


def relabel(checkout: Path) -> None:
    edit(checkout / "records" / DOCUMENT_ID / "claims.jsonl", lambda rows: rows[2].update(setting="rally"))


def test_a_patch_after_nothing_but_packaging_is_ready(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bump(checkout, "1.0.1")
    assert release.release(checkout, "v1.0.0", (PASSES,)) == 0
    assert "1.0.1 is ready" in capfd.readouterr().out
    assert verify(checkout) == []


def test_changes_without_a_version_are_a_refusal(checkout: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bump(checkout, "1.0.1")
    changelog = checkout / "CHANGELOG.md"
    changelog.write_text(
        changelog.read_text("utf-8").replace("\n## ", "\n## [Unreleased]\n\n## ", 1), "utf-8"
    )
    rebuild(checkout)
    commit(checkout)
    assert release.release(checkout, "v1.0.0", (PASSES,)) == 1
    assert "give the entry [Unreleased] its version and date" in capfd.readouterr().err


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1", "1.9.0"])
def test_a_bump_too_small_for_a_changed_label_is_refused(
    checkout: Path, version: str, capfd: pytest.CaptureFixture[str]
) -> None:
    relabel(checkout)
    bump(checkout, version)
    assert release.release(checkout, "v1.0.0", (PASSES,)) == 1
    printed = capfd.readouterr()
    assert f"refused: {version} is too small: the changes since 1.0.0 are MAJOR" in printed.err
    assert "so the version must be 2.0.0 or higher" in printed.err
    assert f"changed: claims {DOCUMENT_ID}-c003 setting" in printed.out


def test_a_major_bump_for_a_changed_label_is_ready(checkout: Path) -> None:
    relabel(checkout)
    bump(checkout, "2.0.0")
    assert release.release(checkout, "v1.0.0", (PASSES,)) == 0


def test_the_previous_release_may_be_a_path(checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(checkout, tmp_path / "previous")
    bump(checkout, "1.0.1")
    assert release.release(checkout, str(tmp_path / "previous"), (PASSES,)) == 0


def test_every_reason_is_reported_and_no_check_is_run(
    checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bump(checkout, "1.0.0")
    changelog = checkout / "CHANGELOG.md"
    text = changelog.read_text(encoding="utf-8")
    changelog.write_text(text.replace("## [1.0.0] - 2027-01-31", "## [1.1.0]", 1), encoding="utf-8")
    assert release.release(checkout, "v1.0.0", (["touch", "run"],)) == 1
    printed = capfd.readouterr().err
    for reason in (
        "CHANGELOG.md shows 1.1.0, pyproject.toml shows 1.0.0",
        "CHANGELOG.md: the entry 1.1.0 has no date",
        "1.0.0 is too small",
        "CHANGELOG.md is not committed",
        # The release has just renewed it, because it has the hash of the changelog.
        f"{MANIFEST} is not committed",
    ):
        assert f"refused: {reason}" in printed
    assert not (checkout / "run").exists()


def test_a_check_that_fails_is_a_refusal(checkout: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bump(checkout, "1.0.1")
    assert release.release(checkout, "v1.0.0", (PASSES, FAILS)) == 1
    assert "refused: `false` failed" in capfd.readouterr().err


def test_an_unknown_previous_release_is_unusable(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "ROOT", checkout)
    monkeypatch.setattr("sys.argv", ["release", "v0.0.9"])
    assert release.main() == 2
