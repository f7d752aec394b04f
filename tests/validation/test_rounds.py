"""Raw annotations of several rounds, withdrawn claims with successors, and texts that are included."""

import json
import shutil
from pathlib import Path

import pytest

from onrecord.reading.layouts import DocumentFolder
from onrecord.validation.validate import validate
from tests.helpers.sample import DOCUMENT_ID, claim_id, edit, write_sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The document's folder of the sample."""
    return write_sample(tmp_path / "repo") / DOCUMENT_ID


def rules(folder: Path) -> list[str]:
    return [finding.rule for finding in validate(folder.parent)]


def test_the_latest_round_is_compared_with_the_annotations(folder: Path) -> None:
    second = folder / "annotations" / "raw-2" / "labelling"
    shutil.copytree(folder / "annotations" / "raw" / "labelling", second)
    edit(second / "annotator-1.jsonl", lambda rows: rows[0].update(kind="event"))

    assert rules(folder) == ["altered-annotation"]
    edit(
        folder / "annotations" / "raw" / "labelling" / "annotator-1.jsonl",
        lambda rows: rows[0].update(kind="rule"),
    )
    assert rules(folder) == ["altered-annotation"]


def test_a_round_keeps_the_kinds_of_files_that_it_lacks_from_the_one_before(folder: Path) -> None:
    shutil.copytree(
        folder / "annotations" / "raw" / "labelling", folder / "annotations" / "raw-10" / "labelling"
    )
    document = DocumentFolder(folder)

    assert document.rounds() == ["raw", "raw-10"]
    assert [path.parent.parent.name for path in document.files("labellings")] == ["raw-10"]
    assert [path.parent.parent.name for path in document.files("extractions")] == ["raw"]
    assert rules(folder) == []


@pytest.mark.parametrize("name", ["raw-1", "raw-0", "raw-x", "raw2"])
def test_other_names_are_no_rounds(folder: Path, name: str) -> None:
    (folder / "annotations" / name).mkdir()

    assert rules(folder) == ["unknown-file"]


def test_a_later_round_may_hold_what_the_first_one_may(folder: Path) -> None:
    (folder / "annotations" / "raw-2" / "extraction").mkdir(parents=True)
    (folder / "annotations" / "raw-2" / "extraction" / "prompt.md").write_text("Read.\n", encoding="utf-8")
    assert rules(folder) == []
    (folder / "annotations" / "raw-2" / "notes.txt").write_text("Read.\n", encoding="utf-8")
    assert rules(folder) == ["unknown-file"]


def test_raw_labels_and_matches_may_name_a_claim_that_was_withdrawn_since(folder: Path) -> None:
    raw = folder / "annotations" / "raw"
    edit(
        raw / "labelling" / "annotator-1.jsonl",
        lambda rows: rows.append({**rows[0], "claim_id": claim_id(4)}),
    )
    edit(raw / "extraction_matches.jsonl", lambda rows: rows[2].update(claim_id=claim_id(4), reason=None))

    assert rules(folder) == []


def test_annotations_may_not(folder: Path) -> None:
    name = folder / "annotations" / "annotator-1.jsonl"
    edit(name, lambda rows: rows.append({**rows[0], "claim_id": claim_id(4), "found": False}))

    [finding] = validate(folder.parent)
    assert (finding.rule, finding.message) == (
        "unknown-claim",
        f"claim_id: the claim {claim_id(4)} was withdrawn",
    )


def test_a_successor_must_be_a_claim(folder: Path) -> None:
    edit(folder / "document.json", lambda rows: rows[0]["withdrawn"][0].update(successor=claim_id(9)))

    [finding] = validate(folder.parent)
    assert (finding.rule, finding.path) == ("unknown-claim", "$.withdrawn[0].successor")


def test_the_errata_are_checked_and_may_name_what_was_withdrawn(folder: Path) -> None:
    line = '{"claim_id": "%s", "change": "%s", "rule": "Tautologies are no claims."}\n'
    file = folder / "errata.jsonl"
    file.write_text(line % (claim_id(4), "merged"), encoding="utf-8")
    assert rules(folder) == []
    file.write_text(line % (claim_id(4), "merge"), encoding="utf-8")
    assert rules(folder) == ["unknown-label"]
    file.write_text(line % (claim_id(9), "added"), encoding="utf-8")
    assert rules(folder) == ["unknown-claim"]


def test_a_field_that_was_not_labelled_needs_no_adjudication(folder: Path) -> None:
    for place in ("annotations", "annotations/raw/labelling"):
        edit(folder / place / "annotator-1.jsonl", lambda rows: [row.pop("kind") for row in rows])

    # The adjudication of the kind has become idle: there is one label, the claim's.
    assert rules(folder) == ["idle-adjudication"]


