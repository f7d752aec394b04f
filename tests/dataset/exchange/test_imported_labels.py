"""Labels from annotation tools: written per document and annotator, or refused with their place."""

import json
from pathlib import Path

import pytest

from onrecord import validate
from onrecord.dataset.exchange import label_studio
from onrecord.dataset.exchange.read_back import import_annotations
from onrecord.exceptions import OutputRefused, UnusableExchange
from tests.helpers import exchange_sample as quay
from tests.helpers import sample
from tests.helpers.exchange_rounds import BEA, anchors, annotations, change_tags, exported, run
from tests.helpers.exchange_sample import ADA, DOCUMENT_ID


def test_labels_that_are_kept_apart_ask_for_no_decision(records: Path, tmp_path: Path) -> None:
    file = change_tags(exported("web-annotation", records, tmp_path / "out"), "kind=utterance", "kind=state")
    words = ("import", "--from", "web-annotation", file, records, "--annotator")
    assert run(*words, BEA, "--held-out").exit_code == 0
    assert [finding.rule for finding in validate(records)] == ["unknown-annotator"]
    assert (records / DOCUMENT_ID / "annotations" / "held-out" / f"{BEA}.jsonl").exists()

    assert run(*words, "carl").exit_code == 0
    (records / "annotators.jsonl").unlink()
    assert [finding.rule for finding in validate(records)] == ["undecided-label"]


def test_the_time_in_label_studio_becomes_the_seconds(records: Path, tmp_path: Path) -> None:
    place = exported("label-studio", records, tmp_path / "out")
    import_annotations("label-studio", place / "tasks.json", records, BEA)
    assert {row["seconds"] for row in annotations(records).values()} == {12.5}


def two_users(place: Path) -> Path:
    """Add a second user who calls every claim a rule."""
    file = place / label_studio.TASKS
    tasks = json.loads(file.read_text(encoding="utf-8"))
    for task in tasks:
        kind = {"from_name": "kind", "to_name": "text", "type": "choices", "value": {"choices": ["rule"]}}
        task["annotations"].append({"id": 99, "completed_by": 8, "result": [kind], "lead_time": 1})
        task["annotations"].append({"id": 100, "completed_by": 9, "result": [kind], "was_cancelled": True})
    file.write_text(json.dumps(tasks), encoding="utf-8")
    return file


def test_one_of_several_users_is_chosen(records: Path, tmp_path: Path) -> None:
    file = two_users(exported("label-studio", records, tmp_path / "out"))
    with pytest.raises(UnusableExchange, match="found 2 annotations, by 7, 8; expected one: --completed-by"):
        import_annotations("label-studio", file, records, BEA)
    import_annotations("label-studio", file, records, BEA, completed_by="8")
    assert {row["kind"] for row in annotations(records).values()} == {"rule"}
    import_annotations("label-studio", file, records, "carl", completed_by="ada@example.org")
    assert annotations(records, "carl")[quay.claim_id(1)]["kind"] == "event"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind=utterance", "kind=gossip", '-c002: .*kind is "gossip"'),
        ("layer=attribution", "layer=background", ""),
        ("check_worthy=false", "check_worthy=perhaps", "check_worthy is"),
        ("speaker_id=quay-choir", "speaker_id=quay-chor", "no speaker quay-chor .*quay-choir"),
        ("stated_on=../2024-05-06", "stated_on=2024-02-30", "2024-02-30"),
        ("stated_on=../2024-05-06", "stated_on=2024-05-07", "2024-05-07"),
        ("claim_id=quay-2024-05-06-c003", "claim_id=quay-2024-05-06-c009", "no claim quay-2024-05-06-c009"),
        ("claim_id=quay-2024-05-06-c003", "claim_id=quay-2024-05-06-c002", "labelled again, first in"),
        ("claim_id=quay-2024-05-06-c003", "claim_id=key-2024-05-06-c003", "a claim of no document"),
        ("claim_id=quay-2024-05-06-c003", "claim_id=three", "claim_id is"),
    ],
)
def test_a_wrong_label_is_refused_with_its_record_and_nothing_is_written(
    old: str, new: str, said: str, records: Path, tmp_path: Path
) -> None:
    file = change_tags(exported("web-annotation", records, tmp_path / "out"), old, new)
    place = records / DOCUMENT_ID / "annotations"
    if not said:
        import_annotations("web-annotation", file, records, BEA)
        assert annotations(records)[quay.claim_id(2)]["layer"] == "background"
        return
    with pytest.raises(UnusableExchange, match=said) as refused:
        import_annotations("web-annotation", file, records, BEA)
    assert all(error.startswith(f"{file}: annotation urn:onrecord:claim:") for error in refused.value.errors)
    assert [path.name for path in place.iterdir()] == [f"{ADA}.jsonl"]


def test_every_error_is_reported(records: Path, tmp_path: Path) -> None:
    file = change_tags(exported("web-annotation", records, tmp_path / "out"), "kind=event", "kind=gossip")
    done = run("import", "--from", "web-annotation", "--annotator", BEA, file, records)
    assert done.exit_code == 2
    assert done.stderr.count("gossip") == 2


