"""croissant.json: `mlcroissant` loads the built tables with it, and its statements are true."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import mlcroissant
import pytest

import onrecord
from onrecord.model.digest import read_identity
from onrecord.model.labels import definitions
from onrecord.model.tables import key_fields, load_schema
from scripts import croissant

PAGE = Path(__file__).resolve().parents[2] / "croissant.json"
TEXT = json.loads(PAGE.read_text(encoding="utf-8"))
RECORD_SETS = {node["@id"]: node for node in TEXT["recordSet"]}
LABELS = {
    f"{table}_{field}": labels for table, fields in definitions().items() for field, labels in fields.items()
}
RAI = {
    "annotationsPerItem",
    "annotatorDemographics",
    "dataAnnotationAnalysis",
    "dataAnnotationPlatform",
    "dataAnnotationProtocol",
    "dataBiases",
    "dataCollection",
    "dataCollectionMissingData",
    "dataCollectionRawData",
    "dataCollectionTimeframe",
    "dataCollectionType",
    "dataImputationProtocol",
    "dataLimitations",
    "dataManipulationProtocol",
    "dataPreprocessingProtocol",
    "dataReleaseMaintenancePlan",
    "dataSocialImpact",
    "dataUseCases",
    "machineAnnotationTools",
    "personalSensitiveInformation",
}
"""The properties in the table of the specification of Croissant RAI 1.0."""

pytestmark = [
    # mlcroissant 1.1.1 calls functions that newer releases of its libraries will remove.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning:rdflib"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def dataset() -> mlcroissant.Dataset:
    return mlcroissant.Dataset(str(PAGE))


def plain(value: Any) -> Any:
    """A value of `mlcroissant` as our rows have it: it returns text as bytes and a day as a time."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        found = {name.rpartition("/")[2]: plain(item) for name, item in value.items()}
        # An object that is null comes back as one whose values all are.
        return found if any(item is not None for item in found.values()) else None
    if hasattr(value, "date"):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def test_the_reference_library_finds_no_error(dataset: mlcroissant.Dataset) -> None:
    issues = dataset.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())


@pytest.mark.parametrize("table", onrecord.TABLES)
def test_a_table_loads_row_by_row_as_it_was_built(dataset: mlcroissant.Dataset, table: str) -> None:
    assert [plain(record) for record in dataset.records(table)] == onrecord.rows(table)


@pytest.mark.parametrize("name", sorted(LABELS))
def test_labels_load_with_their_definitions(dataset: mlcroissant.Dataset, name: str) -> None:
    assert RECORD_SETS[name]["dataType"] == "sc:Enumeration"
    assert [plain(record) for record in dataset.records(name)] == [
        {"name": label, "description": texts["definition"]} for label, texts in LABELS[name].items()
    ]


def test_every_record_set_is_a_table_in_a_split_or_a_set_of_labels() -> None:
    others = [f"{table}-{split}" for table in onrecord.TABLES for split in ("challenge", "validation")]
    assert sorted(RECORD_SETS) == sorted([*onrecord.TABLES, *others, *LABELS])


@pytest.mark.parametrize("node", TEXT["distribution"], ids=lambda node: node["@id"])
def test_a_file_is_described_with_its_size_and_hash(node: dict[str, str]) -> None:
    content = (PAGE.parent / node["contentUrl"]).read_bytes()
    assert node["sha256"] == hashlib.sha256(content).hexdigest()
    assert node["contentSize"] == f"{len(content)} B"


def test_every_file_of_data_is_described() -> None:
    files = {file.relative_to(PAGE.parent).as_posix() for file in (PAGE.parent / "data").rglob("*.parquet")}
    assert {node["contentUrl"] for node in TEXT["distribution"]} == files


def test_an_altered_file_does_not_load(tmp_path: Path) -> None:
    copy = tmp_path / PAGE.name
    shutil.copyfile(PAGE, copy)
    shutil.copytree(PAGE.parent / "data", tmp_path / "data")
    [shard] = (tmp_path / "data" / "speakers").glob("test-*.parquet")
    shard.write_bytes(shard.read_bytes() + b" ")
    altered = mlcroissant.Dataset(str(copy))
    with pytest.raises(mlcroissant.GenerationError):
        list(altered.records("speakers"))


