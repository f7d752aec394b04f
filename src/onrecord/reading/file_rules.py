"""The texts and limits of the level 1 rules, which check a folder and the bytes of its files.

`jsonl`, `records`, `layouts` and `shards` find the errors while they read.
"""

from onrecord.model.findings import Rule

LONGEST_LINE = 65_536
"""Bytes in the longest line that is read: a hundred times the size of any real record."""

LARGEST_DOCUMENT = 1_048_576
"""Bytes in the largest document.json that is read."""

DEEPEST_NESTING = 32
LARGEST_INTEGER = 2**53 - 1
"""Above it, JSON readers that store numbers as doubles disagree (RFC 8259, section 6)."""

EMPTY_FILE = Rule(
    "empty-file",
    1,
    "A file of records that contains no record.",
    "An empty file is nearly always a failed write, and looks like a table without rows.",
    "Restore the records, or delete the file. Only `relations.jsonl` and `adjudications.jsonl` may be empty.",
)
BYTE_ORDER_MARK = Rule(
    "byte-order-mark",
    1,
    "A file that starts with a byte order mark.",
    "The mark is invisible. A reader that does not expect it reads it as part of the first key.",
    "Save the file as UTF-8 without a byte order mark.",
)
NOT_UTF8 = Rule(
    "not-utf-8",
    1,
    "Bytes that are not UTF-8.",
    "In another encoding, names turn into different names on the next machine.",
    "Save the file as UTF-8.",
)
CARRIAGE_RETURN = Rule(
    "carriage-return",
    1,
    "A line that ends in CR LF or contains a bare carriage return.",
    "Hashes and diffs change with the line ends although the content is the same.",
    "Save the file with LF line ends. The finding is reported once per file.",
)
BLANK_LINE = Rule(
    "blank-line",
    1,
    "A line that is empty or holds only white space.",
    "Every line is one record; a blank one makes readers of JSON Lines stop or count wrong.",
    "Delete the line.",
)
OVERLONG_LINE = Rule(
    "overlong-line",
    1,
    f"A line of more than {LONGEST_LINE:,} bytes.",
    "No record is that long: line breaks are missing, or the file is of another kind.",
    "Write one record per line.",
)
NO_FINAL_NEWLINE = Rule(
    "no-final-newline",
    1,
    "A last line without a line end.",
    "The file may have been cut short, and the next appended record would be on the same line.",
    "Make sure that nothing is missing, then end the last line with a newline.",
)
BROKEN_JSON = Rule(
    "broken-json",
    1,
    "Text that is not JSON.",
    "No part of the record can be read.",
    "Correct the syntax at the column named. A line that ends too early was cut short.",
)
NOT_AN_OBJECT = Rule(
    "not-an-object",
    1,
    "JSON that is not an object.",
    "A record is an object of named fields.",
    "Write one `{…}` per line.",
)
DUPLICATE_KEY = Rule(
    "duplicate-key",
    1,
    "A field that is given twice in one record.",
    "JSON readers silently keep one of the two, and not all of them keep the same one.",
    "Keep the correct one of the two.",
)
NON_FINITE_NUMBER = Rule(
    "non-finite-number",
    1,
    "NaN, Infinity or a number so large that it overflows to Infinity.",
    "JSON has no such numbers; strict readers reject the whole file.",
    "Write null, or the correct number.",
)
OVERSIZED_INTEGER = Rule(
    "oversized-integer",
    1,
    f"A whole number beyond ±{LARGEST_INTEGER:,}.",
    "Readers that store numbers as doubles would round it.",
    "Write the correct number: offsets and counts are far smaller.",
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
    f"Lists or objects nested more than {DEEPEST_NESTING} levels deep.",
    "No record is that deep, and readers run out of stack.",
    "Write the record in the form that its schema requires.",
)
MISSING_FILE = Rule(
    "missing-file",
    1,
    "A folder without a file that its layout requires.",
    "A missing file cannot be checked, and a missing table would look like an empty one.",
    "Restore the file under the name that the finding gives.",
)
UNKNOWN_FILE = Rule(
    "unknown-file",
    1,
    "A file or folder that does not belong to the layout.",
    "A misspelt file name would silently keep its records out of the dataset.",
    "Rename it to the expected name, or move it out of the records.",
)
UNREADABLE_FILE = Rule(
    "unreadable-file",
    1,
    "A file that cannot be opened, or a folder, pipe or looping link in its place.",
    "Its content cannot be checked.",
    "Put a regular, readable file in its place.",
)
CONTENT_HASH_MISMATCH = Rule(
    "content-hash-mismatch",
    1,
    "A Parquet file whose rows do not hash to the SHA-256 in its footer.",
    "The digest identifies the data. Rows that were changed after the build no longer match it.",
    "Build the table again from the records; do not edit Parquet files.",
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