@pytest.mark.parametrize("name", ["Ada B", "../ada", ""])
def test_an_id_that_no_annotator_can_have_is_one_error(name: str, records: Path, tmp_path: Path) -> None:
    place = exported("brat", records, tmp_path / "out")
    with pytest.raises(UnusableExchange, match="annotator_id is") as refused:
        import_annotations("brat", place, records, name)
    assert len(refused.value.errors) == 1


def test_labels_are_never_overwritten(records: Path, tmp_path: Path) -> None:
    place = exported("brat", records, tmp_path / "out")
    before = annotations(records, ADA)
    with pytest.raises(OutputRefused, match="never overwritten"):
        import_annotations("brat", place, records, ADA)
    assert annotations(records, ADA) == before


def test_new_spans_and_moved_ones_are_counted_and_left_out(records: Path, tmp_path: Path) -> None:
    place = exported("brat", records, tmp_path / "out")
    file = place / f"{DOCUMENT_ID}.ann"
    text = file.read_text(encoding="utf-8")
    [start, end] = anchors()[quay.claim_id(3)][0]
    assert f"content {start} {end}\t" in text
    text = text.replace(f"content {start} {end}\t", f"content {start + 4} {end}\t")
    file.write_text(f"{text}T99\tcontent 0 4\tQuay\n", encoding="utf-8")

    done = run("import", "--from", "brat", "--annotator", BEA, place, records)

    assert done.exit_code == 0
    assert f"other anchors, which annotations do not hold: {quay.claim_id(3)} (1 claims)" in done.stderr
    assert "left out because they name no claim: 1" in done.stderr


@pytest.mark.parametrize(
    ("form", "name", "content", "said"),
    [
        ("web-annotation", "a.jsonld", "{", "not JSON"),
        ("web-annotation", "a.jsonld", "\xff", "byte 1 is not UTF-8"),
        (
            "web-annotation",
            "a.jsonld",
            '{"id": "x", "target": {"selector": {"type": "TextPositionSelector", "start": "1", "end": 2}}}',
            "annotation x: start is '1'",
        ),
        ("label-studio", "a.json", "{}", "expected a list of tasks"),
        ("label-studio", "a.json", "[3]", "task 1: expected a task"),
        ("brat", "a.ann", "T1 content 0 4 Quay\n", "a.ann:1: found 'T1 content"),
        ("brat", "a.ann", "T1\tcontent 0\tQuay\n", "the span is '0'"),
        ("annotations", "a.jsonl", '{"annotator_id": "carl"}\n', "a.jsonl:1: annotator_id is 'carl'"),
        ("annotations", "a.jsonl", "{\n", "a.jsonl:1: "),
    ],
)
def test_a_file_of_another_kind_is_refused_with_its_place(
    form: str, name: str, content: str, said: str, records: Path, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(UnusableExchange, match=said) as refused:
        import_annotations(form, file, records, BEA)
    assert all(str(file) in error for error in refused.value.errors)


def test_a_folder_without_files_of_the_format_is_refused(records: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnusableExchange, match=r"no file here ends in \.ann"):
        import_annotations("brat", tmp_path / "empty", records, BEA)
    with pytest.raises(UnusableExchange, match="absent: there is no such file or folder"):
        import_annotations("label-studio", tmp_path / "absent", records, BEA)


OTHERS = ["annotator-1.jsonl", "raw"]


def rows_of_both(file: Path) -> Path:
    claims = (quay.claim_id(3), sample.claim_id(3), sample.claim_id(1))
    rows = [{"annotator_id": BEA, "claim_id": name, "found": None, "layer": "content"} for name in claims]
    file.write_text(sample.as_text(file, rows), encoding="utf-8")
    return file


def test_rows_of_several_documents_are_put_into_the_folder_of_each(
    two_documents: Path, tmp_path: Path
) -> None:
    file = rows_of_both(tmp_path / "bea.jsonl")

    found = import_annotations("annotations", file, two_documents, BEA)

    assert [path.parents[1].name for path in found.files] == [sample.DOCUMENT_ID, DOCUMENT_ID]
    assert list(annotations(two_documents)) == [quay.claim_id(3)]
    written = found.files[0].read_text(encoding="utf-8").splitlines()
    # In the order of the claims.
    assert [json.loads(line)["claim_id"] for line in written] == [sample.claim_id(1), sample.claim_id(3)]
    assert list(validate(two_documents)) == []


def test_the_files_of_all_documents_are_written_or_none(two_documents: Path, tmp_path: Path) -> None:
    file = rows_of_both(tmp_path / "bea.jsonl")
    taken = two_documents / DOCUMENT_ID / "annotations" / f"{BEA}.jsonl"
    row = {"annotator_id": BEA, "claim_id": quay.claim_id(1), "found": None, "layer": "content"}
    taken.write_text(sample.as_text(taken, [row]), encoding="utf-8")

    with pytest.raises(OutputRefused, match=f"{DOCUMENT_ID}/annotations/{BEA}.jsonl is there already"):
        import_annotations("annotations", file, two_documents, BEA)

    names = (path.name for path in (two_documents / sample.DOCUMENT_ID / "annotations").iterdir())
    assert sorted(names) == OTHERS
    assert list(annotations(two_documents)) == [quay.claim_id(1)]
