"""Changes: tickets are read whole once, then by what was last updated; a weekly walk proves it.

The first load *is* the first weekly walk: a walk over all ids sends every ticket that was never
sent, or whose dates are not those that were sent, and, if it was neither interrupted nor unproved,
names those that are gone.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zlib import crc32

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.api.pages import Listing, Page, Row, fetch
from halo.api.walk import ATTEMPTS, NEWEST_FIRST, Walk, existed, walked, whole
from halo.errors import Unreadable
from halo.settings import Settings
from halo.state.ledger import Ledger
from halo.state.numbers import LARGEST
from halo.state.slices import ChangesSlice
from halo.sync.custom_fields import learn
from halo.sync.guard import kept_warning, too_many, unproved
from halo.sync.moments import OVERLAP, is_due, iso
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert, Warn
from halo.sync.progress import NOTHING, Left
from halo.sync.rows import TableRows
from halo.sync.vanished import Vanished
from halo.tables import Table
from halo.tables.columns import ADDITIONAL_FIELDS
from halo.tables.sources import Changes

WALK_EVERY = timedelta(days=7)
AGAIN_EVERY = timedelta(days=1)
"""A walk that could not be proved in two syncs is repeated so often."""

SECOND = timedelta(seconds=1)


class Follower(Protocol):
    """A source whose rows hang on tickets."""

    def changed(self, tickets: Sequence[Row]) -> None:
        """These tickets changed: what hangs on them is to be read in this sync."""

    def found(self, tickets: Sequence[Row]) -> None:
        """These tickets exist: what hangs on them is to be read when there is time."""

    def met(self, tickets: Sequence[Row], before: datetime, now: datetime) -> None:
        """A walk that began now met these tickets; the one before it began before."""


class ChangesReader:
    """The tickets: a cursor over their changes, the ids that were sent, and the weekly walk."""

    def __init__(
        self,
        source: Changes,
        table: Table,
        api: HaloApi,
        *,
        settings: Settings,
        slice_: ChangesSlice,
        followers: Sequence[Follower],
    ) -> None:
        # An undeclared field alone is no change: a build's own clock may be one.
        self._rows = TableRows(table, unheard=(ADDITIONAL_FIELDS,))
        self.rows = {table.name: self._rows}
        self.slice = slice_
        self._source = source
        self._table = table.name
        self._api = api
        self._followers = followers
        self._budget = settings.requests_per_5_minutes
        self._filter_ignored = False
        if slice_.walk:
            slice_.walk.resumed = True
        if slice_.since != settings.start_date:
            slice_.walk = slice_.walked = None
            slice_.since = settings.start_date

    def fresh(self) -> Iterator[Operation]:
        """Sends what was last updated since the cursor, and moves it when that was proved."""
        slice_ = self.slice
        yield from learn(slice_.custom_fields, self._source.custom_fields, self._api, self._table)
        start = self._start()
        page = fetch(self._api, self._listing(start), 1, NEWEST_FIRST)
        upto = max(start, page.date - OVERLAP)
        recent = Ledger()
        if page.is_all:
            yield from self._send_changed(page, start, upto, recent)
            proved = True
        else:
            settled = yield from self._walk_changes(start, upto, recent, frozen=True)
            latest = yield from self._walk_changes(upto, upto, recent, frozen=False)
            proved = settled and latest
        slice_.cursor = slice_.cursor or start
        if proved:
            slice_.earlier = start if upto >= slice_.cursor else upto
            slice_.cursor, slice_.recent = max(slice_.cursor, upto), recent
        else:
            yield unproved(self._table)
        if self._filter_ignored:
            yield Warn(
                f"{self._table}: this tenant ignores lastupdatefromdate, so that every sync "
                "has to read the whole list; sync less often, or ask Halo for a newer version."
            )
        yield SAFE_POINT

    def _start(self) -> datetime:
        """From when changes are asked: the cursor; before there is one, the server's now.

        A cursor that lies ahead was set while the server's clock was wrong: the one before counts.
        """
        try:
            now = self._api.date - OVERLAP
        except Unreadable:  # Nothing was asked yet, or answered.
            now = fetch(self._api, self._listing(None), 1, NEWEST_FIRST).date - OVERLAP
        cursor = self.slice.cursor
        if cursor is None or cursor <= now + OVERLAP:
            return cursor or now
        return min(self.slice.earlier or now, now)

    def history(self) -> Iterator[Operation]:
        """The first load, then once a week the walk that finds what no date tells.

        One that could not be proved is tried again by the next sync, and after that once a day.
        """
        if not self._walk_is_due():
            return
        slice_ = self.slice
        is_first = slice_.walked is None
        for _ in range(ATTEMPTS):
            walk = yield from self._walk_all()
            proved = walk.proved(joins_at_end=True)
            if proved:
                break
            slice_.walk = None
        if not proved:
            yield unproved(self._table, "tomorrow's" if slice_.unproved else "the next")
            if not slice_.unproved:
                slice_.unproved = True
                yield SAFE_POINT
                return
        elif not is_first:
            yield from self._delete_gone(walk)
        elif slice_.since:
            self._set_older_aside(walk)
        slice_.walked, slice_.unproved = walk.started, not proved
        slice_.walk, slice_.touched = None, Ids()
        slice_.custom_fields.again = slice_.custom_fields.again and not proved
        yield SAFE_POINT

    def _walk_is_due(self) -> bool:
        slice_ = self.slice
        if slice_.walked is None or slice_.walk is not None or slice_.custom_fields.again:
            return True
        every = AGAIN_EVERY if slice_.unproved else WALK_EVERY
        return is_due(slice_.walked, self._api.date, every)

    @property
    def urgent(self) -> bool:
        """Whether history cannot wait: nothing can be told of a tenant without its tickets."""
        return self.slice.walked is None

    def left(self) -> Left:
        """The pages of the walk over all tickets."""
        walk = self.slice.walk
        if walk is None:
            return NOTHING
        pages = -(-(walk.count or 0) // max(walk.size, 1))
        to_go = walk.next_page if walk.downwards else pages - walk.next_page + 1
        return Left(max(0, to_go) if walk.next_page else 0, "pages")

    def _send_changed(
        self, page: Page, start: datetime, upto: datetime, recent: Ledger
    ) -> Iterator[Operation]:
        """Sends the rows that differ from what was sent; notes those of the next overlap."""
        slice_, field = self.slice, self._source.updated
        dated = any(field in row for row in page.rows)
        wanted = [
            row for row in page.rows if not dated or (field in row and row[field] >= start - SECOND)
        ]
        self._filter_ignored = self._filter_ignored or len(wanted) < len(page.rows)
        rows, prints = self._rows.changed(wanted, slice_.recent)
        if rows:
            yield Upsert(self._table, rows)
        slice_.recent.update(prints)
        for row in wanted:
            identity = row.get("id")
            if identity in prints and row.get(field, upto) >= upto:
                recent[identity] = prints[identity]
            if slice_.oldest and (occurred := row.get(self._source.occurred)):
                slice_.oldest = min(slice_.oldest, occurred)
        self._note(rows)
        if slice_.walk:
            slice_.touched.update(key for key in prints if isinstance(key, int))
        for follower in self._followers:
            follower.changed(rows)
        yield SAFE_POINT

    def _note(self, rows: Sequence[Row]) -> None:
        """These rows were sent."""
        for row in rows:
            self.slice.sent.add(row["id"])
            self.slice.marks[row["id"]] = self._mark(row)

    def _mark(self, row: Row) -> int:
        """A hash of the row's dates, by which the weekly walk sees whether it was sent so."""
        dates = f"{row.get(self._source.updated)} {row.get(self._source.acted)}"
        return 1 + crc32(dates.encode()) % LARGEST

    def _walk_changes(
        self, start: datetime, upto: datetime, recent: Ledger, *, frozen: bool
    ) -> Generator[Operation, None, bool]:
        """Walks a list of changes that has several pages; whether it was proved whole.

        A frozen list ends in the past: its rows can only leave it. What changed since is read
        after it.
        """
        listing = self._listing(start, upto if frozen else None)
        proved = False
        for step in whole(self._api, listing, self._updated_before):
            if step is None:
                yield SAFE_POINT
                continue
            walk, page = step
            walk.orderly = walk.orderly and not (frozen and self._beyond(page, upto))
            yield from self._send_changed(page, start, upto, recent)
            proved = walk.proved(listing.joins_at_end)
        return proved

    def _walk_all(self) -> Generator[Operation, None, Walk]:
        """Walks all ids, or goes on with the walk that the last sync left; sends what is new."""
        slice_ = self.slice
        if slice_.walk is None:
            slice_.walk_upto = self._api.date - OVERLAP if slice_.since else None
            slice_.touched = Ids()
            if slice_.walk_upto:  # What changed since is known, and not in this list.
                slice_.touched.update(key for key in slice_.recent if isinstance(key, int))
        listing = self._listing(slice_.since, slice_.walk_upto)
        for step in walked(self._api, listing, self._was_there, slice_.walk):
            if step is None:
                yield SAFE_POINT
                continue
            slice_.walk, page = step
            walk = slice_.walk
            walk.orderly = walk.orderly and not self._beyond(page, slice_.walk_upto)
            yield from self._send_found(page, walk)
        assert slice_.walk is not None
        return slice_.walk

    def _was_there(self, walk: Walk, row: Row) -> bool:
        slice_ = self.slice
        if slice_.walk_upto:
            return self._source.updated in row and row[self._source.updated] <= slice_.walk_upto
        identity = row.get("id")
        is_known = identity in slice_.sent and identity not in slice_.touched
        return existed(walk, row, ()) or is_known

    def _send_found(self, page: Page, walk: Walk) -> Iterator[Operation]:
        """Sends the tickets that were never sent, and those whose dates are not as sent."""
        slice_, since = self.slice, self.slice.since
        is_first, again = slice_.walked is None, slice_.custom_fields.again
        found, moved, rows = [], [], []
        for row in self._rows.keyed(page.rows):
            if since and (row.get(self._source.updated) or since - SECOND) < since:
                continue
            if row["id"] not in slice_.sent:
                found.append(row)
            elif slice_.marks[row["id"]] != self._mark(row):
                moved.append(row)
            elif not again:
                continue
            rows.append(row)
        if rows:
            yield Upsert(self._table, rows)
        self._note(rows)
        for row in rows:
            if slice_.cursor and row.get(self._source.updated, slice_.cursor) >= slice_.cursor:
                slice_.recent[row["id"]] = self._rows.fingerprint(row)
        for row in page.rows if is_first else found:
            occurred = row.get(self._source.occurred, page.date)
            slice_.oldest = min(slice_.oldest or page.date, occurred)
        for follower in self._followers:
            follower.found(found)
            follower.changed(moved)
            if slice_.walked:
                follower.met(page.rows, slice_.walked, walk.started)
        yield SAFE_POINT

    def _delete_gone(self, walk: Walk) -> Iterator[Operation]:
        """Deletes the tickets that a whole walk did not meet, each confirmed by its own call."""
        slice_ = self.slice
        if walk.resumed:
            minutes = 5 + 5 * len(slice_.sent) / max(1, walk.size) / self._budget
            yield Warn(
                f"{self._table}: the weekly walk over all tickets did not fit into one sync, "
                "so that deleted ones were not looked for; "
                f"set history_minutes to {minutes:.0f} or more."
            )
            return
        if slice_.since is None:
            slice_.sent.update(slice_.aside)
            slice_.aside = Ids()
        gone = list(slice_.sent.without(walk.seen, slice_.touched))
        if too_many(len(gone), len(slice_.sent)):
            yield kept_warning(self._table, len(gone), len(slice_.sent))
            return
        vanished = Vanished(self._api, self._source.path, self._table, gone)
        for identity in vanished.gone():
            yield Delete(self._table, [{"id": identity}])
            slice_.sent.discard(identity)
            slice_.recent.pop(identity, None)
            yield SAFE_POINT
        yield from vanished.warnings()

    def _set_older_aside(self, walk: Walk) -> None:
        """Tickets from before a start date that was moved on are not looked for while it holds."""
        slice_ = self.slice
        for identity in slice_.sent.without(walk.seen, slice_.touched):
            slice_.sent.discard(identity)
            slice_.aside.add(identity)

    def _listing(self, since: datetime | None, upto: datetime | None = None) -> Listing:
        params = dict(self._source.params)
        if self.slice.custom_fields.ids:
            params["include_custom_fields"] = ",".join(map(str, self.slice.custom_fields.ids))
        if since:
            params["lastupdatefromdate"] = iso(since)
        if upto:
            params["lastupdatetodate"] = iso(upto)
        return Listing(
            self._source.path,
            self._source.rows,
            params,
            self._rows.make,
            joins_at_end=since is None or upto is not None,
        )

    def _updated_before(self, walk: Walk, row: Row, _known: object) -> bool:
        """For a list of changes: the row was as it is now before the walk began."""
        return bool(row.get(self._source.updated, walk.started - SECOND) < walk.started)

    def _beyond(self, page: Page, upto: datetime | None) -> bool:
        """Whether a list that should end at `upto` goes on: lastupdatetodate is ignored."""
        field = self._source.updated
        return upto is not None and any(row.get(field, upto) > upto for row in page.rows)
