"""Write croissant.json: the dataset in Croissant 1.1, with the fields of Croissant RAI 1.0.

Describes tables, labels and files in that format (mlcommons.org/croissant/1.1). Fields come from the schemas,
answers from the datasheet. Hashes come from the files in data/ as they are, because another version of
pyarrow would write other bytes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from onrecord.dataset.load import table_files
from onrecord.model.digest import Identity, read_identity
from onrecord.model.labels import definitions
from onrecord.model.paths import home
from onrecord.model.table_files import SPLIT, splits_of
from onrecord.model.tables import TABLES, key_fields, load_schema
from scripts import datasheet
from scripts.fields import joins
from scripts.figures import bibtex, figures, many, released

PAGE = home() / "croissant.json"
Node = dict[str, Any]

CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")

RAI = {
    "dataCollection": ("How was the data associated with each instance acquired?",),
    "dataCollectionMissingData": ("Is any information missing from individual instances?",),
    "dataCollectionRawData": (
        "Was the raw data saved?",
        "Is the dataset self-contained, or does it rely on external resources?",
    ),
    "dataPreprocessingProtocol": ("Was any preprocessing, cleaning or labelling done?",),
    "dataAnnotationProtocol": (
        "What mechanisms or procedures were used to collect the data, and how were they validated?",
    ),
    "annotatorDemographics": ("Who was involved in the collection, and how were they compensated?",),
    "machineAnnotationTools": ("Is the software that was used available?",),
    "dataReleaseMaintenancePlan": (
        "Will the dataset be updated?",
        "Is there an erratum?",
        "Will older versions continue to be supported?",
    ),
    "personalSensitiveInformation": (
        "Is it possible to identify individuals?",
        "Does it contain data that might be considered sensitive?",
    ),
    "dataSocialImpact": ("Has an analysis of the potential impact on the individuals been conducted?",),
    "dataBiases": (
        "Does it contain all possible instances, or is it a sample?",
        "Is there anything about its composition or creation that might impact future uses?",
    ),
    "dataLimitations": (
        "Are there errors, sources of noise, or redundancies?",
        "Are there tasks for which it should not be used?",
    ),
    "dataUseCases": (
        "For what purpose was the dataset created?",
        "What other tasks could it be used for?",
    ),
}
"""The properties of Croissant RAI, each with the questions of the datasheet that it answers."""

_ONE = frozenset(
    {
        "dataAnnotationProtocol",
        "dataCollection",
        "dataCollectionMissingData",
        "dataCollectionRawData",
        "dataReleaseMaintenancePlan",
        "dataSocialImpact",
    }
)
"""Properties with a single value: by the specification, or, for one of them, by the reference library."""

_TYPES = {"string": "sc:Text", "integer": "cr:Int64", "number": "cr:Float64", "boolean": "sc:Boolean"}
_CONTEXT: Node = {
    "@language": "en",
    # The tools accept schema.org with https only.
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "description": {"@container": "@language"},
    "name": {"@container": "@language"},
    **{
        term: f"cr:{term}"
        for term in (
            "annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes",
            "extract", "field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray",
            "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "readLines", "recordSet",
            "references", "regex", "repeated", "replace", "samplingRate", "sdVersion", "separator", "source",
            "subField", "transform", "unArchive", "value",
        )
    },
}  # fmt: skip


def croissant() -> Node:
    """The whole description as a JSON-LD document."""
    identity, keywords = read_identity(home() / "data"), metadata("onrecord")["Keywords"]
    about = identity.about
    return {
        "@context": dict(sorted(_CONTEXT.items())),
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": about.title,
        "description": f"{about.description} {_answers()['What do the instances represent?']}",
        "version": identity.version,
        "identifier": f"sha256:{identity.dataset}",
        # Relative, because the card is always in the same folder as this file.
        "url": "README.md",
        "license": f"https://spdx.org/licenses/{about.license}",
        "creator": [{"@type": "sc:Organization", "name": name} for name in about.maintainers],
        "datePublished": released().day.isoformat(),
        "inLanguage": list(about.languages),
        "keywords": keywords.split(","),
        "isLiveDataset": False,
        "citeAs": bibtex(),
        **{f"rai:{name}": value for name, value in _rai()},
        "distribution": [_file(table, split, identity) for table in TABLES for split in splits_of()],
        "recordSet": [
            *(_record_set(table, split) for split in splits_of() for table in TABLES),
            *_enumerations(),
        ],
    }


def text() -> str:
    """The text of the file."""
    return json.dumps(croissant(), ensure_ascii=False, indent=2) + "\n"


def write(file: Path) -> None:
    """Write the description."""
    file.write_text(text(), encoding="utf-8", newline="\n")


def is_current(file: Path) -> bool:
    """Whether the file is what would be written now."""
    return file.is_file() and file.read_bytes() == text().encode("utf-8")


def _answers() -> dict[str, str]:
    found = datasheet.answers(datasheet.page())
    return {question: datasheet.plain(answer) for question, answer in found.items()}


def _rai() -> Iterator[tuple[str, str | list[str]]]:
    answers, known = _answers(), figures()
    for name, questions in RAI.items():
        # An answer is hard to understand without its question.
        texts = [f"{question} {answers[question]}" for question in questions]
        yield name, " ".join(texts) if name in _ONE else texts
    yield "dataCollectionType", ["Document analysis"]
    yield "dataAnnotationPlatform", ["None: no human annotated."]
    passes = many(known["annotators"], "label", "labels")
    yield "annotationsPerItem", f"By humans: none. By passes of one language model: {passes} per field."


def _file(table: str, split: str, identity: Identity) -> Node:
    # The shipped tables are small: a table has one file per split.
    [shard] = table_files(table, split=split)
    content = shard.read_bytes()
    part = "" if len(splits_of()) == 1 else f" in the split {split}"
    return {
        "@type": "cr:FileObject",
        "@id": f"{_set_id(table, split)}.parquet",
        "name": shard.name,
        "description": f"The table {table}{part}; the table has the digest sha256:{identity.tables[table]}.",
        "contentUrl": shard.relative_to(home()).as_posix(),
        "contentSize": f"{len(content)} B",
        "encodingFormat": "application/x-parquet",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _set_id(table: str, split: str) -> str:
    """The name of a table's rows in a split; those of the first split are called like the table."""
    return table if split == SPLIT else f"{table}-{split}"


