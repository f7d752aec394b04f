"""The fast path for canonical predictions: it accepts no more than the other path, and reads the same."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import check
from onrecord.benchmark.fast_jsonl import CanonicalLine, NotCanonical, read_canonical_lines
from onrecord.benchmark.predictions import read_answers
from onrecord.benchmark.tasks import TASKS
from tests.helpers.answers import gold

FIELDS = ("claim_id", "prediction", "confidence", "dataset_version")
LINE = b'{"claim_id": "a-c001", "prediction": "verifiable"}'


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plain") / "predictions.jsonl"


def read(content: bytes) -> list[CanonicalLine]:
    return list(read_canonical_lines(io.BytesIO(content), "claim_id"))


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "claim_id": st.text(st.characters(codec="utf-8"), min_size=1),
                "prediction": st.none() | st.booleans() | st.text(min_size=1, max_size=3),
            },
            optional={
                "confidence": st.sampled_from([0, 0.25, 0.999, 1.0]),
                "dataset_version": st.just("1.0.0"),
            },
        ),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_what_it_reads_is_what_json_says(values: list[dict[str, Any]], is_ended: bool) -> None:
    ordered = [{name: value[name] for name in FIELDS if name in value} for value in values]
    lines = [json.dumps(value, ensure_ascii=False).encode() for value in ordered]
    is_canonical = not any(b"\\" in line for line in lines)
    try:
        found = read(b"\n".join(lines) + b"\n" * is_ended)
    except NotCanonical:
        # Only lines with an escape may be left to the other path.
        assert not is_canonical
        return
    assert [line.item_id for line in found] == [value["claim_id"] for value in values]
    answers = [(type(value["prediction"]), value["prediction"]) for value in values]
    assert [(type(line.answer), line.answer) for line in found] == answers
    assert [line.confidence for line in found] == [value.get("confidence") for value in values]
    assert [line.version for line in found] == [value.get("dataset_version") for value in values]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(LINE + b"\n\n" + LINE + b"\n", id="a blank line"),
        pytest.param(LINE + b"\n\n", id="a blank line at the end"),
        pytest.param(LINE + b"\r\n", id="a carriage return"),
        pytest.param(LINE + b" " + LINE + b"\n", id="two on a line"),
        pytest.param(LINE + b" \n", id="a blank behind it"),
        pytest.param(b" " + LINE + b"\n", id="a blank before it"),
        pytest.param(LINE.replace(b", ", b",\n") + b"\n", id="one on two lines"),
        pytest.param(LINE.replace(b"a-c", b"a\nc") + b"\n", id="a line break in a string"),
        pytest.param(LINE[:-1] + b"\n" + LINE + b"\n", id="one that is not closed"),
        pytest.param(LINE.replace(b"a-c", b"\xff") + b"\n", id="no UTF-8"),
        pytest.param(LINE.replace(b"a-c", b"\\u0061-c") + b"\n", id="an escape"),
        pytest.param(LINE.replace(b'"verifiable"', b'""') + b"\n", id="an empty answer"),
    ],
)
def test_any_other_line_is_left_to_the_other_path(content: bytes) -> None:
    with pytest.raises(NotCanonical):
        read(content)


@pytest.mark.parametrize("size", [1, 7, 50, 51, 52, 1000])
def test_nothing_is_lost_between_chunks(size: int) -> None:
    lines = [LINE.replace(b"001", b"%03d" % number) for number in range(100)]
    whole = read(b"\n".join(lines) + b"\n")
    assert len(whole) == 100
    for content in (b"\n".join(lines) + b"\n", b"\n".join(lines)):
        assert list(read_canonical_lines(io.BytesIO(content), "claim_id", chunk_bytes=size)) == whole


def test_a_line_without_an_end_is_not_read_whole() -> None:
    stream = io.BytesIO(b"x" * 10_000_000)
    with pytest.raises(NotCanonical):
        list(read_canonical_lines(stream, "claim_id", chunk_bytes=1_000))
    assert stream.tell() < 1_000_000


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.kind != "claims"])
def test_both_paths_give_the_same_answers(name: str, file: Path, sample_data: Path) -> None:
    lines = [
        {**line, **({"confidence": 0.5} if number % 2 else {})}
        for number, line in enumerate(gold(name, sample_data))
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with file.open("rb") as stream:
        assert len(list(read_canonical_lines(stream, TASKS[name].key))) == len(lines)
    taken = read_answers(TASKS[name], file, sample_data).by_item
    assert taken == read_answers(TASKS[name], lines, sample_data).by_item
    assert len(taken) == len(lines)


def test_an_error_among_canonical_lines_is_reported_with_its_line(file: Path, sample_data: Path) -> None:
    lines = gold("verifiability", sample_data)
    lines[2]["prediction"] = "true"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = check("verifiability", file, sample_data)
    assert [(finding.rule, finding.line) for finding in found] == [("unknown-label", 3)]
