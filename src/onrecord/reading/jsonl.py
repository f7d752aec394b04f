"""Level 1: the bytes of a file as lines, and each line as one JSON object.

Finds what is wrong before any schema is applied: encoding, line ends, JSON syntax, duplicate keys, numbers
that JSON cannot represent. `layouts` finds the files, and `records` makes records of the lines.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from onrecord.model.findings import Finding, Rule, json_path, quoted
from onrecord.reading.file_rules import (
    BLANK_LINE,
    BROKEN_JSON,
    BYTE_ORDER_MARK,
    CARRIAGE_RETURN,
    DEEPEST_NESTING,
    DUPLICATE_KEY,
    EMPTY_FILE,
    LARGEST_INTEGER,
    LONE_SURROGATE,
    LONGEST_LINE,
    NESTED_TOO_DEEPLY,
    NO_FINAL_NEWLINE,
    NON_FINITE_NUMBER,
    NOT_AN_OBJECT,
    NOT_UTF8,
    OVERLONG_LINE,
    OVERSIZED_INTEGER,
)

_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_CHUNK = 65_536
_OPENINGS = (b"{", b"[", b"[{")
"""A first line of a file that is one JSON value over many lines, as programs print it for people."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its object as far as it can be read, and what is wrong with it."""

    number: int
    value: dict[str, Any] | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _RawLine:
    number: int
    content: bytes
    is_complete: bool
    is_cut: bool = False


def read_lines(stream: BinaryIO, file: str, first: int = 1, *, is_start: bool = True) -> Iterator[Line]:
    """Each line of a JSONL stream, in order; findings name the file `file`. Memory holds one line.

    `first` is the number of the stream's first line, and `is_start` says whether the file starts there: only
    then can it have a byte order mark, or open a JSON value of many lines.
    """
    has_reported_cr = False
    for raw in _raw_lines(stream, first):
        content, found = raw.content, list[Finding]()
        if is_first := is_start and raw.number == first:
            content, found = _without_bom(content, file)
        if b"\r" in content and not raw.is_cut and not is_not_text(content):
            if not has_reported_cr:
                found.append(_carriage_return(raw.number, file))
            has_reported_cr = True
            content = content.rstrip(b"\r")
        value, wrong = _read_line(content, raw, file, is_start=is_first)
        if not raw.is_complete and not wrong:
            message = "the last line has no line end: the file may have been cut short"
            wrong = [
                NO_FINAL_NEWLINE.finding(message, file=file, line=raw.number, expected="a final newline")
            ]
        yield Line(raw.number, value, (*found, *wrong))
        if ends_reading(wrong, content, is_start=is_first):
            return


def read_whole(content: bytes, file: str) -> Line:
    """A file that is one JSON object over several lines; its line number is 1."""
    content, found = _without_bom(content, file)
    if b"\r" in content:
        found.append(_carriage_return(content[: content.index(b"\r")].count(b"\n") + 1, file))
        content = content.replace(b"\r\n", b"\n")
    if not content.strip():
        message = "the file is empty, but it should hold one record"
        return Line(1, None, (*found, EMPTY_FILE.finding(message, file=file)))
    value, wrong = parse_object(content, 1, file)
    if not content.endswith(b"\n") and not wrong:
        last = content.count(b"\n") + 1
        message = "the last line has no line end: the file may have been cut short"
        wrong = [NO_FINAL_NEWLINE.finding(message, file=file, line=last, expected="a final newline")]
    return Line(1, value, (*found, *wrong))


