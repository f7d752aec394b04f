"""Words, their edges and the ends of sentences in any script, by the rules of Unicode."""

from unicodedata import normalize

import pytest
import regex

from onrecord.reading.article import Source
from onrecord.reading.words import (
    STOPS,
    ends_like_a_sentence,
    is_punctuation,
    occurrences,
    splits_word,
    words,
)
from tests.helpers.scripts import ARABIC, ARTICLES, HINDI, VIETNAMESE, Article

CAFE = "cafe\u0301 noir"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor’s “old” bridge.", ["the", "mayor's", "old", "bridge"]),
        ("a 3.5 per cent e-mail", ["a", "3.5", "per", "cent", "e", "mail"]),
        ("अदिति शर्मा ने", ["अदिति", "शर्मा", "ने"]),
        ("قالَ الوَزيرُ", ["قالَ", "الوَزيرُ"]),
        ("大桥11次", ["大", "桥", "11", "次"]),
        (normalize("NFD", "Cầu cảng"), ["cầu", "cảng"]),
        ("har\u00adbour", ["harbour"]),
    ],
    ids=["English", "numbers", "Hindi", "Arabic", "Chinese", "decomposed", "soft-hyphen"],
)
def test_words_are_split_as_unicode_does_and_normalised(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_mark_on_a_letter_belongs_to_its_word() -> None:
    # The word edges: before c, after the accent, before n, after r.
    assert [edge for edge in range(len(CAFE) + 1) if not splits_word(CAFE, edge)] == [0, 5, 6, 10]


@pytest.mark.parametrize("edge", [9, 10], ids=["before-apostrophe", "after-apostrophe"])
def test_an_apostrophe_ends_a_word_unless_letters_follow(edge: int) -> None:
    assert not splits_word("residents’ homes", edge)
    assert splits_word("the mayor’s", 9)


def test_every_edge_between_chinese_characters_is_a_word_edge() -> None:
    assert not any(splits_word("市长林德星期一说", edge) for edge in range(9))


@pytest.mark.parametrize("character", [*"aé漢ने９٣%€₹٪", "\u0301", "\u093f", "\u064e"], ids=ascii)
def test_letters_digits_marks_and_currency_symbols_are_not_punctuation(character: str) -> None:
    assert not is_punctuation(character)


@pytest.mark.parametrize("character", [*".,;“»。।؟、–- ", "\u200b"], ids=ascii)
def test_stops_quotes_and_spaces_are_punctuation(character: str) -> None:
    assert is_punctuation(character)


@pytest.mark.parametrize("stop", STOPS, ids=ascii)
@pytest.mark.parametrize("closing", ["", "”", "»", "」", "）", "“", "\u200f"], ids=ascii)
def test_a_sentence_may_end_with_the_stop_of_any_script_and_a_closing_quote(stop: str, closing: str) -> None:
    assert ends_like_a_sentence(f"Ωж中{stop}{closing}")


def test_stops_are_sentence_terminals_of_unicode_or_listed_here() -> None:
    terminal = regex.compile(r"\p{Sentence_Break=STerm}|\p{Sentence_Break=ATerm}")

    assert {stop for stop in STOPS if not terminal.match(stop)} == set("…།༎")


@pytest.mark.parametrize(
    "text", ["", "word", "word,", "word:", "कहा", "说", "说，", "قال،", ".)x", "word”", "»"], ids=ascii
)
def test_a_text_cut_short_does_not_end_like_a_sentence(text: str) -> None:
    assert not ends_like_a_sentence(text)


def test_thai_and_lao_sentences_end_without_a_stop() -> None:
    assert ends_like_a_sentence("สะพานปิด")
    assert ends_like_a_sentence("ຂົວປິດ”")


@pytest.mark.parametrize(
    ("text", "sought", "found"),
    [
        ("The bridge\u00a0is  shut", "bridge is shut", ["bridge\u00a0is  shut"]),
        ("The bridge is shut", "bridge \u00a0is", ["bridge is"]),
        (normalize("NFD", "Cầu cảng"), "cầu cảng".title(), []),
        (normalize("NFD", "Cầu cảng"), "Cầu", [normalize("NFD", "Cầu")]),
        ("Cầu cảng", normalize("NFD", "cảng"), ["cảng"]),
        ("the har\u00adbour", "harbour", ["har\u00adbour"]),
        ("say “no”", 'say "no"', ["say “no”"]),
        ("a a a", "a a", ["a a", "a a"]),
        (CAFE, "cafe", []),
        ("नमस्ते", "नमस्त", []),
        ("सागर", "", []),
        ("x", " \u200b", []),
    ],
    ids=ascii,
)
def test_words_are_found_in_every_form_and_as_whole_characters(
    text: str, sought: str, found: list[str]
) -> None:
    assert [text[start:end] for start, end in occurrences(text, sought)] == found


EIGHT = "one two three four five six seven eight"


@pytest.mark.parametrize(
    ("article", "copied"),
    [
        (f"He said {EIGHT} nine.", EIGHT),
        (f"He said {EIGHT}.".replace("five", "ﬁvé"), EIGHT.replace("five", normalize("NFD", "ﬁvé"))),
        (f"He said {EIGHT}.", EIGHT.replace("seven", "sev\u00aden")),
        (HINDI.sentences[1], HINDI.sentences[1]),
        (ARABIC.sentences[1], ARABIC.sentences[1]),
        ("市长说大桥自2019年以来检查了十一次。", "市长说大桥自2019年以来检查了十一次"),
        (ARTICLES[3].sentences[1], ARTICLES[3].sentences[1]),
        (VIETNAMESE.sentences[1], normalize("NFC", VIETNAMESE.sentences[1])),
    ],
    ids=["English", "other-form", "soft-hyphen", "Hindi", "Arabic", "Chinese", "Thai", "Vietnamese"],
)
def test_copied_words_are_found_in_every_script_and_form(article: str, copied: str) -> None:
    assert Source(article).shared_run(copied) == words(copied)


@pytest.mark.parametrize(
    ("article", "shared"),
    [
        (EIGHT, EIGHT.removesuffix(" eight")),
        ("मुख्यमंत्री आदित्यनाथ श्रीवास्तव ने कहा।", "मुख्यमंत्री आदित्यनाथ श्रीवास्तव"),
        ("中华人民共和国国务院说，", "中华人民共和国国务院"),
        ("กรุงเทพมหานครกล่าวว่า", "กรุงเทพมหานคร"),
    ],
    ids=["seven-words", "Hindi-name", "Chinese-name", "Thai-name"],
)
def test_a_name_or_seven_words_do_not_count_as_copied(article: str, shared: str) -> None:
    assert Source(article).shared_run(shared) == []


def test_the_longest_of_two_copied_runs_is_reported() -> None:
    longer = "a b c d e f g h i j"
    source = Source(f"{EIGHT}. x. {longer}.")

    assert source.shared_run(f"{EIGHT} and {longer}") == longer.split()


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.language)
def test_no_gloss_of_the_fixtures_is_copied(article: Article) -> None:
    assert [gloss for gloss in article.glosses if Source(article.text).shared_run(gloss)] == []
