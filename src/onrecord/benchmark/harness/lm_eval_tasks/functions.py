"""The functions that the task files of lm-evaluation-harness call: items as documents, answers as scores.

The harness loads this file by its path, from any working directory.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.harness.prompts import metadata, questions
from onrecord.benchmark.harness.read_answer import INVALID, read_answer
from onrecord.extras import extra
from onrecord.model import edtf

if TYPE_CHECKING:
    from datasets import Dataset

Document = Mapping[str, Any]
Pair = tuple[Any, Any]


def load_verifiability(**_: object) -> dict[str, "Dataset"]:
    """The items of the task `verifiability`."""
    return _load("verifiability")


def load_speaker(**_: object) -> dict[str, "Dataset"]:
    """The items of the task `speaker`."""
    return _load("speaker")


def load_date(**_: object) -> dict[str, "Dataset"]:
    """The items of the task `date`; the task of multiple choice offers dates from the calendar."""
    return _load("date")


def score_verifiability(document: Document, results: Sequence[str]) -> dict[str, Any]:
    """Whether the label is right, whether there is one, and both labels for the macro-F1."""
    return _score("verifiability", document, results)


def score_speaker(document: Document, results: Sequence[str]) -> dict[str, Any]:
    """Whether the speaker is right, and whether there is one."""
    return _score("speaker", document, results)


def score_date(document: Document, results: Sequence[str]) -> dict[str, Any]:
    """Whether both bounds are right, and whether there is a date."""
    return _score("date", document, results)


def macro_f1(pairs: Sequence[Pair]) -> float:
    """Mean over the labels that occur of the F1 of each; pairs of expected and given label."""
    with extra("lm-eval", "a task for lm-evaluation-harness"):
        from sklearn.metrics import f1_score

    gold, given = zip(*pairs, strict=True)
    occurring = sorted({*gold, *given} - {INVALID})
    return float(f1_score(gold, given, labels=occurring, average="macro", zero_division=0))


def mcc(pairs: Sequence[Pair]) -> float:
    """Matthews correlation; 0 for a constant answer."""
    with extra("lm-eval", "a task for lm-evaluation-harness"):
        from sklearn.metrics import matthews_corrcoef

    gold, given = zip(*pairs, strict=True)
    return float(matthews_corrcoef(gold, given))


def _load(task: str) -> dict[str, "Dataset"]:
    with extra("lm-eval", "a task for lm-evaluation-harness"):
        from datasets import Dataset

    rows = [
        {
            "id": question.item_id,
            "paragraph": question.paragraph,
            "prompt": question.prompt,
            "gold": question.gold,
            "choices": list(question.choices),
            **metadata(),
        }
        for question in questions(task)
    ]
    return {"test": Dataset.from_list(rows)}


def _score(task: str, document: Document, results: Sequence[str]) -> dict[str, Any]:
    answer = read_answer(task, results[0], tuple(document["choices"]))
    is_valid = answer != INVALID
    is_right = is_valid and (
        edtf.parse(answer) == edtf.parse(document["gold"]) if task == "date" else answer == document["gold"]
    )
    scores: dict[str, Any] = {"exact": float(is_right), "invalid": float(not is_valid)}
    if task == "verifiability":
        scores["macro_f1"] = (document["gold"], answer)
    return scores
