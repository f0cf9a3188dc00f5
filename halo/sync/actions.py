"""Actions and time entries: a ticket's list, whole, replaces what was there in both tables.

In bulk the same comes by day, where the tenant is proved to give it: for history, and for what is
new where many tickets changed.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.api.pages import Row
from halo.errors import GONE, Refused, TableError
from halo.settings import Settings
from halo.state.slices import ActionsSlice, ChangesSlice
from halo.sync.action_lists import ActionLists, TicketActions, empty_warning, gaps_warning
from halo.sync.by_day import ByDay
from halo.sync.children import Children
from halo.sync.days import Days, window_of
from halo.sync.details import ticket_detail
from halo.sync.journal import Journal
from halo.sync.operations import Operation
from halo.sync.progress import Left
from halo.sync.queue import TicketQueue
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
        days = Days(api, source, source.params, make)
        first, self._holds_all = self.rows[self._name], tables[0].part is itself
        came = slice_.sent[self._name] if self._holds_all else slice_.came
        listed = days if self._holds_all else Days(api, source, source.timed, make)
        self._journal = Journal(first, api, listed, slice_.journal, tickets.sent)
        self._by_day = ByDay(
            slice_, self._queue, self._lists, days, rows=first, came=came, put=self._put_some
        )
        self._cut: list[int] = []
        self._doubts: list[int] = []
        self._purged: set[int] = set()
        self._most = len(came[slice_.longest]) if slice_.longest is not None else 0

    def wanted_again(self) -> None:
        """A table of these is wanted that the last sync did not fill: all is read once more."""
        self._queue.later.update(self._tickets.sent)
        self._by_day.end()

    def changed(self, tickets: Sequence[Row]) -> None:
        """Their actions are read in this sync."""
        self._queue.soon.update(row["id"] for row in tickets)
        self._expect(tickets)

    def found(self, tickets: Sequence[Row]) -> None:
        """Their actions are read when there is time."""
        self._queue.later.update(row["id"] for row in tickets)
        if self._by_day.is_open:
            self._expect(tickets)

    def _expect(self, tickets: Sequence[Row]) -> None:
        for row in tickets:
            self._by_day.expect(row["id"], row.get(self._source.parent.acted))

    def met(self, tickets: Sequence[Row], before: datetime, now: datetime) -> None:
        """Nothing is read again because of the walk alone."""

    def fresh(self) -> Iterator[Operation]:
        """Reads the actions of the tickets that changed: of many by day, where that is proved.

        What a ticket has new is all there if no number is missing, the action that its row names
        came, and no other is gone; else, or where nothing is new, the ticket is read by itself.
        """
        yield from self._forget_gone()
        journal, soon = self._journal, self._queue.soon
        comes_by_day = self._holds_all and self._by_day.may_bring_what_is_new(self._api)
        take = self._by_day.take_new if comes_by_day else _nothing
        yield from journal.heard(journal.fresh(self._first_day, soon, take))
        self._by_day.settle(soon if journal.is_deaf else journal.lost)
        yield from self._work_off(soon)

    def history(self) -> Iterator[Operation]:
        """Reads the actions of all other tickets, newest first: by day if that is worth it."""
        yield from self._forget_gone()
        journal, later = self._journal, self._queue.later
        if self._tickets.walked is None:
            yield from self._work_off(later)
            return
        if self._by_day.is_open:
            oldest = window_of(self._tickets.oldest or self._api.date) - 1
            yield from self._by_day.history(self._api, window_of(self._api.date), oldest)
        yield from journal.heard(journal.history(self._oldest_day, later))
        yield from self._work_off(later)
        journal.all_loaded()

    def left(self) -> Left:
        """The days, or the tickets, whose actions are still to be read."""
        if self.slice.day is not None:
            return Left(max(0, self.slice.day - self._oldest_day + 1), "days")
        if len(self._queue):
            return Left(len(self._queue), "tickets")
        return self._journal.left(self._oldest_day)

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
        if ticket.get("deleted") is True:  # Some tenants flag it (Halo's API notes, deletes).
            self._purged.add(ticket_id)
            return False
        try:
            last = to_datetime(ticket[parent.acted]) if ticket.get(parent.acted) else None
            tickets = self._by_day.acted_on(window_of(last)) if last else Ids()
        except (Misfit, TableError):
            return False
        others = bool(tickets) or (not self._children.sent(ticket_id) and self._lists.longest > 0)
        return last is None or (others and ticket_id not in tickets)

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
        if is_first:
            self._journal.loaded(by_table[self._name])

    def _put_some(self, ticket_id: int, rows: list[Row]) -> Iterator[Operation]:
        """Puts those that came of a ticket on one day."""
        yield from self._put(ticket_id, rows, {r["id"] for r in rows if "id" in r}, is_first=True)


def _nothing(_: list[Row]) -> Iterator[Operation]:
    return iter(())
