"""schema.org: the claims of a document as JSON-LD of the type Claim, for publishers. It has no verdicts.

A Claim is not a ClaimReview: nothing here says whether it is true. Labels are DefinedTerms among the
keywords.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from onrecord.dataset.exchange.items import Export, ExportedDocument, Item
from onrecord.dataset.exchange.json_files import json_file

SUFFIX = ".jsonld"
_TERMS = ("layer", "kind", "mode", "setting", "verifiability", "evidence", "barriers", "check_worthy")
"""The fields that become keywords; times and speakers have properties of their own."""
_TYPES: Mapping[str, str] = {
    "person": "Person",
    "government": "GovernmentOrganization",
    "document": "CreativeWork",
}
_WIKIDATA = "http://www.wikidata.org/entity/"


def files(export: Export) -> Iterator[tuple[str, str]]:
    """The files of an export: names and texts."""
    for document in export.documents:
        yield f"{document.document_id}{SUFFIX}", json_file(_graph(document, export))


def _graph(document: ExportedDocument, export: Export) -> dict[str, Any]:
    named = {
        name
        for item in document.items
        for name in (item.labels.get("speaker_id"), *item.labels.get("via", ()))
        if name in export.speakers
    }
    return {
        "@context": "https://schema.org",
        "@graph": [
            _article(document.document.record, export),
            *(_speaker(export.speakers[name]) for name in sorted(named)),
            *(_claim(item, document.document_id) for item in document.items),
        ],
    }


def _article(record: Mapping[str, Any], export: Export) -> dict[str, Any]:
    found = {
        "@type": "Article",
        "@id": _urn("document", record["document_id"]),
        "name": record["title"],
        "url": record["url"],
        "publisher": {"@type": "Organization", "name": record["publisher"]},
        "datePublished": str(record["date"]),
        "inLanguage": record["language"],
        "license": record["licence"],
    }
    if export.about is not None:
        about = export.about
        found["subjectOf"] = {"@type": "Dataset", "name": about.name, "version": about.version}
    return {name: value for name, value in found.items() if value is not None}


def _speaker(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "@type": _TYPES.get(row["type"], "Organization"),
        "@id": _urn("speaker", row["speaker_id"]),
        "name": row["name"],
        "alternateName": row["aliases"] or None,
        "description": row["description"],
        "sameAs": row["wikidata_id"] and f"{_WIKIDATA}{row['wikidata_id']}",
    }
    return {name: value for name, value in found.items() if value is not None}


def _claim(item: Item, document_id: str) -> dict[str, Any]:
    labels = item.labels
    found = {
        "@type": "Claim",
        "@id": _urn("claim", item.claim_id),
        "text": item.claim["text"],
        "appearance": {"@id": _urn("document", document_id)},
        "author": {"@id": _urn("speaker", labels["speaker_id"])} if labels.get("speaker_id") else None,
        "contributor": [{"@id": _urn("speaker", name)} for name in labels.get("via", ())] or None,
        "dateCreated": _day(labels.get("stated_on")),
        "temporalCoverage": labels.get("about_time"),
        "keywords": list(_terms(item)) or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _terms(item: Item) -> Iterator[dict[str, str]]:
    for name, words in item.words():
        if name in _TERMS:
            for word in words:
                yield {"@type": "DefinedTerm", "name": word, "inDefinedTermSet": _urn("label", name)}


def _day(stated_on: str | None) -> str | None:
    """The day, month or year on which the claim was made; schema.org has no place for an interval."""
    return stated_on if stated_on and "/" not in stated_on else None


def _urn(kind: str, name: str) -> str:
    return f"urn:onrecord:{kind}:{name}"
