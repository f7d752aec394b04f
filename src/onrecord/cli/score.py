"""The commands of the benchmark: tasks, score, check, compare, errors, baseline, lm-eval-path.

Declares their arguments, prints their results and sets exit codes; `main` lists them. Heavy imports are
inside the commands, so that `onrecord score --help` answers at once.
"""

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from onrecord.benchmark.formats import COMPARISON_FORMATS, ERROR_FORMATS, SCORE_FORMATS
from onrecord.cli.data import data_option
from onrecord.cli.output import (
    Unusable,
    echo,
    on_one_line,
    output_option,
    painter,
    quiet_option,
    say,
    write_lines,
)
from onrecord.model.tables import SPLITS

if TYPE_CHECKING:
    from onrecord.reporting.as_text import Paint

_Command = TypeVar("_Command", bound=Callable[..., Any])

_PREDICTIONS = (
    "PREDICTIONS is a JSON Lines file, plain, .gz or .zst; - is standard input. `onrecord schema "
    "predictions-TASK` prints the schema of a line.\n\n"
)


def _examples(*lines: str) -> str:
    return "\b\n" + "\n".join(
        ("Examples:" if len(lines) > 1 else "Example:", *(f"  {line}" for line in lines))
    )


def _form_option(names: Iterable[str]) -> Callable[[_Command], _Command]:
    """The option --format with these names, the default one first."""
    choice = click.Choice(tuple(names))
    return click.option(
        "--format",
        "form",
        type=choice,
        default=choice.choices[0],
        help="Format of the output.",
    )


def _split_option(
    shown: str = ", by default test, for contrasts challenge",
) -> Callable[[_Command], _Command]:
    return click.option(
        "--split",
        type=click.Choice((*SPLITS, "all")),
        help=f"Split of the items{shown}.",
    )


@click.command(
    epilog=_examples("onrecord tasks", "onrecord tasks date --inputs --split all -o inputs.jsonl"),
)
@click.argument("task", required=False)
@click.option(
    "--inputs",
    is_flag=True,
    help="Print the inputs of every item of the split, without the gold, as JSON Lines.",
)
@_split_option()
@output_option
@data_option
def tasks(task: str | None, inputs: bool, split: str | None, output: Path | None, data: Path | None) -> None:
    """List the tasks of the benchmark, describe TASK, or with --inputs print the inputs of its items.

    The list and the description give the number of items of every split; --split is for --inputs.
    """
    from onrecord.benchmark import tasks as benchmark
    from onrecord.benchmark.describe import describe, listing
    from onrecord.dataset.overview import json_lines

    with _plain_errors():
        if task is None:
            if inputs:
                raise click.UsageError("--inputs needs a TASK")
            _print(listing(data), output)
        elif inputs:
            write_lines(json_lines(benchmark.inputs(task, data, split=split)), output)
        else:
            _print(describe(benchmark.find_task(task), data), output)


@click.command(
    epilog=_PREDICTIONS
    + _examples(
        "onrecord score date predictions.jsonl --check",
        "onrecord score date predictions.jsonl --format json -o system.json",
    ),
)
@click.argument("task")
@click.argument("predictions")
@_split_option()
@click.option("--check", "checks", is_flag=True, help="Check PREDICTIONS without scoring them.")
@_form_option(SCORE_FORMATS)
@click.option("--fail-under", type=float, help="Exit with 1 if the primary metric is below this number.")
@output_option
@quiet_option
@data_option
def score(
    task: str,
    predictions: str,
    checks: bool,
    split: str | None,
    form: str,
    fail_under: float | None,
    output: Path | None,
    quiet: bool,
    data: Path | None,
) -> None:
    """Score PREDICTIONS for TASK.

    A missing answer counts as wrong, null is an abstention. Answers to items of other splits are set aside.
    Predictions with findings are not scored: the findings are printed, and the exit code is 2. With --check
    the findings are the output, as lines or, with --format json, as JSON.
    """
    from onrecord.benchmark.score import score as score_predictions

    if fail_under is not None and math.isnan(fail_under):
        raise click.UsageError("--fail-under needs a number: nothing is below nan")
    if checks:
        if form not in ("table", "json") or fail_under is not None:
            raise click.UsageError("--check scores nothing: of the formats it has table and json")
        _check(task, predictions, form, output, data, split=split, quiet=quiet)
        return
    with _plain_errors():
        result = score_predictions(task, _source(predictions), data, split=split)
        if not quiet or output is not None:
            _print(SCORE_FORMATS[form](result), output, form)
    if fail_under is not None and result.result.value < fail_under:
        found = f"{result.primary} is {result.result.value:.3f}"
        say(f"{found}, below {fail_under:g}", err=True)
        sys.exit(1)


