"""Actions by date: windows of a day, asked so that no moment lies on a bound, and read whole.

Whether Halo counts the bounds of a window in is not known. So each window asks for exactly a day,
the longest it may, of which the last second belongs to the next one too: every moment lies well
inside of one window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

from halo.api.connection import HaloApi
from halo.api.pages import Listing, Make, Row, read
from halo.errors import TableError, Unfiltered
from halo.sync.moments import iso
from halo.tables.sources import Actions

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
ASKED = timedelta(days=1)
SECOND = timedelta(seconds=1)
STEP = ASKED - SECOND

MOST = 1000
"""Actions asked for at once: more never come (Halo's API notes, lists)."""

HOPELESS = 3
"""Windows in a row that cannot be read and are taken for the table's failing."""

LEAST_CAP = 50
"""The shortest list that is known to have been cut has about so many rows (Halo's API notes)."""


def window_of(when: datetime) -> int:
    """The number of the window to which a moment belongs: bounds lie half a second inside."""
    return (when - EPOCH - SECOND / 2) // STEP


def start_of(number: int) -> datetime:
    """From when a window asks."""
    return EPOCH + number * STEP


Answered = tuple[list[Row], bool]
"""Rows, and whether their count says that there are more."""


class Days:
    """Reads windows of a list of actions.

    A list that is shorter than the longest one of this sync was not cut, whatever the tenant's cap
    is; one just as long may have been, and so was one that says so, unless that turns out not to be
    true. `cut` are the seconds that hold so many actions that some may not have come.
    """

    def __init__(
        self, api: HaloApi, source: Actions, params: Mapping[str, str], make: Make
    ) -> None:
        self._api = api
        self._source = source
        self._params = params
        self._make = make
        self._longest = LEAST_CAP
        self._counts_lie = False
        self.cut: list[str] = []

    def each(
        self, numbers: Iterable[int], hopeless: int = HOPELESS
    ) -> Iterator[tuple[int, list[Row] | TableError]]:
        """Each window with its rows, or with why it could not be read; a few asked ahead.

        Raises Unfiltered where dates are ignored, and what went wrong where so many windows in a
        row cannot be read, or a few before any can.
        """
        in_a_row, most = 0, min(hopeless, HOPELESS)
        for number, found in self._api.each(partial(self._attempt, number) for number in numbers):
            if isinstance(found, Unfiltered):
                raise found
            yield number, found
            if isinstance(found, TableError):
                in_a_row += 1
                if in_a_row == most:
                    raise found
            else:
                in_a_row, most = 0, hopeless

    def _attempt(self, number: int) -> tuple[int, list[Row] | TableError]:
        try:
            return number, self.window(number)
        except TableError as error:
            return number, error

    def window(self, number: int) -> list[Row]:
        """The rows of one window. Raises Unfiltered where dates are ignored, and TableError."""
        start = start_of(number)
        rows = self._between(start, start + ASKED)
        return [row for row in rows if window_of(row.get("datetime", start)) == number]

    def _between(self, start: datetime, end: datetime, answer: Answered | None = None) -> list[Row]:
        """What a span of time holds. Where it may have come cut, what is older is asked for.

        A list that is not newest first may be cut anywhere: then both halves are.
        """
        rows, says_cut = answer or self._ask(start, end)
        self._counts_lie |= says_cut and not rows
        if len(rows) < self._longest and (self._counts_lie or not says_cut):
            return rows
        self._longest = max(self._longest, len(rows))
        if end - start <= 2 * SECOND:
            self.cut.append(iso(start))
            return rows
        earlier = _oldest(rows) + SECOND if _newest_first(rows) else end
        if earlier < end:
            return _once(rows + self._between(start, earlier))
        at = middle(start, end, [row["datetime"] for row in rows if "datetime" in row])
        older, newer = self._ask(start, at + SECOND), self._ask(at, end)
        # Halves that hold no more, and say so too, are not cut; that of one moment may be.
        said_twice = all(part and says for part, says in (older, newer))
        self._counts_lie |= said_twice and len(_once(older[0] + newer[0])) <= len(_once(rows))
        halves = self._between(start, at + SECOND, older) + self._between(at, end, newer)
        return _once(halves)

    def _ask(self, start: datetime, end: datetime) -> Answered:
        """The rows of one request, and whether their count says that there are more."""
        span = {"startdate": iso(start), "enddate": iso(end), "count": str(MOST)}
        source = self._source
        listing = Listing(source.path, source.rows, {**self._params, **span}, self._make)
        page = read(self._api.get(listing.path, listing.params), listing)
        dated = [row["datetime"] for row in page.rows if "datetime" in row]
        outside = [when for when in dated if not start - SECOND <= when <= end + SECOND]
        if outside or (page.rows and not dated):
            raise Unfiltered(
                f"{source.path} was asked for {iso(start)} to {iso(end)} and answered an "
                f"action of {outside[0] if outside else 'no date'}: this tenant does not filter by "
                "date."
            )
        return list(page.rows), page.count is not None and page.count > len(page.rows)


def _newest_first(rows: list[Row]) -> bool:
    """Whether all have a date, and none is newer than the one before."""
    moments = [row.get("datetime") for row in rows]
    return bool(rows) and all(
        a is not None and b is not None and a >= b for a, b in pairwise(moments)
    )


def _oldest(rows: list[Row]) -> datetime:
    """The second of the last row."""
    last: datetime = rows[-1]["datetime"]
    return last.replace(microsecond=0)


def _once(rows: list[Row]) -> list[Row]:
    return list({(row.get("ticket_id"), row.get("id")): row for row in rows}.values())


def middle(start: datetime, end: datetime, moments: list[datetime]) -> datetime:
    """Where to cut a span so that each part has half of its moments; at a full second."""
    inside = sorted(moment for moment in moments if start <= moment <= end)
    at = inside[len(inside) // 2] if inside else start + (end - start) // 2
    # All at one end: next to it, so that they are left alone.
    at = max(min(at, end - 2 * SECOND), start + SECOND)
    return at.replace(microsecond=0)
