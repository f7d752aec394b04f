"""Level 2 for whole columns: which rows fit the JSON Schema, worked out from the schema itself.

Owns the translation of a schema's keywords to Arrow and NumPy. It may refuse what the reference validator
accepts (`exact` looks again), never the other way round; a keyword it does not know is an error.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from onrecord.corpus.encoding import codes_of, encoded, repeats
from onrecord.corpus.signs import Mask
from onrecord.exceptions import EdtfError, ImpossibleDate
from onrecord.model import edtf
from onrecord.model.edtf import is_calendar_date
from onrecord.model.tables import Schema, authored_schema, edtf_fields
from onrecord.reading.file_rules import LARGEST_INTEGER

_KNOWN = frozenset(
    [
        "type",
        "enum",
        "const",
        "pattern",
        "format",
        "minLength",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
        "uniqueItems",
        "items",
        "properties",
        "required",
        "additionalProperties",
        "$ref",
        "not",
        "description",
        "readOnly",
    ]
)
_NO_LINE_BREAK: Schema = {"type": "string", "pattern": r"\n"}
"""What stands below `not` where `$` must be the very end of the text, as it is here anyway."""
_MEANT_OTHERWISE = re.compile(r"\(\?(?!:)|\$|\\[dDwWsSbB]")
"""What RE2 lacks or takes in another sense."""

_REMEMBERED = 100_000
"""Strings whose verdict is kept for the batches to come."""


def accepted(rows: pa.RecordBatch, table: str) -> Mask:
    """Which of the authored rows, as `columns` reads them, satisfy the schema of their table.

    Raises ValueError for a schema with a keyword that is not known here.
    """
    fields, branches = _compiled(table)
    fits = np.ones(rows.num_rows, np.bool_)
    for name, subschema in fields.items():
        fits &= _fits(rows.column(name), subschema)
    for field in edtf_fields(table):
        [name] = field.path
        fits &= by_value(rows.column(name), _is_possible)
    for condition, wanted in branches:
        fits &= ~_holds(rows, condition) | _holds(rows, wanted)
    return fits


@cache
def _compiled(table: str) -> tuple[Schema, Sequence[tuple[Schema, Schema]]]:
    """The fields of a table and its branches `if` and `then`, every definition written out."""
    schema = authored_schema(table)
    if strange := schema.keys() - _KNOWN - {"$schema", "$id", "title", "allOf", "$defs"}:
        raise ValueError(f"no way to check {', '.join(sorted(strange))} in columns")
    branches = []
    for branch in schema.get("allOf", ()):
        if branch.keys() != {"if", "then"} or any(
            part.keys() - {"properties", "required"} for part in branch.values()
        ):
            raise ValueError("only conditions on fields can be checked in columns")
        parts = [
            {name: _resolved(sub, schema) for name, sub in branch[word]["properties"].items()}
            for word in ("if", "then")
        ]
        branches.append((parts[0], parts[1]))
    return {name: _resolved(sub, schema) for name, sub in schema["properties"].items()}, branches


def by_value(texts: pa.Array, judge: Callable[[str], bool]) -> Mask:
    """What `judge` says of each string, asked once for each that is new; True for null."""
    known = _verdicts(judge)
    if len(known) > _REMEMBERED:
        known.clear()
    different = encoded(texts).dictionary.to_pylist()
    verdicts = list(map(known.get, different))
    if None in verdicts:
        for place, text in enumerate(different):
            if verdicts[place] is None:
                verdicts[place] = known[text] = judge(text)
    return _spread(np.array(verdicts, np.bool_), texts)


@cache
def _verdicts(judge: Callable[[str], bool]) -> dict[str, bool]:  # noqa: ARG001 - a store for each judge
    return {}


def matches(texts: pa.Array, pattern: str) -> Mask:
    """Which strings a pattern of Python finds something in; True for null."""
    plain = _re2(pattern)
    if plain is None:
        return by_value(texts, _searcher(pattern))
    if not repeats(texts):
        return np.asarray(pac.fill_null(pac.match_substring_regex(texts, plain), True))
    return _spread(np.asarray(pac.match_substring_regex(encoded(texts).dictionary, plain)), texts)


def _spread(verdicts: Mask, texts: pa.Array) -> Mask:
    """The verdicts on the different texts as those on all of them; True for null."""
    if verdicts.all():
        return np.ones(len(texts), np.bool_)
    spread: Mask = np.append(verdicts, True)[codes_of(texts)]
    return spread


@cache
def _re2(pattern: str) -> str | None:
    """The pattern for RE2, in which `$` is the very end; None where it looks around."""
    plain = _to_the_end(pattern).replace(r"\Z", r"\z")
    return None if _MEANT_OTHERWISE.search(plain) else plain


@cache
def _searcher(pattern: str) -> Callable[[str], bool]:
    search = re.compile(_to_the_end(pattern)).search
    return lambda text: search(text) is not None


def _to_the_end(pattern: str) -> str:
    """The pattern with a `$` at its end that means the very end, as in JavaScript and Rust."""
    return pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern


def _is_possible(text: str) -> bool:
    try:
        edtf.parse(text)
    except ImpossibleDate:
        return False
    except EdtfError:
        # Another fault, for the pattern or a rule of level 3 to tell.
        return True
    return True


def _resolved(subschema: Schema, schema: Schema) -> Schema:
    """The subschema with what it refers to as a pattern of its own, down to items and inner fields."""
    own = dict(subschema)
    if strange := own.keys() - _KNOWN:
        raise ValueError(f"no way to check {', '.join(sorted(strange))} in columns")
    if "$ref" in own:
        named = schema["$defs"][own.pop("$ref").rpartition("/")[2]]
        if "pattern" in own or any(own.get(word, named[word]) != named[word] for word in own.keys() & named):
            raise ValueError("a field may not differ from its definition to be checked in columns")
        own |= named
    if own.get("not") == _NO_LINE_BREAK:
        del own["not"]
    if "not" in own and own["not"].keys() != {"type", "pattern"}:
        raise ValueError("only a pattern can be denied in columns")
    if "items" in own:
        own["items"] = _resolved(own["items"], schema)
    if "properties" in own:
        own["properties"] = {name: _resolved(sub, schema) for name, sub in own["properties"].items()}
    return own


def _types(schema: Schema) -> tuple[str, ...]:
    found = schema.get("type", ())
    return (found,) if isinstance(found, str) else tuple(found)


def _fits(values: pa.Array, schema: Schema) -> Mask:
    """Which values satisfy the schema, given that Arrow has read them as the type that it names."""
    allowed = _types(schema)
    is_nullable = "null" in allowed or (not allowed and None in schema.get("enum", (None,)))
    fits = np.ones(len(values), np.bool_)
    if values.null_count and not is_nullable:
        fits &= np.asarray(values.is_valid())
    kind = values.type
    if pa.types.is_list(kind):
        return fits & _list_fits(values, schema)
    if pa.types.is_struct(kind):
        for name, subschema in schema["properties"].items():
            fits &= _fits(values.field(name), subschema)
        return fits
    if pa.types.is_string(kind):
        if repeats(values):
            return fits & _spread(_text_fits(encoded(values).dictionary, schema), values)
        return fits & _text_fits(values, schema)
    if "enum" in schema:
        raise ValueError("labels must be strings to be checked in columns")
    if pa.types.is_boolean(kind):
        return fits
    return fits & _number_fits(values, schema)


def _text_fits(texts: pa.Array, schema: Schema) -> Mask:
    fits = np.ones(len(texts), np.bool_)
    if "enum" in schema:
        labels = pa.array([label for label in schema["enum"] if label is not None], pa.string())
        fits &= np.asarray(pac.fill_null(pac.is_in(texts, value_set=labels), True))
    if "pattern" in schema:
        fits &= matches(texts, schema["pattern"])
    if "not" in schema:
        fits &= ~matches(texts, schema["not"]["pattern"]) | np.asarray(texts.is_null())
    if schema.get("format") == "date":
        fits &= by_value(texts, is_calendar_date)
    if "minLength" in schema:
        fits &= np.asarray(
            pac.fill_null(pac.greater_equal(pac.utf8_length(texts), schema["minLength"]), True)
        )
    return fits


def _number_fits(numbers: pa.Array, schema: Schema) -> Mask:
    found = np.asarray(pac.fill_null(numbers, schema.get("minimum", 0)))
    fits = np.ones(len(numbers), np.bool_)
    if "minimum" in schema:
        fits &= found >= schema["minimum"]
    if "maximum" in schema:
        fits &= found <= schema["maximum"]
    return fits


def _list_fits(lists: pa.Array, schema: Schema) -> Mask:
    lengths = np.asarray(pac.fill_null(pac.list_value_length(lists), 0))
    fits: Mask = (lengths >= schema.get("minItems", 0)) & (lengths <= schema.get("maxItems", LARGEST_INTEGER))
    items = lists.flatten()
    if not len(items) or "items" not in schema:
        return fits
    owners = np.asarray(pac.list_parent_indices(lists))
    fits[owners[~_fits(items, schema["items"])]] = False
    if schema.get("uniqueItems") and lengths.max() > 1:
        among = lengths[owners] > 1
        fits[owners[among][_is_repeated(items.filter(pa.array(among)), owners[among])]] = False
    return fits


def _is_repeated(items: pa.Array, owners: np.ndarray[Any, Any]) -> Mask:
    """Which items stand in their list a second time, or seem to."""
    if pa.types.is_struct(items.type):
        keys = [_codes(items.field(index)) for index in range(items.type.num_fields)]
    else:
        keys = [_codes(items)]
    order = np.lexsort([*keys, owners])
    same = owners[order][1:] == owners[order][:-1]
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    repeated = np.zeros(len(items), np.bool_)
    repeated[order[1:][same]] = True
    return repeated


def _codes(values: pa.Array) -> np.ndarray[Any, Any]:
    if pa.types.is_string(values.type):
        return codes_of(values)
    return np.asarray(pac.fill_null(values, -1))


def _holds(rows: pa.RecordBatch, condition: Schema) -> Mask:
    """Where the fields of an `if` or `then` are as it says."""
    holds = np.ones(rows.num_rows, np.bool_)
    for name, wanted in condition.items():
        holds &= _is_as_said(rows.column(name), wanted)
    return holds


def _is_as_said(values: pa.Array, wanted: Mapping[str, Any]) -> Mask:
    rest = {key: value for key, value in wanted.items() if key != "const"}
    if "const" in wanted:
        rest["enum"] = [*rest.get("enum", ()), wanted["const"]]
    allowed = _types(wanted)
    is_valid = np.asarray(values.is_valid())
    if allowed == ("null",):
        return ~is_valid
    # Without a type a condition on strings or lists says nothing of null.
    holds = is_valid if allowed and "null" not in allowed else np.ones(len(values), np.bool_)
    if "enum" in rest:
        holds = holds & is_valid
    return holds & _fits(values, {**rest, "type": [*allowed, "null"]})
