"""Whether actions may be read by date instead of ticket by ticket: proved on the tenant itself.

A day's request brings the actions of every ticket of that day, which is a few hundredths of the
requests that one a ticket would be. Halo hardly describes what its dates mean. So a sample of
tickets is read both ways first; and since ids count from 1 within a ticket, every ticket whose
actions came by date without a hole is known to be whole, and only the others are read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

from halo.counters import Counters
from halo.errors import Refused, Unreadable
from halo.idset import IdSet
from halo.ledger import fingerprint
from halo.pages import Raw, row_id
from halo.sync.days import Days, identity, window_of
from halo.sync.moments import stamp
from halo.tables import Table

SAMPLE = 12
"""Tickets that are read both ways."""

WORTH_IT = 3
"""Reading by date has to save this many times its requests."""


def sample_of(tickets: IdSet) -> list[int]:
    """Tickets spread over all of them."""
    ids = list(tickets)
    step = max(1, len(ids) // SAMPLE)
    return ids[step // 2 :: step][:SAMPLE]


def days_agree(days: Days, by_ticket: dict[int, list[Raw]], table: Table) -> bool:
    """Whether the day of each sampled ticket's last action holds the same of its actions.

    `by_ticket` is what the tickets' own lists hold. Asks for one window each.
    """
    for ticket_id, raws in by_ticket.items():
        moments = [when for raw in raws if (when := stamp(raw, "datetime"))]
        if not moments:
            continue
        number = window_of(max(moments))
        try:
            window = days.window(number)
        except (Refused, Unreadable):
            return False
        here = _prints(raws, number, ticket_id, table)
        if here != _prints(window, number, ticket_id, table):
            return False
    return any(by_ticket.values())


def _prints(
    raws: list[Raw], number: int, ticket_id: int, table: Table
) -> dict[tuple[object, object], int]:
    return {
        identity(raw): fingerprint(raw, table.volatile)
        for raw in raws
        if raw.get("ticket_id") == ticket_id
        and (when := stamp(raw, "datetime"))
        and window_of(when) == number
    }


class Holes:
    """How many actions below the largest one of a ticket have not come yet."""

    def __init__(self, missing: Counters, largest: Counters) -> None:
        self.missing = missing
        self._largest = largest

    def note(self, raw: Raw, ticket_id: int) -> None:
        """An action came, each once."""
        number = row_id(raw)
        if number is None or number < 1:
            return
        largest = self._largest.get(ticket_id)
        missing = self.missing.get(ticket_id)
        if number > largest:
            self.missing.put(ticket_id, missing + number - largest - 1)
            self._largest.put(ticket_id, number)
        else:
            self.missing.put(ticket_id, missing - 1)

    def whole(self, tickets: IdSet) -> Iterator[int]:
        """The tickets of which actions came, from the first to the largest."""
        return (
            ticket_id
            for ticket_id in tickets
            if self._largest.get(ticket_id) and not self.missing.get(ticket_id)
        )


def worth_it(windows: int, tickets: IdSet) -> bool:
    """Whether so many days cost far less than a request for each ticket."""
    return windows * WORTH_IT + SAMPLE < len(tickets)