def parse_object(content: bytes, number: int, file: str) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The JSON object in the bytes, as far as it can be read, with all findings about it."""
    reader = _ObjectReader(file, number)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"byte {error.start + 1} of the line (0x{content[error.start]:02x}) is not UTF-8"
        return None, [_not_utf8(content, place, number, file)]
    if is_not_text(content):
        return None, [_not_utf8(content, "", number, file)]
    if _nesting(content) > DEEPEST_NESTING:
        reader.add(NESTED_TOO_DEEPLY, f"lists or objects are nested more than {DEEPEST_NESTING} deep")
        return None, reader.findings
    try:
        value = reader.read(text)
    except json.JSONDecodeError as error:
        return None, [_broken_json(error, number, file)]
    if not isinstance(value, dict):
        message = f"found {quoted(value)} instead of a record"
        reader.add(NOT_AN_OBJECT, message, expected="one object of named fields: {…}")
        return None, reader.findings
    return value, reader.findings


class _ObjectReader:
    """Reads one JSON text, and collects findings about what the syntax allows but a record must not have."""

    def __init__(self, file: str, number: int) -> None:
        self._file = file
        self._number = number
        self.findings: list[Finding] = []
        self._repeated: list[tuple[dict[str, Any], str, int]] = []

    def add(self, rule: Rule, message: str, expected: str | None = None, path: str | None = None) -> None:
        self.findings.append(
            rule.finding(message, file=self._file, line=self._number, expected=expected, path=path)
        )

    def read(self, text: str) -> Any:
        value = json.loads(
            text,
            object_pairs_hook=self._object,
            parse_constant=self._constant,
            parse_int=self._integer,
            parse_float=self._float,
        )
        for container, name, count in self._repeated:
            # Inner objects are read before the objects that contain them, so their path is unknown.
            path = json_path((name,)) if container is value else None
            self.add(DUPLICATE_KEY, f"{quoted(name)} is given {count} times in one object", path=path)
        # A lone surrogate can only come from an escape: the bytes were decoded strictly.
        if "\\u" in text and not _is_encodable(value):
            self.add(LONE_SURROGATE, "a string contains half of a surrogate pair, such as \\ud83d on its own")
        return value

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            times = Counter(name for name, _ in pairs)
            self._repeated += [(value, name, count) for name, count in times.items() if count > 1]
        return value

    def _constant(self, name: str) -> None:
        self.add(NON_FINITE_NUMBER, f"{name} is not a number in JSON")

    def _integer(self, digits: str) -> int:
        if len(digits) > len(str(LARGEST_INTEGER)) + 1 or abs(int(digits)) > LARGEST_INTEGER:
            self.add(OVERSIZED_INTEGER, f"{quoted(digits)[1:-1]} is too large for an offset or a count")
            return 0
        return int(digits)

    def _float(self, digits: str) -> float:
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            self.add(NON_FINITE_NUMBER, f"{quoted(digits)[1:-1]} overflows to Infinity")
        return number


def _read_line(
    content: bytes, raw: _RawLine, file: str, *, is_start: bool
) -> tuple[dict[str, Any] | None, list[Finding]]:
    if raw.is_cut:
        message = f"the line is longer than {LONGEST_LINE:,} bytes"
        return None, [
            OVERLONG_LINE.finding(message, file=file, line=raw.number, expected="one record per line")
        ]
    if is_start and content.strip() in _OPENINGS:
        return None, [_pretty_printed(content, file)]
    if not content.strip():
        message = "the line is blank"
        return None, [BLANK_LINE.finding(message, file=file, line=raw.number, expected="one record per line")]
    return parse_object(content, raw.number, file)


def _raw_lines(stream: BinaryIO, first: int) -> Iterator[_RawLine]:
    number = first - 1
    while content := stream.readline(LONGEST_LINE + 1):
        number += 1
        if content.endswith(b"\n"):
            yield _RawLine(number, content[:-1], is_complete=True)
        elif len(content) <= LONGEST_LINE:
            yield _RawLine(number, content, is_complete=False)
        else:
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield _RawLine(number, b"", is_complete=True, is_cut=True)


def _without_bom(content: bytes, file: str) -> tuple[bytes, list[Finding]]:
    if not content.startswith(_BOM):
        return content, []
    message = "the file starts with a byte order mark"
    finding = BYTE_ORDER_MARK.finding(message, file=file, line=1, expected="UTF-8 without the mark")
    return content[len(_BOM) :], [finding]


def _carriage_return(number: int, file: str) -> Finding:
    message = "the line contains a carriage return (Windows line ends?)"
    return CARRIAGE_RETURN.finding(message, file=file, line=number, expected="LF line ends")


def _not_utf8(content: bytes, place: str, number: int, file: str) -> Finding:
    if _is_utf16(content):
        message = "the file is UTF-16"
    elif b"\x00" in content:
        message = "the file contains NUL bytes: it is UTF-16, or not text"
    else:
        message = place
    return NOT_UTF8.finding(message, file=file, line=number, expected="text in UTF-8")


def _broken_json(error: json.JSONDecodeError, number: int, file: str) -> Finding:
    line = number + error.lineno - 1
    if error.msg == "Extra data":
        what = "object" if error.doc.lstrip().startswith("{") else "value"
        message = f"not JSON: unexpected text after the {what}, at column {error.colno}"
        return BROKEN_JSON.finding(message, file=file, line=line)
    rest = error.doc[error.pos : error.pos + 20].strip()
    place = f"at {quoted(rest)}" if rest else "where the text ends: was it cut short?"
    # json gives the position after the error; for an unfinished string, that of its opening quote.
    what = error.msg.removesuffix(" at").removesuffix(" starting").lower()
    message = f"not JSON from column {error.colno} on: {what}, {place}"
    return BROKEN_JSON.finding(message, file=file, line=line)


def _pretty_printed(content: bytes, file: str) -> Finding:
    what = "a list" if content.strip().startswith(b"[") else "an object"
    return BROKEN_JSON.finding(
        f"the file holds {what} written over many lines (pretty-printed)",
        file=file,
        line=1,
        expected="one object per line, as `jq -c` or `json.dumps` without indent write it",
    )


def _is_utf16(content: bytes) -> bool:
    return content.startswith(_UTF16_BOMS)


def is_not_text(content: bytes) -> bool:
    """Whether the bytes are UTF-16 or binary, and not text in UTF-8 or an 8-bit encoding."""
    return _is_utf16(content) or b"\x00" in content


def ends_reading(findings: Iterable[Finding], text: bytes, *, is_start: bool) -> bool:
    """Whether the lines after this one are no records either.

    Either the bytes only look like line ends, or the whole file is one pretty-printed JSON value, which only
    its first line can show (`is_start`).
    """
    rules = {finding.rule for finding in findings}
    if NOT_UTF8.id in rules:
        return is_not_text(text)
    return is_start and BROKEN_JSON.id in rules and text.removeprefix(_BOM).strip() in _OPENINGS


def _nesting(content: bytes) -> int:
    """Upper bound of the nesting depth. Brackets in strings are left out only if the bound is too high."""
    openings = content.count(b"[") + content.count(b"{")
    if openings <= DEEPEST_NESTING:
        return openings
    deepest = depth = 0
    is_string = is_escaped = False
    for byte in content:
        if is_string:
            is_string = byte != 0x22 or is_escaped
            is_escaped = byte == 0x5C and not is_escaped
        elif byte == 0x22:
            is_string, is_escaped = True, False
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _is_encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
