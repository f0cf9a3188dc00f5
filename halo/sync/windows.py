"""Windows: a list is read by windows of dates, or all at once where a tenant ignores the dates.

What is near, a month back and all that is planned, is read in each sync; what is older in rounds,
newest first, about weekly; the first round is the first load. A row belongs to the day on which it
begins. A window is asked for a day more on either side, so that neither its bounds nor another time
zone hide a row of its own days.
"""

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.errors import Unfiltered
from halo.state.slices import WindowsSlice
from halo.sync.dated_rows import DAYS, DatedRows
from halo.sync.days import EPOCH
from halo.sync.guard import kept_warning, unproved
from halo.sync.moments import is_due
from halo.sync.operations import SAFE_POINT, Operation, Warn
from halo.sync.progress import NOTHING, Left
from halo.sync.spans import DAY, MOST, Spans
from halo.tables import Table
from halo.tables.sources import Windows

NEAR = 31
"""Days back that are read in each sync."""

ROUND_EVERY, WHOLE_EVERY = timedelta(days=7), timedelta(days=1)

FEW, MANY = 2000, 10_000
"""Rows of a window after which the next one is twice as long, or half."""

FIRST, LAST = datetime(1753, 1, 3, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Where the outermost windows end: SQL's calendar begins in 1753, and .NET's ends in 9999."""


class WindowsReader(DatedRows):
    """What was sent of one list and on which day it began, and how far the round has come."""

    urgent = False

    def __init__(self, source: Windows, table: Table, api: HaloApi, slice_: WindowsSlice) -> None:
        super().__init__(source, table, api, slice_)
        self._spans = Spans(source, api, self._rows.make, self._send, self._was_there)

    def wanted_again(self) -> None:
        """The last sync was not to fill it: all windows are read."""
        self.slice.before = self.slice.rounded = self.slice.whole_at = None

    def left(self) -> Left:
        """The days that the round has not met yet."""
        return Left(self.slice.before - 1, "days") if self.slice.before else NOTHING

    def fresh(self) -> Iterator[Operation]:
        """Reads the near window. What is gone may still be met by a round that is under way."""
        slice_ = self.slice
        if slice_.whole_at and not is_due(slice_.whole_at, self._api.date, WHOLE_EVERY):
            return
        near = range(self._near, DAYS.stop)
        try:
            known = yield from self._window(near)
        except Unfiltered as error:
            yield from self._read_all(f"{error}, so that once a day")
            slice_.whole_at, slice_.before = self._api.date, None
        else:
            slice_.whole_at = None
            if slice_.before is None:
                yield from self._delete_gone(near, known)
        yield SAFE_POINT

    def history(self) -> Iterator[Operation]:
        """Reads the older windows; all at once where they show fewer rows than the list has."""
        slice_ = self.slice
        if slice_.whole_at:
            return
        if slice_.before is None:
            if not is_due(slice_.rounded, self._api.date, ROUND_EVERY):
                return
            slice_.before, slice_.length = self._near, NEAR
            slice_.count = self._spans.count()
        try:
            yield from self._older()
        except Unfiltered as error:
            yield from self._read_all(f"{error}, so that once a week")
        else:
            yield from self._delete_gone(range(DAYS.stop), len(slice_.ledger))
            shown = len(self._known(DAYS) - slice_.gone.keys())
            there = max(slice_.count - slice_.doubled, len(slice_.ledger) - len(slice_.gone))
            if there > shown:
                why = f"windows of dates show {shown} of its {there} rows, so that once a week"
                yield from self._read_all(why, shown)
        slice_.before, slice_.rounded = None, self._api.date
        yield SAFE_POINT

    def _older(self) -> Iterator[Operation]:
        """Reads what the round has not met yet, in windows that hold neither few rows nor many."""
        slice_ = self.slice
        while slice_.before and slice_.before > DAYS.start:
            length = slice_.length
            days = range(max(slice_.before - length, DAYS.start), slice_.before)
            slice_.length = -(-length // 2)  # For the next sync, where this one has not the time.
            yield from self._window(days)
            slice_.before = days.start
            if len(self._seen) <= MANY and self._spans.cuts <= MOST // 2:
                is_short = len(self._seen) < FEW and not self._spans.cuts
                slice_.length = 2 * length if is_short else length
            yield SAFE_POINT

    def _window(self, days: range) -> Generator[Operation, None, int]:
        """Reads what begins on these days, and notes what no longer comes; how many were known.

        Where none of them comes, so long a time is asked that another one should come too.
        """
        slice_, self._seen, keyless = self.slice, Ids(), self._rows.without_key
        known = self._known(days)
        proved = yield from self._spans.between(_begin(days.start) - DAY, _begin(days.stop) + DAY)
        if known and not any(map(self._seen.__contains__, known)):
            others = {key: slice_.days[key] for key in self._known(DAYS) - known}
            if others:
                witness = min(others, key=lambda key: _distance(others[key], days))
                known.add(witness)
                start, stop = min(days.start, others[witness]), max(days.stop, others[witness] + 1)
                proved = yield from self._spans.between(_begin(start) - DAY, _begin(stop) + DAY)
            if not others or witness not in self._seen:
                yield kept_warning(self._table, len(known), len(known))
                return len(known)
        if not proved:
            yield unproved(self._table)
        elif self._rows.without_key == keyless:
            self._miss(known)
        return len(known)

    def _read_all(self, why: str, shown: int = -1) -> Iterator[Operation]:
        """Reads the list without dates and deletes what it lacks.

        Where it has more than what windows have shown, what that costs is said.
        """
        slice_, self._seen, keyless = self.slice, Ids(), self._rows.without_key
        requests, self._is_whole = self._api.requests, True
        proved = yield from self._spans.all(slice_.ledger.copy())
        self._is_whole = False
        if len(self._seen) > shown:
            yield Warn(
                f"{self._table}: {why} all {len(self._seen)} rows are read at once, in "
                f"{self._api.requests - requests} requests, and what changed comes that late; "
                "tell the maintainers."
            )
        if not proved:
            yield unproved(self._table, "a later")
        elif self._rows.without_key == keyless:
            slice_.doubled = max(0, slice_.count - len(self._seen))
            self._miss(self._known(range(DAYS.stop)))
            yield from self._delete_gone(range(DAYS.stop), len(slice_.ledger))

    @property
    def _near(self) -> int:
        """The first day of the near window."""
        return (self._api.date - EPOCH).days - NEAR


def _begin(day: int) -> datetime:
    """When a day begins; of the first and the one after the last, where the list does."""
    return FIRST if day <= DAYS.start else LAST if day >= DAYS.stop else EPOCH + day * DAY


def _distance(day: int, days: range) -> int:
    return max(days.start - day, day - days.stop)
