"""Stand-in models for lm-evaluation-harness, and a run of its tasks. Needs the extra `lm-eval`."""

from collections.abc import Callable, Sequence
from typing import Any

import lm_eval
import pytest
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

from onrecord.benchmark.harness import LM_EVAL_TASKS


def gold_of(document: dict[str, Any]) -> str:
    """The right answer."""
    return str(document["gold"])


class Answering(LM):  # type: ignore[misc] # Its base is unknown to the type checker.
    """Gives the answer that a function finds in a document, by default the right one."""

    def __init__(self, answer: Callable[[dict[str, Any]], str] = gold_of) -> None:
        super().__init__()
        self._answer = answer

    def loglikelihood(self, requests: Sequence[Any]) -> list[tuple[float, bool]]:
        return [
            (0.0, True) if request.args[1].strip() == self._answer(request.doc) else (-9.0, False)
            for request in requests
        ]

    def loglikelihood_rolling(self, requests: Sequence[Any]) -> list[float]:
        pytest.fail(f"no task asks how likely whole texts are, and here are {len(requests)}")

    def generate_until(self, requests: Sequence[Any]) -> list[str]:
        return [f" The answer is {self._answer(request.doc)}." for request in requests]


def task_manager() -> TaskManager:
    """The tasks of this package alone."""
    return TaskManager(include_path=str(LM_EVAL_TASKS), include_defaults=False)


def results(model: LM, tasks: list[str], limit: int | None = None) -> dict[str, dict[str, float]]:
    """The metrics of each task, over its first `limit` documents or all, without standard errors."""
    found = lm_eval.simple_evaluate(
        model=model, tasks=tasks, task_manager=task_manager(), bootstrap_iters=0, limit=limit
    )
    return {
        task: {name.partition(",")[0]: value for name, value in scores.items() if "stderr" not in name}
        for task, scores in found["results"].items()
    }