@click.command(
    epilog=_PREDICTIONS
    + _examples(
        "onrecord check date predictions.jsonl    (now: onrecord score date predictions.jsonl --check)"
    ),
)
@click.argument("task")
@click.argument("predictions")
@_split_option()
@_form_option(["text", "json"])
@output_option
@data_option
def check(
    task: str, predictions: str, split: str | None, form: str, output: Path | None, data: Path | None
) -> None:
    """Check PREDICTIONS for TASK without scoring them: the old name of `onrecord score --check`.

    If there are findings, the exit code is 2.
    """
    _check(task, predictions, form, output, data, split=split)


def _check(
    task: str,
    predictions: str,
    form: str,
    output: Path | None,
    data: Path | None,
    *,
    split: str | None,
    quiet: bool = False,
) -> None:
    """Print the findings about the predictions, and exit with 2 if there are any."""
    from onrecord.benchmark.describe import findings_as_json, summary
    from onrecord.benchmark.predictions import check as check_predictions

    with _plain_errors():
        findings = check_predictions(task, _source(predictions), data, split=split)
        left_out = getattr(findings, "left_out", {})
        if form == "json":
            write_lines([findings_as_json(findings)], output)
        elif findings:
            write_lines(_findings(findings, left_out, painter(output)), output)
        elif not quiet:
            _print(summary(task, split), output)
    if findings:
        sys.exit(2)


@click.command(
    epilog=_examples("onrecord compare date first.jsonl second.jsonl"),
)
@click.argument("task")
@click.argument("systems", nargs=-1, required=True)
@_split_option(", by default that of the first saved score, or of the task")
@_form_option(COMPARISON_FORMATS)
@output_option
@data_option
def compare(
    task: str,
    systems: tuple[str, ...],
    split: str | None,
    form: str,
    output: Path | None,
    data: Path | None,
) -> None:
    """Compare two or more SYSTEMS on TASK, each a file of predictions or a score saved as .json.

    Reports which differences are statistically significant and which the dataset is too small to resolve.
    Scores of another version of the dataset, another split or another scorer are refused (exit code 2).
    """
    from onrecord.benchmark.compare import compare as compare_systems

    with _plain_errors():
        found = compare_systems(task, map(_source, systems), data=data, split=split)
        _print(COMPARISON_FORMATS[form](found), output, form)


@click.command(
    epilog=_PREDICTIONS + _examples("onrecord errors date predictions.jsonl"),
)
@click.argument("task")
@click.argument("predictions")
@_split_option()
@_form_option(ERROR_FORMATS)
@output_option
@data_option
def errors(
    task: str, predictions: str, split: str | None, form: str, output: Path | None, data: Path | None
) -> None:
    """Show which items PREDICTIONS answers wrongly, and the share right by speaker, kind and flag."""
    from onrecord.benchmark.errors import errors as find_errors

    with _plain_errors():
        _print(ERROR_FORMATS[form](find_errors(task, _source(predictions), data, split=split)), output, form)


@click.command(
    epilog=_examples("onrecord baseline date rules -o rules.jsonl"),
)
@click.argument("task")
@click.argument("name")
@_split_option()
@output_option
@data_option
def baseline(task: str, name: str, split: str | None, output: Path | None, data: Path | None) -> None:
    """Print the answers of the baseline NAME to TASK, as JSON Lines that `score` takes.

    NAME is majority, shuffled, rules, dateparser, tfidf or spacy. dateparser answers dates only; tfidf and
    spacy leave out some tasks.
    """
    from onrecord.benchmark.baselines import baseline as answer
    from onrecord.dataset.overview import json_lines

    with _plain_errors():
        write_lines(json_lines(answer(task, name, data, split=split)), output)


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


def _source(given: str) -> str | Path:
    """The argument as a path, whatever its name looks like, or a hyphen for standard input."""
    return given if given == "-" else Path(given)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Report unusable input as findings or in one line, with exit code 2."""
    from onrecord.exceptions import InvalidPredictions, OnRecordError

    try:
        yield
    except BrokenPipeError:
        raise
    except InvalidPredictions as error:
        for line in _findings(error.findings, error.left_out, painter(err=True)):
            echo(line, err=True)
        say(f"{error.headline}; nothing was scored", err=True)
        sys.exit(2)
    except (OSError, ValueError, OnRecordError) as error:
        raise Unusable(str(error)) from error


def _findings(findings: Iterable[Any], left_out: Mapping[str, int], paint: "Paint | None") -> Iterator[str]:
    """The findings line by line, then by rule the number of those that are left out."""
    from onrecord.reporting import text_lines

    yield from text_lines(findings, paint)
    for rule, number in left_out.items():
        yield f"and {number:,} more: {rule}"


def _print(text: str, output: Path | None, form: str = "text") -> None:
    """Write the result of a command. JSON has escapes of its own, which must stay as they are."""
    write_lines([text] if form == "json" else map(on_one_line, text.split("\n")), output)
