"""A state that is damaged somewhere is refused with a sentence, and never read as another."""

from __future__ import annotations

import pytest

from halo.errors import StateError
from tests.test_sync_runner import damaged, slow
from tests.test_sync_tickets import killed_at
from tests.world import small, world


@pytest.mark.parametrize(
    ("table", "slice_"),
    [
        ("action", {"dates": None}),
        ("action", {"dates": "tried"}),
        ("time_entry", {"next": "9000"}),
        ("time_entry", {"newest": "9000"}),
        ("user", {"cursor": None, "pages": 9}),
    ],
)
def test_a_slice_that_is_damaged_is_read_all_the_same(
    table: str, slice_: dict[str, object]
) -> None:
    with world(1, small(list_page_cap=100), years=0.05) as w:
        w.configuration["history_minutes"] = "0"
        w.sync()
        w.app.requests.clear()
        w.warehouse.state = damaged(w, table, **slice_)
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, StateError), repr(outcome.error)
        assert f"table {table} is damaged; re-sync" in str(outcome.error)
        assert w.app.requests == []


@pytest.mark.parametrize(
    "damage", [{"count": "many"}, {"size": None}, {"top": "x"}, {"next_page": "2"}, {"gaps": 5}]
)
def test_a_walk_that_is_damaged_is_gone_on_with(damage: dict[str, object]) -> None:
    with world(30, small(), years=0.05) as w:
        w.only()
        slow(w)
        w.configuration["history_minutes"] = "1440"
        w.sync(until=killed_at(4))
        walk = w.slice("ticket")["walk"]
        w.warehouse.state = damaged(w, "ticket", walk=walk | damage)
        error = w.sync(fails=True).error
        assert isinstance(error, StateError), repr(error)
