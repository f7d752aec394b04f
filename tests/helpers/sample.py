"""A small valid dataset of our own writing, the base that tests break in one place at a time."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Record = dict[str, Any]

DOCUMENT_ID = "harbour-2024-03-05"
SOURCE_FILE = "harbour-2024-03-05.txt"
SENTENCES = (
    ("Harbour bridge to close for repairs", "headline", "The headline: repairs will shut the bridge."),
    (
        "Mayor Ada Lind said on Monday that the bridge had been inspected eleven times since 2019.",
        "body",
        "On Monday the mayor gave the number of inspections since 2019.",
    ),
    ("She called the old repairs “a disgrace”.", "body", "The mayor is harsh about earlier repairs."),
    ("Harbour bridge to close for repairs", "fragment", "The headline once more."),
    ("17", "fragment", None),
)
"""Text, role and gloss of each segment; the last two share a line."""

ARTICLE = f"{SENTENCES[0][0]}\n\n{SENTENCES[1][0]} {SENTENCES[2][0]}\n\n{SENTENCES[3][0]} {SENTENCES[4][0]}\n"
PARAGRAPHS = (1, 2, 2, 3, 3)


def write_sample(folder: Path) -> Path:
    """Write the article and a valid records/ for it under the folder; the path of records/."""
    articles = folder.parent / "shared" / "article"
    articles.mkdir(parents=True, exist_ok=True)
    (articles / SOURCE_FILE).write_text(ARTICLE, encoding="utf-8", newline="\n")
    records = folder / "records"
    for name, rows in sample_files().items():
        path = records / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(path, rows), encoding="utf-8", newline="\n")
    return records


def sample_files() -> dict[str, list[Record]]:
    """Every file under records/ with its rows."""
    return {
        "speakers.jsonl": speakers(),
        f"{DOCUMENT_ID}/document.json": [document()],
        f"{DOCUMENT_ID}/segments.jsonl": segments(),
        f"{DOCUMENT_ID}/claims.jsonl": claims(),
        f"{DOCUMENT_ID}/relations.jsonl": relations(),
        f"{DOCUMENT_ID}/adjudications.jsonl": adjudications(),
        f"{DOCUMENT_ID}/annotations/annotator-1.jsonl": annotations(),
        f"{DOCUMENT_ID}/annotations/raw/extraction_matches.jsonl": extraction_matches(),
        f"{DOCUMENT_ID}/annotations/raw/extraction/annotator-1.jsonl": extractions(),
        f"{DOCUMENT_ID}/annotations/raw/labelling/annotator-1.jsonl": labellings(),
    }


def edit(path: Path, change: Callable[[list[Record]], object]) -> None:
    """Read the rows of a file, let `change` alter the list, write them back."""
    text = path.read_text(encoding="utf-8")
    rows = [json.loads(text)] if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
    change(rows)
    path.write_text(as_text(path, rows), encoding="utf-8", newline="\n")


def take_out_annotators(records: Path) -> None:
    """Delete the sample's annotations, and what is beside them."""
    shutil.rmtree(records / DOCUMENT_ID / "annotations")
    (records / DOCUMENT_ID / "adjudications.jsonl").unlink()


def as_text(path: Path, rows: list[Record]) -> str:
    """Rows as the file holds them: a document over several lines, all else one a line."""
    if path.suffix == ".json":
        return json.dumps(rows[0], ensure_ascii=False, indent=2) + "\n"
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def claim_id(number: int) -> str:
    return f"{DOCUMENT_ID}-c{number:03d}"


def segment_id(number: int) -> str:
    return f"{DOCUMENT_ID}-s{number:03d}"


def span(text: str) -> Record:
    """The first place of a text in the article."""
    start = ARTICLE.index(text)
    return {"start": start, "end": start + len(text)}


def document() -> Record:
    return {
        "document_id": DOCUMENT_ID,
        "title": "A mayor on the state of a bridge",
        "publisher": "The Harbour Gazette",
        "url": None,
        "date": "2024-03-05",
        "language": "en",
        "source_file": SOURCE_FILE,
        "length": len(ARTICLE),
        "sha256": _sha256(ARTICLE),
        "text_origin": "original",
        "text_included": False,
        "licence": None,
        "split": "test",
        "quality": "Written for the tests of this package.",
        "withdrawn": [
            {
                "claim_id": claim_id(4),
                "reason": "It said of the repairs what the next claim says.",
                "successor": claim_id(5),
            }
        ],
        "canary": "Keep out of training corpora: 4a1c6f0e-0d3b-4a55-9a53-0f5f7d6f2b11",
    }


def segments() -> list[Record]:
    rows = []
    end = 0
    for position, (text, role, gloss) in enumerate(SENTENCES, 1):
        start = ARTICLE.index(text, end)
        end = start + len(text)
        rows.append(
            {
                "segment_id": segment_id(position),
                "document_id": DOCUMENT_ID,
                "paragraph": PARAGRAPHS[position - 1],
                "position": position,
                "role": role,
                "start": start,
                "end": end,
                "sha256": _sha256(text),
                "gloss": gloss,
                "duplicate_of": segment_id(1) if position == 4 else None,
                "phenomena": [],
            }
        )
    return rows


