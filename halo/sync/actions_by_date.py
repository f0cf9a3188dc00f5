"""Whether actions may be read by date instead of ticket by ticket: proved on the tenant itself.

A day's request brings the actions of every ticket of that day, which is a few hundredths of the
requests that one a ticket would be. Halo hardly describes what its dates mean. So a sample of
tickets is read both ways first, and after that each ticket is known to be whole, or read by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zlib import crc32

from halo.api.idset import IdSet
from halo.api.pages import Raw
from halo.errors import GaveUp, Refused, Unreadable
from halo.state.counters import LARGEST, Counters
from halo.state.ledger import fingerprint
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

    `by_ticket` is what the tickets' own lists hold. Asks for one window each; one that Halo does
    not answer says nothing. Raises GaveUp where it answers none.
    """
    compared = 0
    silence: GaveUp | None = None
    for ticket_id, raws in by_ticket.items():
        moments = [when for raw in raws if (when := stamp(raw, "datetime"))]
        if not moments:
            continue
        number = window_of(max(moments))
        try:
            window = days.window(number)
        except (Refused, Unreadable):
            return False
        except GaveUp as error:
            silence = error
            continue
        here = _prints(raws, number, ticket_id, table)
        if here != _prints(window, number, ticket_id, table):
            return False
        compared += 1
    if silence and not compared:
        raise silence
    return compared > 0


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


CAME = LARGEST
"""Stands in the place of a mark whose action came."""


class Arrivals:
    """Which tickets are whole by the actions that came by date.

    Ids count from 1 within a ticket. So its actions are all there if none below the largest is
    missing, and if the largest is the last: adding an action moves its ticket's `lastactiondate`
    (Halo's API notes, what changed), so that of the ticket's row has to be that action's date. An
    action with a date that nobody asks for, or with none, therefore always shows.
    """

    def __init__(self, largest: Counters, dumped: Mapping[str, str]) -> None:
        self._largest = largest
        self._missing = Counters.load(dumped.get("holes", ""))
        self._awaited = Counters.load(dumped.get("awaited", ""))

    def dump(self) -> dict[str, str]:
        """A part of the slice of the state."""
        return {"holes": self._missing.dump(), "awaited": self._awaited.dump()}

    def expect(self, ticket_id: int, last_action: datetime | None) -> None:
        """The ticket's row names the date of its last action."""
        self._awaited.put(ticket_id, mark(last_action))

    def expects(self, ticket_id: int, last_action: datetime | None) -> bool:
        """Whether an action of this date is the one that the ticket's row names."""
        return self._awaited.get(ticket_id) == mark(last_action)

    def note(self, ticket_id: int, number: int, when: datetime | None) -> None:
        """An action came, each once."""
        largest, missing = self._largest.get(ticket_id), self._missing.get(ticket_id)
        if number < 1 or missing == LARGEST:
            return
        if number <= largest:
            self._missing.put(ticket_id, missing - 1)
            return
        self._missing.put(ticket_id, min(missing + number - largest - 1, LARGEST))
        self._largest.put(ticket_id, number)
        if self.expects(ticket_id, when):
            self._awaited.put(ticket_id, CAME)
        elif self._awaited.get(ticket_id) == CAME:
            self._awaited.put(ticket_id, 0)  # The one that the row names was not the last.

    def whole(self, tickets: IdSet) -> Iterator[int]:
        """The tickets of which all actions came."""
        return (
            ticket_id
            for ticket_id in tickets
            if self._awaited.get(ticket_id) == CAME and not self._missing.get(ticket_id)
        )


def mark(when: datetime | None) -> int:
    """A number for a second, neither 0 nor CAME; few others share it."""
    spelt = str(when and int(when.timestamp()))
    return 1 + crc32(spelt.encode()) % (CAME - 1)


def worth_it(windows: int, tickets: IdSet) -> bool:
    """Whether so many days cost far less than a request for each ticket."""
    return windows * WORTH_IT + SAMPLE < len(tickets)
