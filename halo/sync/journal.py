"""The journal: actions by day, which bring what is new and tell what changed silently.

What a day's list holds is compared with what it held. Rows that are new go to whom reads the
actions; the tickets of rows that changed or went are to be read, for the list of a ticket is the
truth about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.api.pages import Row
from halo.errors import TableError, Unfiltered
from halo.state.ledger import Key, Ledger
from halo.state.numbers import LARGEST
from halo.state.slices import JournalSlice
from halo.sync.days import HOPELESS, Days, start_of, window_of
from halo.sync.guard import believed, kept_warning, many
from halo.sync.moments import is_due, iso
from halo.sync.operations import SAFE_POINT, Operation, Warn
from halo.sync.progress import NOTHING, Left
from halo.sync.rows import TableRows

FRESH_DAYS = 7
REVISIT_EVERY = timedelta(days=7)
PARTS = 16
"""Tickets of an older day are told apart by the remainder of their number: few are read again."""

Window = tuple[int, list[Row]]
Take = Callable[[list[Row]], Iterator[Operation]]


class Journal:
    """The last week's days in each sync, the older ones about weekly."""

    def __init__(
        self, rows: TableRows, api: HaloApi, days: Days, slice_: JournalSlice, tickets: Ids
    ) -> None:
        self._rows = rows
        self._name = rows.table.name
        self._api = api
        self._days = days
        self._slice = slice_
        self._tickets = tickets
        self._unread: list[tuple[int, TableError]] = []
        self.lost: set[int] = set()
        self.is_deaf = False

    def heard(self, noticing: Iterator[Operation]) -> Iterator[Operation]:
        """Notices, once a sync in vain: what cannot be listed by day costs nothing else."""
        if self.is_deaf:
            return
        try:
            yield from noticing
        except Unfiltered:
            self.is_deaf = True  # What is not listed by day comes with its ticket.
        except TableError as error:
            self.is_deaf = True
            yield Warn(
                f"{self._name}: days could not be read, so that actions and hours which were "
                f"edited without moving their ticket are not noticed: {error}"
            )

    def loaded(self, rows: Iterable[Row]) -> None:
        """These rows were sent with their ticket for the first time."""
        if self._slice.revisited is not None:
            return
        fresh = window_of(self._api.date) - FRESH_DAYS
        for row in rows:
            if "datetime" in row and (number := window_of(row["datetime"])) < fresh:
                at = number * PARTS + row["ticket_id"] % PARTS
                mark = self._slice.digests[at] + self._rows.fingerprint(row)
                self._slice.digests[at] = mark % (LARGEST + 1)

    def all_loaded(self) -> None:
        """The first load is over: what it sent need not be looked at again for a week."""
        self._slice.revisited = self._slice.revisited or self._api.date

    def fresh(self, first: int, soon: Ids, take: Take) -> Iterator[Operation]:
        """Compares the last week, and whatever lies between it and the last sync.

        `first` is the oldest window that is wanted; `take` is given the rows that are new or
        changed, and the tickets of these and of those that went are put into `soon`. Raises
        TableError where no window can be read.
        """
        slice_, newest = self._slice, window_of(self._api.date)
        oldest = max(min(newest - FRESH_DAYS, slice_.newest or newest), first)
        numbers = range(newest, oldest - 1, -1)
        known, before, now = _together(slice_.recent, numbers), Ledger(), Ledger()
        fresh: dict[int, Ledger] = {}
        for number, rows in self._each(numbers, hopeless=len(numbers)):
            prints = Ledger({_key(row): self._rows.fingerprint(row) for row in rows})
            yield from take([row for row in rows if known.get(_key(row)) != prints[_key(row)]])
            before.update(slice_.recent.get(number, {}))
            now.update(prints)
            fresh[number] = prints
        gone = before.keys() - now.keys()
        if many(len(gone), len(before)):
            waited = believed(gone, len(before), slice_.absent, self._api.date)
            kept, gone = gone - waited, waited
            yield from [kept_warning(self._name, len(kept), len(before))] if kept else ()
            for number, prints in fresh.items():  # They are looked for again.
                old = slice_.recent.get(number, Ledger())
                prints.update((key, mark) for key, mark in old.items() if key in kept)
        self.lost = self._notice(gone, soon)
        self._notice((key for key, mark in now.items() if before.get(key) != mark), soon)
        slice_.recent |= fresh
        slice_.newest = newest
        for number in [number for number in slice_.recent if number < newest - FRESH_DAYS]:
            self._digest(number, slice_.recent.pop(number))
        yield from self._warnings()
        yield SAFE_POINT

    def history(self, first: int, later: Ids) -> Iterator[Operation]:
        """Compares the older days, newest first, about once a week after the first load."""
        slice_, now = self._slice, self._api.date
        if slice_.revisited is None:
            return
        if slice_.revisit is None:
            if not is_due(slice_.revisited, now, REVISIT_EVERY):
                return
            slice_.revisit = window_of(now) - FRESH_DAYS - 1
        for number, rows in self._each(range(slice_.revisit, first - 1, -1)):
            self._compare(number, rows, later)
            slice_.revisit = number - 1
            yield SAFE_POINT
        slice_.revisit, slice_.revisited = None, now
        yield from self._warnings()
        yield SAFE_POINT

    def left(self, first: int) -> Left:
        """The older days that are still to be compared in this round."""
        revisit = self._slice.revisit
        return NOTHING if revisit is None else Left(max(0, revisit - first + 1), "days")

    def _each(self, numbers: Iterable[int], hopeless: int = HOPELESS) -> Iterator[Window]:
        """The rows of each window that could be read; notes those that could not."""
        for number, found in self._days.each(numbers, hopeless):
            if isinstance(found, TableError):
                self._unread.append((number, found))
            else:
                keyed = self._rows.keyed(found)
                yield number, [row for row in keyed if self._rows.table.part(row)]

    def _compare(self, number: int, rows: list[Row], queue: Ids) -> None:
        """Puts the tickets of a part of an older window that is not as it was into the queue."""
        prints = {_key(row): self._rows.fingerprint(row) for row in rows}
        moved = self._digest(number, prints)
        self._notice((key for key in prints if key[0] % PARTS in moved), queue)

    def _digest(self, number: int, prints: Mapping[Any, int]) -> set[int]:
        """Keeps the sums of a window that is not fresh; which of its parts were others."""
        digests, sums = self._slice.digests, [0] * PARTS
        for (ticket_id, _), mark in prints.items():
            sums[ticket_id % PARTS] = (sums[ticket_id % PARTS] + mark) % (LARGEST + 1)
        at = number * PARTS
        moved = {part for part in range(PARTS) if digests[at + part] != sums[part]}
        for part in moved:
            digests[at + part] = sums[part]
        return moved

    def _notice(self, keys: Iterable[Key], queue: Ids) -> set[int]:
        """Queues the tickets of these rows that are in the warehouse, and names them."""
        named = {key[0] for key in keys if isinstance(key, tuple)}
        tickets = {t for t in named if isinstance(t, int) and t in self._tickets}
        queue.update(tickets)
        return tickets

    def _warnings(self) -> Iterator[Warn]:
        """Says which days could not be read, and which came cut, each once a sync."""
        if self._unread:
            number, error = self._unread[-1]
            yield Warn(
                f"{self._name}: {len(self._unread)} days could not be read, the one from "
                f"{iso(start_of(number))} among them; the next sync asks again: {error}"
            )
        if self._days.cut:
            yield Warn(
                f"{self._name}: the second at {self._days.cut[0]} holds so many actions that "
                "Halo may not have sent all of them; compare it with action."
            )
        self._unread, self._days.cut = [], []


def _key(row: Row) -> tuple[int, int]:
    return row["ticket_id"], row["id"]


def _together(ledgers: Mapping[int, Ledger], numbers: Iterable[int]) -> Ledger:
    """What these windows held."""
    both = Ledger()
    for number in numbers:
        both.update(ledgers.get(number, {}))
    return both
