"""Small things by id, in little memory and little state: a mark, or an exact set of numbers."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Collection, Mapping

from halo.api.ids import Ids
from halo.api.packing import pack, unpack

BLOCK = 1024
LARGEST = 65_535
BITS, LOW = 16, 64
"""Bits of a mark; numbers from LOW on are few."""


class Marks:
    """Numbers from 0 to LARGEST by id, in blocks of neighbouring ids; 0 where none was put."""

    def __init__(self) -> None:
        self._blocks: dict[int, array[int]] = {}

    def __getitem__(self, identity: int) -> int:
        block = self._blocks.get(identity // BLOCK)
        return block[identity % BLOCK] if block else 0

    def __setitem__(self, identity: int, number: int) -> None:
        block = self._blocks.get(identity // BLOCK)
        if block is None:
            block = self._blocks[identity // BLOCK] = array("H", bytes(2 * BLOCK))
        block[identity % BLOCK] = number

    def dump(self) -> str:
        """All numbers as short text: the blocks' places, then their low and high bytes."""
        places = sorted(place for place, block in self._blocks.items() if any(block))
        numbers = array("H")
        for place in places:
            numbers.extend(self._blocks[place])
        content = _little(numbers).tobytes()
        head = json.dumps(places).encode() + b"\n"
        return pack(head + content[::2] + content[1::2]) if places else ""

    @classmethod
    def load(cls, text: str) -> Marks:
        """The numbers that `dump` wrote. Raises ValueError on anything else."""
        marks = cls()
        head, _, planes = unpack(text).partition(b"\n")
        places = json.loads(head) if text else []
        if len(planes) != 2 * BLOCK * len(places):
            raise ValueError("blocks and places are not as many")
        content = bytearray(len(planes))
        content[::2], content[1::2] = planes[: len(planes) // 2], planes[len(planes) // 2 :]
        numbers = _little(array("H", bytes(content)))
        for at, place in enumerate(places):
            marks._blocks[place] = numbers[at * BLOCK : (at + 1) * BLOCK]
        return marks


class Numbers:
    """For each id an exact set of numbers from 0 on, such as those of a ticket's actions.

    Numbers below 64 are bits of marks, and nearly all are; larger ones are listed.
    """

    def __init__(self) -> None:
        self._low = [Marks() for _ in range(LOW // BITS)]
        self._high: dict[int, list[int]] = {}
        self.ids = Ids()

    def __getitem__(self, identity: int) -> set[int]:
        """The numbers of an id."""
        if identity not in self.ids:
            return set()
        found = set(self._high.get(identity, ()))
        for plane, marks in enumerate(self._low):
            bits = marks[identity]
            while bits:
                lowest = bits & -bits
                found.add(plane * BITS + lowest.bit_length() - 1)
                bits ^= lowest
        return found

    def __setitem__(self, identity: int, numbers: Collection[int]) -> None:
        """Puts exactly these in the place of what was there."""
        planes = [0] * len(self._low)
        high = []
        for number in numbers:
            if 0 <= number < LOW:
                planes[number // BITS] |= 1 << number % BITS
            else:
                high.append(number)
        for marks, bits in zip(self._low, planes, strict=True):
            if bits or identity in self.ids:
                marks[identity] = bits
        self._high.pop(identity, None)
        if high:
            self._high[identity] = sorted(high)
        if numbers:
            self.ids.add(identity)
        else:
            self.ids.discard(identity)

    def dump(self) -> dict[str, str]:
        """All sets as short texts."""
        if not self.ids:
            return {}
        spelt = {str(at): text for at, marks in enumerate(self._low) if (text := marks.dump())}
        high = pack(json.dumps(sorted(self._high.items())).encode()) if self._high else ""
        return {"ids": self.ids.dump(), **spelt} | ({"high": high} if high else {})

    @classmethod
    def load(cls, dumped: Mapping[str, str]) -> Numbers:
        """The sets that `dump` wrote. Raises ValueError on anything else."""
        numbers = cls()
        numbers.ids = Ids.load(dumped.get("ids", ""))
        for at in range(len(numbers._low)):
            numbers._low[at] = Marks.load(dumped.get(str(at), ""))
        for identity, high in json.loads(unpack(dumped.get("high", "")) or b"[]"):
            numbers._high[int(identity)] = [int(number) for number in high]
        return numbers


def _little(numbers: array[int]) -> array[int]:
    """The numbers in the byte order of the state, whatever this machine's is."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
