"""Rejected lines that come again in a file: the same text has the same findings, so it is looked at once."""

from dataclasses import dataclass, field, replace

from onrecord.model.findings import Finding
from onrecord.reading.batches import Batch
from onrecord.reading.located import Located

_LINES = 1_000
"""Lines that are remembered."""
_LONGEST = 4_096
"""Bytes of the longest line that is remembered."""


@dataclass(slots=True)
class RepeatedLines:
    """The rejected lines of a file, as far as they are remembered, with what was found in each."""

    _seen: dict[bytes, tuple[Located, list[Finding], bool]] = field(default_factory=dict)

    def add(self, text: bytes, located: Located, findings: list[Finding], *, has_id: bool) -> None:
        """Remember a line, but not the first of a file, which a byte order mark may start."""
        if located.line != 1 and len(text) <= _LONGEST and len(self._seen) < _LINES:
            self._seen[text] = (located, findings, has_id)

    def reject(self, text: bytes, number: int, batch: Batch) -> bool:
        """Add a line to the batch if it is remembered; whether it is."""
        if number == 1 or (seen := self._seen.get(text)) is None:
            return False
        located, findings, has_id = seen
        batch.records += 1
        # Most findings of a file that is damaged all over are only counted, and need no place.
        kept = [replace(finding, line=number) for finding in batch.keep(findings)]
        batch.reject_with(replace(located, line=number), kept, has_id=has_id)
        return True
