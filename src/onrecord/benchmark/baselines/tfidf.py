"""The baseline `tfidf`: logistic regression on word counts, with leave-one-paragraph-out training.

In-domain: it is trained on the other paragraphs of the same article, so its score shows how far vocabulary
alone carries within this set, not how a trained system would do elsewhere.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.predictions import label_text
from onrecord.benchmark.tasks import Item, find_task, items
from onrecord.dataset.load import Folder
from onrecord.extras import extra

with extra("baselines", "the baseline 'tfidf'"):
    import numpy as np
    from sklearn.dummy import DummyClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import LeaveOneGroupOut
    from sklearn.pipeline import make_pipeline
    from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from onrecord.benchmark.baselines import Line

_DIGITS = 6
"""Decimals of a probability: enough for any score, and the same on every machine."""


def predict(task: str, data: Folder | None = None) -> Iterator["Line"]:
    """One line per item, with probabilities where the task has labels."""
    found = find_task(task)
    asked = items(found, data)
    texts = [_text(item) for item in asked]
    gold = [label_text(item.gold) for item in asked]
    answers = {label_text(item.gold): item.gold for item in asked}
    groups = [item.cluster for item in asked]
    # Models this small are slower on several threads.
    with threadpool_limits(limits=1):
        found_chances = list(_left_out(texts, gold, groups))
    for place, chances in found_chances:
        best = max(chances, key=lambda label: chances[label])
        line = {found.key: asked[place].item_id, "prediction": answers[best]}
        if found.kind == "labels":
            line["probabilities"] = chances
        yield line


def best_left_out(
    texts: Sequence[str], gold: Sequence[Any], clusters: Sequence[tuple[str, int]]
) -> Iterator[tuple[int, Any]]:
    """The position of each text and its likeliest answer, by a model of the texts in all other clusters."""
    answers = {str(answer): answer for answer in gold}
    with threadpool_limits(limits=1):
        found = list(_left_out(texts, list(map(str, gold)), clusters))
    for place, chances in found:
        yield place, answers[max(chances, key=lambda label: chances[label])]


def _text(item: Item) -> str:
    return " ".join(str(item.inputs[name]) for name in ("gloss", "text", "speaker") if name in item.inputs)


def _left_out(
    texts: Sequence[str], gold: Sequence[str], clusters: Sequence[tuple[str, int]]
) -> Iterator[tuple[int, dict[str, float]]]:
    """The position of each item, and its label probabilities from a model trained on the other paragraphs."""
    order = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    groups = np.array([order[cluster] for cluster in clusters])
    words, labels = np.array(texts, dtype=object), np.array(gold)
    if len(order) < 2:
        raise ValueError(
            "the baseline 'tfidf' needs at least two paragraphs: one to learn from, one to answer"
        )
    for known, asked in LeaveOneGroupOut().split(words, labels, groups):
        # With one class there is nothing to learn, and the model is a constant.
        has_choice = len(set(labels[known])) > 1
        last = LogisticRegression(class_weight="balanced", max_iter=1000) if has_choice else DummyClassifier()
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), last)
        model.fit(words[known], labels[known])
        for place, row in zip(asked, model.predict_proba(words[asked]), strict=True):
            chances = [round(float(chance), _DIGITS) for chance in row]
            yield int(place), dict(zip(map(str, model.classes_), chances, strict=True))
