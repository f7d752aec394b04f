"""The baseline `rules`: cue words, numerals, quotation marks and weekdays, without training or extras."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.baselines import cues
from onrecord.benchmark.tasks import find_task, items
from onrecord.dataset.load import Folder
from onrecord.model.table_files import SPLIT

if TYPE_CHECKING:
    from onrecord.benchmark.baselines import Line

Inputs = Mapping[str, Any]

_BOUNDARY = re.compile(r"[;:]\s+|,\s+(?:and|but|while|which|since|because)\s+|\s+and that\s+")
_REPORTED = re.compile(rf"{cues.SAYING.pattern}(?:,)? that (?P<said>.+)", re.IGNORECASE)
_FEWEST_WORDS = 3


def predict(task: str, data: Folder | None = None, split: str = SPLIT) -> Iterator["Line"]:
    """One line per item, or for extraction one line per claim."""
    found = find_task(task)
    asked = items(found, data, split)
    if found.kind == "claims":
        for item in asked:
            place = {"document_id": item.document_id, "paragraph": item.paragraph}
            yield from ({**place, "text": text} for text in extract_claims(item.inputs["sentences"]))
        return
    answer = ANSWERS[task]
    for item in asked:
        yield {found.key: item.item_id, "prediction": answer(item.inputs)}


def _verifiability(given: Inputs) -> str:
    text = given["text"]
    # Whatever was said: that somebody said it can be looked up.
    if cues.SAYING.search(text):
        return "verifiable"
    if cues.PRESCRIBING.search(text) or cues.FORETELLING.search(text) or cues.MINDING.search(text):
        return "unverifiable"
    if cues.VALUING.search(text):
        return "partially_verifiable" if cues.COUNTING.search(text) else "unverifiable"
    return "verifiable"


def _speaker(given: Inputs) -> str:
    choices: Sequence[Mapping[str, Any]] = given["choices"]
    own_voice = str(given["own_voice"] or choices[0]["speaker_id"])
    text = " ".join(given["sentences"])
    sayings = list(cues.SAYING.finditer(text))
    if not sayings or cues.SAYING.search(given["text"]):
        return own_voice
    named = [
        (place, choice["speaker_id"])
        for choice in choices
        for name in cues.forms_of_name(choice)
        if (place := text.find(name)) >= 0
    ]
    for saying in sayings:
        # The nearest name before a verb of saying is its subject more often than not.
        if before := [found for found in named if found[0] <= saying.end()]:
            return str(max(before)[1])
    return str(min(named)[1] if named else own_voice)


def _date(given: Inputs) -> str:
    dateline = date.fromisoformat(given["document_date"])
    text = " ".join(given["sentences"])
    if named := cues.time_named(text, dateline):
        return named
    return f"../{dateline.isoformat()}" if cues.PAST.search(text) else dateline.isoformat()


def _detection(given: Inputs) -> bool:
    text = given["sentence"]
    cue = cues.VERB.search(text) or cues.COUNTING.search(text) or cues.QUOTING.search(text)
    return bool(cue) and len(text.split()) >= _FEWEST_WORDS


def extract_claims(sentences: Sequence[str]) -> Iterator[str]:
    """Each sentence as a claim, what it reports as another, both split at semicolons and conjunctions."""
    for sentence in sentences:
        texts = [sentence]
        if reported := _REPORTED.search(sentence):
            texts.append(reported["said"])
        for part in dict.fromkeys(part for text in texts for part in _BOUNDARY.split(text)):
            if len(part.split()) >= _FEWEST_WORDS:
                yield _as_sentence(part)


def _as_sentence(text: str) -> str:
    stripped = text.strip().rstrip(".,;:")
    return f"{stripped[:1].upper()}{stripped[1:]}."


ANSWERS: Mapping[str, Callable[[Inputs], str | bool]] = {
    "verifiability": _verifiability,
    "speaker": _speaker,
    "date": _date,
    "detection": _detection,
}
"""How each task with one answer per item is answered."""
