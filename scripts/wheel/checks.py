"""What works with the extras: what the pages show, and that a damaged file is named."""

import shlex
from collections.abc import Callable
from pathlib import Path

from onrecord.dataset.manifest import MANIFEST
from scripts import card
from scripts.wheel.core_checks import network_is_off, pytest_uses_a_fixture
from scripts.wheel.files import ROOT
from scripts.wheel.inputs import TASK, give_inputs, reason_to_skip
from scripts.wheel.user import Failed, User

SHARD = "data/claims/test-00000-of-00001.parquet"
"""The file of the installed package in which a byte is flipped."""

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


def imports_and_loads(user: User) -> None:
    """The package imports, loads and matches its manifest, from site-packages."""
    user.python(_SMOKE)


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


CHECKS: tuple[Callable[[User], None], ...] = (
    network_is_off,
    imports_and_loads,
    pytest_uses_a_fixture,
    python_snippets_run,
    shell_snippets_run,
    commands_work,
    one_flipped_byte_is_named,
)
