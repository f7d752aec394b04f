"""Random damage for `scripts.fuzz`: to the bytes of a file, and to the JSON records in it.

What is made follows from the dice alone. `fuzz_targets` shows it to a program.
"""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

Dice = random.Random
Record = dict[str, Any]

_MOST = 3
"""Changes to one file."""

INSERTED: dict[str, bytes] = {
    "byte order mark": b"\xef\xbb\xbf",
    "carriage return": b"\r",
    "carriage return and newline": b"\r\n",
    "NUL": b"\0",
    "invalid UTF-8": b"\xff\xfe",
    "cut UTF-8": b"\xe2\x80",
    "surrogate in UTF-8": b"\xed\xa0\xbd",
    "newline": b"\n",
    "many newlines": b"\n" * 300,
    "blank": b" ",
    "long line": b"x" * 70_000,
    "long string": b'"' + b"y" * 65_500 + b'"',
    "open brackets": b"[" * 200,
    "quote": b'"',
    "backslash": b"\\",
    "comma": b",",
    "object": b"{}",
    "end and start": b"}\n{",
    "no object": b"\n17\n",
}
"""What is put into a file as bytes."""

_RAW = "@raw@"
"""Strings that start so stand for text that is no JSON value of Python's."""

VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "empty string": "",
    "empty list": [],
    "empty object": {},
    "list of null": [None],
    "zero": 0,
    "minus one": -1,
    "float": 1.0,
    "exponent": f"{_RAW}1e2",
    "huge integer": 10**30,
    "integer beyond a double": 2**53 + 1,
    "integer beyond 64 bits": 2**64,
    "integer of 5,000 digits": f"{_RAW}{'9' * 5_000}",
    "number beyond a double": f"{_RAW}1e999",
    "NaN": float("nan"),
    "minus infinity": float("-inf"),
    "lone surrogate": "half \ud83d",
    "noncharacter": "A name\ufffe",
    "control character": "bell\u0007",
    "bidirectional override": "\u202egnp.exe",
    "NUL character": "a\0b",
    "blanks around": " spaced ",
    "decomposed": "cafe\u0301",
    "line separator": "one\u2028two",
    "year": "2024",
    "month": "2024-02",
    "day": "2024-03-05",
    "impossible day": "2024-02-30",
    "year zero": "0000-01-01",
    "year of five digits": "Y12024",
    "reversed interval": "2024-03-05/2024-03-01",
    "open interval": "../2024",
    "unknown start": "/2024",
    "approximate date": "2024~",
    "slash only": "/",
    "date and time": "2024-03-05T10:00:00Z",
    "other document": "other-2020-01-01",
    "claim of another document": "other-2020-01-01-c001",
    "segment of another document": "other-2020-01-01-s001",
    "claim number zero": "harbour-2024-03-05-c000",
    "claim with a far number": "harbour-2024-03-05-c99999",
    "claim with a huge number": f"harbour-2024-03-05-c{'9' * 30}",
    "hyphen": "-",
    "nested lists": f"{_RAW}{'[' * 100}{']' * 100}",
    "lists nested 20,000 deep": f"{_RAW}{'[' * 20_000}{']' * 20_000}",
    "long text": "The bridge is long. " * 2_000 + "So it is.",
    "text longer than a line": "z" * 70_000,
}
"""What takes the place of a value."""


def mutated_bytes(content: bytes, dice: Dice) -> tuple[bytes, str]:
    """Damaged bytes, and the names of the changes."""
    names = []
    for _ in range(dice.randint(1, _MOST)):
        name, change = dice.choice(_BYTE_CHANGES)
        content, what = change(content, dice)
        names.append(f"{name} {what}".rstrip())
    return content, ", ".join(names)


def mutated_json(rows: Sequence[Record], dice: Dice) -> tuple[list[bytes], str]:
    """The records of a file as lines, damaged as JSON, and the names of the changes."""
    changed: list[Any] = json.loads(json.dumps(rows))
    names = []
    for _ in range(dice.randint(1, _MOST)):
        if not changed:
            break
        name, change = dice.choice(_RECORD_CHANGES)
        names.append(f"{name} {change(changed, dice)}".rstrip())
    lines = [as_line(row) for row in changed]
    if lines and dice.random() < 0.1:
        number = dice.randrange(len(lines))
        if lines[number].startswith(b"{") and rows:
            key = dice.choice(sorted(rows[0]))
            lines[number] = b'{"' + key.encode() + b'": null, ' + lines[number][1:]
            names.append(f"duplicate key {key}")
    return lines, ", ".join(names)


