"""The fields of a table as a reader of JSON must know them: names and types, and that none is left out."""

from functools import cache

import pyarrow as pa

from onrecord.model.tables import Schema, authored_schema


@cache
def reading_schema(table: str) -> pa.Schema:
    """The Arrow schema of authored records as they are read: dates are strings still."""
    properties = authored_schema(table)["properties"]
    return pa.schema([pa.field(name, _reading_type(subschema)) for name, subschema in properties.items()])


def _reading_type(subschema: Schema) -> pa.DataType:
    names = subschema.get("type", "string")
    name = names if isinstance(names, str) else next(n for n in names if n != "null")
    if name == "array":
        return pa.list_(pa.field("item", _reading_type(subschema["items"])))
    if name == "object":
        return pa.struct([pa.field(key, _reading_type(sub)) for key, sub in subschema["properties"].items()])
    plain = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    return plain[name]


def no_rows(table: str) -> pa.RecordBatch:
    """No row, in the schema that records of the table are read in."""
    return pa.RecordBatch.from_pylist([], reading_schema(table))


@cache
def fields_of(table: str) -> Schema:
    """The fields of the table, all of them asked for, down to objects in lists.

    Only then does the number of keys prove that none is missing. Raises ValueError for another schema.
    """
    schema = authored_schema(table)
    inner = [sub["items"] for sub in schema["properties"].values() if "properties" in sub.get("items", {})]
    for part in (schema, *inner):
        nested = [sub for sub in part["properties"].values() if "properties" in sub.get("items", sub)]
        if part.get("additionalProperties", True) or set(part["required"]) != set(part["properties"]):
            raise ValueError(f"the schema of {table} leaves some field open")
        if part is not schema and nested:
            raise ValueError(f"the schema of {table} is nested too deeply")
    properties: Schema = schema["properties"]
    return properties


def is_of_objects(subschema: Schema) -> bool:
    """Whether a field is a list of objects."""
    return "properties" in subschema.get("items", {})
