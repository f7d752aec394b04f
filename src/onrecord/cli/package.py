"""The commands about the package as a whole: diff, verify.

Owns their arguments, output and exit codes; `cli` attaches them. Heavy imports wait inside the commands.
"""

import sys
from pathlib import Path

import click

from onrecord.cli.data import Unusable, write_lines


@click.command(
    epilog="\b\nExamples:\n  onrecord diff path/to/older .\n  onrecord diff onrecord-OLD.whl . --format json",
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print it; the JSON is stable.",
)
def diff(old: Path, new: Path, form: str) -> None:
    """Compare two editions of the dataset record by record, and name the smallest version allowed.

    OLD and NEW are checkouts, wheels (read without installing), folders of built tables, or records folders.
    A changed, withdrawn or relabelled record makes a MAJOR version, new records, fields or tables a MINOR
    one, all else a PATCH. Ends with 0 when data and schema are the same, 1 when they differ, and 2 when one
    of the two cannot be read.
    """
    from onrecord.dataset.comparison.diff import diff as compare
    from onrecord.dataset.comparison.formats import DIFF_FORMATS
    from onrecord.exceptions import UnusableEdition

    try:
        found = compare(old, new)
    except UnusableEdition as error:
        raise Unusable(str(error)) from error
    write_lines(DIFF_FORMATS[form](found))
    if found:
        sys.exit(1)


@click.command(
    epilog="\b\nExamples:\n  onrecord verify\n  onrecord verify path/to/checkout",
)
@click.argument("folder", type=click.Path(path_type=Path), required=False)
def verify(folder: Path | None) -> None:
    """Check every file of the installed dataset against MANIFEST.sha256, or of the checkout in FOLDER.

    Names each file that was altered, is missing, or was put in, and then ends with 1. Without a manifest it
    ends with 2. `sha256sum -c MANIFEST.sha256` in the folder compares the same hashes.
    """
    from onrecord.dataset.manifest import MANIFEST, file_digest, read_manifest
    from onrecord.dataset.manifest import verify as compare
    from onrecord.exceptions import UnusableManifest
    from onrecord.model.paths import home

    top = home() if folder is None else folder
    try:
        listed = read_manifest(top)
        found = compare(top)
        own = file_digest(top / MANIFEST)
    except UnusableManifest as error:
        raise Unusable(str(error)) from error
    write_lines(map(str, found))
    if found:
        is_checkout = (top / "pyproject.toml").is_file()
        cure = (
            "`make build` renews it, after changes of your own"
            if is_checkout
            else "installing the package again puts them back"
        )
        click.echo(
            f"{top}: {len(found):,} not as {MANIFEST} says, of {len(listed):,} files; {cure}", err=True
        )
        sys.exit(1)
    click.echo(f"{top}: all {len(listed):,} files are as {MANIFEST} says (its own SHA-256: {own})")
