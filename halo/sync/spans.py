"""Spans of time of a list that is filtered by date, each read whole, in halves where it is cut."""

from collections.abc import Callable, Collection, Container, Generator, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from halo.api.connection import HaloApi
from halo.api.pages import Listing, Make, Row, fetch
from halo.api.walk import NEWEST_FIRST, Walk, existed, whole
from halo.errors import TableError, Unfiltered
from halo.sync.days import LEAST_CAP, SECOND, middle
from halo.sync.moments import iso
from halo.sync.operations import SAFE_POINT, Operation
from halo.tables.sources import Windows

DAY = timedelta(days=1)

STRAY = 20
"""Rows outside of the span that was asked, such as the first of a series, that prove nothing."""

MOST = 100
"""How often a span is halved: what is longer than any cap at one moment stays cut."""

Proved = Generator[Operation, None, bool]
"""What sends the rows as they come; whether they were proved to be all."""


class Spans:
    """Reads spans of time, and the list without dates; `send` makes operations of a page's rows.

    `was_there` tells whether a row was in the list of its span when a walk over it began; False
    where that is not certain. `cuts` is how often the last span was halved.
    """

    def __init__(
        self,
        source: Windows,
        api: HaloApi,
        make: Make,
        send: Callable[[Collection[Row]], Iterator[Operation]],
        was_there: Callable[[Walk, Row, object], bool],
    ) -> None:
        self._source = source
        self._api = api
        self._make = make
        self._send = send
        self._was_there = was_there
        self._longest = 1
        self.cuts = 0

    def between(self, start: datetime, end: datetime) -> Proved:
        """Reads a span of time. Raises Unfiltered where the tenant ignores dates."""
        self.cuts = 0
        return (yield from self._between(start, end))

    def _between(self, start: datetime, end: datetime) -> Proved:
        """Reads a span of time, in halves where it may come cut.

        A list that is as long as caps are, and longer than any that came whole, may be cut.
        """
        walk, begun = yield from self._walk(start, end)
        came = len(walk.seen)
        if walk.proved(joins_at_end=False) and (came % LEAST_CAP or came < self._longest):
            self._longest = max(self._longest, came)
            return True
        if end - start <= 2 * SECOND or self.cuts == MOST:
            return False
        self.cuts += 1
        at = middle(start, end, begun)
        more = DAY if min(at - start, end - at) > 4 * DAY else SECOND
        newer = yield from self._between(at - more, end)
        older = yield from self._between(start, at + more)
        return newer and older

    def all(self, known: Container[object]) -> Proved:
        """Reads the list without dates; `known` are the ids that were sent before."""
        for step in whole(self._api, self._listing({}), existed, known):
            if step is None:
                yield SAFE_POINT
                continue
            walk, page = step
            yield from self._send(page.rows)
        return walk.proved(joins_at_end=True)

    def count(self) -> int:
        """How many rows the list says that it has, without dates; 0 where it does not."""
        with suppress(TableError):
            return fetch(self._api, self._listing({}), 1, NEWEST_FIRST).count or 0
        return 0

    def _walk(
        self, start: datetime, end: datetime
    ) -> Generator[Operation, None, tuple[Walk, list[datetime]]]:
        """Reads what is asked as one list: its last walk, and when its rows begin.

        It ends where pages repeat. Raises Unfiltered where most rows lie outside.
        """
        source, begun, outside = self._source, list[datetime](), 0
        listing = self._listing({source.begins: iso(start), source.ends: iso(end)})
        for step in whole(self._api, listing, self._was_there):
            if step is None:
                yield SAFE_POINT
                continue
            walk, page = step
            yield from self._send(page.rows)
            begun += [row[source.begins] for row in page.rows if source.begins in row]
            outside += sum(not self._fits(row, start, end) for row in page.rows)
            if outside > STRAY and 2 * outside > walk.rows:
                raise Unfiltered(f"this tenant ignores {source.begins} and {source.ends}")
            if walk.stale and walk.next_page:
                break
        return walk, begun

    def _fits(self, row: Row, start: datetime, end: datetime) -> bool:
        """Whether a row may be in the list of a span, whatever the tenant's time zone."""
        begins = row.get(self._source.begins, end + 2 * DAY)
        ends = max(begins, row.get(self._source.ends, begins))
        return bool(begins <= end + DAY and ends >= start - DAY)

    def _listing(self, span: Mapping[str, str]) -> Listing:
        source, params = self._source, {**self._source.params, **span}
        return Listing(source.path, source.rows, params, self._make, joins_at_end=not span)
