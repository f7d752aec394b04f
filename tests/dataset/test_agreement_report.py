"""`onrecord agreement`: who is compared with whom, what is missing, and figures that are the library's."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import krippendorff
import pytest
from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.dataset.agreement import (
    Labels,
    Place,
    confusions,
    measure,
)
from onrecord.dataset.agreement_formats import agreement_cells, agreement_json
from onrecord.dataset.agreement_report import AgreementReport, Part, agreement
from onrecord.dataset.resampling import MIN_DOCUMENTS
from onrecord.exceptions import UnusableInputError
from scripts import annotators
from tests.helpers import sample
from tests.helpers.sample import DOCUMENT_ID, claim_id


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["agreement", *map(str, arguments)])


def describe(records: Path, **kinds: str) -> None:
    rows = [
        {
            "annotator_id": name.replace("_", "-"),
            "kind": kind,
            "description": f"A {kind}.",
            "date": None,
            "guidelines": "2",
            "languages": ["en"],
        }
        for name, kind in kinds.items()
    ]
    file = records / "annotators.jsonl"
    file.write_text(sample.as_text(file, rows), encoding="utf-8")


def write_annotations(file: Path, name: str, labels: dict[int, dict[str, Any]]) -> Path:
    rows = [
        {"annotator_id": name, "claim_id": claim_id(number), "found": None, **own}
        for number, own in labels.items()
    ]
    file.write_text(sample.as_text(file, rows), encoding="utf-8")
    return file


def labelled_by(records: Path, name: str, labels: dict[int, dict[str, Any]]) -> Path:
    """The labels of another annotator of the sample, for claims by their numbers."""
    return write_annotations(records / DOCUMENT_ID / "annotations" / f"{name}.jsonl", name, labels)


def names(report: AgreementReport) -> list[str]:
    return [group.name for group in report.groups]


def of(report: AgreementReport, group: str, field: str) -> Any:
    [found] = [one for one in report.groups if one.name == group]
    return next((one for one in report.of(found) if one.agreement.field == field), None)


def test_a_claim_with_one_label_is_in_no_comparison() -> None:
    place = Place("document", 1)
    alone = measure("kind", [Labels(["event"], place)])
    assert alone is None
    found = measure("kind", [Labels(["event"], place), Labels(["event", "state"], place)])
    assert found is not None
    assert (found.claims, found.unanimous) == (1, 0)


@pytest.mark.parametrize(
    ("documents", "resampled"), [(MIN_DOCUMENTS - 1, "paragraphs"), (MIN_DOCUMENTS, "documents")]
)
def test_documents_are_resampled_where_there_are_enough(documents: int, resampled: str) -> None:
    labels = [
        Labels(["event", "state" if number % 3 == 0 else "event"], Place(str(number // 2), number))
        for number in range(2 * documents)
    ]
    found = measure("kind", labels)
    assert found is not None
    assert found.resampled == resampled
    assert found.clusters == (documents if resampled == "documents" else 2 * documents)
    assert found.interval is not None
    assert found.alpha is not None
    assert found.interval[0] <= found.alpha <= found.interval[1]


def test_confusions_keep_the_sides_only_where_there_are_two() -> None:
    labels = [["event", "state"], ["state", "event"], ["rule", "event"], ["event", "event"]]
    assert list(confusions(labels).items()) == [(("event", "state"), 2), (("event", "rule"), 1)]
    assert confusions(labels, is_ordered=True)["state", "event"] == 1


def test_the_report_of_the_article_has_the_figures_of_the_page(root: Path, article_records: Path) -> None:
    report = agreement(article_records)
    latest = annotators.last_labelling()
    [group] = [one for one in report.groups if one.name == "models"]
    assert list(group.annotators) == sorted(latest.labellings)
    page = (root / "docs" / "agreement.md").read_text(encoding="utf-8")
    chapter = page.partition(f"### Round {latest.number}")[2]
    found = report.of(group)
    assert {one.agreement.field for one in found} == set(latest.fields)
    for one in found:
        cells = " | ".join(agreement_cells(one.agreement))
        assert f"| `{one.agreement.field}` | {cells} |" in chapter


def test_the_pairs_of_the_article_are_those_of_the_library(article_records: Path) -> None:
    report = agreement(article_records)
    latest = annotators.last_labelling()
    for one, other in combinations(sorted(latest.labellings), 2):
        sides = [latest.labellings[name] for name in (one, other)]
        codes = {"false": 0.0, "true": 1.0}
        data = [[codes[str(side[claim]["check_worthy"]).lower()] for claim in sorted(side)] for side in sides]
        expected = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
        found = of(report, f"{one} and {other}", "check_worthy").agreement
        assert found.alpha == pytest.approx(expected)


def test_without_descriptions_annotators_are_of_no_kind(sample_records: Path) -> None:
    report = agreement(sample_records)
    assert [one.kind for one in report.annotators] == [None]
    assert names(report) == ["annotators who are not described against gold", "annotator-1 and gold"]


def test_people_and_models_are_kept_apart(sample_records: Path) -> None:
    describe(sample_records, annotator_1="model", ada="person", ben="person")
    for name in ("ada", "ben"):
        labelled_by(sample_records, name, {1: {"kind": "prediction"}, 3: {"kind": "event"}})

    report = agreement(sample_records)

    assert names(report) == [
        "all annotators",
        "people",
        "people against gold",
        "models against gold",
        "ada and annotator-1",
        "ada and ben",
        "annotator-1 and ben",
        "ada and gold",
        "annotator-1 and gold",
        "ben and gold",
    ]
    assert of(report, "people", "kind").agreement.alpha == 1
    against = of(report, "people against gold", "kind").agreement
    assert (against.claims, against.unanimous) == (4, 2)
    assert of(report, "people", "layer") is None


def test_a_partial_annotator_is_compared_on_what_there_is(sample_records: Path) -> None:
    labelled_by(sample_records, "ada", {2: {"layer": "attribution", "kind": "utterance"}})
    report = agreement(sample_records)
    assert of(report, "ada and annotator-1", "layer").agreement.claims == 1
    assert of(report, "ada and annotator-1", "mode") is None


def test_what_could_not_be_decided_is_missing_and_counted(sample_records: Path) -> None:
    why = {"undecided": {"kind": "Both readings are possible."}, "seconds": 30}
    labelled_by(sample_records, "ada", {1: why, 2: {"kind": "utterance", "seconds": 10}})

    report = agreement(sample_records)

    found = of(report, "ada and annotator-1", "kind")
    assert (found.agreement.claims, found.undecided) == (1, 1)
    ada = report.annotators[0]
    assert (ada.annotator_id, ada.claims, ada.undecided, ada.seconds) == ("ada", 2, 1, 20)


def test_claims_that_differ_most_from_gold_come_first(sample_records: Path) -> None:
    labelled_by(
        sample_records,
        "ada",
        {1: {"kind": "prediction", "layer": "background"}, 2: {"kind": "event", "layer": "content"}},
    )
    describe(sample_records, annotator_1="model", ada="person")
    report = agreement(sample_records)
    people = [one for one in report.differences if one.kind == "person"]
    assert [(one.claim["claim_id"], one.share) for one in people] == [(claim_id(2), 1.0), (claim_id(1), 0.5)]
    assert people[0].labels["kind"] == {"ada": "event"}


def test_layers_and_splits_are_parts_of_the_claims(sample_records: Path) -> None:
    report = agreement(sample_records)
    assert [part.name for part in report.parts] == ["all claims", "content", "attribution"]
    [group] = [one for one in report.groups if not one.is_pair]
    counts = [report.of(group, part)[0].agreement.claims for part in report.parts]
    assert counts == [4, 3, 1]
    assert report.of(group, Part(split="test")) == []


def test_built_tables_give_the_same_figures(sample_records: Path, sample_data: Path) -> None:
    records, tables = (
        json.loads(agreement_json(agreement(place))) for place in (sample_records, sample_data)
    )
    assert records == tables


def test_labels_of_another_file_are_compared_too(sample_records: Path, tmp_path: Path) -> None:
    file = write_annotations(tmp_path / "ada.jsonl", "ada", {1: {"kind": "prediction"}})
    done = run(sample_records, "--annotations", file, "--format", "json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert [one["annotator_id"] for one in found["annotators"]] == ["ada", "annotator-1"]


def test_held_out_labels_are_compared_on_request(sample_records: Path) -> None:
    folder = sample_records / DOCUMENT_ID / "annotations" / "held-out"
    folder.mkdir()
    file = folder / "annotator-2.jsonl"
    file.write_text(sample.as_text(file, sample.labellings()), encoding="utf-8")
    assert len(agreement(sample_records).annotators) == 1
    assert len(agreement(sample_records, holds_held_out=True).annotators) == 2

    write_annotations(folder / "ada.jsonl", "ada", {1: {"kind": "prediction"}})
    assert agreement(sample_records, holds_held_out=True).annotators[0].annotator_id == "ada"

    write_annotations(folder / "ada.jsonl", "ada", {1: {"kind": "gossip"}})
    with pytest.raises(UnusableInputError, match=r'ada\.jsonl:1: kind is "gossip"'):
        agreement(sample_records, holds_held_out=True)


@pytest.mark.parametrize("form", ["table", "md"])
def test_every_format_names_groups_units_and_what_is_not_defined(sample_records: Path, form: str) -> None:
    describe(sample_records, annotator_1="model", ada="person")
    labelled_by(sample_records, "ada", {1: {"kind": "prediction"}, 2: {"kind": "event"}})
    shown = run(sample_records, "--format", form).stdout.lower()
    for words in (
        "people against gold",
        "paragraphs",
        "not defined",
        "claims on which people and gold differ",
    ):
        assert words in shown


def test_wrong_input_is_refused_with_its_place(sample_records: Path, tmp_path: Path) -> None:
    file = write_annotations(tmp_path / "ada.jsonl", "ada", {1: {"kind": "gossip"}})
    done = run(sample_records, "--annotations", file)
    assert done.exit_code == 2
    assert f'{file}:1: kind is "gossip"' in done.stderr

    file = write_annotations(tmp_path / "ben.jsonl", "ben", {9: {"kind": "event"}})
    with pytest.raises(UnusableInputError, match="expected a claim of the records"):
        agreement(sample_records, annotations=[file])

    file = write_annotations(tmp_path / "own.jsonl", "annotator-1", {1: {"kind": "event"}})
    with pytest.raises(UnusableInputError, match=r"own\.jsonl: annotator-1 has labelled .* already"):
        agreement(sample_records, annotations=[file])

    sample.take_out_annotators(sample_records)
    with pytest.raises(UnusableInputError, match="no annotator"):
        agreement(sample_records)


def test_records_that_contradict_themselves_are_refused(sample_records: Path) -> None:
    sample.edit(sample_records / DOCUMENT_ID / "claims.jsonl", lambda rows: rows[0].update(segment_id="x-s9"))
    with pytest.raises(UnusableInputError, match=r"claims\.jsonl:1: .* lists all findings"):
        agreement(sample_records)
