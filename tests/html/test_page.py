"""The page as a file: what is in it, what must not be, and where it is refused."""

import hashlib
import html
import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import onrecord
from onrecord.cli.main import main
from onrecord.html import write
from onrecord.html.figures import Figure
from onrecord.html.single_file import source_hash
from onrecord.model.digest import read_identity
from onrecord.model.paths import home
from tests.helpers.columns import records
from tests.helpers.leftovers import left_by_killed
from tests.helpers.sample import (
    ARTICLE,
    DOCUMENT_ID,
    SOURCE_FILE,
    Record,
    article_of,
    claim_id,
    claims,
    edit,
    segments,
    take_out_annotators,
)

LIMIT = 1_500_000


class Parts(HTMLParser):
    """The elements of a page, each a name and its attributes, and the text of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, str]] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            self.raw.append((self._inside, data))
            self._inside = ""


@pytest.fixture(scope="session")
def shipped(shipped_page: Path) -> str:
    return shipped_page.read_text(encoding="utf-8")


@pytest.fixture
def sample_page(sample_data: Path, tmp_path: Path) -> Callable[..., str]:
    """Writes the page of the sample and reads it."""

    def written(**options: Path) -> str:
        return onrecord.page(tmp_path / "page.html", sample_data, **options).out.read_text(encoding="utf-8")

    return written


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are left out, because they take most of a page's time."""
    monkeypatch.setattr(Figure, "svg", lambda *_: "")


def data_block(page: str) -> dict[str, dict[str, object]]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    block: dict[str, dict[str, object]] = json.loads(found[1])
    return block


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["page", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_the_shipped_page_is_one_file_under_its_limit(shipped_page: Path) -> None:
    assert shipped_page.stat().st_size < LIMIT
    assert [path.name for path in shipped_page.parent.iterdir()] == [shipped_page.name]


def test_the_same_tables_give_the_same_bytes(sample_page: Callable[..., str]) -> None:
    assert sample_page() == sample_page()


def test_drawings_have_no_ids_of_their_own(shipped: str) -> None:
    # They would be numbered by whatever was drawn before.
    drawings = re.findall(r"<svg xmlns.*?</svg>", shipped, re.DOTALL)
    assert len(drawings) == 12
    assert not [drawing for drawing in drawings if " id=" in drawing or "url(" in drawing]


def test_every_claim_has_its_address_and_every_sentence_its_place(shipped: str) -> None:
    ids = [found["id"] for _, found in Parts(shipped).elements if found.get("id")]
    assert len(ids) == len(set(ids))
    assert {row["claim_id"] for row in onrecord.rows("claims", split=None)} <= set(ids)
    assert {row["segment_id"] for row in onrecord.rows("segments", split=None)} <= set(ids)
    assert [found for found in ids if re.search(r"-s\d{3}$", found or "")] == [
        row["segment_id"] for row in onrecord.rows("segments", split=None)
    ]


def test_nothing_in_the_page_leads_or_loads_from_elsewhere(shipped: str) -> None:
    for tag, found in Parts(shipped).elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base"), tag
        assert not {"src", "srcset", "style", "action"} & set(found), (tag, found)
        assert not [name for name in found if name.startswith("on")], (tag, found)
        assert (found.get("href") or "#").startswith("#"), (tag, found)


def test_the_policy_allows_the_page_its_own_styles_and_scripts_and_nothing_else(shipped: str) -> None:
    parts = Parts(shipped)
    policy = next(found for tag, found in parts.elements if found.get("http-equiv"))["content"] or ""
    rules = {name: values for name, *values in (rule.split() for rule in policy.split(";"))}
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == ["'none'"]
    assert set(rules) <= {
        "default-src",
        "style-src",
        "script-src",
        "base-uri",
        "form-action",
        "require-trusted-types-for",
        "trusted-types",
    }
    styles = [text for tag, text in parts.raw if tag == "style"]
    scripts = [text for tag, text in parts.raw if tag == "script" and not text.startswith("{")]
    assert rules["style-src"] == [source_hash(style) for style in styles]
    assert rules["script-src"] == [source_hash(script) for script in scripts]
    assert "unsafe" not in policy


def test_every_link_inside_the_page_leads_somewhere(shipped: str) -> None:
    elements = Parts(shipped).elements
    ids = {found.get("id") for _, found in elements}
    links = {found["href"] for tag, found in elements if found.get("href")}
    assert {link[1:] for link in links if link} <= ids


def test_the_data_block_holds_the_claims_field_by_field(shipped: str) -> None:
    block = data_block(shipped)
    segments = [row["segment_id"] for row in records(block["segments"])]
    unpacked = records(block["claims"])
    texts = dict(re.findall(r'id="([^"]+)"><p class="text">(.*?)</p>', shipped))
    for row in unpacked:
        row["text"] = html.unescape(texts[row["claim_id"]]) if row["text"] is None else row["text"]
        flat = iter(row["anchors"])
        row["anchors"] = [
            {"segment_id": segments[at], "start": start, "end": end}
            for at, start, end in zip(flat, flat, flat, strict=True)
        ]
    assert unpacked == json.loads(json.dumps(onrecord.rows("claims", split=None), default=str))


def test_counts_and_identity_are_those_of_the_tables(shipped: str) -> None:
    assert f"<strong>{len(onrecord.rows('claims', split=None)):,}</strong> claims" in shipped
    assert f"sha256:{read_identity(home() / 'data').dataset}" in shipped


@pytest.mark.usefixtures("undrawn")
def test_the_articles_words_are_there_with_the_article_only(
    sample_page: Callable[..., str], sample_records: Path
) -> None:
    article = article_of(sample_records)
    sentence = "the bridge had been inspected eleven times"
    assert sentence in ARTICLE
    without = sample_page()
    assert sentence not in without
    assert "This copy holds" not in without
    assert sentence in sample_page(article=article)


def second_document(records: Path) -> str:
    """Add a copy of the sample's document about another text; the text."""
    take_out_annotators(records)
    copy = records / DOCUMENT_ID.replace("harbour", "quay")
    shutil.copytree(records / DOCUMENT_ID, copy)
    text = ARTICLE.replace("eleven", "twelve")
    for path in copy.glob("*.json*"):
        path.write_text(path.read_text(encoding="utf-8").replace(DOCUMENT_ID, copy.name), encoding="utf-8")
        edit(path, lambda rows: rehash(rows, text))
    (copy / article_of(records).name).write_text(text, encoding="utf-8", newline="\n")
    return text


def rehash(rows: list[Record], text: str) -> None:
    for row in rows:
        if "sha256" in row:
            row["sha256"] = hashlib.sha256(text[row.get("start") : row.get("end")].encode()).hexdigest()


@pytest.mark.usefixtures("undrawn")
def test_two_articles_are_both_on_the_page(sample_records: Path, tmp_path: Path) -> None:
    texts = {"harbour.txt": ARTICLE, "quay.txt": second_document(sample_records)}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="\n")
    onrecord.build(sample_records, tmp_path / "data")
    options = ["--data", tmp_path / "data", "--article", tmp_path / "harbour.txt"]
    one = run(tmp_path / "one.html", *options)
    both = run(tmp_path / "both.html", *options, "--article", tmp_path / "quay.txt")

    assert (one[0], both[0]) == (0, 0)
    shown = [(tmp_path / f"{name}.html").read_text(encoding="utf-8") for name in ("one", "both")]
    assert ["inspected eleven times" in text for text in shown] == [True, True]
    assert ["inspected twelve times" in text for text in shown] == [False, True]


