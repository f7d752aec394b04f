"""Exports of the exchange sample as a tool gives them back, and the labels that are read from them."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.dataset.exchange import label_studio
from onrecord.dataset.exchange.export import export_to
from tests.helpers import exchange_sample as quay
from tests.helpers.exchange_sample import DOCUMENT_ID, as_label_studio_exports

BEA = "bea"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def exported(form: str, records: Path, out: Path, **options: Any) -> Path:
    """An export as the tool gives it back."""
    export_to(form, out, records, **options)
    if form == "label-studio":
        tasks = json.loads((out / label_studio.TASKS).read_text(encoding="utf-8"))
        (out / label_studio.TASKS).write_text(json.dumps(as_label_studio_exports(tasks)), encoding="utf-8")
    return out


def annotations(records: Path, annotator: str = BEA) -> dict[str, dict[str, Any]]:
    file = records / DOCUMENT_ID / "annotations" / f"{annotator}.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["claim_id"]: row for row in rows}


def anchors() -> dict[str, list[tuple[int, int]]]:
    return {
        claim["claim_id"]: [(anchor["start"], anchor["end"]) for anchor in claim["anchors"]]
        for claim in quay.claims()
    }


def change_tags(place: Path, old: str, new: str) -> Path:
    file = place / f"{DOCUMENT_ID}.jsonld"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return file
