"""What came by date: a ticket is called whole only if nothing of it can be missing."""

from __future__ import annotations

from datetime import timedelta

from halo.api.idset import IdSet
from halo.state.counters import Counters
from halo.sync.actions_by_date import Arrivals

from tests.world import NOON

TICKET = 7


def whole(*numbers: int, named: int | None, dates: dict[int, int] | None = None) -> bool:
    """Whether a ticket is called whole whose actions came in this order; `named` is its last."""
    dates = dates or {}
    arrivals = Arrivals(Counters(), {})
    moments = {
        n: NOON + timedelta(seconds=dates.get(n, n % 10**6))
        for n in {*numbers, *filter(None, [named])}
    }
    arrivals.expect(TICKET, moments[named] if named else None)
    for number in numbers:
        arrivals.note(TICKET, number, moments[number])
        arrivals = Arrivals(arrivals._largest, arrivals.dump())
    return list(arrivals.whole(IdSet([TICKET]))) == [TICKET]


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
    arrivals = Arrivals(Counters(), {})
    arrivals.note(TICKET, 1, NOON)
    assert not list(arrivals.whole(IdSet([TICKET])))


def test_numbers_beyond_what_is_counted_are_never_whole() -> None:
    assert not whole(10**9, named=10**9)
    assert not whole(70_000, *range(66_000, 0, -1), named=70_000)
