"""Desks that live on between syncs while settings change and Halo fails: `make lives` tries many.

`python -m tests.lives --seeds 2000 --first 1` tries the seeds 1 to 2000 on all cores, prints each
that fails with its differences, and ends with status 1 if one did.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import get_context
from random import Random

from sandbox.faults import Fault
from tests.world import World, small, world

PATHS = ["/actions", "/users", "/tickets", "/fieldinfo", "/tickets/", None]


def lived(seed: int) -> list[str]:
    """One desk's life: where warehouse and tenant differ in the end, and what was still warned."""
    draw = Random(seed)
    quirks = small(
        ticketage_grows=False,
        page_cap=draw.choice([3, 50]),
        order_honoured=draw.choice(["any", "none"]),
        last_action_date=draw.choice(["occurred", "added"]),
        actions_cap=draw.choice([60, 1000]),
        reference_lastupdate=draw.random() < 0.5,
    )
    tickets = draw.choice([10, 60])
    with world(tickets, quirks, http=False, years=0.05, users=8, clients=3, agents=5) as w:
        w.in_flight = draw.choice([1, 4])
        for _ in range(6):
            _fails_somewhere(w, draw)
            w.sync(fails=True)
            w.time.pass_by(minutes=draw.choice([1, 20, 600]))
            w.tenant.live(draw.choice([0.2, 1]))
        w.app.faults.clear()
        w.configuration.clear()
        for days in (0.1, 0.1, 0.1, 8, 8):
            w.sync_later(days=days)
        last = w.sync_later(hours=1)
        return _differing(w) + last.warnings


def _fails_somewhere(w: World, draw: Random) -> None:
    """Draws how long the next sync may work on history, and perhaps a fault."""
    w.configuration["history_minutes"] = draw.choice(["0", "30"])
    w.app.faults.clear()
    if draw.random() < 0.4:
        status, times = draw.choice([403, 404, 500, 429]), draw.choice([1, 2, 0])
        w.app.faults.append(
            Fault(draw.choice(PATHS), nth=draw.randint(1, 30), times=times, status=status)
        )


def _differing(w: World) -> list[str]:
    """Where warehouse and tenant differ, but for what may stay behind.

    That is what hangs on a deleted ticket, and the last action of a ticket that has none any more.
    """
    found = []
    for difference in w.differences():
        table, _, key = difference.partition(" ")
        if table in ("action", "time_entry", "ticket_satisfaction"):
            ticket = w.tenant.tickets.get(int(key.strip("():").partition(",")[0].split(")")[0]))
            if ticket is None or not ticket.actions:
                continue
        found.append(difference)
    return found


Live = Callable[[int], list[str]]
"""One life by its seed: what was wrong with it."""


def told(live: Live, seed: int) -> tuple[int, list[str]]:
    """The seed and what was wrong; an error is wrong too, for the other seeds go on."""
    try:
        return seed, live(seed)
    except Exception:
        return seed, traceback.format_exc().splitlines()


def tried(live: Live, count: int, first: int) -> int:
    """Tries so many seeds on all cores and prints each that fails; the exit status."""
    failed = 0
    # Not forked, so that it is the same on every system.
    with get_context("spawn").Pool() as pool:
        seeds = range(first, first + count)
        for seed, found in pool.imap_unordered(partial(told, live), seeds, chunksize=4):
            if found:
                failed += 1
                print(f"seed {seed}:", *found, sep="\n  ", flush=True)
    print(f"{count} lives from seed {first} on: {failed} failed.")
    return 1 if failed else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Try many seeds; the exit status."""
    parser = argparse.ArgumentParser("python -m tests.lives", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, help="how many")
    parser.add_argument("--first", type=int, default=1, help="from which one on")
    options = parser.parse_args(arguments)
    return tried(lived, options.seeds, options.first)


if __name__ == "__main__":
    sys.exit(main())