def test_no_sentence_of_the_article_is_in_the_shipped_page(shipped: str, article_text: str) -> None:
    # Words that the dataset's own share are few by rule; nine in a row would be the article's.
    words = article_text.split()
    runs = {" ".join(words[start : start + 9]) for start in range(len(words) - 8)}
    assert not [found for found in runs if found in shipped]


def test_an_altered_article_is_refused_and_leaves_the_old_page(sample_data: Path, tmp_path: Path) -> None:
    article, out = tmp_path / SOURCE_FILE, tmp_path / "page.html"
    article.write_text(ARTICLE.replace("eleven", "twelve"), encoding="utf-8")
    out.write_text("the old page", encoding="utf-8")
    code, _, said = run(out, "--data", sample_data, "--article", article)
    assert code == 2
    assert f"not the text of {DOCUMENT_ID}" in said
    assert len(said.splitlines()) == 1
    assert out.read_text(encoding="utf-8") == "the old page"


def a_folder(out: Path) -> None:
    out.mkdir()


def a_missing_folder(out: Path) -> None:
    out.parent.rmdir()


@pytest.mark.parametrize("obstacle", [a_folder, a_missing_folder], ids=lambda obstacle: obstacle.__name__)
def test_a_place_where_no_page_can_be_is_refused_in_a_line(
    obstacle: Callable[[Path], None], tmp_path: Path
) -> None:
    out = tmp_path / "folder" / "page.html"
    out.parent.mkdir()
    obstacle(out)
    code, _, said = run(out)
    assert code == 2
    assert len(said.splitlines()) == 1
    assert not out.is_file()


