"""Snapshot: the whole list is read, and a ledger tells what is new, changed or gone."""

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from halo.api.connection import HaloApi
from halo.api.pages import PAGE_SIZE, Listing, fetch, one_page
from halo.api.walk import Pages, Walk, existed, whole
from halo.errors import DENIED, Refused
from halo.state.ledger import Keys, Ledger
from halo.state.slices import SnapshotSlice
from halo.sync.custom_fields import CustomFields
from halo.sync.guard import believed, kept_warning, unproved
from halo.sync.moments import OVERLAP, is_due, iso
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert
from halo.sync.progress import NOTHING, Left
from halo.sync.rows import TableRows
from halo.tables import Table
from halo.tables.columns import Row
from halo.tables.sources import Snapshot

SHORT = 5
"""Pages of a list that is read whole in every sync."""

BATCH = 5000
"""Rows of an answer without pages that are worked on at a time."""

FULL_EVERY = timedelta(days=1)
FULL_EVERY_UNFILTERED = timedelta(hours=6)
LONG = 100
"""Pages of a list that is read whole no more than daily, though its changes cannot be asked."""


class SnapshotReader:
    """One list's ledgers, a table each, and when it was last read whole."""

    urgent = False

    def __init__(
        self, source: Snapshot, tables: Sequence[Table], api: HaloApi, slice_: SnapshotSlice
    ) -> None:
        self.slice = slice_
        self.rows = {table.name: TableRows(table) for table in tables}
        self._source = source
        self._name = tables[0].name
        self._api = api
        self._seen = {name: Keys() for name in self.rows}
        self.answered: Collection[Row] = ()
        self._fields = CustomFields(slice_.custom_fields, source.custom_fields, api, self._name)
        slice_.ledger = {name: Ledger() for name in self.rows} | slice_.ledger

    def wanted_again(self) -> None:
        """A table of these is wanted that the last sync did not fill: the list is read whole."""
        self.slice.pages = 0

    def fresh(self) -> Iterator[Operation]:
        """Reads the list, or for a long one what changed, and sends what differs.

        The whole list proves the filter: after what changed was read, nothing is left to change.
        """
        slice_ = self.slice
        yield from self._fields.learn()
        is_often = slice_.filter_ignored and slice_.pages <= LONG
        every = FULL_EVERY_UNFILTERED if is_often else FULL_EVERY
        is_full = slice_.pages <= SHORT or is_due(slice_.full_at, self._api.date, every)
        is_filtered = self._source.filtered and slice_.pages > SHORT and slice_.cursor is not None
        if is_filtered and (is_full or not slice_.filter_ignored):
            slice_.filter_ignored = False
            is_filtered = yield from self._read(slice_.cursor)
            if not is_filtered and not slice_.filter_ignored:
                yield unproved(self._name)
        if is_full:
            sent = sum(rows.sent for rows in self.rows.values())
            if not (yield from self._read(None)):
                yield unproved(self._name)
                return
            missed = sum(rows.sent for rows in self.rows.values()) > sent
            slice_.filter_ignored = is_filtered and missed
            yield from self._was_read_whole()
            self.answered = ()
        yield SAFE_POINT

    def _read(self, since: datetime | None) -> Generator[Operation, None, bool]:
        """Reads what changed since then, or the whole list; whether that came, and whole.

        One that is refused is asked for fewer custom fields, if it is not refused without them.
        """
        while True:
            try:
                return (yield from self._read_once(since))
            except Refused as error:
                if error.status in DENIED or not (since or self._fields.parts):
                    raise
                if since:
                    self.slice.filter_ignored = True
                    return False
                fetch(self._api, self._listing(None, {}), 1, {})
                yield from self._fields.refuse()

    def _read_once(self, since: datetime | None) -> Generator[Operation, None, bool]:
        """Reads what changed since then, or the whole list; whether that came, and whole.

        A tenant is known to filter when far fewer rows come than the whole list has.
        """
        slice_, known = self.slice, len(self.slice.ledger[self._name])
        for step in self._pages(since):
            if step is None:
                yield SAFE_POINT
                continue
            walk, page = step
            if since and (walk.count is None or 2 * walk.count > known):
                slice_.filter_ignored = True
                return False
            yield from self._send(page.rows)
        if not walk.proved(joins_at_end=since is None):
            return False
        began = walk.started - OVERLAP
        slice_.cursor = max(slice_.cursor or began, began)
        if since is None:
            slice_.pages = -(-(walk.count or len(walk.seen)) // max(walk.size, 1))
            slice_.full_at = walk.started
        return True

    def history(self) -> Iterator[Operation]:
        """There is none: a snapshot is always of now."""
        return iter(())

    def left(self) -> Left:
        """Nothing: there is no history."""
        return NOTHING

    def _pages(self, since: datetime | None) -> Pages:
        """What changed since then, or the whole list. One without pages is one, and whole."""
        listing = self._listing(since, self._fields.asked)
        if self._source.paged:
            was_there = (lambda *_: False) if since else existed
            known = self.slice.ledger[self._name].copy()
            for step in whole(self._api, listing, was_there, known):
                if step:
                    self._fields.complete_page(step[1], step[0], listing)
                yield step
            return
        waiting = self._api.begin(partial(one_page, self._api, listing))
        yield None
        page = waiting.result()
        self.answered = page.rows
        walk = Walk(started=page.date, count=len(page.rows), size=PAGE_SIZE, top=0)
        walk.there = len(page.rows)
        listed = iter(page.rows)
        for _ in range(0, max(1, len(page.rows)), BATCH):
            yield walk, replace(page, rows=list(islice(listed, BATCH)))

    def _listing(self, since: datetime | None, more: Mapping[str, str]) -> Listing:
        source = self._source
        changed = {"lastupdatefromdate": iso(since)} if since else {}
        params = {**source.params, **more, **changed}
        make = self.rows[self._name].make if source.paged else dict
        return Listing(source.path, source.rows, params, make, since is None, source.shared)

    def _send(self, listed: Collection[Row]) -> Iterator[Operation]:
        """Sends what is new or other than what was sent, of each table that the list fills."""
        for name, rows in self.rows.items():
            ledger, held = self.slice.ledger[name], listed
            if not self._source.paged:
                held = [rows.make(part) for raw in listed for part in rows.table.part(raw)]
            changed, prints = rows.changed(held, ledger)
            if changed:
                yield Upsert(name, changed)
            ledger.update(prints)
            self._seen[name].update(prints)
        yield SAFE_POINT

    def _was_read_whole(self) -> Iterator[Operation]:
        """The whole list was read: deletes what went, unless that may have come without its key."""
        for name, rows in self.rows.items():
            ledger, absent = self.slice.ledger[name], self.slice.absent.setdefault(name, Ledger())
            gone = {key for key in ledger if key not in self._seen[name]}
            if rows.without_key:
                continue
            deleted = believed(gone, len(ledger), absent, self._api.date)
            if len(deleted) < len(gone):
                yield kept_warning(name, len(gone) - len(deleted), len(ledger))
            if deleted:
                yield Delete(name, [rows.key_columns(key) for key in deleted])
                for key in deleted:
                    del ledger[key]
