"""Invalid input: a finding, or one clear line with exit code 2; never a traceback, never a hang."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.sample import DOCUMENT_ID, as_text, claims, write_sample

TIME_LIMIT = 30
"""Seconds; everything here takes less than one or two."""

CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"
GOOD = json.dumps(claims()[0], ensure_ascii=False)

CONTENTS = {
    "empty file": b"",
    "binary": bytes(range(256)) * 100,
    "zeros": b"\0" * 100_000,
    "utf-16": GOOD.encode("utf-16"),
    "utf-32": GOOD.encode("utf-32"),
    "latin-1": GOOD.replace("“", "ä").encode("latin-1", "replace") + b"\xe4\n",
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode() + b"\n",
    "only a byte order mark": b"\xef\xbb\xbf",
    "crlf": GOOD.encode() + b"\r\n",
    "cr only": GOOD.encode() + b"\r" + GOOD.encode() + b"\r",
    "blank lines": b"\n" * 1_000,
    "50 MB on one line": b'{"claim_id": "' + b"a" * 50_000_000 + b'"}\n',
    "50 MB without any quote": b"1" * 50_000_000,
    "nested brackets": b"[" * 10_000 + b"]" * 10_000 + b"\n",
    "nested objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"\n",
    "brackets in a string": b'{"claim_id": "' + b"[" * 10_000 + b'"}\n',
    "duplicate keys": GOOD.replace('"kind"', '"mode"').encode() + b"\n",
    "NaN": GOOD.replace('"check_worthy": false', '"check_worthy": NaN').encode() + b"\n",
    "huge number": GOOD.replace('"start": 0', '"start": 1e999').encode() + b"\n",
    "long integer": GOOD.replace('"start": 0', '"start": ' + "9" * 5_000).encode() + b"\n",
    "lone surrogates": GOOD.replace("harbour bridge", "\\ud83d", 1).encode() + b"\n",
    "surrogate as a key": b'{"\\udc00": 1}\n',
    "a number for an id": GOOD.replace(f'"{DOCUMENT_ID}-c001"', "17", 1).encode() + b"\n",
    "lists for everything": json.dumps({name: [[]] for name in claims()[0]}).encode() + b"\n",
    "objects for everything": json.dumps({name: {"a": {}} for name in claims()[0]}).encode() + b"\n",
    "null for everything": json.dumps(dict.fromkeys(claims()[0])).encode() + b"\n",
    "no object": b"null\n17\n[]\n",
    "ten thousand unknown fields": json.dumps({f"f{n}": n for n in range(4_000)}).encode() + b"\n",
    "escape sequences": b'{"claim_id": "\\u001b[31m\\u0007\\u202e"}\n',
    "cut short": GOOD.encode()[:200],
}


def onrecord(*arguments: object, script: str = "", **options: object) -> "subprocess.CompletedProcess[bytes]":
    """Run the command line in a process of its own."""
    code = f"{script}\nfrom onrecord.cli.main import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    given: dict[str, object] = {"capture_output": True, "timeout": TIME_LIMIT, "check": False, **options}
    done: subprocess.CompletedProcess[bytes] = subprocess.run(command, **given)  # type: ignore[call-overload]  # options are named by the callers
    return done


def is_plain(done: "subprocess.CompletedProcess[bytes]", *codes: int) -> bool:
    """Whether it ended with one of the codes, without a traceback, and printed something."""
    output = (done.stdout or b"") + (done.stderr or b"")
    assert b"Traceback" not in output, output.decode()
    assert b"Exception ignored" not in output, output.decode()
    assert b"\x1b" not in output
    assert done.returncode in codes, output.decode()
    return bool(output.strip())


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "repo")


@pytest.mark.parametrize("name", CONTENTS)
def test_invalid_content_of_a_file_is_a_finding(name: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(CONTENTS[name])
    done = onrecord("validate", path, "--format", "json")

    assert is_plain(done, 1)
    found = json.loads(done.stdout)["findings"]
    assert found
    assert all(len(one["message"]) < 300 for one in found)


@pytest.mark.parametrize("name", ["empty file", "binary", "50 MB on one line", "nested objects", "cut short"])
@pytest.mark.parametrize("file", [CLAIMS, f"{DOCUMENT_ID}/document.json", "speakers.jsonl"])
def test_invalid_content_in_a_folder_is_a_finding_in_that_file(file: str, name: str, records: Path) -> None:
    (records / file).write_bytes(CONTENTS[name])
    done = onrecord("validate", records, "--format", "json")

    assert is_plain(done, 1)
    assert {one["file"] for one in json.loads(done.stdout)["findings"]} == {(records / file).as_posix()}


def a_folder(path: Path) -> None:
    path.mkdir()


def a_loop(path: Path) -> None:
    path.symlink_to(path)


def a_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def without_permission(path: Path) -> None:
    path.write_text(GOOD + "\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")


def failing_when_read(path: Path) -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("there is no /proc here")
    path.symlink_to("/proc/self/mem")


OBSTACLES = (a_folder, a_loop, a_dangling_link, a_pipe, a_device, without_permission, failing_when_read)


@pytest.mark.parametrize("name", ["claims.jsonl", "claims.parquet"])
@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda obstacle: obstacle.__name__)
def test_a_path_that_is_not_a_readable_file_is_a_finding_or_rejected(
    obstacle: Callable[[Path], None], name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    obstacle(path)
    done = onrecord("validate", path, "--table", "claims")

    assert is_plain(done, 1, 2)
    if done.returncode == 2:
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda obstacle: obstacle.__name__)
def test_a_path_in_a_folder_that_is_not_a_readable_file_is_a_finding(
    obstacle: Callable[[Path], None], records: Path
) -> None:
    (records / CLAIMS).unlink()
    obstacle(records / CLAIMS)
    done = onrecord("validate", records, "--format", "json")

    assert is_plain(done, 1)
    assert [one["rule"] for one in json.loads(done.stdout)["findings"]] == ["unreadable-file"]


def test_a_link_to_a_parent_folder_is_not_followed_endlessly(records: Path) -> None:
    (records / "loop").symlink_to(records)
    (records / DOCUMENT_ID / "annotations" / "raw" / "loop").symlink_to(records)

    assert is_plain(onrecord("validate", records), 1)


def test_a_file_that_vanishes_while_it_is_checked_is_a_finding(records: Path) -> None:
    script = """
