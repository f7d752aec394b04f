"""Each entry of .pre-commit-hooks.yaml, run as pre-commit runs it, on example files that are good and bad."""

import json
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.model.tables import TABLES
from tests.helpers.sample import DOCUMENT_ID, edit, speakers, write_sample

HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook
    for hook in yaml.safe_load(
        (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    )
}
FILES = "onrecord-validate-files"
CLAIMS = f"records/{DOCUMENT_ID}/claims.jsonl"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository that keeps the sample's records, all of them tracked."""
    top = write_sample(tmp_path / "repo").parent
    git(top, "init", "--quiet")
    git(top, "add", ".")
    return top


def git(checkout: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=checkout, check=True, capture_output=True)


def run(hook_id: str, checkout: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Run a hook with its own args, or with others that a configuration gives it."""
    hook = HOOKS[hook_id]
    program, *words = shlex.split(hook["entry"])
    python = {"python": sys.executable}
    command = [python.get(program, str(Path(sysconfig.get_path("scripts")) / program)), *words]
    command += list(args) or hook.get("args", [])
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("hook_id", HOOKS)
def test_pre_commit_installs_the_core_alone(hook_id: str) -> None:
    assert HOOKS[hook_id]["language"] == "python"
    assert "additional_dependencies" not in HOOKS[hook_id]


@pytest.mark.parametrize("hook_id", HOOKS)
def test_a_hook_runs_once_at_every_commit_and_asks_for_no_file_names(hook_id: str) -> None:
    hook = HOOKS[hook_id]

    assert {"id", "name", "description", "entry", "language"} <= set(hook)
    assert hook["language"] == "python"
    # With a filter, a commit that touches other files, or only deletes some, would not be checked.
    assert hook["always_run"] is True
    assert not {"files", "types", "types_or"} & set(hook)
    # With names, a long list would be split over processes.
    assert hook["pass_filenames"] is False


@pytest.mark.parametrize("hook_id", HOOKS)
def test_a_hook_passes_good_records(hook_id: str, checkout: Path) -> None:
    done = run(hook_id, checkout)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("hook_id", HOOKS)
def test_a_hook_fails_bad_records_and_says_where(hook_id: str, checkout: Path) -> None:
    edit(checkout / CLAIMS, lambda rows: rows[2].update(mode="said"))
    done = run(hook_id, checkout)

    assert done.returncode == 1
    assert f"{CLAIMS}:3: " in done.stdout


def test_a_folder_given_as_args_is_checked_whatever_it_is_called(checkout: Path) -> None:
    git(checkout, "mv", "records", "my-records")
    edit(checkout / "my-records" / DOCUMENT_ID / "claims.jsonl", lambda rows: rows[2].update(mode="said"))
    done = run("onrecord-validate", checkout, "my-records")

    assert done.returncode == 1
    assert "my-records/" in done.stdout


@pytest.mark.parametrize("hook_id", HOOKS)
def test_a_deleted_table_is_noticed(hook_id: str, checkout: Path) -> None:
    git(checkout, "rm", "--quiet", "--force", "records/speakers.jsonl")
    done = run(hook_id, checkout)

    if hook_id == FILES:
        # Single files are checked against those that are there; the summary names the rest.
        assert "speakers" in done.stdout
    else:
        assert done.returncode == 1


def test_a_tracked_file_that_is_not_there_is_no_pass(checkout: Path) -> None:
    (checkout / "records" / "speakers.jsonl").unlink()
    done = run(FILES, checkout)

    assert done.returncode == 2
    assert "speakers.jsonl: there is no such file" in done.stderr


@pytest.mark.parametrize("table", TABLES)
def test_tracked_files_named_after_their_table_are_checked(table: str, checkout: Path) -> None:
    for name in (f"more/{table}.jsonl", f"more/{table}.txt", f"more/old-{table}.jsonl"):
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text("no record\n", encoding="utf-8")
    git(checkout, "add", ".")
    done = run(FILES, checkout, "--level", "1")

    assert done.returncode == 1
    assert {line.partition(":")[0] for line in done.stdout.splitlines() if "more/" in line} == {
        f"more/{table}.jsonl"
    }


def test_a_file_whose_name_looks_like_an_option_is_a_file(checkout: Path) -> None:
    (checkout / "--help").mkdir()
    (checkout / "--help" / "speakers.jsonl").write_text("no record\n", encoding="utf-8")
    git(checkout, "add", ".")

    assert run(FILES, checkout).returncode == 1


def test_thousands_of_files_are_checked_in_one_process(checkout: Path) -> None:
    """So many that their names do not fit into one command line of pre-commit (128 KiB)."""
    number = 2_600
    for index in range(number):
        file = checkout / f"a-folder-with-quite-a-long-name-for-its-speakers-{index:05d}" / "speakers.jsonl"
        file.parent.mkdir()
        # The first and the last one declare the same speaker.
        name = f"speaker-{index % (number - 1):05d}"
        row = {**speakers()[1], "speaker_id": name, "name": f"Speaker {name}", "aliases": []}
        file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    git(checkout, "add", ".")
    done = run(FILES, checkout, "--level", "3", "--ignore", "unused-speaker")

    assert done.returncode == 1
    assert "duplicate-id" in done.stdout
    assert done.stdout.count(" tables checked: ") == 1
    assert f"{number + 3:,} speakers" in done.stdout


def test_outside_of_a_repository_the_hook_says_so(tmp_path: Path) -> None:
    done = run(FILES, tmp_path)

    assert done.returncode == 2
    assert "git cannot list the tracked files" in done.stderr
    assert len(done.stderr.splitlines()) == 1
