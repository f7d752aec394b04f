"""The commands of the benchmark on contrast pairs, as docs/contrasts.md shows them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord import rows
from onrecord.cli.main import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The answers of the baseline `rules`."""
    out = tmp_path_factory.mktemp("contrasts") / "rules.jsonl"
    assert run("baseline", "contrasts", "rules", "-o", out).exit_code == 0
    return out


def test_inputs_are_two_lines_per_pair_of_challenge(tmp_path: Path) -> None:
    out = tmp_path / "inputs.jsonl"
    assert run("tasks", "contrasts", "--inputs", "-o", out).exit_code == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]

    pairs = rows("contrasts", split="challenge")
    assert [line["input_id"] for line in lines[:2]] == [f"{pairs[0]['contrast_id']}-{side}" for side in "ab"]
    assert len(lines) == 2 * len(pairs)


def test_the_list_of_tasks_and_the_description_have_the_pairs() -> None:
    assert "consistency" in run("tasks").output
    described = run("tasks", "contrasts").output
    assert "predictions: onrecord schema predictions-contrasts" in described
    assert "baselines: majority, shuffled, rules, tfidf, spacy" in described


def test_the_description_counts_inputs_and_pairs() -> None:
    lines = [line.split() for line in run("tasks", "contrasts").output.splitlines()]
    pairs = len(rows("contrasts", split="challenge"))

    assert ["split", "inputs", "pairs", "metric"] in lines
    assert ["challenge", f"{2 * pairs:,}", f"{pairs:,}", "consistency"] in lines


def test_a_score_has_the_consistency_and_the_groups(rules: Path) -> None:
    done = run("score", "contrasts", rules)

    assert done.exit_code == 0
    assert done.output.startswith("contrasts, split challenge: rules\n")
    for text in ("consistency *", "of majority", "changes  keeps", "task     detection", "edit     negation"):
        assert text in done.output


def test_a_score_as_json_has_the_groups_with_their_intervals(rules: Path) -> None:
    found = json.loads(run("score", "contrasts", rules, "--format", "json").output)
    [changing] = [group for group in found["groups"] if group["value"] == "changes"]

    assert changing["low"] < changing["consistent"] / changing["pairs"] < changing["high"]
    assert found["primary"] == "consistency"
    assert found["counts"]["unit"] == "pair"


def test_a_floor_is_that_of_the_consistency(rules: Path) -> None:
    done = run("score", "contrasts", rules, "--fail-under", "0.99", "--quiet")

    assert done.exit_code == 1
    assert "consistency is 0." in done.output


def test_a_check_reports_an_answer_of_another_task(tmp_path: Path) -> None:
    file = tmp_path / "wrong.jsonl"
    file.write_text('{"input_id": "detection-001-a", "prediction": "verifiable"}\n', encoding="utf-8")
    done = run("score", "contrasts", file, "--check")

    assert done.exit_code == 2
    assert "detection-001-a wrong-type: prediction is" in done.output
    assert "asks the task detection (expected true or false)" in done.output


def test_two_systems_are_compared_and_errors_are_listed(rules: Path, tmp_path: Path) -> None:
    majority = tmp_path / "majority.jsonl"
    run("baseline", "contrasts", "majority", "-o", majority)
    compared = run("compare", "contrasts", majority, rules)
    listed = run("errors", "contrasts", rules, "--format", "md")

    assert compared.exit_code == listed.exit_code == 0
    assert "majority and rules: rules is better than majority." in compared.output
    assert listed.output.startswith("contrasts, split challenge: ")
    assert "| by " in listed.output


def test_errors_name_what_they_count(rules: Path) -> None:
    pairs = len(rows("contrasts", split="challenge"))
    lines = run("errors", "contrasts", rules).output.splitlines()
    found = json.loads(run("errors", "contrasts", rules, "--format", "json").output)
    changes = [group for group in found["strata"] if group["trait"] == "changes"]

    assert lines[0].endswith(f" of {2 * pairs:,} inputs wrong")
    assert lines[2].split() == ["by", "value", "pairs", "both", "right", "95", "%", "(Wilson)"]
    assert (found["unit"], found["n"]) == ("input", 2 * pairs)
    assert {group["unit"] for group in found["strata"]} == {"pair"}
    assert sum(group["n"] for group in changes) == pairs


def test_the_schema_of_a_line_is_printed() -> None:
    assert json.loads(run("schema", "predictions-contrasts").output)["title"] == "predictions-contrasts"
