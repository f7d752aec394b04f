"""The texts of the level 2 rules, which check each record on its own.

`schema` finds the violations.
"""

from onrecord.model.findings import Rule

MISSING_FIELD = Rule(
    "missing-field",
    2,
    "A record without one of its fields.",
    "Every record answers every field: a missing one could mean 'none' or 'not looked at'.",
    "Add the field. If null or an empty list is allowed, write it explicitly.",
)
UNKNOWN_FIELD = Rule(
    "unknown-field",
    2,
    "A field that the schema does not have.",
    "It is nearly always a misspelt name, and its value would be lost.",
    "Rename it to the expected field, or delete it.",
)
READ_ONLY_FIELD = Rule(
    "read-only-field",
    2,
    "A derived field in a record written by hand.",
    "The build derives it from other fields. A copy written by hand would go out of date.",
    "Delete the field. If the records are rows of a build, check them with `--built`.",
)
WRONG_TYPE = Rule(
    "wrong-type",
    2,
    "A value whose type is not that of its field: a number for a string, 5.0 for 5, null for a value.",
    "Readers rely on one type per column.",
    "Write the value in the expected type.",
)
UNKNOWN_LABEL = Rule(
    "unknown-label",
    2,
    "A label that is not in the field's set.",
    "Counts and scores compare labels exactly. A variant would become a class of its own.",
    "Use the expected label, or choose one of the set (`onrecord schema TABLE` lists it).",
)
MALFORMED_VALUE = Rule(
    "malformed-value",
    2,
    "A string that does not have the form of its field: an id, a date, a hash, a line of prose.",
    "Programs read ids, dates and hashes. Prose is one line without extra spaces or control characters.",
    "Write the value in the expected form.",
)
IMPOSSIBLE_DATE = Rule(
    "impossible-date",
    2,
    "A date that does not exist in the calendar, such as 30 February.",
    "It cannot be converted to a day, so nothing can be computed from it.",
    "Write a date that exists, or a less precise one: a month or a year.",
)
REPEATED_ITEM = Rule(
    "repeated-item",
    2,
    "A list that contains the same item twice.",
    "The lists are sets. A repeated item adds nothing and doubles counts.",
    "Delete the repetition.",
)
EMPTY_LIST = Rule(
    "empty-list",
    2,
    "An empty list where at least one item is required.",
    "A claim without an anchor cannot be traced to its source.",
    "Add at least one item.",
)
OUT_OF_RANGE = Rule(
    "out-of-range",
    2,
    "A number below or above the range of its field.",
    "Offsets start at 0; paragraph numbers and positions start at 1.",
    "Write a number in the expected range.",
)
EVIDENCE_MISSING = Rule(
    "evidence-missing",
    2,
    "A verifiable or partially verifiable claim without `evidence`.",
    "The verifiability label needs a reason: the evidence that would settle the claim.",
    "Name the evidence, or change the verifiability label.",
)
EVIDENCE_UNEXPECTED = Rule(
    "evidence-unexpected",
    2,
    "An unverifiable claim with `evidence`.",
    "A claim that some evidence could settle is at least partially verifiable.",
    "Empty the list, or change the verifiability label.",
)
BARRIERS_MISSING = Rule(
    "barriers-missing",
    2,
    "A partially verifiable or unverifiable claim without `barriers`.",
    "The verifiability label needs a reason: the barrier that prevents the claim from being settled.",
    "Name the barriers, or change the verifiability label.",
)
BARRIERS_UNEXPECTED = Rule(
    "barriers-unexpected",
    2,
    "A verifiable claim with `barriers`.",
    "A claim that a barrier prevents from being settled is at most partially verifiable.",
    "Empty the list, or change the verifiability label.",
)
VERIFIABILITY_MISMATCH = Rule(
    "verifiability-mismatch",
    2,
    "A verifiability label that the record's other fields contradict, while they all fit another label.",
    "`evidence` and `barriers` are the reasons for the label.",
    "Write the expected label, or change the reasons.",
)
NOTE_MISSING = Rule(
    "note-missing",
    2,
    "A record with `flags` but without a `note`.",
    "A flag warns the reader; the note explains the warning.",
    "Write a sentence for every flag, or remove the flags.",
)
NOTE_UNEXPECTED = Rule(
    "note-unexpected",
    2,
    "A `note` on a record without `flags`.",
    "Notes explain flags. Readers who look for uncertain records search by flag.",
    "Add the flag that the note explains, or write null.",
)
UNDATED_BUT_DATED = Rule(
    "undated-but-dated",
    2,
    "A `stated_on` with a start date, although `stated_on_basis` is undated.",
    "Without a basis for the date, it is only known that the claim was made before the document.",
    "Write `../` and the document's date, or state the basis of the date.",
)
TASK_MISMATCH = Rule(
    "task-mismatch",
    2,
    "A contrast pair with an input or an answer that its `task` does not have.",
    "What is asked and how it is answered follows from the task: a date is no speaker, a sentence no claim.",
    "Correct the field, or the task if several fields are those of another one.",
)
RULES = (
    MISSING_FIELD,
    UNKNOWN_FIELD,
    READ_ONLY_FIELD,
    WRONG_TYPE,
    UNKNOWN_LABEL,
    MALFORMED_VALUE,
    IMPOSSIBLE_DATE,
    REPEATED_ITEM,
    EMPTY_LIST,
    OUT_OF_RANGE,
    EVIDENCE_MISSING,
    EVIDENCE_UNEXPECTED,
    BARRIERS_MISSING,
    BARRIERS_UNEXPECTED,
    VERIFIABILITY_MISMATCH,
    NOTE_MISSING,
    NOTE_UNEXPECTED,
    UNDATED_BUT_DATED,
    TASK_MISMATCH,
)
