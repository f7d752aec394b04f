"""The fast path refuses whatever the reference does, and takes what is written as usual."""

import copy
import hashlib
import io
import json
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.building.parquet import record_batch
from onrecord.corpus import columns, signs
from onrecord.corpus.accepting import accepted, matches
from onrecord.corpus.canonical import canonical_lines
from onrecord.corpus.columns import read_columns
from onrecord.corpus.encoding import codes_of, encoded, forget_columns
from onrecord.corpus.ids import take_apart
from onrecord.corpus.signs import count_keys, ends_of_keys, split_lines
from onrecord.dataset.load import iter_rows
from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import canonical_line
from onrecord.model.tables import TABLES, authored_schema
from onrecord.reading.file_rules import LONGEST_LINE
from onrecord.reading.jsonl import read_lines
from onrecord.reading.records import Located
from onrecord.rules.claims import ENDED
from onrecord.rules.schema import schema_findings
from tests.model.test_validators_agree import ROWS, mutations, steady

ROW = ROWS["claims"][2]


def lines_taken(content: bytes, table: str = "claims") -> list[int]:
    """The indices of the lines that the fast path accepts."""
    read = read_columns(split_lines(content), table)
    taken: list[int] = read.lines[accepted(read.rows, table)].tolist()
    return taken


def as_line(record: Any, **style: Any) -> bytes:
    return json.dumps(record, **style).encode() + b"\n"


@pytest.mark.parametrize("style", [{}, {"ensure_ascii": False}, {"separators": (",", ":")}], ids=str)
@pytest.mark.parametrize("table", TABLES)
def test_records_written_as_usual_are_accepted(table: str, style: dict[str, Any]) -> None:
    content = b"".join(as_line(row, **style) for row in ROWS[table])

    assert lines_taken(content, table) == list(range(len(ROWS[table])))


@steady
@given(mutations(), st.sampled_from([{}, {"ensure_ascii": False}, {"separators": (",", ":")}]))
def test_what_is_accepted_the_reference_accepts(
    mutation: tuple[str, dict[str, Any]], style: dict[str, Any]
) -> None:
    table, record = mutation
    sound = copy.deepcopy(ROWS[table][0])

    taken = lines_taken(as_line(sound) + as_line(record, **style) + as_line(sound), table)

    is_sound = not schema_findings(Located(table, record, "records.jsonl", 1))
    assert taken == ([0, 1, 2] if is_sound else [0, 2])


