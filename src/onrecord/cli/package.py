"""The commands about the package as a whole: diff, verify.

Arguments, output and exit codes are here; the work is in the package `dataset`, which the commands import.
"""

import sys
from pathlib import Path

import click

from onrecord.cli.output import Unusable, output_option, quiet_option, say, write_lines


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
    help="Output format. The JSON is stable.",
)
@output_option
def diff(old: Path, new: Path, form: str, output: Path | None) -> None:
    """Compare two snapshots of the dataset record by record, and name the smallest version allowed.

    OLD and NEW are checkouts, wheels (read without installing), folders of built tables, or records folders.
    A changed, withdrawn or relabelled record demands a MAJOR version; new records, fields or tables a MINOR
    one; everything else a PATCH. Ends with 0 if data and schema are the same, 1 if they differ, and 2 if one
    of the two cannot be read.
    """
    from onrecord.dataset.comparison.diff import diff as compare
    from onrecord.dataset.comparison.formats import DIFF_FORMATS
    from onrecord.exceptions import UnusableEdition

    try:
        found = compare(old, new)
    except UnusableEdition as error:
        raise Unusable(*str(error).split("\n")) from error
    write_lines(DIFF_FORMATS[form](found), output)
    if found:
        sys.exit(1)


@click.command(
    epilog="\b\nExamples:\n  onrecord verify\n  onrecord verify path/to/checkout",
)
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@quiet_option
def verify(folder: Path | None, quiet: bool) -> None:
    """Check every file of the installed dataset, or of the checkout FOLDER, against MANIFEST.sha256.

    Names each file that is altered, missing or unexpected, and then ends with 1. Ends with 2 if there is no
    manifest. `sha256sum -c MANIFEST.sha256` in the folder compares the same hashes.
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
        raise Unusable(*str(error).split("\n")) from error
    write_lines(map(str, found))
    if found:
        is_checkout = (top / "pyproject.toml").is_file()
        cure = (
            "after changes of your own, `make build` renews it"
            if is_checkout
            else "installing the package again restores them"
        )
        differ = "1 file differs" if len(found) == 1 else f"{len(found):,} files differ"
        say(f"{top}: {differ} from {MANIFEST}, which lists {len(listed):,}; {cure}", err=True)
        sys.exit(1)
    if not quiet:
        say(f"{top}: all {len(listed):,} files match {MANIFEST} (its own SHA-256: {own})")
