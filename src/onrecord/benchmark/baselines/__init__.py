"""Baselines: systems so simple that a real one has to beat them, in the format in which predictions are read.

Owns the list of which baseline answers which task; each family has its own module, imported when it is run.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from onrecord.benchmark.tasks import TASKS, find_task
from onrecord.dataset.load import Folder
from onrecord.exceptions import MissingExtraError
from onrecord.model.findings import nearest

Line = dict[str, Any]
"""One line of a predictions file."""

ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "majority": "the most frequent gold answer, always: it has seen the gold, and nothing else",
        "rules": "cue words, numerals, quotation marks and weekdays; no training, no extra package",
        "dateparser": "the last date that dateparser finds in the gloss, relative to the dateline",
        "tfidf": "logistic regression on TF-IDF, each paragraph answered by a model of all the others: "
        "in-domain, so no forecast of how it does on another article",
        "spacy": "the parse of spaCy's small English model: who is the subject of a verb of saying",
    }
)
"""Every baseline and what it does."""

_TASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "majority": tuple(TASKS),
        "rules": tuple(TASKS),
        "dateparser": ("date",),
        "tfidf": ("verifiability", "speaker", "date", "detection"),
        "spacy": ("speaker", "detection", "extraction"),
    }
)
_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "majority": "majority",
        "rules": "rules",
        "dateparser": "parsed_dates",
        "tfidf": "tfidf",
        "spacy": "parsed_sentences",
    }
)
_EXTRAS: Mapping[str, str] = MappingProxyType({"dateparser": "baselines", "spacy": "spacy"})


def names(task: str) -> tuple[str, ...]:
    """The baselines that answer a task."""
    return tuple(name for name, answered in _TASKS.items() if find_task(task).name in answered)


def baseline(task: str, name: str, data: Folder | None = None) -> Iterator[Line]:
    """The baseline's answers, one line an item, each with the version of the dataset that it was made on.

    Raises ValueError, naming what there is, for an unknown task or a baseline that does not answer it, and
    MissingExtraError, naming the extra to install, where a package is missing.
    """
    from onrecord.benchmark.predictions import identity

    known = names(task)
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
        raise ValueError(f"there is no baseline {name!r} for the task {task!r}; {hint}")
    try:
        module = import_module(f"{__name__}.{_MODULES[name]}")
        lines: Iterator[Line] = module.predict(task, data)
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(name)
        if extra is None:
            raise
        raise MissingExtraError(f"the baseline {name!r}", error.name, extra) from error
    version = identity(data).version
    return ({**line, "dataset_version": version} for line in lines)
