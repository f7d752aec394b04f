"""What an import loads, and that the public names are there whatever was imported before."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

import onrecord
from onrecord.cli.main import main

HEAVY = {"altair", "datasets", "jinja2", "krippendorff", "pandas", "pyarrow", "vl_convert"}
TOO_SLOW = HEAVY | {
    "dask",
    "distributed",
    "duckdb",
    "fsspec",
    "numpy",
    "scipy",
    "sklearn",
    "tqdm",
}
"""What validation of a few hundred records would wait for longer than for the records."""


def modules_after(code: str) -> set[str]:
    """The top-level modules loaded when the code has run in a fresh interpreter."""
    return {name.partition(".")[0] for name in all_modules_after(code)}


def all_modules_after(code: str) -> set[str]:
    """Every module loaded then, by its full name."""
    report = "\nimport sys; print('\\n' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code + report], check=True, capture_output=True, text=True)
    return set(done.stdout.splitlines()[-1].split())


def command(*arguments: str) -> str:
    """Code that runs the command line as its console script does, but goes on after it."""
    return (
        f"import sys; from onrecord.cli.main import main; sys.argv[1:] = {list(arguments)}\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code"
    )


HELP = command("--help")
VALIDATE = command("validate", str(Path(__file__).resolve().parents[2] / "records"))


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        pytest.param("import onrecord", HEAVY, id="import"),
        pytest.param("import onrecord; onrecord.__version__", HEAVY, id="version"),
        pytest.param("import onrecord; onrecord.label_names('kind')", HEAVY, id="label_names"),
        pytest.param("import onrecord; onrecord.path()", HEAVY, id="path"),
        pytest.param("import onrecord; onrecord.verify()", HEAVY, id="verify"),
        pytest.param("from onrecord import testing; testing.bad_records()", HEAVY, id="bad records"),
        pytest.param(HELP, HEAVY, id="help"),
        pytest.param("import onrecord; onrecord.rows('claims')", {"datasets", "pandas"}, id="rows"),
        pytest.param(command("schema", "claims"), HEAVY, id="schema"),
        pytest.param(VALIDATE, TOO_SLOW, id="validate"),
    ],
)
def test_light_uses_load_no_heavy_library(code: str, absent: set[str]) -> None:
    loaded = modules_after(code)
    assert "onrecord" in loaded
    assert not loaded & absent


def test_help_loads_no_command() -> None:
    own = {name for name in all_modules_after(HELP) if name.partition(".")[0] == "onrecord"}
    allowed = {"onrecord.cli.lazy_group", "onrecord.cli.main", "onrecord.cli.signals"}
    assert own == {"onrecord", "onrecord.cli"} | allowed


def test_help_loads_nothing_but_click_and_what_comes_with_python() -> None:
    bare = modules_after("pass")
    assert modules_after(HELP) - bare - set(sys.stdlib_module_names) == {"click", "onrecord"}


def test_every_command_is_listed() -> None:
    context = click.Context(main, **main.context_settings)
    listed = main.list_commands(context)
    for name in ("authoring", "data", "package", "page", "score", "validate"):
        module = import_module(f"onrecord.cli.{name}")
        own = {value.name for value in vars(module).values() if isinstance(value, click.Command)}
        assert own
        assert own <= set(listed)
    for name in listed:
        command_ = main.get_command(context, name)
        assert command_ is not None
        assert command_.name == name


def test_heavy_libraries_would_be_noticed() -> None:
    assert "pyarrow" in modules_after("import onrecord; onrecord.rows('claims')")


@pytest.mark.parametrize("name", sorted(set(onrecord.__all__) - {"__version__"}))
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(onrecord, name) is not None
    assert name in dir(onrecord)


def test_an_unknown_name_is_an_attribute_error() -> None:
    name = "lode"
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        getattr(onrecord, name)
