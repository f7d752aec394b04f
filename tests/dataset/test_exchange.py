"""Exports for annotation tools and labels back from them: the same code points and labels, or an error."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import build, validate
from onrecord.cli import exchange as cli
from onrecord.cli.main import main
from onrecord.dataset.documents import Document
from onrecord.dataset.exchange import brat, conll, label_studio, web_annotation
from onrecord.dataset.exchange.export import export_to
from onrecord.dataset.exchange.formats import FORMATS, READABLE
from onrecord.dataset.exchange.items import Export, ExportedDocument, Item
from onrecord.dataset.exchange.read_back import SOURCES, import_annotations
from onrecord.exceptions import OutputRefused, SourceError, UnusableExchange, UnusableInputError
from onrecord.model.annotations import annotated_fields, undecided_fields
from onrecord.model.tables import SPLITS
from scripts import exchange
from tests.helpers import exchange_sample as quay
from tests.helpers import sample
from tests.helpers.exchange_sample import ADA, DOCUMENT_ID, TEXT, as_label_studio_exports

BEA = "bea"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return quay.write_exchange_sample(tmp_path)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def exported(form: str, records: Path, out: Path, **options: Any) -> Path:
    """An export as the tool gives it back."""
    export_to(form, out, records, **options)
    if form == "label-studio":
        tasks = json.loads((out / label_studio.TASKS).read_text(encoding="utf-8"))
        (out / label_studio.TASKS).write_text(json.dumps(as_label_studio_exports(tasks)), encoding="utf-8")
    return out


def annotations(records: Path, annotator: str = BEA) -> dict[str, dict[str, Any]]:
    file = records / DOCUMENT_ID / "annotations" / f"{annotator}.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["claim_id"]: row for row in rows}


def anchors() -> dict[str, list[tuple[int, int]]]:
    return {
        claim["claim_id"]: [(anchor["start"], anchor["end"]) for anchor in claim["anchors"]]
        for claim in quay.claims()
    }


def conll_spans(text: str) -> dict[str, list[tuple[int, int]]]:
    """The anchors of each claim, put together from the tokens of a CoNLL file."""
    found: dict[str, list[list[int]]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            cells = dict(zip(conll.columns(), line.split("\t"), strict=True))
            for mark in cells["CLAIMS"].split("|"):
                name, _, place = mark.partition(":")
                spans = found.setdefault(f"{DOCUMENT_ID}-{name}", [])
                if place == "B":
                    spans.append([int(cells["START"]), int(cells["END"])])
                elif place == "I":
                    spans[-1][1] = int(cells["END"])
    del found[f"{DOCUMENT_ID}-_"]
    return {name: [(start, end) for start, end in spans] for name, spans in found.items()}


@pytest.mark.parametrize("form", READABLE)
def test_every_anchor_comes_back_at_the_same_code_points(form: str, records: Path, tmp_path: Path) -> None:
    place = exported(form, records, tmp_path / "out")
    read = FORMATS[form].read
    assert read
    assert {one.claim_id: list(one.spans) for one in read(place)} == anchors()


def test_the_tokens_of_a_claim_are_its_anchors(records: Path, tmp_path: Path) -> None:
    export_to("conll", tmp_path / "out", records)
    text = (tmp_path / "out" / f"{DOCUMENT_ID}.conllup").read_text(encoding="utf-8")
    assert conll_spans(text) == anchors()


@pytest.mark.parametrize("form", READABLE)
def test_every_label_comes_back_and_is_valid(form: str, records: Path, tmp_path: Path) -> None:
    place = exported(form, records, tmp_path / "out")

    found = import_annotations(form, place, records, BEA)

    assert found.claims == len(quay.claims())
    assert (found.unlabelled, found.unnamed, found.moved) == (0, 0, ())
    rows = annotations(records)
    for claim in quay.claims():
        row = rows[claim["claim_id"]]
        for field in annotated_fields():
            given, gold = row[field], claim[field]
            # Attributes of brat have no order; only that of a chain means something.
            is_set = isinstance(gold, list) and field != "via"
            assert (sorted(given), sorted(gold)) if is_set else given == gold
    assert not found.is_described
    assert [one.rule for one in validate(records)] == ["unknown-annotator"]


@pytest.mark.parametrize("form", READABLE)
def test_what_an_annotator_did_not_label_or_decide_stays_missing(
    form: str, records: Path, tmp_path: Path
) -> None:
    place = exported(form, records, tmp_path / "out", labels=ADA)
    import_annotations(form, place, records, BEA)
    mine, hers = annotations(records), annotations(records, ADA)
    assert mine.keys() == hers.keys()
    for name, row in hers.items():
        given = {field: value for field, value in mine[name].items() if field in annotated_fields()}
        assert given == {field: value for field, value in row.items() if field in annotated_fields()}
        assert undecided_fields(mine[name]) == undecided_fields(row)


@pytest.mark.parametrize("form", READABLE)
def test_without_labels_there_is_nothing_to_import(form: str, records: Path, tmp_path: Path) -> None:
    place = exported(form, records, tmp_path / "out", labels="none")
    with pytest.raises(UnusableExchange, match="no claim has a label"):
        import_annotations(form, place, records, BEA)


@pytest.mark.parametrize("form", FORMATS)
def test_no_label_is_in_an_export_without_labels(form: str, records: Path, tmp_path: Path) -> None:
    """Two datasets whose labels differ give the same files, but for the choices in configurations."""
    before = {path.name: path.read_bytes() for path in _files(form, records, tmp_path / "one")}
    sample.edit(
        records / DOCUMENT_ID / "claims.jsonl",
        lambda rows: rows[0].update(kind="state", layer="content", about_time=None, check_worthy=False),
    )
    sample.edit(records / DOCUMENT_ID / "relations.jsonl", lambda rows: rows.pop())
    assert {path.name: path.read_bytes() for path in _files(form, records, tmp_path / "two")} == before


def _files(form: str, records: Path, out: Path) -> Iterator[Path]:
    export_to(form, out, records, labels="none")
    return out.iterdir()


places = st.lists(st.integers(0, 40), min_size=2, max_size=8, unique=True).map(sorted)
texts = st.text(
    st.characters(categories=["L", "M", "N", "So", "Zs", "P", "Cf"]) | st.sampled_from("🙏𝒬👩\u200d\u0308e"),
    min_size=41,
    max_size=60,
)


@given(texts, places)
@settings(max_examples=60, deadline=None)
def test_random_spans_in_random_texts_come_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, edges: list[int]
) -> None:
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    export = _export(text, spans)
    folder = tmp_path_factory.mktemp("spans")
    for module in (web_annotation, brat, label_studio):
        for name, content in module.files(export):
            if name == label_studio.TASKS:
                content = json.dumps(as_label_studio_exports(json.loads(content)))
            (folder / name).write_text(content, encoding="utf-8", newline="")
    for read, name in (
        (web_annotation.read, "d.jsonld"),
        (brat.read, "d.ann"),
        (label_studio.read, "tasks.json"),
    ):
        [returned] = read(folder / name)
        assert list(returned.spans) == spans


def _export(text: str, spans: list[tuple[int, int]]) -> Export:
    claim = {
        **quay.claims()[0],
        "claim_id": "d-c001",
        "anchors": [{"segment_id": "d-s001", "start": start, "end": end} for start, end in spans],
    }
    document = Document({**quay.document(), "document_id": "d"}, [], [claim], [], [], None)
    return Export([ExportedDocument(document, [Item(claim, {})], text)], {}, "gold", None, None)


def test_offsets_in_utf_16_are_recognised_by_the_words_that_they_quote(records: Path, tmp_path: Path) -> None:
    place = exported("label-studio", records, tmp_path / "out")
    file = place / label_studio.TASKS
    tasks = json.loads(file.read_text(encoding="utf-8"))
    for task in tasks:
        for result in task["annotations"][0]["result"]:
            if result["from_name"] == "anchor":
                value = result["value"]
                for edge in ("start", "end"):
                    value[edge] = len(TEXT[: value[edge]].encode("utf-16-le")) // 2
    file.write_text(json.dumps(tasks), encoding="utf-8")
    assert {one.claim_id: list(one.spans) for one in label_studio.read(place / "tasks.json")} == anchors()


def test_quotations_are_the_words_of_the_anchors(records: Path, tmp_path: Path) -> None:
    export_to("web-annotation", tmp_path / "out", records)
    page = json.loads((tmp_path / "out" / f"{DOCUMENT_ID}.jsonld").read_text(encoding="utf-8"))
    for annotation in page["items"]:
        for target in annotation["target"] if isinstance(annotation["target"], list) else ():
            position, quote = target["selector"]
            assert quote["exact"] == TEXT[position["start"] : position["end"]]
            around = quote["prefix"] + quote["exact"] + quote["suffix"]
            assert around in TEXT


def test_a_claim_for_publishers_has_no_verdict(records: Path, tmp_path: Path) -> None:
    export_to("schema-org", tmp_path / "out", records)
    text = (tmp_path / "out" / f"{DOCUMENT_ID}.jsonld").read_text(encoding="utf-8")
    graph = json.loads(text)["@graph"]
    assert [one["@type"] for one in graph].count("Claim") == len(quay.claims())
    assert not any(word in text for word in ("ClaimReview", "Rating", "reviewRating"))
    # The graph refers to nothing that it does not hold.
    ids = {one["@id"] for one in graph}
    claims = [one for one in graph if one["@type"] == "Claim"]
    assert {one["author"]["@id"] for one in claims} <= ids
    assert {one["appearance"]["@id"] for one in claims} <= ids


def test_overlapping_claims_of_a_layer_are_tagged_once_and_listed_both(records: Path, tmp_path: Path) -> None:
    export_to("conll", tmp_path / "out", records)
    text = (tmp_path / "out" / f"{DOCUMENT_ID}.conllup").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    shared = next(row for row in rows if row[1] == "नमस्ते")
    assert shared[4] == "I-mixed_quote"
    assert shared[7] == "c004:I|c005:I"


@pytest.fixture
def harbour(sample_records: Path) -> Path:
    """Records whose text is not included; it is next to them all the same."""
    (sample_records / sample.DOCUMENT_ID / "article.txt").rename(sample_records.parent / sample.SOURCE_FILE)
    return sample_records


@pytest.mark.parametrize("form", ["label-studio", "brat", "conll"])
def test_a_text_that_is_not_included_has_to_be_named(
    form: str, harbour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where validation finds it, which is no reason to write it.
    monkeypatch.setenv("ONRECORD_ARTICLES", str(harbour.parent))
    with pytest.raises(SourceError, match="--articles"):
        export_to(form, tmp_path / "out", harbour)
    assert not (tmp_path / "out").exists()

    done = run("export", "--to", form, "--articles", harbour.parent, harbour, tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    assert "copyrighted" in done.stderr


@pytest.mark.parametrize("form", ["web-annotation", "schema-org"])
def test_no_word_of_a_text_that_is_not_included_is_written(form: str, harbour: Path, tmp_path: Path) -> None:
    done = run("export", "--to", form, harbour, tmp_path / "out")
    assert (done.exit_code, done.stderr) == (0, "")
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    assert "TextQuoteSelector" not in written
    assert sample.SENTENCES[2][0] not in written


def test_a_quotation_is_written_on_request(harbour: Path, tmp_path: Path) -> None:
    export_to("web-annotation", tmp_path / "out", harbour, articles=harbour.parent)
    written = (tmp_path / "out" / f"{sample.DOCUMENT_ID}.jsonld").read_text(encoding="utf-8")
    assert '"exact": "eleven times since 2019"' in written


def test_another_text_is_refused(harbour: Path, tmp_path: Path) -> None:
    (harbour.parent / sample.SOURCE_FILE).write_text("Another text.\n", encoding="utf-8")
    with pytest.raises(SourceError, match="not the text of"):
        export_to("brat", tmp_path / "out", harbour, articles=harbour.parent)


def test_built_tables_are_exported_too(sample_data: Path, sample_records: Path, tmp_path: Path) -> None:
    for name, source in (("records", sample_records), ("tables", sample_data)):
        export_to("web-annotation", tmp_path / name, source)
    one, two = (next((tmp_path / name).iterdir()).read_text("utf-8") for name in ("records", "tables"))
    assert json.loads(one)["items"] == json.loads(two)["items"]


def test_built_tables_hold_the_texts_that_the_dataset_includes(records: Path, tmp_path: Path) -> None:
    build(records, tmp_path / "data")
    for name, source in (("one", records), ("two", tmp_path / "data")):
        export_to("brat", tmp_path / name, source)
        assert (tmp_path / name / f"{DOCUMENT_ID}.txt").read_text(encoding="utf-8") == TEXT
    one, two = ((tmp_path / name / f"{DOCUMENT_ID}.ann").read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"labels": "carl"}, "no labels of 'carl'; expected one of gold, none, ada"),
        ({"documents": ["quai"]}, "no document 'quai'; expected one of quay-2024-05-06"),
    ],
)
def test_what_is_not_there_cannot_be_exported(
    options: dict[str, Any], said: str, records: Path, tmp_path: Path
) -> None:
    with pytest.raises(UnusableInputError, match=said):
        export_to("brat", tmp_path / "out", records, **options)


def choices(command: click.Command, option: str) -> tuple[str, ...]:
    """What an option of a command may be."""
    [kind] = [one.type for one in command.params if option in one.opts]
    assert isinstance(kind, click.Choice)
    return tuple(kind.choices)


def test_the_choices_of_the_commands_are_the_formats_and_splits() -> None:
    assert choices(cli.export, "--to") == tuple(FORMATS)
    assert choices(cli.import_, "--from") == SOURCES
    assert choices(cli.export, "--split") == SPLITS


def test_the_documents_of_a_split_are_exported(two_documents: Path, tmp_path: Path) -> None:
    sample.edit(two_documents / DOCUMENT_ID / "document.json", lambda rows: rows[0].update(split="challenge"))
    export_to("brat", tmp_path / "out", two_documents, split="challenge")
    assert (tmp_path / "out" / f"{DOCUMENT_ID}.txt").exists()
    assert not (tmp_path / "out" / f"{sample.DOCUMENT_ID}.txt").exists()
    with pytest.raises(UnusableInputError, match="no claim to export in the split validation"):
        export_to("schema-org", tmp_path / "none", two_documents, split="validation")
    with pytest.raises(ValueError, match="no split 'tset'"):
        export_to("schema-org", tmp_path / "none", two_documents, split="tset")


def test_an_unknown_format_is_named_with_the_nearest(records: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="did you mean 'brat'"):
        export_to("brad", tmp_path / "out", records)
    with pytest.raises(ValueError, match="cannot be imported"):
        import_annotations("conll", tmp_path, records, BEA)


def test_the_command_line_says_what_it_lacks(records: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "--to FORMAT or --records" in run("export", records, out).stderr
    assert "--to FORMAT or --records" in run("export", "--to", "brat", "--records", records, out).stderr
    assert "needs SOURCE" in run("export", "--records", out).stderr
    assert "are for --to" in run("export", "--records", "--labels", "gold", records, out).stderr
    assert "found 3 paths" in run("export", "--to", "brat", records, out, out).stderr
    done = run("import", "--from", "brat", "--annotator", BEA, "--completed-by", "7", out, records)
    assert "give --from label-studio" in done.stderr


def test_labels_go_there_and_back_on_the_command_line(records: Path, tmp_path: Path) -> None:
    assert run("export", "--to", "brat", records, tmp_path / "out").exit_code == 0
    done = run("import", "--from", "brat", "--annotator", BEA, tmp_path / "out", records)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "5 claims labelled by bea"
    assert "does not describe bea" in done.stderr


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


def change_tags(place: Path, old: str, new: str) -> Path:
    file = place / f"{DOCUMENT_ID}.jsonld"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return file


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


@pytest.fixture
def two_documents(sample_records: Path, tmp_path: Path) -> Path:
    """The records of the harbour with the quay among them."""
    other = quay.write_exchange_sample(tmp_path / "other")
    (other / DOCUMENT_ID).rename(sample_records / DOCUMENT_ID)
    speakers = [folder / "speakers.jsonl" for folder in (sample_records, other)]
    lines = [line for file in speakers for line in file.read_text("utf-8").splitlines(keepends=True)]
    speakers[0].write_text("".join(dict.fromkeys(lines)), encoding="utf-8")
    return sample_records


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


def test_the_samples_for_other_readers_are_up_to_date() -> None:
    assert exchange.stale_samples() == []
