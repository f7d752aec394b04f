"""Predictions as located lines: from a file, standard input, lines of JSON, mappings or a data frame.

Errors in the text of a line are findings here; `predictions` checks what a line says.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, cast

from onrecord.benchmark import prediction_rules as rules
from onrecord.benchmark.data_frames import DataFrame, rows_of_frame
from onrecord.benchmark.plain_values import plain_scalar
from onrecord.benchmark.prediction_schema import PredictionLine
from onrecord.exceptions import UnusablePredictions
from onrecord.model.findings import Finding, quoted
from onrecord.reading.file_rules import NOT_AN_OBJECT
from onrecord.reading.files import STANDARD_INPUT, display, refusal
from onrecord.reading.jsonl import parse_object, read_lines
from onrecord.reading.shards import ENDINGS, decompressed

Source = str | PathLike[str] | Iterable[Mapping[str, Any] | str | bytes] | DataFrame
"""A file of JSON Lines, plain or compressed; `-` for standard input; the lines themselves as one string, or
one by one as strings or mappings; or a data frame. A string is a path unless it starts with `{`."""

_GIVEN = "predictions"
"""The name of lines that come from no file."""
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


def path_of(predictions: object) -> Path | None:
    """The path of the file; None for standard input and for what is given itself.

    Raises TypeError for what cannot be predictions.
    """
    if isinstance(predictions, str | PathLike):
        return None if predictions == STANDARD_INPUT or _is_json(predictions) else Path(predictions)
    if isinstance(predictions, DataFrame):
        return None
    if isinstance(predictions, Mapping | bytes | bytearray) or not isinstance(predictions, Iterable):
        kind = "one mapping" if isinstance(predictions, Mapping) else type(predictions).__name__
        raise TypeError(
            f"predictions are a path, '-', lines of JSON, an iterable of mappings or a data frame, not {kind}"
        )
    return None


def name_of(predictions: Source) -> str:
    """The name of the system where none is given: the file's name without its endings."""
    path = path_of(predictions)
    if path is None:
        is_given = not isinstance(predictions, str | PathLike) or _is_json(predictions)
        return _GIVEN if is_given else "standard input"
    ending = next((ending for ending in ENDINGS if path.name.endswith(ending)), path.suffix)
    return path.name.removesuffix(ending) or path.name


def file_of(predictions: Source) -> str:
    """The file as findings name it."""
    path = path_of(predictions)
    return name_of(predictions) if path is None else display(path)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of the file, decompressed if its name ends in .gz or .zst. Raises UnusablePredictions."""
    try:
        with path.open("rb") as raw, decompressed(raw, _COMPRESSIONS.get(path.suffix, "")) as stream:
            yield stream
    except OSError as error:
        raise UnusablePredictions(refusal(path, error)) from error
    except ValueError as error:
        if "\0" not in str(path):
            raise
        raise UnusablePredictions(f"{display(path)} cannot be read: a name has no null character") from error


def located_lines(predictions: Source, key: str, findings: list[Finding]) -> Iterator[PredictionLine]:
    """The lines that can be read; what is wrong with the others is added to the findings."""
    path = path_of(predictions)
    if path is not None:
        with opened(path) as stream:
            yield from _read(stream, display(path), key, findings)
    elif isinstance(predictions, str) and _is_json(predictions):
        yield from _read(BytesIO(predictions.encode("utf-8", "surrogatepass")), _GIVEN, key, findings)
    elif isinstance(predictions, str | PathLike):
        # Python has no standard input at all where the caller has closed it.
        if sys.stdin is None:
            raise UnusablePredictions("standard input is closed")
        yield from _read(sys.stdin.buffer, name_of(predictions), key, findings)
    else:
        rows = rows_of_frame(predictions)
        # What is neither a path nor a frame is an iterable: `path_of` has refused everything else.
        yield from _given(cast("Iterable[Any]", predictions) if rows is None else rows, key, findings)


def _is_json(predictions: "str | PathLike[str]") -> bool:
    """Whether a string is lines of JSON, and not the name of a file."""
    return isinstance(predictions, str) and predictions.lstrip().startswith("{")


def _read(stream: BinaryIO, file: str, key: str, findings: list[Finding]) -> Iterator[PredictionLine]:
    for line in read_lines(stream, file):
        wrong = [finding for finding in line.findings if finding.rule not in rules.HARMLESS]
        findings += wrong
        if line.value is not None and not wrong:
            yield PredictionLine(line.value, file, line.number, key)


def _given(predictions: Iterable[Any], key: str, findings: list[Finding]) -> Iterator[PredictionLine]:
    for number, value in enumerate(predictions, 1):
        if isinstance(value, str | bytes):
            text = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
            # A line as a file gives it, with its end; a blank one is nothing, as in a file.
            parsed, wrong = parse_object(text, number, _GIVEN) if text.strip() else (None, [])
            findings += wrong
            if parsed is not None and not wrong:
                yield PredictionLine(parsed, _GIVEN, number, key)
        elif isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
            plain = {name: plain_scalar(field) for name, field in value.items()}
            yield PredictionLine(plain, _GIVEN, number, key)
        else:
            findings.append(
                NOT_AN_OBJECT.finding(
                    f"found {quoted(value)}",
                    file=_GIVEN,
                    line=number,
                    expected="a mapping of named fields, or a line of JSON",
                )
            )
