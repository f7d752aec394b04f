"""Findings, and the rules that they report: what validation returns, as frozen records.

Declares the shape of a finding and quotes values for its message. The rules themselves are declared in
`reading` and `rules`; `reporting` prints findings.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, Self

Severity = Literal["error", "warning"]

LEVELS: Mapping[int, str] = {1: "file", 2: "schema", 3: "table", 4: "source"}
"""What each level checks. A record that fails one level is skipped by the next."""

_QUOTED_LENGTH = 60
_LINE = 100
_MOST_VALUES = 30


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """One error in a record or file: where it is, what was found and what was expected."""

    rule: str
    level: int
    severity: Severity
    file: str
    line: int | None
    record_id: str | None
    path: str | None
    message: str
    expected: str | None = None

    def __str__(self) -> str:
        """The finding on one line, as `file:line: record_id rule: message (expected …)`."""
        named = self.rule if self.record_id is None else f"{self.record_id} {self.rule}"
        return printable(f"{self.place}: {named}: {self.as_sentence()}")

    def __repr__(self) -> str:
        return shortened(f"<Finding {self.severity} {self.rule} at {self.place}: {self.message}>")

    @property
    def place(self) -> str:
        """The file, and the line where there is one."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def as_sentence(self) -> str:
        """The message and what was expected, without the place."""
        expected = "" if self.expected is None else f" (expected {self.expected})"
        return f"{self.message}{expected}"

    def with_path(self) -> str:
        """The sentence, with the field before it and the rule after it."""
        place = f"{self.path}: " if self.path else ""
        return f"{place}{self.as_sentence()} [{self.rule}]"


class KeptFindings(list[Finding]):
    """The first findings of each rule; further ones are counted, so that memory does not grow with them."""

    def __init__(self, most: int = 1_000) -> None:
        super().__init__()
        self.left_out: Counter[str] = Counter()
        """Findings that are not in the list, by rule."""
        self._most = most
        self._kept: Counter[str] = Counter()

    def append(self, finding: Finding) -> None:
        """Keep or count one more."""
        if self._kept[finding.rule] < self._most:
            self._kept[finding.rule] += 1
            super().append(finding)
        else:
            self.left_out[finding.rule] += 1

    def extend(self, findings: Iterable[Finding]) -> None:
        """Keep or count several."""
        for finding in findings:
            self.append(finding)

    def __iadd__(self, findings: Iterable[Finding]) -> Self:  # type: ignore[override,misc]  # as a list's
        self.extend(findings)
        return self


@dataclass(frozen=True, slots=True, repr=False)
class Rule:
    """One thing that is forbidden: its id, its level, and the texts for docs/rules.md."""

    id: str
    level: int
    summary: str
    why: str
    fix: str
    severity: Severity = "error"

    def __repr__(self) -> str:
        return f"<Rule {self.id}>"

    def finding(
        self,
        message: str,
        *,
        file: str,
        line: int | None = None,
        record_id: str | None = None,
        path: str | None = None,
        expected: str | None = None,
    ) -> Finding:
        """A finding of this rule at the given place; `line` counts from 1, `path` is a JSON path."""
        return Finding(self.id, self.level, self.severity, file, line, record_id, path, message, expected)


def json_path(parts: Iterable[str | int]) -> str:
    """`$.anchors[0].start` for ("anchors", 0, "start"); unusual names are quoted."""
    steps = ["$"]
    for part in parts:
        if isinstance(part, int):
            steps.append(f"[{part}]")
        elif part.isidentifier() and part.isascii():
            steps.append(f".{part}")
        else:
            steps.append(f"[{quoted(part)}]")
    return "".join(steps)


def quoted(value: Any) -> str:
    """The value as JSON on one line, shortened, and safe to print on any terminal."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        text = f"a {type(value).__name__}"
    if len(text) > _QUOTED_LENGTH:
        text = text[: _QUOTED_LENGTH - 1] + "…"
    return printable(text)


def printable(text: str) -> str:
    """The text with control and other unprintable characters as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shortened(text: str) -> str:
    """The text on one line of at most 100 characters, for the `repr` of an object."""
    line = printable(text)
    return line if len(line) <= _LINE else f"{line[: _LINE - 2]}…{line[-1]}"


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word most similar to the given one, or None if none is similar."""
    lowered = {choice.lower(): choice for choice in allowed}
    # A word of a megabyte is not a misspelling, and a comparison with it would take minutes.
    matches = get_close_matches(word[:100].lower(), lowered, n=1, cutoff=0.6)
    return lowered[matches[0]] if matches else None


def hint(given: object, known: Collection[object]) -> str:
    """What a message about an unknown value ends with: the nearest known value, or what was expected."""
    names = [value for value in known if isinstance(value, str)]
    if isinstance(given, str) and (near := nearest(given, names)) is not None:
        return f"did you mean {near!r}?"
    if len(known) > _MOST_VALUES:
        return f"it is not one of the {len(known):,} known values"
    named = ", ".join(value if isinstance(value, str) else repr(value) for value in known)
    return f"expected one of {named or 'none'}"
