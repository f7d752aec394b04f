"""The baselines on contrast pairs: each answers an input as it answers the items of the input's own task.

Where a baseline does not answer a task, the inputs of that task are left out and count as wrong.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.tasks import Item, find_task, items
from onrecord.benchmark.tasks.contrasts import PairAnswer
from onrecord.dataset.load import Folder

if TYPE_CHECKING:
    from onrecord.benchmark.baselines import Line

Inputs = Mapping[str, Any]
Answered = Iterable[tuple[Item, PairAnswer]]
_SEED = 0


def predict(name: str, task: str, data: Folder | None = None) -> Iterator["Line"]:
    """The answers of the baseline `name`, task by task."""
    answer = _ANSWERED_BY[name]
    by_task: dict[str, list[Item]] = {}
    for item in items(find_task(task), data):
        by_task.setdefault(item.inputs["task"], []).append(item)
    for of, asked in by_task.items():
        for item, given in answer(of, asked):
            yield {"input_id": item.item_id, "prediction": given}


def as_items_are_given(given: Inputs) -> dict[str, Any]:
    """The input with the names under which the baselines of single tasks read sentences."""
    return {**given, "gloss": " ".join(given["sentences"]), "glosses": given["sentences"]}


def _majority(task: str, asked: Sequence[Item]) -> Answered:
    """The most frequent answer; of speakers the place among the choices, because each text has its own."""
    [(commonest, _)] = Counter(_portable(task, item) for item in asked).most_common(1)
    return ((item, _in_place(task, item, commonest)) for item in asked)


def _shuffled(task: str, asked: Sequence[Item]) -> Answered:
    """The gold of another item of the task."""
    order = list(range(len(asked)))
    random.Random(_SEED).shuffle(order)
    following = dict(zip(order, order[1:] + order[:1], strict=True))
    return (
        (item, _in_place(task, item, _portable(task, asked[following[at]]))) for at, item in enumerate(asked)
    )


def _portable(task: str, item: Item) -> Any:
    """The gold in a form that means something for another item."""
    return _ids(item).index(item.gold) if task == "speaker" else item.gold


def _in_place(task: str, item: Item, portable: Any) -> PairAnswer:
    ids = _ids(item)
    answer: PairAnswer = ids[portable % len(ids)] if task == "speaker" else portable
    return answer


def _ids(item: Item) -> list[str]:
    return [choice["speaker_id"] for choice in item.inputs.get("choices", ())]


def _rules(task: str, asked: Sequence[Item]) -> Answered:
    from onrecord.benchmark.baselines.rules import ANSWERS, extract_claims

    for item in asked:
        if task == "extraction":
            yield item, tuple(extract_claims(item.inputs["sentences"]))
        else:
            yield item, ANSWERS[task](as_items_are_given(item.inputs))


def _tfidf(task: str, asked: Sequence[Item]) -> Answered:
    """Trained on the pairs of all other texts."""
    from onrecord.benchmark.baselines.tfidf import best_left_out

    # Claims are no classes, and hardly any date occurs twice.
    if task in ("extraction", "date"):
        return
    texts = [" ".join((*item.inputs["sentences"], item.inputs.get("text", ""))) for item in asked]
    # Of speakers, the place among the choices: their ids differ from text to text.
    gold = [_portable(task, item) for item in asked]
    clusters = [(item.inputs["title"], 0) for item in asked]
    for place, answer in best_left_out(texts, gold, clusters):
        yield asked[place], _in_place(task, asked[place], answer)


def _spacy(task: str, asked: Sequence[Item]) -> Answered:
    from onrecord.benchmark.baselines import parsed_sentences as parsed

    for item in asked:
        given = as_items_are_given(item.inputs)
        if task == "speaker":
            yield item, parsed.speaker(given)
        elif task == "detection":
            yield item, parsed.has_subject(given["gloss"])
        elif task == "extraction":
            yield item, tuple(clause for sentence in given["glosses"] for clause in parsed.clauses(sentence))


_ANSWERED_BY: Mapping[str, Callable[[str, Sequence[Item]], Answered]] = {
    "majority": _majority,
    "rules": _rules,
    "tfidf": _tfidf,
    "shuffled": _shuffled,
    "spacy": _spacy,
}
