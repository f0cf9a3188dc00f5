"""Many simulated lives of tenants: `make simulate` tries them, and names the seeds that fail.

`python -m tests.simulation --lives 500 --first 1` tries the seeds 1 to 500 on all cores, prints
each that fails with its differences, and ends with status 1 if one did. With `--causes` it also
leaves out, of a life that fails, all that it fails without: what is left is the cause.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence

from sandbox.quirks import Quirks
from tests.lives import tried
from tests.simulated_desk import KINDS
from tests.simulated_life import wrongs
from tests.simulated_tenant import HABITS, habits

MOST_TOLD = 12
"""Lines that one life may print."""
OTHERS = ("faults", "kills", "settings", "days", "weeks", "during", "changes")
"""What can be left out of a life, besides habits and kinds of changes."""


def life(seed: int) -> list[str]:
    """One tenant's life: what was wrong with its syncs, and what is different in the end."""
    wrong = list(wrongs(seed))
    more = [f"and {len(wrong) - MOST_TOLD} more"] if len(wrong) > MOST_TOLD else []
    return wrong[:MOST_TOLD] + more


def cause(seed: int) -> list[str]:
    """What is wrong with a life, and without what it would not be; empty where nothing is."""
    first = next(wrongs(seed), None)
    if first is None:
        return []
    odd = [name for name in HABITS if getattr(habits(seed, ()), name) != _usual(name)]
    left = _needed(seed, _kind(first), [*OTHERS, *odd, *KINDS], set())
    return [f"needs {', '.join(left) or 'nothing odd'}", first]


def _needed(seed: int, kind: str, names: list[str], without: set[str]) -> list[str]:
    """Which of these names a failure of this kind needs; `without` gets the others."""
    trial = {*without, *names}
    try:
        fails = any(_kind(wrong) == kind for wrong in wrongs(seed, trial))
    except Exception:
        fails = False
    if fails:
        without.update(names)
        return []
    if len(names) == 1:
        return names
    half = len(names) // 2
    first = _needed(seed, kind, names[:half], without)
    return [*first, *_needed(seed, kind, names[half:], without)]


def _kind(wrong: str) -> str:
    """What is wrong, without which row and when."""
    return re.sub(r"step [0-9]+: |[(].*?[)]|[0-9]+", "", wrong)[:50]


def _usual(name: str) -> object:
    return getattr(Quirks(rate_limit=0), name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try many seeds; the exit status."""
    parser = argparse.ArgumentParser("python -m tests.simulation", description=__doc__)
    parser.add_argument("--lives", type=int, default=500, help="how many")
    parser.add_argument("--first", type=int, default=1, help="from which seed on")
    parser.add_argument("--causes", action="store_true", help="find out why, which takes longer")
    options = parser.parse_args(arguments)
    return tried(cause if options.causes else life, options.lives, options.first)


if __name__ == "__main__":
    sys.exit(main())
