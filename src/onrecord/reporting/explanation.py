"""A rule explained as docs/rules.md does, with its severity, a bad example and a near miss."""

from collections.abc import Iterator, Mapping
from textwrap import wrap

from onrecord.benchmark.prediction_rules import RULES as PREDICTION_RULES
from onrecord.model.findings import LEVELS, Rule, nearest
from onrecord.rules import RULES
from onrecord.rules.examples import rule_examples

_WIDTH = 100
_INDENT = "  "


def all_rules() -> Mapping[str, Rule]:
    """The rules of records and those of predictions, by id."""
    return {**{rule.id: rule for rule in PREDICTION_RULES}, **RULES}


def find_rule(rule_id: str) -> Rule:
    """The rule of that id. Raises ValueError, with the nearest ids, if there is none."""
    rules = all_rules()
    if rule_id in rules:
        return rules[rule_id]
    near = _nearest_ids(rule_id, list(rules))
    named = " or ".join(filter(None, (", ".join(near[:-1]), *near[-1:])))
    hint = f"did you mean {named}?" if near else "docs/rules.md lists all of them"
    raise ValueError(f"there is no rule {rule_id!r}; {hint}")


def explanation(rule: Rule) -> Iterator[str]:
    """The texts of the rule, line by line, with its examples where it has some."""
    yield f"{rule.id} (level {rule.level} {LEVELS[rule.level]}, {rule.severity})"
    for title, text in (("forbids", rule.summary), ("why", rule.why), ("how to fix it", rule.fix)):
        yield ""
        yield from wrap(f"{title}: {text}", _WIDTH)
    if examples := rule_examples().get(rule.id):
        yield from ("", "a bad example:", *(_INDENT + line for line in examples.bad))
        yield from ("", "is reported as:", _INDENT + examples.finding)
        yield from (
            "",
            "a near miss, without a finding:",
            *(_INDENT + line for line in examples.near_miss),
        )


def _nearest_ids(word: str, ids: list[str], most: int = 3) -> list[str]:
    """The ids that are similar to the word, and those that hold all of its parts, most similar first."""
    found: list[str] = []
    while len(found) < most and (near := nearest(word, [known for known in ids if known not in found])):
        found.append(near)
    parts = set(word.lower().replace("_", "-").split("-"))
    found += [known for known in ids if known not in found and parts <= set(known.split("-"))]
    return found[:most]
