"""docs/own-data.md: its recipes run as they stand, and what they write is valid and can be exported."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord.cli.main import main
from onrecord.validation.validate import validate
from scripts.card import python_blocks, run_snippet

PAGE = (Path(__file__).parents[2] / "docs" / "own-data.md").read_text(encoding="utf-8")
RECIPES = {
    title: python_blocks(text)[0]
    for title, text in re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    if python_blocks(text)
}


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder that each recipe wrote into, filled when it is first asked for."""
    return {title: tmp_path_factory.mktemp(title) for title in RECIPES}


def test_there_is_a_recipe_for_each_program() -> None:
    assert list(RECIPES) == ["datasets", "pandas", "Polars", "DuckDB"]


@pytest.mark.parametrize("title", RECIPES)
def test_what_a_recipe_writes_is_valid_and_has_the_change(
    title: str, written: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(written[title])

    run_snippet(RECIPES[title])

    for file in (Path("claims.parquet"), Path("claims.jsonl")):
        run = validate(file, built=True)
        assert list(run) == []
        assert run.summary.records == {"claims": len(onrecord.rows("claims"))}
    texts = pq.read_table("claims.parquet", columns=["text"])["text"].to_pylist()
    assert texts == [row["text"].replace("reportedly ", "", 1) for row in onrecord.rows("claims")]
    assert "reportedly " not in Path("claims.jsonl").read_text(encoding="utf-8")


def test_each_command_on_the_page_exists_with_its_options() -> None:
    calls = re.findall(r"^\$ onrecord (\S+)(.*)$", PAGE, re.MULTILINE)
    assert calls
    for name, rest in calls:
        command = main.get_command(main.make_context("onrecord", ["show"], resilient_parsing=True), name)
        assert command is not None
        options = {option for param in command.params for option in param.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options
