"""A long sync tells how it goes: a line a minute, and what is left at its end."""

from __future__ import annotations

from halo.sync.progress import NOTHING, Left, Progress
from sandbox.quirks import Quirks
from tests.world import world


def test_the_time_that_is_left_follows_from_what_was_done() -> None:
    progress = Progress(0.0)
    assert progress.minutes("action", Left(1000, "tickets"), 0.0) is None
    assert progress.minutes("action", Left(900, "tickets"), 60.0) == 10
    assert progress.minutes("action", Left(30, "days"), 60.0) is None


def test_a_line_says_where_it_stands_and_is_said_once_a_minute() -> None:
    progress = Progress(0.0)
    assert not progress.is_due(59.0)
    assert progress.is_due(60.0)
    line = progress.line("ticket", NOTHING, 60.0, rows=1234, requests=20, budget=0.5)
    assert line == "ticket: 1,234 rows and 20 requests so far, budget 50% used."
    assert not progress.is_due(61.0)


def test_a_sync_that_leaves_history_is_silent_about_it() -> None:
    with world(300, Quirks(ticketage_grows=False), http=False, users=10) as w:
        w.configuration |= {"requests_per_5_minutes": "100", "history_minutes": "6"}
        log = w.sync().log
        lines = [line for line in log if line.startswith("history_minutes is up")]
        assert any(" left, about " in line for line in lines)
        assert all("rows and" in line and "budget" in line for line in lines)
