"""What is shipped: one version everywhere, locks without addresses, and a wheel that stands alone."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

import onrecord
from onrecord.content import read_identity

LOCKS = ("run", "dev", "harness")


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def locked(root: Path, name: str) -> list[str]:
    lines = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.removesuffix(" \\") for line in lines if re.match(r"[a-z0-9]", line)]


def test_the_version_is_the_same_everywhere(root: Path, project: dict[str, Any]) -> None:
    stated = project["project"]["version"]
    card = yaml.safe_load((root / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    newest = re.search(r"^## \[(.+?)\]", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert {
        "package": version("onrecord"),
        "attribute": onrecord.__version__,
        "footers": read_identity(root / "data").version,
        "changelog": newest[1],
        **{f"card, {config['config_name']}": config["version"] for config in card["configs"]},
    } == dict.fromkeys(
        ["package", "attribute", "footers", "changelog", *(f"card, {table}" for table in onrecord.TABLES)],
        stated,
    )


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_index(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = locked(root, name)
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=)", text, re.MULTILINE)
    assert pins
    assert all("==" in pin for pin in pins)
    assert len(re.findall(r"==.*\\\n\s+--hash=sha256:[0-9a-f]{64}", text)) == len(pins)


def test_the_locks_agree(root: Path) -> None:
    assert set(locked(root, "run")) <= set(locked(root, "dev"))


def test_the_run_lock_covers_every_dependency(root: Path, project: dict[str, Any]) -> None:
    pinned = {pin.partition("==")[0] for pin in locked(root, "run")}
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    assert {re.split(r"[^A-Za-z0-9_.-]", name)[0] for name in wanted} <= pinned


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, check=True, cwd=root, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_data_set_and_not_the_tools_around_it(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = [file for folder in ("schema", "data") for file in (root / folder).rglob("*") if file.is_file()]
    assert {name for name in names if name.startswith("onrecord/_dataset/")} == {
        f"onrecord/_dataset/{file.relative_to(root).as_posix()}" for file in [root / "README.md", *shipped]
    }
    assert "onrecord/py.typed" in names
    tasks = root / "src" / "onrecord" / "harness" / "lm_eval_tasks"
    assert {f"onrecord/harness/lm_eval_tasks/{path.name}" for path in tasks.glob("[_o]*")} <= names
    assert {name.partition("/")[0] for name in names} == {
        "onrecord",
        f"onrecord-{version('onrecord')}.dist-info",
    }


def test_the_wheel_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import datasets, onrecord; print(onrecord.path()); print(len(onrecord.rows('claims'))); "
        "print(datasets.load_dataset(onrecord.path(), split='test').num_rows)"
    )
    # The unpacked wheel goes before the checkout on the path.
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    count = str(len(onrecord.rows("claims")))
    assert done.stdout.split() == [str(tmp_path / "onrecord" / "_dataset"), count, count]
