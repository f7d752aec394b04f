"""The baseline `tfidf`: logistic regression on word counts, trained on other documents.

The documents of the dataset, whatever their split, are divided into five groups, and each group is answered
by a model of the others. A dataset of one document is answered paragraph by paragraph, by a model of its
other paragraphs. `examples` turns an item into texts with labels, and a label into an answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from onrecord.benchmark.answers import label_text
from onrecord.benchmark.baselines.examples import EXAMPLES, Candidate, Example
from onrecord.benchmark.tasks import Item, find_task, items
from onrecord.benchmark.tasks.declaration import ALL
from onrecord.dataset.load import Folder
from onrecord.extras import extra
from onrecord.model.table_files import SPLIT

with extra("baselines", "the baseline 'tfidf'"):
    import numpy as np
    from sklearn.dummy import DummyClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline, make_pipeline
    from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from onrecord.benchmark.baselines import Line

_DIGITS = 6
"""Decimals of a probability: enough for any score, and the same on every machine."""
_MOST_FOLDS = 5
"""The documents are divided into at most so many groups, each answered by a model of the others."""


def predict(task: str, data: Folder | None = None, split: str = SPLIT) -> Iterator["Line"]:
    """One line per item, with probabilities where the task has labels."""
    found = find_task(task)
    known = items(found, data, ALL)
    asked = items(found, data, split)
    answered = chances_left_out(task, known, asked, _folds(known))
    labels = {label_text(item.gold): item.gold for item in known}
    for item in asked:
        chances = answered[item.item_id]
        best = max(chances, key=lambda label: chances[label])
        line = {found.key: item.item_id, "prediction": labels.get(best, best)}
        if found.kind == "labels":
            line["probabilities"] = chances
        yield line


def chances_left_out(
    task: str, known: Sequence[Item], asked: Sequence[Item], folds: Mapping[str, int]
) -> dict[str, dict[str, float]]:
    """The probability of each answer to the items asked, by a model of the known items of other folds."""
    examples = {item.item_id: EXAMPLES[task](item) for item in known}
    answered: dict[str, dict[str, float]] = {}
    # Models this small are slower on several threads.
    with threadpool_limits(limits=1):
        for fold in dict.fromkeys(folds[item.item_id] for item in asked):
            others = [item.item_id for item in known if folds[item.item_id] != fold]
            model = _trained([one for item_id in others for one in examples[item_id].candidates])
            held_out = {item.item_id: examples[item.item_id] for item in asked if folds[item.item_id] == fold}
            answered |= _chances(model, held_out)
    return answered


def _folds(known: Sequence[Item]) -> dict[str, int]:
    """The number of the fold of each item: its document's, or its paragraph's if there is one document."""
    is_one = len({item.document_id for item in known}) < 2
    groups = [item.cluster if is_one else (item.document_id, 0) for item in known]
    order = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    if len(order) < 2:
        raise ValueError(
            "the baseline 'tfidf' needs at least two paragraphs: one to learn from, one to answer"
        )
    most = len(order) if is_one else _MOST_FOLDS
    return {item.item_id: order[group] % most for item, group in zip(known, groups, strict=True)}


def _trained(training: Sequence[Candidate]) -> Pipeline:
    labels = [one.label for one in training]
    # With one class there is nothing to learn, and the model is a constant.
    has_choice = len(set(labels)) > 1
    last = LogisticRegression(class_weight="balanced", max_iter=1000) if has_choice else DummyClassifier()
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")
    return make_pipeline(words, last).fit(np.array([one.text for one in training], dtype=object), labels)


def _chances(model: Pipeline, examples: Mapping[str, Example]) -> dict[str, dict[str, float]]:
    """The probability of each answer to each item, summing to 1."""
    texts = [one.text for example in examples.values() for one in example.candidates]
    # One call for all items, because a call takes longer than its rows.
    rows = iter(model.predict_proba(np.array(texts, dtype=object)).tolist())
    classes = list(map(str, model.classes_))
    return {
        item_id: _rounded(
            example.answers([dict(zip(classes, next(rows), strict=True)) for _ in example.candidates])
        )
        for item_id, example in examples.items()
    }


def _rounded(chances: Mapping[str, float]) -> dict[str, float]:
    """Probabilities that sum to 1, rounded."""
    total = sum(chances.values())
    return {answer: round(chance / total, _DIGITS) for answer, chance in chances.items()}
