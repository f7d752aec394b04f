"""The rules of a predictions file: what it must not be. `predictions` finds the breaches.

Faults of the text itself (encoding, JSON) and of single fields have the rules that records have.
"""

from onrecord.model.findings import Rule
from onrecord.reading import file_rules
from onrecord.rules import schema_rules

UNKNOWN_ID = Rule(
    "unknown-id",
    3,
    "An answer to something that the task does not ask.",
    "The id is misspelt or comes from another version of the dataset; aligning by position would hide that.",
    "Take the ids from `onrecord tasks TASK --inputs`.",
)
DUPLICATE_ANSWER = Rule(
    "duplicate-answer",
    3,
    "Two answers to the same question.",
    "Which of them counts would depend on the order of the lines.",
    "Keep one of the two.",
)
OTHER_VERSION = Rule(
    "other-version",
    3,
    "An answer that was made on another version of the dataset.",
    "The claims, their ids and their labels may have changed since.",
    "Run the system on this version, or score with the package of the version that is named.",
)
MIXED_VERSIONS = Rule(
    "mixed-versions",
    3,
    "Answers made on different versions of the dataset in one file.",
    "Their score would belong to no version at all.",
    "Score each version's answers apart, each with its own package.",
)
IMPROBABLE = Rule(
    "improbable",
    3,
    "Probabilities that do not sum to 1, or of something that is not a label.",
    "A score that rewards honest probabilities means nothing where they are none.",
    "Give each label its probability; those left out have 0.",
)

HARMLESS = frozenset(
    rule.id
    for rule in (
        file_rules.BYTE_ORDER_MARK,
        file_rules.CARRIAGE_RETURN,
        file_rules.BLANK_LINE,
        file_rules.NO_FINAL_NEWLINE,
    )
)
"""Faults of a record's file that change nothing about an answer: whole lines are read all the same."""

RULES = (
    file_rules.NOT_UTF8,
    file_rules.BROKEN_JSON,
    file_rules.NOT_AN_OBJECT,
    file_rules.DUPLICATE_KEY,
    file_rules.NON_FINITE_NUMBER,
    schema_rules.MISSING_FIELD,
    schema_rules.UNKNOWN_FIELD,
    schema_rules.WRONG_TYPE,
    schema_rules.UNKNOWN_LABEL,
    schema_rules.MALFORMED_VALUE,
    schema_rules.IMPOSSIBLE_DATE,
    schema_rules.OUT_OF_RANGE,
    UNKNOWN_ID,
    DUPLICATE_ANSWER,
    OTHER_VERSION,
    MIXED_VERSIONS,
    IMPROBABLE,
)
"""What a file of predictions is most often refused for."""
