"""The baselines on contrast pairs: each answers an input as it answers the items of the input's own task.

Where a baseline does not answer a task, the inputs of that task are left out and count as wrong.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.answers import label_text
from onrecord.benchmark.tasks import Item, find_task, items
from onrecord.benchmark.tasks.contrasts import PairAnswer
from onrecord.benchmark.tasks.declaration import ALL
from onrecord.dataset.load import Folder
from onrecord.model.table_files import SPLIT

if TYPE_CHECKING:
    from onrecord.benchmark.baselines import Line

Answered = Iterable[tuple[Item, PairAnswer]]
_SEED = 0


def predict(name: str, task: str, data: Folder | None = None, split: str = SPLIT) -> Iterator["Line"]:
    """The answers of the baseline `name`, task by task."""
    answer = _ANSWERED_BY[name]
    pairs = find_task(task)
    known = _by_task(items(pairs, data, ALL))
    for of, asked in _by_task(items(pairs, data, split)).items():
        for item, given in answer(of, asked, known[of]):
            answer_as_json = list(given) if isinstance(given, tuple) else given
            yield {"input_id": item.item_id, "prediction": answer_as_json}


def _by_task(found: Iterable[Item]) -> dict[str, list[Item]]:
    by_task: dict[str, list[Item]] = {}
    for item in found:
        by_task.setdefault(item.inputs["task"], []).append(item)
    return by_task


def _majority(task: str, asked: Sequence[Item], _: Sequence[Item]) -> Answered:
    """The most frequent answer; of speakers the place among the choices, because each text has its own."""
    counted = Counter(_portable(task, item) for item in asked)
    commonest = counted.most_common(1)[0][0]
    return ((item, _in_place(task, item, commonest)) for item in asked)


def _shuffled(task: str, asked: Sequence[Item], _: Sequence[Item]) -> Answered:
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


def _rules(task: str, asked: Sequence[Item], _: Sequence[Item]) -> Answered:
    from onrecord.benchmark.baselines.rules import ANSWERS, extract_claims

    for item in asked:
        if task == "extraction":
            yield item, tuple(extract_claims(item.inputs["sentences"]))
        else:
            yield item, ANSWERS[task](item.inputs)


def _tfidf(task: str, asked: Sequence[Item], known: Sequence[Item]) -> Answered:
    """Each story answered by a model of the pairs of all other stories."""
    from onrecord.benchmark.baselines.tfidf import chances_left_out

    if task == "extraction":
        return
    stories = {title: at for at, title in enumerate(dict.fromkeys(item.inputs["title"] for item in known))}
    folds = {item.item_id: stories[item.inputs["title"]] for item in known}
    chances = chances_left_out(task, known, asked, folds)
    labels = {label_text(item.gold): item.gold for item in known}
    for item in asked:
        best = max(chances[item.item_id], key=lambda label: chances[item.item_id][label])
        yield item, labels.get(best, best)


def _spacy(task: str, asked: Sequence[Item], _: Sequence[Item]) -> Answered:
    from onrecord.benchmark.baselines import parsed_sentences as parsed

    for item in asked:
        given = item.inputs
        if task == "speaker":
            yield item, parsed.speaker(given)
        elif task == "detection":
            yield item, parsed.has_subject(given["sentence"])
        elif task == "extraction":
            yield (
                item,
                tuple(clause for sentence in given["sentences"] for clause in parsed.clauses(sentence)),
            )


_ANSWERED_BY: Mapping[str, Callable[[str, Sequence[Item], Sequence[Item]], Answered]] = {
    "majority": _majority,
    "rules": _rules,
    "tfidf": _tfidf,
    "shuffled": _shuffled,
    "spacy": _spacy,
}
