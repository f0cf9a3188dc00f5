"""Changes: tickets are read whole once, then by what was last updated; a weekly walk proves it.

The first load *is* the first weekly walk: a walk over all ids sends every ticket that was never
sent, or whose dates are not those that were sent, and, if it was neither interrupted nor unproved,
names those that are gone.
"""

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.api.pages import Page, Row, fetch
from halo.api.walk import NEWEST_FIRST, Walk
from halo.errors import DENIED, Refused
from halo.settings import Settings
from halo.state.ledger import Ledger
from halo.state.slices import ChangesSlice, Witness
from halo.sync.actions import ActionsReader
from halo.sync.details import DetailsReader
from halo.sync.guard import believed, kept_warning, unproved
from halo.sync.moments import OVERLAP, is_due
from halo.sync.operations import SAFE_POINT, Operation, Warn
from halo.sync.progress import NOTHING, Left
from halo.sync.ticket_lists import SECOND, TicketLists
from halo.sync.vanished import delete_confirmed
from halo.sync.witness import Testimony, testimony
from halo.tables import Table
from halo.tables.sources import Changes

WALK_EVERY = timedelta(days=7)
AGAIN_EVERY = timedelta(days=1)
"""A walk that could not be proved in two syncs is repeated so often."""
FORGOTTEN = 0
"""Stands for the fingerprint or the mark of a ticket that is to be sent again."""

Changed = Generator[Operation, None, tuple[bool, datetime, datetime]]


