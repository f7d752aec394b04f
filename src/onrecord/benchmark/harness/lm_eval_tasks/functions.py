"""The functions that the task files of lm-evaluation-harness call: items as documents, answers as scores.

The harness loads this file by its path, from any working directory.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.harness.contrast_prompts import SPLIT as CONTRAST_SPLIT
from onrecord.benchmark.harness.contrast_prompts import consistency as pair_consistency
from onrecord.benchmark.harness.contrast_prompts import pair_questions, read_pair_answer
from onrecord.benchmark.harness.prompts import Question, metadata, questions
from onrecord.benchmark.harness.read_answer import INVALID, is_accepted, read_answer
from onrecord.extras import extra
from onrecord.model.table_files import SPLIT

if TYPE_CHECKING:
    from datasets import Dataset

Document = Mapping[str, Any]
Pair = tuple[Any, Any]


def load_verifiability(split: str = SPLIT, **_: object) -> dict[str, "Dataset"]:
    """The items of the task `verifiability` in a split."""
    return _load("verifiability", split)


def load_speaker(split: str = SPLIT, **_: object) -> dict[str, "Dataset"]:
    """The items of the task `speaker` in a split."""
    return _load("speaker", split)


def load_date(split: str = SPLIT, **_: object) -> dict[str, "Dataset"]:
    """The items of the task `date` in a split; the task of multiple choice offers dates from the calendar."""
    return _load("date", split)


def load_detection(split: str = SPLIT, **_: object) -> dict[str, "Dataset"]:
    """The items of the task `detection` in a split."""
    return _load("detection", split)


def load_contrasts(split: str = CONTRAST_SPLIT, **_: object) -> dict[str, "Dataset"]:
    """The inputs of contrast pairs in a split, without those of `extraction`, whose answer is a list."""
    with extra("lm-eval", "a task for lm-evaluation-harness"):
        from datasets import Dataset

    rows = [
        {**_row(asked.question, split), "task": asked.task, "pair": asked.contrast_id}
        for asked in pair_questions(split)
        if asked.task != "extraction"
    ]
    return {"test": Dataset.from_list(rows)}


def choose_label(document: Document, results: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """Whether the likeliest choice is right, and both labels for F1 and correlation."""
    answer = _likeliest(document, results)
    pair = (document["gold"], answer)
    return {"acc": float(answer in document["accepted"]), "f1": pair, "mcc": pair}


def choose(document: Document, results: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """Whether the likeliest choice is right: the expected answer, or one of its alternatives."""
    answer = _likeliest(document, results)
    return {"acc": float(answer in document["accepted"])}


def score_verifiability(document: Document, results: Sequence[str]) -> dict[str, Any]:
    """Whether the label is right, whether there is one, and both labels for the macro-F1."""
    return _score("verifiability", document, results)


def score_speaker(document: Document, results: Sequence[str]) -> dict[str, Any]:
    """Whether the speaker is right, and whether there is one."""
    return _score("speaker", document, results)


def score_date(document: Document, results: Sequence[str]) -> dict[str, Any]:
    """Whether both bounds are right, and whether there is a date."""
    return _score("date", document, results)


def score_detection(document: Document, results: Sequence[str]) -> dict[str, Any]:
    """Whether the label is right, whether there is one, and both labels for the macro-F1."""
    return _score("detection", document, results)


def choose_contrast(document: Document, results: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """Whether the likeliest choice is right, and the ids of pair and input."""
    is_right = _likeliest(document, results) in document["accepted"]
    return {"acc": float(is_right), "consistency": (document["pair"], document["id"], is_right)}


def score_contrasts(document: Document, results: Sequence[str]) -> dict[str, Any]:
    """Whether the answer to one input is right, whether there is one, and the ids of pair and input."""
    found = read_pair_answer(
        document["task"], results[0], tuple(document["choices"]), tuple(document["accepted"])
    )
    return {
        "exact": float(found.is_right),
        "invalid": float(found.answer == INVALID),
        "consistency": (document["pair"], document["id"], found.is_right),
    }


def consistency(answers: Sequence[tuple[str, str, bool]]) -> float:
    """The share of pairs with both answers there and right."""
    return pair_consistency(answers)


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


def _load(task: str, split: str) -> dict[str, "Dataset"]:
    with extra("lm-eval", "a task for lm-evaluation-harness"):
        from datasets import Dataset

    rows = [_row(question, split) for question in questions(task, split)]
    # One name for all, because a task states where its items are before it states which split they are of.
    return {"test": Dataset.from_list(rows)}


def _row(question: Question, split: str) -> dict[str, Any]:
    return {
        "id": question.item_id,
        "paragraph": question.paragraph,
        "prompt": question.prompt,
        "gold": question.gold,
        "accepted": list(question.accepted),
        "choices": list(question.choices),
        **metadata(split),
    }


def _likeliest(document: Document, results: Sequence[tuple[float, bool]]) -> str:
    best = max(range(len(results)), key=lambda at: results[at][0])
    return str(document["choices"][best])


def _score(task: str, document: Document, results: Sequence[str]) -> dict[str, Any]:
    answer = read_answer(task, results[0], tuple(document["choices"]))
    is_right = is_accepted(task, answer, document["accepted"])
    scores: dict[str, Any] = {"exact": float(is_right), "invalid": float(answer == INVALID)}
    if task in ("verifiability", "detection"):
        scores["macro_f1"] = (document["gold"], document["gold"] if is_right else answer)
    return scores
