"""Whether actions may be read by day instead of ticket by ticket: proved on the tenant itself.

A day's request brings the actions of every ticket of that day, which is a few hundredths of the
requests that one a ticket would be. Halo hardly describes what its dates mean. So a sample of
tickets is read both ways first, and after that each ticket is known to be whole, or read by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from zlib import crc32

from halo.api.ids import Ids
from halo.api.pages import Row
from halo.errors import GaveUp, Refused, Unreadable
from halo.state.numbers import LARGEST, Marks
from halo.sync.days import EPOCH, SECOND, Days, window_of

SAMPLE = 12
"""Tickets that are read both ways."""

WORTH_IT = 3
"""Reading by day has to save this many times its requests."""


def worth_it(windows: int, tickets: int) -> bool:
    """Whether so many days cost far less than a request for each ticket."""
    return windows * WORTH_IT + SAMPLE < tickets


def sample_of(tickets: Ids) -> list[int]:
    """Tickets spread over all of them."""
    ids = list(tickets)
    step = max(1, len(ids) // SAMPLE)
    return ids[step // 2 :: step][:SAMPLE]


def days_agree(
    days: Days,
    by_ticket: Mapping[int, Sequence[Row]],
    fingerprint: Callable[[Row], int],
    busy: Container[int],
) -> bool:
    """Whether the day of each sampled ticket's last action holds the same of its actions.

    `by_ticket` is what the tickets' own lists hold. Asks for each of these days once, for one that
    is `busy` from the first of these actions on; one that Halo does not answer says nothing. Raises
    GaveUp where it answers none.
    """
    compared = 0
    silence: GaveUp | None = None
    dated = {t: [row for row in rows if "datetime" in row] for t, rows in by_ticket.items()}
    last = {t: window_of(max(r["datetime"] for r in rows)) for t, rows in dated.items() if rows}
    for number in dict.fromkeys(last.values()):
        tickets = {ticket_id for ticket_id, its in last.items() if its == number}
        here = [row for t in tickets for row in dated[t] if window_of(row["datetime"]) == number]
        since = min(row["datetime"] for row in here) - SECOND if number in busy else EPOCH
        try:
            window = [r for r in days.window(number, since=since) if r.get("ticket_id") in tickets]
        except (Refused, Unreadable):
            return False
        except GaveUp as error:
            silence = error
            continue
        if sorted(map(fingerprint, here)) != sorted(map(fingerprint, window)):
            return False
        compared += 1
    if silence and not compared:
        raise silence
    return compared > 0


CAME = LARGEST
"""Stands in the place of a mark whose action came."""


class Arrivals:
    """Which tickets are whole by the actions that came by day.

    Ids count from 1 within a ticket. So its actions are all there if none below the largest is
    missing, and if the largest is the last: adding an action moves its ticket's last-action date
    (Halo's API notes, what changed), so that of the ticket's row has to be that action's date. An
    action with a date that nobody asks for, or with none, therefore always shows.
    """

    def __init__(self, awaited: Marks) -> None:
        self._awaited = awaited

    def expect(self, ticket_id: int, last_action: datetime | None) -> None:
        """The ticket's row names the date of its last action."""
        self._awaited[ticket_id] = mark(last_action)

    def expects(self, ticket_id: int, last_action: datetime | None) -> bool:
        """Whether an action of this date is the one that the ticket's row names."""
        return self._awaited[ticket_id] == mark(last_action)

    def note(self, ticket_id: int, when: datetime | None) -> None:
        """An action came whose number is larger than all before it."""
        if self.expects(ticket_id, when):
            self._awaited[ticket_id] = CAME
        elif self._awaited[ticket_id] == CAME:
            self._awaited[ticket_id] = 0  # The one that the row names was not the last.

    def is_whole(self, ticket_id: int, numbers: set[int], after: int = 0) -> bool:
        """Whether these are all actions of a ticket that have larger numbers than `after`."""
        unbroken = numbers and max(numbers) - after == len(numbers) and min(numbers) > after
        return bool(unbroken) and self._awaited[ticket_id] == CAME


def mark(when: datetime | None) -> int:
    """A number for a second, neither 0 nor CAME; few others share it."""
    spelt = str(when and int(when.timestamp()))
    return 1 + crc32(spelt.encode()) % (CAME - 1)
