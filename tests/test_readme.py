"""The card: its snippets print what it says, its generated blocks are current, its front matter loads."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord import TABLES
from onrecord.content import read_identity
from scripts import card
from scripts.generate import check_blocks

README = Path(__file__).resolve().parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")
SNIPPETS = card.python_blocks(TEXT)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(1, len(SNIPPETS) + 1))
def test_a_snippet_prints_what_the_readme_says(snippet: str) -> None:
    printed = card.run_snippet(snippet)
    assert printed.strip()
    after = TEXT.partition(snippet)[2]
    assert after.partition("```text\n")[2].partition("```")[0] == printed


def test_generated_blocks_are_up_to_date() -> None:
    assert check_blocks() == 0


@pytest.fixture(scope="module")
def front_matter() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(TEXT.split("---\n")[1])
    return parsed


def test_the_front_matter_comes_first_and_has_what_the_hub_asks_for(front_matter: dict[str, Any]) -> None:
    assert TEXT.startswith("---\n")
    assert front_matter["license"] == "cc-by-4.0"
    assert front_matter["language"] == ["en"]
    assert {"pretty_name", "size_categories", "task_categories", "annotations_creators"} <= set(front_matter)


def test_each_table_is_a_config_with_its_digest_and_claims_the_default(front_matter: dict[str, Any]) -> None:
    identity = read_identity(README.parent / "data")
    configs = {config["config_name"]: config for config in front_matter["configs"]}
    assert tuple(configs) == TABLES
    assert [name for name, config in configs.items() if config.get("default")] == ["claims"]
    assert {name: config["description"] for name, config in configs.items()} == {
        table: f"sha256:{digest}" for table, digest in identity.tables.items()
    }


@pytest.mark.parametrize(
    ("rows", "category"), [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (5_000_000, "n>1M")]
)
def test_size_categories_are_the_hubs(rows: int, category: str) -> None:
    assert card.size_category(rows) == category
