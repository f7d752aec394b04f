"""Every exception that a caller may see, as one tree under OnRecordError.

Every message is written for the user. An exception with findings holds them in `findings`, and the first five
in its message. The module is not called `errors`, because `onrecord.errors` is a public function: one name
cannot be both without hiding one of them from type checkers and from pydoc.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onrecord.model.findings import Finding


_SHOWN = 5
"""Findings in the message of an exception."""


class OnRecordError(Exception):
    """The root of the tree."""


def _count(errors: int) -> str:
    return f"{errors:,} error{'' if errors == 1 else 's'}"


def _with_first(headline: str, findings: "Sequence[Finding]", count: int) -> str:
    """The headline, the first findings one per line, and how many more there are."""
    shown = [f"  {finding}" for finding in findings[:_SHOWN]]
    more = [f"  and {count - len(shown):,} more in `findings`"] if count > len(shown) else []
    return "\n".join([headline, *shown, *more])


class MissingExtraError(OnRecordError, ImportError):
    """A package of an extra is not installed; the message names the package, the extra and the command.

    pip adds an extra to what is installed, wherever that came from: an index, a wheel, a clone or a URL.
    """

    def __init__(self, what: str, missing: str, extra: str) -> None:
        super().__init__(
            f"{what} needs the extra {extra!r} (not installed: {missing}): "
            f"pip install 'onrecord[{extra}]', or in a clone pip install '.[{extra}]'"
        )


class UnusableInputError(OnRecordError):
    """The input cannot be checked at all; the message is one line."""


class InvalidRecords(OnRecordError):
    """The records have errors, so nothing was built; `findings` has them all, warnings included."""

    def __init__(self, findings: "Sequence[Finding]") -> None:
        self.findings = tuple(findings)
        errors = sum(finding.severity == "error" for finding in findings)
        self.headline = f"{_count(errors)} in the records: nothing was built"
        """The message without the findings."""
        # Errors are the reason, so they come before warnings.
        first = sorted(self.findings, key=lambda finding: finding.severity != "error")
        super().__init__(_with_first(self.headline, first, len(self.findings)))


class InvalidRecord(OnRecordError, AssertionError):
    """A single record of a table has errors; `findings` has them all."""

    def __init__(self, table: str, findings: "Sequence[Finding]") -> None:
        self.findings = tuple(findings)
        lines = [finding.with_path() for finding in findings]
        super().__init__("\n".join([f"not a valid record of {table}:", *(f"  {line}" for line in lines)]))


class OutputRefused(OnRecordError, ValueError):
    """The folder to be replaced is not one that a build may delete."""


class UnusableExchange(OnRecordError, ValueError):
    """What an annotation tool gave back cannot be read, or is not valid; `errors` has one line per error."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(self.errors))


class PageRefused(OnRecordError, ValueError):
    """The page cannot be written there."""


class SheetRefused(OnRecordError, ValueError):
    """No sheet can be made from these records, or with these choices; one line per error."""


class NothingToDecide(SheetRefused):
    """No adjudication sheet is needed: the annotators agree, or each label is decided."""


class SourceError(OnRecordError):
    """The article's file cannot be read as text."""


class UnusableArticle(OnRecordError, ValueError):
    """An article that cannot become a document; the message is one line."""


class UnusableDetails(OnRecordError, ValueError):
    """The details given about a document do not match its schema; `findings` has all errors."""

    def __init__(self, findings: "Sequence[Finding]") -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(finding.as_sentence() for finding in findings))


class UnusableDocument(OnRecordError, ValueError):
    """Words cannot be found in this folder or in its article."""


class WordsNotFound(OnRecordError, ValueError):
    """The words occur in no segment, or in several."""


class UnknownArticle(OnRecordError, ValueError):
    """No document of the dataset was made from the article."""


class AlteredArticle(OnRecordError):
    """The article is not, character for character, the text that the dataset was made from."""

    def __init__(
        self,
        message: str,
        document_id: str,
        mismatches: Sequence[Any],
        segments: int,
        differences: Sequence[str],
    ) -> None:
        super().__init__(message)
        self.document_id = document_id
        self.mismatches = tuple(mismatches)
        self.segments = segments
        self.differences = differences


class UnusableManifest(OnRecordError, ValueError):
    """There is no manifest to compare with, or it is invalid; the message has one line per error."""


class UnusableEdition(OnRecordError, ValueError):
    """The input is not a release of the dataset, or cannot be read; one line per error."""


class ClaimFilterError(OnRecordError, ValueError):
    """A filter of claims names an unknown field or value, or there are no claims; one line per error."""


class ContrastFilterError(OnRecordError, ValueError):
    """A filter of contrast pairs names an unknown field or value, or no pair matches; one line per error."""


class InconsistentAnswers(OnRecordError, AssertionError):
    """A function answers contrast pairs wrongly; the message lists the first of them."""


class UnusablePredictions(OnRecordError, ValueError):
    """Nothing at the path can be read as predictions."""


class InvalidPredictions(OnRecordError, ValueError):
    """The predictions have errors; `findings` has the first of each rule, `left_out` counts the others."""

    def __init__(self, findings: "Sequence[Finding]") -> None:
        self.findings = list(findings)
        self.left_out: Counter[str] = Counter(getattr(findings, "left_out", {}))
        count = len(findings) + self.left_out.total()
        self.headline = f"the predictions have {_count(count)}"
        """The message without the findings."""
        super().__init__(_with_first(self.headline, self.findings, count))


class NothingToScore(OnRecordError, ValueError):
    """The dataset has no item for the task."""


class TooManyLabels(OnRecordError, ValueError):
    """The counts of every label in every paragraph do not fit in memory."""


class NotComparable(OnRecordError, ValueError):
    """The scores belong to different data, scorers or tasks, so one table cannot show both."""


class ClusterUnusable(OnRecordError):
    """The cluster cannot do the work; the message is one line."""


class EdtfError(OnRecordError, ValueError):
    """The string has no meaning in the EDTF profile."""


class MalformedEdtf(EdtfError):
    """The string has none of the forms of the profile."""


class ImpossibleDate(EdtfError):
    """The form is right, but the calendar has no such day, month or year."""


class ReversedInterval(EdtfError):
    """The interval ends before it starts."""
