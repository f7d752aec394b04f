"""`onrecord segment`: where sentences end, what is computed, what is left open, and what is refused."""

import json
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from onrecord import rows
from onrecord.authoring.segment import OPEN, paragraphs, segment, segment_records, sentence_spans
from onrecord.cli.main import main
from onrecord.reading.article import Source, sha256
from onrecord.validation.validate import validate
from tests.helpers.leftovers import left_by_killed
from tests.helpers.sample import DOCUMENT_ID, write_sample

TEXT = "A headline\n\nIt rained on Monday. The café “Zoë” was shut.\nIt rained on Monday.\n"

HARD = [
    "Dr. Mona Reyes of St. Mary's spoke first. | Mr. Hill did not.",
    "“The bridge is closed,” said Mayor Lind. | “It stays closed.”",
    "“Will it open?” asked a resident. | Nobody answered.",
    "“No! Never!” she shouted. | The room fell silent.",
    "The U.S. delegation left at 5 p.m. on Friday. | Talks resume in Jan. 2025.",
    "The levy rose from £3.2m to £4.1m. | That is 28 per cent.",
    "He called it “a disgrace.” | She called it “a start.”",
    "The firm, Ode & Sons Inc., declined to comment. | Its lawyers did not reply.",
    "J. R. Okafor wrote the report. | No. 14 Quay Street was not named in it.",
    "The reporter said: “I saw it. I was there.” | The court disagreed.",
    "The vote was 5-4 (Ms. Adeyemi abstained. She gave no reason.) on the second reading.",
    "Gen. Ward and Sen. Ito, D-Ohio, met in Washington, D.C. | The meeting lasted an hour.",
    "He waited … and waited. | Then he left...",
    # A no-break space before a full stop brings the splitter itself down.
    "It costs 5\u00a0. | Nobody pays.",
]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "gazette.txt"
    path.write_text(TEXT, encoding="utf-8", newline="\n")
    return path


@pytest.mark.parametrize("sentences", HARD, ids=[sentences[:24] for sentences in HARD])
def test_hard_sentences_are_told_apart(sentences: str) -> None:
    expected = sentences.split(" | ")
    text = " ".join(expected)
    assert [text[start:end] for start, end in sentence_spans(text, "en")] == expected


def test_the_shipped_article_is_cut_as_it_was_by_hand(article_text: str) -> None:
    by_hand = rows("segments")
    found = segment_records(article_text, by_hand[0]["document_id"], paragraphs(article_text, "en"))
    judged = ("role", "gloss", "has_claims", "text")
    assert [{k: v for k, v in row.items() if k not in judged} for row in found] == [
        {k: v for k, v in row.items() if k not in judged} for row in by_hand
    ]
    proposed = Counter(row["role"] for row in found)
    assert proposed["body"] > 10
    assert all(row["role"] in (OPEN, hand["role"]) for row, hand in zip(found, by_hand, strict=True))


@given(
    st.text(st.sampled_from("Aé漢😀. !?\n\t“”'1-\u2028\u00a0"), max_size=60),
    st.sampled_from(["en", "zh", "xx"]),
)
def test_segments_cover_all_but_white_space_and_lie_apart(text: str, language: str) -> None:
    found = segment_records(text, "a-1", paragraphs(text, language))
    source = Source(text)
    spans = [(row["start"], row["end"]) for row in found]
    assert list(source.uncovered(spans)) == []
    for row, (start, end) in zip(found, spans, strict=True):
        assert start < end
        assert text[start:end] == text[start:end].strip()
        assert row["sha256"] == sha256(text[start:end])
        assert row["paragraph"] == source.paragraph_at(start)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


