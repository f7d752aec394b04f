"""The part of a line that a JSON path names."""

import pytest

from onrecord.reporting.regions import span


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", '{"a": [{"b c": "x\\"]", "d": {}}, [1, -2.5]], "a": 1}'),
        ("$.a", '[{"b c": "x\\"]", "d": {}}, [1, -2.5]]'),
        ("$.a[0].d", "{}"),
        ('$.a[0]["b c"]', '"x\\"]"'),
        ("$.a[1][1]", "-2.5"),
        ("$.a[2]", None),
        ("$.e", None),
        ("$.a.b", None),
        ("$..a", None),
        ("a", None),
    ],
)
def test_a_json_path_is_found_in_the_text_of_a_line(path: str, expected: str | None) -> None:
    text = ' {"a": [{"b c": "x\\"]", "d": {}}, [1, -2.5]], "a": 1}'
    found = span(text, path)

    assert (found and text[slice(*found)]) == expected


@pytest.mark.parametrize("text", ["", "{", '{"a"', '{"a":', '{"a": x}', "[1, 2]", '{"b": 1,}', "[" * 100_000])
def test_in_a_line_that_is_no_object_nothing_is_found(text: str) -> None:
    assert span(text, "$.a") is None
