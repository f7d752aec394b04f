"""Pairs of opposite words: one in place of the other makes another claim of the same words."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_TABLE = """
accept accepted accepts / reject rejected rejects refuse
approve approved / reject rejected
allow allowed allows / forbid forbade forbidden forbids ban banned
confirm confirmed confirms / deny denied denies
support supported supports / oppose opposed opposes
win won wins / lose lost loses
gain gained gains / lose lost loses
rise rose rises risen rising / fall fell falls fallen falling
increase increased increases / decrease decreased decreases
grow grew grows grown / shrink shrank shrinks shrunk
open opened opens / close closed closes shut
start started starts / stop stopped stops
begin began begins begun / end ended ends
buy bought buys / sell sold sells
arrive arrived arrives / leave left leaves
join joined joins / leave left leaves
stay stayed remain remained / leave left leaves
remember remembered remembers / forget forgot forgotten
praise praised / condemn condemned criticise criticised criticize criticized
more / less fewer
most / least fewest
high / low
higher / lower
highest / lowest
larger bigger greater / smaller
largest biggest / smallest
longer / shorter
longest / shortest
better / worse
best / worst
good / bad
strong stronger strongest / weak weaker weakest
early earlier / late later
old older / young younger
cheap cheaper / dear dearer expensive
safe / unsafe dangerous
alive / dead
guilty / innocent
true / untrue false
legal / illegal
possible / impossible
likely / unlikely
able / unable
public / private
majority / minority
before / after
above / below
up / down
inside / outside
with / without
first / last
north / south
east / west
left / right
"""


def _sides() -> Mapping[str, tuple[tuple[int, bool], ...]]:
    """For each word the pairs that it is in, by number, and whether it is on the left of each."""
    found: dict[str, tuple[tuple[int, bool], ...]] = {}
    for number, line in enumerate(_TABLE.strip().splitlines()):
        for words, is_left in zip(line.split(" / "), (True, False), strict=True):
            for word in words.split():
                found[word] = (*found.get(word, ()), (number, is_left))
    return MappingProxyType(found)


_SIDES = _sides()


def poles(words: Iterable[str]) -> frozenset[tuple[int, bool]]:
    """The pairs of which the words, in small letters, have one side only: the pair's number and the side."""
    found = {side for word in words for side in _SIDES.get(word, ())}
    return frozenset((number, is_left) for number, is_left in found if (number, not is_left) not in found)


def opposite(word: str) -> str | None:
    """The first opposite of a word in small letters; None where the table has none."""
    if word not in _SIDES:
        return None
    number, is_left = _SIDES[word][0]
    left, right = _TABLE.strip().splitlines()[number].split(" / ")
    return (right if is_left else left).split()[0]
