"""`make check` reports generated files that do not match their sources."""

import shutil
from pathlib import Path

import pytest

from onrecord.benchmark.published import published_scores
from onrecord.model.digest import read_identity
from scripts import generate, pictures

SHARD = Path("claims") / "test-00000-of-00001.parquet"


@pytest.fixture
def data(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of data/ that the checks use instead of the original."""
    copy = tmp_path / "data"
    shutil.copytree(root / "data", copy)
    (tmp_path / "records").symlink_to(root / "records")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "DATA", copy)
    return copy


@pytest.mark.usefixtures("data")
def test_the_committed_tables_match_the_records() -> None:
    assert list(generate.stale_tables()) == []


def test_an_edited_table_is_named(data: Path) -> None:
    (data / SHARD).write_bytes((data / SHARD).read_bytes() + b" ")
    assert list(generate.stale_tables()) == [Path("data") / SHARD]


def test_a_missing_table_is_named(data: Path) -> None:
    (data / SHARD).unlink()
    assert list(generate.stale_tables()) == [Path("data") / SHARD]


def test_a_file_that_no_build_writes_is_named(data: Path) -> None:
    (data / "claims" / "old.parquet").write_bytes(b"")
    assert list(generate.stale_tables()) == [Path("data/claims/old.parquet")]


def test_an_edited_a_missing_and_an_unexpected_figure_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    shutil.copytree(pictures.FOLDER, folder)
    assert list(pictures.stale(folder)) == []
    (folder / "kinds.svg").write_bytes(b"")
    (folder / "about.png").unlink()
    (folder / "old.svg").write_bytes(b"")
    assert [file.name for file in pictures.stale(folder)] == ["about.png", "kinds.svg", "old.svg"]
    pictures.write(folder)
    assert list(pictures.stale(folder)) == []


def test_a_figure_is_up_to_date_whatever_fonts_its_bitmap_was_drawn_with(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    shutil.copytree(pictures.FOLDER, folder)
    (folder / "kinds.png").write_bytes(b"drawn with another font")
    assert list(pictures.stale(folder)) == []
    pictures.write(folder)
    assert (folder / "kinds.png").read_bytes() == b"drawn with another font"


def test_a_figure_that_changed_is_drawn_again_as_bitmap_too(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    shutil.copytree(pictures.FOLDER, folder)
    (folder / "kinds.png").write_bytes(b"drawn from the svg of before")
    (folder / "kinds.svg").write_bytes(b"<svg/>")
    pictures.write(folder)
    assert (folder / "kinds.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "kinds.svg").read_bytes() == (pictures.FOLDER / "kinds.svg").read_bytes()


def test_published_scores_of_other_tables_are_not_used(root: Path) -> None:
    own = read_identity(root / "data").dataset
    assert published_scores(own)
    assert published_scores("0" * 64) == ()


def test_an_edited_block_is_detected(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    text = (root / "README.md").read_text(encoding="utf-8")
    readme.write_text(text.replace("| `claims` | ", "| `claims` | 1"), encoding="utf-8")
    monkeypatch.setattr(generate, "WITH_BLOCKS", (readme,))
    assert generate.check_blocks() != 0
    assert "| `claims` | 1" in capsys.readouterr().out
