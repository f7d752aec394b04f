"""Build sdist and wheel, and use the wheel as a new user would: `make test-wheel`.

Checks that the shipped package works by itself: with an empty home, an empty folder outside the checkout, and
no network. The first environment has the core alone and pytest: each command works or names the extra that it
needs. The second has the extras, too, and runs what the pages show. The details are tested in tests/.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onrecord.dataset.load import rows
from onrecord.dataset.manifest import MANIFEST
from onrecord.reading.article import articles_folder
from scripts import card

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 2_000_000
"""The size in bytes that sdist and wheel must stay below, apart from the records and their tables."""

SHARD = "data/claims/test-00000-of-00001.parquet"
TASK = "verifiability"

# For systems that cannot take the network from a process: each use of a socket fails.
_NO_SOCKETS = """\
import socket

def refuse(*arguments, **named):
    raise OSError("the network is off")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
"""

_THREE_LINES = """\
def test_every_claim_has_a_speaker(onrecord_claims, onrecord_validate):
    onrecord_validate(onrecord_claims[0])
    assert all(claim["speaker_id"] for claim in onrecord_claims)
"""

CORE_COMMANDS = (
    "onrecord --help",
    "onrecord --version",
    "onrecord validate my-records",
    "onrecord validate my-records --format json",
    "onrecord build my-records my-data",
    "onrecord validate my-data",
    "onrecord show",
    "onrecord show claims --data my-data --limit 2",
    "onrecord schema claims",
    "onrecord verify",
    "onrecord diff my-data \"$(python -c 'import onrecord; print(onrecord.path())')\"",
    "onrecord hydrate article.txt",
    "onrecord tasks",
    "onrecord tasks date",
    "onrecord tasks date --inputs",
    "onrecord baseline date majority",
    "onrecord baseline date rules > predictions.jsonl",
    "onrecord check date predictions.jsonl",
    "onrecord lm-eval-path",
)
"""What works with the core alone."""

NEED_AN_EXTRA = {
    "onrecord segment own.txt --document-id own-2025-03-11 --out own": "author",
    "onrecord baseline date tfidf": "baselines",
    "onrecord baseline date dateparser": "baselines",
    "onrecord baseline speaker spacy": "spacy",
    "onrecord page onrecord.html": "page",
    "onrecord validate my-records --workers 2": "scale",
    "onrecord build my-records my-data --workers 2": "scale",
    "onrecord validate memory://corpus": "scale",
    "onrecord score date predictions.jsonl": "score",
    "onrecord compare date predictions.jsonl predictions.jsonl": "score",
    "onrecord errors date predictions.jsonl": "score",
}
"""Each command that needs an extra, with the extra that it names."""

_CORE = """\
import sys, onrecord
from onrecord import testing
assert len(onrecord.rows()) == len(onrecord.rows("claims", "my-data"))
assert onrecord.rows()[0]["date"].year > 2000
assert list(onrecord.validate("my-records")) == []
onrecord.build("my-records", "other-data")
assert onrecord.verify() == [], onrecord.verify()
assert not onrecord.diff("my-data", "other-data")
assert onrecord.crosswalk("claimbuster")
assert onrecord.label_names("kind") and onrecord.TABLES and onrecord.TASKS
assert onrecord.check("date", onrecord.baseline("date", "rules")) == []
assert list(onrecord.inputs("date"))
testing.assert_valid(testing.claims()[0])
assert testing.bad_records()
assert not {"datasets", "numpy", "pandas", "scipy", "sklearn"} & set(sys.modules)
"""

_NEEDS_AN_EXTRA = """\
import onrecord
from onrecord.exceptions import MissingExtraError
calls = {
    "datasets": onrecord.load,
    "page": lambda: onrecord.page("onrecord.html"),
    "score": lambda: onrecord.score("date", "predictions.jsonl"),
}
for extra, call in calls.items():
    try:
        call()
    except MissingExtraError as error:
        assert f"onrecord[{extra}]" in str(error), error
    else:
        raise SystemExit(f"no error without the extra {extra}")
