"""The generated parts of docs/contrasts.md: the kinds of edit, the sizes, and the scores of the baselines.

Every number comes from the tables, or from predictions that are scored when this runs.
"""

from collections import Counter
from functools import cache

from onrecord.benchmark.baselines import baseline, names
from onrecord.benchmark.power import POWER, smallest_difference
from onrecord.benchmark.report import Score, Value
from onrecord.benchmark.score import score
from onrecord.benchmark.score_notes import TYPICAL_DISCORDANCE
from onrecord.benchmark.tasks import TASKS, find_task, inputs
from onrecord.dataset.load import rows
from onrecord.model.labels import edits
from onrecord.model.table_files import splits_of
from scripts.benchmark import SAVED
from scripts.markdown import paragraph, pipe_table

TASK = "contrasts"


def edit_table() -> str:
    """Each kind of edit with an example, and how many pairs there are of it."""
    pairs = rows(TASK, split=None)
    all_of = Counter(pair["edit"] for pair in pairs)
    changing = Counter(pair["edit"] for pair in pairs if pair["changes"])
    return pipe_table(
        ("edit", "what is edited", "example", "pairs", "of them changing"),
        (
            (f"`{name}`", texts["definition"], texts["example"], f"{all_of[name]:,}", f"{changing[name]:,}")
            for name, texts in edits().items()
        ),
    )


def size_table() -> str:
    """The pairs of each task and split, and how many of them change the answer."""
    pairs = rows(TASK, split=None)
    counted = Counter((pair["task"], pair["split"]) for pair in pairs)
    changing = Counter(pair["task"] for pair in pairs if pair["changes"])
    splits = [split for split in splits_of() if any(pair["split"] == split for pair in pairs)]
    return pipe_table(
        ("task", *splits, "of them changing"),
        (
            (f"`{task}`", *(f"{counted[task, split]:,}" for split in splits), f"{changing[task]:,}")
            for task in TASKS
        ),
    )


def score_table() -> str:
    """The scores of the baselines on challenge, each metric with its interval."""
    scores = [_score(name) for name in _scored()]
    shown = [value.name for value in scores[0].metrics]
    return pipe_table(
        ("baseline", *(f"`{metric}`" for metric in shown)),
        ((f"`{found.system}`", *(_cell(_value(found, metric)) for metric in shown)) for found in scores),
    )


def task_table() -> str:
    """The consistency of the baselines by task."""
    scores = [_score(name) for name in _scored()]
    return pipe_table(
        ("task", "pairs", *(f"`{found.system}`" for found in scores)),
        (
            (f"`{task}`", f"{_group(scores[0], task)[1]:,}", *(_share(found, task) for found in scores))
            for task in TASKS
        ),
    )


def copied() -> str:
    """How many pairs of extraction are passed by who copies the sentences, in a sentence."""
    lines = [
        {"input_id": given["input_id"], "prediction": list(given["sentences"])}
        for given in inputs(TASK)
        if given["task"] == "extraction"
    ]
    right, pairs = _group(score(TASK, lines), "extraction")
    return paragraph(
        f"Whoever copies the sentences as claims is consistent on {right} of the {pairs} pairs of "
        "`extraction`, because most of its sentences are short and make one claim each."
    )


def resolution() -> str:
    """The smallest difference in consistency that the pairs of challenge can show, in a sentence."""
    n = len(rows(TASK, split=find_task(TASK).default_split))
    points = smallest_difference(n, TYPICAL_DISCORDANCE)
    assert points is not None
    return paragraph(
        f"With n = {n:,}, two systems of which exactly one is consistent on {TYPICAL_DISCORDANCE:.0%} of the "
        f"pairs can be distinguished if their consistency differs by at least {100 * points:.1f} points "
        f"(exact McNemar test, {POWER:.0%} power)."
    )


def _scored() -> list[str]:
    """The baselines that the development environment can run."""
    return [name for name in names(TASK) if name not in SAVED]


@cache
def _score(name: str) -> Score:
    return score(TASK, baseline(TASK, name), system=name)


def _value(found: Score, metric: str) -> Value:
    return next(value for value in found.metrics if value.name == metric)


def _cell(value: Value) -> str:
    return f"{value.value:.3f} ({value.low:.3f} to {value.high:.3f})"


def _group(found: Score, task: str) -> tuple[int, int]:
    """The consistent pairs of a task, and all of them."""
    group = next(one for one in found.groups if (one.attribute, one.value) == ("task", task))
    return group.consistent, group.pairs


def _share(found: Score, task: str) -> str:
    right, pairs = _group(found, task)
    return f"{right / pairs:.3f}"
