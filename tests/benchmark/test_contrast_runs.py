"""Contrast pairs in a user's tests: chosen by filters, run over a function, one test per pair."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pytest

from onrecord import rows, testing
from onrecord.benchmark.tasks.contrasts import input_id, pair_gold
from onrecord.rules.contrasts import SIDES

pytest_plugins = ["pytester"]

Run = Callable[..., pytest.RunResult]

GOLD = {input_id(pair, side): pair_gold(pair, side) for pair in testing.contrasts() for side in SIDES}


def perfect(given: Mapping[str, Any]) -> Any:
    answer = GOLD[given["input_id"]]
    return list(answer) if isinstance(answer, tuple) else answer


def verifiable(_: Mapping[str, Any]) -> str:
    return "verifiable"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest in this process on the text of a test file, without plugins but ours."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def on(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(text)
        return pytester.runpytest_inprocess("-p", "onrecord.pytest_plugin", *options)

    return on


def test_pairs_are_chosen_by_every_filter() -> None:
    found = testing.select_contrasts(task="verifiability", edit=["negation", "hedge"], changes=False)

    assert {pair["edit"] for pair in found} == {"negation", "hedge"}
    assert all(pair["task"] == "verifiability" and not pair["changes"] for pair in found)
    assert testing.select_contrasts() == testing.contrasts() == rows("contrasts", split=None)
    assert testing.select_contrasts(split="validation") == rows("contrasts", split="validation")
    assert [pair["contrast_id"] for pair in testing.select_contrasts(contrast_id="date-001")] == ["date-001"]


def test_chosen_pairs_are_fresh() -> None:
    testing.select_contrasts(contrast_id="date-001")[0]["context"].clear()

    assert testing.select_contrasts(contrast_id="date-001")[0]["context"]


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"edit": "negatoin"}, "no contrast pair has edit='negatoin'; did you mean 'negation'?"),
        ({"tsk": "date"}, "contrast pairs cannot be chosen by 'tsk'; did you mean 'task'?"),
        ({"changes": 1}, "no contrast pair has changes=1; expected one of True, False"),
        ({"task": []}, "task=[] matches no contrast pair"),
        ({"task": "date", "edit": "question"}, "no contrast pair matches all of task='date' ("),
        ({"contrast_id": 7}, f"it is not one of the {len(GOLD) // 2} known values"),
    ],
)
def test_a_filter_that_chooses_nothing_is_an_error(filters: dict[str, Any], message: str) -> None:
    with pytest.raises(testing.ContrastFilterError) as raised:
        testing.select_contrasts(**filters)

    assert message in str(raised.value)


def test_every_wrong_filter_has_a_line() -> None:
    with pytest.raises(testing.ContrastFilterError) as raised:
        testing.select_contrasts(task="dat", edit="hedg")

    assert len(str(raised.value).split("\n")) == 2


def test_a_perfect_function_is_consistent_on_all_pairs() -> None:
    assert testing.assert_consistent(perfect) == 1.0
    for pair in testing.contrasts():
        testing.check_contrast(perfect, pair)


def test_a_constant_function_is_consistent_on_no_pair_that_changes() -> None:
    chosen: dict[str, Any] = {"task": "verifiability", "changes": True}

    assert testing.assert_consistent(verifiable, at_least=0, **chosen) == 0.0
    with pytest.raises(testing.InconsistentAnswers) as raised:
        testing.assert_consistent(verifiable, at_least=0.1, **chosen)
    number = len(testing.select_contrasts(**chosen))
    assert isinstance(raised.value, AssertionError)
    assert f"both answers are right in 0.000 of {number} pairs, expected at least 0.1" in str(raised.value)
    assert str(raised.value).endswith(f"and {number - 10} more")


def test_the_share_is_that_of_pairs_with_both_answers_right() -> None:
    pairs = testing.select_contrasts(task="verifiability")
    right = [pair for pair in pairs if pair["answer_a"] == pair["answer_b"] == "verifiable"]

    found = testing.assert_consistent(verifiable, at_least=0, task="verifiability")
    assert found == pytest.approx(len(right) / len(pairs))


def test_a_wrong_answer_is_shown_with_its_input_and_what_was_expected() -> None:
    pair = testing.select_contrasts(task="verifiability", edit="motive")[0]
    with pytest.raises(testing.InconsistentAnswers) as raised:
        testing.check_contrast(verifiable, pair)

    first, *wrong = str(raised.value).split("\n")
    assert first == f"{pair['contrast_id']} (motive, which changes the answer):"
    assert wrong == [f"  b: {pair['text_b']} -> 'verifiable', expected {pair['answer_b']!r}"]


def test_scalars_of_numpy_and_tuples_of_claims_are_answers() -> None:
    def as_numpy(given: Mapping[str, Any]) -> Any:
        answer = GOLD[given["input_id"]]
        if isinstance(answer, tuple):
            return answer
        return np.bool_(answer) if isinstance(answer, bool) else np.str_(answer)

    assert testing.assert_consistent(as_numpy) == 1.0


@pytest.mark.parametrize("answer", [[1], [None], "one", 3])
def test_an_answer_that_is_no_list_of_claims_is_wrong_and_no_error(answer: object) -> None:
    assert testing.assert_consistent(lambda _: answer, at_least=0, task="extraction") == 0.0


def test_a_date_of_python_is_wrong_here_as_it_is_in_a_file() -> None:
    pairs = testing.select_contrasts(task="date")
    pair = next(pair for pair in pairs if re.fullmatch(r"\d{4}-\d\d-\d\d", str(pair["answer_a"])))
    with pytest.raises(testing.InconsistentAnswers, match=r"a: .*datetime\.date"):
        testing.check_contrast(lambda _: date.fromisoformat(str(pair["answer_a"])), pair)


def test_a_share_that_is_just_reached_is_enough() -> None:
    pairs = testing.select_contrasts(task="verifiability", edit="negation")
    for right in range(len(pairs) + 1):
        known = {pair["contrast_id"] for pair in pairs[:right]}

        def knows_some(given: Mapping[str, Any], known: set[str] = known) -> Any:
            return perfect(given) if given["input_id"][:-2] in known else None

        share = right / len(pairs)
        testing.assert_consistent(knows_some, at_least=share, task="verifiability", edit="negation")


@pytest.mark.parametrize("floor", [-0.1, 1.5])
def test_a_floor_that_is_no_share_is_refused(floor: float) -> None:
    with pytest.raises(ValueError, match="expected a share between 0 and 1"):
        testing.assert_consistent(perfect, at_least=floor)


@pytest.mark.parametrize("answer", [None, "soon", 7, ["one"]])
def test_an_answer_that_is_no_date_is_wrong_and_no_error(answer: object) -> None:
    assert testing.assert_consistent(lambda _: answer, at_least=0, task="date") == 0.0


def test_a_function_gets_what_the_command_line_prints() -> None:
    from onrecord import inputs

    by_id = {row["input_id"]: dict(row) for row in inputs("contrasts", split="all")}
    for pair in testing.select_contrasts(split="validation"):
        for given in testing.contrast_inputs(pair):
            assert given == by_id[given["input_id"]]


def test_the_marker_runs_a_test_per_pair(run: Run) -> None:
    number = len(testing.select_contrasts(task="verifiability", edit="negation"))
    run(
        """
        import pytest

        @pytest.mark.onrecord_contrasts(task="verifiability", edit="negation")
        def test_pair(onrecord_contrast):
            assert onrecord_contrast["task"] == "verifiability"
            assert onrecord_contrast.pop("edit") == "negation"
        """,
        "--strict-markers",
    ).assert_outcomes(passed=number)


def test_a_test_per_pair_is_named_after_it_and_checks_both_inputs(run: Run) -> None:
    result = run(
        """
        import pytest

        def answer(given):
            return "verifiable"

        @pytest.mark.onrecord_contrasts(contrast_id=["verifiability-001", "verifiability-003"])
        def test_pair(onrecord_contrast, onrecord_check_contrast):
            onrecord_check_contrast(answer, onrecord_contrast)
        """,
        "-v",
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*test_pair?verifiability-001? FAILED*", "*said_is, which changes the answer*"]
    )


def test_markers_add_up(run: Run) -> None:
    number = len(testing.select_contrasts(task="date", edit="hedge"))
    run(
        """
        import pytest

        @pytest.mark.onrecord_contrasts(task="date")
        class TestDates:
            @pytest.mark.onrecord_contrasts(edit="hedge")
            def test_pair(self, onrecord_contrast):
                assert (onrecord_contrast["task"], onrecord_contrast["edit"]) == ("date", "hedge")
        """
    ).assert_outcomes(passed=number)


@pytest.mark.parametrize(
    ("marker", "argument", "message"),
    [
        ("edit='negatoin'", "onrecord_contrast", "*did you mean 'negation'?*"),
        ("'date'", "onrecord_contrast", "*onrecord_contrasts takes filters by name*"),
        ("task='date', edit='question'", "onrecord_contrast", "*no contrast pair matches all of*"),
        ("task='date'", "tmp_path", "*there is no argument onrecord_contrast*"),
    ],
)
def test_a_marker_that_chooses_nothing_stops_the_collection(
    run: Run, marker: str, argument: str, message: str
) -> None:
    result = run(
        f"""
        import pytest

        @pytest.mark.onrecord_contrasts({marker})
        def test_pair({argument}):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])


def test_two_markers_that_exclude_each_other_are_an_error(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.onrecord_contrasts(task="date")
        @pytest.mark.onrecord_contrasts(task="speaker")
        def test_pair(onrecord_contrast):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*no contrast pair matches all of*"])


def test_a_test_that_gives_the_argument_itself_is_left_alone(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.parametrize("onrecord_contrast", ["mine"], indirect=True)
        def test_mine(onrecord_contrast):
            assert onrecord_contrast == "mine"
        """
    )
    result.assert_outcomes(passed=1)
