"""Snapshot: the whole list is read, and a ledger tells what is new, changed or gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from halo.api.connection import HaloApi
from halo.api.pages import Listing, Raw, one_page
from halo.api.walk import existed, whole
from halo.state.ledger import Ledger
from halo.sync.moments import OVERLAP, is_due, iso, moment
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert
from halo.sync.progress import NOTHING, Left
from halo.sync.rows import TableRows, kept_warning, too_many, unproved
from halo.tables import FIELD_INFO, Table

SHORT = 5
"""Pages of a list that is read whole in every sync."""

FULL_EVERY = timedelta(days=1)
FULL_EVERY_UNFILTERED = timedelta(hours=6)


class Snapshot:
    """One table's ledger, and when its list was last read whole."""

    def __init__(self, table: Table, api: HaloApi, slice_: Mapping[str, object]) -> None:
        self.rows = TableRows(table)
        self._api = api
        self._table = table
        self._ledger = Ledger.load(slice_.get("ledger", {}))  # type: ignore[arg-type]
        self._pages = int(slice_.get("pages", 0))  # type: ignore[call-overload]
        self._full_at = moment(slice_.get("full_at"))
        self._cursor = moment(slice_.get("cursor"))
        self._filter_ignored = bool(slice_.get("filter_ignored", False))
        if self._full_at and not self._cursor:
            raise ValueError("a list that was read has a cursor")

    def dump(self) -> dict[str, object]:
        """The slice of the state."""
        slice_: dict[str, object] = {"ledger": self._ledger.dump(), "pages": self._pages}
        if self._full_at:
            slice_["full_at"] = self._full_at.isoformat()
        if self._cursor:
            slice_["cursor"] = self._cursor.isoformat()
        if self._filter_ignored:
            slice_["filter_ignored"] = True
        return slice_

    def fresh(self) -> Iterator[Operation]:
        """Reads the list, or for a long one what changed, and sends what differs."""
        if self._full_is_due():
            yield from self._full()
        elif not self._filter_ignored:
            yield from self._changes()

    def history(self) -> Iterator[Operation]:
        """There is none: a snapshot is always of now."""
        return iter(())

    def left(self) -> Left:
        """Nothing: there is no history."""
        return NOTHING

    def _full_is_due(self) -> bool:
        if self._pages <= SHORT or self._full_at is None:
            return True
        every = FULL_EVERY_UNFILTERED if self._filter_ignored else FULL_EVERY
        return is_due(self._full_at, self._api.date, every)

    def _full(self) -> Iterator[Operation]:
        listing = self._listing()
        seen = Ledger()
        without_key = self.rows.without_key
        if not self._table.paged:
            page = one_page(self._api, listing)
            yield from self._send(page.rows, seen)
            pages, started, proved = 1, page.date, True
        else:
            for walk, page in whole(self._api, listing, existed, known=self._ledger.copy()):
                yield from self._send(page.rows, seen)
            pages = -(-(walk.count or len(walk.seen)) // max(walk.size, 1))
            started, proved = walk.started, walk.proved(listing.joins_at_end)
        if not proved:
            yield unproved(self._table.name)
            return
        if self.rows.without_key == without_key:
            yield from self._delete(seen)
        self._pages, self._full_at, self._filter_ignored = pages, started, False
        self._cursor = max(self._cursor or started - OVERLAP, started - OVERLAP)
        yield SAFE_POINT

    def _send(self, raws: list[Raw], seen: Ledger) -> Iterator[Operation]:
        rows, prints = self.rows.changed(raws, self._ledger)
        if rows:
            yield Upsert(self._table.name, rows)
        self._ledger.update(prints)
        seen.update(prints)
        yield SAFE_POINT

    def _delete(self, seen: Ledger) -> Iterator[Operation]:
        gone = self._ledger.keys() - seen.keys()
        if too_many(len(gone), len(self._ledger)):
            yield kept_warning(self._table.name, len(gone), len(self._ledger))
        elif gone:
            yield Delete(self._table.name, [self.rows.key_columns(key) for key in gone])
            for key in gone:
                del self._ledger[key]

    def _changes(self) -> Iterator[Operation]:
        """What changed since the last read, if the tenant filters; else that it does not.

        It is known to filter when far fewer rows come than the whole list has.
        """
        assert self._cursor is not None
        since = {"lastupdatefromdate": iso(self._cursor)}
        listing = self._listing(since)
        for walk, page in whole(self._api, listing, lambda *_: False):
            if walk.count is None or walk.count * 2 > len(self._ledger):
                self._filter_ignored = True
                break
            yield from self._send(page.rows, Ledger())
        else:
            if walk.proved(joins_at_end=False):
                self._cursor = max(self._cursor, walk.started - OVERLAP)
        yield SAFE_POINT

    def _listing(self, more: Mapping[str, str] | None = None) -> Listing:
        table = self._table
        params = {**table.params, **(more or {})}
        shared = table is FIELD_INFO
        return Listing(table.path, table.rows, params, table.paged, not more, shared)
