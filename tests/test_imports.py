"""What an import loads, and that the public names are there whatever was imported before."""

import subprocess
import sys

import pytest

import onrecord

HEAVY = {"datasets", "pandas", "pyarrow"}


def modules_after(code: str) -> set[str]:
    """The top-level modules loaded when the code has run in a fresh interpreter."""
    report = "; import sys; print('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code + report], check=True, capture_output=True, text=True)
    return set(done.stdout.splitlines()[-1].split())


HELP = (
    "from click.testing import CliRunner; from onrecord.cli import main; "
    "assert CliRunner().invoke(main, ['--help']).exit_code == 0"
)


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
    ],
)
def test_light_uses_load_no_heavy_library(code: str, absent: set[str]) -> None:
    loaded = modules_after(code)
    assert "onrecord" in loaded
    assert not loaded & absent


def test_heavy_libraries_would_be_noticed() -> None:
    assert "pyarrow" in modules_after("import onrecord; onrecord.rows('claims')")


@pytest.mark.parametrize("name", sorted(set(onrecord.__all__) - {"__version__"}))
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(onrecord, name) is not None
    assert name in dir(onrecord)


@pytest.mark.parametrize("room", ["build", "diff", "hydrate", "load", "validate"])
def test_a_room_does_not_hide_the_function_it_is_named_after(room: str) -> None:
    code = f"import onrecord.{room}, onrecord; assert callable(onrecord.{room}), onrecord.{room}"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_is_an_attribute_error() -> None:
    name = "lode"
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        getattr(onrecord, name)
