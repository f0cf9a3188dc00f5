"""A walk that says it missed nothing missed nothing, in whatever order its requests are served."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from hypothesis import example, given
from hypothesis import strategies as st

from halo.api.connection import Answer
from halo.api.pages import Listing, row_id
from halo.api.walk import existed, whole
from tests.world import NOON

T = TypeVar("T")

LISTING = Listing("/Tickets", "tickets", {}, paged=True)

moves = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from("dc"), st.integers(0, 99)), max_size=9
)


class MovingList:
    """A list in memory that moves before requests, which are served in any order within four."""

    def __init__(
        self, ids: set[int], size: int, moves: Iterable[tuple[int, str, int]], order: list[int]
    ) -> None:
        self.ids = set(ids)
        self.untouched = set(ids)
        self._size = size
        self._moves = sorted(moves)
        self._order = order
        self._served = 0
        self.honours_order = True

    def each(self, calls: Iterable[Callable[[], T]]) -> Iterator[T]:
        """Four calls at a time, served in a shuffled order, answered in theirs."""
        calls = iter(calls)
        while batch := list(islice(calls, 4)):
            ranked = sorted(range(len(batch)), key=lambda at: self._order[at % len(self._order)])
            answers = {at: batch[at]() for at in ranked}
            yield from (answers[at] for at in range(len(batch)))

    def get(self, _path: str, params: Mapping[str, str]) -> Answer:
        """One page."""
        self._move()
        newest_first = not self.honours_order or params["orderdesc"] == "true"
        listed = sorted(self.ids, reverse=newest_first)
        start = (int(params["page_no"]) - 1) * self._size
        rows = [{"id": identity} for identity in listed[start : start + self._size]]
        return Answer({"record_count": len(listed), "tickets": rows}, NOON)

    def _move(self) -> None:
        while self._moves and self._moves[0][0] <= self._served:
            _, kind, pick = self._moves.pop(0)
            if kind == "c":
                self.ids.add(max(self.ids | self.untouched, default=0) + 1 + pick % 2)
            elif self.ids:
                gone = sorted(self.ids)[pick % len(self.ids)]
                self.ids.discard(gone)
                self.untouched.discard(gone)
        self._served += 1


@given(
    ids=st.sets(st.integers(1, 60), max_size=30),
    size=st.integers(1, 4),
    moves=moves,
    order=st.permutations(range(4)),
    honours_order=st.booleans(),
)
@example(
    ids={1, 2, 5, 6, 7, 8},
    size=2,
    moves=[(3, "d", 0), (3, "c", 0)],
    order=[3, 2, 1, 0],
    honours_order=True,
)
def test_a_row_slips_between_two_pages_and_the_list_is_called_whole(
    ids: set[int],
    size: int,
    moves: list[tuple[int, str, int]],
    order: list[int],
    honours_order: bool,
) -> None:
    api: Any = MovingList(ids, size, moves, order)
    api.honours_order = honours_order
    seen: set[int | None] = set()
    walk = None
    for walk, page in whole(api, LISTING, existed):
        seen.update(map(row_id, page.rows))
    assert walk is not None
    if walk.proved(joins_at_end=True):
        assert api.untouched <= seen
    if not moves:
        assert walk.proved(joins_at_end=True)
        assert seen == ids


def test_a_list_in_order_is_proved_though_rows_are_deleted_all_the_time() -> None:
    api: Any = MovingList(
        set(range(1, 61)), 3, [(at, "d", 7 * at) for at in range(60)], [3, 1, 2, 0]
    )
    attempts = set()
    for walk, _ in whole(api, LISTING, existed):
        attempts.add(id(walk))
    assert walk.proved(joins_at_end=True)
    assert len(attempts) == 1
