"""Where the fault is that Arrow's reader complains of, in one message for a whole batch.

Owns guesses that are cheap: a line that is suspected wrongly is looked at by itself, one that is missed costs
another reading.
"""

import math
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from onrecord.corpus.fields import fields_of, is_of_objects
from onrecord.corpus.signs import QUOTE, Lines, Mask, ends_of_keys
from onrecord.model.tables import Schema, authored_schema

_LAST_ASCII = 127
ROW_OF_ERROR = re.compile(r" in row (\d+)\Z")
_LITERAL = re.compile(r"couldn't parse:(\S+)")
_OTHER_TYPE = re.compile(r"Column\(/(?:.*/)?(\w+)\) changed from \w+ to (\w+)")
_FIRST_SIGNS = {"string": b'"', "number": b"[-0-9]", "boolean": b"[tf]", "array": rb"\[", "object": rb"\{"}
"""How a value of each of the reader's types starts."""


def suspect(lines: Lines, table: str, message: str) -> Mask:
    """Which lines seem to have the fault that the reader complains of, as far as that is cheap to see."""
    if "unexpected field" in message:
        return _has_unknown_key(lines, table)
    if "specified twice" in message:
        return _has_odd_keys(lines, table)
    if other := _OTHER_TYPE.search(message):
        return _has(rb'"%s"[ \t]*:[ \t]*%s' % (other[1].encode(), _FIRST_SIGNS.get(other[2], b"n")), lines)
    if literal := _LITERAL.search(message):
        return _has(rb":[ \t]*" + re.escape(literal[1].encode()) + rb"[ \t]*[,}]", lines)
    if ROW_OF_ERROR.search(message):
        return np.zeros(len(lines), np.bool_)
    return _is_no_utf8(lines)


def _has(pattern: bytes, lines: Lines) -> Mask:
    """The lines that the pattern is found in."""
    found = np.zeros(len(lines), np.bool_)
    places = [match.start() for match in re.finditer(pattern, lines.content)]
    found[np.searchsorted(lines.ends, places)] = True
    return found


def _has_odd_keys(lines: Lines, table: str) -> Mask:
    """The lines with a number of keys that no record of the table can have."""
    properties = fields_of(table)
    inner = [len(sub["items"]["properties"]) for sub in properties.values() if is_of_objects(sub)]
    others = lines.keys - len(properties)
    odd: Mask = (others < 0) | (others % math.gcd(*inner) != 0 if inner else others > 0)
    return odd


def _has_unknown_key(lines: Lines, table: str) -> Mask:
    """The lines with a key whose name no object of the table has."""
    quotes = np.flatnonzero(np.frombuffer(lines.content, np.uint8) == QUOTE)
    ends = ends_of_keys(lines.content)
    openings = quotes[np.maximum(np.searchsorted(quotes, ends) - 1, 0)]
    # Each name, and before it what lies between: strings of one buffer, every second one of interest.
    places = np.stack([openings + 1, ends], axis=1).reshape(-1)
    between = np.concatenate([[0], places]).astype(np.int64)
    texts = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(places), [None, pa.py_buffer(between), pa.py_buffer(lines.content)]
    )
    names = texts.take(pa.array(np.arange(1, len(places), 2)))
    known = pa.array([name.encode() for name in _known_keys(authored_schema(table))], pa.large_binary())
    unknown = ~np.asarray(pac.is_in(names, value_set=known))
    found = np.zeros(len(lines), np.bool_)
    found[np.searchsorted(lines.ends, ends[unknown])] = True
    return found


def _known_keys(schema: Schema) -> set[str]:
    inner = [sub.get("items", sub) for sub in schema.get("properties", {}).values()]
    return set(schema.get("properties", {})).union(*map(_known_keys, inner))


def _is_no_utf8(lines: Lines) -> Mask:
    """The lines with bytes that are not UTF-8."""
    found = np.zeros(len(lines), np.bool_)
    # Line by line, for behind a fault reading would have to begin again with all that is left.
    beyond = np.flatnonzero(np.frombuffer(lines.content, np.uint8) > _LAST_ASCII)
    for index in np.unique(np.searchsorted(lines.ends, beyond)).tolist():
        try:
            lines.line(index).decode()
        except UnicodeDecodeError:
            found[index] = True
    return found
