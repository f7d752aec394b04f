"""What a validation has looked at, counted while it runs: for the report after the findings.

Owns the counts and the notes of what was left out; `reporting` words them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from onrecord.model.findings import LEVELS, Finding


@dataclass(slots=True)
class Summary:
    """What was checked. Counts are final once the validation has been read to its end."""

    records: dict[str, int] = field(default_factory=dict)
    """Records read, by table, broken ones included."""
    by_rule: dict[str, int] = field(default_factory=dict)
    """Findings, by rule, those that a report leaves out included."""
    ignored: dict[str, int] = field(default_factory=dict)
    """Findings of rules that were to be ignored, by rule; they are not counted elsewhere."""
    left_out: int = 0
    """Findings that were counted but not shown, because there were too many."""
    documents: int = 0
    documents_with_source: int = 0
    """Documents that were checked against their article."""
    notes: list[str] = field(default_factory=list)
    """What could not be checked, and why."""
    level: int = max(LEVELS)
    """The last level that was asked for."""
    on_record: Callable[[int], object] | None = field(default=None, repr=False, compare=False)
    """Called with how many more records were read: for a progress bar."""

    @property
    def findings(self) -> int:
        """Findings in all, ignored ones left out."""
        return sum(self.by_rule.values())

    def count_record(self, table: str) -> None:
        """Count a record that was read."""
        self.count_records(table, 1)

    def count_records(self, table: str, number: int) -> None:
        """Count records that were read; a table of which none was read is not mentioned."""
        if not number:
            return
        self.records[table] = self.records.get(table, 0) + number
        if self.on_record:
            self.on_record(number)

    def count_finding(self, finding: Finding) -> None:
        """Count a finding that is told."""
        self.by_rule[finding.rule] = self.by_rule.get(finding.rule, 0) + 1

    def count_ignored(self, finding: Finding) -> None:
        """Count a finding that is not told."""
        self.ignored[finding.rule] = self.ignored.get(finding.rule, 0) + 1

    def at_most(self, number: int | None, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The first findings, all of them counted; None is no limit."""
        for shown, finding in enumerate(findings):
            if number is None or shown < number:
                yield finding
            else:
                self.left_out += 1

    def note(self, text: str) -> None:
        """Remember, once, what was left out."""
        if text not in self.notes:
            self.notes.append(text)
