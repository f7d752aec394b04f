"""The commands of the benchmark: tasks, check, score, compare, errors, baseline, lm-eval-path.

Owns their arguments, output and exit codes; `cli` lists them. Heavy imports wait inside the commands.
"""

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from onrecord.cli.data import Unusable, data_option, write_lines

_Command = TypeVar("_Command", bound=Callable[..., Any])

_PREDICTIONS = (
    "PREDICTIONS is a JSON Lines file; - is standard input. `onrecord schema predictions-TASK` says what a "
    "line is.\n\n"
)


def _examples(*lines: str) -> str:
    return "\b\n" + "\n".join(
        ("Examples:" if len(lines) > 1 else "Example:", *(f"  {line}" for line in lines))
    )


def _form_option(*names: str) -> Callable[[_Command], _Command]:
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How to print it.",
    )


@click.command(
    epilog=_examples("onrecord tasks", "onrecord tasks date --inputs > inputs.jsonl"),
)
@click.argument("task", required=False)
@click.option(
    "--inputs",
    is_flag=True,
    help="Print what a system is given for each item, as JSON Lines, without the gold.",
)
@data_option
def tasks(task: str | None, inputs: bool, data: Path | None) -> None:
    """List the tasks of the benchmark, or tell what TASK asks, or with --inputs print what it gives."""
    from onrecord.benchmark import tasks as benchmark
    from onrecord.benchmark.describe import describe, listing
    from onrecord.dataset.overview import json_lines

    with _plain_errors():
        if task is None:
            if inputs:
                raise click.UsageError("--inputs needs a TASK")
            click.echo(listing(data))
        elif inputs:
            write_lines(json_lines(benchmark.inputs(task, data)))
        else:
            click.echo(describe(benchmark.find_task(task), data))


@click.command(
    epilog=_PREDICTIONS + _examples("onrecord check date predictions.jsonl"),
)
@click.argument("task")
@click.argument("predictions")
@_form_option("text", "json")
@data_option
def check(task: str, predictions: str, form: str, data: Path | None) -> None:
    """Check PREDICTIONS for TASK without scoring them: every fault is told, and then the exit code is 2."""
    from onrecord.benchmark.describe import faults_as_json, summary
    from onrecord.benchmark.predictions import check as check_predictions

    with _plain_errors():
        findings = check_predictions(task, predictions, data)
        if form == "json":
            click.echo(faults_as_json(findings))
        else:
            left_out = getattr(findings, "left_out", {})
            click.echo("\n".join(_findings(findings, left_out)) or summary(task))
    if findings:
        sys.exit(2)


@click.command(
    epilog=_PREDICTIONS + _examples("onrecord score date predictions.jsonl --format json > system.json"),
)
@click.argument("task")
@click.argument("predictions")
@_form_option("table", "json", "md", "latex")
@click.option("--fail-under", type=float, help="Exit with 1 if the primary metric is below this.")
@data_option
def score(task: str, predictions: str, form: str, fail_under: float | None, data: Path | None) -> None:
    """Score PREDICTIONS for TASK.

    A missing answer is wrong, null is an abstention. Predictions with any fault are not scored: all faults
    are told, and the exit code is 2.
    """
    from onrecord.benchmark.formats import SCORE_FORMATS
    from onrecord.benchmark.score import score as score_predictions

    if fail_under is not None and math.isnan(fail_under):
        raise click.UsageError("--fail-under needs a number: nothing is below nan")
    with _plain_errors():
        result = score_predictions(task, predictions, data)
        click.echo(SCORE_FORMATS[form](result))
    if fail_under is not None and result.result.value < fail_under:
        found = f"{result.primary} is {result.result.value:.3f}"
        click.echo(f"{found}, below {fail_under:g}", err=True)
        sys.exit(1)


@click.command(
    epilog=_examples("onrecord compare date first.jsonl second.jsonl"),
)
@click.argument("task")
@click.argument("systems", nargs=-1, required=True)
@_form_option("table", "json", "md", "latex")
@data_option
def compare(task: str, systems: tuple[str, ...], form: str, data: Path | None) -> None:
    """Compare two or more SYSTEMS on TASK, each a file of predictions or a score saved as .json.

    Tells which differences are real, and where the set is too small to say. Scores of another version of
    the dataset or another scorer are refused (exit code 2).
    """
    from onrecord.benchmark.compare import compare as compare_systems
    from onrecord.benchmark.formats import COMPARISON_FORMATS

    with _plain_errors():
        click.echo(COMPARISON_FORMATS[form](compare_systems(task, systems, data)))


@click.command(
    epilog=_PREDICTIONS + _examples("onrecord errors date predictions.jsonl"),
)
@click.argument("task")
@click.argument("predictions")
@_form_option("table", "json", "md")
@data_option
def errors(task: str, predictions: str, form: str, data: Path | None) -> None:
    """Show which items PREDICTIONS has wrong, and the share that is right by speaker, kind and flag."""
    from onrecord.benchmark.errors import errors as find_errors
    from onrecord.benchmark.formats import ERROR_FORMATS

    with _plain_errors():
        click.echo(ERROR_FORMATS[form](find_errors(task, predictions, data)))


@click.command(
    epilog=_examples("onrecord baseline date rules > rules.jsonl"),
)
@click.argument("task")
@click.argument("name")
@data_option
def baseline(task: str, name: str, data: Path | None) -> None:
    """Print the answers of the baseline NAME to TASK, as JSON Lines that `score` takes."""
    from onrecord.benchmark.baselines import baseline as answer
    from onrecord.dataset.overview import json_lines

    with _plain_errors():
        write_lines(json_lines(answer(task, name, data)))


@click.command(
    "lm-eval-path",
    epilog=_examples(
        'onrecord lm-eval-path    (for: lm-eval run --include_path "$(onrecord lm-eval-path)" ...)'
    ),
)
def lm_eval_path() -> None:
    """Print the folder of the tasks for lm-evaluation-harness, for its --include_path."""
    from onrecord.benchmark.harness import LM_EVAL_TASKS

    click.echo(LM_EVAL_TASKS)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn what cannot be used into findings or one line, and exit code 2."""
    from onrecord.exceptions import InvalidPredictions, OnRecordError

    try:
        yield
    except BrokenPipeError:
        raise
    except InvalidPredictions as error:
        for line in _findings(error.findings, error.left_out):
            click.echo(line, err=True)
        click.echo(f"{error}; nothing was scored", err=True)
        sys.exit(2)
    except (OSError, ValueError, OnRecordError) as error:
        raise Unusable(str(error)) from error


def _findings(findings: Iterable[Any], left_out: Mapping[str, int]) -> Iterator[str]:
    from onrecord.reporting import text_lines

    yield from text_lines(findings)
    for rule, number in left_out.items():
        yield f"and {number:,} more: {rule}"
