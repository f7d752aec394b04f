"""Prose is one clean line in every script: each character of Unicode, alone, doubled and at the edges."""

import re
import sys
import unicodedata
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator

from onrecord.model.tables import load_schema, prose_fields
from onrecord.model.validators import fast_authored_validator, reference_validator
from onrecord.rules.messages import prose_error
from tests.helpers import sample

PROSE = load_schema("claims")["$defs"]["prose"]
SURROGATES = range(0xD800, 0xE000)
# Nothing is seen of these although Unicode does not count them as spaces: zero width, fillers, blank Braille.
UNSEEN = {0x180E, 0x200B, 0x2060, 0x2800, 0x3164, 0xFEFF, 0xFFA0}
OVERRIDES = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def characters() -> Iterator[str]:
    return (chr(code) for code in range(sys.maxunicode + 1) if code not in SURROGATES)


def is_blank(character: str) -> bool:
    return unicodedata.category(character) == "Zs" or ord(character) in UNSEEN


def is_forbidden(character: str) -> bool:
    code = ord(character)
    is_noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return unicodedata.category(character) in ("Cc", "Zl", "Zp") or code in OVERRIDES or is_noncharacter


def test_a_blank_of_any_kind_stands_alone_and_inside() -> None:
    fits = Draft202012Validator(PROSE).is_valid
    blanks = [character for character in characters() if is_blank(character)]

    assert len(blanks) == 24
    for blank in blanks:
        assert fits(f"a{blank}b"), ascii(blank)
        assert not any(
            map(fits, (f"{blank}a", f"a{blank}", f"a{blank}{blank}b", f"a{blank} b", f"a {blank}b"))
        )


def test_no_other_character_is_a_blank_or_forbidden_but_those_listed() -> None:

    fits, denied = re.compile(PROSE["pattern"]).search, re.compile(PROSE["not"]["pattern"]).search

    def is_refused(text: str) -> bool:
        return fits(text) is None or denied(text) is not None

    wrong = [c for c in characters() if is_refused(f"a{c}b") != is_forbidden(c)]
    wrong += [c for c in characters() if is_refused(f"{c}{c}") != (is_blank(c) or is_forbidden(c))]
    assert wrong == []


@pytest.mark.parametrize("table", ["claims", "segments", "documents", "speakers"])
def test_both_validators_refuse_every_forbidden_character_in_every_field_of_prose(table: str) -> None:
    row = {
        "claims": sample.claims()[3],
        "segments": sample.segments()[0],
        "documents": sample.document(),
        "speakers": sample.speakers()[1],
    }[table]
    slow, fast = reference_validator(load_schema(table)), fast_authored_validator(table)
    for field in prose_fields(table):
        name, *inner = field.path
        for character in (
            "\x00",
            "\x1f",
            "\x85",
            "\u2028",
            "\u202e",
            "\u2067",
            "\ufdd0",
            "\ufffe",
            "\U0010ffff",
        ):
            text = f"It is{character}so."
            broken = {**row, name: [text] if inner else text}
            assert not slow.is_valid(broken), (name, ascii(character))
            assert not fast.is_valid(broken), (name, ascii(character))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        (" It is so.", "starts or ends with white space"),
        ("It is so.\u3000", "starts or ends with white space"),
        ("\ufeffIt is so.", "starts or ends with white space"),
        ("It is so.\n", "starts or ends with white space"),
        ("It is\nso.", "contains a line break"),
        ("It is\u2029so.", "contains a line break"),
        ("It is \u00a0so.", 'has two spaces in a row after "It is"'),
        ("It is\tso.", "contains a control character, U+0009"),
        ("It \u202eis\u202c so.", "contains a character that changes the text direction, U+202E"),
        ("It is\ufffe so.", "contains a code point that is not a character, U+FFFE"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_the_message_gives_the_reason(text: str, reason: str) -> None:
    assert prose_error(text) == reason
