"""`onrecord init`: a folder of one's own from the first file to a score, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from datasets import load_dataset

import onrecord
from onrecord.authoring.new_claim import new_claim
from onrecord.authoring.segment import segment
from onrecord.authoring.starter_files import requirement, workflow
from onrecord.cli.main import main
from tests.helpers.sample import edit

FIRST = "Ferry stops for a week\n\nThe ferry will stop on Friday. Ada Lind said that the hull leaks.\n"
SECOND = "Library opens late\n\nThe library opened at noon on Monday. Nobody complained about that.\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FIRST, encoding="utf-8")
    (folder / "library.txt").write_text(SECOND, encoding="utf-8", newline="\r\n")
    return folder


@pytest.fixture
def started(tmp_path: Path, texts: Path) -> Path:
    """A new dataset with a first document."""
    done = run("init", tmp_path / "harbour-claims", "--article", texts / "ferry.txt", "--date", "2024-03-05",
               "--publisher", "The Harbour Gazette")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    return tmp_path / "harbour-claims"


def fill_in(folder: Path, words: str, **claim: Any) -> None:
    """Fill in what only a person can say of a document, and write one claim."""
    edit(
        folder / "document.json",
        lambda rows: rows[0].update(title="A short notice", text_origin="original", quality="Complete."),
    )
    edit(
        folder / "segments.jsonl",
        lambda rows: [
            row.update(role=row["role"] or "headline", gloss=f"In short: number {number}.")
            for number, row in enumerate(rows)
        ],
    )
    row = new_claim(folder, [words])
    row.update(
        speaker_id=f"article-{folder.name}", mode="narration", setting="article", stated_on=row["date"],
        stated_on_basis="inferred", layer="content", kind="event", verifiability="verifiable",
        evidence=["reporting"],
        check_worthy=False, **claim,
    )  # fmt: skip
    (folder / "claims.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")


def test_two_documents_of_ones_own_go_from_init_to_a_score(
    started: Path, texts: Path, tmp_path: Path
) -> None:
    records, data, cache = started / "records", started / "data", str(tmp_path / "cache")
    segment(texts / "library.txt", "library", records, date="2024-03-06", publisher="The Harbour Gazette")
    (records / "library" / "article.txt").write_bytes((texts / "library.txt").read_bytes())
    (records / "library" / "relations.jsonl").touch()
    edit(
        records / "speakers.jsonl",
        lambda rows: rows.append({**rows[0], "speaker_id": "article-library", "name": "Article library"}),
    )
    fill_in(records / "ferry", "The ferry will stop", text="The harbour's ferry pauses from Friday.")
    fill_in(records / "library", "The library opened", text="The town's library began its day at noon.")

    checked = run("validate", records)
    assert checked.exit_code == 0, checked.output
    assert "source checks ran for 2 of 2 documents" in checked.output
    built = run("build", records, data)
    assert built.exit_code == 0, built.output
    assert "harbour-claims 0.1.0" in built.output

    first = load_dataset(str(data), split="test", cache_dir=cache)
    assert [row["document_id"] for row in first] == ["ferry", "library"]
    edit(records / "ferry" / "claims.jsonl", lambda rows: rows[0].update(text="The ferry pauses soon."))
    assert run("build", records, data).exit_code == 0
    again = load_dataset(str(data), split="test", cache_dir=cache)
    assert (again[0]["text"], again[1]["text"]) == ("The ferry pauses soon.", first[1]["text"])
    assert len(load_dataset(str(data), "segments", split="test", cache_dir=cache)) == 6

    answers = [{"claim_id": row["claim_id"], "prediction": row["verifiability"]} for row in again]
    score = onrecord.score("verifiability", answers, data)
    assert score.signature.startswith(f"harbour-claims:0.1.0+sha256:{score.sha256[:12]}")
    assert score.as_dict()["dataset"]["name"] == "harbour-claims"


def test_validate_lists_what_a_new_folder_lacks_and_nothing_that_init_wrote(started: Path) -> None:
    found = list(onrecord.validate(started / "records"))

    left = {(Path(finding.file).name, finding.path) for finding in found}
    assert left == {
        ("claims.jsonl", None),
        ("document.json", "$.title"),
        ("document.json", "$.quality"),
        ("document.json", "$.text_origin"),
        ("segments.jsonl", "$.role"),
        ("segments.jsonl", "$.gloss"),
    }


def test_without_a_text_there_is_a_folder_to_put_documents_into(tmp_path: Path) -> None:
    done = run("init", tmp_path / "My claims")

    assert done.exit_code == 0, done.stderr
    about = json.loads((tmp_path / "My claims" / "records" / "dataset.json").read_text())
    assert (about["name"], about["title"], about["version"]) == ("my-claims", "My claims", "0.1.0")
    assert [finding.rule for finding in onrecord.validate(tmp_path / "My claims" / "records")] == [
        "missing-file"
    ]


def test_git_ignores_the_texts(started: Path) -> None:
    git = ["git", "-C", str(started)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    shown = subprocess.run(
        [*git, "status", "--porcelain", "--untracked-files=all"], check=True, capture_output=True, text=True
    ).stdout
    assert "article.txt" not in shown
    assert "records/ferry/document.json" in shown


def test_the_folder_may_be_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert run("init", ".").exit_code == 0
    assert json.loads(Path("records/dataset.json").read_text())["name"] == "here"
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_repository_without_files_may_be_there(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "new")], check=True)

    assert run("init", tmp_path / "new").exit_code == 0


def test_the_hook_of_pre_commit_runs_as_it_stands(started: Path) -> None:
    [repo] = yaml.safe_load((started / ".pre-commit-config.yaml").read_text())["repos"]
    [hook] = repo["hooks"]

    program, *arguments = hook["entry"].split()
    assert (repo["repo"], hook["language"], program) == ("local", "system", "onrecord")
    command = [sys.executable, "-m", "onrecord", *arguments]
    done = subprocess.run(command, cwd=started, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "title is empty" in done.stdout


def test_the_workflow_names_no_package_that_may_not_exist(started: Path) -> None:
    written = yaml.safe_load((started / ".github" / "workflows" / "records.yml").read_text())
    local = yaml.safe_load(workflow(None))
    index = yaml.safe_load(workflow("onrecord==1.1.4"))

    assert written in (local, index)
    steps = [step["run"] for step in local["jobs"]["validate"]["steps"] if "run" in step]
    assert steps == [
        "pip install tools/onrecord-*.whl",
        "onrecord validate records --format github",
        "onrecord build records data",
    ]
    assert index["jobs"]["validate"]["steps"][2] == {"run": 'pip install "onrecord==1.1.4"'}


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, "onrecord==1.1.4"),
        ({"url": "file:///home/me/onrecord", "dir_info": {"editable": True}}, None),
        (
            {"url": "https://git.example/onrecord", "vcs_info": {"vcs": "git", "commit_id": "ab12"}},
            "onrecord @ git+https://git.example/onrecord@ab12",
        ),
        (
            {"url": "https://git.example/onrecord/archive", "archive_info": {}},
            "onrecord @ https://git.example/onrecord/archive",
        ),
    ],
    ids=["an index", "a folder", "a repository", "an address"],
)
def test_ci_installs_what_was_installed_here(origin: dict[str, object] | None, expected: str | None) -> None:
    assert requirement("1.1.4", origin) == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--name", "My Claims"], 'name is "My Claims"'),
        (["--article", "nowhere.txt"], "nowhere.txt: there is no such file or folder"),
        (["--article", "ferry.txt", "--date", "2024-02-30"], "30"),
        (["--article", "ferry.txt", "--document-id", "Ferry 1"], "document_id"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(texts)
    before = sorted(tmp_path.rglob("*"))

    done = run("init", tmp_path / "new", *arguments)

    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_holds_files_is_refused_and_left_as_it_was(started: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in started.rglob("*") if path.is_file()}

    done = run("init", started)

    assert done.exit_code == 2
    assert "needs an empty folder" in done.stderr
    assert {path: path.read_bytes() for path in started.rglob("*") if path.is_file()} == before
    (tmp_path / "file").touch()
    assert "is not a folder" in run("init", tmp_path / "file").stderr
