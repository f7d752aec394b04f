"""A document of our own writing whose text counts differently in bytes, UTF-16 units and code points.

It has letters and pictures beyond the first plane, combining marks, joined emoji and a script whose
vowels are combining characters. Its claims share words, rest on several places, and have every form of label:
empty lists, chains, no time.
"""

import hashlib
from pathlib import Path

from tests.helpers import sample
from tests.helpers.sample import Record

DOCUMENT_ID = "quay-2024-05-06"
ADA = "ada"
"""An annotator who labelled some of the claims."""

SENTENCES = (
    ("Quay choir 𝄞 wins the 𝒬 prize", "headline"),
    ("Zoe\u0308 Lind 🙏🏽 said on Monday that the choir 👩\u200d👩\u200d👧 had sung eleven times.", "lead"),
    ("“Nous e\u0301tions नमस्ते 🎶 together,” the singers told her, and 𝔘nity won.", "body"),
)
TEXT = f"{SENTENCES[0][0]}\n\n{SENTENCES[1][0]} {SENTENCES[2][0]}\n"
PARAGRAPHS = (1, 2, 2)


def write_exchange_sample(folder: Path) -> Path:
    """Write valid records with this document, its text included, under the folder; the path of records/."""
    records = folder / "records"
    files = {
        "dataset.json": [sample.dataset()],
        "speakers.jsonl": speakers(),
        "annotators.jsonl": [annotator()],
        f"{DOCUMENT_ID}/document.json": [document()],
        f"{DOCUMENT_ID}/segments.jsonl": segments(),
        f"{DOCUMENT_ID}/claims.jsonl": claims(),
        f"{DOCUMENT_ID}/relations.jsonl": relations(),
        f"{DOCUMENT_ID}/annotations/{ADA}.jsonl": annotations(),
    }
    for name, rows in files.items():
        path = records / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sample.as_text(path, rows), encoding="utf-8", newline="\n")
    (records / DOCUMENT_ID / "article.txt").write_text(TEXT, encoding="utf-8", newline="\n")
    return records


def claim_id(number: int) -> str:
    return f"{DOCUMENT_ID}-c{number:03d}"


def segment_id(number: int) -> str:
    return f"{DOCUMENT_ID}-s{number:03d}"


def anchor(segment: int, words: str) -> Record:
    """The first place of some words in the text."""
    start = TEXT.index(words)
    return {"segment_id": segment_id(segment), "start": start, "end": start + len(words)}


def document() -> Record:
    return {
        **sample.document(),
        "document_id": DOCUMENT_ID,
        "title": "A choir wins a prize",
        "date": "2024-05-06",
        "source_file": f"{DOCUMENT_ID}.txt",
        "length": len(TEXT),
        "sha256": _sha256(TEXT),
        "text_origin": "written_for_this_dataset",
        "text_included": True,
        "licence": "CC-BY-4.0",
        "withdrawn": [],
    }


def segments() -> list[Record]:
    rows = []
    for position, (text, role) in enumerate(SENTENCES, 1):
        start = TEXT.index(text)
        rows.append(
            {
                "segment_id": segment_id(position),
                "document_id": DOCUMENT_ID,
                "paragraph": PARAGRAPHS[position - 1],
                "position": position,
                "role": role,
                "start": start,
                "end": start + len(text),
                "sha256": _sha256(text),
                "gloss": None,
                "duplicate_of": None,
                "phenomena": [],
            }
        )
    return rows


