"""The hook for pre-commit that checks single files: `python -m onrecord.cli.tracked_files [OPTIONS]`.

pre-commit splits a long list of files over several calls, and each would miss what the others hold. So the
hook asks git itself for the tracked files that are named after their tables, and validates them in one
process.
"""

import re
import subprocess
import sys

from onrecord.cli import signals

_WANTED = re.compile(
    r"(?:.*/)?(?:claims|segments|relations|annotations|speakers|documents|contrasts)\.(?:jsonl|parquet)",
    re.DOTALL,
)


def main() -> None:
    """Validate the tracked files below the working directory with the options of `onrecord validate`."""
    signals.install()
    from onrecord.cli.main import main as command
    from onrecord.cli.output import say

    listed = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, errors="surrogateescape", check=False
    )
    if listed.returncode:
        say(f"Error: git cannot list the tracked files: {listed.stderr.strip()}", err=True)
        sys.exit(2)
    # "./" keeps a name that starts with a hyphen from being taken for an option.
    files = [f"./{name}" for name in listed.stdout.split("\0") if _WANTED.fullmatch(name)]
    if not files:
        say("no tracked file is named after a table")
        return
    command(["validate", *sys.argv[1:], *files], prog_name="onrecord")


if __name__ == "__main__":
    main()
