"""How a check of levels 3 and 4 is written: a generator of problems, decorated with the texts of its rule.

The checks are in the modules next to this one, each named for its table or level. What a check can query is
in `document`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from onrecord.model.findings import Finding, Rule
from onrecord.reading.located import Row
from onrecord.rules.document import Document


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a record; `at` is the path to the field concerned."""

    record: Row
    message: str
    at: tuple[str | int, ...] = ()
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule, with the function that finds what it forbids in one document."""

    rule: Rule
    needs: frozenset[str]
    _find: Callable[[Document], Iterator[Problem]]

    def findings(self, document: Document) -> list[Finding]:
        """The findings in a document; none if a table that the check needs is not given."""
        found: list[Finding] = []
        for problem in self._find(document) if self.needs <= document.tables.keys() else ():
            document.mark_faulty(problem.record, str(problem.at[0]) if problem.at else None)
            found.append(
                document.finding(problem.record, self.rule, problem.message, problem.at, problem.expected)
            )
        return found


def check(
    *needs: str, level: int = 3, summary: str, why: str, fix: str
) -> Callable[[Callable[[Document], Iterator[Problem]]], Check]:
    """Make a check of a function; the id of the rule is the function's name, with hyphens."""

    def wrap(find: Callable[[Document], Iterator[Problem]]) -> Check:
        name = find.__name__.replace("_", "-")
        return Check(Rule(name, level, summary, why, fix), frozenset(needs), find)

    return wrap
