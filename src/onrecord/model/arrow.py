"""Arrow schemas of built rows, derived from the JSON Schemas by code."""

from functools import cache
from typing import TYPE_CHECKING

from onrecord.model.tables import Schema, load_schema

if TYPE_CHECKING:
    import pyarrow as pa


@cache
def arrow_schema(table: str) -> "pa.Schema":
    """The Arrow schema of a built row, in the order of the JSON Schema's properties.

    Every field is nullable for Arrow, whatever the JSON Schema says: `datasets` refuses others.
    """
    import pyarrow as pa

    properties = load_schema(table)["properties"]
    return pa.schema([pa.field(name, _arrow_type(subschema)) for name, subschema in properties.items()])


def _arrow_type(subschema: Schema) -> "pa.DataType":
    import pyarrow as pa

    names = subschema.get("type", "string")
    name = names if isinstance(names, str) else next(n for n in names if n != "null")
    if name == "array":
        return pa.list_(pa.field("item", _arrow_type(subschema["items"])))
    if name == "object":
        return pa.struct([pa.field(key, _arrow_type(sub)) for key, sub in subschema["properties"].items()])
    if name == "string":
        return pa.date32() if subschema.get("format") == "date" else pa.string()
    plain: dict[str, pa.DataType] = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    return plain[name]


def is_compatible(found: "pa.DataType", wanted: "pa.DataType") -> bool:
    """Whether a type holds the same values: other writers have wider or narrower ones of the same kind."""
    import pyarrow as pa

    if pa.types.is_dictionary(found):
        return is_compatible(found.value_type, wanted)
    if pa.types.is_null(found):
        # A column of nulls, or the items of lists that are all empty.
        return True
    if pa.types.is_list(wanted):
        is_list = pa.types.is_list(found) or pa.types.is_large_list(found)
        return is_list and is_compatible(found.value_type, wanted.value_type)
    if pa.types.is_struct(wanted):
        inner = [wanted.field(index) for index in range(wanted.num_fields)]
        return (
            pa.types.is_struct(found)
            and [f.name for f in inner] == [f.name for f in found]
            and all(is_compatible(found.field(f.name).type, f.type) for f in inner)
        )
    if pa.types.is_date32(wanted):
        # pandas has no days: it writes them as times, at midnight.
        return bool(pa.types.is_date(found) or pa.types.is_timestamp(found))
    kinds = (
        (pa.types.is_string, _is_text),
        (pa.types.is_int64, pa.types.is_integer),
    )
    accepts = next((others for is_kind, others in kinds if is_kind(wanted)), wanted.equals)
    return bool(accepts(found))


def as_declared(column: "pa.Array", declared: "pa.DataType") -> "pa.Array":
    """The values of a column, chunked or not, in the declared type.

    Raises ValueError or ArrowException where they do not fit, as a time of day does not fit a day.
    """
    import pyarrow as pa

    cast = column.cast(declared)
    # Arrow would cut the time of day off without a word.
    if pa.types.is_timestamp(column.type) and not cast.cast(column.type).equals(column):
        raise ValueError("a day has a time of day that is not midnight")
    return cast


def _is_text(found: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(
        pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found)
    )
