"""The commands of the benchmark: every format as it is printed, and how each command ends."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onrecord import TASKS, inputs, score
from onrecord.benchmark.answers import identity
from onrecord.cli.main import main
from onrecord.model.tables import SPLITS
from tests.helpers.answers import constant, gold, write
from tests.helpers.sample import claim_id

GOLDEN = Path(__file__).parents[1] / "golden"
TASK = "verifiability"


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def systems(sample_data: Path, tmp_path: Path) -> list[Path]:
    """Gold but for one abstention, and a constant with probabilities."""
    first = gold(TASK, sample_data)
    first[1]["prediction"] = None
    second = constant(TASK, "verifiable", sample_data)
    for line in second:
        line["probabilities"] = {"verifiable": 0.6, "partially_verifiable": 0.3, "unverifiable": 0.1}
    return [write(tmp_path / "first_system.jsonl", first), write(tmp_path / "second.jsonl", second)]


def plain(text: str, data: Path) -> str:
    """The text without what every release changes."""
    of = identity(data)
    text = text.replace(of.dataset, "DATASET").replace(of.dataset[:12], "DIGEST")
    return text.replace(f'"{of.version}"', '"VERSION"').replace(
        f"{of.name}:{of.version}+", f"{of.name}:VERSION+"
    )


def assert_golden(name: str, text: str) -> None:
    expected = (GOLDEN / name).read_text(encoding="utf-8")
    if name.endswith(".json"):
        assert rounded(json.loads(text)) == rounded(json.loads(expected))
    else:
        assert text == expected


def rounded(value: Any) -> Any:
    """JSON with its numbers to nine digits: the last ones differ between versions of numerical libraries."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return round(value, 9) if isinstance(value, float) else value


@pytest.mark.parametrize(
    ("form", "ending"), [("table", "txt"), ("json", "json"), ("md", "md"), ("latex", "tex")]
)
def test_a_score_is_printed_as_it_should_be(
    form: str, ending: str, systems: list[Path], sample_data: Path
) -> None:
    result = run("score", TASK, systems[0], "--format", form, "--data", sample_data)
    assert result.exit_code == 0, result.output
    assert_golden(f"score.{ending}", plain(result.stdout, sample_data))


@pytest.mark.parametrize(
    ("form", "ending"), [("table", "txt"), ("json", "json"), ("md", "md"), ("latex", "tex")]
)
def test_a_comparison_is_printed_as_it_should_be(
    form: str, ending: str, systems: list[Path], sample_data: Path
) -> None:
    result = run("compare", TASK, *systems, "--format", form, "--data", sample_data)
    assert result.exit_code == 0, result.output
    assert_golden(f"compare.{ending}", plain(result.stdout, sample_data))


@pytest.mark.parametrize(("form", "ending"), [("table", "txt"), ("json", "json"), ("md", "md")])
def test_errors_are_printed_as_they_should_be(
    form: str, ending: str, systems: list[Path], sample_data: Path
) -> None:
    result = run("errors", TASK, systems[1], "--format", form, "--data", sample_data)
    assert result.exit_code == 0, result.output
    assert_golden(f"errors.{ending}", plain(result.stdout, sample_data))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("command", ["score", "errors"])
@pytest.mark.parametrize("form", ["table", "json", "md"])
def test_every_task_is_printed_in_every_format(command: str, form: str, task: str, tmp_path: Path) -> None:
    path = write(tmp_path / "half.jsonl", gold(task)[::2])
    result = run(command, task, path, "--format", form)
    assert result.exit_code == 0, result.output
    if form == "json":
        json.loads(result.stdout)


def test_a_score_below_the_limit_ends_with_1(systems: list[Path], sample_data: Path) -> None:
    passed = run("score", TASK, systems[0], "--data", sample_data, "--fail-under", 0.5)
    failed = run("score", TASK, systems[1], "--data", sample_data, "--fail-under", 0.5)
    assert (passed.exit_code, failed.exit_code) == (0, 1)
    assert failed.stderr == "macro_f1_content is 0.167, below 0.5\n"


