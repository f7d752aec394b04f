"""The errata name every change of a claim since the last major version, with its rule."""

import json
from pathlib import Path

from scripts import errata
from scripts.errata import Erratum


def test_the_page_is_up_to_date() -> None:
    assert errata.is_current(errata.PAGE)


def test_every_withdrawn_or_relabelled_claim_has_its_rule() -> None:
    assert errata.unexplained() == []


def test_each_line_of_the_errata_is_about_a_change() -> None:
    changed = {one.claim_id for one in errata.errata()}
    assert errata.reasons().keys() <= changed


def test_a_change_that_the_model_explains_needs_no_rule() -> None:
    fields = {
        "check_worthy": (None, False),
        "flags": (["quotation_not_verbatim"], []),
        "note": ("A sentence.", None),
    }
    assert Erratum("x-c001", "It is so.", "It is so.", fields).is_general
    assert not Erratum("x-c001", "It is so.", "It is so.", {"check_worthy": (True, False)}).is_general
    assert not Erratum("x-c001", "It is so.", "It is so.", {"flags": (["presupposed"], [])}).is_general
    assert not Erratum("x-c001", "It is so.", None, {}).is_general


def test_a_change_has_the_name_of_what_was_done() -> None:
    def change(old: str | None, new: str | None, *names: str) -> str:
        return Erratum("x-c001", old, new, dict.fromkeys(names, (0, 1))).change

    assert change("A.", None) == "withdrawn"
    assert change(None, "A.") == "added"
    assert change("A.", "B.", "text", "kind") == "reworded"
    assert change("A.", "A.", "kind") == "relabelled"
    assert change("A.", "A.", "anchors", "segment_id") == "moved"


def test_changes_are_labels_of_the_schema(root: Path) -> None:
    schema = json.loads((root / "schema" / "errata.schema.json").read_text(encoding="utf-8"))
    known = set(schema["properties"]["change"]["enum"])
    assert {"withdrawn", "added", "reworded", "relabelled", "moved", "merged"} == known