def test_a_folder_without_tables_is_refused_in_a_line(tmp_path: Path) -> None:
    code, _, said = run(tmp_path / "page.html", "--data", tmp_path)
    assert (code, len(said.splitlines())) == (2, 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_an_article_that_cannot_be_read_is_refused_in_a_line(name: str, tmp_path: Path) -> None:
    code, _, said = run(tmp_path / "page.html", "--article", tmp_path / name)
    assert (code, len(said.splitlines())) == (2, 1)
    assert not (tmp_path / "page.html").exists()


def test_tables_of_another_shape_are_refused_in_a_line(sample_data: Path, tmp_path: Path) -> None:
    shard = next((sample_data / "claims").iterdir())
    table = pq.read_table(shard)
    pq.write_table(table.drop_columns(["flags", "note"]), shard)
    code, _, said = run(tmp_path / "page.html", "--data", sample_data)
    assert code == 2
    assert "has no column flags, note" in said


@pytest.mark.usefixtures("undrawn")
def test_nothing_is_left_behind_where_writing_fails(
    sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "page" / "page.html"
    out.parent.mkdir()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, said = run(out, "--data", sample_data)
    assert (code, said) == (2, "Error: [Errno 28] No space left on device\n")
    assert list(out.parent.iterdir()) == []


@pytest.mark.usefixtures("undrawn")
def test_what_a_killed_run_left_next_to_the_page_is_removed(sample_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "page" / "page.html"
    out.parent.mkdir()
    left_by_killed(out.parent, ".page.html").write_bytes(b"<html>")

    assert run(out, "--data", sample_data)[0] == 0

    assert list(out.parent.iterdir()) == [out]


def test_without_the_extra_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    code, _, said = run(tmp_path / "page.html")
    assert (code, len(said.splitlines())) == (2, 1)
    assert "altair" in said
    assert ".[page]" in said


def test_the_extra_names_what_the_command_asks_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[<>=]", name)[0] for name in project["optional-dependencies"]["page"]}
    assert {name.removesuffix("-python").replace("-", "_") for name in named} == set(write.NEEDED)


@pytest.mark.usefixtures("undrawn")
def test_a_page_of_own_tables_claims_nothing_of_the_shipped_ones(sample_page: Callable[..., str]) -> None:
    page = sample_page()
    assert f"{len(claims())} claims" in page
    assert "No scores are published for exactly these tables" in page
    assert "No human labelled anything" not in page
    assert "@misc{harbour-claims," in page
    assert "<title>Harbour claims 2.0.1" in page


@pytest.mark.usefixtures("undrawn")
def test_documents_beyond_the_limit_are_in_the_table_and_not_in_the_reading_view(
    sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "READING_UP_TO", len(claims()) - 1)
    code, _, said = run(tmp_path / "page.html", "--data", sample_data)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert code == 0
    assert "reading view holds 0" in said
    assert f'id="{claim_id(1)}"' not in page
    assert segments()[1]["gloss"] in json.dumps(data_block(page)["segments"])


def test_more_claims_than_a_page_can_hold_are_refused_with_advice(
    sample_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "CLAIMS_UP_TO", len(claims()) - 1)
    code, _, said = run(tmp_path / "page.html", "--data", sample_data)
    assert code == 2
    assert "DuckDB" in said
    assert not (tmp_path / "page.html").exists()


@pytest.mark.usefixtures("undrawn")
def test_the_command_reports_the_page_in_one_line_with_its_size(sample_data: Path, tmp_path: Path) -> None:
    code, said, errors = run(tmp_path / "page.html", "--data", sample_data)
    assert (code, errors) == (0, "")
    assert re.fullmatch(r".*page\.html: 4 claims of 1 document, 0\.\d MB\n", said)


def test_characters_that_cannot_be_drawn_are_replaced_in_charts(sample_data: Path, tmp_path: Path) -> None:
    (file,) = (sample_data / "speakers").iterdir()
    table = pq.read_table(file)
    names = [f"{name}\ufffe\x00\x1b" for name in table["name"].to_pylist()]
    column = table.schema.get_field_index("name")
    renamed = table.set_column(column, table.schema.field("name"), pa.array(names))
    pq.write_table(renamed.replace_schema_metadata(pq.read_metadata(file).metadata), file)
    page = onrecord.page(tmp_path / "page.html", sample_data).out.read_text(encoding="utf-8")

    drawings = re.findall(r"<svg xmlns.*?</svg>", page, re.DOTALL)
    assert any("Ada Lind\ufffd" in drawing for drawing in drawings)
    assert not any(re.search("[\ufffe\x00\x1b]", drawing) for drawing in drawings)
