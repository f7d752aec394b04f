"""Temporary files and folders: gone after their block, after an interruption, and with the next run."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.execution.leftovers import (
    marked,
    marked_folder,
    marked_path,
    remove_leftovers,
    remove_temporary_leftovers,
    temporary_folder,
)
from tests.helpers.leftovers import left_by_killed

INTERRUPTED_REMOVAL = """
import shutil, sys
from pathlib import Path
from onrecord.execution.leftovers import marked_folder

def interrupt(*_, **__):
    shutil.rmtree = rmtree
    raise SystemExit(143)

rmtree, shutil.rmtree = shutil.rmtree, interrupt
with marked_folder(Path(sys.argv[1]), "data") as folder:
    (folder / "file").touch()
"""
"""A run that is interrupted for the first time while it removes its folder."""


def test_a_folder_whose_removal_is_interrupted_is_gone_when_the_process_ends(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED_REMOVAL, str(tmp_path)], check=False)

    assert done.returncode == 143
    assert list(tmp_path.iterdir()) == []


FORK = """
import atexit, os, sys
from pathlib import Path
from onrecord.execution.leftovers import marked_folder

with marked_folder(Path(sys.argv[1]), "data") as folder:
    child = os.fork()
    if not child:
        atexit._run_exitfuncs()
        os._exit(0)
    os.waitpid(child, 0)
    print(folder.is_dir())
"""
"""A process whose fork ends inside the block, with what Python does at the end of a process."""


def test_a_fork_leaves_the_folders_of_its_parent(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORK, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert done.stdout == "True\n"
    assert list(tmp_path.iterdir()) == []


def test_a_file_or_folder_is_gone_after_its_block(tmp_path: Path) -> None:
    with marked_path(tmp_path, ".page") as file, marked_folder(tmp_path, ".data") as folder:
        file.write_text("half")
        (folder / "file").write_text("half")
        assert {path.name for path in tmp_path.iterdir()} == {file.name, folder.name}

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_put_in_its_place_stays(tmp_path: Path) -> None:
    with marked_path(tmp_path, ".page") as file:
        file.write_text("whole")
        file.replace(tmp_path / "page")

    assert (tmp_path / "page").read_text() == "whole"


def test_files_and_folders_of_killed_runs_are_removed_and_links_are_not_followed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    left_by_killed(tmp_path, ".page").touch()
    left_by_killed(tmp_path, ".page").mkdir()
    link = left_by_killed(tmp_path, ".page")
    link.symlink_to(kept)
    mine = tmp_path / marked(".page")
    mine.touch()

    remove_leftovers(tmp_path, ".page")

    assert set(tmp_path.iterdir()) == {kept, link, mine}
    assert (kept / "file").exists()


def test_a_folder_for_temporary_files_that_cannot_be_listed_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    # Root may list any folder, so the mode 1733 alone would show nothing.
    monkeypatch.setattr(Path, "iterdir", refuse)
    remove_temporary_leftovers()
    with temporary_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert os.listdir(tmp_path) == []  # noqa: PTH208  # `Path.iterdir` is refused here.
