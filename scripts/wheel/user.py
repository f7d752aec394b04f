"""A new user: an environment, an empty home, an empty folder outside the checkout, and no network."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# For systems that cannot take the network from a process: each use of a socket fails.
_NO_SOCKETS = """\
import socket

def refuse(*arguments, **named):
    raise OSError("the network is off")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
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
