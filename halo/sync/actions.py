"""Actions and time entries: a ticket's list, whole, replaces what was there in both tables.

In bulk the same comes by day, where the tenant is proved to give it: for history.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.api.pages import Row
from halo.errors import GONE, GaveUp, Refused, TableError, Unreadable
from halo.settings import Settings
from halo.state.numbers import Numbers
from halo.state.slices import ActionsSlice, ChangesSlice
from halo.sync.action_lists import ActionLists, TicketActions, empty_warning, gaps_warning
from halo.sync.arrivals import Arrivals, days_agree, sample_of, worth_it
from halo.sync.children import Children
from halo.sync.days import Days, window_of
from halo.sync.details import ticket_detail
from halo.sync.hours import Hours
from halo.sync.operations import SAFE_POINT, Operation
from halo.sync.progress import Left
from halo.sync.queue import TicketQueue, attempt
from halo.tables import Table
from halo.tables.columns import Misfit, to_datetime
from halo.tables.sources import Actions, itself

DOUBTED = timedelta(days=1)
"""For so long a list is asked again that lacks what was sent, and does not show why."""


class ActionsReader:
    """The tickets whose list is to be read, and exactly which rows of each were sent."""

    urgent = False

    def __init__(
        self,
        source: Actions,
        tables: Sequence[Table],
        api: HaloApi,
        *,
        settings: Settings,
        slice_: ActionsSlice,
        tickets: ChangesSlice,
    ) -> None:
        self.slice = slice_
        self._source = source
        self._tables = tables
        self._name = tables[0].name
        self._api = api
        self._since = settings.start_date
        self._tickets = tickets
        self._children = Children(tables, slice_.sent)
        self.rows = self._children.rows
        make = self.rows[self._name].make
        self._queue = TicketQueue(slice_.queues, tickets, api, self._name)
        self._lists = ActionLists(source, api, make)
        self._days = Days(api, source, source.params, make)
        self._arrivals = Arrivals(slice_.awaited)
        holds_all = tables[0].part is itself
        self._came = slice_.sent[self._name] if holds_all else slice_.came
        self._hours = [
            Hours(self.rows[table.name], api, source, slice_.hours, tickets.sent)
            for table in tables
            if table.part is not itself
        ]
        self._cut: list[int] = []
        self._doubts: list[int] = []
        self._purged: set[int] = set()
        self._acted: dict[int, Ids] = {}
        self._most = len(self._came[slice_.longest]) if slice_.longest is not None else 0

    def wanted_again(self) -> None:
        """A table of these is wanted that the last sync did not fill: all is read once more."""
        self._queue.later.update(self._tickets.sent)
        self._end_days()

    def changed(self, tickets: Sequence[Row]) -> None:
        """Their actions are read in this sync."""
        self._queue.soon.update(row["id"] for row in tickets)

    def found(self, tickets: Sequence[Row]) -> None:
        """Their actions are read when there is time."""
        self._queue.later.update(row["id"] for row in tickets)
        if self._may_go_by_day:
            for row in tickets:
                self._arrivals.expect(row["id"], row.get(self._source.parent.acted))

    def met(self, tickets: Sequence[Row], before: datetime, now: datetime) -> None:
        """Nothing is read again because of the walk alone."""

    def fresh(self) -> Iterator[Operation]:
        """Reads the actions of the tickets that changed, and of those whose hours did."""
        yield from self._forget_gone()
        for hours in self._hours:
            yield from hours.heard(hours.fresh(self._first_day, self._queue.soon))
        yield from self._work_off(self._queue.soon)

    def history(self) -> Iterator[Operation]:
        """Reads the actions of all other tickets, newest first: by day if that is worth it."""
        yield from self._forget_gone()
        yield from self._by_day()
        hours = self._hours if self._tickets.walked is not None else ()
        for one in hours:
            yield from one.heard(one.history(self._oldest_day, self._queue.later))
        yield from self._work_off(self._queue.later)
        for one in hours:
            one.all_loaded()

    def left(self) -> Left:
        """The days, or the tickets, whose actions are still to be read."""
        if self.slice.day is not None:
            return Left(max(0, self.slice.day - self._oldest_day + 1), "days")
        if len(self._queue) or not self._hours:
            return Left(len(self._queue), "tickets")
        return self._hours[0].left(self._oldest_day)

    @property
    def _may_go_by_day(self) -> bool:
        """Whether history is being read by day, or may still be."""
        return not self.slice.tried or self.slice.day is not None

    @property
    def _first_day(self) -> int:
        return window_of(self._since) if self._since else 0

    @property
    def _oldest_day(self) -> int:
        """The window before that of the oldest ticket."""
        return max(self._first_day, window_of(self._tickets.oldest or self._api.date) - 1)

    def _forget_gone(self) -> Iterator[Operation]:
        yield from self._children.drop_all_but(self._tickets.sent, self._tickets.aside)
        self._queue.keep_only(self._tickets.sent, self._tickets.aside)

    def _work_off(self, queue: Ids) -> Iterator[Operation]:
        self._cut = []
        told = len(self._doubts)
        yield from self._queue.work_off(queue, self._read, self._send)
        if self._doubts and not told:
            yield empty_warning(self._name, self._doubts)
        if self._cut:
            yield gaps_warning(self._name, self._cut)

    def _read(self, ticket_id: int) -> TicketActions:
        found, control = self._lists.read(ticket_id), self.slice.longest
        if found.rows and not found.whole and control not in (None, ticket_id):
            self._lists.read(control)  # A longer list shows that this one was not cut.
            found = self._lists.read(ticket_id)
        if found.rows:
            return found
        return TicketActions([], whole=self._has_none(ticket_id))

    def _has_none(self, ticket_id: int) -> bool:
        """Whether an empty list is borne out: an empty answer alone is no proof of "none".

        It is if the ticket's own call names no last action, or if the day that it names holds
        actions of other tickets only; where none was ever sent, also if other lists are not empty.
        """
        parent = self._source.parent
        try:
            ticket = ticket_detail(self._api, parent.path, ticket_id, {})
        except TableError as error:
            if isinstance(error, Refused) and error.status in GONE:
                self._purged.add(ticket_id)
            return False
        try:
            last = to_datetime(ticket[parent.acted]) if ticket.get(parent.acted) else None
            tickets = self._acted_on(window_of(last)) if last else Ids()
        except (Misfit, TableError):
            return False
        others = bool(tickets) or (not self._children.sent(ticket_id) and self._lists.longest > 0)
        return last is None or (others and ticket_id not in tickets)

    def _acted_on(self, day: int) -> Ids:
        """The tickets with actions on a day, asked once a sync."""
        if day not in self._acted:
            rows = self._days.window(day)
            self._acted[day] = Ids(row["ticket_id"] for row in rows if "ticket_id" in row)
        return self._acted[day]

    def _send(self, ticket_id: int, found: TicketActions) -> Generator[Operation, None, bool]:
        doubted, now = self.slice.doubted, self._api.date
        if ticket_id in self._purged:
            self._queue.lost(ticket_id)
            return True
        if not found.rows and now - doubted.get(ticket_id, now) >= DOUBTED:
            found = TicketActions([], whole=True)  # It was empty for long enough.
        is_first = not self._children.sent(ticket_id)
        yield from self._put(ticket_id, found.rows, None if found.whole else found.ids, is_first)
        if not found.whole and found.rows:
            self._cut.append(ticket_id)
        if found.whole and len(found.rows) > self._most:
            self.slice.longest, self._most = ticket_id, len(found.rows)
        is_decided = found.whole or bool(found.rows)
        if is_decided and not self._children.lacks(ticket_id, found.ids):
            doubted.pop(ticket_id, None)
            return True
        if not is_first and not found.rows:
            self._doubts.append(ticket_id)
        return now - doubted.setdefault(ticket_id, now) >= DOUBTED

    def _put(
        self, ticket_id: int, rows: list[Row], came: set[int] | None, is_first: bool
    ) -> Iterator[Operation]:
        """Puts rows of a ticket into each table that they belong to."""
        by_table = {table.name: [r for r in rows if table.part(r)] for table in self._tables}
        yield from self._children.replace(ticket_id, by_table, came)
        for hours in self._hours if is_first else ():
            hours.loaded(by_table[hours.name])

    def _by_day(self) -> Iterator[Operation]:
        """Reads day by day, if that is worth it; where the tenant does not filter, not again.

        Where Halo is silent the next sync tries once more; from then on tickets are read meanwhile.
        """
        try:
            yield from self._all_days()
        except (Refused, Unreadable):
            self._end_days()
        except GaveUp:
            if not self.slice.stalled:
                self.slice.stalled = True
                raise

    def _all_days(self) -> Iterator[Operation]:
        """Reads day by day, after a proof that this is the same; whole tickets leave the queue."""
        slice_, later = self.slice, self._queue.later
        if self._tickets.walked is None or not self._may_go_by_day:
            return
        first = window_of(self._tickets.oldest or self._api.date) - 1
        if slice_.day is None:
            newest = window_of(self._api.date)
            if not (worth_it(newest - first, len(later)) and self._days_agree()):
                self._end_days()
                return
            slice_.tried, slice_.day = True, newest
        yield from self._read_days(range(slice_.day, first - 1, -1))
        for ticket_id in later.copy():
            if self._arrivals.is_whole(ticket_id, self._came[ticket_id]):
                later.discard(ticket_id)
        self._end_days()
        yield SAFE_POINT

    def _end_days(self) -> None:
        """Nothing is read by day any more, and what was remembered for it is forgotten."""
        self.slice.tried, self.slice.day, self.slice.stalled = True, None, False
        self.slice.came = Numbers()
        self.slice.awaited.clear()

    def _days_agree(self) -> bool:
        """Reads a sample of tickets both ways. Raises GaveUp where Halo answers none of it."""
        sample = sample_of(self._queue.later)
        calls = (partial(attempt, self._lists.read, ticket_id) for ticket_id in sample)
        found = dict(self._api.each(calls))
        by_ticket = {t: one.rows for t, one in found.items() if isinstance(one, TicketActions)}
        if not by_ticket and isinstance(trouble := found[sample[-1]], GaveUp):
            raise trouble
        last = {t: max(rows, key=_number) for t, rows in by_ticket.items() if rows}
        named = [self._arrivals.expects(t, row.get("datetime")) for t, row in last.items()]
        mostly = sum(named) * 2 > len(named)
        return mostly and days_agree(self._days, by_ticket, self.rows[self._name].fingerprint)

    def _read_days(self, numbers: range) -> Iterator[Operation]:
        for number, found in self._days.each(numbers):
            if isinstance(found, TableError):
                continue  # What is missing shows in its tickets, which are read one by one.
            by_ticket: dict[int, list[Row]] = {}
            self._acted[number] = Ids(row["ticket_id"] for row in found if "ticket_id" in row)
            for row in found:
                if row.get("ticket_id") in self._queue.later:
                    by_ticket.setdefault(row["ticket_id"], []).append(row)
            for ticket_id, rows in by_ticket.items():
                yield from self._take(ticket_id, rows)
            self.slice.day = number - 1
            yield SAFE_POINT

    def _take(self, ticket_id: int, rows: list[Row]) -> Iterator[Operation]:
        """Sends what came of a ticket on one day."""
        largest = max(self._came[ticket_id], default=0)
        last = max(rows, key=_number)
        if _number(last) > largest:
            self._arrivals.note(ticket_id, last.get("datetime"))
        ids = {_number(row) for row in rows if "id" in row}
        yield from self._put(ticket_id, rows, ids, is_first=True)
        if self._came is self.slice.came:
            self._came[ticket_id] = self._came[ticket_id] | ids


def _number(row: Row) -> int:
    """An action's id, 0 where it has none."""
    return int(row.get("id", 0))
