"""What the core and each extra install is what their modules import; a missing extra is one line."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from onrecord.exceptions import MissingExtraError
from onrecord.extras import check_extra, extra
from scripts.architecture import SOURCE

DISTRIBUTIONS = {"sklearn": "scikit-learn", "vl_convert": "vl-convert-python"}
"""Modules that are not named like the package which installs them."""

NOT_IMPORTED = {
    "lm-eval": "it imports our functions, and not the other way round",
    "spacy": "the model imports it",
}
"""Packages that an extra names although no module imports them."""

HEAVY_AT_THE_TOP = "benchmark"
"""The package whose modules may import an extra's packages when they are imported themselves."""


@dataclass(frozen=True)
class Import:
    """An import of a package that neither Python nor OnRecord has."""

    place: str
    package: str
    extra: str | None
    """The extra of the block that it stands in; None outside of one."""
    is_at_the_top: bool
    """Whether it is imported with its module."""


def declared(root: Path) -> tuple[set[str], dict[str, set[str]]]:
    """The packages that the core declares, and those of each extra with those of the extras that it names."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    return names_in(project["dependencies"]), {name: names_of_extra(name, extras) for name in extras}


def names_of_extra(name: str, extras: dict[str, list[str]]) -> set[str]:
    return set().union(
        *(
            names_of_extra(inner, extras)
            for line in extras[name]
            if line.startswith("onrecord[")
            for inner in line.removeprefix("onrecord[").removesuffix("]").split(",")
        ),
        names_in(line for line in extras[name] if not line.startswith("onrecord[")),
    )


def names_in(lines: object) -> set[str]:
    assert isinstance(lines, Iterator | list)
    return {re.split(r"[^A-Za-z0-9_.-]", line)[0] for line in lines}


def all_imports() -> list[Import]:
    """Every import in src/ of another project's package, except those for type checkers alone."""
    return [
        found
        for file in sorted(SOURCE.rglob("*.py"))
        for found in imports_in(ast.parse(file.read_text(encoding="utf-8")), file, None, True)
    ]


def imports_in(node: ast.AST, file: Path, block: str | None, is_at_the_top: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        place = f"{file.relative_to(SOURCE)}:{getattr(child, 'lineno', 0)}"
        for module in modules_of(child):
            top = module.partition(".")[0]
            if top not in sys.stdlib_module_names and top != "onrecord":
                package = DISTRIBUTIONS.get(top, top.replace("_", "-"))
                yield Import(place, package, block, is_at_the_top)
        inside = is_at_the_top and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from imports_in(child, file, extra_of(child) or block, inside)


def modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def extra_of(node: ast.AST) -> str | None:
    """The extra that a `with extra("...", ...)` block names."""
    if isinstance(node, ast.With):
        call = node.items[0].context_expr
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "extra":
            name = call.args[0]
            assert isinstance(name, ast.Constant)
            return str(name.value)
    return None


def test_every_import_is_of_the_core_or_of_the_extra_of_its_block(root: Path) -> None:
    core, extras = declared(root)
    known: dict[str | None, set[str]] = {name: core | packages for name, packages in extras.items()}
    # Only pytest loads the plugin.
    known[None] = core | {"pytest"}
    found = all_imports()
    assert {each.extra for each in found} == {None} | (set(extras) - {"all"})
    assert [each for each in found if each.package not in known[each.extra]] == []


def test_no_package_is_declared_that_nothing_imports(root: Path) -> None:
    core, extras = declared(root)
    found = all_imports()
    assert core <= {each.package for each in found if each.extra is None}
    imported = {each.package for each in found}
    assert {package for packages in extras.values() for package in packages - imported} == set(NOT_IMPORTED)


def test_outside_the_benchmark_an_import_of_a_module_needs_no_extra() -> None:
    found = [each for each in all_imports() if each.is_at_the_top and each.extra]
    assert found
    assert {each.place.partition("/")[0] for each in found} == {HEAVY_AT_THE_TOP}


def test_the_extra_all_names_every_other_one(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    (line,) = extras["all"]
    assert line == f"onrecord[{','.join(sorted(set(extras) - {'all'}))}]"


def test_the_message_names_what_needs_it_the_extra_the_package_and_the_command() -> None:
    with pytest.raises(MissingExtraError) as caught, extra("score", "a score"):
        import no_such_package.inner  # type: ignore[import-not-found]  # noqa: F401
    assert str(caught.value) == (
        "a score needs the extra 'score' (not installed: no_such_package): "
        "pip install 'onrecord[score]', or in a clone pip install '.[score]'"
    )


def test_several_missing_packages_are_named_at_once() -> None:
    with pytest.raises(MissingExtraError, match=r"\(not installed: no_such_package, no_other\)"):
        check_extra("page", "a page", ["json", "no_such_package", "no_other"])


def test_installed_packages_are_no_error() -> None:
    check_extra("page", "a page", ["json"])
    with extra("page", "a page"):
        import json
    assert json.loads("1") == 1


def test_a_missing_module_of_our_own_is_no_missing_extra() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"onrecord\.no_such_module"), extra("score", "a score"):
        import_module("onrecord.no_such_module")


def test_a_package_that_is_installed_and_broken_is_no_missing_extra() -> None:
    with pytest.raises(ImportError, match="no_such_name"), extra("score", "a score"):
        from json import no_such_name  # type: ignore[attr-defined]  # noqa: F401


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("onrecord.load()", "datasets"),
        ("onrecord.score('date', [])", "score"),
        ("onrecord.compare('date', [])", "score"),
        ("onrecord.errors('date', [])", "score"),
        ("onrecord.page('onrecord.html')", "page"),
        ("onrecord.baseline('date', 'tfidf')", "baselines"),
        ("onrecord.baseline('date', 'dateparser')", "baselines"),
        ("onrecord.baseline('speaker', 'spacy')", "spacy"),
        ("list(onrecord.validate('s3://bucket/corpus'))", "scale"),
        ("from onrecord import testing; testing.dataset()", "datasets"),
    ],
)
def test_without_the_packages_of_the_extras_the_extra_is_named(code: str, needed: str, root: Path) -> None:
    core, extras = declared(root)
    modules = {package: module for module, package in DISTRIBUTIONS.items()}
    absent = {
        modules.get(name, name.replace("-", "_")) for packages in extras.values() for name in packages - core
    }
    program = (
        # For Python, a module that is None cannot be found.
        f"import sys; sys.modules.update(dict.fromkeys({sorted(absent)}))\n"
        "import onrecord\n"
        "from onrecord.exceptions import MissingExtraError\n"
        f"try:\n    {code}\nexcept MissingExtraError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert f"pip install 'onrecord[{needed}]'" in done.stdout
