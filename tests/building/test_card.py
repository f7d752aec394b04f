"""A build renews the dataset card next to its tables, because the cache of `load_dataset` is keyed on it."""

import os
import stat
from pathlib import Path

import pytest

from onrecord.building.build import build
from onrecord.building.card import check_card, renew_card, stale_configs
from onrecord.exceptions import OnRecordError
from onrecord.model.digest import Identity, read_identity
from tests.helpers import sample
from tests.helpers.leftovers import left_by_killed

CARD = """---
license: cc-by-4.0
configs:
- config_name: claims
  default: true
  version: 0.0.1
  description: "sha256:old"
  data_files:
  - split: test
    path: data/claims/test-*.parquet
- config_name: speakers
  version: 0.0.1
  description: "sha256:old"
  data_files:
  - split: test
    path: elsewhere/speakers/test-*.parquet
---

- config_name: claims
  version: 0.0.1
  path: data/claims/
"""
IDENTITY = Identity("2.0.0", {"claims": "c" * 64, "speakers": "5" * 64}, "d" * 64)
RENEWED = CARD.replace(
    '  version: 0.0.1\n  description: "sha256:old"\n',
    f'  version: 2.0.0\n  description: "sha256:{"c" * 64}"\n',
    1,
)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return sample.write_sample(tmp_path / "sample")


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A card next to a folder `data`."""
    file = tmp_path / "README.md"
    file.write_text(CARD, encoding="utf-8", newline="")
    return file


def test_the_configs_of_the_card_name_the_tables_just_built(records: Path, card: Path) -> None:
    data = card.with_name("data")
    report = build(records, data)

    claims = f'  version: {report.version}\n  description: "sha256:{report.digests["claims"]}"\n'
    assert card.read_text(encoding="utf-8") == CARD.replace(
        '  version: 0.0.1\n  description: "sha256:old"\n', claims, 1
    )
    assert read_identity(data).tables["claims"] == report.digests["claims"]


def test_a_card_that_is_true_is_not_written_again(records: Path, card: Path) -> None:
    build(records, card.with_name("data"))
    card.chmod(0o444)
    before = card.stat().st_mtime_ns
    build(records, card.with_name("data"))
    assert card.stat().st_mtime_ns == before


@pytest.mark.parametrize("text", ["# A page like any other\n", CARD.replace("---", "***")])
def test_a_page_that_is_no_card_is_left_alone(records: Path, card: Path, text: str) -> None:
    card.write_text(text, encoding="utf-8")
    build(records, card.with_name("data"))
    assert card.read_text(encoding="utf-8") == text


def test_a_card_that_is_not_utf8_is_refused_before_anything_is_replaced(card: Path) -> None:
    card.write_bytes(CARD.encode().replace(b"license", b"licen\xe7e"))

    with pytest.raises(OnRecordError, match=r"README\.md:2: byte 0xe7 is not UTF-8") as refused:
        check_card(card.with_name("data"))

    assert len(str(refused.value).splitlines()) == 1


def test_a_page_that_is_no_card_may_have_any_encoding(card: Path) -> None:
    card.write_bytes(b"\xff\xfe no card\n")

    check_card(card.with_name("data"))

    assert renew_card(card.with_name("data"), IDENTITY) is False
    assert card.read_bytes() == b"\xff\xfe no card\n"


def test_without_a_card_there_is_nothing_to_check(tmp_path: Path) -> None:
    check_card(tmp_path / "data")
    assert renew_card(tmp_path / "data", IDENTITY) is False


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_a_card_with_windows_line_ends_keeps_them(card: Path, start: str) -> None:
    card.write_bytes((start + CARD).replace("\n", "\r\n").encode())

    assert renew_card(card.with_name("data"), IDENTITY)

    assert card.read_bytes() == (start + RENEWED).replace("\n", "\r\n").encode()


def test_a_card_behind_a_link_is_renewed_and_the_link_stays(card: Path) -> None:
    real = card.parent / "docs" / "card.md"
    real.parent.mkdir()
    card.rename(real)
    card.symlink_to(Path("docs") / "card.md")

    check_card(card.with_name("data"))
    renew_card(card.with_name("data"), IDENTITY)

    assert card.is_symlink()
    assert real.read_text(encoding="utf-8") == RENEWED
    assert [path.name for path in real.parent.iterdir()] == ["card.md"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_a_card_keeps_its_mode(card: Path, mode: int) -> None:
    card.chmod(mode)

    renew_card(card.with_name("data"), IDENTITY)

    assert stat.S_IMODE(card.stat().st_mode) == mode
    assert card.read_text(encoding="utf-8") == RENEWED


def test_a_link_planted_where_a_temporary_file_might_be_is_not_followed(card: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in (".README.md.new", ".README.md", "README.md.new"):
        (tmp_path / name).symlink_to(victim)

    renew_card(card.with_name("data"), IDENTITY)

    assert victim.read_text() == "mine"
    assert card.read_text(encoding="utf-8") == RENEWED


def test_nothing_is_left_behind_where_the_card_cannot_be_written(
    card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        renew_card(card.with_name("data"), IDENTITY)

    assert [path.name for path in card.parent.iterdir()] == ["README.md"]
    assert card.read_text(encoding="utf-8") == CARD


def test_what_a_killed_run_left_next_to_the_card_is_removed(card: Path) -> None:
    left_by_killed(card.parent, ".README.md").write_text("half")

    renew_card(card.with_name("data"), IDENTITY)

    assert [path.name for path in card.parent.iterdir()] == ["README.md"]


def test_new_tables_under_an_old_card_are_noticed(card: Path) -> None:
    assert stale_configs(card.with_name("data"), IDENTITY) == ["claims"]
    renew_card(card.with_name("data"), IDENTITY)
    assert stale_configs(card.with_name("data"), IDENTITY) == []
