"""A small number for each of many ids, kept in little memory and little state."""

from __future__ import annotations

import json
import sys
from array import array

from halo.api.packing import pack, unpack

BLOCK = 1024
LARGEST = 65_535
"""What fits: an id whose number is larger has none."""


class Counters:
    """Numbers from 0 to LARGEST by id, in blocks of neighbouring ids; 0 where none was put."""

    def __init__(self) -> None:
        self._blocks: dict[int, array[int]] = {}

    def get(self, identity: int) -> int:
        """The number of an id."""
        block = self._blocks.get(identity // BLOCK)
        return block[identity % BLOCK] if block else 0

    def put(self, identity: int, number: int) -> None:
        """Keeps the number of an id."""
        block = self._blocks.setdefault(identity // BLOCK, array("H", bytes(2 * BLOCK)))
        block[identity % BLOCK] = number if 0 <= number <= LARGEST else 0

    def dump(self) -> str:
        """All numbers as short text: the blocks' places, then their low and high bytes."""
        places = sorted(self._blocks)
        numbers = array("H")
        for place in places:
            numbers.extend(self._blocks[place])
        if sys.byteorder == "big":
            numbers.byteswap()
        content = numbers.tobytes()
        head = json.dumps(places).encode() + b"\n"
        return pack(head + content[::2] + content[1::2]) if places else ""

    @classmethod
    def load(cls, text: str) -> Counters:
        """The numbers that `dump` wrote. Raises ValueError on anything else."""
        counters = cls()
        if not text:
            return counters
        head, _, planes = unpack(text).partition(b"\n")
        places = json.loads(head)
        if len(planes) != 2 * BLOCK * len(places):
            raise ValueError("blocks and places are not as many")
        content = bytearray(len(planes))
        content[::2], content[1::2] = planes[: len(planes) // 2], planes[len(planes) // 2 :]
        numbers = array("H", bytes(content))
        if sys.byteorder == "big":
            numbers.byteswap()
        for at, place in enumerate(places):
            counters._blocks[int(place)] = numbers[at * BLOCK : (at + 1) * BLOCK]
        return counters
