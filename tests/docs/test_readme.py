"""The card: its snippets print what it shows, its generated blocks are up to date, its front matter loads."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord import TABLES, rows
from onrecord.building.card import SIZES, size_category
from onrecord.model.digest import read_identity
from onrecord.model.tables import load_schema
from scripts import card
from scripts.generate import OF_SCORES, WITH_BLOCKS, check_blocks

README = Path(__file__).resolve().parents[2] / "README.md"
TEXT = README.read_text(encoding="utf-8")
FIELDS = (README.parent / "docs" / "fields.md").read_text(encoding="utf-8")
SNIPPETS = card.python_blocks(TEXT)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(1, len(SNIPPETS) + 1))
def test_a_snippet_prints_what_the_readme_says(snippet: str) -> None:
    printed = card.run_snippet(snippet)
    assert printed.strip()
    after = TEXT.partition(snippet)[2]
    assert after.partition("```text\n")[2].partition("```")[0] == printed


def test_generated_blocks_are_up_to_date() -> None:
    """Those of all pages but the scores, which `make check` compares."""
    assert check_blocks(page for page in WITH_BLOCKS if page not in OF_SCORES) == 0


@pytest.fixture(scope="module")
def front_matter() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(TEXT.split("---\n")[1])
    return parsed


def test_the_front_matter_comes_first_and_has_the_fields_that_the_hub_requires(
    front_matter: dict[str, Any],
) -> None:
    assert TEXT.startswith("---\n")
    assert front_matter["license"] == "cc-by-4.0"
    assert front_matter["language"] == sorted({document["language"] for document in rows("documents")})
    assert front_matter["pretty_name"] == "OnRecord"


HUB_VALUES = {
    "annotations_creators": {
        "crowdsourced",
        "expert-generated",
        "found",
        "machine-generated",
        "no-annotation",
        "other",
    },
    "language_creators": {"crowdsourced", "expert-generated", "found", "machine-generated", "other"},
    "multilinguality": {"monolingual", "multilingual", "translation", "other"},
    "source_datasets": {"original", "extended"},
    "size_categories": {name for _, name in SIZES} | {"1M<n<10M"},
    "task_categories": {
        "text-classification",
        "token-classification",
        "text-generation",
        "question-answering",
    },
    "task_ids": {"fact-checking", "multi-class-classification", "multi-label-classification"},
}
"""The values that the Hub accepts per field; for the last two, only those that can fit this dataset."""


@pytest.mark.parametrize("field", HUB_VALUES)
def test_the_front_matter_has_values_that_the_hub_accepts(field: str) -> None:
    from huggingface_hub import DatasetCard

    found = getattr(DatasetCard(TEXT).data, field)
    assert found
    assert set(found) <= HUB_VALUES[field]


@pytest.mark.parametrize("heading", ["Limits", "Ethics", "Citation", "Licence"])
def test_the_card_has_the_required_chapters(heading: str) -> None:
    assert re.search(rf"^## {heading}", TEXT, re.MULTILINE)


def test_the_claim_on_the_card_is_a_shipped_one_and_its_fields_are_explained() -> None:
    shown = json.loads(TEXT.partition("```json\n")[2].partition("```")[0])
    assert len(shown) == 8
    assert [claim for claim in rows("claims") if shown.items() <= claim.items()]
    for name in shown:
        assert f"| `{name}` | {load_schema('claims')['properties'][name]['description']}" in TEXT


@pytest.mark.parametrize("table", TABLES)
def test_the_dictionary_has_every_field_with_every_label(table: str) -> None:
    chapter = FIELDS.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
    for name, subschema in load_schema(table)["properties"].items():
        row = next(line for line in chapter.splitlines() if line.startswith(f"| `{name}` |"))
        labels = [*(subschema.get("enum") or subschema.get("items", {}).get("enum") or [])]
        labels = [label for label in labels if label is not None]
        assert subschema["description"] in row
        assert all(f"`{label}`" in row for label in labels)
        assert ("*Derived.*" in row) == bool(subschema.get("readOnly"))


def test_each_table_is_a_config_with_its_digest_and_claims_the_default(front_matter: dict[str, Any]) -> None:
    identity = read_identity(README.parent / "data")
    configs = {config["config_name"]: config for config in front_matter["configs"]}
    assert tuple(configs) == TABLES
    assert [name for name, config in configs.items() if config.get("default")] == ["claims"]
    assert {name: config["description"] for name, config in configs.items()} == {
        table: f"sha256:{digest}" for table, digest in identity.tables.items()
    }


@pytest.mark.parametrize(
    ("count", "category"), [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (5_000_000, "n>1M")]
)
def test_size_categories_are_the_hubs(count: int, category: str) -> None:
    assert size_category(count) == category
