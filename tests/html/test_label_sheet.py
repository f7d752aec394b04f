"""The labelling sheet as a file: what is in it and must not be, its claims, where it is refused."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from onrecord.cli.main import main
from onrecord.html.label_sheet import Choice, label_sheet
from onrecord.html.sample import rank, sampled
from onrecord.html.sheet_fields import fields_asked
from onrecord.html.sheet_records import read_sheet_records
from onrecord.html.single_file import asset, source_hash
from onrecord.model.annotations import annotated_fields
from onrecord.model.labels import definitions
from onrecord.model.paths import home
from onrecord.model.tables import label_names
from tests.helpers.sample import (
    ARTICLE,
    DOCUMENT_ID,
    Record,
    article_of,
    claim_id,
    edit,
    speakers,
    write_sample,
)
from tests.helpers.sheets import data_block, keys

RECORDS = home() / "records"


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["label-sheet", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(scope="module")
def shipped_sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheet of the shipped records, with every claim and field."""
    return label_sheet(tmp_path_factory.mktemp("sheet") / "sheet.html").out


@pytest.fixture(scope="module")
def article_sheet(article_records: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheet of the first article, with every claim and field."""
    return label_sheet(tmp_path_factory.mktemp("sheet") / "sheet.html", article_records).out


def test_the_data_block_has_these_keys_and_no_others(shipped_sheet: Path) -> None:
    of_sheet = {"sheet", "annotated", "layer", "fields", "speakers", "documents"}
    of_fields = {"name", "form", "question", "labels", "label", "definition", "example", "near_miss"}
    of_documents = {"document_id", "title", "publisher", "date", "day", "language", "split"}
    of_documents |= {"is_source", "speakers", "sentences", "claims", "paragraph", "text"}
    of_claims = {"claim_id", "text", "sentence", "marks"}
    of_speakers = {"name", "type", "description"}
    assert set(keys(data_block(shipped_sheet))) <= (
        of_sheet | of_fields | of_documents | of_claims | of_speakers
    )
    for document in data_block(shipped_sheet)["documents"]:
        assert {key for claim in document["claims"] for key in claim} == of_claims


def name_every_speaker(rows: list[Record]) -> None:
    """One claim names all speakers, so that the choices are the same whatever the other labels are."""
    rows[0]["speaker_alternatives"] = [row["speaker_id"] for row in speakers()]


def with_other_labels(rows: list[Record]) -> None:
    """Every label and every text that comes from one is another; who speaks at all stays the same."""
    named = [row["speaker_id"] for row in rows]
    for row, speaker in zip(rows, [*named[1:], named[0]], strict=True):
        labels = ["unverifiable"] if row["verifiability"] == "verifiable" else ["verifiable"]
        row.update(
            speaker_id=speaker,
            via=[],
            layer="background" if row["layer"] == "content" else "content",
            mode="mixed_quote",
            setting="rally",
            stated_on="2019-07",
            stated_on_basis="resolved",
            about_time="1871",
            kind="rule",
            verifiability=labels[0],
            evidence=[] if labels == ["unverifiable"] else ["statistics"],
            barriers=["vague"] if labels == ["unverifiable"] else [],
            check_worthy=not row["check_worthy"],
            flags=["unclear_time"],
            phenomena=["hedge"],
            note="It is unclear which year is meant.",
        )


def test_records_that_differ_in_labels_alone_give_the_same_sheet(tmp_path: Path) -> None:
    sheets = []
    for name in ("one", "other"):
        records = write_sample(tmp_path / name)
        folder = records / DOCUMENT_ID
        edit(folder / "claims.jsonl", name_every_speaker)
        if name == "other":
            edit(folder / "claims.jsonl", with_other_labels)
            (folder / "relations.jsonl").write_text("", encoding="utf-8")
            (folder / "adjudications.jsonl").unlink()
            shutil.rmtree(folder / "annotations")
        sheets.append(label_sheet(tmp_path / f"{name}.html", records).out.read_bytes())

    assert sheets[0] == sheets[1]


def gold_texts(records: Path) -> set[str]:
    """What the labels say in words or times, for the search in a sheet's source."""
    found: set[str] = set()
    for document in read_sheet_records(records).documents:
        for claim in document.claims:
            found |= {claim["stated_on"], claim["about_time"], claim["note"]} - {document.row["date"]}
            found |= {*claim["flags"], *claim["stated_on_alternatives"], *claim["phenomena"]}
            found.add(claim["stated_on_basis"])
        found |= {row["reason"] for row in document.adjudications}
        found |= {row["annotator_id"] for row in document.annotations}
    return {text for text in found if text}


def is_in(value: str, text: str) -> bool:
    """Whether the value is in the text by itself, and not as a part of a longer word or date."""
    return bool(re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", text))


@pytest.mark.parametrize("is_shipped", [True, False], ids=["shipped", "sample"])
def test_no_gold_value_that_is_not_a_choice_is_in_the_source(
    is_shipped: bool, article_records: Path, article_sheet: Path, sample_records: Path, tmp_path: Path
) -> None:
    records = article_records if is_shipped else sample_records
    sheet = article_sheet if is_shipped else label_sheet(tmp_path / "sheet.html", sample_records).out
    source = sheet.read_text(encoding="utf-8")
    offered = {label for field in annotated_fields() for label in definitions()["claims"].get(field, {})}
    # A claim may name a year itself, definitions are words too, and the forms of a time have examples.
    data = data_block(sheet)
    shown = [json.dumps(data["fields"]), asset("dates.js")]
    for document in data["documents"]:
        shown.append(document["document_id"])
        shown += [one["text"] for part in ("sentences", "claims") for one in document[part]]
    hidden = {value for value in gold_texts(records) - offered if not is_in(value, " ".join(shown))}
    assert len(hidden) > len(gold_texts(records)) / 2
    assert [value for value in hidden if is_in(value, source)] == []


def test_claims_of_a_sentence_come_in_an_order_that_their_ids_decide(article_sheet: Path) -> None:
    [document] = data_block(article_sheet)["documents"]
    order = [(claim["sentence"], rank(0, claim["claim_id"])) for claim in document["claims"]]
    assert order == sorted(order)
    assert [claim["claim_id"] for claim in document["claims"]] != sorted(
        claim["claim_id"] for claim in document["claims"]
    )
    assert document["speakers"] == sorted(document["speakers"])


def test_the_speakers_of_a_sample_are_those_of_the_whole_document(
    article_records: Path, article_sheet: Path, tmp_path: Path
) -> None:
    whole = data_block(article_sheet)
    sample = data_block(label_sheet(tmp_path / "sample.html", article_records, Choice(sample=2)).out)
    assert whole["documents"][0]["speakers"] == sample["documents"][0]["speakers"]
    assert sum(len(document["claims"]) for document in sample["documents"]) == 2


def test_the_sheet_proposes_a_sample_unless_it_is_one(shipped_sheet: Path, tmp_path: Path) -> None:
    proposed = 'placeholder="all" value="20"'
    sample = label_sheet(tmp_path / "sample.html", choice=Choice(sample=50)).out
    assert proposed in shipped_sheet.read_text(encoding="utf-8")
    assert proposed not in sample.read_text(encoding="utf-8")


def test_no_sentence_of_the_article_is_in_the_sheet_unless_asked_for(
    article_path: Path, article_text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The variable names the articles for other commands; a sheet is passed on.
    monkeypatch.setenv("ONRECORD_ARTICLES", str(article_path.parent))
    words = article_text.split()
    runs = {" ".join(words[start : start + 9]) for start in range(len(words) - 8)}
    code, _, said = run(tmp_path / "without.html")
    assert (code, said) == (0, "")
    without = (tmp_path / "without.html").read_text(encoding="utf-8")
    assert not [found for found in runs if found in without]
    code, _, said = run(tmp_path / "with.html", "--articles", article_path.parent)
    assert (code, "do not share it" in said) == (0, True)
    assert data_block(tmp_path / "with.html")["documents"][0]["is_source"]
    assert "belongs to its publisher" in (tmp_path / "with.html").read_text(encoding="utf-8")
    assert "belongs to its publisher" not in without


def include_text(records: Path) -> None:
    included = {"text_included": True, "licence": "CC-BY-4.0"}
    edit(records / DOCUMENT_ID / "document.json", lambda rows: rows[0].update(included))
    assert article_of(records) == records / DOCUMENT_ID / "article.txt"


def test_an_included_text_is_shown_with_the_words_of_each_claim(sample_records: Path, tmp_path: Path) -> None:
    include_text(sample_records)
    written = label_sheet(tmp_path / "sheet.html", sample_records)
    [document] = data_block(written.out)["documents"]
    by_id = {claim["claim_id"]: claim for claim in document["claims"]}
    third = by_id[claim_id(3)]
    marked = [document["sentences"][at]["text"][start:end] for at, start, end in third["marks"]]
    assert not written.has_foreign_text
    assert document["is_source"]
    assert document["sentences"][third["sentence"]]["text"] in ARTICLE
    assert marked == ["the bridge had been inspected", "eleven times since 2019"]


def test_a_text_of_another_version_is_refused(sample_records: Path, tmp_path: Path) -> None:
    include_text(sample_records)
    text = sample_records / DOCUMENT_ID / "article.txt"
    text.write_text(ARTICLE.replace("eleven", "twelve"), encoding="utf-8")
    code, _, said = run(tmp_path / "sheet.html", sample_records)
    assert code == 2
    assert "not the one that the records were made from" in said


def test_a_layer_chooses_the_claims_and_is_not_asked(tmp_path: Path) -> None:
    code, said, _ = run(tmp_path / "sheet.html", "--layer", "attribution")
    data = data_block(tmp_path / "sheet.html")
    wanted = {
        claim["claim_id"]
        for document in read_sheet_records(RECORDS).documents
        for claim in document.claims
        if claim["layer"] == "attribution"
    }
    assert code == 0
    assert f"{len(wanted)} claims" in said
    assert {claim["claim_id"] for document in data["documents"] for claim in document["claims"]} == wanted
    assert "layer" not in [field["name"] for field in data["fields"]]


def test_every_annotated_field_is_asked_with_its_labels_or_the_chosen_few() -> None:
    asked = fields_asked()
    assert sorted(field["name"] for field in asked) == sorted(annotated_fields())
    for field in asked:
        labels = [one["label"] for one in field["labels"]]
        assert labels == (list(label_names(field["name"])) if labels else [])
        assert field["form"] in ("one", "many") or not labels
    assert [field["name"] for field in fields_asked(["kind", "verifiability"])] == ["kind", "verifiability"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--document", "cbs-2024-02-15"], "did you mean 'cbs-2024-02-14'?", id="document"),
        pytest.param(["--fields", "verifiable"], "did you mean 'verifiability'?", id="field"),
        pytest.param(["--fields", "layer", "--layer", "content"], "cannot be asked", id="known layer"),
        pytest.param(["--split", "validation"], "no document of the split validation", id="split"),
    ],
)
def test_choices_that_leave_nothing_to_label_are_refused_in_a_line(
    options: list[str], said: str, article_records: Path, tmp_path: Path
) -> None:
    code, _, errors = run(tmp_path / "sheet.html", article_records, *options)
    assert (code, len(errors.splitlines())) == (2, 1)
    assert said in errors
    assert list(tmp_path.iterdir()) == []


def test_invalid_records_are_refused_with_every_place(sample_records: Path, tmp_path: Path) -> None:
    edit(sample_records / DOCUMENT_ID / "claims.jsonl", lambda rows: rows[1].update(kind="evnt"))
    edit(sample_records / DOCUMENT_ID / "segments.jsonl", lambda rows: rows[0].pop("gloss"))
    code, _, said = run(tmp_path / "sheet.html", sample_records)
    assert code == 2
    assert "claims.jsonl:2:" in said
    assert "segments.jsonl:1:" in said


def test_a_folder_that_is_none_of_records_is_refused(tmp_path: Path) -> None:
    code, _, said = run(tmp_path / "sheet.html", tmp_path)
    assert (code, len(said.splitlines())) == (2, 1)
    assert "not a records folder (expected speakers.jsonl" in said


def test_the_policy_allows_the_sheet_its_own_styles_and_scripts(shipped_sheet: Path) -> None:
    text = shipped_sheet.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    rules = dict(rule.split(maxsplit=1) for rule in policy[1].replace("&#39;", "'").split("; "))
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["script-src"].split() == [source_hash(script) for script in scripts]
    assert "unsafe" not in policy[1]
    assert not re.findall(r"\s(?:src|style|action|onclick)=", text)


def test_the_same_records_give_the_same_bytes(sample_records: Path, tmp_path: Path) -> None:
    sheets = [label_sheet(tmp_path / f"{n}.html", sample_records).out.read_bytes() for n in (1, 2)]
    assert sheets[0] == sheets[1]


def test_a_sample_depends_on_ids_and_seed_alone() -> None:
    names = [f"harbour-c{number:03d}" for number in range(1, 201)]
    assert sampled(names, 20, 7) == sampled(reversed(names), 20, 7)
    assert sampled(names, 20, 7) != sampled(names, 20, 8)
    assert sampled(names, 20, 7) < sampled(names, 40, 7)
    assert sampled(names[:3], 20, 7) == set(names[:3])
