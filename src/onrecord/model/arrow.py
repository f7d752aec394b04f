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
