"""The rules that a predictions file must keep. `predictions` finds what breaks them.

Errors in the text itself (encoding, JSON) and in single fields have the rules that records have.
"""

from onrecord.model.findings import Rule
from onrecord.reading import file_rules
from onrecord.rules import schema_rules
from onrecord.rules.claims import reversed_interval

NO_ANSWER = Rule(
    "no-answer",
    1,
    "Predictions without a single answer.",
    "An empty file is nearly always a write that failed, an empty list an iterator that was already read; "
    "its score would be 0.",
    "Write the answers again, or pass a list instead of an iterator.",
)
UNKNOWN_ID = Rule(
    "unknown-id",
    3,
    "An answer to an item that the task does not have.",
    "The id is misspelt or comes from another version of the dataset; aligning by position would hide that.",
    "Take the ids from `onrecord tasks TASK --inputs`.",
)
OTHER_SPLIT = Rule(
    "other-split",
    3,
    "Answers of which none is to an item of the split that is scored.",
    "All items of the split would be missing, and the score would be 0. Answers to other splits are set "
    "aside only where some answers are to this one.",
    "Name the split that was answered: `--split challenge`, or `--split all` for all of them.",
)
DUPLICATE_ANSWER = Rule(
    "duplicate-answer",
    3,
    "Two answers to the same item.",
    "Which of them counts would depend on the order of the lines.",
    "Keep one of the two.",
)
OTHER_VERSION = Rule(
    "other-version",
    3,
    "An answer that was made on another version of the dataset.",
    "The claims, their ids and their labels may have changed since.",
    "Run the system on this version, or score with the package of the version that the answer names.",
)
MIXED_VERSIONS = Rule(
    "mixed-versions",
    3,
    "Answers made on different versions of the dataset in one file.",
    "Their score would belong to no version at all.",
    "Score the answers of each version on their own, with the package of that version.",
)
IMPROBABLE = Rule(
    "improbable",
    3,
    "Probabilities that do not sum to 1, or of something that is not a label.",
    "A score that rewards honest probabilities is meaningless on numbers that are not probabilities.",
    "Give each label its probability; a label that is left out has 0.",
)

REVERSED_INTERVAL = reversed_interval.rule

HARMLESS = frozenset(
    rule.id
    for rule in (
        file_rules.BYTE_ORDER_MARK,
        file_rules.CARRIAGE_RETURN,
        file_rules.BLANK_LINE,
        file_rules.NO_FINAL_NEWLINE,
    )
)
"""Findings of a records file that are accepted here, because the lines can be read all the same."""

RULES = (
    file_rules.NOT_UTF8,
    file_rules.BROKEN_JSON,
    file_rules.NOT_AN_OBJECT,
    file_rules.DUPLICATE_KEY,
    file_rules.NON_FINITE_NUMBER,
    NO_ANSWER,
    schema_rules.MISSING_FIELD,
    schema_rules.UNKNOWN_FIELD,
    schema_rules.WRONG_TYPE,
    schema_rules.UNKNOWN_LABEL,
    schema_rules.MALFORMED_VALUE,
    schema_rules.IMPOSSIBLE_DATE,
    schema_rules.OUT_OF_RANGE,
    REVERSED_INTERVAL,
    UNKNOWN_ID,
    OTHER_SPLIT,
    DUPLICATE_ANSWER,
    OTHER_VERSION,
    MIXED_VERSIONS,
    IMPROBABLE,
)
"""The rules that predictions break most often."""