"""

_USES_THE_DATASET = """\
def test_dataset(onrecord_dataset):
    assert onrecord_dataset["test"]
"""

_SMOKE = """\
import datasets, onrecord
from onrecord import testing
table = datasets.load_dataset(onrecord.path(), split="test")
assert list(table) == onrecord.rows("claims")
assert "site-packages" in onrecord.path(), onrecord.path()
assert onrecord.crosswalk("claimbuster")
assert onrecord.verify() == [], onrecord.verify()
assert testing.bad_records()
"""

_REACH_OUT = """\
import socket
try:
    # An address that is reserved for documentation, so that no host has it.
    socket.create_connection(("192.0.2.1", 9), timeout=1)
except OSError as error:
    assert not isinstance(error, TimeoutError), "a packet was sent"
else:
    raise SystemExit("connected")
"""


class Failed(Exception):
    """A shipped part does not work; the message names it, with its output."""


@dataclass(frozen=True, slots=True)
class User:
    """A user with an environment, an empty home, an empty folder and no network."""

    environment: Path
    folder: Path
    off: tuple[str, ...]
    """The prefix of a command that removes its access to the network; empty where there is none."""

    def run(self, *command: str, expect: int = 0) -> str:
        """The output of a command, including standard error. Raises Failed for another exit code."""
        own = {
            "PATH": f"{self.environment / 'bin'}{os.pathsep}{os.defpath}",
            "HOME": str(self.folder / ".home"),
            "PYTHONPATH": str(self.folder / ".no-network") if not self.off else "",
            "COLUMNS": "120",
        }
        done = subprocess.run(
            [*self.off, *command],
            cwd=self.folder,
            env=own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != expect:
            raise Failed(f"{' '.join(command)} exited with {done.returncode}, not {expect}:\n{done.stdout}")
        return done.stdout

    def python(self, code: str) -> str:
        """The output of a Python program."""
        return self.run("python", "-c", code)

    def shell(self, line: str) -> str:
        """The output of a line that is typed as the pages show it."""
        return self.run("sh", "-c", line)


def main() -> int:
    """Build, install and check the wheel; 1 if anything fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("core", type=Path, help="a virtual environment with requirements/core.txt")
    parser.add_argument("environment", type=Path, help="a virtual environment with requirements/wheel.txt")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            wheel = built(Path(folder))
            for environment, checks in ((options.core, CORE_CHECKS), (options.environment, CHECKS)):
                print(f"in {environment}:")
                install(wheel, environment.absolute())
                with new_user(environment.absolute()) as user:
                    for check in checks:
                        check(user)
                        print(f"ok: {(check.__doc__ or '').partition('.')[0]}")
    except Failed as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    return 0


def built(out: Path) -> Path:
    """The wheel, after checking it and the sdist. Raises Failed if one is too large or the two differ."""
    _build(ROOT, out, "sdist")
    sdist = next(out.glob("*.tar.gz"))
    with tarfile.open(sdist) as archive:
        archive.extractall(out / "unpacked", filter="data")
    unpacked = next((out / "unpacked").iterdir())
    _build(unpacked, out / "from-sdist", "wheel")
    _build(ROOT, out, "wheel")
    wheel, again = next(out.glob("*.whl")), next((out / "from-sdist").glob("*.whl"))
    if _contents(wheel) != _contents(again):
        raise Failed("the wheel from the sdist differs from the wheel from the checkout")
    largest = LARGEST + records_size(wheel)
    for file in (sdist, wheel):
        if file.stat().st_size >= largest:
            raise Failed(f"{file.name} has {file.stat().st_size:,} bytes (expected less than {largest:,})")
        print(f"ok: {file.name}, {file.stat().st_size:,} bytes")
    return wheel


