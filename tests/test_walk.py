"""A walk that says it missed nothing missed nothing, in whatever order its requests are served."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Generic, TypeVar

from hypothesis import example, given
from hypothesis import strategies as st

from halo.api.connection import Answer
from halo.api.pages import Listing
from halo.api.walk import Walk, existed, walked, whole
from halo.state.slices import ChangesSlice
from halo.state.store import Store
from tests.world import NOON

T = TypeVar("T")

LISTING = Listing("/Tickets", "tickets", {})

moves = st.lists(
    st.tuples(st.integers(0, 80), st.sampled_from("dc"), st.integers(0, 99)), max_size=9
)
eager = st.lists(st.booleans(), min_size=1, max_size=9)


@dataclass
class Begun(Generic[T]):
    """A call that was served when it was begun, or is when its answer is wanted."""

    answer: Callable[[], T]

    def result(self) -> T:
        """What the call answers."""
        return self.answer()


class MovingList:
    """A list in memory that moves between any two steps of who reads it.

    `eager` says which calls are served when they are begun, the others when they are waited for.
    """

    def __init__(
        self, ids: set[int], size: int, moves: Iterable[tuple[int, str, int]], eager: list[bool]
    ) -> None:
        self.ids = set(ids)
        self.untouched = set(ids)
        self._size = size
        self._moves = sorted(moves)
        self._eager = eager
        self._begun = 0
        self._steps = 0
        self.honours_order = True

    def begin(self, call: Callable[[], T]) -> Begun[T]:
        """Serves a call now, or when its answer is wanted; the list may move before and after."""
        self.move()
        is_eager = self._eager[self._begun % len(self._eager)]
        self._begun += 1
        if not is_eager:
            return Begun(partial(self._served, call))
        answer = call()

        def result() -> T:
            self.move()
            return answer

        return Begun(result)

    def _served(self, call: Callable[[], T]) -> T:
        self.move()
        return call()

    def get(self, _path: str, params: Mapping[str, str]) -> Answer:
        """One page."""
        newest_first = not self.honours_order or params["orderdesc"] == "true"
        listed = sorted(self.ids, reverse=newest_first)
        start = (int(params["page_no"]) - 1) * self._size
        rows = [{"id": identity} for identity in listed[start : start + self._size]]
        return Answer({"record_count": len(listed), "tickets": rows}, NOON)

    def move(self) -> None:
        """What happens until the next step."""
        while self._moves and self._moves[0][0] <= self._steps:
            _, kind, pick = self._moves.pop(0)
            if kind == "c":
                self.ids.add(max(self.ids | self.untouched, default=0) + 1 + pick % 2)
            elif self.ids:
                gone = sorted(self.ids)[pick % len(self.ids)]
                self.ids.discard(gone)
                self.untouched.discard(gone)
        self._steps += 1


@given(
    ids=st.sets(st.integers(1, 60), max_size=30),
    size=st.integers(1, 4),
    moves=moves,
    eager=eager,
    honours_order=st.booleans(),
)
@example(
    ids={1, 2, 5, 6, 7, 8},
    size=2,
    moves=[(6, "d", 0), (6, "c", 0)],
    eager=[True],
    honours_order=True,
)
def test_a_list_that_is_called_whole_lacks_no_row_that_was_there_all_the_time(
    ids: set[int],
    size: int,
    moves: list[tuple[int, str, int]],
    eager: list[bool],
    honours_order: bool,
) -> None:
    api: Any = MovingList(ids, size, moves, eager)
    api.honours_order = honours_order
    seen: set[int] = set()
    walk = None
    for step in whole(api, LISTING, existed):
        if step is not None:
            walk, page = step
            seen.update(page.ids)
    assert walk is not None
    if walk.proved(joins_at_end=True):
        assert api.untouched <= seen
    if not moves:
        assert walk.proved(joins_at_end=True)
        assert seen == ids


def through_the_state(walk: Walk) -> Walk:
    """The walk as the next sync finds it."""
    state = Store({}).closed({"ticket": ChangesSlice(walk=walk)}, ())
    left = Store(state).opened("ticket", ChangesSlice).walk
    assert left is not None
    return left


@given(
    ids=st.sets(st.integers(1, 60), max_size=30),
    size=st.integers(1, 4),
    moves=moves,
    eager=eager,
    honours_order=st.booleans(),
    syncs=st.lists(st.integers(1, 5), max_size=4),
)
def test_a_walk_that_goes_on_after_a_sync_and_is_proved_lacks_no_row_either(
    *,
    ids: set[int],
    size: int,
    moves: list[tuple[int, str, int]],
    eager: list[bool],
    honours_order: bool,
    syncs: list[int],
) -> None:
    api: Any = MovingList(ids, size, moves, eager)
    api.honours_order = honours_order
    seen: set[int] = set()
    walk = None
    for pages in [*syncs, None]:
        if walk is not None and not walk.next_page:
            break
        read = count(1)
        for step in walked(api, LISTING, partial(existed, known=()), walk):
            if step is not None:
                walk, page = step
                seen.update(page.ids)
                if next(read) == pages:
                    break  # The next page is under way, and is asked once more.
        assert walk is not None
        walk = through_the_state(walk)
    assert walk is not None
    if walk.proved(joins_at_end=True):
        assert api.untouched <= seen
    if not moves:
        assert walk.proved(joins_at_end=True)
        assert seen == ids


def test_a_walk_hands_over_between_each_request_and_its_answer() -> None:
    happened: list[str] = []

    class Noting(MovingList):
        def begin(self, call: Callable[[], T]) -> Begun[T]:
            happened.append("begun")
            begun = super().begin(call)

            def result() -> T:
                happened.append("wanted")
                return begun.result()

            return Begun(result)

    api: Any = Noting(set(range(1, 40)), 3, [], [True])
    for _ in whole(api, LISTING, existed):
        happened.append("another's turn")
    requests = happened.count("begun")
    assert requests == 14
    assert happened[: 3 * requests] == ["begun", "another's turn", "wanted"] * requests


def test_a_list_in_order_is_proved_though_rows_are_deleted_all_the_time() -> None:
    api: Any = MovingList(
        set(range(1, 61)), 3, [(2 * at, "d", 7 * at) for at in range(60)], [True, False, False]
    )
    attempts = set()
    for step in whole(api, LISTING, existed):
        if step is not None:
            walk = step[0]
            attempts.add(id(walk))
    assert walk.proved(joins_at_end=True)
    assert len(attempts) == 1
