"""The rules of level 2: what a single record must not be, whatever stands beside it.

Owns their texts; `schema` finds the breaches.
"""

from onrecord.model.findings import Rule

MISSING_FIELD = Rule(
    "missing-field",
    2,
    "A record without one of its fields.",
    "Every field is answered for every record: an absent one could mean 'none' or 'not looked at'.",
    "Add the field; where null or an empty list is allowed, write it out.",
)
UNKNOWN_FIELD = Rule(
    "unknown-field",
    2,
    "A field that the schema does not have.",
    "It is nearly always a misspelt name, and its value would be lost.",
    "Rename it to the field given, or delete it.",
)
READ_ONLY_FIELD = Rule(
    "read-only-field",
    2,
    "A derived field in a record written by hand.",
    "The build works it out from other fields; a copy by hand would go stale.",
    "Delete the field.",
)
WRONG_TYPE = Rule(
    "wrong-type",
    2,
    "A value of another type than the field's: a number for a string, 5.0 for 5, null for a value.",
    "Readers rely on one type a column.",
    "Write the value in the type given.",
)
UNKNOWN_LABEL = Rule(
    "unknown-label",
    2,
    "A label that is not in the field's set.",
    "Counts and scores go by exact label; a variant would be a class of its own.",
    "Use the label given, or choose one of the set (`onrecord schema TABLE` lists it).",
)
MALFORMED_VALUE = Rule(
    "malformed-value",
    2,
    "A string without the form of its field: an id, a date, a hash, a line of prose.",
    "Ids, dates and hashes are read by programs; prose is one line without stray blanks or control signs.",
    "Write the value in the form given.",
)
IMPOSSIBLE_DATE = Rule(
    "impossible-date",
    2,
    "A date that no calendar has, such as 30 February.",
    "It cannot be turned into a day, so nothing can be counted from it.",
    "Write a date that exists, or less of it: a month, a year.",
)
REPEATED_ITEM = Rule(
    "repeated-item",
    2,
    "A list that holds the same item twice.",
    "The lists are sets: a second mention says nothing and doubles counts.",
    "Delete the repetition.",
)
EMPTY_LIST = Rule(
    "empty-list",
    2,
    "An empty list where at least one item is needed.",
    "A claim without an anchor cannot be followed to its source.",
    "Add at least one item.",
)
OUT_OF_RANGE = Rule(
    "out-of-range",
    2,
    "A number below or above what its field allows.",
    "Offsets count from 0, numbers of paragraphs and positions from 1.",
    "Write a number in the range given.",
)
EVIDENCE_MISSING = Rule(
    "evidence-missing",
    2,
    "A verifiable or partially verifiable claim without `evidence`.",
    "Verifiability is reasoned: who says that a claim can be settled says what would settle it.",
    "Name the evidence, or change the label of verifiability.",
)
EVIDENCE_UNEXPECTED = Rule(
    "evidence-unexpected",
    2,
    "An unverifiable claim with `evidence`.",
    "What some evidence could settle is at least partially verifiable.",
    "Empty the list, or change the label of verifiability.",
)
BARRIERS_MISSING = Rule(
    "barriers-missing",
    2,
    "A partially verifiable or unverifiable claim without `barriers`.",
    "Verifiability is reasoned: who says that a claim cannot be settled says what stands in the way.",
    "Name the barriers, or change the label of verifiability.",
)
BARRIERS_UNEXPECTED = Rule(
    "barriers-unexpected",
    2,
    "A verifiable claim with `barriers`.",
    "A claim that something keeps from being settled is at most partially verifiable.",
    "Empty the list, or change the label of verifiability.",
)
CHECK_WORTHY_MISSING = Rule(
    "check-worthy-missing",
    2,
    "A claim that can be settled, in part at least, with `check_worthy` null.",
    "Null means that there is nothing to check.",
    "Write true or false, or change the label of verifiability.",
)
CHECK_WORTHY_UNEXPECTED = Rule(
    "check-worthy-unexpected",
    2,
    "An unverifiable claim with `check_worthy` true or false.",
    "What cannot be settled cannot be worth checking.",
    "Write null, or change the label of verifiability.",
)
VERIFIABILITY_MISMATCH = Rule(
    "verifiability-mismatch",
    2,
    "A label of verifiability that the record's other fields contradict, all in favour of one other label.",
    "`evidence`, `barriers` and `check_worthy` are the reasons for the label.",
    "Write the label given, or change the reasons.",
)
NOTE_MISSING = Rule(
    "note-missing",
    2,
    "A record with `flags` but without a `note`.",
    "A flag tells a reader to be careful; the note says of what.",
    "Write a sentence for every flag, or take the flags away.",
)
NOTE_UNEXPECTED = Rule(
    "note-unexpected",
    2,
    "A `note` on a record without `flags`.",
    "Notes explain flags; readers who look for doubtful records go by the flags.",
    "Add the flag that the note explains, or write null.",
)
UNDATED_BUT_DATED = Rule(
    "undated-but-dated",
    2,
    "`stated_on_basis` is undated, but `stated_on` has a beginning.",
    "Without a hold on the date, all that is known is that it was said before the document.",
    "Write `../` and the document's date, or say what the date rests on.",
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
    CHECK_WORTHY_MISSING,
    CHECK_WORTHY_UNEXPECTED,
    VERIFIABILITY_MISMATCH,
    NOTE_MISSING,
    NOTE_UNEXPECTED,
    UNDATED_BUT_DATED,
)