def claims() -> list[Record]:
    voice = "harbour-gazette"
    return [
        _claim(
            1,
            "The harbour quay's choir won the Q prize.",
            [anchor(1, "choir 𝄞 wins"), anchor(1, "𝒬 prize"), anchor(3, "𝔘nity won")],
            layer="background",
            speaker_id=voice,
            mode="narration",
            setting="article",
            stated_on="2024-05-06",
            kind="event",
        ),
        _claim(
            2,
            "On 6 May 2024 Zoë Lind spoke of how often the choir had sung.",
            [anchor(2, "Zoe\u0308 Lind 🙏🏽 said on Monday")],
            layer="attribution",
            speaker_id=voice,
            mode="narration",
            setting="article",
            stated_on="2024-05-06",
            kind="utterance",
        ),
        _claim(
            3,
            "The choir had sung eleven times by 6 May 2024.",
            [anchor(2, "the choir 👩\u200d👩\u200d👧 had sung eleven times")],
        ),
        _claim(
            4,
            "The singers of the choir were together.",
            [anchor(3, "Nous e\u0301tions नमस्ते 🎶 together")],
            speaker_id="quay-choir",
            via=["zoe-lind", "city-press-office"],
            mode="mixed_quote",
            setting="unspecified",
            stated_on="../2024-05-06",
            stated_on_basis="undated",
            about_time=None,
            kind="evaluation",
            verifiability="unverifiable",
            evidence=[],
            barriers=["value_judgement", "vague"],
            check_worthy=False,
        ),
        _claim(
            5,
            "Unity won.",
            [anchor(3, "e\u0301tions नमस्ते"), anchor(3, "𝔘nity won")],
            speaker_id="quay-choir",
            kind="event",
        ),
    ]


def relations() -> list[Record]:
    return [
        {"source_id": claim_id(2), "target_id": claim_id(3), "type": "reports"},
        {"source_id": claim_id(5), "target_id": claim_id(1), "type": "elaborates"},
    ]


def speakers() -> list[Record]:
    singer = {
        "speaker_id": "zoe-lind",
        "name": "Zoë Lind",
        "type": "person",
        "description": "Conductor of the choir.",
        "aliases": ["Zoe Lind"],
        "wikidata_id": None,
    }
    choir = {**singer, "speaker_id": "quay-choir", "name": "The choir of the quay", "type": "group"}
    others = [row for row in sample.speakers() if row["speaker_id"] != "ada-lind"]
    return [*others, singer, {**choir, "description": "A choir.", "aliases": []}]


def annotator() -> Record:
    return {
        "annotator_id": ADA,
        "kind": "person",
        "description": "A singer of another choir.",
        "date": "2024-05-07",
        "guidelines": "2",
        "languages": ["en", "fr"],
    }


def annotations() -> list[Record]:
    """The labels of two claims, all that Ada agreed to give."""
    fields = ("layer", "kind", "evidence", "barriers", "via", "about_time", "speaker_id", "check_worthy")
    first, second = ({name: claims()[at][name] for name in fields} for at in (2, 3))
    reason = "A choir; or its singers: both are possible."
    del second["speaker_id"]
    return [
        {"annotator_id": ADA, "claim_id": claim_id(3), "found": None, **first, "seconds": 41.5},
        {
            "annotator_id": ADA,
            "claim_id": claim_id(4),
            "found": None,
            **second,
            "undecided": {"speaker_id": reason},
        },
    ]


def _claim(number: int, text: str, anchors: list[Record], **fields: object) -> Record:
    usual: Record = {
        "claim_id": claim_id(number),
        "document_id": DOCUMENT_ID,
        "text": text,
        "layer": "content",
        "segment_id": anchors[0]["segment_id"],
        "anchors": anchors,
        "speaker_id": "zoe-lind",
        "speaker_alternatives": [],
        "via": [],
        "mode": "indirect_speech",
        "setting": "public_statement",
        "date": "2024-05-06",
        "stated_on": "2024-05-06",
        "stated_on_basis": "resolved",
        "stated_on_alternatives": [],
        "about_time": "../2024-05-06",
        "kind": "quantity",
        "verifiability": "verifiable",
        "evidence": ["recording", "reporting"],
        "barriers": [],
        "check_worthy": True,
        "flags": [],
        "phenomena": [],
        "note": None,
    }
    return {**usual, **fields}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def as_label_studio_exports(tasks: list[Record]) -> list[Record]:
    """Tasks as Label Studio's JSON export has them once a user has submitted each prediction as it was."""
    user = {"id": 7, "email": "ada@example.org"}
    return [
        {
            "id": number,
            "data": task["data"],
            "annotations": [
                {
                    "id": number,
                    "completed_by": user,
                    "result": task["predictions"][0]["result"],
                    "was_cancelled": False,
                    "lead_time": 12.5,
                }
            ],
            "predictions": [],
        }
        for number, task in enumerate(tasks, 1)
    ]
