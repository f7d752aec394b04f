"""Run the reference validator only on the parts of the schema in which the fast validator found errors.

The other parts of a table's schema are replaced by `True`, which accepts any value.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from onrecord.model.validators import FastValidator, reference_validator

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Validators = Callable[[str], "Draft202012Validator"]


def narrowed_validator(
    value: dict[str, Any], table: str, fast: FastValidator, reference: Validators
) -> "Draft202012Validator":
    """A validator that finds the same errors in the value as the table's reference validator, but faster.

    `reference` is `authored_validator` or `built_validator`, and `fast` its counterpart.
    """
    try:
        found = list(fast.iter_errors(value))
    except ValueError:
        # jsonschema-rs cannot represent lone surrogates.
        return reference(table)
    fields = frozenset(str(error.instance_path[0]) for error in found if error.instance_path)
    branches = frozenset(int(error.schema_path[1]) for error in found if error.schema_path[0] == "allOf")
    return _narrowed(table, reference, fields, branches)


@lru_cache(maxsize=1024)
def _narrowed(
    table: str, reference: Validators, fields: frozenset[str], branches: frozenset[int]
) -> "Draft202012Validator":
    """The reference validator with only these fields and branches of `allOf`; the others accept any value."""
    whole = reference(table).schema
    assert isinstance(whole, Mapping)  # True is also a schema, but not that of a table.
    schema = dict(whole)
    properties = schema["properties"].items()
    schema["properties"] = {name: sub if name in fields else True for name, sub in properties}
    if "allOf" in schema:
        schema["allOf"] = [sub if at in branches else True for at, sub in enumerate(schema["allOf"])]
    return reference_validator(schema)
