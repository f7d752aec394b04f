"""MANIFEST.sha256 and `onrecord verify`: what was done to any file of the dataset's folder is named."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import onrecord
from onrecord.cli.main import main
from onrecord.dataset.manifest import MANIFEST, Discrepancy, manifest_text, read_manifest, verify
from onrecord.exceptions import UnusableManifest
from scripts import manifest

SHARD = "data/claims/test-00000-of-00001.parquet"


@pytest.fixture
def installed(root: Path, tmp_path: Path) -> Path:
    """A copy of the dataset's folder as a wheel has it."""
    folder = tmp_path / "_dataset"
    folder.mkdir()
    for name in manifest.shipped(root):
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, folder / name)
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def test_the_committed_manifest_is_current(root: Path) -> None:
    assert manifest.is_current(root), "`make build` renews MANIFEST.sha256"


def test_it_covers_what_people_rely_on_and_never_itself(root: Path) -> None:
    covered = set(read_manifest(root))
    assert {
        "README.md",
        "CITATION.cff",
        "LICENSE",
        "LICENSE-DATA",
        SHARD,
        "records/speakers.jsonl",
    } <= covered
    for folder in ("data", "records", "schema"):
        files = {path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file()}
        assert files <= covered
    assert MANIFEST not in covered


def test_it_is_sorted_with_slashes_and_ends_its_lines_with_lf(root: Path) -> None:
    raw = (root / MANIFEST).read_bytes()
    paths = [line.partition(b"  ")[2] for line in raw.splitlines()]
    assert paths == sorted(paths)
    assert b"\r" not in raw
    assert b"\\" not in raw
    assert raw.endswith(b"\n")


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum on this system")
def test_sha256sum_reads_it_in_a_copy_as_in_the_checkout(root: Path, installed: Path) -> None:
    for folder in (root, installed):
        command = ["sha256sum", "--check", "--strict", "--quiet", MANIFEST]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_intact_copy_has_no_differences(installed: Path) -> None:
    assert verify(installed) == []
    result = run(installed)
    assert result.exit_code == 0
    assert f"all {len(read_manifest(installed))} files" in result.stdout


def test_one_flipped_byte_is_named(installed: Path) -> None:
    raw = bytearray((installed / SHARD).read_bytes())
    raw[100] ^= 1
    (installed / SHARD).write_bytes(raw)
    result = run(installed)
    assert result.exit_code == 1
    assert result.stdout == f"{SHARD}: altered\n"
    assert "installing the package again" in result.stderr


def test_the_problem_of_a_file_is_also_found_under_its_old_name(installed: Path) -> None:
    (installed / "LICENSE").unlink()

    assert [(found.path, found.problem, found.fault) for found in verify(installed)] == [
        ("LICENSE", "missing", "missing")
    ]


def test_every_kind_of_difference_is_reported_at_once(installed: Path) -> None:
    (installed / "README.md").write_text("mine", encoding="utf-8")
    (installed / "schema" / "claims.schema.json").unlink()
    (installed / "data" / "speakers" / "test-00001-of-00002.parquet").write_bytes(b"")
    (installed / "LICENSE").unlink()
    (installed / "LICENSE").mkdir()
    (installed / "data" / ".DS_Store").write_bytes(b"left by a system")
    shutil.rmtree(installed / "records")
    differences = {
        (found.path, found.problem) for found in verify(installed) if not found.path.startswith("records/")
    }
    assert differences == {
        ("README.md", "altered"),
        ("LICENSE", "altered"),
        ("schema/claims.schema.json", "missing"),
        ("data/speakers/test-00001-of-00002.parquet", "unexpected"),
    }
    assert Discrepancy("records/speakers.jsonl", "missing") in verify(installed)


def test_for_a_checkout_the_way_to_renew_it_is_named(installed: Path, root: Path) -> None:
    shutil.copy(root / "pyproject.toml", installed)
    (installed / "README.md").write_text("mine", encoding="utf-8")
    assert "`make build` renews it" in run(installed).stderr


def test_without_a_folder_the_installed_copy_is_checked(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.dataset.manifest.home", lambda: installed)
    (installed / SHARD).unlink()
    assert onrecord.verify() == [Discrepancy(SHARD, "missing")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("not a digest  README.md\n", ":1: "),
        (f"{'0' * 64}  ../secret\n", "leads out of the folder"),
        (f"{'0' * 64}  /etc/passwd\n", "leads out of the folder"),
        (f"{'0' * 64}  a\n{'1' * 64}  a\n", ":2: "),
    ],
    ids=["empty", "no digest", "parent", "absolute", "twice"],
)
def test_an_invalid_manifest_ends_with_2(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    result = run(tmp_path)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""


def test_all_errors_of_a_manifest_are_reported(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("one\ntwo\n", encoding="utf-8")
    with pytest.raises(UnusableManifest) as reason:
        read_manifest(tmp_path)
    assert len(str(reason.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere", "nowhere: there is no such folder"),
        ("empty", f"empty has no {MANIFEST}: neither a checkout nor an installed dataset"),
        ("file", "file is not a folder"),
    ],
)
def test_a_folder_without_a_manifest_ends_with_2(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run(tmp_path / name)
    assert result.exit_code == 2
    assert result.stderr.endswith(f"{reason}\n")


@pytest.mark.parametrize(
    ("names", "reason"), [(["a"], "1 file differs from"), (["a", "b"], "2 files differ from")]
)
def test_the_files_that_differ_are_counted(tmp_path: Path, names: list[str], reason: str) -> None:
    (tmp_path / MANIFEST).write_text("".join(f"{'0' * 64}  {name}\n" for name in names), encoding="utf-8")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert reason in result.stderr


def test_the_order_of_the_paths_given_does_not_matter(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert manifest_text(tmp_path, ["b", "a"]) == manifest_text(tmp_path, ["a", "b"])
