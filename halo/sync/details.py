"""Details: one call a ticket feeds every table that hangs on it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.api.pages import Row
from halo.errors import Unreadable
from halo.settings import Settings
from halo.state.slices import ChangesSlice, DetailsSlice
from halo.sync.children import Children
from halo.sync.operations import Operation, Warn
from halo.sync.progress import Left
from halo.sync.queue import TicketQueue
from halo.tables import Table
from halo.tables.columns import ADDITIONAL_FIELDS, Misfit, RowMaker, to_long
from halo.tables.sources import Details
from halo.tables.table import yes

SETTLED = timedelta(days=7)
"""Tickets closed so long before a weekly walk are asked once more: they had time to be rated."""

FAIR = 100
"""Tickets after whose calls an array that never came is taken for one that never does."""

KEPT = 2000
"""Tickets whose list row says all, kept until their turn comes, instead of a call each."""


def ticket_detail(
    api: HaloApi, path: str, ticket_id: int, params: Mapping[str, str]
) -> Mapping[str, object]:
    """The ticket's own call. Raises Refused, Unreadable, GaveUp."""
    one = f"{path}/{ticket_id}"
    value = api.get(one, {"includedetails": "true", **params}).value
    try:
        if isinstance(value, dict) and to_long(value.get("id")) == ticket_id:
            return value
    except Misfit:
        pass
    raise Unreadable(f"{one} answered something else than that ticket; tell the maintainers.")


