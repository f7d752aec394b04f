"""Contrast pairs in every layout: checked with each other, built into their own splits, and optional."""

import json
from pathlib import Path

import pytest
import yaml

from onrecord import build, rows, validate
from onrecord.dataset.export import export_records
from onrecord.model.table_files import splits_of
from tests.helpers import corpora
from tests.helpers.sample import Record, contrasts, edit

FILE = "contrasts.jsonl"


def spoilt() -> list[Record]:
    """The sample's pairs: one with an unknown kind of edit, one id twice, and an answer that is no choice."""
    found = contrasts()
    found[0]["edit"] = "negatoin"
    found[1]["contrast_id"] = found[2]["contrast_id"]
    found[2]["answer_b"] = "nobody"
    found[3]["answer_b"] = "2024-02-30"
    return found


EXPECTED = {
    ("unknown-label", "verifiability-001"),
    ("duplicate-id", "speaker-001"),
    ("impossible-answer", "date-001"),
}
"""One error each: a pair whose id another one has is not looked at any further."""


def test_pairs_have_the_same_findings_in_every_layout(sample_records: Path, tmp_path: Path) -> None:
    (sample_records / FILE).write_text("".join(json.dumps(row) + "\n" for row in spoilt()), encoding="utf-8")
    corpus = corpora.write({**corpora.tables(), "contrasts": spoilt()}, tmp_path / "corpus", shards=3)

    for place in (sample_records, corpus, sample_records / FILE):
        found = list(validate(place))
        assert {(one.rule, one.record_id) for one in found} == EXPECTED
        assert len(found) == len(EXPECTED)
        assert all("contrasts" in one.file for one in found)


def test_a_finding_names_the_line_the_field_and_the_nearest_kind_of_edit(sample_records: Path) -> None:
    edit(sample_records / FILE, lambda found: found[4].update(edit="questoin"))
    [found] = validate(sample_records)

    assert (Path(found.file).name, found.line, found.record_id) == (FILE, 5, "detection-001")
    assert (found.rule, found.path, found.expected) == ("unknown-label", "$.edit", "question")


def test_fields_of_another_task_are_one_finding_at_the_task(sample_records: Path) -> None:
    edit(sample_records / FILE, lambda found: found[2].update(task="extraction"))
    [found] = validate(sample_records)

    assert (found.rule, found.path) == ("task-mismatch", "$.task")
    assert "answer_a" in found.message
    assert "choices" in found.message


def test_a_folder_without_pairs_is_valid_and_its_card_has_no_config_for_them(
    sample_records: Path, tmp_path: Path
) -> None:
    (sample_records / FILE).unlink()

    assert list(validate(sample_records)) == []
    out = build(sample_records, tmp_path / "out").out
    assert rows("contrasts", out) == []
    front = yaml.safe_load((out / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    assert "contrasts" not in [config["config_name"] for config in front["configs"]]


def test_each_pair_is_built_into_its_own_split_and_the_card_offers_the_filled_ones(
    sample_records: Path, tmp_path: Path
) -> None:
    edit(sample_records / FILE, lambda found: [row.update(split="validation") for row in found[1:]])
    edit(sample_records / FILE, lambda found: found[0].update(split="challenge"))

    out = build(sample_records, tmp_path / "out").out

    assert splits_of(out) == ("test", "challenge", "validation")
    sizes = [len(rows("contrasts", out, split=split)) for split in splits_of(out)]
    assert sizes == [0, 1, len(contrasts()) - 1]
    assert rows("claims", out, split="challenge") == []
    front = yaml.safe_load((out / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    offered = {
        config["config_name"]: [one["split"] for one in config["data_files"]] for config in front["configs"]
    }
    assert offered["contrasts"] == ["challenge", "validation"]
    assert offered["claims"] == ["test"]
    assert list(validate(out)) == []


def test_pairs_come_back_from_tables_as_they_were_written(sample_records: Path, tmp_path: Path) -> None:
    out = build(sample_records, tmp_path / "out").out
    exported = export_records(out, tmp_path / "back").out

    assert (exported / FILE).read_bytes() == (sample_records / FILE).read_bytes()


@pytest.mark.parametrize("task", ["speaker", "date"])
def test_a_pair_alone_is_checked_by_the_rules_of_its_answers(task: str) -> None:
    from onrecord import testing

    pair = next(row for row in contrasts() if row["task"] == task)
    assert testing.findings(pair, "contrasts") == []
    [found] = testing.findings({**pair, "answer_a": "2024-02-30"}, "contrasts")
    assert found.rule == "impossible-answer"


@pytest.mark.parametrize(
    ("answer", "is_changed"),
    [("2024-02-01/2024-02-29", False), ("2024-02-01/2024-02-28", True), ("../2024-02-29", True)],
)
def test_two_dates_with_the_same_days_are_one_answer(answer: str, is_changed: bool) -> None:
    from onrecord import testing

    pair = {**next(row for row in contrasts() if row["task"] == "date"), "answer_a": "2024-02"}
    assert testing.findings({**pair, "answer_b": answer, "changes": is_changed}, "contrasts") == []
    [found] = testing.findings({**pair, "answer_b": answer, "changes": not is_changed}, "contrasts")
    assert (found.rule, found.path) == ("change-mismatch", "$.changes")
    assert found.expected == str(is_changed).lower()
