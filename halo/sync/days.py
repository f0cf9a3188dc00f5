"""Actions by date: windows of a day, asked so that no moment lies on a bound, and read whole.

Whether Halo counts the bounds of a window in is not known. So each window asks for exactly a day,
the longest it may, of which the last second belongs to the next one too: every moment lies well
inside of one window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from halo.api import HaloApi
from halo.errors import Unreadable
from halo.pages import Listing, Raw, one_page
from halo.sync.moments import iso, stamp
from halo.tables import Table

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
ASKED = timedelta(days=1)
SECOND = timedelta(seconds=1)
STEP = ASKED - SECOND

MOST = 1000
"""Actions asked for at once: more never come (Halo's API notes, lists)."""

LEAST_CAP = 50
"""The shortest list that is known to have been cut has about so many rows (Halo's API notes)."""


def window_of(when: datetime) -> int:
    """The number of the window to which a moment belongs: bounds lie half a second inside."""
    return (when - EPOCH - SECOND / 2) // STEP


def start_of(number: int) -> datetime:
    """From when a window asks."""
    return EPOCH + number * STEP


class Days:
    """Reads windows of a list of actions.

    `whole_below` is the length below which a list is known to come whole: that of the longest one
    that its halves proved. One just as long may have been cut there.
    """

    def __init__(self, api: HaloApi, table: Table, whole_below: int = LEAST_CAP) -> None:
        self._api = api
        self._table = table
        self.whole_below = max(LEAST_CAP, whole_below)

    def each(self, numbers: Iterable[int]) -> Iterator[list[Raw]]:
        """The rows of each window, a few windows asked ahead."""
        return self._api.each(partial(self.window, number) for number in numbers)

    def window(self, number: int) -> list[Raw]:
        """The rows of one window. Raises Unreadable where dates are ignored; Refused, GaveUp."""
        start = start_of(number)
        return [
            raw
            for raw in self._between(start, start + ASKED)
            if window_of(stamp(raw, "datetime") or start) == number
        ]

    def _between(self, start: datetime, end: datetime) -> list[Raw]:
        """What a span of time holds; halved where it may have come cut at a cap."""
        raws = self._ask(start, end)
        if len(raws) < self.whole_below:
            return raws
        if end - start <= 2 * SECOND:
            if len(raws) >= MOST:
                raise Unreadable(
                    f"{self._table.path} has {len(raws)} actions at {iso(start)}, and never sends "
                    "more at once."
                )
            return raws
        middle = start + (end - start) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        halves = self._between(start, middle + SECOND) + self._between(middle, end)
        both = {identity(raw): raw for raw in halves}
        if both.keys() <= {identity(raw) for raw in raws}:
            self.whole_below = max(self.whole_below, len(raws))
        return list(both.values())

    def _ask(self, start: datetime, end: datetime) -> list[Raw]:
        span = {"startdate": iso(start), "enddate": iso(end), "count": str(MOST)}
        listing = Listing(self._table.path, self._table.rows, {**self._table.params, **span})
        raws = one_page(self._api, listing).rows
        for raw in raws:
            when = stamp(raw, "datetime")
            if when is None or not start - SECOND <= when <= end + SECOND:
                raise Unreadable(
                    f"{self._table.path} was asked for {iso(start)} to {iso(end)} and answered an "
                    f"action of {raw.get('datetime')}: this tenant does not filter by date; "
                    "use the hours in action."
                )
        return raws


def identity(raw: Raw) -> tuple[object, object]:
    """What tells two raw actions apart."""
    return raw.get("ticket_id"), raw.get("id")
