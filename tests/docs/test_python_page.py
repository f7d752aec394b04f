"""docs/python.md: every public name, with its signature and docstring, and nothing out of date."""

import inspect
import re
from types import ModuleType

import pytest

import onrecord
from onrecord import exceptions, testing
from scripts import python_api

MODULES = (onrecord, testing, exceptions)
TEXT = python_api.PAGE.read_text(encoding="utf-8")


def test_the_page_is_current() -> None:
    assert python_api.is_current(python_api.PAGE), "`make build` renews it"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_name_has_its_heading_once_and_no_other_has(module: ModuleType) -> None:
    headings = re.findall(rf"^### {re.escape(module.__name__)}\.(\w+)$", TEXT, re.MULTILINE)
    assert sorted(headings) == sorted(python_api.public_names(module))


def test_every_name_says_what_it_is() -> None:
    sections = re.split(r"^### (.+)$", TEXT, flags=re.MULTILINE)[1:]
    for name, section in zip(sections[::2], sections[1::2], strict=True):
        own = section.partition("\n## ")[0]
        without_code = re.sub(r"^```.*?^```$", "", own, flags=re.MULTILINE | re.DOTALL)
        assert without_code.strip(), name


@pytest.mark.parametrize("name", ["load", "rows", "score", "validate"])
def test_a_signature_has_the_parameters_of_the_function(name: str) -> None:
    shown = python_api.entry("onrecord", name).partition("```text\n")[2].partition("```")[0]
    for parameter in inspect.signature(getattr(onrecord, name)).parameters:
        assert re.search(rf"[(,\s*]{parameter}: ", shown)


def test_all_exceptions_are_public() -> None:
    own = {name for name, value in vars(exceptions).items() if inspect.isclass(value)}
    assert {name for name in own if issubclass(getattr(exceptions, name), Exception)} == set(
        python_api.public_names(exceptions)
    )
