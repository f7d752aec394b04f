"""What is read in a text: names and years."""

import pytest

from onrecord.benchmark.wording import Names, names_of, read_wording


def test_names_are_whole_words_and_the_longest_counts() -> None:
    names = Names({"ann": ["Ann"], "anna": ["Ann Lee"]})
    assert [found[2] for found in names.found_in("Ann Lee met Ann and Annie")] == ["anna", "ann"]


def test_a_speaker_who_is_given_twice_keeps_all_names() -> None:
    rows = [
        {"speaker_id": "ada", "name": "Ada Lind", "aliases": ["Mayor Lind"]},
        {"speaker_id": "ada", "name": "Ada Lind", "aliases": []},
    ]
    assert [found[2] for found in names_of(rows).found_in("Mayor Lind met Ada Lind")] == ["ada", "ada"]


def test_names_come_from_the_table_of_speakers() -> None:
    rows = [{"speaker_id": "ada", "name": "Ada Lind", "aliases": ["Lind", "the mayor"]}]
    assert [found[2] for found in names_of(rows).found_in("the mayor Ada Lind")] == ["ada"]


@pytest.mark.parametrize("year", [1700, 1789, 1850, 1999, 2024, 2099])
def test_a_year_of_four_centuries_is_a_year_and_no_number(year: int) -> None:
    read = read_wording(f"It opened in {year}.")
    assert read.years == {f"year {year}"}
    assert read.numbers == frozenset()


@pytest.mark.parametrize("number", [1699, 2100])
def test_a_number_outside_these_centuries_is_no_year(number: int) -> None:
    read = read_wording(f"It has {number} lamps.")
    assert read.years == frozenset()
    assert read.numbers == {str(number)}