@pytest.mark.parametrize("table", onrecord.TABLES)
def test_fields_are_those_of_the_schema(table: str) -> None:
    properties = load_schema(table)["properties"]
    fields = {node["name"]: node for node in RECORD_SETS[table]["field"]}
    assert list(fields) == list(properties)
    assert RECORD_SETS[table]["description"] == load_schema(table)["description"]
    assert RECORD_SETS[table]["key"] == [{"@id": f"{table}/{name}"} for name in key_fields(table)]
    for name, node in fields.items():
        assert node["description"].startswith(properties[name]["description"])
        assert node.get("isArray", False) == ("array" in properties[name].get("type", ""))


def test_fields_that_take_labels_refer_to_them() -> None:
    referring = {
        (table, node["name"]): node["references"]["field"]["@id"].partition("/")[0]
        for table in onrecord.TABLES
        for node in RECORD_SETS[table]["field"]
        if "references" in node
    }
    for (table, field), target in referring.items():
        assert tuple(LABELS[target]) == onrecord.label_names(field, table)
    assert set(referring.values()) == set(LABELS)


def test_nested_anchors_are_sub_fields() -> None:
    anchors = next(node for node in RECORD_SETS["claims"]["field"] if node["name"] == "anchors")
    names = [node["@id"] for node in anchors["subField"]]
    assert names == ["claims/anchors/segment_id", "claims/anchors/start", "claims/anchors/end"]


def test_ids_are_unique() -> None:
    ids = [node["@id"] for node in nodes(TEXT) if "@type" in node and "@id" in node]
    assert len(ids) > len(RECORD_SETS)
    assert len(ids) == len(set(ids))


def nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for below in value.values():
            yield from nodes(below)
    elif isinstance(value, list):
        for below in value:
            yield from nodes(below)


def test_all_required_properties_are_present() -> None:
    required = {
        "@context",
        "@type",
        "conformsTo",
        "description",
        "license",
        "name",
        "url",
        "creator",
        "datePublished",
    }
    assert required <= TEXT.keys()
    assert TEXT["conformsTo"] == list(croissant.CONFORMS_TO)


def test_rai_properties_are_those_of_the_specification_and_none_is_empty() -> None:
    found = {name.removeprefix("rai:"): value for name, value in TEXT.items() if name.startswith("rai:")}
    assert found.keys() <= RAI
    assert croissant.RAI.keys() <= found.keys()
    for value in found.values():
        assert all(text.strip() for text in ([value] if isinstance(value, str) else value))


def test_the_reference_library_reads_every_rai_property(dataset: mlcroissant.Dataset) -> None:
    assert not [name for name in dataset.metadata.extra_properties if str(name).startswith("rai:")]
    assert dataset.metadata.annotations_per_item == TEXT["rai:annotationsPerItem"]


def test_version_date_and_content_are_those_of_the_release(root: Path) -> None:
    identity = read_identity(root / "data")
    assert TEXT["version"] == onrecord.__version__ == identity.version
    assert TEXT["identifier"] == f"sha256:{identity.dataset}"
    published = date.fromisoformat(TEXT["datePublished"])
    assert f"## [{TEXT['version']}] - {published}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_card_and_the_description_ask_for_the_same_citation(root: Path) -> None:
    assert f"```bibtex\n{TEXT['citeAs']}\n```" in (root / "README.md").read_text(encoding="utf-8")


def test_the_page_is_up_to_date_and_an_edited_one_is_not(tmp_path: Path) -> None:
    assert croissant.is_current(PAGE)
    edited = tmp_path / PAGE.name
    edited.write_text(PAGE.read_text(encoding="utf-8").replace("CC-BY-4.0", "CC0-1.0"), encoding="utf-8")
    assert not croissant.is_current(edited)
