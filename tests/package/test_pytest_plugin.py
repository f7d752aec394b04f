"""The pytest plugin on test files as users write them, and that who leaves it alone does not pay for it."""

from collections.abc import Callable
from importlib import import_module

import pytest

from onrecord.testing import bad_records, claims, dataset, select_claims

pytest_plugins = ["pytester"]

QUIET = ("-p", "no:randomly", "-p", "no:cacheprovider")
Run = Callable[..., pytest.RunResult]


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Load the libraries, because a run in this process drops what it loads."""
    dataset()
    # numpy loads it on first use, and once per process.
    import_module("numpy.fft")


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest in this process on the text of a test file, without plugins but ours."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def on(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(text)
        return pytester.runpytest_inprocess("-p", "onrecord.pytest_plugin", *options)

    return on


@pytest.fixture
def run_apart(pytester: pytest.Pytester) -> Run:
    """Run it in a process of its own, with all plugins that are installed, ours among them."""

    def on(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(text)
        return pytester.runpytest_subprocess(*QUIET, *options)

    return on


@pytest.mark.parametrize("table", ["claims", "segments", "speakers", "documents"])
def test_a_fixture_gives_the_rows_of_its_table(run: Run, table: str) -> None:
    run(
        f"""
        import onrecord

        def test_rows(onrecord_{table}):
            assert onrecord_{table} == onrecord.rows("{table}")
            assert all(type(row) is dict for row in onrecord_{table})
        """
    ).assert_outcomes(passed=1)


def test_the_rows_load_neither_datasets_nor_pandas(run_apart: Run) -> None:
    run_apart(
        """
        import sys

        def test_rows(onrecord_claims, onrecord_segments, onrecord_speakers, onrecord_documents):
            assert not {"datasets", "pandas"} & set(sys.modules)
        """
    ).assert_outcomes(passed=1)


def test_a_session_has_one_list(run: Run) -> None:
    run(
        """
        seen = []

        def test_first(onrecord_claims):
            seen.append(onrecord_claims)

        def test_second(onrecord_claims):
            assert onrecord_claims is seen[0]
        """
    ).assert_outcomes(passed=2)


def test_the_dataset_is_what_load_dataset_gives(run: Run) -> None:
    run(
        """
        import datasets
        import onrecord

        def test_dataset(onrecord_dataset, tmp_path):
            loaded = datasets.load_dataset(onrecord.path(), cache_dir=str(tmp_path))
            assert type(onrecord_dataset) is type(loaded)
            assert list(onrecord_dataset) == list(loaded)
            assert list(onrecord_dataset["test"]) == list(loaded["test"])
            assert onrecord_dataset["test"].features == loaded["test"].features
        """
    ).assert_outcomes(passed=1)


def test_a_bad_record_fails_the_test_with_every_finding(run: Run) -> None:
    result = run(
        """
        def test_good(onrecord_claims, onrecord_validate):
            onrecord_validate(onrecord_claims[0])

        def test_bad(onrecord_claims, onrecord_validate):
            onrecord_validate({**onrecord_claims[0], "kind": "evnt", "mode": 3})
        """
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines_random(["*$.kind: *event*", "*$.mode: *wrong-type*"])
    # The line of the test, and none of ours.
    result.stdout.fnmatch_lines([">*onrecord_validate({[*][*]onrecord_claims*"])
    result.stdout.no_fnmatch_line("*pytest_plugin*")


def test_another_table_is_validated_by_its_name(run: Run) -> None:
    result = run(
        """
        def test_speaker(onrecord_speakers, onrecord_validate):
            onrecord_validate(onrecord_speakers[0], "speakers")

        def test_claim_as_speaker(onrecord_claims, onrecord_validate):
            onrecord_validate(onrecord_claims[0], table="speakers")
        """
    )

    result.assert_outcomes(passed=1, failed=1)


def test_bad_records_name_the_rule_that_validation_reports(run: Run) -> None:
    run(
        """
        from onrecord import testing

        def test_each(onrecord_bad_records):
            for bad in onrecord_bad_records[::25]:
                assert [found.rule for found in testing.findings(bad.record, bad.table)] == [bad.rule]
        """
    ).assert_outcomes(passed=1)
    assert len(bad_records()) > 25


def test_a_marked_test_runs_once_for_each_claim_that_fits(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.onrecord_claim_where(
            speaker_id="joe-biden", verifiability=["verifiable", "unverifiable"]
        )
        def test_claim(onrecord_claim):
            assert onrecord_claim["speaker_id"] == "joe-biden"
            assert onrecord_claim["verifiability"] != "partially_verifiable"
        """,
        "-v",
        "--strict-markers",
    )

    chosen = select_claims(speaker_id="joe-biden", verifiability=["verifiable", "unverifiable"])
    result.assert_outcomes(passed=len(chosen))
    result.stdout.fnmatch_lines([f"*::test_claim[[]{claim['claim_id']}] PASSED*" for claim in chosen])


