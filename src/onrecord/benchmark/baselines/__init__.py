"""Baselines: systems so simple that a real one has to beat them. They answer in the format of predictions.

Lists which baseline answers which task. Each family has its own module, imported when it is run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.tasks import PAIRED, TASKS, find_task
from onrecord.benchmark.tasks.declaration import splits_in
from onrecord.dataset.load import Folder
from onrecord.model.findings import hint

if TYPE_CHECKING:
    from onrecord.row_types import TaskName

Line = dict[str, Any]
"""One line of a predictions file."""

DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "majority": "the most frequent gold answer to the items of the primary metric, always: it has seen "
        "the gold, nothing else",
        "shuffled": "the gold answer to another item of the split, drawn once with a fixed seed: the floor",
        "rules": "cue words, numerals, quotation marks and weekdays; no training, no extra package",
        "dateparser": "the last date that dateparser finds in the sentences, relative to the document's date",
        "tfidf": "logistic regression on TF-IDF: the documents of all splits in five groups, each answered "
        "by a model of the other four; a single document by paragraphs instead",
        "spacy": "the parse of spaCy's small English model: who is the subject of a verb of saying",
    }
)
"""Every baseline and what it does."""

_TASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "majority": (*TASKS, *PAIRED),
        "shuffled": (*TASKS, *PAIRED),
        "rules": (*TASKS, *PAIRED),
        "dateparser": ("date",),
        "tfidf": ("verifiability", "speaker", "date", "detection", "contrasts"),
        "spacy": ("speaker", "detection", "extraction", "contrasts"),
    }
)
_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "majority": "majority",
        "shuffled": "shuffled",
        "rules": "rules",
        "dateparser": "parsed_dates",
        "tfidf": "tfidf",
        "spacy": "parsed_sentences",
    }
)


def names(task: str) -> tuple[str, ...]:
    """The baselines that answer a task."""
    return tuple(name for name, answered in _TASKS.items() if find_task(task).name in answered)


@dataclass(frozen=True, slots=True, repr=False)
class BaselineLines(Iterable[Line]):
    """The answers of a baseline. They are computed anew on each iteration, so they can be read twice."""

    predict: Callable[[str, Folder | None, str], Iterator[Line]]
    task: str
    data: Folder | None
    split: str
    version: str

    def __repr__(self) -> str:
        return f"<BaselineLines for {self.task} on {self.split}, version {self.version}>"

    def __iter__(self) -> Iterator[Line]:
        """One line per item, each with the version of the dataset that was answered."""
        lines = self.predict(self.task, self.data, self.split)
        return ({**line, "dataset_version": self.version} for line in lines)


def baseline(
    task: "TaskName | str", name: str, data: Folder | None = None, *, split: str | None = None
) -> BaselineLines:
    """The baseline's answers to a split: an iterable of lines that may be read more than once.

    `split` is test, challenge, validation or all, by default that of the task. Raises ValueError, naming what
    exists, for an unknown task or split or a baseline that does not answer the task, and MissingExtraError,
    naming the extra to install, where a package is missing.
    """
    from onrecord.benchmark.answers import identity

    known = names(task)
    if name not in known:
        raise ValueError(f"there is no baseline {name!r} for the task {task!r}; {hint(name, known)}")
    split = find_task(task).split_or_default(split)
    splits_in(split, data)
    if task in PAIRED:
        predict = partial(import_module(f"{__name__}.contrasts").predict, name)
    else:
        predict = import_module(f"{__name__}.{_MODULES[name]}").predict
    return BaselineLines(predict, task, data, split, identity(data).version)
