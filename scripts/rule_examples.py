"""Write src/onrecord/rules/examples.json: bad example and near miss of each rule, for `onrecord rule`.

Both are taken from tests/bad_records/: what differs from the sample, as lines of text, and the finding that
validation reports. They travel with the rules, because an installed package has no tests.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from onrecord.model.findings import printable
from onrecord.model.paths import home
from onrecord.model.tables import key_fields
from onrecord.reading.layouts import table_by_name
from onrecord.rules import RULES
from onrecord.validation.validate import validate
from tests.helpers.bad_records import ABSENT, EXAMPLES, lay_out
from tests.helpers.sample import as_text, sample_files

PAGE = home() / "src" / "onrecord" / "rules" / "examples.json"

_LONGEST_LINE = 300
_MOST_LINES = 3


def write(page: Path) -> None:
    """Write the examples of the current rules."""
    page.write_text(examples_text(), encoding="utf-8", newline="\n")


def is_current(page: Path) -> bool:
    """Whether the file is what would be written now."""
    return page.is_file() and page.read_text(encoding="utf-8") == examples_text()


def examples_text() -> str:
    """The whole file."""
    found = {rule: _examples(rule) for rule in RULES}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _examples(rule: str) -> dict[str, Any]:
    bad, near_miss = EXAMPLES / rule / "bad", EXAMPLES / rule / "near_miss"
    return {
        "bad": _shown(bad, near_miss),
        "finding": _finding(rule, bad),
        "near_miss": _shown(near_miss, bad),
    }


def _finding(rule: str, example: Path) -> str:
    with tempfile.TemporaryDirectory() as folder:
        place = lay_out(example, Path(folder))
        [found] = validate(place, level=RULES[rule].level, articles=Path(folder, "shared", "article"))
        return str(replace(found, file=Path(found.file).relative_to(place).as_posix()))


def _shown(example: Path, other: Path) -> list[str]:
    """What is special about an example, as lines `file:line: content`.

    What both examples share is shown only where there is nothing else.
    """
    lines = list(_special_lines(example, other, keeps_shared=False))
    lines = lines or list(_special_lines(example, other, keeps_shared=True))
    names = [path.relative_to(example).as_posix() for path in _files(example)]
    lines = lines or [f"{name}: as in valid records" for name in names]
    return lines[:_MOST_LINES] + (["…"] if len(lines) > _MOST_LINES else [])


def _special_lines(example: Path, other: Path, *, keeps_shared: bool) -> Iterator[str]:
    sample = {name: as_text(Path(name), rows).encode() for name, rows in sample_files().items()}
    for path in _files(example):
        name = path.relative_to(example).as_posix()
        folder = path.parent.relative_to(example).as_posix()
        if path.suffix == ABSENT:
            yield f"{name.removesuffix(ABSENT)}: no such file"
        elif folder in sample:
            yield f"{folder}: a folder"
        elif path.suffix in (".json", ".jsonl"):
            counterpart = b"" if keeps_shared else _content(other / name)
            yield from _lines_of_file(name, sample.get(name, b""), path.read_bytes(), counterpart)
        elif path.suffix == ".sha256":
            digest = path.read_text(encoding="utf-8").strip()
            yield f"{name.replace('.sha256', '.parquet')}: a table with the SHA-256 {digest} in its footer"
        else:
            yield f"{name}: a new file"


def _files(example: Path) -> list[Path]:
    return sorted(path for path in example.rglob("*") if path.is_file())


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _lines_of_file(name: str, sample: bytes, content: bytes, other: bytes) -> list[str]:
    """The lines that differ from the sample, or from the other example; without those of both."""
    shared = set(_changed_lines(name, sample, other)) if other else set()
    found = [line for line in _changed_lines(name, sample, content) if line not in shared]
    # The tables of an example of built rows have no counterpart in the sample.
    return found if (found and sample) or not other else list(_changed_lines(name, other, content))


def _changed_lines(name: str, before: bytes, after: bytes) -> Iterator[str]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if not new:
        yield f"{name}: an empty file"
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "delete" and new:
            yield f"{name}: without the record {_ids(name, old[i])}"
        for number in range(k, m if kind != "equal" else k):
            counterpart = old[i + number - k] if i + number - k < j else b""
            yield f"{name}:{number + 1}: {_line(name, counterpart, new[number])}"


def _ids(name: str, line: bytes) -> str:
    row = _row(line) or {}
    return " ".join(str(row[key]) for key in key_fields(_table(name)) if key in row)


def _line(name: str, old: bytes, new: bytes) -> str:
    """A line of an example: of a record that differs in some fields, its key and these fields."""
    before, after = _row(old), _row(new)
    text = new.removesuffix(b"\n").decode("utf-8", "backslashreplace")
    # Where a line is not written as usual, that may be what the example is about.
    if before and after and new.decode(errors="replace") == json.dumps(after, ensure_ascii=False) + "\n":
        keys = key_fields(_table(name))
        if changed := {
            key: value
            for key, value in after.items()
            if key in keys or key not in before or before[key] != value
        }:
            inner = json.dumps(changed, ensure_ascii=False)[1:-1]
            lacking = "".join(f" (without {key})" for key in before if key not in after)
            text = f"{{{inner}{', …' if len(changed) < len(after) else ''}}}{lacking}"
    if not new.endswith(b"\n"):
        text += " (no line end)"
    shown = printable(text) if text.strip() else "(blank)"
    return shown if len(shown) <= _LONGEST_LINE else f"{shown[:_LONGEST_LINE]}… ({len(new):,} bytes)"


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _table(name: str) -> str:
    return table_by_name(Path(name)) or Path(name).stem