def records_size(wheel: Path) -> int:
    """What the records and their tables take in a wheel, in bytes; it grows with each document."""
    grows = tuple(f"onrecord/_dataset/{folder}/" for folder in ("records", "data"))
    with zipfile.ZipFile(wheel) as archive:
        return sum(one.compress_size for one in archive.infolist() if one.filename.startswith(grows))


def install(wheel: Path, environment: Path) -> None:
    """Install the wheel in the environment, which has its dependencies already. Raises Failed."""
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    for command in (
        ["install", "--quiet", "--no-index", "--no-deps", "--force-reinstall", str(wheel)],
        # All dependencies that the wheel declares must be installed.
        ["check"],
    ):
        done = subprocess.run([*pip, *command], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"pip {command[0]}:\n{done.stdout}{done.stderr}")


@contextmanager
def new_user(environment: Path) -> Iterator[User]:
    """A new user in a temporary folder."""
    off = ("unshare", "--map-root-user", "--net")
    can_unshare = shutil.which(off[0]) and not subprocess.run([*off, "true"], capture_output=True).returncode
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / ".home").mkdir()
        (folder / ".no-network").mkdir()
        (folder / ".no-network" / "sitecustomize.py").write_text(_NO_SOCKETS, encoding="utf-8")
        yield User(environment, folder, off if can_unshare else ())


def network_is_off(user: User) -> None:
    """The network is off."""
    user.python(_REACH_OUT)


def core_commands_work(user: User) -> None:
    """Every command of the core works without any extra."""
    give_core_inputs(user)
    for line in CORE_COMMANDS:
        if reason := reason_to_skip(line, user):
            print(f"not run: {line} ({reason})")
        else:
            user.shell(line)


def core_functions_work(user: User) -> None:
    """The Python functions of the core work, and load no package of an extra."""
    user.python(_CORE)


def missing_extras_are_named(user: User) -> None:
    """Every command that needs an extra names it, in one line, and exits with 2."""
    give_core_inputs(user)
    for line, extra in NEED_AN_EXTRA.items():
        output = user.run("sh", "-c", line, expect=2)
        if f"pip install 'onrecord[{extra}]'" not in output or output.count("\n") != 1:
            raise Failed(f"{line} prints\n{output}\ninstead of one line that names the extra {extra!r}")


def missing_extras_are_named_in_python(user: User) -> None:
    """A function or fixture that needs an extra names it, too."""
    user.python(_NEEDS_AN_EXTRA)
    test = user.folder / "test_dataset.py"
    test.write_text(_USES_THE_DATASET, encoding="utf-8")
    output = user.run("python", "-m", "pytest", "-p", "no:cacheprovider", test.name, expect=1)
    test.unlink()
    if "pip install 'onrecord[datasets]'" not in output or "Traceback" in output:
        raise Failed(output)


def imports_and_loads(user: User) -> None:
    """The package imports, loads and matches its manifest, from site-packages."""
    user.python(_SMOKE)


def pytest_uses_a_fixture(user: User) -> None:
    """A test of three lines passes with only the package's fixtures."""
    (user.folder / "test_three_lines.py").write_text(_THREE_LINES, encoding="utf-8")
    if "1 passed" not in (output := user.run("python", "-m", "pytest", "-p", "no:cacheprovider")):
        raise Failed(output)


