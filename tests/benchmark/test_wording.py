"""What is read in a text: names."""

from onrecord.benchmark.wording import Names, names_of


def test_names_are_whole_words_and_the_longest_counts() -> None:
    names = Names({"ann": ["Ann"], "anna": ["Ann Lee"]})
    assert [found[2] for found in names.found_in("Ann Lee met Ann and Annie")] == ["anna", "ann"]


def test_names_come_from_the_table_of_speakers() -> None:
    rows = [{"speaker_id": "ada", "name": "Ada Lind", "aliases": ["Lind", "the mayor"]}]
    assert [found[2] for found in names_of(rows).found_in("the mayor Ada Lind")] == ["ada"]
