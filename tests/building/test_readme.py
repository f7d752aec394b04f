"""A build writes a dataset card that `load_dataset` takes, and touches no line of a user's README.md."""

import os
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.building.build import build
from onrecord.building.card import SplitSize, front_matter
from onrecord.building.readme import (
    Card,
    card_next_to,
    check_cards,
    renew_card,
    stale_configs,
)
from onrecord.exceptions import OutputRefused
from onrecord.model.about import About
from onrecord.model.digest import Identity, read_identity
from onrecord.model.tables import TABLES
from tests.helpers import sample

ABOUT = About("harbour", "2.0.0", "Harbour", "Claims about a harbour.", "MIT", ("en",), ("Ada Lind",))
IDENTITY = Identity(ABOUT, {table: f"{number}" * 64 for number, table in enumerate(TABLES)}, "d" * 64)
SIZES = {table: {"test": SplitSize(3, 300, 200)} for table in TABLES}
OWN = "---\nlicense: other\n{block}pretty_name: My harbour\n---\n\n# Written by hand\n\n{text}The end.\n"
BLOCK = "# onrecord:begin data\nwhatever\n# onrecord:end\n"
TEXT = "<!-- onrecord:begin data -->\n<!-- onrecord:end -->\n"
MARKED = OWN.format(block=BLOCK, text=TEXT)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return sample.write_sample(tmp_path / "sample")


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A marked card next to a folder `data`."""
    file = tmp_path / "README.md"
    file.write_text(MARKED, encoding="utf-8", newline="")
    return file


def front_of(card: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(card.read_text(encoding="utf-8-sig").split("---")[1])
    return found


def renew(card: Path) -> bool:
    return renew_card(card_next_to(card.with_name("data")), IDENTITY, SIZES)


def test_without_a_card_one_is_written_into_the_folder_and_the_report_says_so(
    records: Path, tmp_path: Path
) -> None:
    report = build(records, tmp_path / "data")

    front = front_of(tmp_path / "data" / "README.md")
    assert front["pretty_name"] == "Harbour claims"
    assert front["license"] == "cc0-1.0"
    assert [config["config_name"] for config in front["configs"]] == list(TABLES)
    assert front["configs"][0]["data_files"] == [{"split": "test", "path": "claims/test-*.parquet"}]
    assert front["configs"][0]["description"] == f"sha256:{report.digests['claims']}"
    assert [info["splits"][0]["num_examples"] for info in front["dataset_info"]] == list(report.rows.values())
    assert [note for note in report.notes if "README.md: written" in note]


def test_a_card_that_a_build_wrote_is_renewed_whole_at_the_next(records: Path, tmp_path: Path) -> None:
    build(records, tmp_path / "data")
    card = tmp_path / "data" / "README.md"
    first = card.read_text(encoding="utf-8")
    sample.edit(records / "dataset.json", lambda rows: rows[0].update(title="Bridges", version="3.0.0"))

    report = build(records, tmp_path / "data")

    renewed = card.read_text(encoding="utf-8")
    assert "Harbour claims" in first
    assert "Harbour claims" not in renewed
    assert "2.0.1" not in renewed
    assert renewed.count("Bridges") == first.count("Harbour claims")
    # A longer or shorter title makes files of another size.
    assert re.sub(r"download_size: \d+", "", renewed).count("\n") == first.count("\n")
    assert [note for note in report.notes if "README.md" in note and "renewed" in note]
    assert not build(records, tmp_path / "data").notes


@pytest.mark.parametrize("text", ["# A page like any other\n", OWN.format(block="", text="")])
@pytest.mark.parametrize("place", [".", "data"], ids=["next to the tables", "among the tables"])
def test_a_page_without_marks_is_left_byte_for_byte(
    records: Path, tmp_path: Path, text: str, place: str
) -> None:
    build(records, tmp_path / "data")
    (tmp_path / "data" / "README.md").unlink()
    page = tmp_path / place / "README.md"
    page.write_bytes(text.encode())
    page.chmod(0o640)
    before = page.stat()

    report = build(records, tmp_path / "data")

    assert page.read_bytes() == text.encode()
    assert (page.stat().st_mode, page.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert (tmp_path / "data" / "README.md").is_file()
    left = [note for note in report.notes if "left as it is" in note]
    assert bool(left) == (place == "data")


def test_configs_without_marks_that_name_other_rows_are_left_and_reported(
    records: Path, tmp_path: Path
) -> None:
    """The card of an earlier release, or a copy of one: `load_dataset` would show old rows."""
    page = tmp_path / "README.md"
    configs = '- config_name: claims\n  version: 1.0.0\n  description: "sha256:0"\n  path: data/claims/*\n'
    page.write_text(f"---\nconfigs:\n{configs}---\n", encoding="utf-8")
    before = page.read_bytes()

    report = build(records, tmp_path / "data")

    assert page.read_bytes() == before
    assert [note for note in report.notes if str(page) in note and "# onrecord:begin data" in note]


def test_between_the_marks_of_a_card_next_to_the_tables_and_nowhere_else_is_written(
    records: Path, card: Path
) -> None:
    data = card.with_name("data")
    report = build(records, data)

    renewed = card.read_text(encoding="utf-8")
    start, end = renewed.index("# onrecord:begin data\n"), renewed.index("# onrecord:end\n")
    assert renewed[:start] == MARKED[: MARKED.index("# onrecord:begin")]
    rest = renewed[end:].partition("<!-- onrecord:begin data -->\n")
    assert rest[0] + rest[1] == MARKED[MARKED.index("# onrecord:end") : MARKED.index("<!-- onrecord:end")]
    assert renewed.endswith("<!-- onrecord:end -->\nThe end.\n")
    front = front_of(card)
    # What stands outside of the marks is the user's, and is not said twice.
    assert (front["license"], front["pretty_name"]) == ("other", "My harbour")
    assert front["configs"][0]["data_files"][0]["path"] == "data/claims/test-*.parquet"
    assert not (data / "README.md").exists()
    assert [note for note in report.notes if str(card) in note and "nothing else" in note]
    assert read_identity(data).tables["claims"] == report.digests["claims"]


def test_a_card_that_is_true_is_not_written_again(records: Path, card: Path) -> None:
    build(records, card.with_name("data"))
    card.chmod(0o444)
    before = card.stat().st_mtime_ns
    build(records, card.with_name("data"))
    assert card.stat().st_mtime_ns == before


def test_any_other_file_in_the_folder_is_a_reason_to_refuse(records: Path, tmp_path: Path) -> None:
    build(records, tmp_path / "data")
    (tmp_path / "data" / "notes.txt").write_text("mine")

    with pytest.raises(OutputRefused, match=r"notes\.txt"):
        build(records, tmp_path / "data")

    assert (tmp_path / "data" / "notes.txt").read_text() == "mine"


def test_a_marked_card_that_is_not_utf8_is_refused_before_anything_is_replaced(card: Path) -> None:
    card.write_bytes(MARKED.encode().replace(b"license", b"licen\xe7e"))

    with pytest.raises(OutputRefused, match=r"README\.md:2: byte 0xe7 is not UTF-8") as refused:
        check_cards(card.with_name("data"))

    assert len(str(refused.value).splitlines()) == 1


def test_a_page_without_marks_may_have_any_encoding(card: Path) -> None:
    card.write_bytes(b"\xff\xfe no card\n")

    check_cards(card.with_name("data"))

    assert renew(card) is False
    assert card.read_bytes() == b"\xff\xfe no card\n"


def test_without_a_card_there_is_nothing_to_check(tmp_path: Path) -> None:
    check_cards(tmp_path / "data")
    assert renew(tmp_path / "README.md") is False


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_a_card_with_windows_line_ends_keeps_them(card: Path, start: str) -> None:
    renew(card)
    plain = card.read_bytes()
    card.write_bytes((start + MARKED).replace("\n", "\r\n").encode())

    assert renew(card)

    assert card.read_bytes() == start.encode() + plain.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("place", [".", "data"], ids=["next to the tables", "among the tables"])
def test_a_card_behind_a_link_is_renewed_and_the_link_stays(
    records: Path, tmp_path: Path, place: str
) -> None:
    build(records, tmp_path / "data")
    (tmp_path / "data" / "README.md").unlink()
    real = tmp_path / "docs" / "card.md"
    real.parent.mkdir()
    real.write_text(MARKED.replace("begin data", f"begin {'data' if place == '.' else '.'}"))
    link = tmp_path / place / "README.md"
    link.symlink_to(Path(os.path.relpath(real, link.parent)))

    build(records, tmp_path / "data")

    assert link.is_symlink()
    assert len(front_of(real)["configs"]) == len(TABLES)
    assert [path.name for path in real.parent.iterdir()] == ["card.md"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_a_card_keeps_its_mode(card: Path, mode: int) -> None:
    card.chmod(mode)

    assert renew(card)

    assert stat.S_IMODE(card.stat().st_mode) == mode


def test_a_link_planted_where_a_temporary_file_might_be_is_not_followed(card: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in (".README.md.new", ".README.md", "README.md.new"):
        (tmp_path / name).symlink_to(victim)

    assert renew(card)

    assert victim.read_text() == "mine"


def test_nothing_is_left_behind_where_the_card_cannot_be_written(
    card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        renew(card)

    assert [path.name for path in card.parent.iterdir()] == ["README.md"]
    assert card.read_text(encoding="utf-8") == MARKED


def test_new_tables_under_an_old_card_are_noticed(card: Path) -> None:
    data = card.with_name("data")
    renew(card)
    assert stale_configs(data, IDENTITY) == []
    others = {**IDENTITY.tables, "claims": "f" * 64}
    assert stale_configs(data, Identity(ABOUT, others, "e" * 64)) == ["claims"]


def test_a_failed_build_leaves_the_card_as_it_was(records: Path, tmp_path: Path) -> None:
    build(records, tmp_path / "data")
    before = (tmp_path / "data" / "README.md").read_bytes()
    sample.edit(records / "dataset.json", lambda rows: rows[0].update(version="one"))
    shutil.copytree(tmp_path / "data", tmp_path / "copy")

    with pytest.raises(Exception, match="1 error in the records"):
        build(records, tmp_path / "data")

    assert (tmp_path / "data" / "README.md").read_bytes() == before


def test_any_name_and_text_is_written_as_yaml_reads_it_back() -> None:
    odd = About(
        "no", "1.0.0", "Yes: # no", 'It says "x"\\ and — ‚ü‘.', "MIT", ("no",), ("Null",), citation="a\nb: c"
    )
    identity = Identity(odd, IDENTITY.tables, IDENTITY.dataset)

    front = yaml.safe_load("\n".join(front_matter(identity, SIZES, "my data: 1")))

    assert front["pretty_name"] == "Yes: # no"
    assert front["language"] == ["no"]
    assert front["configs"][1]["data_files"][0]["path"] == "my data: 1/segments/test-*.parquet"
    assert front["dataset_info"][0]["description"] == odd.description
    assert front["dataset_info"][0]["citation"] == "a\nb: c"


def test_marks_in_the_text_alone_are_renewed_and_the_front_matter_is_reported(
    records: Path, tmp_path: Path
) -> None:
    build(records, tmp_path / "data")
    page = tmp_path / "data" / "README.md"
    page.write_text(OWN.format(block="", text=TEXT.replace("data", ".")), encoding="utf-8")

    report = build(records, tmp_path / "data")

    assert "# Harbour claims" in page.read_text(encoding="utf-8")
    assert page.read_text(encoding="utf-8").startswith("---\nlicense: other\npretty_name: My harbour\n---\n")
    assert [note for note in report.notes if "its front matter is left as it is" in note]


def test_a_card_of_another_folder_is_not_concerned(card: Path) -> None:
    assert not Card(card, "other").is_marked()
