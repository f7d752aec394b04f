"""The layers of the package: imports run one way, nothing goes round in circles, the top holds few names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.architecture import LAYERS, SOURCE, modules

MOST_MODULES_AT_THE_TOP = 8


def imports(file: Path) -> Iterator[str]:
    """The modules of the package that a file imports when it runs, wherever the import stands."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If)
        and isinstance(branch.test, ast.Name)
        and branch.test.id == "TYPE_CHECKING"
        for node in ast.walk(branch)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types and node.module:
            top, _, module = node.module.partition(".")
            if top == "onrecord":
                yield from (_existing(module, alias.name) for alias in node.names)


def _existing(module: str, name: str) -> str:
    inner = f"{module}.{name}".strip(".")
    path = SOURCE / inner.replace(".", "/")
    return inner if path.with_suffix(".py").exists() or path.is_dir() else module


def other_ways_to_import(text: str) -> list[int]:
    """The lines that import from the package in a form that `imports` does not see."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.ImportFrom) and node.level)
        or (
            isinstance(node, ast.Import)
            and any(alias.name.partition(".")[0] == "onrecord" for alias in node.names)
        )
    ]


def graph() -> dict[str, set[str]]:
    """Which module imports which, by dotted names below `onrecord`."""
    found: dict[str, set[str]] = {}
    for layer in LAYERS:
        for file in modules(layer):
            parts = file.relative_to(SOURCE).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = {other for other in imports(file) if other not in ("", name)}
    return found


def test_every_module_belongs_to_a_layer() -> None:
    tops = {path.name.removesuffix(".py") for path in SOURCE.iterdir() if path.suffix in ("", ".py")}
    assert tops - {"__init__", "__main__", "__pycache__", "_dataset"} == set(LAYERS)


def test_few_modules_stand_at_the_top() -> None:
    assert len(list(SOURCE.glob("*.py"))) <= MOST_MODULES_AT_THE_TOP


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import onrecord", [1]),
        ("import os\nimport json, onrecord.model.tables as tables", [2]),
        ("from . import tables", [1]),
        ("def later():\n    from ..model import tables", [2]),
        ("import onrecorder\nfrom onrecord.model import tables", []),
    ],
)
def test_other_ways_to_import_are_seen(text: str, lines: list[int]) -> None:
    assert other_ways_to_import(text) == lines


def test_modules_import_each_other_by_full_names() -> None:
    found = {
        file.relative_to(SOURCE).as_posix(): lines
        for layer in LAYERS
        for file in modules(layer)
        if (lines := other_ways_to_import(file.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_no_import_runs_back_up() -> None:
    order = {layer: number for number, layer in enumerate(LAYERS)}
    wrong = {
        (name, other)
        for name, others in graph().items()
        for other in others
        if order[other.partition(".")[0]] > order[name.partition(".")[0]]
    }
    assert wrong == set()


def test_no_imports_go_round_in_a_circle() -> None:
    left = graph()
    while done := {name for name, others in left.items() if not others & left.keys()}:
        left = {name: others for name, others in left.items() if name not in done}
    assert left == {}
