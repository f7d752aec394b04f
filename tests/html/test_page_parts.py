"""What the page says: names and times in words, descriptions of charts, links and differences of claims."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import onrecord
from onrecord.dataset import agreement
from onrecord.dataset.load import iter_rows
from onrecord.html.alt_texts import describe_dots, describe_order
from onrecord.html.charts import MOST_ROWS, Dot, cross_table
from onrecord.html.columns import to_columns
from onrecord.html.data import read_page_data
from onrecord.html.figures import facts_of, figures_of
from onrecord.html.overview import overview_of
from onrecord.html.timeline import MOST_TIMES, times_of
from onrecord.html.views import differences, shown_documents
from onrecord.html.wording import time_words
from onrecord.model.annotations import annotated_fields, has_labelled, label_of
from tests.helpers.columns import cells
from tests.helpers.sample import claim_id, segment_id


@pytest.mark.parametrize(
    ("edtf", "wording"),
    [
        (None, "no time"),
        ("2024", "2024"),
        ("2021-06", "June 2021"),
        ("2024-02-14", "14 Feb 2024"),
        ("../2024-02-14", "up to 14 Feb 2024"),
        ("2024-02-14/..", "from 14 Feb 2024"),
        ("2024-02-05/2024-02-11", "5 to 11 Feb 2024"),
        ("2024-01-30/2024-02-02", "30 Jan 2024 to 2 Feb 2024"),
        ("2015/2022-02", "2015 to Feb 2022"),
    ],
)
def test_times_are_put_into_words(edtf: str | None, wording: str) -> None:
    assert time_words(edtf) == wording


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param([], id="none"),
        pytest.param(["a", "b", "c"], id="all different"),
        pytest.param(["a", "a", None, "a"], id="repeated"),
        pytest.param([True, 1, "1", True, 1, "1"], id="alike to Python"),
        pytest.param([["a"], [], ["a"], ["a"]], id="lists"),
        pytest.param([str(n % 200) for n in range(1_000)], id="more values than characters"),
        pytest.param(["x-2024-c001", "x-2024-c1000", "y-c002", "x-2024-s001"], id="ids"),
        pytest.param(["x-c001", "x-c0002", "x-c1"], id="nearly ids"),
        pytest.param(["x-c001", None], id="an id and none"),
    ],
)
def test_packed_columns_hold_what_was_put_in(packed: list[Any]) -> None:
    [column] = to_columns([{"x": cell} for cell in packed], ["x"])["columns"]
    found = cells(column)
    assert [(type(cell), cell) for cell in found] == [(type(cell), cell) for cell in packed]


def test_packed_dates_are_iso() -> None:
    assert to_columns([{"x": date(2024, 2, 14)}], ["x"])["columns"][0]["values"] == ["2024-02-14"]


def test_descriptions_of_charts_tell_the_counts_of_the_records() -> None:
    page_data = read_page_data(None)
    figures = figures_of(facts_of(page_data))
    labels = Counter(claim["verifiability"] for claim in page_data.claims)
    total = f"{labels['verifiable']} verifiable, {labels['partially_verifiable']} partially verifiable, "
    assert total in figures["speakers"].alt
    assert total in figures["kinds"].alt
    assert total in describe_order(page_data.claims)
    (stated, n), *_ = Counter(claim["stated_on"] for claim in page_data.claims).most_common()
    assert f"Most frequent: {time_words(stated)} ({n} claims)" in figures["stated"].alt
    untimed = sum(claim["about_time"] is None for claim in page_data.claims)
    assert figures["about"].alt.endswith(f"{untimed} claims without a time.")


def test_a_description_of_dots_tells_every_value() -> None:
    rows = [Dot("", "kind", 0.5, 0.25, 0.75), Dot("", "stated_on", 1.0, None, None)]
    assert describe_dots(rows, "Agreement").endswith("kind 0.500, stated on 1.000.")


def claim(**fields: object) -> dict[str, object]:
    return {"verifiability": "verifiable", "kind": "event", "stated_on": "2024", **fields}


def test_rare_speakers_are_counted_as_one_row() -> None:
    many = [claim(speaker_id=f"speaker-{n:02d}") for n in range(MOST_ROWS + 5)]
    table = cross_table([*many, claim(speaker_id="speaker-07")], "speaker_id", {"speaker-07": "Seven"})
    assert len(table.rows) == len(table.keys) == MOST_ROWS
    assert table.rows[0][0] == "Seven"
    assert table.rows[-1][0] == "6 others"
    assert table.keys[-1] is None
    assert sum(sum(counts.values()) for _, counts in table.rows) == len(many) + 1


def test_rare_times_are_counted_and_the_drawn_ones_are_in_order() -> None:
    years = [claim(stated_on=str(year)) for year in range(1990, 1990 + MOST_TIMES + 3)]
    documents = [{"date": date(2024, 1, 1)}, {"date": date(2024, 1, 2)}]
    times = times_of([*years, claim(stated_on=None)], documents, "stated_on")
    assert [edtf for edtf, _ in times.rows] == sorted(edtf for edtf, _ in times.rows)
    assert (len(times.rows), times.left_out, times.untimed, times.dateline) == (MOST_TIMES, 3, 1, None)


def test_claims_are_next_to_their_sentences_in_their_paragraphs(sample_data: Path) -> None:
    page_data = read_page_data(sample_data)
    (document,) = shown_documents(page_data, 10)
    found = {segment.row["segment_id"]: segment for segment in document.segments}
    assert [shown.row["claim_id"] for shown in found[segment_id(2)].claims] == [claim_id(2), claim_id(3)]
    third, fifth = found[segment_id(2)].claims[1], found[segment_id(3)].claims[0]
    assert (third.is_contradicted, fifth.is_contradicted) == (True, True)
    assert found[segment_id(4)].repeats == found[segment_id(1)].row
    assert [paragraph.number for paragraph in document.paragraphs] == sorted(
        {segment.row["paragraph"] for segment in document.segments}
    )
    assert sum(paragraph.claims for paragraph in document.paragraphs) == document.claims == 4


def test_a_folded_paragraph_is_known_by_the_start_of_its_first_sentence(sample_data: Path) -> None:
    (document,) = shown_documents(read_page_data(sample_data), 10)
    for paragraph in document.paragraphs:
        gloss = paragraph.segments[0].row["gloss"]
        assert gloss.startswith(paragraph.heading.removesuffix(" …"))
        assert len(paragraph.heading) <= 62


def test_the_articles_own_voice_has_the_name_of_its_publisher() -> None:
    names = read_page_data(None).names
    assert names["article-cbs-2024-02-14"] == "CBS News (the article)"
    assert names["joe-biden"] == "Joe Biden"


def test_the_page_opens_with_a_sentence_in_which_several_speak() -> None:
    opening = overview_of(read_page_data(None)).opening
    assert opening is not None
    assert 2 <= len(opening.claims) <= 3
    assert len({claim["speaker_id"] for claim in opening.claims}) > 1
    assert len({claim["verifiability"] for claim in opening.claims}) > 1
    assert not any(claim["flags"] for claim in opening.claims)


def test_every_type_of_link_has_words_for_its_other_end() -> None:
    from onrecord.html.views import CONVERSE

    assert set(CONVERSE) == set(onrecord.label_names("type", "relations"))


def test_documents_are_shown_as_long_as_their_claims_fit(sample_data: Path) -> None:
    page_data = read_page_data(sample_data)
    assert len(list(shown_documents(page_data, len(page_data.claims)))) == 1
    assert list(shown_documents(page_data, len(page_data.claims) - 1)) == []


def annotations(*labels: Sequence[str]) -> list[dict[str, object]]:
    return [
        {
            "annotator_id": f"annotator-{who}",
            "claim_id": f"c{number}",
            "verifiability": label,
            "kind": "event",
            "speaker_id": "somebody",
            "stated_on": "2024",
            "check_worthy": None,
        }
        for number, given in enumerate(labels)
        for who, label in enumerate(given)
    ]


def agreed(*labels: Sequence[str]) -> list[agreement.Agreement]:
    places = [{"claim_id": f"c{n}", "segment_id": f"s{n}"} for n in range(len(labels))]
    segments = [{"segment_id": f"s{n}", "document_id": "d", "paragraph": n} for n in range(len(labels))]
    return agreement.agreements(places, segments, annotations(*labels))


def test_agreement_covers_claims_that_two_have_labelled() -> None:
    both, other = ["verifiable", "verifiable"], ["verifiable", "unverifiable"]
    verifiability, kind, *_ = agreed(both, other, ["unverifiable", "unverifiable"], ["verifiable"])
    assert (verifiability.claims, verifiability.unanimous) == (3, 2)
    assert verifiability.pairs == pytest.approx(2 / 3)
    assert verifiability.alpha is not None
    assert verifiability.interval is not None
    assert verifiability.interval[0] <= verifiability.alpha <= verifiability.interval[1]
    # All gave one label: there is nothing that chance could have got right.
    assert (kind.alpha, kind.interval, kind.pairs) == (None, None, 1.0)


def test_there_is_no_agreement_of_one_annotator() -> None:
    assert agreed(["verifiable"], ["unverifiable"]) == []


def test_differences_are_the_labels_that_not_all_gave() -> None:
    found = differences(read_page_data(None))
    labels: dict[tuple[str, str], set[object]] = {}
    for row in iter_rows("annotations", split=None):
        for field in annotated_fields():
            if has_labelled(row, field):
                labels.setdefault((row["claim_id"], field), set()).add(label_of(row, field))
    assert {(one.claim["claim_id"], one.field) for one in found} == {
        key for key, given in labels.items() if len(given) > 1
    }
