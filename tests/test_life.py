"""A desk lives on between syncs while settings change and Halo fails; in the end all is equal."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sandbox.faults import Fault
from tests.world import World, small, world

PATHS = ["/actions", "/users", "/tickets", "/fieldinfo", "/tickets/", None]


def fails_somewhere(w: World, draw: Random) -> None:
    """Draws how long the next sync may work on history, and perhaps a fault."""
    w.configuration["history_minutes"] = draw.choice(["0", "30"])
    w.app.faults.clear()
    if draw.random() < 0.4:
        status, times = draw.choice([403, 404, 500, 429]), draw.choice([1, 2, 0])
        w.app.faults.append(
            Fault(draw.choice(PATHS), nth=draw.randint(1, 30), times=times, status=status)
        )


def differing(w: World) -> list[str]:
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


@given(st.integers(0, 10**9))
def test_a_desk_that_lives_while_syncs_fail_is_equal_in_the_end(seed: int) -> None:
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
            fails_somewhere(w, draw)
            w.sync(fails=True)
            w.time.pass_by(minutes=draw.choice([1, 20, 600]))
            w.tenant.live(draw.choice([0.2, 1]))
        w.app.faults.clear()
        w.configuration.clear()
        for days in (0.1, 0.1, 0.1, 8, 8):
            w.sync_later(days=days)
        last = w.sync_later(hours=1)
        assert (differing(w), last.warnings) == ([], [])
