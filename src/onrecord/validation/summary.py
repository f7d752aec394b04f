"""What a validation has looked at: counts and notes, filled while it runs, reported after the findings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from onrecord.model.findings import LEVELS, Finding
from onrecord.model.short_repr import ShortRepr


@dataclass(frozen=True, slots=True)
class Skipped:
    """Documents whose source checks did not run for one kind of reason."""

    kind: str
    """What they have in common, after the word documents: "whose article is not available"."""
    first: str
    """The note about the first of them."""
    documents: int

    def note(self) -> str:
        """The note of a single document, or one for all of them."""
        if self.documents == 1:
            return self.first
        others = self.documents - 1
        return f"{self.first} (and {others:,} more document{'s' if others > 1 else ''} {self.kind})"


@dataclass(slots=True, repr=False)
class Summary(ShortRepr):
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
    level: int = max(LEVELS)
    """The last level that was asked for."""
    _notes: list[str] = field(default_factory=list, init=False)
    _skipped: dict[str, Skipped] = field(default_factory=dict, init=False)
    on_record: Callable[[int], object] | None = field(default=None, repr=False, compare=False)
    """Called with how many more records were read: for a progress bar."""

    @property
    def findings(self) -> int:
        """Findings in all, ignored ones left out."""
        return sum(self.by_rule.values())

    def count_records(self, table: str, number: int) -> None:
        """Count records that were read; a table of which none was read is not mentioned."""
        if not number:
            return
        self.records[table] = self.records.get(table, 0) + number
        if self.on_record:
            self.on_record(number)

    def take(
        self,
        records: Mapping[str, int],
        unlisted: Mapping[str, int],
        ignored: Mapping[str, int],
        skipped: Iterable[Skipped] = (),
    ) -> None:
        """Add what a task came to: records by table, findings that were only counted, skipped checks."""
        for table, number in records.items():
            self.count_records(table, number)
        for rule, number in unlisted.items():
            self.by_rule[rule] = self.by_rule.get(rule, 0) + number
            self.left_out += number
        for rule, number in ignored.items():
            self.ignored[rule] = self.ignored.get(rule, 0) + number
        for one in skipped:
            self.add_skipped(one)

    def count_finding(self, finding: Finding) -> None:
        """Count a finding that is reported."""
        self.by_rule[finding.rule] = self.by_rule.get(finding.rule, 0) + 1

    def count_ignored(self, finding: Finding) -> None:
        """Count a finding of an ignored rule."""
        self.ignored[finding.rule] = self.ignored.get(finding.rule, 0) + 1

    def at_most(self, number: int | None, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The first findings, all of them counted; None is no limit."""
        for shown, finding in enumerate(findings):
            if number is None or shown < number:
                yield finding
            else:
                self.left_out += 1

    def skip_source(self, document_id: str, why: str, kind: str) -> None:
        """Count a document whose source checks did not run; `kind` sums up `why` for several."""
        first = f"{document_id}: source checks did not run, {why}"
        self.add_skipped(Skipped(kind, first, 1))

    def add_skipped(self, skipped: Skipped) -> None:
        """Count documents whose source checks did not run for one kind of reason."""
        known = self._skipped.get(skipped.kind)
        count = skipped.documents + (known.documents if known else 0)
        self._skipped[skipped.kind] = Skipped(skipped.kind, known.first if known else skipped.first, count)

    @property
    def skipped(self) -> list[Skipped]:
        """Documents whose source checks did not run, one entry per kind of reason."""
        return list(self._skipped.values())

    @property
    def notes(self) -> list[str]:
        """What could not be checked, and why: one note per kind, with a count."""
        return [*self._notes, *(one.note() for one in self._skipped.values())]

    def note(self, text: str) -> None:
        """Remember, once, what was left out and why; reports put "not checked: " before it."""
        if text not in self._notes:
            self._notes.append(text)
