"""A random sample that Python and the sheets' scripts draw alike: ids in an order that a seed decides.

`assets/sample.js` has the same function. The order depends on the ids and the seed and on nothing else, so
it gives no label away.
"""

from collections.abc import Iterable

_OFFSET, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def rank(seed: int, name: str) -> int:
    """The place of a name in the order of a seed: FNV-1a of 32 bits, mixed as in MurmurHash3."""
    value = _OFFSET
    for byte in f"{seed} {name}".encode():
        value = (value ^ byte) * _PRIME & _MASK
    value = (value ^ value >> 16) * 0x85EBCA6B & _MASK
    value = (value ^ value >> 13) * 0xC2B2AE35 & _MASK
    return value ^ value >> 16


def sampled(names: Iterable[str], size: int, seed: int) -> set[str]:
    """So many of the names, or all where there are fewer."""
    return set(sorted(names, key=lambda name: (rank(seed, name), name))[:size])
