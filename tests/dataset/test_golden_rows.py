"""One row of each shipped table by value. A change here is a new version.

The digests in the footers pin all rows; these show that the reader returns them with their types.
"""

from datetime import date

import pytest

from onrecord import TABLES
from onrecord.dataset.load import Row, iter_rows

GOLDEN: dict[tuple[str, int], Row] = {
    ("claims", 28): {
        "claim_id": "cbs-2024-02-14-c039",
        "document_id": "cbs-2024-02-14",
        "text": "Donald Trump has submitted to Vladimir Putin.",
        "segment_id": "cbs-2024-02-14-s013",
        "anchors": [{"segment_id": "cbs-2024-02-14-s013", "start": 1662, "end": 1694}],
        "layer": "content",
        "speaker_id": "joe-biden",
        "speaker": "Joe Biden",
        "speaker_alternatives": [],
        "via": [],
        "mode": "indirect_speech",
        "setting": "public_statement",
        "date": date(2024, 2, 14),
        "stated_on": "2024-02-13",
        "stated_on_basis": "resolved",
        "stated_on_alternatives": [],
        "about_time": "../2024-02-13",
        "stated_from": date(2024, 2, 13),
        "stated_until": date(2024, 2, 13),
        "about_from": None,
        "about_until": date(2024, 2, 13),
        "kind": "event",
        "verifiability": "unverifiable",
        "evidence": [],
        "barriers": ["value_judgement"],
        "check_worthy": True,
        "flags": [],
        "phenomena": [],
        "note": None,
        "agreement": 1.0,
    },
    ("segments", 1): {
        "segment_id": "cbs-2024-02-14-s002",
        "document_id": "cbs-2024-02-14",
        "paragraph": 2,
        "position": 2,
        "role": "headline",
        "start": 136,
        "end": 270,
        "sha256": "eef8b28c84097b407aaa92e5d8d7f508de18c0b5d38eff0db200aa3d647c5aac",
        "text": None,
        "gloss": "Putin reportedly said that he prefers Biden to Trump and that in his view Biden would "
        "act more predictably.",
        "duplicate_of": "cbs-2024-02-14-s001",
        "phenomena": [],
        "has_claims": True,
    },
    ("documents", 0): {
        "document_id": "cbs-2024-02-14",
        "title": "Putin says whom Russia favours for the White House; Trump, Biden and others answer",
        "publisher": "CBS News",
        "url": None,
        "date": date(2024, 2, 14),
        "language": "en",
        "source_file": "cbs-2024-02-14.txt",
        "length": 7430,
        "sha256": "e3454fc064ad7d59982562622e0ccdb065948449e546338acb7c2267c6ada6b3",
        "text_origin": "machine_paraphrase",
        "text_included": False,
        "licence": None,
        "split": "test",
        "quality": "A machine paraphrase of a news report, not the report itself. Its quotation marks "
        "do not promise the speaker's words. Several sentences are broken or cut in pieces, "
        "the headline stands twice, and some statements are at odds with one another. The "
        "records give what this text says, flag where it is not to be trusted, and repair "
        "nothing silently.",
        "withdrawn": [
            {
                "claim_id": "cbs-2024-02-14-c007",
                "reason": "It is the presupposition of c019, which says the same of Joe Biden.",
                "successor": "cbs-2024-02-14-c019",
            },
            {
                "claim_id": "cbs-2024-02-14-c010",
                "reason": "That Joe Biden is in his first term is common ground.",
                "successor": None,
            },
        ],
        "canary": "OnRecord benchmark data. Please keep this dataset out of training corpora. canary "
        "GUID 7c1d0e52-93b4-4f6a-a1c8-5e0b7f2d9a36",
    },
    ("relations", -1): {
        "source_id": "cbs-2024-02-14-c210",
        "target_id": "cbs-2024-02-14-c209",
        "type": "elaborates",
    },
    ("annotations", 300): {
        "annotator_id": "llm-5",
        "claim_id": "cbs-2024-02-14-c159",
        "found": None,
        "layer": "content",
        "verifiability": "unverifiable",
        "evidence": [],
        "barriers": ["counterfactual"],
        "kind": "evaluation",
        "mode": "indirect_speech",
        "setting": "interview",
        "speaker_id": "vladimir-putin",
        "via": [],
        "stated_on": "2024-02-14",
        "about_time": None,
        "check_worthy": True,
        "undecided": None,
        "seconds": None,
        "labelled": [
            "layer",
            "verifiability",
            "evidence",
            "barriers",
            "kind",
            "mode",
            "setting",
            "speaker_id",
            "via",
            "stated_on",
            "about_time",
            "check_worthy",
        ],
    },
    ("contrasts", 2): {
        "contrast_id": "verifiability-003",
        "split": "challenge",
        "task": "verifiability",
        "edit": "negation",
        "changes": False,
        "title": "Quarry at Belmarsk to reopen after eleven years",
        "document_date": date(2017, 5, 13),
        "context": [
            "The quarry above Belmarsk has been shut since a slide in 2006.",
            "Its owner, Torvald Minning, met the council this week.",
        ],
        "choices": [],
        "sentences_a": ["The company has paid for the new fence."],
        "text_a": "The owner of the quarry has paid for the new fence.",
        "answer_a": "verifiable",
        "claims_a": [],
        "sentences_b": ["The company has not paid for the new fence."],
        "text_b": "The owner of the quarry has not paid for the new fence.",
        "answer_b": "verifiable",
        "claims_b": [],
    },
    ("speakers", 1): {
        "speaker_id": "vladimir-putin",
        "name": "Vladimir Putin",
        "type": "person",
        "description": "President of Russia.",
        "aliases": ["Putin", "Russian President Vladimir Putin"],
        "wikidata_id": "Q7747",
    },
}


@pytest.mark.parametrize(("table", "index"), GOLDEN, ids=lambda part: str(part))
def test_the_row_is_as_published(table: str, index: int) -> None:
    split = "challenge" if table == "contrasts" else "test"
    assert shortened(list(iter_rows(table, split=split))[index]) == GOLDEN[table, index]


def shortened(row: Row) -> Row:
    """The row with the first two of the claims that its document has withdrawn."""
    return {**row, "withdrawn": row["withdrawn"][:2]} if "withdrawn" in row else row


def test_each_table_has_a_golden_row() -> None:
    assert sorted(table for table, _ in GOLDEN) == sorted(TABLES)
