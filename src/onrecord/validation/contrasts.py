"""The contrast pairs of one run: they belong to no document, and are compared with each other only."""

from collections.abc import Iterator

from onrecord.model.findings import Finding
from onrecord.reading.batches import Batch
from onrecord.rules import contrasts
from onrecord.rules.document import Document, Table
from onrecord.validation.levels import identity_findings


class ContrastTable:
    """The pairs of one run. People write them one by one, so they are in memory."""

    def __init__(self) -> None:
        """Start without a file."""
        self._batches: list[Batch] = []

    def add(self, batch: Batch) -> None:
        """Take the next pairs; of a rejected one the id counts, where it can be read."""
        self._batches.append(batch)

    def findings(self) -> Iterator[Finding]:
        """Level 3 of the pairs."""
        document = Document("", {"contrasts": Table("contrasts", self._batches)})
        yield from identity_findings(document)
        for check in contrasts.CHECKS:
            yield from check.findings(document)