PLAIN = as_line(ROW)
FAULTY_LINES = {
    "key twice": PLAIN.replace(b'{"claim_id"', b'{"via": [], "claim_id"', 1),
    "key twice inside": PLAIN.replace(b'"start": ', b'"start": 1, "start": ', 1),
    "null twice": PLAIN.replace(b'"note": null', b'"note": null, "note": null'),
    "key twice, escaped": PLAIN.replace(b'"note": null', b'"note": null, "n\\u006fte": null'),
    "nullable field missing": PLAIN.replace(b', "note": null', b""),
    "field missing, its name in a text": PLAIN.replace(b', "note": null', b"").replace(
        b'"text": "', b'"text": "\\"note\\": '
    ),
    "field too many, as null": PLAIN.replace(b'"note": null', b'"note": null, "remark": null'),
    "field too many inside": PLAIN.replace(b'"start": ', b'"unit": null, "start": ', 1),
    "blank line": b"\n",
    "blanks": b"  \n",
    "carriage return": PLAIN[:-1] + b"\r\n",
    "carriage return inside": PLAIN.replace(b', "note"', b',\r "note"'),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN,
    "not UTF-8": PLAIN.replace(b"bridge", b"br\xefdge"),
    "surrogate as UTF-8": PLAIN.replace(b"bridge", b"br\xed\xa0\x80dge"),
    "half a pair": PLAIN.replace(b"bridge", b"br\\ud83ddge"),
    "other half": PLAIN.replace(b"bridge", b"br\\ude00dge"),
    "NUL": PLAIN.replace(b"bridge", b"br\x00dge"),
    "NUL, escaped": PLAIN.replace(b"bridge", b"br\\u0000dge"),
    "control sign": PLAIN.replace(b"bridge", b"br\x1fdge"),
    "two records on a line": PLAIN[:-1] + PLAIN,
    "two records and a blank": PLAIN[:-1] + b" " + PLAIN,
    "null after a record": PLAIN[:-1] + b" null {}\n",
    "null": b"null\n",
    "number": b"7\n",
    "list": b"[" + PLAIN[:-1] + b"]\n",
    "comment": b"/* */" + PLAIN,
    "trailing comma": PLAIN.replace(b"null}", b"null,}"),
    "NaN": PLAIN.replace(b'"check_worthy": true', b'"check_worthy": NaN'),
    "infinite offset": PLAIN.replace(b'"end": ', b'"end": Infinity, "x": ', 1),
    "decimal point": PLAIN.replace(b'"start": ', b'"start": 1.0, "x": ', 1).replace(b', "x": ', b"", 1),
    "too large": PLAIN.replace(b'"end": ', b'"end": 9007199254740993', 1),
    "too large for 64 bits": PLAIN.replace(b'"end": ', b'"end": 99999999999999999999', 1),
    "overlong": PLAIN.replace(b"bridge", b"bridge " * (LONGEST_LINE // 7)),
    "cut short": PLAIN[:60] + b"\n",
    "closed too early": PLAIN[:-1] + b"}\n",
    "single quotes": PLAIN.replace(b'"', b"'"),
}


@pytest.mark.parametrize("name", FAULTY_LINES)
def test_a_line_that_level_1_objects_to_is_never_accepted(name: str) -> None:
    line = FAULTY_LINES[name]
    assert line != PLAIN

    assert lines_taken(PLAIN + line + PLAIN) == [0, 2]


@pytest.mark.parametrize("name", FAULTY_LINES)
def test_a_fault_of_level_1_keeps_a_line_from_being_read_at_all(name: str) -> None:
    [_, line, *_] = read_lines(io.BytesIO(PLAIN + FAULTY_LINES[name]), "claims.jsonl")
    read = read_columns(split_lines(PLAIN + FAULTY_LINES[name]), "claims")

    assert line.findings == () or read.lines.tolist() == [0]


def test_as_many_records_as_lines_prove_nothing_where_a_sign_hides_some() -> None:
    several, hidden = PLAIN[:-1] + PLAIN, PLAIN[:-1] + b"\0" + PLAIN

    assert lines_taken(PLAIN + several + hidden) == [0]
    assert lines_taken(PLAIN + several + b"\0" + PLAIN + PLAIN) == [0, 3]
    assert lines_taken(PLAIN + several + b"\n" + PLAIN) == [0, 3]


@given(st.lists(st.sampled_from([b'":', b'"', b":", b"\\", b"a", b"\n"])))
@steady
def test_keys_are_counted_as_they_are_found(parts: list[bytes]) -> None:
    content = b"".join(parts) + b"\n"
    places = [
        at
        for at in range(len(content))
        if content[at : at + 2] == b'":' and content[max(at - 1, 0)] != ord("\\")
    ]

    assert ends_of_keys(content).tolist() == places
    assert count_keys(content) == len(places)


def test_what_a_broken_line_has_too_much_makes_up_for_nothing_that_another_lacks() -> None:
    lacking = PLAIN.replace(b', "note": null', b"")
    assert lines_taken(PLAIN + lacking) == [0]
    for broken in (b'":\\\n', b'":\n', b'{"note": null}\n', b'\\":\n'):
        assert lines_taken(PLAIN + broken + lacking + PLAIN) == [0, 3]
        assert lines_taken(broken + lacking + PLAIN) == [2]


def test_bytes_are_looked_at_in_parts_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = split_lines(PLAIN * 3)
    monkeypatch.setattr(signs, "_AT_ONCE", 7)

    assert split_lines(PLAIN * 3).ends.tolist() == whole.ends.tolist()
    assert count_keys(PLAIN * 3) == 3 * count_keys(PLAIN) == len(ends_of_keys(PLAIN * 3))
    assert lines_taken(PLAIN + PLAIN[:-1] + PLAIN + PLAIN) == [0, 2]


def test_a_column_is_worked_out_once_in_a_batch_and_told_from_its_parts() -> None:
    column = pa.array(["a", "b", "a", None])
    rows = pa.RecordBatch.from_arrays([column], ["x"])
    first = encoded(rows.column("x"))

    assert encoded(rows.column("x")) is first
    assert codes_of(rows.column("x")).tolist() == [0, 1, 0, 2]
    assert encoded(rows.slice(1).column("x")).dictionary.to_pylist() == ["b", "a"]
    forget_columns()
    assert encoded(rows.column("x")) is not first


def test_a_record_over_two_lines_is_not_accepted() -> None:
    broken = PLAIN.replace(b', "note"', b',\n"note"')

    assert lines_taken(PLAIN + broken + PLAIN) == [0, 3]
    assert lines_taken(PLAIN + PLAIN[:-1]) == [0]


def test_many_kinds_of_faults_among_sound_lines_leave_out_those_lines_alone() -> None:
    lines = [line for fault in FAULTY_LINES.values() for line in (PLAIN, fault)]

    assert lines_taken(b"".join(lines)) == list(range(0, len(lines), 2))


@pytest.mark.parametrize("chunk", [1, 5_000])
def test_chunks_of_any_size_leave_out_the_same_lines(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for fault in FAULTY_LINES.values() for line in (fault, PLAIN, fault)]
    monkeypatch.setattr(columns, "_CHUNK_BYTES", (chunk, chunk))

    assert lines_taken(b"".join(lines)) == list(range(1, len(lines), 3))


REPEATED_FAULTS = {
    **{name: FAULTY_LINES[name] for name in ("key twice", "field too many inside", "not UTF-8")},
    "string for a list": as_line({**ROW, "via": "nobody"}),
    "list for a string": as_line({**ROW, "text": []}),
    "string for a number": as_line({**ROW, "anchors": [{**ROW["anchors"][0], "start": "1"}]}),
    "too large for 64 bits": FAULTY_LINES["too large for 64 bits"],
}


@pytest.mark.parametrize("name", REPEATED_FAULTS)
def test_a_fault_that_comes_again_is_not_stumbled_over_again(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    parse = columns._parse

    def counted(content: bytes, table: str) -> pa.RecordBatch:
        nonlocal asked
        asked += 1
        return parse(content, table)

    monkeypatch.setattr(columns, "_parse", counted)

    assert lines_taken((PLAIN + REPEATED_FAULTS[name]) * 200) == list(range(0, 400, 2))
    assert asked <= 4


@pytest.mark.parametrize("name", FAULTY_LINES)
def test_faulty_lines_are_faulty(name: str) -> None:

    stream = io.BytesIO(PLAIN + FAULTY_LINES[name])
    [_, line, *_] = read_lines(stream, "claims.jsonl")
    wrong = line.findings or schema_findings(Located("claims", line.value or {}, "claims.jsonl", 2))
    assert wrong


def test_a_schema_that_the_fast_path_does_not_know_is_an_error() -> None:
    from onrecord.corpus import accepting

    subschema = {"type": "string", "contentEncoding": "base64"}
    with pytest.raises(ValueError, match="contentEncoding"):
        accepting._resolved(subschema, authored_schema("claims"))


@given(st.lists(st.text(alphabet='ab.?”"\n\u2028 ', max_size=6), min_size=1))
@steady
def test_patterns_mean_the_same_in_columns(texts: list[str]) -> None:
    # `$` is the very end in columns; the schema denies the last line break that Python's passes over.
    prose = str(authored_schema("claims")["$defs"]["prose"]["pattern"]).removesuffix("$") + r"\Z"

    for pattern in (prose, ENDED.pattern, r"^(?!a)b"):
        wanted = [re.search(pattern, text) is not None for text in texts]
        assert matches(pa.array(texts), pattern).tolist() == wanted


def test_ids_are_taken_apart_and_other_spellings_noticed() -> None:
    ids = take_apart(pa.array(["a-b-c001", "a-c012", "a-c1000", "a-c0001", "a-c000", f"a-c{'9' * 30}"]))

    assert ids.owners.to_pylist() == ["a-b", "a", "a", "a", "a", "a"]
    assert ids.numbers.tolist()[:5] == [1, 12, 1000, 1, 0]
    assert ids.is_canonical.tolist() == [True, True, True, False, False, False]


@pytest.mark.parametrize("table", TABLES)
def test_canonical_lines_of_the_shipped_tables_are_those_of_single_rows(table: str) -> None:
    rows = [
        {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
        for row in iter_rows(table)
    ]
    batch = record_batch(rows, arrow_schema(table))

    for part in (batch, batch.slice(1, 3)):
        expected = b"".join(map(canonical_line, part.to_pylist()))
        assert hashlib.sha256(canonical_lines(part)).digest() == hashlib.sha256(expected).digest()


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.text(alphabet='a"\\\n\x07\x7fé😀', max_size=5)),
            st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
            # Short lists of few strings are written in another way than others.
            st.one_of(
                st.lists(st.sampled_from(["", "b"]), max_size=2),
                st.lists(st.text(alphabet='b"\\', max_size=3), max_size=6),
            ),
            st.one_of(st.none(), st.booleans()),
            st.integers(-5, 2**53),
        ),
        max_size=4,
    )
)
@steady
def test_canonical_lines_hold_any_value(rows: list[tuple[Any, ...]]) -> None:
    schema = pa.schema(
        [
            ("text", pa.string()),
            ("share", pa.float64()),
            ("list", pa.list_(pa.string())),
            ("is", pa.bool_()),
            ("n", pa.int64()),
        ]
    )
    batch = pa.RecordBatch.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)

    assert bytes(canonical_lines(batch)) == b"".join(map(canonical_line, batch.to_pylist()))


def test_lines_are_found_where_they_are() -> None:
    lines = split_lines(b"ab\n\ncd")

    assert [lines.line(index) for index in range(len(lines))] == [b"ab\n", b"\n", b"cd"]
    assert np.array_equal(lines.ends - lines.starts, [2, 0, 2])