def test_what_the_text_tells_is_filled_in_and_the_rest_left_open(article: Path, tmp_path: Path) -> None:
    report = segment(article, "gazette-1", tmp_path / "records", date="2024-05-06", publisher="The Gazette")
    document = json.loads((report.folder / "document.json").read_text(encoding="utf-8"))
    assert document["length"] == len(TEXT)
    assert document["sha256"] == sha256(TEXT)
    assert (document["source_file"], document["date"], document["language"]) == (
        "gazette.txt",
        "2024-05-06",
        "en",
    )
    assert [name for name, value in document.items() if value == OPEN] == ["title", "text_origin", "quality"]
    lines = (report.folder / "segments.jsonl").read_text(encoding="utf-8").splitlines()
    segments = [json.loads(line) for line in lines]
    assert [row["role"] for row in segments] == [OPEN, "body", "body", OPEN]
    assert [row["duplicate_of"] for row in segments] == [None, None, None, "gazette-1-s002"]
    assert (report.segments, report.paragraphs, report.open_roles) == (4, 3, 2)


def test_the_validator_asks_for_each_open_field_and_each_missing_file(article: Path, tmp_path: Path) -> None:
    segment(article, "gazette-1", tmp_path / "records", date="2024-05-06", publisher="The Gazette")
    found = Counter((f.rule, Path(f.file).name, f.path) for f in validate(tmp_path / "records"))
    assert found == {
        ("missing-file", "speakers.jsonl", None): 1,
        ("missing-file", "claims.jsonl", None): 1,
        ("missing-file", "relations.jsonl", None): 1,
        ("malformed-value", "segments.jsonl", "$.gloss"): 4,
        ("unknown-label", "segments.jsonl", "$.role"): 2,
        ("malformed-value", "document.json", "$.title"): 1,
        ("malformed-value", "document.json", "$.quality"): 1,
        ("unknown-label", "document.json", "$.text_origin"): 1,
    }


def test_documents_of_one_folder_share_their_canary(article: Path, tmp_path: Path) -> None:
    records = write_sample(tmp_path / "checkout")
    report = segment(article, "gazette-1", records)
    old, new = (
        json.loads((folder / "document.json").read_text(encoding="utf-8"))["canary"]
        for folder in (records / DOCUMENT_ID, report.folder)
    )
    assert new == old


def test_segment_names_the_option_for_an_article_that_is_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = tmp_path / "gazette.txt"
    article.write_text("It opens in May.\n", encoding="utf-8")
    monkeypatch.delenv("ONRECORD_ARTICLES", raising=False)
    done = run("segment", article, "--document-id", "a", "--out", tmp_path / "r")
    assert done.stdout.endswith(f"`validate` and `new-claim` find the text with --articles {tmp_path}\n")
    monkeypatch.setenv("ONRECORD_ARTICLES", str(tmp_path))
    known = run("segment", article, "--document-id", "b", "--out", tmp_path / "r")
    assert "--articles" not in known.stdout


def test_the_splitter_can_be_corrected(tmp_path: Path) -> None:
    article = tmp_path / "gazette.txt"
    article.write_text("It opens in May. Nobody came. Or so they say.\n", encoding="utf-8")
    done = run("segment", article, "--document-id", "a", "--out", tmp_path / "r", "--cut-before", "Nobody",
               "--join-before", "Or so")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    lines = (tmp_path / "r" / "a" / "segments.jsonl").read_text(encoding="utf-8").splitlines()
    assert [(row["start"], row["end"]) for row in map(json.loads, lines)] == [(0, 16), (17, 45)]


