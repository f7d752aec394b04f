"""The rules of level 1: what a folder and the bytes of a file must not be.

Owns their texts and limits. `lines` and `records` find the faults while they read.
"""

from onrecord.model.findings import Rule

LONGEST_LINE = 65_536
"""Bytes in the longest line that is read: a hundred times any real record."""

LARGEST_DOCUMENT = 1_048_576
"""Bytes in the largest document.json that is read."""

DEEPEST_NESTING = 32
LARGEST_INTEGER = 2**53 - 1
"""Past it, JSON readers that keep numbers as doubles disagree (RFC 8259, section 6)."""

EMPTY_FILE = Rule(
    "empty-file",
    1,
    "A file of records without a record.",
    "An empty file is nearly always a write that failed, and reads like a table that has nothing to say.",
    "Put the records back, or delete the file if there are none to put. Only `relations.jsonl` may be empty.",
)
BYTE_ORDER_MARK = Rule(
    "byte-order-mark",
    1,
    "A file that starts with a byte order mark.",
    "The mark is invisible and becomes part of the first key for readers that do not expect it.",
    "Save the file as UTF-8 without a byte order mark.",
)
NOT_UTF8 = Rule(
    "not-utf-8",
    1,
    "Bytes that are not UTF-8.",
    "Other encodings turn names into different names on the next machine.",
    "Save the file as UTF-8.",
)
CARRIAGE_RETURN = Rule(
    "carriage-return",
    1,
    "A line that ends in CR LF or holds a bare carriage return.",
    "Hashes and diffs change with the line ends although nothing has been said differently.",
    "Save the file with LF line ends; reported once a file.",
)
BLANK_LINE = Rule(
    "blank-line",
    1,
    "A line with nothing on it.",
    "Every line is one record; an empty one makes readers of JSON Lines stop or count wrong.",
    "Delete the line.",
)
OVERLONG_LINE = Rule(
    "overlong-line",
    1,
    f"A line of more than {LONGEST_LINE:,} bytes.",
    "No record is that long: line breaks were lost, or the file is of another kind.",
    "Write one record a line.",
)
NO_FINAL_NEWLINE = Rule(
    "no-final-newline",
    1,
    "A last line without a line end.",
    "It is the mark of a file that was cut short, and the next appended record would land on the same line.",
    "End the last line with a newline, after making sure that nothing is missing.",
)
BROKEN_JSON = Rule(
    "broken-json",
    1,
    "Text that is not JSON.",
    "Nothing of the record can be read.",
    "Correct the syntax at the column named; a line that ends too early was cut short.",
)
NOT_AN_OBJECT = Rule(
    "not-an-object",
    1,
    "JSON that is not an object.",
    "A record is an object of named fields.",
    "Write one `{…}` a line.",
)
DUPLICATE_KEY = Rule(
    "duplicate-key",
    1,
    "A field that is given twice in one record.",
    "JSON readers silently keep one of the two, not all of them the same.",
    "Keep the right one of the two.",
)
NON_FINITE_NUMBER = Rule(
    "non-finite-number",
    1,
    "NaN, Infinity or a number too large to be told from it.",
    "JSON has no such numbers; strict readers refuse the whole file.",
    "Write null, or the real number.",
)
OVERSIZED_INTEGER = Rule(
    "oversized-integer",
    1,
    f"A whole number beyond ±{LARGEST_INTEGER:,}.",
    "Readers that keep numbers as doubles would round it.",
    "Write the real number: offsets and counts are far smaller.",
)
LONE_SURROGATE = Rule(
    "lone-surrogate",
    1,
    "Half of a surrogate pair, written as an escape such as `\\ud83d`.",
    "It is not a character and cannot be stored as UTF-8.",
    "Write the character itself, or both halves of the pair.",
)
NESTED_TOO_DEEPLY = Rule(
    "nested-too-deeply",
    1,
    f"Lists or objects nested more than {DEEPEST_NESTING} deep.",
    "No record is that deep, and readers run out of stack.",
    "Write the record in the shape of its schema.",
)
MISSING_FILE = Rule(
    "missing-file",
    1,
    "A folder without a file that its layout asks for.",
    "What cannot be found cannot be checked: a lost table would pass for an empty one.",
    "Put the file back, under the name given.",
)
UNKNOWN_FILE = Rule(
    "unknown-file",
    1,
    "A file or folder that has no place in the layout.",
    "A misspelt file name would keep its records out of the dataset without a word.",
    "Rename it to the name given, or move it out of the records.",
)
UNREADABLE_FILE = Rule(
    "unreadable-file",
    1,
    "A file that cannot be opened, or a folder, pipe or looping link in its place.",
    "Nothing in it can be checked.",
    "Put a regular, readable file in its place.",
)
CONTENT_HASH_MISMATCH = Rule(
    "content-hash-mismatch",
    1,
    "A Parquet file whose rows do not hash to the SHA-256 in its footer.",
    "The digest is the identity of the data: rows that were changed after the build go by a false one.",
    "Build the table again from the records; do not edit Parquet.",
)
RULES = (
    EMPTY_FILE,
    BYTE_ORDER_MARK,
    NOT_UTF8,
    CARRIAGE_RETURN,
    BLANK_LINE,
    OVERLONG_LINE,
    NO_FINAL_NEWLINE,
    BROKEN_JSON,
    NOT_AN_OBJECT,
    DUPLICATE_KEY,
    NON_FINITE_NUMBER,
    OVERSIZED_INTEGER,
    LONE_SURROGATE,
    NESTED_TOO_DEEPLY,
    MISSING_FILE,
    UNKNOWN_FILE,
    UNREADABLE_FILE,
    CONTENT_HASH_MISMATCH,
)