@pytest.mark.parametrize("command", ["check", "score", "errors"])
def test_predictions_may_come_from_standard_input(
    command: str, systems: list[Path], sample_data: Path
) -> None:
    result = run(command, TASK, "-", "--data", sample_data, stdin=systems[0].read_bytes())
    assert result.exit_code == 0, result.output


def strangers(kind: str, lines: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """A file that a stranger sends, and its encoding."""
    if kind == "trailing space":
        return [{**line, "prediction": f"{line['prediction']} ".capitalize()} for line in lines], "utf-8"
    if kind == "other ids":
        return [{**line, "claim_id": line["claim_id"].replace("-c", "-claim-")} for line in lines], "utf-8"
    return lines, "utf-16"


@pytest.mark.parametrize("kind", ["trailing space", "other ids", "UTF-16"])
@pytest.mark.parametrize("command", ["check", "score", "errors"])
def test_a_strangers_file_gets_all_its_errors_and_2(command: str, kind: str, tmp_path: Path) -> None:
    lines, encoding = strangers(kind, gold(TASK))
    result = run(command, TASK, write(tmp_path / "p.jsonl", lines, encoding))
    assert result.exit_code == 2
    printed = (result.stdout if command == "check" else result.stderr).splitlines()
    assert len([line for line in printed if "p.jsonl:" in line]) == (1 if kind == "UTF-16" else len(lines))
    assert "Traceback" not in result.output
    if kind == "trailing space":
        assert printed[0].endswith("(expected verifiable)")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param(("score", "verifiabilty", "-"), "did you mean 'verifiability'", id="unknown task"),
        pytest.param(
            ("score", TASK, "no-such-file.jsonl"),
            "no-such-file.jsonl: there is no such file or folder",
            id="no file",
        ),
        pytest.param(
            ("check", TASK, "no-such-file.jsonl"),
            "no-such-file.jsonl: there is no such file or folder",
            id="no file to check",
        ),
        pytest.param(
            ("compare", TASK, "no-such-file.jsonl"),
            "no-such-file.jsonl: there is no such file or folder",
            id="nothing to compare",
        ),
        pytest.param(("baseline", TASK, "dateparser"), "no baseline 'dateparser'", id="unknown baseline"),
        pytest.param(("tasks", "spaeker"), "did you mean 'speaker'", id="unknown task to describe"),
        pytest.param(("score", TASK, "-", "--data", "no-such-folder"), "no-such-folder", id="no data"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_2(arguments: tuple[str, ...], reason: str) -> None:
    result = run(*arguments, stdin=b"")
    assert result.exit_code == 2
    assert reason in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_check_says_when_there_is_nothing_to_say(systems: list[Path], sample_data: Path) -> None:
    result = run("check", TASK, systems[0], "--data", sample_data)
    assert (result.exit_code, result.stdout) == (
        0,
        "no findings: `onrecord score verifiability` takes these predictions\n",
    )
    result = run("check", TASK, systems[0], "--data", sample_data, "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_check_has_json_for_programs(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", [{"claim_id": claim_id(1), "prediction": None}])
    result = run("check", TASK, path, "--format", "json")
    assert result.exit_code == 2
    (found,) = json.loads(result.stdout)
    assert (found["rule"], found["line"], found["record_id"]) == ("unknown-id", 1, claim_id(1))


def test_tasks_lists_all_and_describes_each() -> None:
    listed = run("tasks")
    assert listed.exit_code == 0
    for name, task in TASKS.items():
        assert name in listed.stdout
        described = run("tasks", name)
        assert described.exit_code == 0
        assert f"onrecord schema {task.schema_name}" in described.stdout
        schema = run("schema", task.schema_name)
        assert json.loads(schema.stdout)["title"] == task.schema_name


def test_inputs_and_baselines_are_json_lines_for_each_other() -> None:
    given = [json.loads(line) for line in run("tasks", TASK, "--inputs").stdout.splitlines()]
    answered = run("baseline", TASK, "rules").stdout
    assert [json.loads(line)["claim_id"] for line in answered.splitlines()] == [
        row["claim_id"] for row in given
    ]
    assert run("score", TASK, "-", stdin=answered.encode()).exit_code == 0


@pytest.mark.parametrize("task", TASKS)
def test_tasks_names_the_items_and_the_metric_of_each_split(task: str) -> None:
    shown = run("tasks", task).stdout.splitlines()
    listed = next(line for line in run("tasks").stdout.splitlines() if line.startswith(task)).split()
    for place, split in enumerate(SPLITS, 1):
        found = score(task, gold(task, split=split), split=split)
        row = next(line.split() for line in shown if line.split()[:1] == [split])
        assert row[-1] == found.primary
        assert listed[place] == row[1] == f"{len(inputs(task, split=split)):,}"


@pytest.mark.parametrize("split", [*SPLITS, "all"])
def test_every_command_takes_a_split(split: str, splits_data: Path, tmp_path: Path) -> None:
    of = ("--split", split, "--data", splits_data)
    path = tmp_path / "rules.jsonl"
    assert run("baseline", TASK, "rules", *of, "-o", path).exit_code == 0
    asked = run("tasks", TASK, "--inputs", *of).stdout.splitlines()
    assert len(asked) == len(path.read_text(encoding="utf-8").splitlines()) == (12 if split == "all" else 4)
    checked = run("score", TASK, path, "--check", *of)
    named = "" if split == "test" else f" --split {split}"
    assert checked.stdout == f"no findings: `onrecord score {TASK}{named}` takes these predictions\n"
    assert run("check", TASK, path, *of).stdout == checked.stdout
    for command in (("score", TASK, path), ("errors", TASK, path), ("compare", TASK, path, path)):
        result = run(*command, *of)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(f"{TASK}, split {split}: ")


def test_the_answers_to_another_split_end_with_2_and_the_option_to_give(splits_data: Path) -> None:
    lines = gold(TASK, splits_data, split="challenge")
    stdin = "".join(json.dumps(line) + "\n" for line in lines).encode()
    result = run("score", TASK, "-", "--data", splits_data, stdin=stdin)
    assert result.exit_code == 2
    assert "expected --split challenge" in result.stderr


def test_an_unknown_split_is_a_usage_error() -> None:
    result = run("tasks", TASK, "--inputs", "--split", "dev")
    assert result.exit_code == 2
    assert "'dev' is not one of 'test', 'challenge', 'validation', 'all'" in result.stderr


def test_the_folder_of_the_harness_tasks_is_printed() -> None:
    folder = Path(run("lm-eval-path").stdout.strip())
    assert {f"onrecord_{name}.yaml" for name in (TASK, "speaker", "date")} <= {
        p.name for p in folder.iterdir()
    }


def test_a_score_is_light_and_quick(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", gold(TASK))
    # Seconds of the processor, not of the clock: other work on the machine must not count.
    code = (
        "import resource, sys; from click.testing import CliRunner; from onrecord.cli.main import main; "
        f"result = CliRunner().invoke(main, ['score', {TASK!r}, {str(path)!r}]); "
        "assert result.exit_code == 0, result.output; "
        "used = resource.getrusage(resource.RUSAGE_SELF); print(used.ru_utime + used.ru_stime); "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    seconds, modules = done.stdout.splitlines()
    assert not {"datasets", "pandas", "sklearn", "statsmodels"} & set(modules.split())
    assert "scipy" in modules.split()
    assert float(seconds) < 2


@pytest.mark.parametrize("command", ["check", "score", "errors"])
def test_closed_standard_input_is_reported_in_one_line(command: str) -> None:
    code = (
        "import sys; sys.stdin = None; from onrecord.cli.main import main; "
        f"main(['{command}', '{TASK}', '-'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "Error: standard input is closed\n")


def test_a_threshold_that_nothing_is_below_is_refused(systems: list[Path], sample_data: Path) -> None:
    done = run("score", TASK, systems[0], "--fail-under", "nan", "--data", sample_data)
    assert done.exit_code == 2
    assert "nothing is below nan" in done.stderr


def test_a_saved_score_of_another_task_is_named(
    systems: list[Path], sample_data: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(
        run("score", TASK, systems[0], "--format", "json", "--data", sample_data).stdout, "utf-8"
    )
    done = run("compare", "speaker", saved, saved, "--data", sample_data)
    assert done.exit_code == 2
    assert 'is a score of the task "verifiability", not of speaker' in done.stderr


def test_brier_over_a_part_of_the_items_says_so(sample_data: Path, tmp_path: Path) -> None:
    answers = gold(TASK, sample_data)
    answers[0]["probabilities"] = {answers[0]["prediction"]: 1.0}
    done = run("score", TASK, write(tmp_path / "one.jsonl", answers), "--data", sample_data)
    assert f"brier covers the 1 of {len(answers)} items" in done.stdout


HOSTILE = "a\n::stop-commands::x\x1b[31m\u202e|b`<i>*&_"
"""A name that is legal for a file, with what terminals, GitHub's logs, Markdown and LaTeX would obey."""


@pytest.fixture
def hostile(sample_data: Path, tmp_path: Path) -> list[Path]:
    """Two files of predictions, one of them with a hostile name."""
    names = [HOSTILE.replace("/", ""), "second"]
    return [write(tmp_path / f"{name}.jsonl", gold(TASK, sample_data)) for name in names]


@pytest.mark.parametrize("form", ["table", "json", "md", "latex"])
@pytest.mark.parametrize("command", ["compare", "score"])
def test_names_of_files_are_escaped_for_the_format(
    command: str, form: str, hostile: list[Path], sample_data: Path
) -> None:
    files = hostile if command == "compare" else hostile[:1]
    result = run(command, TASK, *files, "--format", form, "--data", sample_data)
    assert result.exit_code == 0, result.output
    assert all(line.isprintable() for line in result.stdout.splitlines())
    assert not any(line.startswith("::") for line in result.stdout.splitlines())
    if form == "json":
        found = json.loads(result.stdout)
        name = found["system"] if command == "score" else found["systems"][0]["system"]
        assert name == HOSTILE
    if form == "md":
        assert "\\|b\\`\\<i\\>\\*" in result.stdout
    if form == "latex" and command == "compare":
        assert "\\textbackslash{}n::stop-commands::x" in result.stdout
        assert "*\\&\\_" in result.stdout


def test_a_refused_comparison_prints_names_escaped(
    hostile: list[Path], sample_data: Path, tmp_path: Path
) -> None:
    saved = json.loads(run("score", TASK, hostile[0], "--format", "json", "--data", sample_data).stdout)
    path = tmp_path / "saved.json"
    path.write_text(json.dumps({**saved, "scorer": "99\x1b"}), encoding="utf-8")
    result = run("compare", TASK, path, hostile[1], "--data", sample_data)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.strip().isprintable()


def test_a_misspelt_key_ends_with_2_and_one_finding() -> None:
    line = b'{"claimId": "cbs-2024-02-14-c001", "prediction": "verifiable"}\n'
    for command in ("check", "score", "errors"):
        result = run(command, TASK, "-", stdin=line)
        assert result.exit_code == 2
        assert 'unknown-field: there is no field "claimId" (expected claim_id)' in result.output


def test_very_many_findings_are_counted_and_not_all_printed(sample_data: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", gold(TASK, sample_data)[:1] * 3_000)
    result = run("check", TASK, path, "--data", sample_data)
    assert result.exit_code == 2
    lines = result.stdout.splitlines()
    assert len(lines) == 1_001
    assert lines[-1] == "and 1,999 more: duplicate-answer"