def test_the_order_of_a_set_of_labels_is_no_disagreement(folder: Path) -> None:
    for place in ("annotations", "annotations/raw/labelling"):
        edit(
            folder / place / "annotator-1.jsonl",
            lambda rows: rows[2].update(evidence=["reporting", "official_record"]),
        )
    assert rules(folder) == []
    for place in ("annotations", "annotations/raw/labelling"):
        edit(folder / place / "annotator-1.jsonl", lambda rows: rows[2].update(evidence=["reporting"]))
    assert rules(folder) == ["undecided-label"]


def test_no_time_is_a_label_and_no_answer_is_none(folder: Path) -> None:
    for place in ("annotations", "annotations/raw/labelling"):
        edit(folder / place / "annotator-1.jsonl", lambda rows: rows[1].update(about_time=None))

    [finding] = validate(folder.parent)
    assert finding.rule == "undecided-label"
    assert finding.message == 'the labels of about_time differ: claim "2024-03-04", annotator-1 "null"'


def test_a_field_that_one_could_not_decide_is_no_label_to_be_decided(folder: Path) -> None:
    for place in ("annotations", "annotations/raw/labelling"):
        edit(folder / place / "annotator-1.jsonl", lambda rows: rows[2].pop("kind"))
    why = {"kind": "It may be a state as well as a quantity.", "about_time": "The start is not said."}
    edit(
        folder / "annotations" / "annotator-1.jsonl",
        lambda rows: rows[2].update(kind=None, about_time=None, undecided=why),
    )
    assert rules(folder) == []


def test_a_reason_of_an_annotator_is_in_words_of_its_own(folder: Path) -> None:
    words = "Mayor Ada Lind said on Monday that the bridge had been inspected eleven times since 2019."
    edit(folder / "annotations" / "annotator-1.jsonl", lambda rows: rows[2].update(undecided={"mode": words}))

    [finding] = validate(folder.parent)
    assert (finding.rule, finding.path) == ("copied-words", "$.undecided.mode")


def test_an_annotator_may_label_only_some_claims(folder: Path) -> None:
    row = {"annotator_id": "jane", "claim_id": claim_id(2), "found": None, "kind": "utterance", "seconds": 31}
    jane = folder / "annotations" / "jane.jsonl"
    jane.write_text(f"{json.dumps(row)}\n", encoding="utf-8")
    assert rules(folder) == []
    jane.write_text(f"{json.dumps({**row, 'kind': 'event'})}\n", encoding="utf-8")
    assert rules(folder) == ["undecided-label"]


def test_a_disagreement_counts_where_another_annotator_did_not_get_to_the_claim(folder: Path) -> None:
    row = {"annotator_id": "jane", "claim_id": claim_id(2), "found": None, "kind": "utterance"}
    (folder / "annotations" / "jane.jsonl").write_text(f"{json.dumps(row)}\n", encoding="utf-8")
    (folder / "adjudications.jsonl").unlink()
    assert rules(folder) == ["undecided-label"]


def test_a_file_of_labels_that_are_kept_apart_is_one_of_annotations(folder: Path) -> None:
    held_out = folder / "annotations" / "held-out"
    held_out.mkdir()
    row = {"annotator_id": "jane", "claim_id": claim_id(2), "found": None, "kind": "evnt"}
    (held_out / "jane.jsonl").write_text(f"{json.dumps(row)}\n", encoding="utf-8")
    [finding] = validate(held_out / "jane.jsonl")
    assert (finding.rule, finding.expected) == ("unknown-label", "event")
    assert rules(folder) == []


def test_an_included_text_may_be_quoted(folder: Path) -> None:
    words = "Mayor Ada Lind said on Monday that the bridge had been inspected eleven times since 2019."
    edit(folder / "segments.jsonl", lambda rows: rows[1].update(gloss=words))
    assert rules(folder) == ["copied-words"]
    included = {"text_included": True, "licence": "CC-BY-4.0"}
    edit(folder / "document.json", lambda rows: rows[0].update(included))
    assert rules(folder) == []


def test_a_gloss_may_be_missing_where_the_text_is_included(folder: Path) -> None:
    edit(folder / "segments.jsonl", lambda rows: rows[1].update(gloss=None))
    assert rules(folder) == ["claim-without-gloss"]
    edit(folder / "document.json", lambda rows: rows[0].update(text_included=True, licence="CC0-1.0"))
    assert rules(folder) == []
