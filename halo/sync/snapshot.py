"""Snapshot: the whole list is read, and a ledger tells what is new, changed or gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial

from halo.api.connection import HaloApi
from halo.api.pages import Listing, Raw, one_page
from halo.api.walk import existed, whole
from halo.state.ledger import Ledger
from halo.state.slices import SnapshotSlice
from halo.sync.guard import kept_warning, too_many, unproved
from halo.sync.moments import OVERLAP, is_due, iso
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert
from halo.sync.progress import NOTHING, Left
from halo.sync.rows import TableRows
from halo.tables import Table
from halo.tables.columns import Row
from halo.tables.sources import Snapshot

SHORT = 5
"""Pages of a list that is read whole in every sync."""

FULL_EVERY = timedelta(days=1)
FULL_EVERY_UNFILTERED = timedelta(hours=6)


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
        for name in self.rows:
            slice_.ledger.setdefault(name, Ledger())

    def wanted_again(self) -> None:
        """A table of these is wanted that the last sync did not fill: the list is read whole."""
        self.slice.pages = 0

    def fresh(self) -> Iterator[Operation]:
        """Reads the list, or for a long one what changed, and sends what differs."""
        if self._full_is_due():
            yield from self._full()
        elif not self.slice.filter_ignored:
            yield from self._changes()

    def history(self) -> Iterator[Operation]:
        """There is none: a snapshot is always of now."""
        return iter(())

    def left(self) -> Left:
        """Nothing: there is no history."""
        return NOTHING

    def _full_is_due(self) -> bool:
        slice_ = self.slice
        if slice_.pages <= SHORT or slice_.full_at is None:
            return True
        every = FULL_EVERY_UNFILTERED if slice_.filter_ignored else FULL_EVERY
        return is_due(slice_.full_at, self._api.date, every)

    def _full(self) -> Iterator[Operation]:
        slice_, listing = self.slice, self._listing()
        seen = {name: Ledger() for name in self.rows}
        without_key = {name: rows.without_key for name, rows in self.rows.items()}
        if not self._source.paged:
            waiting = self._api.begin(partial(one_page, self._api, listing))
            yield SAFE_POINT
            page = waiting.result()
            yield from self._send(page.rows, seen)
            pages, started, proved = 1, page.date, True
        else:
            known = slice_.ledger[self._name].copy()
            for step in whole(self._api, listing, existed, known=known):
                if step is None:
                    yield SAFE_POINT
                    continue
                walk, page = step
                yield from self._send(page.rows, seen)
            pages = -(-(walk.count or len(walk.seen)) // max(walk.size, 1))
            started, proved = walk.started, walk.proved(listing.joins_at_end)
        if not proved:
            yield unproved(self._name)
            return
        for name, rows in self.rows.items():
            if rows.without_key == without_key[name]:
                yield from self._delete(rows, seen[name])
        slice_.pages, slice_.full_at, slice_.filter_ignored = pages, started, False
        slice_.cursor = max(slice_.cursor or started - OVERLAP, started - OVERLAP)
        yield SAFE_POINT

    def _send(self, listed: Sequence[Row], seen: Mapping[str, Ledger]) -> Iterator[Operation]:
        """Sends what is new or other than what was sent, of each table that the list fills."""
        for name, rows in self.rows.items():
            ledger = self.slice.ledger[name]
            held = listed if self._source.paged else self._parts(rows, listed)
            changed, prints = rows.changed(held, ledger)
            if changed:
                yield Upsert(name, changed)
            ledger.update(prints)
            seen[name].update(prints)
        yield SAFE_POINT

    def _parts(self, rows: TableRows, listed: Sequence[Raw]) -> list[Row]:
        return [rows.make(raw) for item in listed for raw in rows.table.part(item)]

    def _delete(self, rows: TableRows, seen: Ledger) -> Iterator[Operation]:
        name, ledger = rows.table.name, self.slice.ledger[rows.table.name]
        gone = ledger.keys() - seen.keys()
        if too_many(len(gone), len(ledger)):
            yield kept_warning(name, len(gone), len(ledger))
        elif gone:
            yield Delete(name, [rows.key_columns(key) for key in gone])
            for key in gone:
                del ledger[key]

    def _changes(self) -> Iterator[Operation]:
        """What changed since the last read, if the tenant filters; else that it does not.

        It is known to filter when far fewer rows come than the whole list has.
        """
        slice_ = self.slice
        assert slice_.cursor is not None
        listing = self._listing({"lastupdatefromdate": iso(slice_.cursor)})
        proved = False
        for step in whole(self._api, listing, lambda *_: False):
            if step is None:
                yield SAFE_POINT
                continue
            walk, page = step
            if walk.count is None or walk.count * 2 > len(slice_.ledger[self._name]):
                slice_.filter_ignored = True
                break
            yield from self._send(page.rows, {name: Ledger() for name in self.rows})
            proved = walk.proved(joins_at_end=False)
        if proved and not slice_.filter_ignored:
            slice_.cursor = max(slice_.cursor, walk.started - OVERLAP)
        yield SAFE_POINT

    def _listing(self, more: Mapping[str, str] | None = None) -> Listing:
        source = self._source
        return Listing(
            source.path,
            source.rows,
            {**source.params, **(more or {})},
            self.rows[self._name].make if source.paged else dict,
            joins_at_end=not more,
            shared=source.shared,
        )
