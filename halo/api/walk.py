"""Walking a paged list from one end to the other, with the proof that nothing was missed.

Two things prove it while rows move between the requests:

- *Count*. The rows seen that were in the list when the walk began are as many as `record_count`
  said on its first page.
- *Order*. The tenant honours ascending ids and the pages are read from the last to the first, each
  asked for when the one before has come. Rows only leave, or join at the end, so a row's place can
  only come nearer to the reader: it cannot slip past.
"""

from collections.abc import Callable, Container, Generator
from datetime import datetime
from functools import partial
from itertools import pairwise
from math import ceil
from typing import Annotated
from zlib import crc32

import msgspec

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.api.pages import Listing, Page, Row, fetch
from halo.errors import Unreadable

ATTEMPTS = 3
"""How often a list is walked before it is said that it cannot be proved whole."""

NEWEST_FIRST = {"order": "id", "orderdesc": "true"}
OLDEST_FIRST = {"order": "id", "orderdesc": "false"}

WasThere = Callable[["Walk", Row], bool]
"""Whether a row was in the list when the walk began; False where that is not certain."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Number = Annotated[int, msgspec.Meta(ge=0)]


class Walk(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One pass over a list: where it stands and what it saw. A part of the state.

    Attributes:
        started: the server's time at the first request.
        count: how many rows the list had then; None where the tenant does not say.
        size: rows on a full page, as they really came.
        top: the largest id on the first page: whatever has no larger one was there already.
        downwards: read from the last page to the first, in ascending order of ids.
        next_page: the page to be read next; 0 when there is none.
        orderly: every page so far was full and in ascending order of ids.
        there: how many of the rows seen were in the list when the walk began.
        seen: the ids on the pages read.
        resumed: it was interrupted by the end of a sync.
        rows: how many rows came, doubled ones too.
        stale: a page brought nothing new.
        agreed: the walk before saw the same rows, and as many came as the list said it has.
    """

    started: Moment
    count: Number | None
    size: Number
    top: int
    downwards: bool = False
    next_page: Number = 0
    orderly: bool = False
    there: Number = 0
    seen: Ids = msgspec.field(default_factory=Ids)
    resumed: bool = False
    rows: Number = 0
    stale: bool = False
    agreed: bool = False

    def __post_init__(self) -> None:
        if self.next_page and self.size < 1:
            raise ValueError("a walk goes on in pages without rows")

    def proved(self, joins_at_end: bool) -> bool:
        """Whether this walk, at its end, has seen every row that was there all the time."""
        counted = self.there == (len(self.seen) if self.count is None else self.count)
        in_order = self.downwards and self.orderly and joins_at_end
        return not self.next_page and (in_order or counted or self.agreed)

    def see(self, page: Page, was_there: WasThere) -> bool:
        """Takes the rows of a page into account; whether one of them is new."""
        is_new = False
        self.rows += len(page.rows)
        for row in page.rows:
            identity: int | None = row.get("id")
            if self.seen.add(stand_in(row) if identity is None else identity):
                self.there += identity is None or was_there(self, row)
                is_new = True
        return is_new

    def take(self, page: Page, was_there: WasThere) -> None:
        """Takes the next page into account, and moves on."""
        is_new = self.see(page, was_there)
        if self.count is not None and len(self.seen) > max(self.count, page.count or 0):
            self.count = None  # That of a page, or another number that means nothing.
        self.stale = self.stale or not is_new
        if self.downwards:
            at_end = page.count is not None and page.number * self.size >= page.count
            is_full = len(page.rows) == self.size or at_end
            self.orderly = self.orderly and is_full and _ascending(page)
            self.next_page -= 1
        elif self._ends_with(page, is_new):
            if self.count is None and self.next_page == 2:
                self.there = len(self.seen)
            self.next_page = 0
        else:
            self.next_page += 1

    def _ends_with(self, page: Page, is_new: bool) -> bool:
        """Some lists end with an empty page, some repeat the last for ever (Halo's API notes)."""
        if self.count is None or not page.rows:
            return not is_new
        most = max(self.count, page.count or 0)
        if len(self.seen) < most and is_new and len(page.rows) == self.size:
            return False  # Rows came twice, or have moved: there may be more.
        pages = ceil(most / self.size)
        return page.number >= min(pages, 2 * ceil(self.count / self.size) + 100)


