"""Each entry of .pre-commit-hooks.yaml, run as pre-commit runs it, on example files that are good and bad."""

import re
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.model.tables import TABLES
from tests.helpers.sample import DOCUMENT_ID, edit, write_sample

HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook
    for hook in yaml.safe_load(
        (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    )
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "repo").parent


def run(hook_id: str, checkout: Path) -> "subprocess.CompletedProcess[str]":
    """Run a hook over all files of the checkout: its entry, its args, and the files that it asks for."""
    hook = HOOKS[hook_id]
    files = [path.relative_to(checkout).as_posix() for path in sorted(checkout.rglob("*")) if path.is_file()]
    wanted = [file for file in files if re.search(hook["files"], file)]
    assert wanted
    program, *words = shlex.split(hook["entry"])
    passed = wanted if hook.get("pass_filenames", True) else []
    command = [str(Path(sysconfig.get_path("scripts")) / program), *words, *hook.get("args", []), *passed]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("hook_id", HOOKS)
def test_a_hook_has_what_pre_commit_needs(hook_id: str) -> None:
    hook = HOOKS[hook_id]

    assert {"id", "name", "description", "entry", "language", "files"} <= set(hook)
    assert hook["language"] == "python"
    # Files are checked against each other: they must not be spread over processes.
    assert hook.get("require_serial") or not hook.get("pass_filenames", True)


@pytest.mark.parametrize("hook_id", HOOKS)
def test_a_hook_passes_good_records(hook_id: str, checkout: Path) -> None:
    done = run(hook_id, checkout)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("hook_id", HOOKS)
def test_a_hook_fails_bad_records_and_says_where(hook_id: str, checkout: Path) -> None:
    edit(checkout / "records" / DOCUMENT_ID / "claims.jsonl", lambda rows: rows[2].update(mode="said"))
    done = run(hook_id, checkout)

    assert done.returncode == 1
    assert f"records/{DOCUMENT_ID}/claims.jsonl:3: " in done.stdout


@pytest.mark.parametrize("table", TABLES)
def test_files_named_after_their_table_are_asked_for(table: str) -> None:
    pattern = HOOKS["onrecord-validate-files"]["files"]

    assert re.search(pattern, f"some/folder/{table}.jsonl")
    assert re.search(pattern, f"{table}.parquet")
    assert not re.search(pattern, f"{table}.csv")
    assert not re.search(pattern, f"old-{table}.jsonl")
