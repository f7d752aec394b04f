"""Texts of other scripts go the whole way: from the article to records that the validator accepts."""

import json
from pathlib import Path

import pytest

from onrecord.authoring.new_claim import new_claim
from onrecord.authoring.segment import segment
from onrecord.reading.article import sha256
from onrecord.validation.validate import validate
from tests.helpers.sample import Record, edit
from tests.helpers.scripts import ARABIC, ARTICLES, HINDI, VIETNAMESE, Article


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    return folder


def started(article: Article, texts: Path, records: Path) -> Path:
    """The folder of the document, with what a person knows filled in."""
    path = texts / f"bridge-{article.language}.txt"
    path.write_text(article.text, encoding="utf-8", newline="\n")
    known = {"date": "2024-03-05", "publisher": "The Gazette", "title": "A mayor on the state of a bridge"}
    report = segment(
        path,
        f"bridge-{article.language}",
        records,
        cut_before=article.cut_before,
        language=article.language,
        text_origin="original",
        quality="Written for the tests of this package.",
        **known,
    )

    def fill_in(rows: list[Record]) -> None:
        for row, gloss in zip(rows, article.glosses, strict=True):
            row.update(gloss=gloss, role=row["role"] or "headline")

    edit(report.folder / "segments.jsonl", fill_in)
    speaker: Record = {
        "speaker_id": "ada-lind",
        "name": "Ada Lind",
        "type": "person",
        "description": "Mayor of the harbour town",
        "aliases": [],
        "wikidata_id": None,
    }
    write(records / "speakers.jsonl", speaker)
    (report.folder / "relations.jsonl").touch()
    return report.folder


def write(path: Path, record: Record) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


def filled_in(claim: Record, text: str) -> Record:
    return {
        **claim,
        "text": text,
        "layer": "content",
        "speaker_id": "ada-lind",
        "mode": "indirect_speech",
        "setting": "unspecified",
        "stated_on": "2024-03-04",
        "stated_on_basis": "resolved",
        "kind": "quantity",
        "verifiability": "verifiable",
        "evidence": ["official_record"],
        "check_worthy": True,
    }


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.language)
def test_a_text_becomes_valid_records(article: Article, texts: Path, tmp_path: Path) -> None:
    folder = started(article, texts, tmp_path / "records")
    segments = [json.loads(line) for line in (folder / "segments.jsonl").read_text("utf-8").splitlines()]
    assert [article.text[row["start"] : row["end"]] for row in segments] == list(article.sentences)

    claim = new_claim(folder, article.anchors, articles=texts)
    assert [article.text[at["start"] : at["end"]] for at in claim["anchors"]] == list(article.found)

    write(folder / "claims.jsonl", filled_in(claim, article.claim))
    assert list(validate(tmp_path / "records", articles=texts)) == []


def test_offsets_count_code_points_of_the_text_as_hashed(texts: Path, tmp_path: Path) -> None:
    folder = started(VIETNAMESE, texts, tmp_path / "records")
    document = json.loads((folder / "document.json").read_text("utf-8"))

    assert document["sha256"] == sha256(VIETNAMESE.text)
    assert document["length"] == len(VIETNAMESE.text)


@pytest.mark.parametrize("article", [HINDI, ARABIC, VIETNAMESE], ids=lambda article: article.language)
def test_an_anchor_that_loses_a_mark_or_a_letter_is_refused(
    article: Article, texts: Path, tmp_path: Path
) -> None:
    folder = started(article, texts, tmp_path / "records")
    claim = filled_in(new_claim(folder, article.anchors[:1], articles=texts), article.claim)
    write(folder / "claims.jsonl", claim)
    edit(
        folder / "claims.jsonl", lambda rows: rows[0]["anchors"][0].update(end=claim["anchors"][0]["end"] - 1)
    )

    assert [finding.rule for finding in validate(tmp_path / "records", articles=texts)] == [
        "edge-inside-word"
    ]
