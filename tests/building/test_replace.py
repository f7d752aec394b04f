"""A folder is replaced completely or not at all, and never if it contains files of others."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.building.replace import check_replaceable, exchange_folders, staged
from onrecord.exceptions import OutputRefused

Exchange = Callable[[Path, Path], bool]

SHARD = "test-00000-of-00001.parquet"


def write_tables(folder: Path, content: str) -> None:
    (folder / "claims").mkdir(parents=True)
    (folder / "claims" / SHARD).write_text(content)


def content_of(folder: Path) -> str:
    return (folder / "claims" / SHARD).read_text()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    write_tables(folder, "old")
    return folder


def cannot_exchange(*_: Path) -> bool:
    return False


every_way_to_swap = pytest.mark.parametrize(
    "exchange", [exchange_folders, cannot_exchange], ids=["exchange", "two renames"]
)


@every_way_to_swap
def test_a_new_folder_replaces_the_old_one(out: Path, exchange: Exchange) -> None:
    with staged(out, exchange=exchange) as folder:
        write_tables(folder, "new")
        assert content_of(out) == "old"
    assert content_of(out) == "new"
    assert [path.name for path in out.parent.iterdir()] == ["data"]


@every_way_to_swap
def test_a_folder_that_does_not_exist_is_created(tmp_path: Path, exchange: Exchange) -> None:
    with staged(tmp_path / "fresh", exchange=exchange) as folder:
        write_tables(folder, "new")
    assert content_of(tmp_path / "fresh") == "new"


@every_way_to_swap
def test_a_failure_during_a_build_leaves_only_the_old_folder(out: Path, exchange: Exchange) -> None:
    def interrupted_build() -> None:
        with staged(out, exchange=exchange) as folder:
            write_tables(folder, "half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted_build()
    assert content_of(out) == "old"
    assert [path.name for path in out.parent.iterdir()] == ["data"]


def test_a_second_rename_that_fails_undoes_the_first(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename
    calls = []

    def rename_failing_once(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(errno.EIO, "the disk is gone")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", rename_failing_once)
    with pytest.raises(OSError, match="the disk is gone"), staged(out, exchange=cannot_exchange) as folder:
        write_tables(folder, "new")
    assert content_of(out) == "old"
    assert [path.name for path in out.parent.iterdir()] == ["data"]


def test_a_link_to_the_folder_stays_a_link(out: Path) -> None:
    link = out.parent / "link"
    link.symlink_to(out)
    with staged(link) as folder:
        write_tables(folder, "new")
    assert link.is_symlink()
    assert content_of(out) == "new"


@pytest.mark.parametrize(
    "name",
    [
        "letter.txt",
        "claims/notes.txt",
        "claims/train-00000-of-00001.parquet",
        "photos/test-00000-of-00001.parquet",
        ".hidden",
    ],
)
def test_a_folder_with_other_files_is_not_replaced(out: Path, name: str) -> None:
    file = out / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")
    with pytest.raises(OutputRefused, match=name.partition("/")[0]), staged(out):
        pytest.fail("the block must not run")
    assert file.read_text() == "mine"


def test_a_folder_with_a_linked_table_is_not_replaced(out: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / "segments").symlink_to(elsewhere)
    with pytest.raises(OutputRefused, match="segments"):
        check_replaceable(out)


def test_a_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    with pytest.raises(OutputRefused, match="not a folder"):
        check_replaceable(tmp_path / "data")


def test_a_folder_with_a_missing_parent_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="there is no folder"):
        check_replaceable(tmp_path / "missing" / "data")


def test_an_empty_folder_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    check_replaceable(tmp_path / "data")
