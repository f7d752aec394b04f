"""The annotators that all documents share: read once, known to every task, each used by some document."""

from collections.abc import Iterator, Set

from onrecord.model.findings import Finding
from onrecord.reading.batches import Batch
from onrecord.reading.located import Located
from onrecord.rules.annotators import unused_annotator
from onrecord.rules.claims import reversed_interval
from onrecord.rules.document import Document, Table
from onrecord.validation.levels import identity_findings


class AnnotatorTable:
    """The annotators of one run; they are few, so they are in memory."""

    def __init__(self) -> None:
        """Start without a file."""
        self._batches: list[Batch] = []
        self._is_complete = True
        self._used: set[str] = set()

    def add(self, batch: Batch) -> None:
        """Take the next annotators; of a rejected one the id counts, where it can be read."""
        self._batches.append(batch)

    def findings(self) -> Iterator[Finding]:
        """Level 3 of the annotators; an id that is wrong in itself makes their list incomplete."""
        document = Document("", {"annotators": self._table})
        for finding in identity_findings(document):
            self._is_complete = False
            yield finding
        yield from reversed_interval.findings(document)

    def known(self) -> Set[str] | None:
        """The ids, where the file is there and every id in it can be read."""
        if not self._batches or not self._is_complete or self._table.has_unnamed:
            return None
        return frozenset(self._table.ids())

    def use(self, ids: Set[str]) -> None:
        """Note annotators whom documents name."""
        self._used |= ids

    def unused(self) -> Iterator[Finding]:
        """The valid annotators whom no document names."""
        for batch in self._batches if self.known() is not None else ():
            for row, line in zip(batch.rows, batch.lines, strict=True):
                if row["annotator_id"] not in self._used:
                    yield unused_annotator(Located("annotators", row, batch.file, line))

    @property
    def _table(self) -> Table:
        return Table("annotators", self._batches)
