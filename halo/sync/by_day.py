"""Actions in bulk: by day, where the tenant is proved to give the same as ticket by ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.api.pages import Row
from halo.errors import GaveUp, Refused, TableError, Unreadable
from halo.state.numbers import Numbers
from halo.state.slices import ActionsSlice
from halo.sync.action_lists import ActionLists, TicketActions
from halo.sync.arrivals import SAMPLE, Arrivals, days_agree, sample_of, worth_it
from halo.sync.days import Days
from halo.sync.moments import is_due
from halo.sync.operations import SAFE_POINT, Operation
from halo.sync.queue import TicketQueue, attempt
from halo.sync.rows import TableRows

FEW = 2 * SAMPLE
"""Changed tickets that are read one by one, so that they are exact at once."""

COMPARED_EVERY = timedelta(days=7)

Put = Callable[[int, list[Row]], Iterator[Operation]]
"""Sends rows of a ticket, which lacks none of what was sent."""


class ByDay:
    """What came by day of each ticket, and which tickets are whole by it."""

    def __init__(
        self,
        slice_: ActionsSlice,
        queue: TicketQueue,
        lists: ActionLists,
        days: Days,
        *,
        rows: TableRows,
        came: Numbers,
        put: Put,
    ) -> None:
        self._slice = slice_
        self._queue = queue
        self._lists = lists
        self._days = days
        self._rows = rows
        self._came = came
        self._put = put
        self._arrivals = Arrivals(slice_.awaited)
        self._before: dict[int, set[int]] = {}
        self._acted: dict[int, Ids] = {}
        self.expect = self._arrivals.expect

    @property
    def is_open(self) -> bool:
        """Whether history is being read by day, or may still be."""
        return not self._slice.tried or self._slice.day is not None

    def end(self) -> None:
        """History is not read by day any more, and what was remembered for it is forgotten."""
        self._slice.tried, self._slice.day, self._slice.stalled = True, None, False
        self._slice.came = Numbers()
        self._slice.awaited.clear()

    def acted_on(self, day: int) -> Ids:
        """The tickets with actions on a day, asked once a sync. Raises TableError."""
        if day not in self._acted:
            self._note(day, self._days.window(day))
        return self._acted[day]

    # --- what is new

    def may_bring_what_is_new(self, api: HaloApi) -> bool:
        """Whether so many tickets changed that their actions come by day, and that is proved."""
        slice_, soon = self._slice, self._queue.soon
        if len(soon) <= FEW:
            return False
        if is_due(slice_.compared, api.date, COMPARED_EVERY):
            try:
                self._compare(api, soon)
            except GaveUp:
                return False
        return slice_.agreed

    def take_new(self, rows: list[Row]) -> Iterator[Operation]:
        """Sends those of the rows that belong to tickets that changed."""
        for ticket_id, held in self._by_ticket(rows, self._queue.soon):
            self._before.setdefault(ticket_id, self._came[ticket_id])
            yield from self._take(ticket_id, held)
        yield SAFE_POINT

    def settle(self, lost: Iterable[int]) -> None:
        """The tickets that are whole need not be read; those that lost an action are not."""
        for ticket_id in self._before.keys() - lost:
            before = self._before[ticket_id]
            new = self._came[ticket_id] - before
            if self._arrivals.is_whole(ticket_id, new, max(before, default=0)):
                self._queue.soon.discard(ticket_id)
        self._before = {}
        if not self.is_open:
            self._slice.awaited.clear()

    # --- history

    def history(self, api: HaloApi, newest: int, first: int) -> Iterator[Operation]:
        """Reads day by day, if that is worth it; where the tenant does not filter, not again.

        Where Halo is silent the next sync tries once more; from then on tickets are read meanwhile.
        """
        try:
            yield from self._history(api, newest, first)
        except (Refused, Unreadable):
            self.end()
        except GaveUp:
            if not self._slice.stalled:
                self._slice.stalled = True
                raise

    def _history(self, api: HaloApi, newest: int, first: int) -> Iterator[Operation]:
        """Reads day by day, after a proof that this is the same; whole tickets leave the queue."""
        slice_, later = self._slice, self._queue.later
        if slice_.day is None:
            if not worth_it(newest - first, len(later)) or not self._compare(api, later):
                self.end()
                return
            slice_.tried, slice_.day = True, newest
        for number, found in self._days.each(range(slice_.day, first - 1, -1)):
            if isinstance(found, TableError):
                continue  # What is missing shows in its tickets, which are read one by one.
            self._note(number, found)
            for ticket_id, held in self._by_ticket(found, later):
                yield from self._take(ticket_id, held)
            slice_.day = number - 1
            yield SAFE_POINT
        for ticket_id in later.copy():
            if self._arrivals.is_whole(ticket_id, self._came[ticket_id]):
                later.discard(ticket_id)
        self.end()
        yield SAFE_POINT

    def _compare(self, api: HaloApi, queue: Ids) -> bool:
        """Reads a sample of tickets both ways. Raises GaveUp where Halo answers none of it."""
        sample = sample_of(queue)
        calls = (partial(attempt, self._lists.read, ticket_id) for ticket_id in sample)
        found = dict(api.each(calls))
        by_ticket = {t: one.rows for t, one in found.items() if isinstance(one, TicketActions)}
        if not by_ticket and isinstance(trouble := found[sample[-1]], GaveUp):
            raise trouble
        last = {t: max(rows, key=number_of) for t, rows in by_ticket.items() if rows}
        named = [self._arrivals.expects(t, row.get("datetime")) for t, row in last.items()]
        mostly = sum(named) * 2 > len(named)
        busy, fingerprint = self._slice.journal.busy, self._rows.fingerprint
        agreed = mostly and days_agree(self._days, by_ticket, fingerprint, busy)
        self._slice.compared, self._slice.agreed = api.date, agreed
        return agreed

    def _note(self, day: int, rows: Iterable[Row]) -> None:
        self._acted[day] = Ids(row["ticket_id"] for row in rows if "ticket_id" in row)

    def _by_ticket(self, rows: Iterable[Row], queue: Ids) -> Iterator[tuple[int, list[Row]]]:
        """The rows of each ticket of a queue."""
        by_ticket: dict[int, list[Row]] = {}
        for row in rows:
            if row.get("ticket_id") in queue:
                by_ticket.setdefault(row["ticket_id"], []).append(row)
        yield from by_ticket.items()

    def _take(self, ticket_id: int, rows: list[Row]) -> Iterator[Operation]:
        """Sends what came of a ticket on one day."""
        largest = max(self._came[ticket_id], default=0)
        last = max(rows, key=number_of)
        if number_of(last) > largest:
            self._arrivals.note(ticket_id, last.get("datetime"))
        yield from self._put(ticket_id, rows)
        if self._came is self._slice.came:
            ids = {number_of(row) for row in rows if "id" in row}
            self._came[ticket_id] = self._came[ticket_id] | ids


def number_of(row: Row) -> int:
    """An action's id, 0 where it has none."""
    return int(row.get("id", 0))
