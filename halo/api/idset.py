"""A set of ids kept as ranges: small for a million tickets, holes included."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from halo.api.packing import pack, unpack

_RANGE = re.compile(r"(-?\d+)(?:-(-?\d+))?")


class IdSet:
    """Whole numbers as sorted, disjoint, non-adjacent ranges."""

    def __init__(self, ids: Iterable[int] = ()) -> None:
        self._first: list[int] = []
        self._last: list[int] = []
        self._size = 0
        self.update(ids)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        at = bisect_right(self._first, number) - 1
        return at >= 0 and number <= self._last[at]

    def __iter__(self) -> Iterator[int]:
        for first, last in zip(self._first, self._last, strict=True):
            yield from range(first, last + 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdSet) and self.ranges() == other.ranges()

    def __repr__(self) -> str:
        return f"IdSet({len(self)} ids in {len(self._first)} ranges)"

    def ranges(self) -> list[tuple[int, int]]:
        """The ranges, first and last id included, ascending."""
        return list(zip(self._first, self._last, strict=True))

    def largest(self) -> int | None:
        """The largest id; None where there is none."""
        return self._last[-1] if self._last else None

    def add(self, number: int) -> bool:
        """Puts one id in; whether it was not in before."""
        at = bisect_right(self._first, number) - 1
        if at >= 0 and number <= self._last[at]:
            return False
        self._size += 1
        joins_left = at >= 0 and self._last[at] == number - 1
        joins_right = at + 1 < len(self._first) and self._first[at + 1] == number + 1
        if joins_left and joins_right:
            self._last[at] = self._last.pop(at + 1)
            del self._first[at + 1]
        elif joins_left:
            self._last[at] = number
        elif joins_right:
            self._first[at + 1] = number
        else:
            self._first.insert(at + 1, number)
            self._last.insert(at + 1, number)
        return True

    def update(self, numbers: Iterable[int]) -> None:
        """Puts many ids in."""
        for number in sorted(numbers):
            self.add(number)

    def discard(self, number: int) -> None:
        """Takes one id out, if it is in."""
        at = bisect_right(self._first, number) - 1
        if at < 0 or number > self._last[at]:
            return
        self._size -= 1
        first, last = self._first[at], self._last[at]
        if first == last:
            del self._first[at], self._last[at]
        elif number == first:
            self._first[at] = number + 1
        elif number == last:
            self._last[at] = number - 1
        else:
            self._last[at] = number - 1
            self._first.insert(at + 1, number + 1)
            self._last.insert(at + 1, last)

    def without(self, *others: IdSet) -> Iterator[int]:
        """The ids that are in none of the others, ascending."""
        return (number for number in self if not any(number in other for other in others))

    def copy(self) -> IdSet:
        """Another set with the same ids."""
        twin = IdSet()
        twin._first, twin._last, twin._size = self._first.copy(), self._last.copy(), self._size
        return twin

    def dump(self) -> str:
        """The set as short text: `~1-717,2` packed is 1 to 717, and 719.

        After the tilde, each range is the step to its first id, and to its last one if it has two.
        """
        spelt, before = [], 0
        for first, last in zip(self._first, self._last, strict=True):
            spelt.append(
                f"{first - before}-{last - first}" if last > first else f"{first - before}"
            )
            before = last
        return pack(("~" + ",".join(spelt)).encode()) if spelt else ""

    @classmethod
    def load(cls, text: str) -> IdSet:
        """The set that `dump` wrote. Raises ValueError on anything else."""
        ids = cls()
        content = unpack(text).decode()
        steps = content.startswith("~")
        for spelt in content.lstrip("~").split(",") if text else ():
            spelt_range = _RANGE.fullmatch(spelt)
            if not spelt_range:
                raise ValueError(f"{spelt} is no range")
            low = int(spelt_range[1])
            high = int(spelt_range[2] or (0 if steps else low))
            if steps:
                low += ids._last[-1] if ids._last else 0
                high += low
            if high < low or (ids._last and low <= ids._last[-1] + 1):
                raise ValueError(f"{spelt} is out of order")
            ids._first.append(low)
            ids._last.append(high)
            ids._size += high - low + 1
        return ids
