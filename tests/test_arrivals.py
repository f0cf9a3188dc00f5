"""What came by date: a ticket is called whole only if nothing of it can be missing."""

from __future__ import annotations

from datetime import timedelta

from halo.state.numbers import Marks
from halo.sync.arrivals import CAME, Arrivals, mark
from tests.world import NOON

TICKET = 7


def whole(*numbers: int, named: int | None, dates: dict[int, int] | None = None) -> bool:
    """Whether a ticket is called whole whose actions came in this order; `named` is its last."""
    dates = dates or {}
    awaited = Marks()
    moments = {
        n: NOON + timedelta(seconds=dates.get(n, n % 10**6))
        for n in {*numbers, *filter(None, [named])}
    }
    Arrivals(awaited).expect(TICKET, moments[named] if named else None)
    largest = 0
    for number in numbers:
        if number > largest:
            Arrivals(awaited).note(TICKET, moments[number])
            largest = number
        if len(numbers) < 10:
            awaited = Marks.load(awaited.dump())
    return Arrivals(awaited).is_whole(TICKET, set(numbers))


def test_a_ticket_whose_actions_all_came_is_whole_in_any_order_of_dates() -> None:
    assert whole(3, 2, 1, named=3)
    assert whole(1, 3, 2, named=3)
    assert whole(2, 1, 3, named=3, dates={3: -5})


def test_an_action_that_is_missing_below_the_largest_shows() -> None:
    assert not whole(3, 1, named=3)
    assert not whole(3, 2, named=3)


def test_a_last_action_that_did_not_come_shows() -> None:
    assert not whole(2, 1, named=3)
    assert not whole(2, 1, named=None)
    assert not whole(named=None)


def test_an_action_that_is_named_and_is_not_the_last_proves_nothing() -> None:
    assert not whole(2, 1, 3, named=2)


def test_a_ticket_that_nobody_named_is_not_called_whole() -> None:
    arrivals = Arrivals(Marks())
    arrivals.note(TICKET, NOON)
    assert not arrivals.is_whole(TICKET, {1})


def test_an_action_without_a_date_is_not_the_one_that_is_named() -> None:
    arrivals = Arrivals(Marks())
    arrivals.expect(TICKET, NOON)
    arrivals.note(TICKET, None)
    assert not arrivals.is_whole(TICKET, {1})


def test_numbers_far_beyond_the_others_are_never_whole() -> None:
    assert not whole(10**9, named=10**9)
    assert not whole(70_000, *range(66_000, 0, -1), named=70_000)
    assert not whole(0, 1, named=1)
    assert not whole(-1, 1, 2, named=2)


def test_a_mark_is_never_taken_for_none_or_for_one_that_came() -> None:
    marks = [mark(None), *(mark(NOON + timedelta(seconds=at)) for at in range(50_000))]
    assert 0 not in marks
    assert CAME not in marks
