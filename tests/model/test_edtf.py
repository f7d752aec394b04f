"""EDTF strings and the days that they admit, checked against the `edtf` package as well."""

import calendar
from datetime import date

import edtf as reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.exceptions import EdtfError, ImpossibleDate, MalformedEdtf, ReversedInterval
from onrecord.model import edtf


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-02-14", "2024-02-14", "2024-02-14"),
        ("2024-02-05/2024-02-11", "2024-02-05", "2024-02-11"),
        ("2019/2024-03-04", "2019-01-01", "2024-03-04"),
        ("2024-02-14/2024", "2024-02-14", "2024-12-31"),
        ("../2024-02", None, "2024-02-29"),
        ("2021-06/..", "2021-06-01", None),
    ],
)
def test_bounds_are_the_first_and_last_day(text: str, lower: str | None, upper: str | None) -> None:
    found = edtf.parse(text)

    assert found == edtf.Bounds(
        date.fromisoformat(lower) if lower else None, date.fromisoformat(upper) if upper else None
    )


def test_no_time_is_open_at_both_ends() -> None:
    assert edtf.bounds(None) == edtf.Bounds(None, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "/",
        "../..",
        "2024/",
        "/2024",
        "24",
        "2024-2-14",
        "2024-02-14\n",
        " 2024",
        "2024-02-14/2024/2025",
        "2024~",
        "202X",
        "٢٠٢٤",
        "yesterday",
    ],
)
def test_other_forms_are_malformed(text: str) -> None:
    with pytest.raises(MalformedEdtf):
        edtf.parse(text)


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2023-02-29", "2024-13", "2024-00", "2024-01-00", "0000", "../2024-04-31"]
)
def test_days_that_no_calendar_has_are_impossible(text: str) -> None:
    with pytest.raises(ImpossibleDate):
        edtf.parse(text)


@pytest.mark.parametrize("text", ["2024-02-14/2024-02-13", "2024/2023", "2024-03/2024-02-29"])
def test_an_interval_may_not_end_before_it_starts(text: str) -> None:
    with pytest.raises(ReversedInterval):
        edtf.parse(text)


steady = settings(derandomize=True, deadline=None, database=None, max_examples=120)


@st.composite
def dates(draw: st.DrawFn) -> str:
    year, month = draw(st.integers(1, 9999)), draw(st.integers(1, 12))
    day = draw(st.integers(1, calendar.monthrange(year, month)[1]))
    return draw(
        st.sampled_from([f"{year:04d}", f"{year:04d}-{month:02d}", f"{year:04d}-{month:02d}-{day:02d}"])
    )


@steady
@given(dates())
def test_a_date_has_the_bounds_that_the_edtf_package_gives_it(text: str) -> None:
    found, expected = edtf.parse(text), reference.parse_edtf(text)

    assert (found.lower, found.upper) == (_day(expected.lower_strict()), _day(expected.upper_strict()))


@steady
@given(dates(), dates())
def test_an_interval_has_the_bounds_that_the_edtf_package_gives_it(start: str, end: str) -> None:
    expected = reference.parse_edtf(f"{start}/{end}")
    bounds = (_day(expected.lower.lower_strict()), _day(expected.upper.upper_strict()))

    if bounds[0] <= bounds[1]:
        found = edtf.parse(f"{start}/{end}")
        assert (found.lower, found.upper) == bounds
    else:
        with pytest.raises(ReversedInterval):
            edtf.parse(f"{start}/{end}")


@steady
@given(dates())
def test_an_open_interval_keeps_the_other_bound(text: str) -> None:
    both = edtf.parse(text)

    assert edtf.parse(f"../{text}") == edtf.Bounds(None, both.upper)
    assert edtf.parse(f"{text}/..") == edtf.Bounds(both.lower, None)


@steady
@given(st.text(alphabet="0123456789-/.X~ ", max_size=24))
def test_any_string_is_read_or_refused_with_an_edtf_error(text: str) -> None:
    try:
        found = edtf.parse(text)
    except EdtfError:
        return
    assert found.lower is None or found.upper is None or found.lower <= found.upper


def _day(moment: object) -> date:
    year, month, day = list(moment)[:3]  # type: ignore[call-overload]  # a struct_time, which date() cannot take
    return date(year, month, day)
