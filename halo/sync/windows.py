"""Windows: time entries are read day by day; the last week in every sync, the rest as history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from halo.api.connection import HaloApi
from halo.api.idset import IdSet
from halo.api.pages import Raw
from halo.errors import GONE, Refused, TableError
from halo.settings import Settings
from halo.state.ledger import Key, Ledger, fingerprint
from halo.sync.actions import Actions, TicketActions, has_time, ticket_actions
from halo.sync.changes import Changes
from halo.sync.days import EPOCH, HOPELESS, Days, start_of, window_of
from halo.sync.moments import is_due, iso, moment, stamp
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert, Warn
from halo.sync.progress import NOTHING, Left
from halo.sync.rows import TableRows, kept_warning
from halo.tables import Table

FRESH_DAYS = 7
ASKED_FOR = 31
"""Days for which one that could not be read is asked again in every sync; later, about weekly."""

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
        self._next, self._newest = _number(slice_.get("next")), _number(slice_.get("newest"))
        self._revisited = moment(slice_.get("revisited"))
        self._days = Days(api, table)
        self._any = bool(slice_.get("any", False))
        self._failed = IdSet.load(str(slice_.get("failed", "")))
        self._last_words = ""
        since = moment(slice_.get("since"))
        if since and self._next is not None and (self._since is None or self._since < since):
            self._next = max(self._next, window_of(since))

    def dump(self) -> dict[str, object]:
        """The slice of the state."""
        slice_: dict[str, object] = {
            "recent": {str(number): ledger.dump() for number, ledger in self._recent.items()},
            "digests": self._digests.dump(),
            "any": self._any,
            "failed": self._failed.dump(),
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
        met, read = Ledger(), IdSet()
        numbers = range(newest, oldest - 1, -1)
        again = [number for number in self._failed if newest - ASKED_FOR <= number < oldest]
        for number, raws in self._each([*numbers, *again], hopeless=len(numbers)):
            if raws is not None and number < oldest:
                yield from self._visit(number, raws)
            elif raws is not None:
                yield from self._refresh(number, raws, met)
                read.add(number)
        yield from self._delete_gone(met, read)
        yield from self._warnings()
        self._settle(newest - FRESH_DAYS)
        self._newest = newest
        if self._next is None:
            self._next = min(oldest, newest - FRESH_DAYS) - 1
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
        latest = window_of(self._api.date) - FRESH_DAYS - 1
        if self._next < first and self._revisit_is_due():
            self._next = latest
        self._next = min(self._next, latest)
        numbers = [*range(self._next, first - 1, -1), *self._early(min(self._next, first - 1))]
        for number, raws in self._each(numbers):
            if raws is not None:
                yield from self._visit(number, raws)
            self._next = number - 1
            yield SAFE_POINT
        if numbers or self._revisited is None:
            self._revisited = self._api.date
            yield SAFE_POINT
        yield from self._warnings()

    def left(self) -> Left:
        """The days that are still to be read."""
        if self._next is None or not self._tickets.loaded:
            return NOTHING
        return Left(max(0, self._next - self._first_of_history() + 1), "days")

    def _first_of_history(self) -> int:
        oldest = self._tickets.oldest or self._api.date
        return max(self._first(), window_of(oldest) - 1)

    def _early(self, below: int) -> list[int]:
        """Single days from before the oldest ticket, up to `below`, on which time was entered."""
        days = list(self._actions.timed_days) if self._actions else []
        return [number for number in reversed(days) if self._first() <= number <= below]

    def _revisit_is_due(self) -> bool:
        return self._revisited is not None and is_due(
            self._revisited, self._api.date, REVISIT_EVERY
        )

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

    def _delete_gone(self, met: Ledger, read: IdSet) -> Iterator[Operation]:
        """What was in the days that were read and is not: its ticket tells what became of it."""
        known = {key for number, ledger in self._recent.items() if number in read for key in ledger}
        gone = known - met.keys()
        if len(gone) > 20 and len(gone) * 10 > len(known):
            yield kept_warning(self._table.name, len(gone), len(known))
            return
        by_ticket: dict[int, list[Key]] = {}
        for key in gone:
            if isinstance(key, tuple) and isinstance(key[0], int):
                by_ticket.setdefault(key[0], []).append(key)
        unread: list[int] = []
        for ticket_id, keys in sorted(by_ticket.items()):
            try:
                yield from self._look_up(ticket_id, keys)
            except TableError as error:
                unread.append(ticket_id)
                last_words = str(error)
        if unread:
            yield Warn(
                f"{self._table.name}: entries of {len(unread)} tickets no longer come, and what "
                f"became of them could not be read, ticket {unread[0]} among them; they stay, and "
                f"the next sync asks again: {last_words}"
            )

    def _look_up(self, ticket_id: int, keys: list[Key]) -> Iterator[Operation]:
        """Sends or deletes a ticket's entries that are no longer where they were.

        Where the ticket is gone, or its list is empty or not certain, they stay. Raises TableError.
        """
        without_key = self.rows.without_key
        try:
            found = ticket_actions(self._api, self._table, ticket_id)
        except Refused as refusal:
            if refusal.status not in GONE:
                raise
            found = TicketActions([], whole=False)
        there = {}
        for raw in filter(has_time, found.raws):
            row = self.rows.make(raw)
            if row is not None:
                there[self.rows.key(row)] = row
        certain = found.raws and found.whole and self.rows.without_key == without_key
        for key in keys:
            if key in there:
                yield Upsert(self._table.name, [there[key]])
            elif certain:
                yield Delete(self._table.name, [self.rows.key_columns(key)])
            else:
                continue  # It is asked again while its day is young.
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

    def _each(
        self, numbers: Iterable[int], hopeless: int = HOPELESS
    ) -> Iterator[tuple[int, list[Raw] | None]]:
        """The time entries of each window; None, and noted, where it could not be read."""
        for number, found in self._days.each(numbers, hopeless):
            if isinstance(found, TableError):
                self._failed.add(number)
                self._last_words = str(found)
                yield number, None
                continue
            self._failed.discard(number)
            yield number, [raw for raw in found if has_time(raw) and self._is_wanted(raw)]

    def _warnings(self) -> Iterator[Operation]:
        """Says which days could not be read, and which came cut, each once a sync."""
        if self._last_words:
            day = iso(start_of(next(iter(self._failed))))
            yield Warn(
                f"{self._table.name}: {len(self._failed)} days could not be read, the one from "
                f"{day} among them; the next sync asks again: {self._last_words}"
            )
        if self._days.cut:
            yield Warn(
                f"{self._table.name}: the second at {self._days.cut[0]} holds so many entries that "
                "Halo may not have sent all of them; compare it with action."
            )
        self._last_words, self._days.cut = "", []

    def _is_wanted(self, raw: Raw) -> bool:
        when = stamp(raw, "datetime")
        return self._since is None or when is None or when >= self._since


def _number(value: object) -> int | None:
    """The number of a window in the state. Raises ValueError on anything else."""
    if value is not None and type(value) is not int:
        raise ValueError(f"{value!r} is no window")
    return value


def digest(prints: Ledger) -> int:
    """One number for a day's entries."""
    return fingerprint({str(key): value for key, value in prints.items()})
