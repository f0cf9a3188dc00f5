"""The list of tickets, walked from any moment on: rows are sent, and noted as sent."""

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from halo.api.connection import HaloApi
from halo.api.pages import Listing, Page, Row, fetch
from halo.api.walk import NEWEST_FIRST, Walk, existed, whole
from halo.errors import GaveUp, Refused
from halo.state.numbers import LARGEST
from halo.state.slices import ChangesSlice, Witness
from halo.sync.custom_fields import TicketFields
from halo.sync.moments import iso
from halo.sync.operations import SAFE_POINT, Operation, Upsert
from halo.sync.rows import TableRows
from halo.sync.witness import MOST, newest
from halo.tables import Table
from halo.tables.columns import ADDITIONAL_FIELDS
from halo.tables.sources import Changes

SECOND = timedelta(seconds=1)
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before the first ticket of any Halo."""
EPOCH, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
MIXED = 1_000_003
"""So that two dates which move alike do not cancel each other out."""

Send = Callable[[Page, Walk], Iterator[Operation]]


class TicketLists:
    """Lists of tickets, and what is known of those that were sent.

    `stopped` says what Halo answered where a list did not come to its end.
    """

    def __init__(self, source: Changes, table: Table, api: HaloApi, slice_: ChangesSlice) -> None:
        # An undeclared field alone is no change: a build's own clock may be one.
        self._rows = TableRows(table, unheard=(ADDITIONAL_FIELDS,))
        self.rows = {table.name: self._rows}
        self.slice = slice_
        self._source = source
        self._table = table.name
        self._api = api
        self.stopped, self._deepest = "", 1_000_000
        self._fields = TicketFields(slice_.custom_fields, source, api, self._rows.make, table.name)

    def _walk(
        self, since: datetime | None, end: datetime | None, send: Send, left: Walk | None = None
    ) -> Generator[Operation, None, Walk]:
        """Walks a list of tickets, and sends page after page; by date where it stops half way.

        What is read by date is whole if the list was asked by date: some tickets have none.
        """
        try:
            return (yield from self._pages(since, end, send, left))
        except (Refused, GaveUp) as error:
            page = fetch(self._api, self._listing(since, end), 1, NEWEST_FIRST)
            self.stopped = str(error)
            size, agreed = max(1, len(page.rows)), bool(since)
            walk = Walk(
                started=page.date, count=page.count, size=size, top=0, next_page=1, agreed=agreed
            )
            upto = end or page.date + timedelta(days=1)
            yield from self._spans(since or FIRST, upto, send, walk)
            walk.next_page = 0
            return walk

    def _spans(
        self, since: datetime, upto: datetime, send: Send, walk: Walk
    ) -> Iterator[Operation]:
        """Reads what was updated in a span of time; halved where its later pages do not come."""
        number, came, listing = 1, 0, self._listing(since, upto)
        while number <= self._deepest:
            try:
                page = fetch(self._api, listing, number, NEWEST_FIRST)
            except (Refused, GaveUp):
                if number == 1:
                    raise
                self._deepest = number - 1
                break
            walk.see(page, lambda *_: True)
            yield from send(page, walk)
            number, came = number + 1, came + len(page.rows)
            if not page.rows or (page.count is not None and came >= page.count):
                return
        middle = (since + (upto - since) / 2).replace(microsecond=0)
        if upto - since <= 4 * SECOND:
            walk.agreed = False  # So many of one moment cannot be read.
            return
        yield from self._spans(middle - SECOND, upto, send, walk)
        yield from self._spans(since, middle + SECOND, send, walk)

    def _pages(
        self, since: datetime | None, end: datetime | None, send: Send, left: Walk | None = None
    ) -> Generator[Operation, None, Walk]:
        """Walks a list until it is proved whole, and sends page after page.

        A list that should end in the past and goes on (lastupdatetodate is ignored) has no order.
        """
        walk, field = left, self._source.updated
        known = () if since else self.slice.sent.without(self.slice.touched)
        was_there = self._updated_before if since else existed
        for step in whole(self._api, self._listing(since, end), was_there, known, left):
            if step is None:
                yield SAFE_POINT
                continue
            walk, page = step
            if end and any(row.get(field, end) > end for row in page.rows):
                walk.orderly = False
            yield from send(page, walk)
        assert walk is not None
        return walk

    def _put(self, rows: Sequence[Row]) -> Iterator[Operation]:
        slice_, field = self.slice, self._source.updated
        self._fields.complete(rows)
        if rows:
            yield Upsert(self._table, rows)
        for row in rows:
            slice_.sent.add(row["id"])
            slice_.marks[row["id"]] = self._mark(row)
            if occurred := row.get(self._source.occurred):
                slice_.oldest = min(slice_.oldest or occurred, occurred)
        known = slice_.witnesses
        least = known[-1].updated if len(known) == MOST else EPOCH
        later = [Witness(row["id"], row[field]) for row in rows if row.get(field, EPOCH) > least]
        slice_.witnesses = newest([*known, *later]) if later else known

    def _is_as_sent(self, row: Row) -> bool:
        """Whether the row was sent with these dates."""
        known = self._source.updated in row and row["id"] in self.slice.sent
        return known and self.slice.marks[row["id"]] == self._mark(row)

    def _mark(self, row: Row) -> int:
        """A hash of the row's dates, by which the weekly walk sees whether it was sent so."""
        updated: timedelta = row.get(self._source.updated, EPOCH) - EPOCH
        acted: timedelta = row.get(self._source.acted, EPOCH) - EPOCH
        return 1 + (MIXED * (updated // TICK) + acted // TICK) % LARGEST

    def _listing(self, since: datetime | None, upto: datetime | None = None) -> Listing:
        source, params = self._source, {**self._fields.asked}
        if since:
            params["lastupdatefromdate"] = iso(since)
        if upto:
            params["lastupdatetodate"] = iso(upto)
        return Listing(source.path, source.rows, params, self._rows.make, bool(upto) or not since)

    def _updated_before(self, walk: Walk, row: Row, _known: object) -> bool:
        """For a list of changes: the row was as it is now before the walk began."""
        return bool(row.get(self._source.updated, walk.started - SECOND) < walk.started)