def as_line(row: Any) -> bytes:
    """One record as a line of JSON, without its newline."""
    text = json.dumps(row, ensure_ascii=True)
    while (start := text.find(f'"{_RAW}')) >= 0:
        end = text.index('"', start + 1)
        text = text[:start] + text[start + 1 + len(_RAW) : end] + text[end + 1 :]
    return text.encode()


def _flip(content: bytes, dice: Dice) -> tuple[bytes, str]:
    if not content:
        return content, ""
    place = dice.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :], ""


def _cut(content: bytes, dice: Dice) -> tuple[bytes, str]:
    start, stop = _range(content, dice)
    return content[:start] + content[stop:], ""


def _cut_end(content: bytes, dice: Dice) -> tuple[bytes, str]:
    return content[: dice.randrange(len(content) + 1)], ""


def _duplicate(content: bytes, dice: Dice) -> tuple[bytes, str]:
    start, stop = _range(content, dice)
    return content[:stop] + content[start:stop] + content[stop:], ""


def _swap(content: bytes, dice: Dice) -> tuple[bytes, str]:
    first, second = sorted(dice.randrange(len(content) + 1) for _ in range(2))
    size = min(dice.randint(1, 200), second - first)
    here, there = content[first : first + size], content[second : second + size]
    return content[:first] + there + content[first + size : second] + here + content[second + size :], ""


def _insert(content: bytes, dice: Dice) -> tuple[bytes, str]:
    name = dice.choice(sorted(INSERTED))
    line_starts = [0, *(place + 1 for place, byte in enumerate(content) if byte == 0x0A)]
    place = dice.choice(line_starts) if dice.random() < 0.5 else dice.randrange(len(content) + 1)
    return content[:place] + INSERTED[name] + content[place:], name


def _range(content: bytes, dice: Dice) -> tuple[int, int]:
    start = dice.randrange(len(content) + 1)
    return start, min(start + dice.randint(1, 1_000), len(content))


_BYTE_CHANGES: Sequence[tuple[str, Callable[[bytes, Dice], tuple[bytes, str]]]] = (
    ("flip", _flip),
    ("cut", _cut),
    ("cut off", _cut_end),
    ("duplicate", _duplicate),
    ("swap", _swap),
    ("insert", _insert),
    ("insert", _insert),
)


def _holder(rows: list[Any], dice: Dice) -> tuple[Any, Any]:
    """An object or list somewhere in the records, and a key or index of it."""
    found: Any = rows
    key: Any = dice.randrange(len(rows))
    while isinstance(found[key], dict | list) and found[key] and (found is rows or dice.random() < 0.5):
        found = found[key]
        key = dice.choice(sorted(found)) if isinstance(found, dict) else dice.randrange(len(found))
    return found, key


def _change_value(rows: list[Any], dice: Dice) -> str:
    holder, key = _holder(rows, dice)
    name = dice.choice(sorted(VALUES))
    holder[key] = VALUES[name]
    return f"{key}: {name}"


def _change_end(rows: list[Any], dice: Dice) -> str:
    holder, key = _holder(rows, dice)
    if isinstance(holder[key], str):
        text = holder[key]
        holder[key] = dice.choice((text[:-1], f"{text}9", text.upper(), f"{text} ", text * 2))
    return str(key)


def _copy_value(rows: list[Any], dice: Dice) -> str:
    holder, key = _holder(rows, dice)
    other, name = _holder(rows, dice)
    holder[key] = json.loads(json.dumps(other[name]))
    return f"{name} to {key}"


def _lose(rows: list[Any], dice: Dice) -> str:
    holder, key = _holder(rows, dice)
    del holder[key]
    return str(key)


def _add(rows: list[Any], dice: Dice) -> str:
    row = dice.choice(rows)
    name = dice.choice(("extra", "kinds", "Kind", "", "\u202e", "a\0", "\udc00", "x" * 300, "__proto__"))
    if isinstance(row, dict):
        row[name] = dice.choice(list(VALUES.values()))
    return name


def _repeat(rows: list[Any], dice: Dice) -> str:
    rows.insert(dice.randrange(len(rows) + 1), dice.choice(rows))
    return ""


def _exchange(rows: list[Any], dice: Dice) -> str:
    here, there = dice.randrange(len(rows)), dice.randrange(len(rows))
    rows[here], rows[there] = rows[there], rows[here]
    return ""


_RECORD_CHANGES: Sequence[tuple[str, Callable[[list[Any], Dice], str]]] = (
    ("value", _change_value),
    ("value", _change_value),
    ("value", _change_value),
    ("end of", _change_end),
    ("copy", _copy_value),
    ("lose", _lose),
    ("add", _add),
    ("repeat a record", _repeat),
    ("exchange records", _exchange),
)
