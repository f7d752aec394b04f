"""What the metrics for Inspect AI share, those of items and those of contrast pairs."""

from onrecord.benchmark.harness.read_answer import INVALID
from onrecord.extras import extra

with extra("inspect", "a task for Inspect AI"):
    from inspect_ai.scorer import Metric, SampleScore, metric, value_to_float

_to_number = value_to_float()


def is_right(found: SampleScore) -> bool:
    """Whether the answer to a sample is right, in all its epochs.

    A scorer gives letters. Before metrics are computed, the harness reduces the epochs of a sample, even a
    single one, to a number.
    """
    return bool(_to_number(found.score.value) == 1.0)


@metric
def invalid() -> Metric:
    """The share of outputs without an answer that could be read; NaN while there is nothing to count."""

    def compute(scores: list[SampleScore]) -> float:
        without = sum(found.score.answer == INVALID for found in scores)
        return without / len(scores) if scores else float("nan")

    return compute
