"""Joining the article back: only to the very text, and with help where it is another."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from click.testing import CliRunner, Result

import onrecord
from onrecord.authoring.segment import segment
from onrecord.cli.main import main
from onrecord.dataset.hydrate import altered_article, hydrate
from onrecord.exceptions import AlteredArticle, SourceError, UnknownArticle
from onrecord.reading.article import sha256
from onrecord.validation.validate import validate
from tests.helpers.sample import ARTICLE, DOCUMENT_ID, SENTENCES, SOURCE_FILE, article_of, segment_id

ALL = [segment_id(position) for position in range(1, 6)]


@pytest.fixture
def article(tmp_path: Path) -> Path:
    file = tmp_path / SOURCE_FILE
    file.write_text(ARTICLE, encoding="utf-8", newline="")
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["hydrate", *map(str, arguments)])


def test_segments_get_their_text(article: Path, sample_data: Path) -> None:
    joined = hydrate(article, data=sample_data)
    assert [row["source_text"] for row in joined] == [text for text, _, _ in SENTENCES]
    assert all(sha256(row["source_text"]) == row["sha256"] for row in joined)


def test_each_anchor_of_a_claim_gets_its_text(article: Path, sample_data: Path) -> None:
    joined = hydrate(article, table="claims", data=sample_data)
    assert [anchor["source_text"] for anchor in joined[2]["anchors"]] == [
        "the bridge had been inspected",
        "eleven times since 2019",
    ]


def test_the_document_is_found_by_its_text_whatever_the_file_is_called(
    article: Path, sample_data: Path
) -> None:
    other = article.rename(article.with_name("letter.txt"))
    assert hydrate(other, data=sample_data)[0]["document_id"] == DOCUMENT_ID


def test_the_command_prints_one_json_object_a_line(article: Path, sample_data: Path) -> None:
    result = run(article, "--document", DOCUMENT_ID, "--data", sample_data)
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["source_text"] for line in lines] == [text for text, _, _ in SENTENCES]


@pytest.mark.parametrize(
    ("alter", "moved"),
    [
        pytest.param(
            lambda text: text.replace("Monday", "Tuesday"),
            {ALL[1]: None, ALL[2]: 1, ALL[3]: 1, ALL[4]: 1},
            id="a word in the second segment",
        ),
        pytest.param(
            lambda text: text.replace("\n\n", "\n\n\n").replace("old", "new"),
            {ALL[1]: 1, ALL[2]: None, ALL[3]: 2, ALL[4]: 2},
            id="several edits",
        ),
        pytest.param(lambda text: text.replace("2019.", "2018."), {ALL[1]: None}, id="a digit"),
        pytest.param(lambda text: "\n" + text, dict.fromkeys(ALL, 1), id="a line more at the start"),
        pytest.param(lambda text: text[3:], {ALL[0]: None, **dict.fromkeys(ALL[1:], -3)}, id="cut off"),
        pytest.param(lambda text: text[:-5], {ALL[3]: None, ALL[4]: None}, id="cut short"),
        pytest.param(lambda text: text[:0], dict.fromkeys(ALL), id="empty"),
        pytest.param(lambda text: text + "One more line.\n", {}, id="more at the end"),
    ],
)
def test_an_altered_article_is_reported_segment_by_segment(
    article: Path, sample_data: Path, alter: Callable[[str], str], moved: dict[str, int | None]
) -> None:
    article.write_text(alter(ARTICLE), encoding="utf-8", newline="")
    with pytest.raises(AlteredArticle) as caught:
        hydrate(article, data=sample_data)
    assert {mismatch.segment_id: mismatch.moved_by for mismatch in caught.value.mismatches} == moved
    assert caught.value.differences == ()


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        pytest.param(lambda text: text.replace("\n", "\r"), "Macintosh line ends", id="CR"),
        pytest.param(lambda text: text.removesuffix("\n"), "one line end", id="last line end lost"),
        pytest.param(lambda text: text + "\n", "one line end", id="one line end more"),
        pytest.param(
            lambda text: text.replace("Mayor ", "Mayor\u00a0"), "no-break spaces", id="no-break space"
        ),
        pytest.param(lambda text: text.replace("\n", "\u3000\n"), "special blanks", id="ideographic space"),
        pytest.param(lambda text: text.replace("Mayor ", "Mayor  "), "blanks in a row", id="doubled blank"),
        pytest.param(lambda text: text.replace("\n", " \n"), "ends of lines", id="blank at a line end"),
        pytest.param(lambda text: text.replace("Mayor", "May\u00ador"), "soft hyphens", id="soft hyphen"),
        pytest.param(lambda text: text.replace("Mayor ", "Mayor\u200b "), "not seen", id="zero-width space"),
        pytest.param(
            lambda text: text.removesuffix("\n").replace("\n", "\r").replace("Mayor ", "Mayor  "),
            "old Macintosh line ends (CR) and blanks in a row and one line end",
            id="several at once",
        ),
    ],
)
def test_a_difference_of_form_alone_is_recognised(
    article: Path, sample_data: Path, alter: Callable[[str], str], reason: str
) -> None:
    article.write_text(alter(ARTICLE), encoding="utf-8", newline="")
    result = run(article, "--data", sample_data)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(("form", "other"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_another_form_of_letters_is_recognised(
    form: Literal["NFC", "NFD"], other: Literal["NFC", "NFD"]
) -> None:
    text = unicodedata.normalize(form, "Café Lumière\n")
    document = {"document_id": "cafe", "sha256": sha256(text), "length": len(text)}
    error = altered_article(document, unicodedata.normalize(other, text), (), 0)
    assert [form in difference for difference in error.differences] == [True]


def test_the_fewest_differences_are_named() -> None:
    text = unicodedata.normalize("NFD", "Cầu cảng đóng.\n")
    document = {"document_id": "bridge", "sha256": sha256(text), "length": len(text)}
    altered = unicodedata.normalize("NFC", text).replace(" ", "\u00a0 ", 1).replace("\n", "\r")
    error = altered_article(document, altered, (), 0)
    found = " ".join(error.differences)
    assert all(word in found for word in ("(CR)", "no-break", "in a row", "NFD")), found
    assert len(error.differences) == 4


def test_the_command_names_every_segment_concerned_and_prints_no_text(
    article: Path, sample_data: Path
) -> None:
    article.write_text(ARTICLE.replace("Monday", "Tuesday"), encoding="utf-8", newline="")
    result = run(article, "--data", sample_data)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"{segment_id(2)}: the text of [37:126] has changed" in result.stderr
    assert f"{segment_id(5)}: " in result.stderr
    assert "1 code points away" in result.stderr
    assert "4 of 5 segments no longer match" in result.stderr


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(ARTICLE.encode("utf-16"), "not UTF-8", id="UTF-16"),
        pytest.param(b"\xff\xfe\x00", "not UTF-8", id="binary"),
        pytest.param(None, "no such file", id="missing"),
    ],
)
def test_a_file_that_is_no_text_is_exit_2_and_one_line(
    article: Path, sample_data: Path, content: bytes | None, reason: str
) -> None:
    if content is None:
        article.unlink()
    else:
        article.write_bytes(content)
    result = run(article, "--data", sample_data)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_is_no_article(tmp_path: Path, sample_data: Path) -> None:
    with pytest.raises(SourceError, match="not a file"):
        hydrate(tmp_path, data=sample_data)


def test_a_misspelt_document_is_reported_with_the_nearest_one(article: Path, sample_data: Path) -> None:
    with pytest.raises(UnknownArticle, match=f"did you mean '{DOCUMENT_ID}'"):
        hydrate(article, DOCUMENT_ID.replace("b", "p"), data=sample_data)


def test_an_unknown_document_is_reported_with_those_there_are(article: Path, sample_data: Path) -> None:
    with pytest.raises(UnknownArticle, match=f"no document 'zzz'; expected one of .*{DOCUMENT_ID}"):
        hydrate(article, "zzz", data=sample_data)


def test_the_shipped_claims_can_be_followed_to_the_article(article_path: Path, article_text: str) -> None:
    claims = onrecord.hydrate(article_path, table="claims")
    assert [claim["claim_id"] for claim in claims] == [row["claim_id"] for row in onrecord.rows("claims")]
    for claim in claims:
        for anchor in claim["anchors"]:
            assert anchor["source_text"] == article_text[anchor["start"] : anchor["end"]] != ""


def test_the_shipped_segments_cover_the_article(article_path: Path, article_text: str) -> None:
    segments = onrecord.hydrate(article_path)
    covered = "".join(segment["source_text"] for segment in segments)
    assert "".join(covered.split()) == "".join(article_text.split())


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
def test_validate_hydrate_and_segment_take_a_byte_order_mark_and_windows_line_ends_alike(
    tmp_path: Path, sample_records: Path, sample_data: Path, mark: str, ends: str
) -> None:
    file = tmp_path / SOURCE_FILE
    file.write_text(mark + ARTICLE, encoding="utf-8", newline=ends)
    article_of(sample_records).write_bytes(file.read_bytes())

    assert validate(sample_records).summary.notes == []
    assert list(validate(sample_records)) == []
    assert [row["source_text"] for row in hydrate(file, data=sample_data)] == [text for text, *_ in SENTENCES]
    segment(file, "harbour-again", tmp_path / "records")
    document = json.loads((tmp_path / "records" / "harbour-again" / "document.json").read_text())
    assert (document["length"], document["sha256"]) == (len(ARTICLE), sha256(ARTICLE))
