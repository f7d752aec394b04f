"""The command agreement: arguments, output and exit codes; the work is in the package `dataset`."""

from pathlib import Path

import click

from onrecord.cli.output import Unusable, output_option, write_lines


@click.command(
    epilog="\b\nExamples:\n  onrecord agreement\n  onrecord agreement records --annotations ada.jsonl\n"
    "  onrecord agreement records --format json -o agreement.json",
)
@click.argument("records", required=False, type=click.Path(path_type=Path))
@click.option(
    "--annotations",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Also compare the annotations in this file, which is not in RECORDS. Can be repeated.",
)
@click.option(
    "--held-out",
    "holds_held_out",
    is_flag=True,
    help="Also compare the labels under annotations/held-out, which had no part in making the records.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "md"]),
    default="table",
    help="Format of the output. JSON has every comparison; the others show the most important ones.",
)
@output_option
def agreement(
    records: Path | None,
    annotations: tuple[Path, ...],
    holds_held_out: bool,
    form: str,
    output: Path | None,
) -> None:
    """Report how far annotators agree with each other and with the adjudicated labels.

    RECORDS is a records folder or a folder of built tables; without it, the shipped records are used. For
    every annotated field the report has Krippendorff's alpha with an interval, the labels that are confused,
    and the claims that differ most from the adjudicated labels. People and models are kept apart by
    annotators.jsonl. An annotator may have labelled only some claims. Needs the extra `score`.
    """
    from onrecord.dataset.agreement_formats import AGREEMENT_FORMATS
    from onrecord.dataset.agreement_report import agreement as compare
    from onrecord.exceptions import OnRecordError

    try:
        report = compare(records, annotations=annotations, holds_held_out=holds_held_out)
    except (OSError, OnRecordError) as error:
        raise Unusable(error) from error
    write_lines([AGREEMENT_FORMATS[form](report)], output)
