"""Walking a paged list from one end to the other, with the proof that nothing was missed.

Two things prove it while rows move between the requests:

- *Count*. The rows seen that were in the list when the walk began are as many as `record_count`
  said on its first page.
- *Order*. The tenant honours ascending ids and the pages are read from the last to the first. Rows
  only leave, or join at the end, so a row's place can only come nearer to the reader. When pages
  are read one after the other, it cannot slip past. When a few are read at once, it can, but only
  between two pages, where their ids leave a gap. Such gaps are read again, one page after the
  other, if the count does not come out.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from math import ceil

from halo.api.connection import HaloApi
from halo.api.idset import IdSet
from halo.api.pages import Listing, Page, Raw, fetch, row_id, stand_in
from halo.errors import Unreadable

ATTEMPTS = 3
"""How often a list is walked before it is said that it cannot be proved whole."""

NEWEST_FIRST = {"order": "id", "orderdesc": "true"}
OLDEST_FIRST = {"order": "id", "orderdesc": "false"}


@dataclass
class Walk:
    """One pass over a list: where it stands and what it saw.

    Attributes:
        started: the server's time at the first request.
        count: how many rows the list had then; None where the tenant does not say.
        size: rows on a full page, as they really came.
        top: the largest id on the first page: whatever has no larger one was there already.
        downwards: read from the last page to the first, in ascending order of ids.
        next_page: the page to be read next; 0 when there is none.
        orderly: every page so far was full and in ascending order of ids.
        lowest: the smallest id of the last page read, when downwards.
        gaps: between which ids a row may have slipped through, as (page, id below the gap).
        seen: the ids on the pages read.
        there: how many of them were in the list when the walk began.
        resumed: it was interrupted by the end of a sync.
    """

    started: datetime
    count: int | None
    size: int
    top: int
    downwards: bool = False
    next_page: int = 0
    orderly: bool = False
    lowest: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    there: int = 0
    seen: IdSet = field(default_factory=IdSet)
    resumed: bool = False

    def proved(self, joins_at_end: bool) -> bool:
        """Whether this walk, at its end, has seen every row that was there all the time."""
        if self.next_page:
            return False
        by_order = self.downwards and self.orderly and joins_at_end and not self.gaps
        return by_order or self.counted

    @property
    def counted(self) -> bool:
        """Whether as many rows were seen as there were."""
        return self.there == (len(self.seen) if self.count is None else self.count)

    def see(self, page: Page, was_there: Callable[[Raw], bool]) -> None:
        """Takes the rows of a page into account."""
        for row in page.rows:
            identity = row_id(row)
            if self.seen.add(stand_in(row) if identity is None else identity):
                self.there += identity is None or was_there(row)

    def take(self, page: Page, was_there: Callable[[Raw], bool]) -> None:
        """Takes the next page into account, and moves on."""
        known = len(self.seen)
        self.see(page, was_there)
        if self.downwards:
            self.orderly = self.orderly and _ascending(page) and self._is_full(page)
            if page.ids and page.ids[-1] + 1 < self.lowest:
                self.gaps.append((page.number, page.ids[-1]))
            self.lowest = min(page.ids, default=self.lowest)
            self.next_page -= 1
        elif _at_the_end(page, self, nothing_new=len(self.seen) == known):
            if self.count is None and self.next_page == 2:
                self.there = len(self.seen)
            self.next_page = 0
        else:
            self.next_page += 1

    def _is_full(self, page: Page) -> bool:
        """Whether it has as many rows as a page has, or is where the list ends by now."""
        at_end = page.count is not None and page.number * self.size >= page.count
        return len(page.rows) == self.size or at_end

    def dump(self) -> dict[str, object]:
        """The walk as a part of the state."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return plain | {"started": self.started.isoformat(), "seen": self.seen.dump()}

    @classmethod
    def load(cls, dumped: Mapping[str, object]) -> Walk:
        """The walk that `dump` wrote, now resumed. Raises ValueError, KeyError, TypeError."""
        started = datetime.fromisoformat(str(dumped["started"]))
        plain = {name: dumped[name] for name in _PLAIN if name in dumped}
        for name, value in plain.items():
            if not isinstance(value, _PLAIN[name]):
                raise ValueError(f"{name} of a walk is {value!r}")
        if not plain["size"] and plain["next_page"]:
            raise ValueError("a walk goes on in pages without rows")
        walk = cls(started=started, **plain, seen=IdSet.load(str(dumped["seen"])))  # type: ignore[arg-type]
        gaps = [(int(page), int(below)) for page, below in walk.gaps]
        return replace(walk, resumed=True, gaps=gaps)