Pages = Generator[tuple[Walk, Page] | None, None, None]
"""None where the next page is under way: whoever reads several lists may turn to another."""


def stand_in(row: Row) -> int:
    """A negative number for a row without an id, so that it is counted once."""
    return -2 - crc32(repr(row).encode())


def walked(api: HaloApi, listing: Listing, was_there: WasThere, left: Walk | None = None) -> Pages:
    """The pages of one walk, from its beginning or from where the last sync left it.

    The walk has moved on by a page when that page is handed out, and the next one is under way.
    """
    walk, page = (left, None) if left else (yield from _begun(api, listing, was_there))
    order = OLDEST_FIRST if walk.downwards else NEWEST_FIRST
    while True:
        number = walk.next_page
        waiting = api.begin(partial(fetch, api, listing, number, order)) if number else None
        yield (walk, page) if page else None
        if waiting is None:
            return
        page = waiting.result()
        walk.take(page, was_there)


def _begun(
    api: HaloApi, listing: Listing, was_there: WasThere
) -> Generator[None, None, tuple[Walk, Page]]:
    """The first step of a walk, and the page it read. One page is whole by itself."""
    waiting = api.begin(partial(fetch, api, listing, 1, NEWEST_FIRST))
    yield None
    probe = waiting.result()
    size, count = len(probe.rows), probe.count
    walk = Walk(started=probe.date, count=count, size=size, top=max(probe.ids, default=0))
    if count and not size:
        raise Unreadable(
            f"{listing.path} answered no row and says that it has {count}; "
            "the next sync tries again."
        )
    if probe.is_all or not size:
        walk.see(probe, lambda *_: True)
        walk.count = len(walk.seen)
        return walk, probe
    if count is not None and count > size:
        waiting = api.begin(partial(fetch, api, listing, ceil(count / size), OLDEST_FIRST))
        yield None
        last = waiting.result()
        if last.ids and _ascending(last) and max(last.ids) >= walk.top:
            walk.downwards = True
            walk.orderly = size > 1  # One row a page is in any order.
            walk.next_page = last.number - 1
            walk.see(last, was_there)
            return walk, last
    walk.next_page = 2
    walk.see(probe, was_there)
    return walk, probe


def whole(
    api: HaloApi,
    listing: Listing,
    was_there: Callable[[Walk, Row, Container[object]], bool],
    known: Container[object] = (),
    left: Walk | None = None,
) -> Pages:
    """The pages of a list, walked again until it is proved whole, at most ATTEMPTS times.

    The first walk may be one that was `left`. A page comes with its walk; the last one's `proved`
    tells how it ended. What an earlier attempt saw was there before the next began, so that two
    walks that agree are a proof too.
    """
    before, last = Ids(), Ids()

    def judge(walk: Walk, row: Row) -> bool:
        return row.get("id") in before or was_there(walk, row, known)

    for _ in range(ATTEMPTS):
        walk = None
        for step in walked(api, listing, judge, left):
            walk = step[0] if step else walk
            yield step
        if walk and not walk.seen:
            walk.count = len(before)  # A list that had rows a moment ago is not empty.
        if walk is None or walk.proved(listing.joins_at_end):
            return
        walk.agreed = last == walk.seen and walk.rows == walk.count and not walk.stale
        if walk.agreed:
            return
        last, left = walk.seen, None
        before.update(last)


def existed(walk: Walk, row: Row, known: Container[object]) -> bool:
    """For a list without a filter: a row that is known, or as old as the first page's newest."""
    identity = row.get("id")
    return identity is not None and (
        identity in known or (walk.count is not None and identity <= walk.top)
    )


def _ascending(page: Page) -> bool:
    return all(a <= b for a, b in pairwise(page.ids))
