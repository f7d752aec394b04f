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
    records = folder / "records"
    for name, rows in sample_files().items():
        path = records / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(path, rows), encoding="utf-8", newline="\n")
    article_of(records).write_text(ARTICLE, encoding="utf-8", newline="\n")
    return records


def write_articles(folder: Path) -> Path:
    """Write the article under its own name into a folder of articles; the path of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SOURCE_FILE).write_text(ARTICLE, encoding="utf-8", newline="\n")
    return folder


def article_of(records: Path) -> Path:
    """The article of the sample, in the document's folder."""
    return records / DOCUMENT_ID / "article.txt"


def sample_files() -> dict[str, list[Record]]:
    """Every file under records/ with its rows."""
    return {
        "dataset.json": [dataset()],
        "speakers.jsonl": speakers(),
        "contrasts.jsonl": contrasts(),
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


def take_out_annotators(records: Path, document_id: str = DOCUMENT_ID) -> None:
    """Delete the annotations of a document, and what is next to them."""
    shutil.rmtree(records / document_id / "annotations")
    (records / document_id / "adjudications.jsonl").unlink()


def as_text(path: Path, rows: list[Record]) -> str:
    """Rows as the file holds them: a document over several lines, all else one per line."""
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


def dataset() -> Record:
    return {
        "name": "harbour-claims",
        "version": "2.0.1",
        "title": "Harbour claims",
        "description": "Claims about the harbour bridge, written for the tests of this package.",
        "license": "CC0-1.0",
        "languages": ["en"],
        "maintainers": ["The Harbour Gazette"],
        "homepage": "https://harbour.example/claims",
        "citation": None,
    }


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


def contrasts() -> list[Record]:
    """A pair of each form: labels, a speaker to choose, a date, true or false, and claims."""
    said, kept = "The bridge will close, {} said.", "The bridge will close."
    choices = [
        {"speaker_id": "article", "name": "the article", "type": "publication"},
        {"speaker_id": "ada-lind", "name": "Ada Lind", "type": "person"},
        {"speaker_id": "eve-moor", "name": "Eve Moor", "type": "person"},
    ]
    dated = "Lind said on {} that the bridge is safe."
    return [
        _contrast(
            "verifiability-001",
            "will_did",
            [("The bridge was closed.", "verifiable"), ("The bridge will be closed.", "unverifiable")],
        ),
        _contrast(
            "verifiability-002",
            "negation",
            [("The bridge is open.", "verifiable"), ("The bridge is not open.", "verifiable")],
        ),
        _contrast(
            "speaker-001",
            "speaker_swapped",
            [(said.format("Lind"), "ada-lind"), (said.format("Moor"), "eve-moor")],
            text=kept,
            choices=choices,
        ),
        _contrast(
            "date-001",
            "other_date",
            [(dated.format("Monday"), "2024-03-04"), (dated.format("3 March"), "2024-03-03")],
            text="The bridge is safe.",
        ),
        _contrast(
            "detection-001",
            "question",
            [("Is the bridge safe?", "false"), ("The bridge is safe.", "true")],
        ),
        _contrast(
            "extraction-001",
            "hedge",
            [("The bridge is safe.", None), ("The bridge may be safe.", None)],
            claims=["The harbour bridge is safe.", "The harbour bridge may be safe."],
        ),
    ]


def _contrast(
    contrast_id: str,
    edit: str,
    sides: list[tuple[str, str | None]],
    *,
    text: str | None = None,
    choices: list[Record] | None = None,
    claims: list[str] | None = None,
) -> Record:
    """A pair; where a claim's text is not given it is the sentence, in the tasks that have one."""
    task = contrast_id.partition("-")[0]
    has_text = task in ("verifiability", "speaker", "date")
    pair: Record = {
        "contrast_id": contrast_id,
        "split": "test",
        "task": task,
        "edit": edit,
        "changes": claims is not None or sides[0][1] != sides[1][1],
        "title": "The harbour bridge",
        "document_date": "2024-03-05",
        "context": ["The harbour bridge was built in 1911."],
        "choices": choices or [],
    }
    for at, (side, (sentence, answer)) in enumerate(zip("ab", sides, strict=True)):
        pair[f"sentences_{side}"] = [sentence]
        pair[f"text_{side}"] = (text or sentence) if has_text else None
        pair[f"answer_{side}"] = answer
        pair[f"claims_{side}"] = [claims[at]] if claims else []
    return pair


def annotations() -> list[Record]:
    found = {row["claim_id"] for row in extraction_matches()}
    return [{"annotator_id": "annotator-1", "found": row["claim_id"] in found, **row} for row in labellings()]


def adjudications() -> list[Record]:
    reason = "To call something a disgrace is to judge it, whatever was felt."
    return [{"claim_id": claim_id(5), "field": "kind", "reason": reason}]


def labellings() -> list[Record]:
    """The labels of the claims but for one, on which the annotator is of another mind.

    Other fields were not asked.
    """
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
