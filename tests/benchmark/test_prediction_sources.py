"""Predictions in every form that `score` takes: files, lines of JSON, mappings, data frames."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from datasets import Dataset

import onrecord
from onrecord.exceptions import InvalidPredictions, UnusablePredictions
from tests.helpers.answers import gold, write

TASK = "verifiability"
Lines = list[dict[str, Any]]


def text_of(lines: Lines) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


def file(lines: Lines, folder: Path) -> Path:
    return write(folder / "p.jsonl", lines)


FORMS: dict[str, Callable[[Lines, Path], Any]] = {
    "path": file,
    "path as a string": lambda lines, folder: str(file(lines, folder)),
    "mappings": lambda lines, _: lines,
    "an iterator of mappings": lambda lines, _: iter(lines),
    "one string": lambda lines, _: text_of(lines),
    "one string without a last line end": lambda lines, _: text_of(lines).rstrip("\n"),
    "strings": lambda lines, _: text_of(lines).splitlines(),
    "strings with line ends": lambda lines, _: text_of(lines).splitlines(keepends=True),
    "bytes": lambda lines, _: text_of(lines).encode().splitlines(),
    "an open file": lambda lines, _: io.StringIO(text_of(lines)),
    "an open file of bytes": lambda lines, _: io.BytesIO(text_of(lines).encode()),
    "pandas": lambda lines, _: pd.DataFrame(lines),
    "pandas with an index": lambda lines, _: pd.DataFrame(lines).sample(frac=1, random_state=1),
    "Polars": lambda lines, _: pl.DataFrame(lines),
    "PyArrow": lambda lines, _: pa.Table.from_pylist(lines),
    "datasets": lambda lines, _: Dataset.from_list(lines),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("task", ["verifiability", "date", "extraction"])
def test_every_form_has_the_score_of_the_file(form: str, task: str, tmp_path: Path) -> None:
    lines = gold(task)[::2]
    expected = onrecord.score(task, file(lines, tmp_path), system="x")
    found = onrecord.score(task, FORMS[form](lines, tmp_path), system="x")

    assert found.as_dict() == expected.as_dict()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_findings_of_the_file(form: str, tmp_path: Path) -> None:
    lines = gold(TASK)
    lines[3]["prediction"] = "verifyable"
    [found] = onrecord.check(TASK, FORMS[form](lines, tmp_path))

    place = (found.rule, found.record_id, found.expected)
    assert place == ("unknown-label", lines[3]["claim_id"], "verifiable")


@pytest.mark.parametrize("form", ["pandas", "Polars", "PyArrow"])
def test_an_empty_cell_is_an_abstention_or_not_given(form: str, tmp_path: Path) -> None:
    lines = gold(TASK)
    for line in lines:
        line["confidence"] = 0.5
    lines[0].update(prediction=None, confidence=None)
    found = onrecord.score(TASK, FORMS[form](lines, tmp_path))

    assert (found.abstained, found.missing) == (1, 0)


def test_pandas_with_its_own_missing_values_is_read() -> None:
    frame = pd.DataFrame(gold(TASK)).convert_dtypes()
    frame["confidence"] = pd.array([pd.NA] * len(frame), dtype="Float64")
    frame.loc[0, "prediction"] = pd.NA

    assert onrecord.score(TASK, frame).abstained == 1


def test_an_iterator_at_its_end_is_refused_with_the_reason() -> None:
    lines = iter(gold(TASK))
    assert onrecord.check(TASK, lines) == []

    with pytest.raises(InvalidPredictions, match="an iterator can be read once, and this one is at its end"):
        onrecord.score(TASK, lines)


@pytest.mark.parametrize("empty", [[], ["\n"], pd.DataFrame()], ids=["list", "lines", "frame"])
def test_no_answer_at_all_is_an_error(empty: Any) -> None:
    with pytest.raises(InvalidPredictions, match="no-answer"):
        onrecord.score(TASK, empty)


def test_a_file_without_an_answer_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()

    with pytest.raises(InvalidPredictions, match=r"empty\.jsonl: no-answer: there is no answer in it"):
        onrecord.score(TASK, tmp_path / "empty.jsonl")


def test_a_path_may_be_a_name_that_looks_like_json(tmp_path: Path) -> None:
    path = write(tmp_path / '{"claim_id": "a"}', gold(TASK))

    assert onrecord.check(TASK, path) == []


def test_a_string_that_is_broken_json_is_no_path() -> None:
    [found] = onrecord.check(TASK, '{"claim_id": ')

    assert (found.rule, found.file, found.line) == ("broken-json", "predictions", 1)


def test_one_frame_is_no_comparison() -> None:
    with pytest.raises(TypeError, match="not one data frame"):
        onrecord.compare(TASK, pd.DataFrame(gold(TASK)))  # type: ignore[arg-type]  # the error


def test_frames_are_compared_by_name() -> None:
    frame = pd.DataFrame(gold(TASK))
    found = onrecord.compare(TASK, {"right": frame, "half": frame.iloc[::2]})

    assert [system.name for system in found.systems] == ["right", "half"]
    assert found.pairs[0].is_significant


def test_scalars_of_numpy_are_answers() -> None:
    lines = [{**line, "prediction": np.bool_(line["prediction"])} for line in gold("detection")]
    assert onrecord.score("detection", lines).result.value == 1.0


def test_a_name_with_a_null_character_is_a_file_that_cannot_be_read() -> None:
    with pytest.raises(UnusablePredictions, match="null character"):
        onrecord.score("date", Path("a\0b.jsonl"))
