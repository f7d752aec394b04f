"""Label Studio: one task per claim with its text and labels as a prediction, and the labelling configuration.

Offsets count code points, as Label Studio's editor has done since 2021; older ones count UTF-16 units, which
are recognised by the words that a region quotes. What its JSON export says of a task is read back.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from onrecord.dataset.exchange.items import (
    LISTS,
    NO_LABELS,
    Export,
    ExportedDocument,
    Item,
    Returned,
    label_sets,
    pair_of,
)
from onrecord.dataset.exchange.json_files import json_file, json_files
from onrecord.dataset.exchange.label_studio_config import (
    ANCHOR,
    CHOSEN_FROM_DATA,
    TEXT,
    UNDECIDED,
    configuration,
)
from onrecord.exceptions import UnusableExchange
from onrecord.model.annotations import annotated_fields

TASKS, CONFIGURATION = "tasks.json", "config.xml"


def files(export: Export) -> Iterator[tuple[str, str]]:
    """The files of an export: names and texts."""
    yield CONFIGURATION, configuration()
    yield TASKS, json_file([_task(item, one, export) for one in export.documents for item in one.items])


def read(path: Path, completed_by: str | None = None) -> Iterator[Returned]:
    """What each annotated task of Label Studio's JSON export says of its claim.

    Skipped annotations count as none. `completed_by` is the number or the email of a user, where several have
    annotated a task. Raises UnusableExchange and OSError.
    """
    for file, content in json_files(path, (".json",)):
        if not isinstance(content, list):
            raise UnusableExchange([f"{file}: expected a list of tasks, Label Studio's export JSON"])
        for number, task in enumerate(content, 1):
            place = f"{file}: task {task.get('id', number) if isinstance(task, dict) else number}"
            yield from _returned(task, place, completed_by)


def _task(item: Item, document: ExportedDocument, export: Export) -> dict[str, Any]:
    task: dict[str, Any] = {
        "data": {
            TEXT: document.text,
            "claim": item.claim["text"],
            "claim_id": item.claim_id,
            "document_id": document.document_id,
            # In the order of their ids, which says nothing of who speaks here.
            "speakers": [{"value": name} for name in _speakers(document)],
        }
    }
    version = "labels" if export.labels == NO_LABELS else export.labels
    result = [*_regions(item, document.text or ""), *_results(item)]
    return task | {"predictions": [{"model_version": version, "result": result}]}


def _speakers(document: ExportedDocument) -> list[str]:
    """The ids of all speakers whom the document names, whatever is exported of its claims."""
    named: set[str] = set()
    for claim in document.document.claims:
        named |= {claim["speaker_id"], *claim["via"], *claim["speaker_alternatives"]}
    return sorted(named)


def _regions(item: Item, text: str) -> Iterator[dict[str, Any]]:
    for number, (start, end) in enumerate(item.spans, 1):
        value = {"start": start, "end": end, "text": text[start:end], "labels": [ANCHOR]}
        yield _result(ANCHOR, "labels", value, f"{item.claim_id}-{number}")


def _results(item: Item) -> Iterator[dict[str, Any]]:
    for name, words in item.words():
        if name in label_sets() or name == CHOSEN_FROM_DATA:
            yield _result(name, "choices", {"choices": words}, f"{item.claim_id}-{name}")
        else:
            yield _result(name, "textarea", {"text": [", ".join(words)]}, f"{item.claim_id}-{name}")
    if item.undecided:
        lines = [f"{name}: {reason}" for name, reason in item.undecided.items()]
        yield _result(UNDECIDED, "textarea", {"text": lines}, f"{item.claim_id}-{UNDECIDED}")


def _result(name: str, kind: str, value: Mapping[str, Any], result_id: str) -> dict[str, Any]:
    return {"id": result_id, "from_name": name, "to_name": TEXT, "type": kind, "value": dict(value)}


def _returned(task: Any, place: str, completed_by: str | None) -> Iterator[Returned]:
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        raise UnusableExchange([f"{place}: expected a task with data and annotations"])
    given = [
        one
        for one in task.get("annotations") or ()
        if not one.get("was_cancelled") and completed_by in (None, *_names(one.get("completed_by")))
    ]
    if len(given) > 1:
        who = ", ".join(str(_names(one.get("completed_by"))[0]) for one in given)
        chosen = "expected one: --completed-by chooses the user"
        raise UnusableExchange([f"{place}: found {len(given)} annotations, by {who}; {chosen}"])
    for annotation in given:
        yield _annotation(annotation, task["data"], place)


def _names(user: Any) -> tuple[str, ...]:
    """The names of a user: the number alone, or the number and the email."""
    if isinstance(user, dict):
        return tuple(str(user[name]) for name in ("id", "email") if name in user) or ("unknown",)
    return (str(user),)


def _annotation(annotation: Mapping[str, Any], data: Mapping[str, Any], place: str) -> Returned:
    labels: dict[str, list[str]] = {}
    undecided: dict[str, str] = {}
    spans: list[tuple[int, int]] = []
    for result in annotation.get("result") or ():
        name, value = str(result.get("from_name")), result.get("value")
        if not isinstance(value, dict):
            # A relation between regions, which has no value.
            continue
        if name == ANCHOR:
            spans.append(_span(value, str(data.get(TEXT) or ""), place))
        elif name == UNDECIDED:
            undecided.update(filter(None, (pair_of(line, ":") for line in _words(value))))
        elif name in annotated_fields():
            words = _words(value)
            if name in LISTS and name not in label_sets():
                words = [word.strip() for line in words for word in line.split(",")]
            labels[name] = words
    seconds = annotation.get("lead_time")
    claim_id = data.get("claim_id")
    return Returned(place, str(claim_id) if claim_id else None, labels, sorted(spans), undecided, seconds)


def _words(value: Mapping[str, Any]) -> list[str]:
    found = value.get("choices", value.get("text", []))
    return [str(word).strip() for word in (found if isinstance(found, list) else [found])]


def _span(value: Mapping[str, Any], text: str, place: str) -> tuple[int, int]:
    start, end, quoted = value.get("start"), value.get("end"), value.get("text")
    if not (type(start) is type(end) is int):
        raise UnusableExchange(
            [f"{place}: start is {start!r} and end is {end!r}, expected two whole numbers"]
        )
    if isinstance(quoted, str) and text[start:end] != quoted:
        units = text.encode("utf-16-le")
        if units[2 * start : 2 * end] == quoted.encode("utf-16-le"):
            return _code_points(units[: 2 * start]), _code_points(units[: 2 * end])
    return start, end


def _code_points(units: bytes) -> int:
    return len(units.decode("utf-16-le", "surrogatepass"))
