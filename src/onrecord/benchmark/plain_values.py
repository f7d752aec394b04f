"""Values of NumPy and its like as those of Python, because classifiers return them."""

from typing import Any

_PLAIN = (str, int, float, bool, type(None), list, dict, tuple)


def plain_scalar(value: Any) -> Any:
    """A scalar of another library as Python has it, such as `numpy.bool_(True)` as True; else the value."""
    if type(value) in _PLAIN:
        return value
    return value.item() if callable(getattr(value, "item", None)) else value