@pytest.mark.parametrize(
    ("content", "reported"),
    [
        pytest.param(b"One.\rTwo.\r", "carriage returns", id="macintosh-line-ends"),
        pytest.param(b"One.\xef\xbb\xbf\n", "byte order mark", id="byte-order-mark-inside"),
        pytest.param("One.\n".encode("utf-16"), "not UTF-8", id="utf-16"),
        pytest.param("One.\n".encode("utf-16-le"), "NUL", id="utf-16-without-mark"),
        pytest.param(b"", "no text", id="empty"),
        pytest.param(b" \n\t\n", "no text", id="blank"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00", "not UTF-8", id="binary"),
        pytest.param("Zo\u00eb.".encode("latin-1"), "not UTF-8", id="latin-1"),
    ],
)
def test_a_file_that_is_no_clean_text_is_refused_in_a_line(
    tmp_path: Path, content: bytes, reported: str
) -> None:
    article = tmp_path / "gazette.txt"
    article.write_bytes(content)
    assert_refused(run("segment", article, "--document-id", "a", "--out", tmp_path / "records"), reported)
    assert not (tmp_path / "records").exists()


@pytest.mark.parametrize(
    ("arguments", "reported"),
    [
        pytest.param(["--document-id", "Gazette"], "document_id", id="document-id"),
        pytest.param(["--document-id", "../a"], "document_id", id="another-folder"),
        pytest.param(["--document-id", "a", "--date", "2024-02-30"], "no day 30", id="date"),
        pytest.param(["--document-id", "a", "--language", "English!"], "language", id="language"),
        pytest.param(["--document-id", "a", "--url", "gazette"], "url", id="url"),
        pytest.param(["--document-id", "a", "--title", "two\nlines"], "title", id="title"),
        pytest.param(
            ["--document-id", "a", "--cut-before", "snow"],
            "--cut-before 'snow': not in the article",
            id="words-not-there",
        ),
        pytest.param(
            ["--document-id", "a", "--cut-before", "It rained"],
            "--cut-before 'It rained': found 2 times",
            id="words-twice",
        ),
        pytest.param(
            ["--document-id", "a", "--cut-before", "ined on Monday. T"], "nothing to cut", id="in-a-word"
        ),
        pytest.param(
            ["--document-id", "a", "--join-before", "was shut"], "nothing to cut or to join", id="no-start"
        ),
    ],
)
def test_details_that_do_not_fit_are_refused_and_nothing_is_written(
    article: Path, tmp_path: Path, arguments: list[str], reported: str
) -> None:
    assert_refused(run("segment", article, "--out", tmp_path / "records", *arguments), reported)
    assert not (tmp_path / "records").exists()


def test_all_details_that_do_not_fit_are_reported(article: Path) -> None:
    done = run("segment", article, "--document-id", "A", "--date", "soon", "--text-origin", "orignal")
    for reported in ("document_id", "date", "expected original"):
        assert reported in done.stderr


def test_a_document_that_is_there_is_left_as_it_is(article: Path, tmp_path: Path) -> None:
    records = write_sample(tmp_path / "checkout")
    before = {path: path.read_bytes() for path in records.rglob("*") if path.is_file()}
    assert_refused(run("segment", article, "--document-id", DOCUMENT_ID, "--out", records), "already exists")
    assert {path: path.read_bytes() for path in records.rglob("*") if path.is_file()} == before


def test_a_disk_that_refuses_leaves_nothing_half_written(
    article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Path.write_text

    def refuse(path: Path, *arguments: object, **options: object) -> int:
        if path.name == "segments.jsonl":
            raise OSError(28, "No space left on device")
        return written(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", refuse)
    assert_refused(run("segment", article, "--document-id", "a", "--out", tmp_path / "r"), "No space left")
    assert list((tmp_path / "r").iterdir()) == []


def test_what_a_killed_run_left_of_the_document_is_removed(article: Path, tmp_path: Path) -> None:
    records = tmp_path / "r"
    left_by_killed(records, ".a").mkdir(parents=True)

    assert run("segment", article, "--document-id", "a", "--out", records).exit_code == 0

    assert [path.name for path in records.iterdir()] == ["a"]


@pytest.mark.parametrize("out", ["nowhere/records", "gazette.txt"], ids=["no-parent", "a-file"])
def test_an_output_that_can_be_no_folder_is_refused(article: Path, tmp_path: Path, out: str) -> None:
    assert_refused(run("segment", article, "--document-id", "a", "--out", tmp_path / out), "no such folder")


def test_without_the_splitter_the_extra_is_named(
    article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentencex", None)
    done = run("segment", article, "--document-id", "a", "--out", tmp_path / "records")
    assert_refused(done, "pip install 'onrecord[author]'")
    assert not (tmp_path / "records").exists()


def assert_refused(result: Result, reported: str) -> None:
    assert result.exit_code == 2
    assert reported in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
