"""What was sent: for each key a short hash of the row, so that only changes are sent again."""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from hashlib import blake2b

from halo.api.packing import pack, unpack

Key = int | str | tuple[int | str, ...] | None


def fingerprint(raw: Mapping[str, object], volatile: Collection[str] = ()) -> int:
    """32 bits that change when the row does; what is volatile or null does not count."""
    kept = {
        name: value for name, value in raw.items() if value is not None and name not in volatile
    }
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest())


class Ledger(dict[Key, int]):
    """Fingerprint by key."""

    def dump(self) -> dict[str, str]:
        """The ledger as two short texts: the sorted keys, and their fingerprints in that order."""
        if not self:
            return {}
        keys = sorted(self, key=lambda key: (str(type(key)), key))
        hashes = array("I", (self[key] for key in keys))
        return {
            "steps": pack(json.dumps(_steps(keys), separators=(",", ":")).encode()),
            "hashes": b64encode(hashes.tobytes()).decode("ascii"),
        }

    @classmethod
    def load(cls, dumped: Mapping[str, str]) -> Ledger:
        """The ledger that `dump` wrote. Raises ValueError or KeyError on anything else."""
        if not dumped:
            return cls()
        if "steps" in dumped:
            keys = _from_steps(json.loads(unpack(dumped["steps"])))
        else:
            keys = json.loads(unpack(dumped["keys"]))
        hashes = array("I", b64decode(dumped["hashes"], validate=True))
        if not isinstance(keys, list) or len(keys) != len(hashes):
            raise ValueError("keys and fingerprints are not as many")
        return cls(
            zip(
                (tuple(key) if isinstance(key, list) else key for key in keys),
                hashes,
                strict=True,
            )
        )


def _steps(keys: list[Key]) -> list[Key]:
    """Whole numbers as the step from the one before, which packs to a quarter."""
    before, steps = 0, []
    for key in keys:
        steps.append(key - before if isinstance(key, int) else key)
        before = key if isinstance(key, int) else before
    return steps


def _from_steps(steps: list[Key]) -> list[Key]:
    before, keys = 0, []
    for step in steps:
        before += step if isinstance(step, int) else 0
        keys.append(before if isinstance(step, int) else step)
    return keys
