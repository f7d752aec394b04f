"""The tables of docs/extraction-metric.md, from the figures that `python -m benchmarks.metric_meta` saved."""

import json
from collections.abc import Mapping
from functools import cache
from operator import itemgetter
from typing import Any

from onrecord.model.paths import home
from scripts.markdown import paragraph, pipe_table

CHOSEN, HELD = "chosen", "held"
_KINDS: Mapping[str, str] = {
    "negated": "negated",
    "denied": "denied by a phrase around it",
    "opposite_word": "opposite word",
    "roles_swapped": "two names in each other's place",
    "name_changed": "another name",
    "number_changed": "another number",
    "date_changed": "another date",
    "hedge_dropped": "hedge dropped",
    "attribution_dropped": "attribution dropped",
    "made_general": "made general",
    "made_specific": "a detail added that nobody gave",
    "known_detail_added": "a detail added that the document gives elsewhere",
    "neighbour": "another claim of the paragraph",
}


def candidate_table() -> str:
    """AUC of each measure alone, with the checks and with a parse, and the share of same claims accepted."""
    rows = []
    for name in dict.fromkeys(row["name"] for row in _saved()["candidates"]):
        alone, checked, parsed = (_candidate(name, checks)[HELD] for checks in ("none", "all", "parse"))
        area = checked["auc"]
        rows.append(
            (
                name,
                f"{alone['auc']['value']:.3f}",
                f"{area['value']:.3f}",
                f"{area['low']:.3f} to {area['high']:.3f}",
                f"{parsed['auc']['value']:.3f}",
                f"{checked['accepted']:.0%}",
            )
        )
    head = (
        "measure",
        "AUC alone",
        "with checks",
        "95 % interval",
        "roles by a parse",
        "same claims accepted",
    )
    return pipe_table(head, sorted(rows, key=itemgetter(2), reverse=True))


def kind_table() -> str:
    """The chosen measure by kind of difference: pairs, AUC with interval, and the share rejected."""
    alone, chosen = (_candidate("token F1", checks)[HELD]["by_kind"] for checks in ("none", "all"))
    counts = _saved()["pairs"][HELD]
    return pipe_table(
        ("difference", "pairs", "AUC", "95 % interval", "AUC without checks", "rejected"),
        (
            (
                words,
                f"{counts[kind]:,}",
                f"{chosen[kind]['auc']['value']:.3f}",
                f"{chosen[kind]['auc']['low']:.3f} to {chosen[kind]['auc']['high']:.3f}",
                f"{alone[kind]['auc']['value']:.3f}",
                f"{chosen[kind]['rejected']:.0%}",
            )
            for kind, words in _KINDS.items()
            if counts[kind]
        ),
    )


def check_table() -> str:
    """How often each check lowers pairs of the same claim, and pairs of each other kind."""
    rows = []
    for name, shares in _saved()["checks"].items():
        kind = max(_KINDS, key=lambda kind: shares[kind] if shares[kind] == shares[kind] else 0)
        rows.append((f"`{name}`", f"{shares['same']:.1%}", _KINDS[kind], f"{shares[kind]:.0%}"))
    return pipe_table(("check", "lowers pairs of the same claim", "and most of all", "share"), rows)


def pairs() -> str:
    """The number of pairs, and the threshold, in one sentence."""
    counts = _saved()["pairs"]
    documents = _saved()["documents"]
    same = {side: own["same"] for side, own in counts.items()}
    others = {side: sum(own.values()) - own["same"] for side, own in counts.items()}
    return paragraph(
        f"The {documents[CHOSEN]} documents to choose on have {same[CHOSEN]:,} pairs of one claim and "
        f"{others[CHOSEN]:,} others. The {documents[HELD]} that the tables show have {same[HELD]:,} and "
        f"{others[HELD]:,}. Two claims are the same from a likeness of {_saved()['threshold']} on."
    )


def _candidate(name: str, checks: str) -> Mapping[str, Any]:
    return next(row for row in _saved()["candidates"] if (row["name"], row["checks"]) == (name, checks))


@cache
def _saved() -> Mapping[str, Any]:
    file = home() / "benchmarks" / "results" / "metric_meta.json"
    found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
