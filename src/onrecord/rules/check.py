"""How a check of levels 3 and 4 is written: a generator of problems, decorated with its rule's texts.

Owns the way from a problem to a finding. What a check may ask is in `document`, the checks themselves in the
modules beside this one, named for the table or level that they guard.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from onrecord.model.findings import Finding, Rule
from onrecord.reading.records import Located
from onrecord.rules.document import Document


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a record, `at` being the steps to the field concerned."""

    record: Located
    message: str
    at: tuple[str | int, ...] = ()
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule with the function that looks for breaches of it in one document."""

    rule: Rule
    needs: tuple[str, ...]
    _find: Callable[[Document], Iterator[Problem]]

    def findings(self, document: Document) -> Iterator[Finding]:
        """The breaches in a document; none where a table that the check needs is not at hand."""
        if not all(table in document.tables for table in self.needs):
            return
        for problem in self._find(document):
            document.blame(problem.record, str(problem.at[0]) if problem.at else None)
            yield problem.record.finding(self.rule, problem.message, at=problem.at, expected=problem.expected)


def check(
    *needs: str, level: int = 3, summary: str, why: str, mend: str
) -> Callable[[Callable[[Document], Iterator[Problem]]], Check]:
    """Make a check of a function; the rule is called as the function, with hyphens."""

    def wrap(find: Callable[[Document], Iterator[Problem]]) -> Check:
        name = find.__name__.replace("_", "-")
        return Check(Rule(name, level, summary, why, mend), needs, find)

    return wrap