_PLAIN = {
    "count": int | None,
    "size": int,
    "top": int,
    "downwards": bool,
    "next_page": int,
    "orderly": bool,
    "lowest": int,
    "gaps": list,
    "there": int,
}
"""What of a walk is kept as it is, and its types."""

WasThere = Callable[[Walk, Raw], bool]
"""Whether a row was in the list when the walk began; False where that is not certain."""


def begin(api: HaloApi, listing: Listing, was_there: WasThere) -> tuple[Walk, Page]:
    """The first step of a walk, and the page it read. One page is whole by itself."""
    probe = fetch(api, listing, 1, NEWEST_FIRST)
    walk = Walk(probe.date, probe.count, len(probe.rows), max(probe.ids, default=0))
    if not probe.rows and walk.count:
        raise Unreadable(
            f"{listing.path} answered no row and says that it has {walk.count}; "
            "the next sync tries again."
        )
    if walk.count is not None and walk.count > walk.size:
        last = fetch(api, listing, ceil(walk.count / walk.size), OLDEST_FIRST)
        if last.ids and _ascending(last) and max(last.ids) >= min(probe.ids):
            walk.downwards = True
            walk.orderly = walk.size > 1  # One row a page is in any order.
            walk.lowest = min(last.ids)
            walk.next_page = last.number - 1
            walk.see(last, partial(was_there, walk))
            return walk, last
    elif probe.is_all or not listing.paged or not probe.rows:
        walk.see(probe, lambda _: True)
        walk.count = len(walk.seen)
        return walk, probe
    walk.next_page = 2
    walk.see(probe, partial(was_there, walk))
    return walk, probe


def rest(api: HaloApi, listing: Listing, walk: Walk, was_there: WasThere) -> Iterator[Page]:
    """The pages of a walk that are still to be read, a few of them asked ahead.

    The walk has moved on by a page when the page is handed out.
    """
    there = partial(was_there, walk)
    order = OLDEST_FIRST if walk.downwards else NEWEST_FIRST
    while walk.next_page:
        calls = (partial(fetch, api, listing, number, order) for number in _numbers(walk))
        for page in api.each(calls):
            walk.take(page, there)
            yield page
            if not walk.next_page:
                break
    if not walk.counted and walk.orderly:
        yield from _mend(api, listing, walk, there)


def _mend(
    api: HaloApi, listing: Listing, walk: Walk, was_there: Callable[[Raw], bool]
) -> Iterator[Page]:
    """Reads the gaps again, downwards from the page above each until one reaches below it."""
    for gap in list(walk.gaps):
        number, below = gap
        while number:
            page = fetch(api, listing, number, OLDEST_FIRST)
            walk.see(page, was_there)
            yield page
            walk.orderly = walk.orderly and _ascending(page)
            if page.ids and page.ids[0] <= below:
                break
            number -= 1
        walk.gaps.remove(gap)


def whole(
    api: HaloApi,
    listing: Listing,
    was_there: Callable[[Walk, Raw, Container[object]], bool],
    known: Container[object] = (),
) -> Iterator[tuple[Walk, Page]]:
    """The pages of a list, walked again until it is proved whole, at most ATTEMPTS times.

    A page comes with its walk; the last one's `proved` tells how it ended. What an earlier attempt
    saw was there before the next began, so that two walks that agree are a proof too.
    """
    before = IdSet()

    def judge(walk: Walk, row: Raw) -> bool:
        return row_id(row) in before or was_there(walk, row, known)

    for _ in range(ATTEMPTS):
        walk, page = begin(api, listing, judge)
        yield walk, page
        for page in rest(api, listing, walk, judge):
            yield walk, page
        if walk.proved(listing.joins_at_end):
            return
        before.update(walk.seen)


def existed(walk: Walk, row: Raw, known: Container[object]) -> bool:
    """For a list without a filter: a row that is known, or as old as the first page's newest."""
    identity = row_id(row)
    return identity is not None and (
        identity in known or (walk.count is not None and identity <= walk.top)
    )


def _numbers(walk: Walk) -> range:
    """The pages that surely come next; just one where nobody knows how many there are."""
    if walk.downwards:
        return range(walk.next_page, 0, -1)
    last = ceil((walk.count or 0) / walk.size)
    return range(walk.next_page, max(last, walk.next_page) + 1)


def _ascending(page: Page) -> bool:
    return all(a < b for a, b in pairwise(page.ids))


def _at_the_end(page: Page, walk: Walk, nothing_new: bool) -> bool:
    """Some lists end with an empty page, some repeat the last one for ever (Halo's API notes)."""
    if not page.rows:
        return True
    if walk.count is None:
        return nothing_new
    pages = ceil(max(walk.count, page.count or 0) / walk.size)
    return page.number >= min(pages, 2 * ceil(walk.count / walk.size) + 100)
