"""ShortRepr: a `repr` of one line for records with long fields, as a notebook or a debugger shows them."""

from dataclasses import fields
from reprlib import Repr
from typing import Any

from onrecord.model.findings import shortened

_values = Repr()
_values.maxlevel = 1
_values.maxtuple = _values.maxlist = _values.maxdict = 0
_values.maxstring = _values.maxother = 40


class ShortRepr:
    """A base of dataclasses (declared with `repr=False`) whose `repr` fits a line.

    Long values are shortened, and collections are left out where they are not empty.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        own: Any = self
        shown = [f"{f.name}={_values.repr(getattr(own, f.name))}" for f in fields(own) if f.repr]
        return shortened(f"{type(self).__name__}({', '.join(shown)})")
