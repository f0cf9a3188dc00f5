"""Changes: tickets are read whole once, then by what was last updated; a weekly walk proves it.

The first load *is* the first weekly walk: a walk over all ids sends every ticket that was never
sent, and, if it was neither interrupted nor unproved, names those that are gone.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from halo.api.connection import HaloApi
from halo.api.idset import IdSet
from halo.api.pages import Listing, Page, Raw, fetch, row_id
from halo.api.walk import ATTEMPTS, NEWEST_FIRST, Walk, begin, existed, rest, whole
from halo.errors import Unreadable
from halo.settings import Settings
from halo.state.ledger import Ledger
from halo.sync.custom_fields import CustomFields
from halo.sync.moments import OVERLAP, is_due, iso, moment, stamp
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert, Warn
from halo.sync.progress import NOTHING, Left
from halo.sync.rows import TableRows, kept_warning, too_many, unproved
from halo.sync.vanished import Vanished
from halo.tables import Table

WALK_EVERY = timedelta(days=7)
SECOND = timedelta(seconds=1)


class Follower(Protocol):
    """A table whose rows hang on tickets."""

    def ticket_changed(self, tickets: Sequence[Raw]) -> None:
        """These tickets changed: what hangs on them is to be read in this sync."""

    def ticket_found(self, tickets: Sequence[Raw]) -> None:
        """These tickets exist: what hangs on them is to be read when there is time."""

    def ticket_met(self, tickets: Sequence[Raw], since: datetime) -> None:
        """The weekly walk met these tickets; the one before it was at `since`."""

    def ticket_gone(self, ticket_id: int) -> None:
        """This ticket was deleted."""


class Changes:
    """The tickets: a cursor over their changes, the ids that were sent, and the weekly walk."""

    def __init__(
        self,
        table: Table,
        api: HaloApi,
        settings: Settings,
        slice_: Mapping[str, object],
        followers: Sequence[Follower],
    ) -> None:
        self.rows = TableRows(table)
        self._table = table
        self._api = api
        self._followers = followers
        self._since = settings.start_date
        self._budget = settings.requests_per_5_minutes
        self._custom_fields = CustomFields(slice_)
        self._cursor = moment(slice_.get("cursor"))
        self._earlier = moment(slice_.get("earlier"))
        self._recent = Ledger.load(slice_.get("recent", {}))  # type: ignore[arg-type]
        self.ids = IdSet.load(str(slice_.get("ids", "")))
        self._aside = IdSet.load(str(slice_.get("aside", "")))
        self.oldest = moment(slice_.get("oldest"))
        self._walked = moment(slice_.get("walked"))
        self._news_since = moment(slice_.get("news_since")) or self._walked
        walk = slice_.get("walk")
        self._walk = Walk.load(walk) if isinstance(walk, dict) else None
        self._walk_upto = moment(slice_.get("walk_upto"))
        self._touched = IdSet.load(str(slice_.get("touched", "")))
        self._acted = Ledger.load(slice_.get("acted", {}))  # type: ignore[arg-type]
        self._acted_now = Ledger.load(slice_.get("acted_now", {}))  # type: ignore[arg-type]
        self._unproved = bool(slice_.get("unproved", False))
        self._filter_ignored = False
        synced_since = moment(slice_.get("since"))
        if synced_since != self._since:
            self._walk = self._walked = None

    def dump(self) -> dict[str, object]:
        """The slice of the state."""
        slice_: dict[str, object] = {
            "ids": self.ids.dump(),
            "recent": self._recent.dump(),
            "acted": self._acted.dump(),
            "acted_now": self._acted_now.dump(),
            "aside": self._aside.dump(),
            "unproved": self._unproved,
            **self._custom_fields.dump(),
        }
        if self._walk:
            slice_ |= {"walk": self._walk.dump(), "touched": self._touched.dump()}
        moments = {
            "cursor": self._cursor,
            "earlier": self._earlier,
            "oldest": self.oldest,
            "walked": self._walked,
            "since": self._since,
            "news_since": self._news_since,
            "walk_upto": self._walk_upto if self._walk else None,
        }
        return slice_ | {name: when.isoformat() for name, when in moments.items() if when}

    @property
    def loaded(self) -> bool:
        """Whether the first load is done."""
        return self._walked is not None

    def fresh(self) -> Iterator[Operation]:
        """Sends what was last updated since the cursor, and moves it when that was proved."""
        yield from self._custom_fields.learn(self._api, self._table.name)
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
        self._cursor = self._cursor or start
        if proved:
            self._earlier = start if upto >= self._cursor else upto
            self._cursor, self._recent = max(self._cursor, upto), recent
        else:
            yield unproved(self._table.name)
        if self._filter_ignored:
            yield Warn(
                f"{self._table.name}: this tenant ignores lastupdatefromdate, so that every sync "
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
        if self._cursor is None or self._cursor <= now + OVERLAP:
            return self._cursor or now
        return min(self._earlier or now, now)

    def history(self) -> Iterator[Operation]:
        """The first load, then once a week the walk that finds what no date tells.

        One that could not be proved is tried again by the next sync, and after that once a day.
        """
        if not self._walk_is_due():
            return
        for _ in range(ATTEMPTS):
            walk = yield from self._walk_all()
            proved = walk.proved(joins_at_end=True)
            if proved:
                break
            self._walk = None
        if not proved:
            yield unproved(self._table.name, "tomorrow's" if self._unproved else "the next")
            if not self._unproved:
                self._unproved = True
                yield SAFE_POINT
                return
        elif self.loaded:
            yield from self._delete_gone(walk)
        elif self._since:
            self._set_older_aside(walk)
        again = timedelta(0) if proved else WALK_EVERY - timedelta(days=1)
        self._walked, self._walk, self._touched = walk.started - again, None, IdSet()
        self._news_since, self._unproved = walk.started, not proved
        self._custom_fields.learned_late = self._custom_fields.learned_late and not proved
        self._acted, self._acted_now = self._acted_now, Ledger()
        yield SAFE_POINT

    def _walk_is_due(self) -> bool:
        if self._walked is None or self._walk is not None or self._custom_fields.learned_late:
            return True
        return is_due(self._walked, self._api.date, WALK_EVERY)

    def left(self) -> Left:
        """The pages of the walk over all tickets."""
        walk = self._walk
        if walk is None:
            return NOTHING
        pages = -(-(walk.count or 0) // max(walk.size, 1))
        to_go = walk.next_page if walk.downwards else pages - walk.next_page + 1
        return Left(max(0, to_go) if walk.next_page else 0, "pages")

    def _send_changed(
        self, page: Page, start: datetime, upto: datetime, recent: Ledger
    ) -> Iterator[Operation]:
        """Sends the rows that differ from what was sent; notes those of the next overlap."""
        raws = []
        dated = any("last_update" in raw for raw in page.rows)
        for raw in page.rows:
            updated = stamp(raw, "last_update")
            if dated and (updated is None or updated < start - SECOND):
                self._filter_ignored = True
                continue
            raws.append(raw)
            if self.oldest and (occurred := stamp(raw, "dateoccurred")):
                self.oldest = min(self.oldest, occurred)
        rows, prints = self.rows.changed(raws, self._recent)
        if rows:
            yield Upsert(self._table.name, rows)
        sent = {row["id"] for row in rows}
        changed = [raw for raw in raws if row_id(raw) in sent]
        self._recent.update(prints)
        for raw in raws:
            identity = row_id(raw)
            if identity in prints and (stamp(raw, "last_update") or upto) >= upto:
                recent[identity] = prints[identity]
        self._note(prints)
        for follower in self._followers:
            follower.ticket_changed(changed)
        yield SAFE_POINT

    def _note(self, ids: Ledger) -> None:
        numbers = [key for key in ids if isinstance(key, int)]
        self.ids.update(numbers)
        if self._walk:
            self._touched.update(numbers)

    def _walk_changes(
        self, start: datetime, upto: datetime, recent: Ledger, *, frozen: bool
    ) -> Generator[Operation, None, bool]:
        """Walks a list of changes that has several pages; whether it was proved whole.

        A frozen list ends in the past: its rows can only leave it. What changed since is read
        after it.
        """
        listing = self._listing(start, upto if frozen else None)
        for walk, page in whole(self._api, listing, _updated_before):
            walk.orderly = walk.orderly and not (frozen and _beyond(page, upto))
            yield from self._send_changed(page, start, upto, recent)
        return walk.proved(listing.joins_at_end)

    def _walk_all(self) -> Generator[Operation, None, Walk]:
        """Walks all ids, or goes on with the walk that the last sync left; sends what is new."""
        if self._walk is None:
            self._walk_upto = self._api.date - OVERLAP if self._since else None
            listing = self._listing(self._since, self._walk_upto)
            walk, page = begin(self._api, listing, self._was_there)
            self._walk, self._touched = walk, IdSet()
            self._news_since = self._news_since or walk.started
            if self._walk_upto:  # What changed since is known, and not in this list.
                self._touched.update(key for key in self._recent if isinstance(key, int))
            yield from self._send_found(page, walk)
        walk = self._walk
        listing = self._listing(self._since, self._walk_upto)
        for page in rest(self._api, listing, walk, self._was_there):
            walk.orderly = walk.orderly and not _beyond(page, self._walk_upto)
            yield from self._send_found(page, walk)
        return walk

    def _was_there(self, walk: Walk, raw: Raw) -> bool:
        if self._walk_upto:
            updated = stamp(raw, "last_update")
            return updated is not None and updated <= self._walk_upto
        if existed(walk, raw, ()):
            return True
        identity = row_id(raw)
        return identity in self.ids and identity not in self._touched

    def _send_found(self, page: Page, walk: Walk) -> Iterator[Operation]:
        """Sends the tickets that were never sent, and those that changed without a date."""
        found, silent, rows = [], [], []
        sent, recent, acted = IdSet(), Ledger(), Ledger()
        for raw in page.rows:
            updated = stamp(raw, "last_update")
            if self._since and (updated is None or updated < self._since):
                continue
            identity, last_action = row_id(raw), stamp(raw, "lastactiondate")
            silently = last_action is not None and (updated is None or last_action > updated)
            if silently and last_action and last_action >= walk.started - OVERLAP:
                acted[identity] = self.rows.fingerprint(raw)
            if identity not in self.ids:
                found.append(raw)
            elif silently and self._is_news(raw, last_action):
                silent.append(raw)
            elif not self._custom_fields.learned_late:
                continue
            row = self.rows.make(raw)
            if row is not None:
                rows.append(row)
                sent.add(row["id"])  # type: ignore[arg-type]
                if updated and self._cursor and updated >= self._cursor:
                    recent[identity] = self.rows.fingerprint(raw)
        if rows:
            yield Upsert(self._table.name, rows)
        self.ids.update(sent)
        self._recent.update(recent)
        self._acted_now.update(acted)
        for raw in found if self.loaded else page.rows:
            occurred = stamp(raw, "dateoccurred") or page.date
            self.oldest = min(self.oldest or page.date, occurred)
        for follower in self._followers:
            follower.ticket_found(found)
            follower.ticket_changed(silent)
            if self._walked:
                follower.ticket_met(page.rows, self._walked)
        yield SAFE_POINT

    def _is_news(self, raw: Raw, last_action: datetime | None) -> bool:
        """Whether an action came since the last walk that did not move `last_update`."""
        if last_action is None or self._news_since is None:
            return False
        if last_action < self._news_since - OVERLAP:
            return False
        known = (ledger.get(row_id(raw)) for ledger in (self._acted, self._acted_now))
        return self.rows.fingerprint(raw) not in known

    def _delete_gone(self, walk: Walk) -> Iterator[Operation]:
        """Deletes the tickets that a whole walk did not meet, each confirmed by its own call."""
        if walk.resumed:
            minutes = 5 + 5 * len(self.ids) / max(1, walk.size) / self._budget
            yield Warn(
                f"{self._table.name}: the weekly walk over all tickets did not fit into one sync, "
                "so that deleted ones were not looked for; "
                f"set history_minutes to {minutes:.0f} or more."
            )
            return
        if self._since is None:
            self.ids.update(self._aside)
            self._aside = IdSet()
        gone = list(self.ids.without(walk.seen, self._touched))
        if too_many(len(gone), len(self.ids)):
            yield kept_warning(self._table.name, len(gone), len(self.ids))
            return
        vanished = Vanished(self._api, self._table, gone)
        for identity in vanished.gone():
            yield Delete(self._table.name, [{"id": identity}])
            self.ids.discard(identity)
            self._recent.pop(identity, None)
            for follower in self._followers:
                follower.ticket_gone(identity)
            yield SAFE_POINT
        yield from vanished.warnings()

    def _set_older_aside(self, walk: Walk) -> None:
        """Tickets from before a start date that was moved on are not looked for while it holds."""
        for identity in list(self.ids.without(walk.seen, self._touched)):
            self.ids.discard(identity)
            self._aside.add(identity)

    def _listing(self, since: datetime | None, upto: datetime | None = None) -> Listing:
        params = dict(self._table.params)
        if self._custom_fields.ids:
            params["include_custom_fields"] = self._custom_fields.ids
        if since:
            params["lastupdatefromdate"] = iso(since)
        if upto:
            params["lastupdatetodate"] = iso(upto)
        return Listing(
            self._table.path,
            self._table.rows,
            params,
            paged=True,
            joins_at_end=since is None or upto is not None,
        )


def _updated_before(walk: Walk, raw: Raw, _known: object) -> bool:
    """For a list of changes: the row was as it is now before the walk began."""
    updated = stamp(raw, "last_update")
    return updated is None or updated < walk.started


def _beyond(page: Page, upto: datetime | None) -> bool:
    """Whether a list that should end at `upto` goes on: the tenant ignores lastupdatetodate."""
    return upto is not None and any((stamp(raw, "last_update") or upto) > upto for raw in page.rows)
