"""Where in the text of a file the field of a finding is: lines and columns, for editors and code scanning.

Files are read once more, and only those that findings are about. What has no text to point at (Parquet, a
compressed shard, standard input) has no regions.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from onrecord.model.findings import Finding
from onrecord.reading.file_rules import LARGEST_DOCUMENT, LONGEST_LINE

_TEXTS = (".jsonl", ".ndjson", ".json")
_STEP = re.compile(r"\.(?P<name>[A-Za-z_]\w*)|\[(?P<index>\d+)\]|\[(?P<quoted>\"(?:[^\"\\]|\\.)*\")\]")
_BLANK = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder()


class Region(NamedTuple):
    """A range of text: lines and columns from 1, columns in code points, the end column exclusive."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


def regions(findings: Sequence[Finding]) -> Mapping[int, Region]:
    """The region of each finding that has one, by the position of the finding in the sequence."""
    by_file: dict[str, list[int]] = {}
    for position, finding in enumerate(findings):
        if finding.line is not None and finding.path is not None and finding.file.endswith(_TEXTS):
            by_file.setdefault(finding.file, []).append(position)
    return {
        position: region
        for file, positions in by_file.items()
        for position, region in _regions_of(Path(file), positions, findings)
    }


def span(text: str, path: str) -> tuple[int, int] | None:
    """Start and end of the value at a JSON path such as `$.anchors[0].start`; None if it is not there."""
    steps = _steps(path)
    if steps is None:
        return None
    try:
        place = _after_blanks(text, 1 if text.startswith("\ufeff") else 0)
        for step in steps:
            place = _inside(text, place, step)
        return place, _end(text, place)
    except (LookupError, ValueError, RecursionError):
        return None


def _regions_of(
    file: Path, positions: Iterable[int], findings: Sequence[Finding]
) -> Iterator[tuple[int, Region]]:
    wanted: dict[int, list[int]] = {}
    for position in positions:
        wanted.setdefault(findings[position].line or 1, []).append(position)
    try:
        for number, text in _lines(file, max(wanted)):
            for position in wanted.get(number, ()):
                if found := span(text, findings[position].path or ""):
                    yield position, Region(number, found[0] + 1, number, found[1] + 1)
                    wanted[number] = [other for other in wanted[number] if other != position]
        # What is in no line by itself may be in a record over several lines.
        if any(wanted.values()) and file.suffix == ".json" and file.stat().st_size <= LARGEST_DOCUMENT:
            whole = file.read_bytes().decode(errors="replace")
            for position in (one for ones in wanted.values() for one in ones):
                if found := span(whole, findings[position].path or ""):
                    yield position, Region(*_place(whole, found[0]), *_place(whole, found[1]))
    except OSError:
        # The report goes without columns; what is wrong with the file is a finding.
        return


def _lines(file: Path, last: int) -> Iterator[tuple[int, str]]:
    if not file.is_file():
        return
    with file.open("rb") as stream:
        number = 1
        while number <= last and (content := stream.readline(LONGEST_LINE + 1)):
            yield number, content.decode(errors="replace")
            number += content.endswith(b"\n")


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _steps(path: str) -> list[str | int] | None:
    if not path.startswith("$"):
        return None
    steps: list[str | int] = []
    end = 1
    for match in _STEP.finditer(path):
        if match.start() != end:
            return None
        end = match.end()
        if match["index"]:
            steps.append(int(match["index"]))
        else:
            steps.append(match["name"] or str(json.loads(match["quoted"])))
    return steps if end == len(path) else None


def _inside(text: str, place: int, step: str | int) -> int:
    """Where the member or item starts in the object or list that starts at a place. Raises LookupError."""
    if text[place] != ("{" if isinstance(step, str) else "["):
        raise LookupError(step)
    place, index = _after_blanks(text, place + 1), 0
    while text[place] not in "}]":
        key: str | int = index
        if isinstance(step, str):
            key, place = _decoder.raw_decode(text, place)
            # The colon.
            place = _after_blanks(text, _after_blanks(text, place) + 1)
        if key == step:
            return place
        place = _after_blanks(text, _end(text, place))
        place = _after_blanks(text, place + 1) if text[place] == "," else place
        index += 1
    raise LookupError(step)


def _end(text: str, place: int) -> int:
    return _decoder.raw_decode(text, place)[1]


def _after_blanks(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return match.end() if match else place
