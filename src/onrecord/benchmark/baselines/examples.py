"""Items as texts with labels that a classifier can learn on some documents and give for another.

A label of `verifiability` or `detection` is the answer itself. A date is learnt by its distance from the
document's date, and a speaker by whether a name is the speaker's, because the dates and speakers of another
document are others.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from onrecord.benchmark.answers import label_text
from onrecord.benchmark.baselines import cues
from onrecord.benchmark.tasks import Item
from onrecord.model import edtf

Inputs = Mapping[str, Any]
_NAMED, _OTHER = "named", "other"
_OWN, _OTHERS, _IS_SPEAKER, _IS_NOT = "own", "others", "speaker", "not"
_WORD = re.compile(r"\w+")


Chances = dict[str, float]
"""The probability of each label or answer."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that is classified for an item, and its true label."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Example:
    """An item as one or more texts, and how the probabilities of their labels become those of answers."""

    candidates: Sequence[Candidate]
    answers: Callable[[Sequence[Chances]], Chances]


def _by_label(item: Item) -> Example:
    words = item.inputs.get("sentence") or item.inputs["text"]
    return Example([Candidate(words, label_text(item.gold))], lambda found: found[0])


def _by_distance(item: Item) -> Example:
    day = date.fromisoformat(item.inputs["document_date"])
    text = " ".join(item.inputs["sentences"])
    named = cues.time_named(text, day)
    label = _NAMED if named and edtf.parse(named) == edtf.parse(item.gold) else distance(item.gold, day)

    def answers(found: Sequence[Chances]) -> Chances:
        chances: Chances = {}
        for label, chance in found[0].items():
            answer = named if label == _NAMED else at_distance(label, day)
            if answer is not None:
                chances[answer] = chances.get(answer, 0.0) + chance
        return chances or {day.isoformat(): 1.0}

    flag = " names_a_time" if named else ""
    return Example([Candidate(f"{text}{flag}", label)], answers)


def distance(stated_on: str, day: date) -> str:
    """Days from the document's date, both bounds: `-1/0`, with `..` for an open one; `other` where far."""
    bounds = edtf.parse(stated_on)
    days = [".." if bound is None else str((bound - day).days) for bound in (bounds.lower, bounds.upper)]
    return "/".join(days) if all(len(one) <= 2 for one in days) else _OTHER


def at_distance(label: str, day: date) -> str | None:
    """The EDTF string at a distance from the document's date; None for `other`."""
    if label == _OTHER:
        return None
    bounds = [
        bound if bound == ".." else (day + timedelta(days=int(bound))).isoformat()
        for bound in label.split("/")
    ]
    return bounds[0] if bounds[0] == bounds[1] else "/".join(bounds)


def _by_name(item: Item) -> Example:
    """Whether the article speaks is one question, and which of the names is the speaker's the other."""
    given = item.inputs
    own_voice = str(given["own_voice"] or given["choices"][0]["speaker_id"])
    named = _named_in(given, own_voice)
    ids = list(dict.fromkeys(speaker_id for speaker_id, _ in named))
    accepted = (item.gold, *item.alternatives)
    forms = [form for _, form in named]
    texts = [_marked("own", given, [], forms)]
    labels = [_OWN if own_voice in accepted else _OTHERS]
    for speaker_id in ids:
        mine = [form for owner, form in named if owner == speaker_id]
        texts.append(_marked("named", given, mine, [form for form in forms if form not in mine]))
        labels.append(_IS_SPEAKER if speaker_id in accepted else _IS_NOT)

    def answers(found: Sequence[Chances]) -> Chances:
        own, others = (found[0].get(label, 0.0) for label in (_OWN, _OTHERS))
        share = own / (own + others) if ids and own + others else 1.0
        likely = [one.get(_IS_SPEAKER, 0.0) + 1e-9 for one in found[1:]]
        rest = {name: (1 - share) * one / sum(likely) for name, one in zip(ids, likely, strict=True)}
        return {own_voice: share, **rest}

    return Example([Candidate(*pair) for pair in zip(texts, labels, strict=True)], answers)


def _marked(role: str, given: Inputs, forms: Sequence[str], others: Sequence[str]) -> str:
    """The words of an item, each marked with its place and with what is asked."""
    return " ".join(
        [
            role,
            *_prefixed(f"{role}_claim", _masked(given["text"], forms, others)),
            *_prefixed(f"{role}_sentence", _masked(" ".join(given["sentences"]), forms, others)),
            *_prefixed(f"{role}_before", _masked(" ".join(given["context"]), forms, others), mask_only=True),
        ]
    )


def _named_in(given: Inputs, own_voice: str) -> list[tuple[str, str]]:
    """The choices that the sentences, the claim or the context name, each form of their names apart."""
    words = " ".join([*given["context"], *given["sentences"], given["text"]])
    return [
        (choice["speaker_id"], form)
        for choice in given["choices"]
        for form in cues.forms_of_name(choice)
        # Most names are not there, and a plain search takes a tenth of the time.
        if choice["speaker_id"] != own_voice and form in words and _whole(form).search(words)
    ]


def _masked(text: str, forms: Iterable[str], others: Iterable[str]) -> str:
    """The text with the forms of one name as CANDIDATE and those of other names as PERSON."""
    for mask, names in (("CANDIDATE", forms), ("PERSON", others)):
        for name in sorted(names, key=len, reverse=True):
            if name in text:
                text = _whole(name).sub(mask, text)
    return text


@lru_cache(maxsize=4096)
def _whole(name: str) -> re.Pattern[str]:
    """The name as whole words."""
    return re.compile(rf"\b{re.escape(name)}\b")


def _prefixed(part: str, text: str, *, mask_only: bool = False) -> Sequence[str]:
    words = _WORD.findall(text)
    return [f"{part}_{word}" for word in words if not mask_only or word in ("CANDIDATE", "PERSON")]


EXAMPLES: Mapping[str, Callable[[Item], Example]] = {
    "verifiability": _by_label,
    "detection": _by_label,
    "date": _by_distance,
    "speaker": _by_name,
}
"""How each task's items become examples."""
