"""Exports for annotation tools: which texts, documents, labels and quotations they hold."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from onrecord import build
from onrecord.cli import exchange as cli
from onrecord.dataset.exchange.export import export_to
from onrecord.dataset.exchange.formats import FORMATS
from onrecord.dataset.exchange.read_back import SOURCES, import_annotations
from onrecord.exceptions import SourceError, UnusableInputError
from onrecord.model.tables import SPLITS
from scripts import exchange
from tests.helpers import exchange_sample as quay
from tests.helpers import sample
from tests.helpers.exchange_rounds import BEA, run
from tests.helpers.exchange_sample import DOCUMENT_ID, TEXT


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


def test_the_samples_for_other_readers_are_up_to_date() -> None:
    assert exchange.stale_samples() == []