def claims() -> list[Record]:
    return [
        _claim(
            1,
            text="The harbour bridge will be shut while it is repaired.",
            segment_id=segment_id(1),
            anchors=[{"segment_id": segment_id(1), **span(SENTENCES[0][0])}],
            speaker_id="harbour-gazette",
            mode="narration",
            setting="article",
            stated_on="2024-03-05",
            stated_on_basis="explicit",
            about_time="2024-03-05/..",
            kind="prediction",
            verifiability="unverifiable",
            evidence=[],
            barriers=["future"],
            check_worthy=False,
        ),
        _claim(
            2,
            text="Ada Lind spoke about inspections of the harbour bridge on 4 March 2024.",
            layer="attribution",
            speaker_id="harbour-gazette",
            mode="narration",
            setting="article",
            stated_on="2024-03-05",
            stated_on_basis="explicit",
            about_time="2024-03-04",
            kind="utterance",
        ),
        _claim(
            3,
            text="Between 2019 and 4 March 2024 the harbour bridge was inspected eleven times.",
            anchors=[
                {"segment_id": segment_id(2), **span("the bridge had been inspected")},
                {"segment_id": segment_id(2), **span("eleven times since 2019")},
            ],
        ),
        _claim(
            5,
            text="The earlier repairs of the harbour bridge were disgraceful.",
            segment_id=segment_id(3),
            anchors=[{"segment_id": segment_id(3), **span("the old repairs “a disgrace")}],
            via=["city-press-office"],
            mode="mixed_quote",
            stated_on="../2024-03-05",
            stated_on_basis="undated",
            stated_on_alternatives=["2024-03-04"],
            about_time=None,
            kind="evaluation",
            verifiability="partially_verifiable",
            evidence=["official_record"],
            barriers=["value_judgement"],
            flags=["unclear_time"],
            phenomena=["scare_quotes"],
            note="The source does not say when she called them so.",
        ),
    ]


def relations() -> list[Record]:
    return [
        {"source_id": claim_id(2), "target_id": claim_id(3), "type": "reports"},
        {"source_id": claim_id(5), "target_id": claim_id(3), "type": "contradicts"},
    ]


def speakers() -> list[Record]:
    return [
        _speaker(
            "harbour-gazette", "The Harbour Gazette", "publication", "Newspaper, the article's own voice"
        ),
        _speaker("ada-lind", "Ada Lind", "person", "Mayor of the harbour town", ["Mayor Lind"]),
        _speaker("city-press-office", "The city's press office", "government", "Speaks for the mayor"),
    ]


def annotations() -> list[Record]:
    found = {row["claim_id"] for row in extraction_matches()}
    return [{"annotator_id": "annotator-1", "found": row["claim_id"] in found, **row} for row in labellings()]


def adjudications() -> list[Record]:
    reason = "To call something a disgrace is to judge it, whatever was felt."
    return [{"claim_id": claim_id(5), "field": "kind", "reason": reason}]


def labellings() -> list[Record]:
    """The labels of the claims but for one, on which the annotator is of another mind. Other fields were not asked."""
    copied = ("claim_id", "layer", "verifiability", "kind", "speaker_id", "stated_on", "check_worthy")
    rows = [{name: row[name] for name in copied} for row in claims()]
    rows[3]["kind"] = "mental_state"
    return rows


def extractions() -> list[Record]:
    return [
        _extraction(1, "The bridge in the harbour will close.", claims()[0]),
        _extraction(2, "The bridge in the harbour was inspected eleven times.", claims()[2]),
        _extraction(3, "The bridge in the harbour is old.", claims()[3]),
    ]


def extraction_matches() -> list[Record]:
    matches = [
        (1, claim_id(1), None),
        (2, claim_id(3), None),
        (3, None, "Nobody says of the bridge itself that it is old."),
    ]
    names = ("number", "claim_id", "reason")
    return [{"annotator_id": "annotator-1", **dict(zip(names, match, strict=True))} for match in matches]


def _claim(number: int, **fields: object) -> Record:
    usual: Mapping[str, object] = {
        "claim_id": claim_id(number),
        "document_id": DOCUMENT_ID,
        "text": "",
        "layer": "content",
        "segment_id": segment_id(2),
        "anchors": [{"segment_id": segment_id(2), **span("Mayor Ada Lind said on Monday")}],
        "speaker_id": "ada-lind",
        "speaker_alternatives": [],
        "via": [],
        "mode": "indirect_speech",
        "setting": "unspecified",
        "date": "2024-03-05",
        "stated_on": "2024-03-04",
        "stated_on_basis": "resolved",
        "stated_on_alternatives": [],
        "about_time": "2019/2024-03-04",
        "kind": "quantity",
        "verifiability": "verifiable",
        "evidence": ["official_record", "reporting"],
        "barriers": [],
        "check_worthy": True,
        "flags": [],
        "phenomena": [],
        "note": None,
    }
    return {**usual, **fields}


def _extraction(number: int, text: str, claim: Record) -> Record:
    copied = ("segment_id", "stated_on", "about_time", "kind", "verifiability", "check_worthy", "flags")
    place = {name: claim["anchors"][0][name] for name in ("start", "end")}
    return {
        "number": number,
        **place,
        "text": text,
        "speaker_id": "the-mayor",
        **{name: claim[name] for name in copied},
    }


def _speaker(
    speaker_id: str, name: str, kind: str, description: str, aliases: list[str] | None = None
) -> Record:
    return {
        "speaker_id": speaker_id,
        "name": name,
        "type": kind,
        "description": description,
        "aliases": aliases or [],
        "wikidata_id": None,
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
