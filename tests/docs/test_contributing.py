"""The commands and edits of CONTRIBUTING.md turn a text into records, tables and rows, as the page shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import onrecord
from onrecord.model.tables import key_fields
from tests.helpers.sample import as_text

PAGE = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"
TEXT = PAGE.read_text(encoding="utf-8")
WALK = TEXT.partition("## Add an article")[2].partition("### 5.")[0]
_STEP = re.compile(
    r"(?:^In `(?P<file>[^`]+)`:\n\n)?^```(?P<language>\w+)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Step:
    """A code block of the page; `file` is the file into which a block of JSON is written."""

    language: str
    content: str
    file: str | None


def steps() -> Iterator[Step]:
    for found in _STEP.finditer(WALK):
        yield Step(found["language"], found["content"], found["file"])


def commands(content: str) -> Iterator[tuple[str, str]]:
    """Each command of a block with the output that is shown below it."""
    for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, shell=True, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True
    )


def edit(path: Path, content: str) -> None:
    """Set the shown fields of existing records, and add the records that do not exist."""
    table = {"document.json": "documents"}.get(path.name, path.stem)
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    rows = [json.loads(old)] if table == "documents" else [json.loads(line) for line in old.splitlines()]
    keys = key_fields(table) if table != "documents" else ()
    for line in content.splitlines():
        shown = json.loads(line)
        known = [row for row in rows if all(row[key] == shown[key] for key in keys)]
        for row in known:
            assert shown.keys() <= row.keys()
            row.update(shown)
        rows += [] if known else [shown]
    path.write_text(as_text(path, rows), encoding="utf-8", newline="\n")


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str, str]]]:
    """The folder after all steps, and each command or script with its output and the output on the page."""
    folder = tmp_path_factory.mktemp("walk")
    text = "records/ninsey-water-chat-2022-11-06/article.txt"
    (folder / text).parent.mkdir(parents=True)
    shutil.copyfile(PAGE.parent / text, folder / text)
    printed: list[tuple[str, str, str]] = []
    for step in steps():
        if step.language == "json":
            assert step.file, f"the page does not name the file of this block: {step.content[:60]}"
            edit(folder / step.file, step.content)
        elif step.language == "console":
            for command, shown in commands(step.content):
                done = run(command, folder)
                has_findings = bool(re.search(r"^\d+ findings$", shown, re.MULTILINE))
                assert done.returncode == has_findings, done.stderr + done.stdout
                assert done.stderr == ""
                printed.append((command, done.stdout, shown))
        elif step.language == "python":
            shown = WALK.partition(step.content)[2].partition("```text\n")[2].partition("```")[0]
            script = subprocess.run(
                [sys.executable, "-c", step.content], cwd=folder, capture_output=True, text=True, check=True
            )
            printed.append((step.content, script.stdout, shown))
    return folder, printed


def test_every_command_prints_what_the_page_shows(walked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    shown = [(command, output) for command, _, output in walked[1] if output]
    assert shown == [(command, output) for command, output, wanted in walked[1] if wanted]
    assert len(shown) > 4


def test_a_new_folder_has_findings_for_everything_to_fill_in(
    walked: tuple[Path, list[tuple[str, str, str]]],
) -> None:
    asked = next(output for command, output, _ in walked[1] if command.startswith("onrecord validate"))
    for gap in ("title is empty", "quality is empty", "gloss is empty", 'role is ""', "holds the claims"):
        assert gap in asked


def test_the_records_are_valid_with_the_article(
    walked: tuple[Path, list[tuple[str, str, str]]],
) -> None:
    folder, _ = walked
    summary = onrecord.validate(folder / "my-records", articles=folder / "articles")
    assert list(summary) == []


def test_the_rows_can_be_loaded_as_a_dataset(
    walked: tuple[Path, list[tuple[str, str, str]]], tmp_path: Path
) -> None:
    from datasets import load_dataset

    shards = str(walked[0] / "my-data" / "claims" / "*.parquet")
    loaded = load_dataset("parquet", data_files={"test": shards}, split="test", cache_dir=str(tmp_path))
    assert loaded["speaker"][-1] == "Chief engineer of Ninsey Water"
    assert [row["text"] for row in loaded] == [
        row["text"] for row in onrecord.rows("claims", walked[0] / "my-data")
    ]
