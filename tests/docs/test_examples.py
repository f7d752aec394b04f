"""Every example runs as a user runs it: in a folder of its own, with an empty home and no network to ask."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

import onrecord
from tests.helpers.sample import DOCUMENT_ID, edit

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    own = {"HOME": str(folder), "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"}
    # Examples show what a user sees who has no settings of ours.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    return subprocess.run(
        command, cwd=folder, env=inherited | own, capture_output=True, text=True, check=False
    )


def example(name: str) -> str:
    return str(EXAMPLES / name)


def test_the_page_names_every_example_and_no_other() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    files = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.[psy]*") if path.is_file()}
    assert files - {name for name in files if "__pycache__" in name} == {
        line.partition("](")[2].partition(")")[0]
        for line in text.replace("; [", "\n[").splitlines()
        if "](" in line
    }


def test_the_experiment_prints_a_score_with_its_interval_and_signature(tmp_path: Path) -> None:
    done = run(tmp_path, sys.executable, example("experiment.py"))

    assert done.returncode == 0, done.stderr
    score, signature = done.stdout.splitlines()
    assert score.startswith("macro_f1_content 0.")
    assert score.endswith(f" to 0.{score.rpartition('0.')[2]}")
    assert f"on {len(onrecord.rows())} claims" in score
    assert signature.startswith(f"onrecord:{onrecord.__version__}+sha256:")


def test_three_libraries_read_the_same(tmp_path: Path) -> None:
    done = run(tmp_path, sys.executable, example("read_parquet.py"))

    assert done.returncode == 0, done.stderr
    first = onrecord.rows("claims")[0]["speaker"]
    assert done.stdout.count(first) == 3


def test_the_test_file_passes_with_the_plugin_alone(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "test_extractor.py", tmp_path)
    done = run(tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")

    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


@pytest.mark.parametrize("is_good", [True, False], ids=["good records", "bad records"])
def test_the_ci_script_ends_as_validation_does_and_leaves_a_report(
    sample_records: Path, tmp_path: Path, is_good: bool
) -> None:
    if not is_good:
        edit(sample_records / DOCUMENT_ID / "claims.jsonl", lambda rows: rows[2].update(mode="said"))
    done = run(tmp_path, "bash", example("ci/validate.sh"), str(sample_records), "report.xml")

    assert done.returncode == (0 if is_good else 1), done.stderr
    assert ("no findings" in done.stdout) == is_good
    assert ("<failure" in (tmp_path / "report.xml").read_text(encoding="utf-8")) == (not is_good)


def test_the_ci_workflow_calls_the_script() -> None:
    workflow = yaml.safe_load((EXAMPLES / "ci" / "validate.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["validate"]["steps"]
    assert any("validate.sh" in step.get("run", "") for step in steps)
