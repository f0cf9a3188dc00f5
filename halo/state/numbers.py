"""Small things by id, in little memory and little state: a mark, or an exact set of numbers."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from halo.api.ids import BITS as BLOCK
from halo.api.ids import Ids
from halo.api.packing import integers, pack, pack_blocks, parsed, unpack, unpack_blocks

LARGEST = 65_535
BITS, LOW = 16, 64
"""Bits of a mark; numbers from LOW on are few."""

_IS_PUT = bytes([ord("0")]) + bytes([ord("1")]) * 255


class Marks:
    """Numbers from 0 to LARGEST by id, in blocks of neighbouring ids; 0 where none was put."""

    def __init__(self) -> None:
        self._blocks: dict[int, array[int]] = defaultdict(lambda: array("H", bytes(2 * BLOCK)))

    def __getitem__(self, identity: int) -> int:
        block = self._blocks.get(identity // BLOCK)
        return block[identity % BLOCK] if block else 0

    def __setitem__(self, identity: int, number: int) -> None:
        self._blocks[identity // BLOCK][identity % BLOCK] = number

    def held(self) -> Iterator[tuple[int, int]]:
        """For each block its place, and which of its ids have a number other than 0, as bits."""
        for place, block in self._blocks.items():
            content = block.tobytes()
            low, high = (int(content[at::2][::-1].translate(_IS_PUT), 2) for at in (0, 1))
            yield place, low | high

    def clear(self) -> None:
        """Forgets all."""
        self._blocks.clear()

    def dump(self) -> str:
        """All numbers as short text: the blocks' places, then their low and high bytes."""
        blocks = {place: block.tobytes() for place, block in self._blocks.items() if any(block)}
        return pack_blocks(blocks, planes=2)

    @classmethod
    def load(cls, text: str) -> Marks:
        """The numbers that `dump` wrote. Raises ValueError on anything else."""
        marks = cls()
        for place, content in unpack_blocks(text, 2 * BLOCK, planes=2).items():
            marks._blocks[place] = array("H", bytes(content))
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
        bits = sum(marks[identity] << plane * BITS for plane, marks in enumerate(self._low))
        low = (number for number in range(bits.bit_length()) if bits >> number & 1)
        return {*low, *self._high.get(identity, ())}

    def __setitem__(self, identity: int, numbers: Collection[int]) -> None:
        """Puts exactly these in the place of what was there."""
        bits, high = 0, []
        for number in numbers:
            if 0 <= number < LOW:
                bits |= 1 << number
            else:
                high.append(number)
        for plane, marks in enumerate(self._low):
            mark = bits >> plane * BITS & LARGEST
            if mark or marks[identity]:
                marks[identity] = mark
        self._high.pop(identity, None)
        if high:
            self._high[identity] = sorted(high)
        change = self.ids.add if numbers else self.ids.discard
        change(identity)

    def dump(self) -> dict[str, str]:
        """All sets as short texts."""
        spelt = {str(at): text for at, marks in enumerate(self._low) if (text := marks.dump())}
        if self._high:
            spelt["high"] = pack(json.dumps(sorted(self._high.items())).encode())
        return spelt

    @classmethod
    def load(cls, dumped: Mapping[str, str]) -> Numbers:
        """The sets that `dump` wrote. Raises ValueError on anything else."""
        numbers = cls()
        names = [str(at) for at in range(len(numbers._low))]
        if not isinstance(dumped, dict) or not dumped.keys() <= {*names, "high"}:
            raise ValueError("sets of numbers have other parts")
        numbers._low = [Marks.load(dumped.get(name, "")) for name in names]
        for marks in numbers._low:
            for place, bits in marks.held():
                numbers.ids.put(place, bits)
        numbers._high = _listed(parsed(unpack(dumped.get("high", "")) or b"[]"))
        numbers.ids.update(numbers._high)
        return numbers


def _listed(value: object) -> dict[int, list[int]]:
    """The large numbers of ids, as they are written. Raises ValueError on anything else."""
    if not isinstance(value, list) or any(type(p) is not list or len(p) != 2 for p in value):
        raise ValueError("they are not pairs")
    ids, sets = integers([pair[0] for pair in value]), [integers(pair[1]) for pair in value]
    if any(not numbers or any(0 <= number < LOW for number in numbers) for numbers in sets):
        raise ValueError("an id has no large number")
    return dict(zip(ids, sets, strict=True))
