"""Labels go to an annotation tool and come back: the same code points, the same labels."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import validate
from onrecord.dataset.documents import Document
from onrecord.dataset.exchange import brat, conll, label_studio, web_annotation
from onrecord.dataset.exchange.export import export_to
from onrecord.dataset.exchange.formats import FORMATS, READABLE
from onrecord.dataset.exchange.items import Export, ExportedDocument, Item
from onrecord.dataset.exchange.read_back import import_annotations
from onrecord.exceptions import UnusableExchange
from onrecord.model.annotations import annotated_fields, undecided_fields
from tests.helpers import exchange_sample as quay
from tests.helpers.exchange_rounds import BEA, anchors, annotations, exported, run
from tests.helpers.exchange_sample import ADA, DOCUMENT_ID, TEXT, as_label_studio_exports


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


def test_labels_go_there_and_back_on_the_command_line(records: Path, tmp_path: Path) -> None:
    assert run("export", "--to", "brat", records, tmp_path / "out").exit_code == 0
    done = run("import", "--from", "brat", "--annotator", BEA, tmp_path / "out", records)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "5 claims labelled by bea"
    assert "does not describe bea" in done.stderr
