"""The tasks for Inspect AI, found by it through the entry point `onrecord`: tasks, a replay solver, a model.

`--model none --solver onrecord/replay -S predictions=FILE` scores a file of predictions. `--model
onrecord/ANSWER` is a stand-in that always gives that answer. `prompts` has the questions.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from onrecord.benchmark.answers import label_text
from onrecord.benchmark.harness.contrast_prompts import CONTRASTS, pair_questions
from onrecord.benchmark.harness.contrast_prompts import SPLIT as CONTRAST_SPLIT
from onrecord.benchmark.harness.inspect_contrasts import pair_sample, paired
from onrecord.benchmark.harness.inspect_metrics import invalid, is_right
from onrecord.benchmark.harness.prompts import Question, metadata, questions
from onrecord.benchmark.harness.read_answer import INVALID, NO_CLAIMS, is_accepted, read_answer, read_claims
from onrecord.benchmark.matching import PlacedClaim, match_paragraphs
from onrecord.benchmark.predictions import read_answers
from onrecord.benchmark.sources import Source, document_sources
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.tasks.declaration import tables
from onrecord.benchmark.wording import Names, names_of
from onrecord.extras import extra
from onrecord.model.table_files import SPLIT

with extra("inspect", "a task for Inspect AI"):
    from inspect_ai import Task, task
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import (
        ChatMessage,
        GenerateConfig,
        ModelAPI,
        ModelOutput,
        ModelUsage,
        modelapi,
    )
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
    from inspect_ai.solver import Generate, Solver, TaskState, generate, solver
    from inspect_ai.tool import ToolChoice, ToolInfo

VERSION = 4
"""Raised whenever the prompts or the reading of answers change."""


@task
def verifiability(split: str = SPLIT) -> Task:
    """Whether public evidence could settle the claim; `-T split=challenge` asks another split."""
    return _task("verifiability", split, answered())


@task
def speaker(split: str = SPLIT) -> Task:
    """Who puts the claim forward."""
    return _task("speaker", split, answered())


@task
def date(split: str = SPLIT) -> Task:
    """When the speaker, who is not the article, said it."""
    return _task("date", split, answered())


@task
def detection(split: str = SPLIT) -> Task:
    """Whether the sentence makes a claim."""
    return _task("detection", split, answered())


@task
def extraction(split: str = SPLIT) -> Task:
    """Which claims the paragraph makes."""
    return _task("extraction", split, extracted())


@task
def contrasts(split: str = CONTRAST_SPLIT) -> Task:
    """Both inputs of pairs that differ in one edit; `-T split=validation` asks another split."""
    samples = [pair_sample(split, asked) for asked in pair_questions(split)]
    return _task_of(CONTRASTS, split, samples, paired())


def _task(name: str, split: str, scored: Scorer) -> Task:
    return _task_of(
        name, split, [_sample(name, split, question) for question in questions(name, split)], scored
    )


def _task_of(name: str, split: str, samples: list[Sample], scored: Scorer) -> Task:
    # In memory, because the cached reader of the harness could serve rows that no longer exist.
    return Task(
        dataset=MemoryDataset(samples, name=f"onrecord/{name}/{split}"),
        solver=generate(),
        scorer=scored,
        version=VERSION,
        metadata=metadata(split),
    )


def _sample(name: str, split: str, question: Question) -> Sample:
    return Sample(
        id=question.item_id,
        input=question.prompt,
        target=question.gold,
        metadata={
            "task": name,
            "split": split,
            "paragraph": question.paragraph,
            "choices": list(question.choices),
            "accepted": list(question.accepted),
            "claims": dict(question.claims),
        },
    )


@metric
def macro_f1() -> Metric:
    """Mean over the labels that occur of the F1 of each; NaN while there is nothing to count.

    An alternative that is right counts as the expected label.
    """

    def compute(scores: list[SampleScore]) -> float:
        if not scores:
            return float("nan")
        with extra("inspect", "a task for Inspect AI"):
            from sklearn.metrics import f1_score

        gold = [str((found.score.metadata or {}).get("gold")) for found in scores]
        given = [
            expected if is_right(found) else str(found.score.answer or INVALID)
            for found, expected in zip(scores, gold, strict=True)
        ]
        occurring = sorted({*gold, *given} - {INVALID})
        return float(f1_score(gold, given, labels=occurring, average="macro", zero_division=0))

    return compute


@scorer(metrics=[accuracy(), stderr(cluster="paragraph"), macro_f1(), invalid()])
def answered() -> Scorer:
    """Whether the answer is right: the same label, speaker or date by its bounds, or an alternative of it."""

    async def compute(state: TaskState, target: Target) -> Score:
        name, choices = state.metadata["task"], tuple(state.metadata["choices"])
        answer = read_answer(name, state.output.completion, choices)
        accepted = tuple(state.metadata["accepted"])
        return Score(
            value=CORRECT if is_accepted(name, answer, accepted) else INCORRECT,
            answer=answer,
            explanation=state.output.completion,
            metadata={"gold": target.text},
        )

    return compute


def _total(part: Callable[[dict[str, int]], tuple[float, float]]) -> Callable[[list[SampleScore]], float]:
    """A ratio of the sums over all paragraphs; NaN where its denominator is 0."""

    def compute(scores: list[SampleScore]) -> float:
        parts = [part(dict(found.score.metadata or {})) for found in scores]
        whole = sum(over for _, over in parts)
        return sum(above for above, _ in parts) / whole if whole else float("nan")

    return compute


@metric
def claim_f1() -> Metric:
    """F1 of the claims found that make an expected claim, over all paragraphs."""
    return _total(lambda counts: (2 * counts["right"], counts["expected"] + counts["found"]))


@metric
def claim_precision() -> Metric:
    """The same as a share of the claims found."""
    return _total(lambda counts: (counts["right"], counts["found"]))


@metric
def claim_recall() -> Metric:
    """The share of the expected claims found, over all paragraphs."""
    return _total(lambda counts: (counts["right"], counts["expected"]))


@scorer(metrics=[claim_f1(), claim_precision(), claim_recall()])
def extracted() -> Scorer:
    """How many of the claims found, one per line, make an expected claim of the paragraph."""

    async def compute(state: TaskState, target: Target) -> Score:  # noqa: ARG001 # Called by name.
        texts = read_claims(state.output.completion)
        split, document_id = state.metadata["split"], str(state.sample_id).rpartition("/")[0]
        expected = [PlacedClaim(name, 1, text) for name, text in state.metadata["claims"].items()]
        found = [PlacedClaim(at, 1, text) for at, text in enumerate(texts)]
        matched = match_paragraphs(expected, found, _names(split), _sources(split)[document_id]).get(1)
        right = matched.overlap.hits if matched else 0
        counts = {"expected": len(expected), "found": len(found), "right": right}
        return Score(value=right, answer="\n".join(texts), metadata=counts)

    return compute


@cache
def _names(split: str) -> Names:
    """The names that are compared in extracted claims."""
    return names_of(tables(split=split).speakers.values())


@cache
def _sources(split: str) -> dict[str, Source]:
    """What each document gives, by its id."""
    return document_sources(items(find_task("extraction"), split=split))


@solver
def replay(predictions: str) -> Solver:
    """Give the answers of a file of predictions, and an empty one where the file has none.

    The file is checked as `onrecord score --check` does. Raises InvalidPredictions with all findings.
    """
    # By task and split, because several tasks may share the solver.
    known: dict[tuple[str, str], dict[str, str]] = {}

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001 # Called by name.
        name, split = asked = (state.metadata["task"], state.metadata["split"])
        if asked not in known:
            answers = read_answers(find_task(name), predictions, split=split)
            texts = {item_id: "\n".join(found) or NO_CLAIMS for item_id, found in answers.texts.items()}
            labels = {
                item_id: label_text(given.answer)
                for item_id, given in answers.by_item.items()
                if given.answer is not None
            }
            known[asked] = labels | texts
        text = known[asked].get(str(state.sample_id), "")
        state.output = ModelOutput.from_content("replay", text)
        return state

    return solve


class ConstantModel(ModelAPI):
    """A model that always gives its own name as the answer; for trying a task out without a network."""

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 # The name that the harness calls it by.
        tools: list[ToolInfo],  # noqa: ARG002 # As above.
        tool_choice: ToolChoice,  # noqa: ARG002 # As above.
        config: GenerateConfig,  # noqa: ARG002 # As above.
    ) -> ModelOutput:
        """The name of the model, whatever is asked."""
        output = ModelOutput.from_content(self.model_name, self.model_name)
        # Where usage is not given the harness counts tokens, with a vocabulary that it fetches.
        words = sum(len(message.text.split()) for message in input)
        output.usage = ModelUsage(input_tokens=words, output_tokens=1, total_tokens=words + 1)
        return output


@modelapi(name="onrecord")
def constant() -> Callable[..., Any]:
    """The model `onrecord/ANSWER`."""
    return ConstantModel