class DetailsReader:
    """The tickets whose details are to be read, and exactly which rows of each were sent."""

    urgent = False

    def __init__(
        self,
        source: Details,
        tables: Sequence[Table],
        api: HaloApi,
        *,
        settings: Settings,
        slice_: DetailsSlice,
        tickets: ChangesSlice,
    ) -> None:
        self.slice = slice_
        self._source = source
        self._tables = tables
        self._params = {**source.params, **yes(" ".join(table.asks for table in tables))}
        self._api = api
        self._of = settings.ticket_details
        self._tickets = tickets
        self._children = Children(tables, slice_.sent)
        self.rows = self._children.rows
        self._queue = TicketQueue(slice_.queues, tickets, api, tables[0].name, own_call=True)
        self._listed: dict[int, Mapping[str, object]] = {}
        self._ratings = [table for table in tables if table.asked_of_closed]
        self._makers = [(table.part, RowMaker(table.columns).row) for table in self._ratings]
        self.rated_elsewhere = False
        self._arrays = {name: table.name for table in tables for name in table.part.arrays}

    def wanted_again(self) -> None:
        """A table of these is wanted that the last sync did not fill: all is read once more."""
        self._queue.later.update(self._tickets.sent)
        self.slice.unrated.clear()

    def changed(self, tickets: Sequence[Row]) -> None:
        """Their details are read in this sync."""
        self._queue.listed.update(row["id"] for row in tickets)
        self._queue.soon.update(self._asked(tickets, self._of != "none"))

    def found(self, tickets: Sequence[Row]) -> None:
        """Their details are read when there is time."""
        self._queue.listed.update(row["id"] for row in tickets)
        self._queue.later.update(self._asked(tickets, self._of == "all"))

    def met(self, tickets: Sequence[Row], before: datetime, now: datetime) -> None:
        """Those that were closed for a week are asked once more, if they have no row yet.

        They have had time to be rated, and whether that moves the ticket's date is not known.
        """
        if self.rated_elsewhere or not self._ratings:
            return
        settled = Ids(
            row["id"]
            for row in tickets
            if (closed := row.get(self._source.parent.closed))
            and before - SETTLED < closed <= now - SETTLED
            and not self.sent_rating(row["id"])
        )
        self.slice.unrated.update(settled.without(self._queue.soon, self._queue.later))
        self._queue.later.update(settled)

    def fresh(self) -> Iterator[Operation]:
        """Reads the details of the tickets that changed."""
        yield from self._forget_gone()
        yield from self._queue.work_off(self._queue.soon, self._read, self._send)

    def history(self) -> Iterator[Operation]:
        """Reads the details of all other tickets, newest first."""
        yield from self._forget_gone()
        yield from self._queue.work_off(self._queue.later, self._read, self._send)

    def left(self) -> Left:
        """The tickets whose details are still to be read."""
        return Left(len(self._queue), "tickets")

    # --- what surveys say of the same tickets

    @property
    def rates(self) -> bool:
        """Whether a rating is wanted of tickets."""
        return bool(self._ratings)

    @property
    def is_loaded(self) -> bool:
        """Whether all tickets were read once."""
        return self._tickets.walked is not None

    @property
    def tickets(self) -> Ids:
        """The tickets in the warehouse."""
        return self._tickets.sent

    @property
    def rated(self) -> Ids:
        """The tickets whose rating was sent."""
        return Ids(t for table in self._ratings for t in self._children.tickets(table.name))

    def sent_rating(self, ticket_id: int) -> bool:
        """Whether the ticket's rating was sent."""
        return any(self._children.numbers(table.name, ticket_id) for table in self._ratings)

    def ratings(self, ticket: Mapping[str, object]) -> list[Row]:
        """What a ticket's call, or an answer, says of its satisfaction; empty where nothing."""
        made = (make(raw) for part, make in self._makers for raw in part(ticket))
        return [{n: v for n, v in row.items() if v and n != "ticket_id"} for row in made]

    def rate(self, ticket_id: int, rating: Mapping[str, object]) -> Iterator[Operation]:
        """Puts a rating in the place of what was sent."""
        yield from self._children.replace(ticket_id, self._found(rating, self._ratings))

    def read(self, ticket_id: int) -> Mapping[str, object]:
        """The ticket's own call. Raises Refused, Unreadable, GaveUp."""
        return ticket_detail(self._api, self._source.path, ticket_id, self._params)

    def reconsider(self) -> None:
        """Which tickets are asked has changed with `rated_elsewhere`."""
        if not self.rated_elsewhere:
            self._queue.later.update(self._tickets.sent)
            return
        others = len(self._ratings) < len(self._tables)
        for queue, asked in ((self._queue.later, "all"), (self._queue.soon, "changed")):
            if not others or self._of not in ("all", asked):
                queue.clear()

    def _forget_gone(self) -> Iterator[Operation]:
        yield from self._children.drop_all_but(self._tickets.sent, self._tickets.aside)
        self._queue.keep_only(self._tickets.sent, self._tickets.aside)

    def _asked(self, tickets: Sequence[Row], every: bool) -> Iterator[int]:
        """The tickets that a table has to be asked for; `every` ticket, or those closed."""
        for row in tickets:
            self._listed.pop(row["id"], None)
            self.slice.unrated.discard(row["id"])
            wanted = [t for t in self._tables if self._is_asked(t, row, every)]
            if not wanted:
                continue
            whole = {**row, **row.get(ADDITIONAL_FIELDS, {})}
            if len(self._listed) < KEPT and all(table.part(whole) for table in wanted):
                kept = {name for table in wanted for name in table.columns} | {"id"}
                self._listed[row["id"]] = {n: whole[n] for n in kept if n in whole}
            yield row["id"]

    def _is_asked(self, table: Table, row: Row, every: bool) -> bool:
        if not table.asked_of_closed or self.rated_elsewhere:
            return every and not table.asked_of_closed
        parent = self._source.parent
        is_closed = row.get(parent.has_been_closed) is True or parent.closed in row
        return is_closed or bool(self._children.numbers(table.name, row["id"]))

    def _read(self, ticket_id: int) -> Mapping[str, object]:
        if ticket_id in self._listed:
            return self._listed[ticket_id]
        return self.read(ticket_id)

    def _send(
        self, ticket_id: int, ticket: Mapping[str, object]
    ) -> Generator[Operation, None, bool]:
        if self._listed.pop(ticket_id, None) is None:
            yield from self._look_for_arrays(ticket)
        is_for_rating = ticket_id in self.slice.unrated
        self.slice.unrated.discard(ticket_id)
        wanted = self._ratings if is_for_rating else self._tables
        yield from self._children.replace(ticket_id, self._found(ticket, wanted))
        return True

    def _found(self, ticket: Mapping[str, object], tables: Sequence[Table]) -> dict[str, list[Row]]:
        """The rows of tables that a ticket's call holds."""
        return {t.name: [self.rows[t.name].make(raw) for raw in t.part(ticket)] for t in tables}

    def _look_for_arrays(self, ticket: Mapping[str, object]) -> Iterator[Warn]:
        """Notes which arrays come; says once, after a fair number of tickets, which never did."""
        slice_ = self.slice
        slice_.came = sorted({*slice_.came, *(self._arrays.keys() & ticket.keys())})
        slice_.answers = min(slice_.answers + 1, FAIR + 1)
        never = self._arrays.keys() - set(slice_.came)
        if slice_.answers == FAIR and never:
            empty = sorted({self._arrays[name] for name in never})
            yield Warn(
                f"This tenant sends no {' and no '.join(sorted(never))}, none of {FAIR} tickets "
                f"had it, so that {' and '.join(empty)} may stay empty; if they should not, look "
                "whether Halo shows it to the application's agent, else exclude the table."
            )
