"""What was sent: for each key a short hash of the row, so that only changes are sent again."""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from collections import UserDict
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b

import msgspec

from halo.api.ids import Ids
from halo.api.packing import pack, parsed, unpack

Key = int | str | tuple[int | str, ...] | None

_ENCODE = msgspec.json.Encoder(order="deterministic").encode


def fingerprint(row: Mapping[str, object], volatile: Collection[str] = ()) -> int:
    """32 bits that change when the typed row does; what is volatile does not count."""
    kept = {name: value for name, value in row.items() if name not in volatile}
    return int.from_bytes(blake2b(_ENCODE(kept), digest_size=4).digest())


class Keys:
    """A set of keys, of which whole numbers take little memory."""

    def __init__(self) -> None:
        self._numbers, self._others = Ids(), set[Key]()

    def __contains__(self, key: Key) -> bool:
        return key in self._numbers or key in self._others

    def update(self, keys: Iterable[Key]) -> None:
        """Puts keys in."""
        for key in keys:
            if isinstance(key, int):
                self._numbers.add(key)
            else:
                self._others.add(key)


class Ledger(UserDict[Key, int]):
    """Fingerprint by key."""

    def dump(self) -> dict[str, str]:
        """The ledger as two short texts: the sorted keys, and their fingerprints in that order."""
        if not self:
            return {}
        keys = sorted(self, key=lambda key: (str(type(key)), key))
        hashes = array("I", (self[key] for key in keys))
        return {
            "keys": pack(json.dumps(_steps(keys), separators=(",", ":")).encode()),
            "hashes": b64encode(hashes.tobytes()).decode("ascii"),
        }

    @classmethod
    def load(cls, dumped: Mapping[str, str]) -> Ledger:
        """The ledger that `dump` wrote. Raises ValueError on anything else."""
        if dumped == {}:
            return cls()
        if not isinstance(dumped, dict) or dumped.keys() != {"keys", "hashes"}:
            raise ValueError("a ledger has keys and hashes")
        keys = _from_steps(parsed(unpack(dumped["keys"])))
        if not isinstance(dumped["hashes"], str):
            raise ValueError("the fingerprints are no text")
        hashes = array("I", b64decode(dumped["hashes"], validate=True))
        ledger = cls(zip(keys, hashes, strict=True))
        if len(ledger) != len(keys):
            raise ValueError("a key comes twice")
        return ledger


def _steps(keys: list[Key]) -> list[Key]:
    """Whole numbers as the step from the one before, which packs to a quarter."""
    before, steps = 0, []
    for key in keys:
        steps.append(key - before if isinstance(key, int) else key)
        before = key if isinstance(key, int) else before
    return steps


def _from_steps(steps: object) -> list[Key]:
    if not isinstance(steps, list):
        raise ValueError("the keys are no list")
    before, keys = 0, list[Key]()
    for step in steps:
        if type(step) is int:
            before += step
            keys.append(before)
        elif step is None or isinstance(step, str):
            keys.append(step)
        elif isinstance(step, list) and all(type(part) in (int, str) for part in step):
            keys.append(tuple(step))
        else:
            raise ValueError("a key is neither a number, a text nor a list of them")
    return keys