class ChangesReader(TicketLists):
    """The tickets: a cursor over their changes, the ids that were sent, and the weekly walk.

    `followers` are told of them: the sources whose rows hang on tickets.
    """

    def __init__(
        self, source: Changes, table: Table, api: HaloApi, settings: Settings, slice_: ChangesSlice
    ) -> None:
        super().__init__(source, table, api, slice_)
        self.followers: list[ActionsReader | DetailsReader] = []
        self._budget = settings.requests_per_5_minutes
        self._filter_ignored = self._is_suspect = False
        self._came = Ledger()
        self._met: dict[object, datetime | None] = {}
        if slice_.walk:
            slice_.walk.resumed = True
        if slice_.since != settings.start_date:
            slice_.walk = slice_.walked = None
            slice_.since = settings.start_date
            slice_.sent.update(slice_.aside)
            slice_.aside = Ids()

    def wanted_again(self) -> None:
        """Tickets are always wanted."""

    @property
    def urgent(self) -> bool:
        """Whether history cannot wait: nothing can be told of a tenant without its tickets."""
        return self.slice.walked is None

    def left(self) -> Left:
        """The tickets that the walk over all of them has not met yet."""
        walk = self.slice.walk
        return Left(max(0, (walk.count or 0) - len(walk.seen)), "tickets") if walk else NOTHING

    def fresh(self) -> Iterator[Operation]:
        """Sends what was last updated since the cursor, and moves it when that was proved."""
        slice_, known = self.slice, self.slice.custom_fields.ids
        yield from self._fields.learn()
        if not set(slice_.custom_fields.ids).issubset(known):
            # What was sent last may lack the new field: it is sent again when it comes.
            slice_.recent = Ledger(dict.fromkeys(slice_.recent, FORGOTTEN))
        proved, start, upto = yield from self._borne_out()
        for identity, mark in slice_.recent.items():
            if mark == FORGOTTEN and isinstance(identity, int):
                slice_.marks[identity] = FORGOTTEN
        if proved:
            slice_.earlier = start if upto >= (slice_.cursor or upto) else upto
            slice_.cursor, slice_.recent = max(slice_.cursor or upto, upto), self._came
        if self._filter_ignored:
            yield Warn(
                f"{self._table}: this tenant ignores lastupdatefromdate, so that every sync "
                "has to read the whole list; sync less often, or ask Halo for a newer version."
            )
        yield SAFE_POINT

    def _borne_out(self) -> Changed:
        """Reads the changes; again, and from a day before, where a known one should be and is not.

        A day more is also asked where all known ones changed again, so that none can testify. At
        last the weekly walk is due at once: it needs no filter.
        """
        slice_, known = self.slice, list(self.slice.witnesses)
        reasons: dict[int, bool] = {}
        for lag in (slice_.lag, slice_.lag, 1):
            proved, start, upto = yield from self._read_changes(known, lag)
            if not proved:
                yield unproved(self._table)
                return False, start, upto
            said = testimony(known, self._met, start, self._source, self._api, reasons=reasons)
            if said is Testimony.LACKING or (said is Testimony.NONE and known and not lag):
                continue
            if said is Testimony.GIVEN and lag:
                slice_.lag = lag
                yield Warn(
                    f"{self._table}: this tenant reads the dates of its filters in another "
                    "time zone, so that each sync asks for a day more; nothing is lost."
                )
            return True, start, upto
        slice_.lag, self._is_suspect = 0, True
        yield Warn(
            f"{self._table}: the list of what changed lacks a ticket that did, "
            f"{known[0].id}, so that all are read instead; tell the maintainers if it lasts."
        )
        return False, start, upto

    def _read_changes(self, known: Sequence[Witness], lag: int) -> Changed:
        """Sends what changed: whether it was proved whole, from when and until when it was read."""
        self._came, self._met = Ledger(), {}
        while True:
            try:
                start, upto, page = self._first_page(known, lag)
                break
            except Refused as error:
                if not self._fields.asked or error.status in DENIED:
                    raise
                yield from self._fields.refuse()
        self.slice.cursor = self.slice.cursor or start
        yield from self._send_changed(start, page)
        return page.is_all or (yield from self._walk_changes(start, upto)), start, upto

    def _first_page(self, known: Sequence[Witness], lag: int) -> tuple[datetime, datetime, Page]:
        """From and until when changes are asked, and their first page: at first from now.

        A cursor that lies ahead was set while the server's clock was wrong: the one before counts.
        """
        start = self.slice.cursor
        if start:
            start = min(start, *(one.updated - SECOND for one in known), start)
            start -= timedelta(days=lag)
        page = fetch(self._api, self._listing(start), 1, {**NEWEST_FIRST, **self._fields.first})
        now = page.date - OVERLAP
        if start is None or start > page.date:
            start = min(self.slice.earlier or now, now)
            page = fetch(self._api, self._listing(start), 1, NEWEST_FIRST)
        return start, max(start, now), page

    def _walk_changes(self, start: datetime, upto: datetime) -> Generator[Operation, None, bool]:
        """Walks changes that have several pages; whether they were proved whole.

        Rows can only leave a list that ends in the past; what changed since is read after it.
        """
        proved = True
        for since, end in ((start, upto), (upto, None)):
            walk = yield from self._walk(since, end, partial(self._send_changed, start))
            proved = proved and walk.proved(joins_at_end=end is not None)
        return proved

    def _send_changed(self, start: datetime, page: Page, _: object = None) -> Iterator[Operation]:
        """Sends the rows that differ from what was sent; what came is noted for the next sync."""
        slice_, field = self.slice, self._source.updated
        older = start - timedelta(days=1)  # By less a time zone may explain it.
        wanted = [row for row in page.rows if self._is_wanted(row, start, older)]
        self._filter_ignored |= any(row.get(field, start) < older for row in page.rows)
        others, prints = self._rows.changed(wanted, slice_.recent)
        moved = {row["id"] for row in others if not self._is_as_sent(row)}
        rows = [row for row in others if row["id"] in slice_.recent or row["id"] in moved]
        yield from self._put(rows)
        slice_.recent.update(prints)
        self._came.update(prints)
        self._met.update((row.get("id"), row.get(field)) for row in wanted)
        if slice_.walk:
            slice_.touched.update(page.ids)
        for follower in self.followers:
            follower.changed([row for row in rows if row["id"] in moved])
        yield SAFE_POINT

    def _is_wanted(self, row: Row, start: datetime, older: datetime) -> bool:
        """Whether the row changed since then; in another time zone, also what was never sent."""
        updated, since = row.get(self._source.updated, start), self.slice.since
        is_new = row.get("id") not in self.slice.sent and (since is None or updated >= since)
        return bool(updated >= start - SECOND or (is_new and updated >= older))

    def history(self) -> Iterator[Operation]:
        """The first load, then once a week the walk that finds what no date tells.

        One that could not be proved is tried again by the next sync, and after that once a day.
        """
        slice_, every = self.slice, AGAIN_EVERY if self.slice.unproved else WALK_EVERY
        is_wanted = slice_.walk is not None or slice_.custom_fields.again or self._is_suspect
        if not is_wanted and not is_due(slice_.walked, self._api.date, every):
            return
        walk = yield from self._walk_all()
        proved = walk.proved(joins_at_end=True)
        if self.stopped:
            yield Warn(
                f"{self._table}: the list of all does not come to its end, so that it is read by "
                "date: tickets that were never updated may be missing; tell Halo's support: "
                f"{self.stopped}"
            )
        elif not proved:
            yield unproved(self._table, "tomorrow's" if slice_.unproved else "the next")
        if slice_.walked is not None and (proved or self.stopped):
            yield from self._delete_gone(walk)
        elif (
            proved and slice_.since
        ):  # Those from before a start date that was moved on are not looked for.
            for identity in slice_.sent.without(walk.seen, slice_.touched):
                slice_.sent.discard(identity)
                slice_.aside.add(identity)
        if proved or slice_.unproved:
            slice_.walked = walk.started
            slice_.custom_fields.again = slice_.custom_fields.again and not proved
        slice_.walk, slice_.unproved = None, not proved
        yield SAFE_POINT

    def _walk_all(self) -> Generator[Operation, None, Walk]:
        """Walks all ids, or goes on with the walk that the last sync left; sends what is new."""
        slice_ = self.slice
        if slice_.walk is None:
            slice_.walk_upto = self._api.date - OVERLAP if slice_.since else None
            # What changed since then is known, and not in a list that ends there.
            recent = slice_.recent if slice_.since else ()
            slice_.touched = Ids(key for key in recent if isinstance(key, int))
        since, upto = slice_.since, slice_.walk_upto
        return (yield from self._walk(since, upto, self._send_found, slice_.walk))

    def _send_found(self, page: Page, walk: Walk) -> Iterator[Operation]:
        """Sends the tickets that were never sent, and those whose dates are not as sent."""
        slice_, since, field = self.slice, self.slice.since, self._source.updated
        slice_.walk, rows = walk, self._rows.keyed(page.rows)
        if since:
            rows = [row for row in rows if row.get(field, since - SECOND) >= since]
        found = [row for row in rows if row["id"] not in slice_.sent]
        known = [row for row in rows if row["id"] in slice_.sent]
        moved = [row for row in known if slice_.marks[row["id"]] != self._mark(row)]
        sent = rows if slice_.custom_fields.again else found + moved
        for row in sent:  # As they came: what is added to them later does not come in each list.
            if slice_.cursor and row.get(field, slice_.cursor) >= slice_.cursor:
                slice_.recent[row["id"]] = self._rows.fingerprint(row)
        yield from self._put(sent)
        for follower in self.followers:
            follower.found(found)
            follower.changed(moved)
            if slice_.walked:
                follower.met(rows, slice_.walked, walk.started)
        yield SAFE_POINT

    def _delete_gone(self, walk: Walk) -> Iterator[Operation]:
        """Deletes the tickets that a whole walk did not meet, each confirmed by its own call."""
        slice_ = self.slice
        if walk.resumed:
            minutes = 5 + 5 * len(slice_.sent) / max(1, walk.size) / self._budget
            yield Warn(
                f"{self._table}: the weekly walk over all tickets did not fit into one sync, so "
                f"that deleted ones were not looked for; set history_minutes to {minutes:.0f} "
                "or more."
            )
            return
        gone = set(slice_.sent.without(walk.seen, slice_.touched))
        deleted = believed(gone, len(slice_.sent), slice_.absent, self._api.date)
        if len(deleted) < len(gone):
            yield kept_warning(self._table, len(gone) - len(deleted), len(slice_.sent))
        ids = sorted(key for key in deleted if isinstance(key, int))
        yield from delete_confirmed(ids, slice_, self._source.path, self._api, self._table)