def test_the_old_name_of_the_marker_works_alone_and_with_the_new_one(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.onrecord_claims(flags="presupposed")
        def test_old(onrecord_claim):
            assert "presupposed" in onrecord_claim["flags"]

        @pytest.mark.onrecord_claims(flags="presupposed")
        @pytest.mark.onrecord_claim_where(flags="unclear_time")
        def test_both(onrecord_claim, onrecord_claims):
            assert onrecord_claim in onrecord_claims
            assert {"presupposed", "unclear_time"} <= set(onrecord_claim["flags"])
        """,
        "--strict-markers",
    )

    old = [claim for claim in claims() if "presupposed" in claim["flags"]]
    result.assert_outcomes(passed=len(old) + sum("unclear_time" in claim["flags"] for claim in old))


@pytest.mark.parametrize("name", ["onrecord_claims", "onrecord_claim_where"])
def test_an_error_names_the_marker_that_was_written(run: Run, name: str) -> None:
    result = run(
        f"""
        import pytest

        @pytest.mark.{name}(kind="evnt")
        def test_claim(onrecord_claim):
            pass
        """
    )

    result.stdout.fnmatch_lines([f"{name}: no claim has kind='evnt'*'event'*"])


def test_a_record_that_is_not_valid_is_an_assertion_error(run: Run) -> None:
    run(
        """
        import pytest
        from onrecord.exceptions import OnRecordError

        def test_bad(onrecord_claims, onrecord_validate):
            with pytest.raises(AssertionError, match="not a valid record of claims") as caught:
                onrecord_validate({**onrecord_claims[0], "kind": "evnt"})
            assert isinstance(caught.value, OnRecordError)
            assert [found.rule for found in caught.value.findings] == ["unknown-label"]
        """
    ).assert_outcomes(passed=1)


def test_markers_add_up(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.onrecord_claim_where(flags="presupposed")
        class TestBoth:
            @pytest.mark.onrecord_claim_where(flags="unclear_time")
            def test_claim(self, onrecord_claim):
                assert {"presupposed", "unclear_time"} <= set(onrecord_claim["flags"])

            def test_without_a_claim(self):
                pass
        """
    )

    both = [claim for claim in claims() if {"presupposed", "unclear_time"} <= set(claim["flags"])]
    assert both
    result.assert_outcomes(passed=len(both) + 1)


def test_without_a_marker_every_claim_is_given(run: Run) -> None:
    run("def test_claim(onrecord_claim): assert onrecord_claim").assert_outcomes(passed=len(claims()))


def test_a_changed_claim_is_changed_for_its_test_alone(run: Run) -> None:
    run(
        """
        import pytest

        pytestmark = pytest.mark.onrecord_claim_where(claim_id="cbs-2024-02-14-c001")

        def test_first(onrecord_claim):
            assert "mine" not in onrecord_claim["flags"]
            onrecord_claim["flags"].append("mine")

        def test_second(onrecord_claim):
            assert "mine" not in onrecord_claim["flags"]
        """
    ).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ("speeker_id='joe-biden'", "did you mean 'speaker_id'?"),
        ("speaker_id='joe-bidden'", "did you mean 'joe-biden'?"),
        ("flags=['presupposed', 'unclear_tme']", "did you mean 'unclear_time'?"),
        ("speaker_id='joe-biden', kind='causal'", "no claim matches all of*kind='causal'*"),
        ("'joe-biden'", "takes filters by name"),
    ],
    ids=["unknown field", "unknown value", "one unknown value of two", "nothing fits", "no names"],
)
def test_a_filter_that_cannot_match_is_an_error_of_one_line(run: Run, filters: str, reason: str) -> None:
    result = run(
        f"""
        import pytest

        @pytest.mark.onrecord_claim_where({filters})
        def test_claim(onrecord_claim):
            pass
        """
    )

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"onrecord_claim_where*{reason}*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_misspelt_marker_is_an_error_that_names_the_nearest(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.onrecord_claims_where(kind="event")
        def test_claim(onrecord_claim):
            pass
        """,
        # Without this option pytest only warns; the warning is an error here.
        "-Wignore::pytest.PytestUnknownMarkWarning",
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*no marker 'onrecord_claims_where'; did you mean 'onrecord_claim_where'?*"])


def test_two_markers_that_nothing_fits_together_are_an_error(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.onrecord_claim_where(verifiability="verifiable")
        @pytest.mark.onrecord_claim_where(verifiability="unverifiable")
        def test_claim(onrecord_claim):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["onrecord_claim_where: no claim matches all of*"])


def test_a_marker_without_the_argument_is_an_error(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.onrecord_claim_where(kind="event")
        def test_claim():
            pass
        """
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no argument onrecord_claim"])


def test_fixtures_and_marker_are_listed_with_what_they_are(run: Run) -> None:
    result = run("", "--fixtures", "--markers")

    result.stdout.fnmatch_lines(["@pytest.mark.onrecord_claim_where(*filters): *"])
    listed = run("", "--fixtures").stdout.str()
    for name in (
        "claims",
        "segments",
        "speakers",
        "documents",
        "dataset",
        "validate",
        "bad_records",
        "claim",
    ):
        assert f"onrecord_{name} " in listed
    assert "no docstring" not in listed.partition("onrecord.pytest_plugin")[2].partition("-----")[0]


def test_it_can_be_switched_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_claims(onrecord_claims): pass")
    pytester.runpytest_inprocess(*QUIET).assert_outcomes(passed=1)
    result = pytester.runpytest_inprocess(*QUIET, "-p", "no:onrecord")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'onrecord_claims' not found"])


def test_it_gets_along_with_xdist(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.onrecord_claim_where(speaker_id="joe-biden")
        def test_claim(onrecord_claim, onrecord_claims):
            assert onrecord_claim in onrecord_claims
        """
    )
    result = pytester.runpytest_inprocess("-p", "xdist", "-p", "onrecord.pytest_plugin", "-n", "2")

    result.assert_outcomes(passed=len(select_claims(speaker_id="joe-biden")))


def test_a_run_that_uses_none_of_it_loads_one_small_module(run_apart: Run) -> None:
    result = run_apart(
        """
        import sys

        def test_loaded():
            loaded = {name for name in sys.modules if name.partition(".")[0] == "onrecord"}
            assert loaded == {"onrecord", "onrecord.pytest_plugin"}
            assert not {"click", "datasets", "jsonschema", "pandas", "pyarrow"} & set(sys.modules)
        """,
        "--strict-markers",
    )

    result.assert_outcomes(passed=1)
