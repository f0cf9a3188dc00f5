"""A set of whole numbers as blocks of 1,024 bits: small for a million tickets, holes included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from halo.api.packing import pack_blocks, unpack_blocks

BITS = 1024
BYTES = BITS // 8


class Ids:
    """Whole numbers; those of one block are the bits of 128 bytes."""

    __hash__ = None  # type: ignore[assignment]  # It changes.

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._blocks = defaultdict[int, bytearray](lambda: bytearray(BYTES))
        self.update(numbers)

    def __len__(self) -> int:
        return sum(_bits(block).bit_count() for block in self._blocks.values())

    def __bool__(self) -> bool:
        return any(map(any, self._blocks.values()))

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        block = self._blocks.get(number >> 10)
        return block is not None and block[number >> 3 & 127] >> (number & 7) & 1 == 1

    def __iter__(self) -> Iterator[int]:
        """The numbers, ascending; what is put in or taken out meanwhile may be met or not."""
        for place in sorted(self._blocks):
            yield from _numbers(place, self._blocks[place])

    def __reversed__(self) -> Iterator[int]:
        for place in sorted(self._blocks, reverse=True):
            yield from reversed(_numbers(place, self._blocks[place]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ids) and self.dump() == other.dump()

    def add(self, number: int) -> bool:
        """Puts one number in; whether it was not in before."""
        block = self._blocks[number >> 10]
        at, bit = number >> 3 & 127, 1 << (number & 7)
        is_new = not block[at] & bit
        block[at] |= bit
        return is_new

    def update(self, numbers: Iterable[int]) -> None:
        """Puts many numbers in."""
        for number in numbers:
            self.add(number)

    def put(self, place: int, bits: int) -> None:
        """Puts in the numbers of one block, given as its bits."""
        bits |= _bits(self._blocks.get(place, b""))
        self._blocks[place] = bytearray(bits.to_bytes(BYTES, "little"))

    def discard(self, number: int) -> None:
        """Takes one number out, if it is in."""
        block = self._blocks.get(number >> 10)
        if block is not None:
            block[number >> 3 & 127] &= ~(1 << (number & 7))

    def clear(self) -> None:
        """Takes all out."""
        self._blocks.clear()

    def without(self, *others: Ids) -> Ids:
        """The numbers that are in none of the others."""
        rest = Ids()
        for place, block in self._blocks.items():
            bits = _bits(block)
            for other in others:
                bits &= ~_bits(other._blocks.get(place, b""))
            if bits:
                rest.put(place, bits)
        return rest

    def copy(self) -> Ids:
        """Another set with the same numbers."""
        return self.without()

    def dump(self) -> str:
        """The set as short text: the blocks' places, then their bits."""
        return pack_blocks({place: bits for place, bits in self._blocks.items() if any(bits)})

    @classmethod
    def load(cls, text: str) -> Ids:
        """The set that `dump` wrote. Raises ValueError on anything else."""
        numbers = cls()
        numbers._blocks.update(unpack_blocks(text, BYTES))
        return numbers


def _bits(block: bytes | bytearray) -> int:
    """The bits of a block as one whole number."""
    return int.from_bytes(block, "little")


def _numbers(place: int, block: bytearray) -> list[int]:
    """The numbers of one block, ascending."""
    base = place * BITS
    return [base + at for at, bit in enumerate(reversed(f"{_bits(block):b}")) if bit == "1"]
