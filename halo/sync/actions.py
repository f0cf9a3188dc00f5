"""Actions: each changed ticket's list is read and replaces what was there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from halo.api import HaloApi
from halo.columns import Row
from halo.counters import Counters
from halo.errors import Refused, Unreadable
from halo.idset import IdSet
from halo.ledger import Key
from halo.pages import Listing, Raw, one_page, row_id
from halo.sync.actions_by_date import Holes, days_agree, sample_of, worth_it
from halo.sync.days import MOST, Days, window_of
from halo.sync.moments import iso, stamp
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert
from halo.sync.queue import TicketQueues
from halo.sync.rows import TableRows
from halo.tables import Table

TIME_FIELDS = (
    "timetaken",
    "timetakenadjusted",
    "nonbilltime",
    "traveltime",
    "actionchargehours",
    "actionnonchargehours",
    "actionprepayhours",
    "actiontravelchargehours",
)


def has_time(raw: Raw) -> bool:
    """Whether time was entered with the action."""
    return any(raw.get(name) for name in TIME_FIELDS)


def ticket_actions(api: HaloApi, table: Table, ticket_id: int) -> list[Raw]:
    """All actions of a ticket; none where the ticket is gone.

    The list has no pages and Halo may cut it, newest first. Ids count from 1 within a ticket, so a
    list that does not reach down to 1 is asked for what is older, until nothing new comes.
    Raises Refused, Unreadable, GaveUp.
    """
    params = {"ticket_id": str(ticket_id), "excludesys": "false", "count": str(MOST)}
    found: dict[Key, Raw] = {}
    while True:
        try:
            rows = one_page(api, Listing(table.path, table.rows, params)).rows
        except Refused as refusal:
            if refusal.status not in (404, 410):
                raise
            rows = []
        known = len(found)
        for raw in rows:
            if raw.get("ticket_id", ticket_id) != ticket_id:
                raise Unreadable(
                    f"{table.path} was asked for ticket {ticket_id} and answered actions of "
                    f"ticket {raw.get('ticket_id')}; tell the maintainers."
                )
            identity = row_id(raw)
            found[-len(found) if identity is None else identity] = raw
        oldest = min((when for raw in rows if (when := stamp(raw, "datetime"))), default=None)
        reaches_down = min((key for key in found if isinstance(key, int)), default=1) <= 1
        if len(found) == known or reaches_down or oldest is None:
            return list(found.values())
        params["enddate"] = iso(oldest)


class Actions:
    """The tickets whose actions are to be read, and the largest action of each ticket so far."""

    def __init__(self, table: Table, api: HaloApi, slice_: Mapping[str, object]) -> None:
        self.rows = TableRows(table)
        self._table = table
        self._api = api
        self.queues = TicketQueues.load(slice_)
        self._largest = Counters.load(str(slice_.get("largest", "")))
        self.has_time = bool(slice_.get("has_time", False))
        self.oldest_ticket: Callable[[], datetime | None] = lambda: None
        dates = slice_.get("dates", {})
        assert isinstance(dates, dict)
        self._dates_tried = bool(dates.get("tried", False))
        self._next_day: int | None = dates.get("next")
        self._holes = Holes(Counters.load(dates.get("missing", "")), self._largest)
        self._days = Days(api, table, int(dates.get("whole_up_to", 0)))

    def dump(self) -> dict[str, object]:
        """The slice of the state."""
        return {
            **self.queues.dump(),
            "largest": self._largest.dump(),
            "has_time": self.has_time,
            "dates": self._dump_dates(),
        }

    def _dump_dates(self) -> dict[str, object]:
        dates: dict[str, object] = {"tried": self._dates_tried}
        if self._next_day is not None:
            dates |= {
                "next": self._next_day,
                "missing": self._holes.missing.dump(),
                "whole_up_to": self._days.whole_up_to,
            }
        return dates

    def ticket_changed(self, tickets: Sequence[Raw]) -> None:
        """Their actions are read in this sync."""
        self.queues.changed(tickets)

    def ticket_found(self, tickets: Sequence[Raw]) -> None:
        """Their actions are read when there is time."""
        self.queues.found(tickets)

    def fresh(self) -> Iterator[Operation]:
        """Reads the actions of the tickets that changed."""
        return self._work_off(self.queues.soon)

    def history(self) -> Iterator[Operation]:
        """Reads the actions of all other tickets, newest first: by date if that is worth it."""
        yield from self._by_date()
        yield from self._work_off(self.queues.later)

    def _by_date(self) -> Iterator[Operation]:
        """Reads day by day, after a proof that this is the same; whole tickets leave the queue.

        Where the tenant does not filter by date, or ceases to, the queue is left as it is.
        """
        oldest = self.oldest_ticket()
        if oldest is None or (self._dates_tried and self._next_day is None):
            return
        first = window_of(oldest) - 1
        if self._next_day is None:
            newest = window_of(self._api.date)
            if not worth_it(newest - first, self.queues.later):
                return
            self._dates_tried = True
            read = partial(ticket_actions, self._api, self._table)
            sample = sample_of(self.queues.later)
            lists = self._api.each(partial(read, ticket_id) for ticket_id in sample)
            by_ticket = dict(zip(sample, lists, strict=True))
            if not days_agree(self._days, by_ticket, self._table):
                return
            self._next_day = newest
        try:
            yield from self._read_days(range(self._next_day, first - 1, -1))
        except (Refused, Unreadable):
            self._next_day = None
            return
        for ticket_id in list(self._holes.whole(self.queues.later)):
            self.queues.later.discard(ticket_id)
        self._next_day, self._holes = None, Holes(Counters(), self._largest)
        yield SAFE_POINT

    def _read_days(self, numbers: range) -> Iterator[Operation]:
        for number, raws in zip(numbers, self._days.each(numbers), strict=True):
            wanted = [raw for raw in raws if raw.get("ticket_id") in self.queues.later]
            rows = [row for raw in wanted if (row := self.rows.make(raw)) is not None]
            if rows:
                yield Upsert(self._table.name, rows)
            for row in rows:
                self._holes.note(row, row["ticket_id"])  # type: ignore[arg-type]
            self.has_time = self.has_time or any(map(has_time, wanted))
            self._next_day = number - 1
            yield SAFE_POINT

    def _work_off(self, queue: IdSet) -> Iterator[Operation]:
        read = partial(ticket_actions, self._api, self._table)
        return self.queues.work_off(queue, self._api, read, self._send, self._table.name)

    def _send(self, ticket_id: int, raws: list[Raw]) -> Iterator[Operation]:
        rows = [row for raw in raws if (row := self.rows.make(raw)) is not None]
        if rows:
            yield Upsert(self._table.name, rows)
        ids = {row["id"] for row in rows}
        before = self._largest.get(ticket_id)
        gone: list[Row] = [
            {"ticket_id": ticket_id, "id": number}
            for number in range(1, before + 1)
            if number not in ids
        ]
        if gone:
            yield Delete(self._table.name, gone)
            yield Delete("time_entry", gone)
        self._largest.put(ticket_id, max((i for i in ids if isinstance(i, int)), default=0))
        self.has_time = self.has_time or any(map(has_time, raws))
