"""Many changed tickets at once: their new actions come by day, and none is lost for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from halo.sync.operations import Upsert
from tests.test_sync_actions import equal, held
from tests.world import NOON, World, world


def asked_tickets(w: World) -> list[int]:
    """The tickets whose own list was asked, in this order."""
    found = [record.params.get("ticket_id") for record in w.asked("/actions")]
    return [int(ticket_id) for ticket_id in found if ticket_id]


@contextmanager
def busy_hour() -> Iterator[World]:
    """A desk whose first load is over, and an hour in which 60 tickets get two actions each."""
    with world(120, years=0.4) as w:
        w.only("action", "time_entry")
        w.sync()
        w.time.pass_by(hours=1)
        for ticket_id in list(w.tenant.tickets)[:60]:
            w.tenant.add_action(ticket_id, hours=1)
            w.tenant.add_action(ticket_id)
        w.app.requests.clear()
        yield w


def test_the_new_actions_of_many_tickets_come_by_day() -> None:
    with busy_hour() as w:
        assert w.sync_later().warnings == []
        assert equal(w)
        assert len(asked_tickets(w)) <= 14  # A sample is read both ways.
        w.app.requests.clear()
        for ticket_id in list(w.tenant.tickets)[:60]:
            w.tenant.add_action(ticket_id, hours=1)
        w.sync_later()
        assert asked_tickets(w) == []
        assert equal(w)
        assert w.sync_later().quiet


def test_a_ticket_that_changed_without_a_new_action_is_read_by_itself() -> None:
    with busy_hour() as w:
        w.tenant.edit_action(100, 1, note="Edited")
        w.sync_later()
        assert 100 in asked_tickets(w)
        assert equal(w)


def test_a_ticket_of_which_an_action_is_missing_by_day_is_read_by_itself() -> None:
    with busy_hour() as w:
        odd = w.tenant.add_action(7, at=NOON - timedelta(days=400)).id
        w.tenant.add_action(7)
        gone = w.tenant.add_action(8).id
        w.tenant.add_action(8)
        w.tenant.delete_action(8, gone)
        w.sync_later()
        assert {7, 8} <= set(asked_tickets(w))
        assert odd in held(w, "action", 7)
        assert equal(w)


def test_an_old_action_that_changed_beside_a_new_one_is_found_within_a_week() -> None:
    with busy_hour() as w:
        w.tenant.edit_action(5, 1, note="Edited long after")
        w.tenant.delete_action(6, 2)
        w.sync_later()
        w.sync_later(days=8)
        w.sync_later()
        assert equal(w)
        assert w.sync_later().quiet


def test_a_tenant_without_dates_gives_the_new_actions_ticket_by_ticket() -> None:
    with busy_hour() as w:
        w.become(action_dates="ignored")
        assert w.sync_later().warnings == []
        assert equal(w)


def test_a_sync_that_is_killed_while_new_actions_come_by_day_loses_none() -> None:
    with busy_hour() as w:
        count = 0

        def after_some(operation: object) -> bool:
            nonlocal count
            count += isinstance(operation, Upsert) and operation.table == "action"
            return count == 5

        w.sync(until=after_some)
        w.sync_later()
        assert equal(w)
