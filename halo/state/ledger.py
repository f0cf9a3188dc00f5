"""What was sent: for each key a short hash of the row, so that only changes are sent again."""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from collections import UserDict
from collections.abc import Collection, Mapping
from hashlib import blake2b

import msgspec

from halo.api.packing import pack, unpack

Key = int | str | tuple[int | str, ...] | None

_ENCODE = msgspec.json.Encoder(order="deterministic").encode


def fingerprint(row: Mapping[str, object], volatile: Collection[str] = ()) -> int:
    """32 bits that change when the typed row does; what is volatile does not count."""
    kept = {name: value for name, value in row.items() if name not in volatile}
    return int.from_bytes(blake2b(_ENCODE(kept), digest_size=4).digest())


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
        if not dumped:
            return cls()
        if dumped.keys() != {"keys", "hashes"}:
            raise ValueError("a ledger has keys and hashes")
        keys = _from_steps(json.loads(unpack(dumped["keys"])))
        hashes = array("I", b64decode(dumped["hashes"], validate=True))
        if len(keys) != len(hashes):
            raise ValueError("keys and fingerprints are not as many")
        return cls(zip(keys, hashes, strict=True))


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
    before, keys = 0, []
    for step in steps:
        before += step if isinstance(step, int) else 0
        keys.append(
            before if isinstance(step, int) else tuple(step) if isinstance(step, list) else step
        )
    return keys
