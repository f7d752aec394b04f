"""The tree of docs/architecture.md: packages in the order in which data flows, one line per module.

The lines are the first sentences of the modules' docstrings. A test holds the imports to the order of LAYERS.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from onrecord.model.paths import home
from scripts.markdown import pipe_table

LAYERS = (
    "exceptions",
    "row_types",
    "extras",
    "model",
    "execution",
    "reading",
    "rules",
    "authoring",
    "validation",
    "building",
    "dataset",
    "benchmark",
    "html",
    "reporting",
    "cli",
    "testing",
    "pytest_plugin",
)
"""Modules and packages under src/onrecord; each imports only from those before it."""

SOURCE = home() / "src" / "onrecord"


def tree() -> str:
    """Every package with its modules, as one table."""
    return pipe_table(("module", "what it does"), (row for layer in LAYERS for row in _layer(layer)))


def modules(layer: str) -> list[Path]:
    """The files of a layer, packages inside it included."""
    package = SOURCE / layer
    return sorted(package.rglob("*.py")) if package.is_dir() else [package.with_suffix(".py")]


def _layer(layer: str) -> Iterator[tuple[str, str]]:
    if not (SOURCE / layer).is_dir():
        yield f"**`{layer}.py`**", _first_sentence(SOURCE / f"{layer}.py")
        return
    yield f"**`{layer}/`**", _first_sentence(SOURCE / layer / "__init__.py")
    for file in modules(layer):
        if file.name != "__init__.py" or file.parent != SOURCE / layer:
            name = file.relative_to(SOURCE).as_posix().replace("/__init__.py", "/")
            yield f"`{name}`", _first_sentence(file)


def _first_sentence(file: Path) -> str:
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n\n")[0].replace("\n", " ")
