"""The bad example and the near miss of each rule, as lines of text.

examples.json is generated from the examples that the tests run (scripts/rule_examples.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Examples:
    """Lines `file:line: content` of records with one error and of records without, and the finding."""

    bad: tuple[str, ...]
    finding: str
    near_miss: tuple[str, ...]


@cache
def rule_examples() -> Mapping[str, Examples]:
    """The examples of every rule of records, by the rule's id."""
    text = (files("onrecord.rules") / "examples.json").read_text(encoding="utf-8")
    return {
        rule: Examples(tuple(found["bad"]), found["finding"], tuple(found["near_miss"]))
        for rule, found in json.loads(text).items()
    }
