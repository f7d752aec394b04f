"""Reading: every kind of invalid file becomes a finding with its place, and never an exception or a hang."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.reading import jsonl as lines
from onrecord.reading import layouts
from onrecord.reading.file_rules import DEEPEST_NESTING, LONGEST_LINE
from onrecord.reading.layouts import DocumentFolder
from onrecord.reading.located import Located
from onrecord.reading.records import read_records, read_stream
from tests.helpers import sample

GOOD = b'{"speaker_id": "ada-lind"}\n'
MEGABYTE = 2**20
PRETTY_AND_MORE = [("byte-order-mark", 1), ("carriage-return", 1), ("broken-json", 1)]


def read(content: bytes, table: str = "speakers") -> list[Located]:
    return list(read_stream(io.BytesIO(content), "speakers.jsonl", table))


def rules_by_line(found: list[Located]) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.line) for record in found for finding in record.findings]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", [("empty-file", None)], id="empty"),
        pytest.param(b"\n", [("blank-line", 1)], id="one blank line"),
        pytest.param(GOOD + b" \n" + GOOD, [("blank-line", 2)], id="blank between"),
        pytest.param(b"\xef\xbb\xbf" + GOOD, [("byte-order-mark", 1)], id="byte order mark"),
        pytest.param((GOOD * 3).decode().encode("utf-16"), [("not-utf-8", 1)], id="utf-16"),
        pytest.param((GOOD * 3).decode().encode("utf-16-be"), [("not-utf-8", 1)], id="utf-16 without a mark"),
        pytest.param(bytes(range(256)) * 4, [("not-utf-8", 1)], id="binary"),
        pytest.param(GOOD + GOOD.replace(b"a", b"\xe9", 1), [("not-utf-8", 2)], id="latin-1"),
        pytest.param(GOOD.replace(b"\n", b"\r\n") * 3, [("carriage-return", 1)], id="crlf once per file"),
        pytest.param(GOOD + GOOD[:-1], [("no-final-newline", 2)], id="no final newline"),
        pytest.param(GOOD + GOOD[:-6], [("broken-json", 2)], id="cut short"),
        pytest.param(b'{"a": NaN}\n', [("non-finite-number", 1)], id="nan"),
        pytest.param(b'{"a": -Infinity}\n', [("non-finite-number", 1)], id="infinity"),
        pytest.param(b'{"a": 1e999}\n', [("non-finite-number", 1)], id="a number that overflows"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}\n", [("oversized-integer", 1)], id="five thousand digits"),
        pytest.param(b'{"a": 1, "a": 2}\n', [("duplicate-key", 1)], id="duplicate key"),
        pytest.param(b'{"b": {"a": 1, "a": 1}}\n', [("duplicate-key", 1)], id="duplicate key inside"),
        pytest.param(b'{"a": "\\ud83d"}\n', [("lone-surrogate", 1)], id="lone surrogate"),
        pytest.param(b'{"\\udc00": 1}\n', [("lone-surrogate", 1)], id="lone surrogate in a key"),
        pytest.param(b"[" * 10_000 + b"\n", [("nested-too-deeply", 1)], id="open brackets"),
        pytest.param(b"[" * 10_000 + b"]" * 10_000 + b"\n", [("nested-too-deeply", 1)], id="deep nesting"),
        pytest.param(b"[1]\n5\nnull\n", [("not-an-object", n) for n in (1, 2, 3)], id="other values"),
        pytest.param(b'{\n  "a": 1\n}\n', [("broken-json", 1)], id="an object over many lines"),
        pytest.param(b'\xef\xbb\xbf[\r\n {"a": 1}\r\n]\r\n', PRETTY_AND_MORE, id="a list over many lines"),
        pytest.param(GOOD + b"{\n", [("broken-json", 2)], id="a brace among the records"),
        pytest.param(b"x" * (50 * MEGABYTE), [("overlong-line", 1)], id="50 MB on one line"),
        pytest.param(
            b"x" * MEGABYTE + b"\n" + GOOD, [("overlong-line", 1)], id="the line after a long line is read"
        ),
    ],
)
def test_errors_are_found_and_located(content: bytes, expected: list[tuple[str, int | None]]) -> None:
    assert rules_by_line(read(content)) == expected


def test_all_errors_of_a_file_are_reported_and_valid_lines_are_read() -> None:
    found = read(b"{]\n" + GOOD + b'{"a": NaN, "b": Infinity}\n' + GOOD)

    assert rules_by_line(found) == [("broken-json", 1), ("non-finite-number", 3), ("non-finite-number", 3)]
    assert [record.value.get("speaker_id") for record in found] == [None, "ada-lind", None, "ada-lind"]


def test_a_file_of_relations_may_be_empty() -> None:
    assert read(b"", "relations") == []


@pytest.mark.parametrize("length", [LONGEST_LINE - 1, LONGEST_LINE], ids=["shorter", "exactly"])
def test_a_line_up_to_the_limit_is_read(length: int) -> None:
    content = b'{"a": "%s"}' % (b"x" * (length - 9))

    assert len(content) == length
    assert rules_by_line(read(content + b"\n")) == []
    assert rules_by_line(read(content + b" " * (LONGEST_LINE + 1 - length) + b"\n")) == [("overlong-line", 1)]


def test_brackets_inside_strings_are_not_nesting() -> None:
    text = b'{"a": "%s \\" %s"}\n' % (b"[" * 1000, b"{" * 1000)
    limit = b'{"a": ' + b"[" * (DEEPEST_NESTING - 1) + b"]" * (DEEPEST_NESTING - 1) + b', "b": "[[["}\n'

    assert rules_by_line(read(text + limit)) == []


def test_a_finding_about_broken_json_gives_the_column_and_quotes_the_text_there() -> None:
    [finding] = read(b'{"speaker_id": "ada-lind", "name" "Ada"}\n')[0].findings

    assert finding.message == 'not JSON from column 35 on: expecting \':\' delimiter, at "\\"Ada\\"}"'


def test_text_after_an_object_is_named_as_such() -> None:
    [finding] = read(b'{"speaker_id": "ada-lind"} x\n')[0].findings

    assert finding.message == "not JSON: unexpected text after the object, at column 28"


def test_the_id_of_a_line_with_errors_is_still_reported() -> None:
    [finding] = read(b'{"speaker_id": "ada-lind", "name": NaN}\n')[0].findings

    assert finding.record_id == "ada-lind"


@pytest.mark.parametrize("content", [b"{}\r\n", b'{\r"a": 1}\n'], ids=["crlf", "cr inside"])
def test_a_carriage_return_is_reported(content: bytes) -> None:
    assert rules_by_line(read(content)) == [("carriage-return", 1)]


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        pytest.param(b"", "empty-file", None, id="empty"),
        pytest.param(b"{\n}", "no-final-newline", 2, id="no final newline"),
        pytest.param(b'{\n"a": 1,\n"b" 2\n}\n', "broken-json", 3, id="broken on line 3"),
        pytest.param(b"{\r\n}\r\n", "carriage-return", 1, id="crlf"),
        pytest.param(b"\xef\xbb\xbf{}\n", "byte-order-mark", 1, id="byte order mark"),
    ],
)
def test_a_finding_in_a_document_of_several_lines_gives_the_line(
    content: bytes, rule: str, line: int | None
) -> None:
    assert [(f.rule, f.line) for f in lines.read_whole(content, "document.json").findings] == [(rule, line)]


def test_a_field_of_a_document_has_its_own_line(tmp_path: Path) -> None:
    [document] = DocumentFolder(sample.write_sample(tmp_path / "repo") / sample.DOCUMENT_ID).records(
        "documents"
    )
    text = Path(document.file).read_text(encoding="utf-8").splitlines()

    assert '"date"' in text[document.field_lines["date"] - 1]


def loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("put", "message"),
    [
        pytest.param(Path.mkdir, "expected a file of claims, found a folder", id="folder"),
        pytest.param(os.mkfifo, "expected a file of claims, found a device or pipe", id="pipe"),
        pytest.param(loop, "it is a symbolic link that leads back to itself", id="link to itself"),
        pytest.param(lambda _: None, "no such file or folder", id="vanished"),
    ],
)
def test_a_path_that_is_not_a_file_is_reported_without_waiting_for_it(
    put: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "claims.jsonl"
    put(path)

    [record] = read_records(path, "claims")

    assert [finding.rule for finding in record.findings] == ["unreadable-file"]
    assert message in record.findings[0].message


def test_a_file_without_read_permission_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(GOOD)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    [record] = read_records(path, "claims")

    assert record.findings[0].message == "the file cannot be read: permission denied"


def test_documents_are_ordered_by_id_and_hidden_folders_are_skipped(tmp_path: Path) -> None:
    for name in ("b-1", "a-2", ".git"):
        (tmp_path / name).mkdir()

    assert [folder.document_id for folder in layouts.documents(tmp_path)] == ["a-2", "b-1"]


def test_a_misspelt_file_is_one_finding_with_the_right_name(tmp_path: Path) -> None:
    folder = sample.write_sample(tmp_path / "repo") / sample.DOCUMENT_ID
    (folder / "claims.jsonl").rename(folder / "claim.jsonl")

    [finding] = DocumentFolder(folder).parts().findings

    assert (finding.rule, finding.expected) == ("unknown-file", "claims.jsonl")


def test_records_are_read_in_authored_order_and_annotators_by_name(tmp_path: Path) -> None:
    folder = DocumentFolder(sample.write_sample(tmp_path / "repo") / sample.DOCUMENT_ID)
    file = folder.path / "annotations" / "annotator-1.jsonl"
    (file.parent / "annotator-0.jsonl").write_bytes(file.read_bytes())

    assert [record.value for record in folder.records("claims")] == sample.claims()
    assert [Path(record.file).stem for record in folder.records("annotations")] == [
        *["annotator-0"] * 4,
        *["annotator-1"] * 4,
    ]
