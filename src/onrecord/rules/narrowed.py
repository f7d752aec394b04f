"""The reference validator on short ways: the fast one says where a record is wrong, it looks only there.

Owns the schemas that are left of a table's when what is known to be right is taken out.
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
    """A validator that finds in the value what the table's reference validator would find, but sooner.

    `reference` is `authored_validator` or `built_validator`, and `fast` its counterpart.
    """
    try:
        found = list(fast.iter_errors(value))
    except ValueError:
        # Half a surrogate pair cannot be told to the fast one.
        return reference(table)
    fields = frozenset(str(error.instance_path[0]) for error in found if error.instance_path)
    branches = frozenset(int(error.schema_path[1]) for error in found if error.schema_path[0] == "allOf")
    return _narrowed(table, reference, fields, branches)


@lru_cache(maxsize=1024)
def _narrowed(
    table: str, reference: Validators, fields: frozenset[str], branches: frozenset[int]
) -> "Draft202012Validator":
    """The reference validator with these fields and branches of `allOf` only, the others always right."""
    whole = reference(table).schema
    assert isinstance(whole, Mapping)  # True would be a schema as well, but not of a table.
    schema = dict(whole)
    properties = schema["properties"].items()
    schema["properties"] = {name: sub if name in fields else True for name, sub in properties}
    if "allOf" in schema:
        schema["allOf"] = [sub if at in branches else True for at, sub in enumerate(schema["allOf"])]
    return reference_validator(schema)
