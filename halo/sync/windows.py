"""Windows: time entries are read day by day; the last week in every sync, the rest as history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from halo.api import HaloApi
from halo.errors import GONE, Refused
from halo.ledger import Key, Ledger, fingerprint
from halo.pages import Raw
from halo.settings import Settings
from halo.sync.actions import Actions, has_time, ticket_actions
from halo.sync.changes import Changes
from halo.sync.days import EPOCH, Days, window_of
from halo.sync.moments import moment, stamp
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert, Warn
from halo.sync.progress import NOTHING, Left
from halo.sync.rows import TableRows, kept_warning
from halo.tables import Table

FRESH_DAYS = 7
REVISIT_EVERY = timedelta(days=7)


class Windows:
    """The last week's entries by window, a digest for each older window, and how far it got."""

    def __init__(
        self,
        table: Table,
        api: HaloApi,
        settings: Settings,
        slice_: Mapping[str, object],
        tickets: Changes,
        actions: Actions | None,
    ) -> None:
        self.rows = TableRows(table)
        self._table = table
        self._api = api
        self._since = settings.start_date
        self._tickets = tickets
        self._actions = actions
        recent = slice_.get("recent", {})
        self._recent: dict[int, Ledger] = {
            int(number): Ledger.load(dumped)
            for number, dumped in recent.items()  # type: ignore[attr-defined]
        }
        self._digests = Ledger.load(slice_.get("digests", {}))  # type: ignore[arg-type]
        following = slice_.get("next")
        self._next = following if isinstance(following, int) else None
        latest = slice_.get("newest")
        self._newest = latest if isinstance(latest, int) else None
        self._revisited = moment(slice_.get("revisited"))
        self._days = Days(api, table, int(slice_.get("whole_below", 0)))  # type: ignore[call-overload]
        self._any = bool(slice_.get("any", False))
        since = moment(slice_.get("since"))
        if since and self._next is not None and (self._since is None or self._since < since):
            self._next = max(self._next, window_of(since))

    def dump(self) -> dict[str, object]:
        """The slice of the state."""
        slice_: dict[str, object] = {
            "recent": {str(number): ledger.dump() for number, ledger in self._recent.items()},
            "digests": self._digests.dump(),
            "whole_below": self._days.whole_below,
            "any": self._any,
        }
        for name, number in (("next", self._next), ("newest", self._newest)):
            if number is not None:
                slice_[name] = number
        for name, when in (("revisited", self._revisited), ("since", self._since)):
            if when:
                slice_[name] = when.isoformat()
        return slice_

    def fresh(self) -> Iterator[Operation]:
        """Reads the last week again, and whatever lies between it and the last sync.

        What is new, changed or gone there is exact.
        """
        newest = window_of(self._api.date)
        oldest = max(min(newest - FRESH_DAYS, self._newest or newest), self._first())
        met = Ledger()
        numbers = range(newest, oldest - 1, -1)
        for number, raws in zip(numbers, self._each(numbers), strict=True):
            yield from self._refresh(number, raws, met)
        yield from self._delete_gone(met, newest, oldest)
        self._settle(newest - FRESH_DAYS)
        self._newest = newest
        if self._next is None:
            self._next = oldest - 1
        if not self._any and self._actions and self._actions.has_time:
            yield Warn(
                f"{self._table.name}: no time entry came though actions have time; this tenant "
                "does not list them by date, so use the hours in action, or exclude this table."
            )
        yield SAFE_POINT

    def history(self) -> Iterator[Operation]:
        """Reads the older days, newest first, then each again about once a week."""
        if self._next is None or not self._tickets.loaded:
            return
        first = self._first_of_history()
        fresh_from = window_of(self._api.date) - FRESH_DAYS
        if self._next < first and self._revisit_is_due():
            self._next = fresh_from - 1
        numbers = [*range(self._next, first - 1, -1), *self._early(min(self._next, first - 1))]
        for number, raws in zip(numbers, self._each(numbers), strict=True):
            yield from self._visit(number, raws)
            self._next = number - 1
            yield SAFE_POINT
        if numbers or self._revisited is None:
            self._revisited = self._api.date
            yield SAFE_POINT

    def left(self) -> Left:
        """The days that are still to be read."""
        if self._next is None or not self._tickets.loaded:
            return NOTHING
        return Left(max(0, self._next - self._first_of_history() + 1), "days")

    def _first_of_history(self) -> int:
        oldest = self._tickets.oldest or self._api.date
        return max(self._first(), window_of(oldest) - 1)

    def _early(self, below: int) -> list[int]:
        """Single days up to `below` on which, by what actions came, time was entered."""
        early = list(self._actions.early) if self._actions else []
        return [number for number in reversed(early) if self._first() <= number <= below]

    def _revisit_is_due(self) -> bool:
        return self._revisited is not None and self._api.date - self._revisited >= REVISIT_EVERY

    def _first(self) -> int:
        return window_of(self._since) if self._since else window_of(EPOCH)

    def _refresh(self, number: int, raws: list[Raw], met: Ledger) -> Iterator[Operation]:
        sent = Ledger()
        for ledger in self._recent.values():
            sent.update(ledger)
        rows, prints = self.rows.changed(raws, sent)
        if rows:
            yield Upsert(self._table.name, rows)
        met.update(prints)
        for key in prints:
            for ledger in self._recent.values():
                ledger.pop(key, None)
        self._recent.setdefault(number, Ledger()).update(prints)
        self._any = self._any or bool(prints)
        yield SAFE_POINT

    def _delete_gone(self, met: Ledger, newest: int, oldest: int) -> Iterator[Operation]:
        """What was in these days and is not: moved to another day, or deleted; its ticket tells."""
        known = {
            key
            for number, ledger in self._recent.items()
            if oldest <= number <= newest
            for key in ledger
        }
        gone = known - met.keys()
        if len(gone) > 20 and len(gone) * 10 > len(known):
            yield kept_warning(self._table.name, len(gone), len(known))
            return
        by_ticket: dict[int, list[Key]] = {}
        for key in gone:
            if isinstance(key, tuple) and isinstance(key[0], int):
                by_ticket.setdefault(key[0], []).append(key)
        for ticket_id, keys in sorted(by_ticket.items()):
            yield from self._look_up(ticket_id, keys)

    def _look_up(self, ticket_id: int, keys: list[Key]) -> Iterator[Operation]:
        """Sends or deletes a ticket's entries that are no longer where they were.

        Where the ticket is gone, or its list is not certain, they stay.
        """
        without_key = self.rows.without_key
        try:
            found = ticket_actions(self._api, self._table, ticket_id)
        except Refused as refusal:
            if refusal.status not in GONE:
                raise
            found = None
        there = {}
        for raw in filter(has_time, found.raws if found else ()):
            row = self.rows.make(raw)
            if row is not None:
                there[self.rows.key(row)] = row
        certain = found and found.whole and self.rows.without_key == without_key
        for key in keys:
            if key in there:
                yield Upsert(self._table.name, [there[key]])
            elif certain:
                yield Delete(self._table.name, [self.rows.key_columns(key)])
            for ledger in self._recent.values():
                ledger.pop(key, None)
        yield SAFE_POINT

    def _settle(self, oldest: int) -> None:
        """Windows that are no longer fresh leave a digest."""
        for number in [number for number in self._recent if number < oldest]:
            self._digests[number] = digest(self._recent.pop(number))

    def _visit(self, number: int, raws: list[Raw]) -> Iterator[Operation]:
        """Sends an older day unless it is as it was."""
        rows, prints = self.rows.changed(raws, Ledger())
        new = digest(prints)
        if rows and self._digests.get(number) != new:
            yield Upsert(self._table.name, rows)
        self._digests[number] = new
        self._any = self._any or bool(rows)

    def _each(self, numbers: Sequence[int]) -> Iterator[list[Raw]]:
        """The time entries of each window."""
        for raws in self._days.each(numbers):
            yield [raw for raw in raws if has_time(raw) and self._is_wanted(raw)]

    def _is_wanted(self, raw: Raw) -> bool:
        when = stamp(raw, "datetime")
        return self._since is None or when is None or when >= self._since


def digest(prints: Ledger) -> int:
    """One number for a day's entries."""
    return fingerprint({str(key): value for key, value in prints.items()})
