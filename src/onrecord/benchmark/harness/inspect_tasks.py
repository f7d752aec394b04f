"""The tasks for Inspect AI, found by it through the entry point `onrecord`: tasks, a replay solver, a model.

`--model none --solver onrecord/replay -S predictions=FILE` scores a file of predictions. `--model
onrecord/ANSWER` is a stand-in that always gives that answer. The questions are for `prompts`.
"""

from collections.abc import Callable
from typing import Any

from onrecord.benchmark.harness.prompts import Question, metadata, questions
from onrecord.benchmark.harness.read_answer import INVALID, read_answer
from onrecord.benchmark.predictions import label_text, read_answers
from onrecord.benchmark.tasks import find_task
from onrecord.extras import extra
from onrecord.model import edtf

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

VERSION = 2
"""Raised whenever the prompts or the reading of answers change."""


@task
def verifiability() -> Task:
    """Whether public evidence could settle the claim."""
    return _task("verifiability")


@task
def speaker() -> Task:
    """Who puts the claim forward."""
    return _task("speaker")


@task
def date() -> Task:
    """When the speaker said it."""
    return _task("date")


def _task(name: str) -> Task:
    # In memory, because the cached reader of the harness could serve rows that no longer exist.
    samples = [_sample(name, question) for question in questions(name)]
    return Task(
        dataset=MemoryDataset(samples, name=f"onrecord/{name}"),
        solver=generate(),
        scorer=answered(),
        version=VERSION,
        metadata=metadata(),
    )


def _sample(name: str, question: Question) -> Sample:
    return Sample(
        id=question.item_id,
        input=question.prompt,
        target=question.gold,
        metadata={"task": name, "paragraph": question.paragraph, "choices": list(question.choices)},
    )


@metric
def macro_f1() -> Metric:
    """Mean over the labels that occur of the F1 of each; NaN while there is nothing to count."""

    def compute(scores: list[SampleScore]) -> float:
        if not scores:
            return float("nan")
        with extra("inspect", "a task for Inspect AI"):
            from sklearn.metrics import f1_score

        gold = [str((found.score.metadata or {}).get("gold")) for found in scores]
        given = [found.score.answer or INVALID for found in scores]
        occurring = sorted({*gold, *given} - {INVALID})
        return float(f1_score(gold, given, labels=occurring, average="macro", zero_division=0))

    return compute


@metric
def invalid() -> Metric:
    """The share of outputs without an answer that could be read."""

    def compute(scores: list[SampleScore]) -> float:
        if not scores:
            return float("nan")
        unread = [found for found in scores if found.score.answer == INVALID]
        return len(unread) / len(scores)

    return compute


@scorer(metrics=[accuracy(), stderr(cluster="paragraph"), macro_f1(), invalid()])
def answered() -> Scorer:
    """Whether the answer is right: the same label or speaker, or a date with the same bounds."""

    async def compute(state: TaskState, target: Target) -> Score:
        name, choices = state.metadata["task"], tuple(state.metadata["choices"])
        answer = read_answer(name, state.output.completion, choices)
        is_right = answer == target.text
        if name == "date" and answer != INVALID:
            is_right = edtf.parse(answer) == edtf.parse(target.text)
        return Score(
            value=CORRECT if is_right else INCORRECT,
            answer=answer,
            explanation=state.output.completion,
            metadata={"gold": target.text},
        )

    return compute


@solver
def replay(predictions: str) -> Solver:
    """Give the answers of a file of predictions, and an empty one where the file has none.

    The file is checked as `onrecord score --check` does. Raises InvalidPredictions with all findings.
    """
    known: dict[str, dict[str, str]] = {}

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001 # Called by name.
        name = state.metadata["task"]
        if name not in known:
            answers = read_answers(find_task(name), predictions).by_item
            known[name] = {
                item_id: label_text(given.answer)
                for item_id, given in answers.items()
                if given.answer is not None
            }
        text = known[name].get(str(state.sample_id), "")
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
