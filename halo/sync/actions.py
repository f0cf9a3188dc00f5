"""Actions: each changed ticket's list is read and replaces what was there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from halo.api.connection import HaloApi
from halo.api.idset import IdSet
from halo.api.pages import Listing, Raw, one_page, row_id, stand_in
from halo.errors import GaveUp, Refused, TableError, Unreadable
from halo.state.counters import Counters
from halo.state.ledger import Key
from halo.sync.actions_by_date import Arrivals, days_agree, sample_of, worth_it
from halo.sync.days import LEAST_CAP, MOST, SECOND, Days, window_of
from halo.sync.moments import iso, stamp
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert, Warn
from halo.sync.progress import Left
from halo.sync.queue import TicketQueues, attempt
from halo.sync.rows import TableRows
from halo.tables import Table
from halo.tables.columns import Row

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


@dataclass(frozen=True)
class TicketActions:
    """The actions of a ticket; `whole` is False where some may be missing."""

    raws: list[Raw]
    whole: bool


def ticket_actions(api: HaloApi, table: Table, ticket_id: int) -> TicketActions:
    """All actions of a ticket, as far as they come.

    The list has no pages and Halo may cut it, newest first. Ids count from 1 within a ticket, so
    a long one in which an id is missing is asked for what is older, until nothing new comes.
    Raises Refused, Unreadable, GaveUp.
    """
    params = {"ticket_id": str(ticket_id), "excludesys": "false", "count": str(MOST)}
    found: dict[Key, Raw] = {}
    until: datetime | None = None
    while True:
        rows = one_page(api, Listing(table.path, table.rows, params)).rows
        known = len(found)
        for raw in rows:
            if raw.get("ticket_id", ticket_id) != ticket_id:
                raise Unreadable(
                    f"{table.path} was asked for ticket {ticket_id} and answered actions of "
                    f"ticket {raw.get('ticket_id')}; tell the maintainers."
                )
            identity = row_id(raw)
            found[stand_in(raw) if identity is None else identity] = raw
        moments = [when for raw in rows if (when := stamp(raw, "datetime"))]
        ids = [key for key in found if isinstance(key, int) and key > 0]
        is_short = until is None and len(rows) < LEAST_CAP
        if is_short or (ids and len(ids) == max(ids)):
            return TicketActions(list(found.values()), whole=True)
        ignored = until is not None and max(moments, default=until) > until
        earlier = min(moments, default=api.date) + SECOND
        if len(found) == known or ignored or not moments or (until and earlier >= until):
            return TicketActions(list(found.values()), whole=len(rows) < LEAST_CAP)
        until = earlier
        params["enddate"] = iso(until)


class Actions:
    """The tickets whose actions are to be read; of each, the largest action and how many have time.

    `timed_days` are the numbers of the windows in which time was entered.
    """

    def __init__(self, table: Table, api: HaloApi, slice_: Mapping[str, object]) -> None:
        self.rows = TableRows(table)
        self._table = table
        self._api = api
        self.queues = TicketQueues.load(slice_)
        self._largest = Counters.load(str(slice_.get("largest", "")))
        self._timed = Counters.load(str(slice_.get("timed", "")))
        self.has_time = bool(slice_.get("has_time", False))
        self.timed_days = IdSet.load(str(slice_.get("timed_days", "")))
        self.oldest_ticket: Callable[[], datetime | None] = lambda: None
        dates = {"tried": True} if slice_.get("left_out") else slice_.get("dates", {})
        following = dates.get("next") if "awaited" in dates else None  # type: ignore[attr-defined,operator]
        if not isinstance(dates, dict) or not isinstance(following, int | None):
            raise ValueError("dates are none that were dumped")
        self._dates_tried = bool(dates.get("tried", False))
        self._next_day: int | None = following
        self._arrivals = Arrivals(self._largest, dates)
        self._days = Days(api, table)

    def dump(self) -> dict[str, object]:
        """The slice of the state."""
        return {
            **self.queues.dump(),
            "largest": self._largest.dump(),
            "timed": self._timed.dump(),
            "has_time": self.has_time,
            "timed_days": self.timed_days.dump(),
            "dates": self._dump_dates(),
        }

    def _dump_dates(self) -> dict[str, object]:
        dates: dict[str, object] = {"tried": self._dates_tried}
        if self._next_day is not None:
            dates["next"] = self._next_day
        if self._by_date_is_open:
            dates |= self._arrivals.dump()
        return dates

    @property
    def _by_date_is_open(self) -> bool:
        """Whether history is being read by date, or may still be."""
        return not self._dates_tried or self._next_day is not None

    def ticket_changed(self, tickets: Sequence[Raw]) -> None:
        """Their actions are read in this sync."""
        self.queues.changed(tickets)

    def ticket_found(self, tickets: Sequence[Raw]) -> None:
        """Their actions are read when there is time."""
        self.queues.found(tickets)
        if not self._dates_tried:
            for raw in tickets:
                identity = row_id(raw)
                if identity is not None:
                    self._arrivals.expect(identity, stamp(raw, "lastactiondate"))

    def ticket_met(self, tickets: Sequence[Raw], since: datetime) -> None:
        """Nothing is read again because of the walk alone."""

    def ticket_gone(self, ticket_id: int) -> None:
        """Nothing is read for it any more."""
        self.queues.gone(ticket_id)

    def fresh(self) -> Iterator[Operation]:
        """Reads the actions of the tickets that changed."""
        return self._work_off(self.queues.soon)

    def history(self) -> Iterator[Operation]:
        """Reads the actions of all other tickets, newest first: by date if that is worth it."""
        yield from self._by_date()
        yield from self._work_off(self.queues.later)

    def left(self) -> Left:
        """The days, or the tickets, whose actions are still to be read."""
        oldest = self.oldest_ticket()
        if self._next_day is not None and oldest is not None:
            return Left(max(0, self._next_day - window_of(oldest) + 2), "days")
        return Left(len(self.queues.later) + len(self.queues.soon), "tickets")

    def _by_date(self) -> Iterator[Operation]:
        """Reads day by day, after a proof that this is the same; whole tickets leave the queue.

        Where the tenant does not filter by date, or ceases to, the queue is left as it is.
        """
        oldest = self.oldest_ticket()
        if oldest is None or not self._by_date_is_open:
            return
        first = window_of(oldest) - 1
        if self._next_day is None:
            newest = window_of(self._api.date)
            agree = worth_it(newest - first, self.queues.later) and self._dates_agree()
            self._dates_tried = True
            if not agree:
                return
            self._next_day = newest
        try:
            yield from self._read_days(range(self._next_day, first - 1, -1))
        except (Refused, Unreadable):
            self._next_day = None
            return
        for ticket_id in list(self._arrivals.whole(self.queues.later)):
            self.queues.later.discard(ticket_id)
        self._next_day = None
        yield SAFE_POINT

    def _dates_agree(self) -> bool:
        """Reads a sample of tickets both ways. Raises GaveUp where Halo answers none of it."""
        read = partial(ticket_actions, self._api, self._table)
        sample = sample_of(self.queues.later)
        found = dict(self._api.each(partial(attempt, read, ticket_id) for ticket_id in sample))
        by_ticket = {t: one.raws for t, one in found.items() if isinstance(one, TicketActions)}
        if not by_ticket and isinstance(trouble := found[sample[-1]], GaveUp):
            raise trouble
        named = [
            self._arrivals.expects(ticket_id, stamp(max(raws, key=_number), "datetime"))
            for ticket_id, raws in by_ticket.items()
            if raws
        ]
        mostly = sum(named) * 2 > len(named)
        return mostly and days_agree(self._days, by_ticket, self._table)

    def _read_days(self, numbers: range) -> Iterator[Operation]:
        for number, raws in self._days.each(numbers):
            if isinstance(raws, TableError):
                continue  # What is missing shows in its tickets, which are read one by one.
            wanted = [raw for raw in raws if raw.get("ticket_id") in self.queues.later]
            rows = [row for raw in wanted if (row := self.rows.make(raw)) is not None]
            if rows:
                yield Upsert(self._table.name, rows)
            for raw in sorted(wanted, key=_number, reverse=True):
                ticket_id: int = raw["ticket_id"]  # type: ignore[assignment]
                self._arrivals.note(ticket_id, _number(raw), stamp(raw, "datetime"))
                then = self._timed.get(ticket_id) or _count(0)
                self._timed.put(ticket_id, _count(then - _count(0) + has_time(raw)))
            self._note_time(wanted)
            self._next_day = number - 1
            yield SAFE_POINT

    def _work_off(self, queue: IdSet) -> Iterator[Operation]:
        self._cut: list[int] = []
        read = partial(ticket_actions, self._api, self._table)
        yield from self.queues.work_off(queue, self._api, read, self._send, self._table.name)
        if self._cut:
            yield Warn(
                f"{self._table.name}: {len(self._cut)} tickets have more actions than this tenant "
                f"sends at once, ticket {self._cut[0]} among them: their oldest actions may be "
                "missing, and nothing of them was deleted; look these up in Halo."
            )

    def _send(self, ticket_id: int, found: TicketActions) -> Iterator[Operation]:
        raws, without_key = found.raws, self.rows.without_key
        rows = [row for raw in raws if (row := self.rows.make(raw)) is not None]
        if rows:
            yield Upsert(self._table.name, rows)
        ids = {row["id"] for row in rows}
        before = self._largest.get(ticket_id)
        if not found.whole:
            self._cut.append(ticket_id)
        if not rows or not found.whole or self.rows.without_key > without_key:
            before = 0  # Not certain enough to say that an action is gone.
        known = range(1, before + 1)
        gone = _keys(ticket_id, (number for number in known if number not in ids))
        if gone:
            yield Delete(self._table.name, gone)
        timed = {_number(raw) for raw in raws if has_time(raw)}
        still, then = sum(number <= before for number in timed), self._timed.get(ticket_id)
        if before and then and then != _count(still):
            gone = _keys(ticket_id, (number for number in known if number not in timed))
        if gone:
            yield Delete("time_entry", gone)
        if found.whole:
            self._timed.put(ticket_id, _count(len(timed)))
        largest = max((i for i in ids if isinstance(i, int)), default=0)
        self._largest.put(
            ticket_id, largest if before else max(largest, self._largest.get(ticket_id))
        )
        self._note_time(raws)

    def _note_time(self, raws: list[Raw]) -> None:
        timed = [stamp(raw, "datetime") for raw in raws if has_time(raw)]
        self.has_time = self.has_time or bool(timed)
        self.timed_days.update(window_of(when) for when in timed if when)


def _keys(ticket_id: int, numbers: Iterable[int]) -> list[Row]:
    return [{"ticket_id": ticket_id, "id": number} for number in numbers]


def _count(timed: int) -> int:
    """How many actions have time, as the state keeps it: never 0, and small. Three more look alike.

    Hours that were taken back show in it, and in their ticket's actions alone once they are older
    than the days that time entries are read by in every sync.
    """
    return 1 + timed % 3


def _number(raw: Raw) -> int:
    """An action's id, 0 where it has none."""
    return row_id(raw) or 0
