"""What works with the core alone and pytest: each command works or names the extra that it needs."""

from collections.abc import Callable

from scripts.wheel.inputs import give_core_inputs, reason_to_skip
from scripts.wheel.user import Failed, User

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


def pytest_uses_a_fixture(user: User) -> None:
    """A test of three lines passes with only the package's fixtures."""
    (user.folder / "test_three_lines.py").write_text(_THREE_LINES, encoding="utf-8")
    if "1 passed" not in (output := user.run("python", "-m", "pytest", "-p", "no:cacheprovider")):
        raise Failed(output)


CORE_CHECKS: tuple[Callable[[User], None], ...] = (
    network_is_off,
    core_commands_work,
    core_functions_work,
    missing_extras_are_named,
    missing_extras_are_named_in_python,
    pytest_uses_a_fixture,
)
