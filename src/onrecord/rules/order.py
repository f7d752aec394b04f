"""Numbers that should rise: the fewest of them that are out of order.

The callers, `references`, `segments` and `lists`, know what the numbers mean.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice
from operator import le, lt


def out_of_order(numbers: Sequence[int], *, strictly: bool) -> set[int]:
    """The positions of the fewest numbers whose removal makes the rest rise (or, not strictly, never fall).

    What remains is a longest increasing subsequence, found by patience sorting (Fredman 1975).
    """
    rises = lt if strictly else le
    if all(map(rises, numbers, islice(numbers, 1, None))):
        return set()
    find = bisect_left if strictly else bisect_right
    tails: list[int] = []
    lengths = []
    for number in numbers:
        length = find(tails, number)
        tails[length : length + 1] = [number]
        lengths.append(length)
    removed = set(range(len(numbers)))
    wanted, limit = len(tails) - 1, None
    for index in range(len(numbers) - 1, -1, -1):
        fits = limit is None or numbers[index] < limit or (numbers[index] == limit and not strictly)
        if lengths[index] == wanted and fits:
            removed.discard(index)
            wanted, limit = wanted - 1, numbers[index]
    return removed