def _record_set(table: str, split: str) -> Node:
    schema, own = load_schema(table), _set_id(table, split)
    targets = {
        path: f"{_set_id(target, split)}/{key_fields(target)[0]}" for path, target in joins(table).items()
    }
    return {
        "@type": "cr:RecordSet",
        "@id": own,
        "name": own,
        "description": schema["description"],
        "key": [{"@id": f"{own}/{name}"} for name in key_fields(table)],
        "field": [_field(table, own, (name,), sub, targets) for name, sub in schema["properties"].items()],
    }


def _field(
    table: str, own: str, path: tuple[str, ...], schema: Mapping[str, Any], targets: Mapping[Any, str]
) -> Node:
    name, column = "/".join(path), path[0]
    # In words, because mlcroissant 1.1.1 joins tables by `references` and then returns rows of the wrong
    # table.
    target = f" Joins {targets[path]}." if path in targets else ""
    node: Node = {
        "@type": "cr:Field",
        "@id": f"{own}/{name}",
        "name": name,
        "description": f"{schema['description']}{target}",
    }
    items = schema.get("items")
    if items is not None:
        node |= {"isArray": True, "arrayShape": "-1"}
    if "properties" in (items or schema):
        subs = (items or schema)["properties"].items()
        return node | {"subField": [_field(table, own, (*path, sub), below, targets) for sub, below in subs]}
    node["dataType"] = _data_type(items or schema)
    source: Node = {"fileObject": {"@id": f"{own}.parquet"}, "extract": {"column": column}}
    if len(path) > 1:
        source["transform"] = {"jsonPath": path[-1]}
    node["source"] = source
    if labels := _labels_target(table, path, schema):
        node["references"] = {"field": {"@id": labels}}
    return node


def _data_type(schema: Mapping[str, Any]) -> str:
    names = schema.get("type", "string")
    kind = names if isinstance(names, str) else next(name for name in names if name != "null")
    return "sc:Date" if schema.get("format") == "date" else _TYPES[kind]


def _labels_target(table: str, path: tuple[str, ...], schema: Mapping[str, Any]) -> str | None:
    if not (schema.get("enum") or schema.get("items", {}).get("enum")):
        return None
    if "null" in schema.get("type", ""):
        # mlcroissant 1.1.1 joins tables by `references`, and so would lose the rows without a label.
        return None
    # The labels of an annotation are those of the claim.
    owner = table if path[0] in definitions().get(table, {}) else "claims"
    return f"{owner}_{path[0]}/name" if path[0] in definitions()[owner] else None


def _enumerations() -> Iterator[Node]:
    for table, fields in definitions().items():
        for field, labels in fields.items():
            own = f"{table}_{field}"
            yield {
                "@type": "cr:RecordSet",
                "@id": own,
                "name": own,
                "description": f"The labels of {field} in {table}, in the order of the schema.",
                "dataType": "sc:Enumeration",
                "key": {"@id": f"{own}/name"},
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"{own}/{name}",
                        "name": name,
                        "description": text,
                        "dataType": "sc:Text",
                    }
                    for name, text in (("name", "The label."), ("description", "What it means."))
                ],
                "data": [
                    {f"{own}/name": label, f"{own}/description": texts["definition"]}
                    for label, texts in labels.items()
                ],
            }
