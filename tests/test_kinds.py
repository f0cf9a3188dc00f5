"""Kinds of ways to lose a row, each with cases of its own: what a tenant answers is never a law."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.faults import Fault
from tests.world import NOON, World, small, world

FEW: dict[str, Any] = {"http": False, "users": 3, "clients": 2, "agents": 2}


def changed(w: World, *tickets: int) -> None:
    """Changes tickets, an hour after the last sync."""
    w.time.pass_by(hours=1)
    for ticket in tickets:
        w.tenant.update_ticket(ticket, summary=f"Changed at {w.time.now}")


def wrong(w: World) -> list[str]:
    """Where the wanted tables of the warehouse and the tenant differ."""
    return w.differences(*w.configuration.get("excluded_tables", "").split(","))


# A filter is judged by what should have come


@pytest.mark.parametrize("hours", [1, 5, 13, -5])
def test_changes_arrive_where_the_filter_reads_another_time_zone(hours: float) -> None:
    with world(20, small(filter_offset_hours=hours), **FEW) as w:
        w.only()
        w.sync()
        for _ in range(3):
            changed(w, 3, 8)
            w.sync_later()
            assert wrong(w) == []
            w.time.pass_by(hours=7)


def test_a_time_zone_is_told_once_a_day_and_learned() -> None:
    with world(20, small(filter_offset_hours=5), **FEW) as w:
        w.only()
        w.sync()
        for ticket in (11, 12, 13):
            w.tenant.update_ticket(ticket)
        w.sync_later()
        changed(w, 3)
        (warning,) = w.sync_later().warnings
        assert "another time zone" in warning
        changed(w, 4)
        asked = w.sync_later().requests
        changed(w, 5)
        assert w.sync_later().requests <= asked


@pytest.mark.parametrize("body", ["[]", '{"record_count":0,"tickets":[]}', '{"record_count":0}'])
@pytest.mark.parametrize("times", [1, 2])
def test_a_false_empty_answer_to_the_list_of_changes_loses_none(body: str, times: int) -> None:
    with world(20, **FEW) as w:
        w.only()
        w.sync()
        changed(w, 3, 8)
        fault = Fault("/tickets", kind="body", body=body, times=times)
        w.app.faults.append(fault)
        w.sync_later()
        assert fault.seen >= times
        w.app.faults.clear()
        w.sync_later()
        assert wrong(w) == []


def test_a_list_of_changes_that_stays_falsely_empty_is_told_and_read_the_sure_way() -> None:
    with world(20, **FEW) as w:
        w.only()
        w.sync()
        changed(w, 3, 8)
        w.app.faults.append(Fault("/tickets", kind="mutate", mutate=_nothing_since, times=0))
        (warning,) = w.sync_later().warnings
        assert "lacks a ticket that did" in warning
        assert wrong(w) == []


def _nothing_since(body: Any) -> Any:
    return {"record_count": 0, "tickets": []} if body["record_count"] < 15 else body


def test_the_whole_list_shows_that_a_filter_of_users_leaves_out_what_changed() -> None:
    quirks = small(list_page_cap=2, reference_lastupdate=True, filter_offset_hours=30)
    with world(5, quirks, **{**FEW, "users": 20}) as w:
        w.only("user")
        w.time.pass_by(hours=1)
        w.sync()
        w.tenant.change("user", 7, name="Renamed")
        w.sync_later()
        w.sync_later(days=1.1)
        w.tenant.change("user", 8, name="Renamed")
        w.sync_later(hours=7)
        assert wrong(w) == []


# A number seen once is no law


@pytest.mark.parametrize("cap", [25, 60])
@pytest.mark.parametrize("honest", [True, False])
def test_a_list_of_actions_that_is_cut_anywhere_is_read_to_its_end(cap: int, honest: bool) -> None:
    with world(3, small(actions_cap=cap, actions_count_honest=honest), **FEW) as w:
        w.only("action", "time_entry")
        ticket = w.tenant.add_ticket(summary="Long").id
        for number in range(65):
            w.tenant.add_action(ticket, 0.5, at=NOON - timedelta(hours=65 - number))
        w.sync()
        assert wrong(w) == []


def test_a_cut_that_begins_later_deletes_nothing() -> None:
    with world(3, small(), **FEW) as w:
        w.only("action", "time_entry")
        for number in range(65):
            w.tenant.add_action(2, 0.5, at=NOON - timedelta(hours=65 - number))
        w.sync()
        w.become(actions_cap=25)
        changed(w, 2)
        assert w.sync_later().deleted == {}
        assert wrong(w) == []


def test_a_day_that_is_cut_and_says_so_is_halved() -> None:
    quirks = small(actions_cap=40, actions_count_honest=True, page_cap=50)
    with world(60, quirks, years=0.02, **FEW) as w:
        w.only("action")
        assert w.sync().warnings == []
        assert wrong(w) == []


# What was sent is known exactly


def test_hours_that_move_from_one_action_to_another_are_in_one() -> None:
    with world(5, years=0.05, **FEW) as w:
        w.only("action", "time_entry")
        old = [w.tenant.add_action(3, hours, at=NOON - timedelta(days=30)).id for hours in (2, 0)]
        w.sync()
        none: dict[str, Any] = {
            "timetaken": 0.0,
            "timetakenadjusted": 0.0,
            "actionnonchargehours": 0.0,
        }
        w.tenant.edit_action(3, old[0], **none)
        w.tenant.edit_action(3, old[1], timetaken=2.0)
        outcome = w.sync_later()
        assert outcome.deleted["time_entry"] == [{"ticket_id": 3, "id": old[0]}]
        assert wrong(w) == []


def test_numbers_from_60001_on_cost_no_delete_of_what_never_was() -> None:
    with world(5, years=0.05, **FEW) as w:
        w.only("action")
        w.tenant.tickets[3].last_action_id = 60_000
        far = [w.tenant.add_action(3).id for _ in range(3)]
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.delete_action(3, far[1])
        assert w.sync_later().deleted == {"action": [{"ticket_id": 3, "id": 60_002}]}
        changed(w, 3)
        assert w.sync_later().deleted == {}
        assert wrong(w) == []


@pytest.mark.parametrize("follows", ["stays", "follows"])
@pytest.mark.parametrize("dates", ["honoured", "ignored"])
def test_the_last_action_of_a_ticket_that_is_deleted_goes(follows: Any, dates: Any) -> None:
    quirks = small(last_action_follows_deletion=follows, action_dates=dates)
    with world(6, quirks, years=0.05, **FEW) as w:
        w.only("action", "time_entry")
        ticket = w.tenant.add_ticket(summary="Short").id
        only = w.tenant.add_action(ticket, 1).id
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.delete_action(ticket, only)
        for days in (0.1, 1.1, 0.1):
            w.sync_later(days=days)
        assert wrong(w) == []


# A request does not grow with the tenant


@pytest.mark.parametrize("longest", [2048, 700, 400])
def test_a_tenant_with_340_custom_fields_has_all_of_them(longest: int) -> None:
    with world(6, small(max_query=longest, custom_field_count=340), **FEW) as w:
        w.only("field_info")
        assert w.sync().warnings == []
        assert wrong(w) == []
        assert w.sync_later().quiet
        changed(w, 3)
        w.sync_later()
        assert wrong(w) == []


@pytest.mark.parametrize("status", [400, 504])
def test_where_deep_pages_are_refused_tickets_come_by_date(status: int) -> None:
    quirks = small(page_cap=10, deepest_page=3, deepest_page_status=status)
    with world(120, quirks, years=0.5, **FEW) as w:
        w.only()
        for _ in range(3):
            outcome = w.sync_later(hours=1)
            assert outcome.error is None
        dated = {n for n, ticket in w.tenant.tickets.items() if ticket.last_update.year > 1900}
        held = {key[0] for key in w.warehouse.tables["ticket"]}
        assert dated <= held
        for ticket in sorted(dated)[:60]:
            w.time.pass_by(minutes=1)
            w.tenant.update_ticket(ticket, summary="Changed")
        w.sync_later()
        assert [d for d in wrong(w) if "lacks" not in d] == []


# A row is new not only if it was never sent


def test_a_ticket_that_was_deleted_changed_and_restored_is_as_it_is() -> None:
    with world(12, **FEW) as w:
        w.only()
        w.sync()
        old = w.tenant.tickets[4].last_update
        w.tenant.update_ticket(4, at=old + timedelta(minutes=1), summary="Changed unseen")
        w.sync_later(days=8)
        assert wrong(w) == []


@pytest.mark.parametrize("lag", [173, 2500])
def test_two_stamps_of_one_event_that_differ_send_nothing_again(lag: int) -> None:
    with world(12, small(stamp_lag_ms=lag), **FEW) as w:
        w.only()
        for ticket in range(1, 8):
            w.tenant.add_action(ticket, at=NOON - timedelta(days=1))
        w.sync()
        assert w.sync_later(days=8).quiet
        assert w.sync_later(days=8).quiet


# Halo is not tidy


def test_a_list_that_shows_a_row_twice_is_proved_and_its_deletes_are_found() -> None:
    with world(20, small(doubled_rows=frozenset({"/tickets"})), **FEW) as w:
        w.only()
        assert w.sync().warnings == []
        w.tenant.delete_ticket(5)
        assert w.sync_later(days=8).deleted == {"ticket": [{"id": 5}]}


def test_two_rows_with_one_key_are_told_and_the_same_one_always_wins() -> None:
    def twice(body: Any) -> Any:
        other = {**body[2], "name": "Its twin"}
        order.append(0)
        return [*body, other] if len(order) % 2 else [other, *body]

    order: list[int] = []
    with world(5, **FEW) as w:
        w.only("status")
        w.app.faults.append(Fault("/status", times=0, kind="mutate", mutate=twice))
        (warning,) = w.sync().warnings
        assert "two rows that differ" in warning
        assert all(w.sync_later().quiet for _ in range(4))


# The guard is no dead end


def test_rows_that_went_too_many_at_once_go_after_days() -> None:
    with world(5, small(list_page_cap=100), **{**FEW, "users": 100}) as w:
        w.only("user")
        w.sync()
        for user in range(1, 41):
            w.tenant.remove("user", user)
        assert w.sync_later().deleted == {}
        w.tenant.remove("user", 50)
        assert w.sync_later(days=1).deleted == {"user": [{"id": 50}]}
        assert len(w.sync_later(days=2.5).deleted["user"]) == 40
        assert wrong(w) == []


def test_rows_that_come_back_in_time_are_not_deleted() -> None:
    with world(5, small(list_page_cap=100), **{**FEW, "users": 100}) as w:
        w.only("user")
        w.sync()
        gone = {n: w.tenant.entities["user"].pop(n) for n in range(1, 41)}
        w.tenant.version += 1
        assert w.sync_later().deleted == {}
        w.tenant.entities["user"].update(gone)
        w.tenant.version += 1
        for days in (1, 1, 3, 1):
            assert w.sync_later(days=days).deleted == {}


# Warnings are few


def test_the_same_warning_is_shown_once_a_day() -> None:
    with world(5, **FEW) as w:
        w.app.faults.append(Fault("/team", times=0, status=403))
        assert [warning.again for warning in w.sync().told] == [False]
        assert [warning.again for warning in w.sync_later().told] == [True]
        assert [warning.again for warning in w.sync_later(days=1.1).told] == [False]


def test_a_misfit_in_a_list_that_did_not_change_warns_once() -> None:
    def spoil(body: Any) -> None:
        body[0]["sequence"] = "first"

    with world(5, **FEW) as w:
        w.only("status")
        w.app.faults.append(Fault("/status", times=0, kind="mutate", mutate=spoil))
        assert "sequence (1)" in w.sync().warnings[0]
        assert w.sync_later().warnings == []