from pathlib import Path
from onrecord.reading import layouts
part_of = layouts.part_of
def vanishing(path, table):
    if table == "claims":
        Path(path).unlink()
    return part_of(path, table)
layouts.part_of = vanishing
"""
    done = onrecord("validate", records, "--format", "json", script=script)

    assert is_plain(done, 1)
    assert [one["rule"] for one in json.loads(done.stdout)["findings"]] == ["unreadable-file"]


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit"])
def test_a_closed_pipe_ends_the_command_quietly(form: str, records: Path) -> None:
    rows = [{**claims()[0], "mode": "x"}] * 600
    (records / CLAIMS).write_text(as_text(records / CLAIMS, rows), encoding="utf-8")
    command = f'"{sys.executable}" -m onrecord validate "{records}" --format {form} | head -c 10'
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=TIME_LIMIT, check=False)

    assert len(done.stdout) == 10
    assert done.stderr == b""


def test_a_closed_standard_input_is_rejected() -> None:
    command = f'"{sys.executable}" -m onrecord validate - --table claims <&-'
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=TIME_LIMIT, check=False)

    assert is_plain(done, 2)


def test_a_closed_standard_output_causes_no_traceback(records: Path) -> None:
    command = f'"{sys.executable}" -m onrecord validate "{records}" >&-'
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=TIME_LIMIT, check=False)

    assert b"Traceback" not in done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("arguments", ["validate records", "schema claims", "--help"])
def test_a_full_disk_is_one_line_on_standard_error(records: Path, arguments: str, unbuffered: str) -> None:
    command = f'"{sys.executable}" -m onrecord {arguments} > /dev/full'
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        timeout=TIME_LIMIT,
        check=False,
        cwd=records.parent,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )

    assert b"Traceback" not in done.stderr
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_the_output_of_a_process_can_be_checked(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(GOOD + "\n", encoding="utf-8")
    command = f'"{sys.executable}" -m onrecord validate --table claims <(cat "{path}")'
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=TIME_LIMIT, check=False)

    assert done.stdout.splitlines()[0] == b"1 record of 1 table checked: 1 claim"
    assert done.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["-", "-", "--table", "claims"],
        ["-"],
        ["records", "--ignore", "no-such-rule"],
        ["records", "--max-findings", "-1"],
        ["records", "--format", "xml"],
        ["a" * 5_000],
        ["\udcff"],
    ],
    ids=["stdin twice", "no table", "unknown rule", "negative", "unknown format", "long name", "no utf-8"],
)
def test_an_invalid_call_ends_with_exit_code_2(arguments: list[str], records: Path) -> None:
    done = onrecord("validate", *arguments, cwd=records.parent, stdin=subprocess.DEVNULL)

    assert is_plain(done, 2)