def python_snippets_run(user: User) -> None:
    """The README's Python snippets print what the README shows."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for snippet in card.python_blocks(text):
        printed = user.python(snippet)
        expected = text.partition(snippet)[2].partition("```text\n")[2].partition("```")[0]
        # Progress bars of `datasets` on standard error come before the output of the snippet.
        if not printed.endswith(expected):
            raise Failed(f"a snippet of the README prints\n{printed}\ninstead of\n{expected}")


def shell_snippets_run(user: User) -> None:
    """The commands that the pages show run; those on the article only where there is one."""
    give_inputs(user)
    for line in _COMMANDS:
        if reason := reason_to_skip(line, user):
            print(f"not run: {line} ({reason})")
        else:
            user.shell(line)


def commands_work(user: User) -> None:
    """`show`, `score`, `verify` and `diff` work."""
    user.run("onrecord", "show")
    user.run("onrecord", "score", TASK, "predictions.jsonl")
    user.run("onrecord", "verify")
    installed = user.python("import onrecord; print(onrecord.path())").strip()
    user.run("onrecord", "diff", installed, str(ROOT))
    user.shell(f"cd {shlex.quote(installed)} && sha256sum --check --strict {MANIFEST}")


def one_flipped_byte_is_named(user: User) -> None:
    """One flipped byte of one installed file is named by `verify`."""
    file = Path(user.python("import onrecord; print(onrecord.path())").strip()) / SHARD
    original = file.read_bytes()
    try:
        file.write_bytes(original[:100] + bytes([original[100] ^ 1]) + original[101:])
        if f"{SHARD}: altered\n" not in (output := user.run("onrecord", "verify", expect=1)):
            raise Failed(output)
    finally:
        file.write_bytes(original)


_COMMANDS = (
    "onrecord hydrate article.txt > segments.jsonl",
    "onrecord hydrate article.txt --table claims > claims.jsonl",
    "onrecord validate my-records",
    "onrecord build my-records my-data",
    f"onrecord tasks {TASK} --inputs > inputs.jsonl",
    f"onrecord score {TASK} predictions.jsonl",
    f"onrecord compare {TASK} first.jsonl second.jsonl",
    "onrecord verify",
    "onrecord diff older newer",
)
"""What the pages show, with the redirections of a shell."""

CORE_CHECKS: tuple[Callable[[User], None], ...] = (
    network_is_off,
    core_commands_work,
    core_functions_work,
    missing_extras_are_named,
    missing_extras_are_named_in_python,
    pytest_uses_a_fixture,
)

CHECKS: tuple[Callable[[User], None], ...] = (
    network_is_off,
    imports_and_loads,
    pytest_uses_a_fixture,
    python_snippets_run,
    shell_snippets_run,
    commands_work,
    one_flipped_byte_is_named,
)


def give_core_inputs(user: User) -> None:
    """Write the files that the commands of the core name into the user's folder."""
    shutil.copytree(ROOT / "records", user.folder / "my-records", dirs_exist_ok=True)
    shutil.copy(next((ROOT / "records").glob("*/article.txt")), user.folder / "own.txt")
    article = _article()
    if article is not None:
        shutil.copy(article, user.folder / "article.txt")


def give_inputs(user: User) -> None:
    """Write the files that the commands name into the user's folder."""
    user.shell(f"onrecord baseline {TASK} majority > predictions.jsonl")
    user.shell(f"onrecord baseline {TASK} rules > first.jsonl")
    shutil.copy(user.folder / "predictions.jsonl", user.folder / "second.jsonl")
    shutil.copytree(ROOT / "records", user.folder / "my-records")
    for name in ("older", "newer"):
        shutil.copytree(ROOT / "data", user.folder / name / "data")
    article = _article()
    if article is not None:
        shutil.copy(article, user.folder / "article.txt")


def reason_to_skip(line: str, user: User) -> str | None:
    """Why a command cannot be run here; None if it can."""
    if "article.txt" in line and not (user.folder / "article.txt").exists():
        return "ONRECORD_ARTICLES names no folder with the article"
    return None


def _article() -> Path | None:
    folder = articles_folder()
    names = [document["source_file"] for document in rows("documents")] if folder else []
    return next((folder / name for name in names if folder and (folder / name).is_file()), None)


def _build(source: Path, out: Path, target: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(out)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"the {target} could not be built:\n{done.stdout}{done.stderr}")


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


if __name__ == "__main__":
    sys.exit(main())
