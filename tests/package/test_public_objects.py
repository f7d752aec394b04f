"""What public functions return and raise: a `repr` of one line, tables as text and in notebooks, messages."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import onrecord
from onrecord import exceptions, testing
from onrecord.benchmark.formats import comparison_table, errors_table, score_table
from onrecord.exceptions import InvalidPredictions, InvalidRecords, OnRecordError
from onrecord.reporting import text_lines
from onrecord.rules import RULES
from tests.helpers.answers import gold, write
from tests.helpers.sample import DOCUMENT_ID, edit

TASK = "verifiability"
LINE = 100


def test_a_misspelt_public_name_is_answered_with_the_nearest() -> None:
    # Python adds the suggestion when it prints the traceback.
    command = [sys.executable, "-c", "import onrecord; onrecord.lod"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr.endswith("has no attribute 'lod'. Did you mean: 'load'?\n")


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """One object of each kind that a public function returns."""
    folder = tmp_path_factory.mktemp("objects")
    lines = gold(TASK)
    lines[0]["prediction"] = "unverifiable"
    score = onrecord.score(TASK, lines, system="a system with a long name " * 10)
    comparison = onrecord.compare(TASK, {"one": lines, "a <b>bold</b>\x1b[31m one": lines[::2]})
    errors = onrecord.errors(TASK, lines[::2])
    [finding] = onrecord.check(TASK, [{**lines[0], "prediction": "verifyable\x1b" * 50}])
    build = onrecord.build(onrecord.path() + "/records", folder / "data")
    changed = onrecord.diff(onrecord.path(), folder / "data")
    validation = onrecord.validate(onrecord.path() + "/records", level=2)
    return {
        "Score": score,
        "Value": score.result,
        "ClassScore": score.per_class[0],
        "Comparison": comparison,
        "Pair": comparison.pairs[0],
        "System": comparison.systems[0],
        "Errors": errors,
        "WrongItem": errors.wrong[0],
        "Subgroup": errors.subgroups[0],
        "Finding": finding,
        "Rule": RULES["unknown-label"],
        "BuildReport": build,
        "Diff": changed,
        "Validation": validation,
        "Summary": validation.summary,
        "Task": onrecord.TASKS[TASK],
        "BaselineLines": onrecord.baseline(TASK, "majority"),
        "BadRecord": testing.bad_records()[0],
    }


def test_every_repr_fits_a_line(objects: dict[str, object]) -> None:
    for name, one in objects.items():
        assert name in repr(one)
        assert len(repr(one)) <= LINE, repr(one)
        assert repr(one).isprintable()


def test_the_repr_of_a_score_has_the_figure_and_its_interval() -> None:
    score = onrecord.score(TASK, gold(TASK), system="mine")
    result = score.result

    interval = f"{result.low:.3f} to {result.high:.3f}"
    assert repr(score) == f"<Score {TASK} on test: mine, macro_f1_content 1.000 ({interval}), n = {score.n}>"


def test_the_text_of_a_result_is_its_table() -> None:
    lines = gold(TASK)
    score, errors = onrecord.score(TASK, lines), onrecord.errors(TASK, lines[::2])
    comparison = onrecord.compare(TASK, {"one": lines, "other": lines[::2]})

    assert str(score) == score_table(score)
    assert str(errors) == errors_table(errors)
    assert str(comparison) == comparison_table(comparison)


@pytest.mark.parametrize("name", ["Score", "Comparison", "Errors"])
def test_a_notebook_shows_a_small_table_in_which_names_are_text(
    name: str, objects: dict[str, object]
) -> None:
    html: str = getattr(objects[name], "_repr_html_")()  # noqa: B009  # what notebooks call

    assert html.count("<table>") == html.count("</table>") == 1
    assert len(html) < 10_000
    assert "\x1b" not in html
    assert "<b>" not in html
    if name == "Comparison":
        assert "&lt;b&gt;bold&lt;/b&gt;" in html


def test_a_finding_is_printed_as_validation_prints_it(objects: dict[str, object]) -> None:
    finding = objects["Finding"]

    assert isinstance(finding, onrecord.Finding)
    assert [str(finding)] == list(text_lines([finding]))


def test_the_exception_of_a_build_shows_the_first_five_findings(sample_records: Path, tmp_path: Path) -> None:
    folder = sample_records / DOCUMENT_ID
    edit(folder / "claims.jsonl", lambda rows: [row.update(mode="said") for row in rows])
    edit(folder / "segments.jsonl", lambda rows: [row.update(role="said") for row in rows])
    with pytest.raises(InvalidRecords) as caught:
        onrecord.build(sample_records, tmp_path / "data")

    lines = str(caught.value).splitlines()
    assert lines[0] == f"{len(caught.value.findings)} errors in the records: nothing was built"
    assert lines[1:6] == [f"  {finding}" for finding in caught.value.findings[:5]]
    assert lines[6:] == [f"  and {len(caught.value.findings) - 5} more in `findings`"]


def test_the_exception_of_a_score_shows_the_first_five_findings(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", [{**line, "prediction": "x"} for line in gold(TASK)[:7]])
    with pytest.raises(InvalidPredictions) as caught:
        onrecord.score(TASK, path)

    lines = str(caught.value).splitlines()
    assert lines[0] == "the predictions have 7 errors"
    assert lines[1:6] == [f"  {finding}" for finding in caught.value.findings[:5]]
    assert lines[6:] == ["  and 2 more in `findings`"]


def test_every_exception_is_in_one_tree() -> None:
    own = [value for value in vars(exceptions).values() if inspect.isclass(value)]
    found = [value for value in own if issubclass(value, Exception)]

    assert len(found) > 20
    assert all(issubclass(value, OnRecordError) for value in found)
    assert onrecord.OnRecordError is OnRecordError


def test_the_function_errors_and_the_exceptions_are_both_there() -> None:
    from onrecord import errors
    from onrecord import exceptions as tree

    assert errors(TASK, gold(TASK)).wrong == ()
    assert issubclass(tree.InvalidRecords, onrecord.OnRecordError)


def functions() -> dict[str, Callable[..., object]]:
    public = {name: getattr(onrecord, name) for name in onrecord.__all__}
    return {name: value for name, value in public.items() if inspect.isfunction(value)}


def test_pydoc_shows_every_public_name() -> None:
    import pydoc

    text = pydoc.plain(pydoc.render_doc(onrecord))
    for name in functions():
        assert re.search(rf"^    {name}\(", text, re.MULTILINE), name
    for name in ("Score", "Comparison", "Finding", "Diff", "BuildReport"):
        assert f"class {name}(" in text


def test_what_a_documentation_tool_collects_is_every_public_name() -> None:
    members = dict(inspect.getmembers(onrecord))

    assert set(onrecord.__all__) == set(members)
    assert all(inspect.getdoc(function) for function in functions().values())
