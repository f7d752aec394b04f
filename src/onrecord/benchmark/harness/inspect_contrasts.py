"""The scorer of contrast pairs for Inspect AI: an answer is right as in its own task, a pair if both are."""

from functools import cache

from onrecord.benchmark.contrast_right import pair_names
from onrecord.benchmark.harness.contrast_prompts import CONTRASTS, PairQuestion, read_pair_answer
from onrecord.benchmark.harness.contrast_prompts import consistency as pair_consistency
from onrecord.benchmark.harness.inspect_metrics import invalid, is_right
from onrecord.benchmark.sources import Source, pair_source
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.tasks.declaration import tables
from onrecord.benchmark.wording import Names
from onrecord.extras import extra

with extra("inspect", "a task for Inspect AI"):
    from inspect_ai.dataset import Sample
    from inspect_ai.scorer import (
        CORRECT,
        INCORRECT,
        Metric,
        SampleScore,
        Score,
        Scorer,
        Target,
        accuracy,
        metric,
        scorer,
        stderr,
    )
    from inspect_ai.solver import TaskState


def pair_sample(split: str, asked: PairQuestion) -> Sample:
    """One input of a pair."""
    question = asked.question
    return Sample(
        id=question.item_id,
        input=question.prompt,
        target=question.gold,
        metadata={
            # `replay` reads the predictions of the task of this name.
            "task": CONTRASTS,
            "asked_task": asked.task,
            "split": split,
            "pair": asked.contrast_id,
            "choices": list(question.choices),
            "accepted": list(question.accepted),
            "claims": list(question.claims.values()),
        },
    )


@metric
def consistency() -> Metric:
    """The share of pairs with both answers there and right; NaN while there is nothing to count."""

    def compute(scores: list[SampleScore]) -> float:
        return pair_consistency(
            (str((found.score.metadata or {}).get("pair")), str(found.sample_id), is_right(found))
            for found in scores
        )

    return compute


@scorer(metrics=[consistency(), accuracy(), stderr(cluster="pair"), invalid()])
def paired() -> Scorer:
    """Whether the answer to one input is right, as the task that it asks has it."""

    async def compute(state: TaskState, target: Target) -> Score:
        given = state.metadata
        found = read_pair_answer(
            given["asked_task"],
            state.output.completion,
            tuple(given["choices"]),
            tuple(given["accepted"]),
            tuple(given["claims"]),
            _names(given["split"]),
            _sources(given["split"])[str(state.sample_id)],
        )
        return Score(
            value=CORRECT if found.is_right else INCORRECT,
            answer=found.answer,
            explanation=state.output.completion,
            metadata={"gold": target.text, "pair": given["pair"]},
        )

    return compute


@cache
def _names(split: str) -> Names:
    """The names that are compared in extracted claims."""
    return pair_names(items(find_task(CONTRASTS), split=split), tables(split=split).speakers.values())


@cache
def _sources(split: str) -> dict[str, Source | None]:
    """What each input gives, by its id."""
    return {item.item_id: pair_source(item.inputs) for item in items(find_task(CONTRASTS), split=split)}
