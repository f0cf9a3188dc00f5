"""Holes that attacks on the guarantees found, each mended.

What cannot be read, counts that lie, start dates that move, clocks that jump.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from halo.errors import HaloError, SettingsError
from halo.sync.days import start_of, window_of
from halo.sync.moments import iso
from halo.sync.operations import Checkpoint
from sandbox.faults import Fault
from tests.test_sync_time_entries import NO_HOURS
from tests.world import NOON, World, small, world

FEW: dict[str, Any] = {"http": False, "users": 2, "clients": 2, "agents": 2}


def differing(w: World, *tables: str) -> list[str]:
    return [d for d in w.differences() if d.partition(" ")[0] in tables]


def of_ticket(n: int) -> dict[str, str]:
    return {"ticket_id": str(n)}


# 1. one bad ticket or day stops a table for ever


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"kind": "body", "body": '{"actions": null}'},
    ],
)
def test_one_ticket_that_cannot_be_read_holds_up_no_other(fault: dict[str, Any]) -> None:
    with world(9, **FEW) as w:
        w.only("action")
        w.app.faults.append(Fault(path="/actions", params=of_ticket(7), times=0, **fault))
        for _ in range(4):
            w.sync_later()
        assert [d for d in differing(w, "action") if "(7," not in d] == []


@pytest.mark.parametrize("status", [403, 404])
def test_three_refused_tickets_do_not_stop_history(status: int) -> None:
    with world(12, **FEW) as w:
        w.only("action")
        w.configuration["history_minutes"] = "0"
        w.sync()
        for n in (7, 8, 9):
            w.tenant.update_ticket(n, summary="x")
            w.app.faults.append(Fault(path="/actions", params=of_ticket(n), times=0, status=status))
        w.configuration["history_minutes"] = "30"
        for _ in range(4):
            w.sync_later()
        found = differing(w, "action")
        assert [d for d in found if not d.startswith(("action (7", "action (8", "action (9"))] == []


def test_one_detail_that_answers_500_does_not_fail_every_sync() -> None:
    with world(9, **FEW) as w:
        w.only()
        w.sync()
        w.tenant.purge_ticket(7)
        w.app.faults.append(Fault(path="/tickets/7", times=0, status=500))
        w.time.pass_by(days=8)
        assert [w.sync(fails=True).error for _ in range(4)] == [None] * 4


def test_one_refused_ticket_does_not_stop_time_entries() -> None:
    with world(12, **FEW) as w:
        w.only("action", "time_entry")
        w.tenant.add_action(5, hours=1.0)
        w.sync()
        w.tenant.update_ticket(5, team="Secret")
        w.become(hidden_teams=frozenset({"Secret"}))
        w.app.faults.append(Fault(path="/actions", params=of_ticket(5), times=0, status=403))
        outcomes = [w.sync_later(days=5) for _ in range(8)]
        assert not any("not synced" in text for text in outcomes[-1].warnings), [
            o.requests for o in outcomes
        ]


def test_a_second_with_1000_entries_costs_that_second_only() -> None:
    with world(12, **FEW) as w:
        w.only("time_entry")
        w.time.pass_by(days=1)
        at = w.time.now
        for n in range(1001):
            w.tenant.add_action(1 + n % 12, hours=0.25, at=at)
        w.sync_later()
        w.sync_later(days=30)
        here = w.warehouse.tables["time_entry"]
        assert not [
            key
            for key, row in w.expected("time_entry").items()
            if row["datetime"] != at and key not in here
        ]


def test_one_day_that_cannot_be_read_costs_that_day_only() -> None:
    with world(12, **FEW) as w:
        w.only("time_entry")
        day = iso(start_of(window_of(NOON - timedelta(days=10))))
        w.app.faults.append(Fault(path="/actions", params={"startdate": day}, times=0, status=504))
        for _ in range(4):
            w.sync_later()
        assert w.warehouse.tables["time_entry"]


# 2. a cut list of actions taken for whole


@pytest.mark.parametrize("known", [True, False])
def test_a_cut_list_that_holds_action_1_is_not_whole(known: bool) -> None:
    with world(3, small(actions_cap=60, action_dates="honoured"), **FEW) as w:
        w.only("action")
        for _ in range(100):
            w.tenant.add_action(2)
            w.time.pass_by(minutes=1)
        if known:
            w.sync()
        w.tenant.edit_action(2, 1, datetime=w.time.now)
        outcome = w.sync_later()
        assert not outcome.deleted
        assert w.expected("action").keys() <= w.warehouse.tables["action"].keys()


# 3. start_date


def test_a_start_date_in_the_future_corrected_later() -> None:
    with world(6, **FEW) as w:
        w.sync()
        w.configuration["start_date"] = "2027-01-31"
        with pytest.raises(SettingsError, match=r"^start_date is '2027-01-31', .* in the future"):
            w.sync_later()
        w.configuration["start_date"] = ""
        w.sync_later()
        w.tenant.update_ticket(3, summary="Changed")
        w.sync_later()
        w.sync_later(days=8)
        assert w.differences() == []


def test_a_start_date_moved_on_and_back_before_the_walk_was_done() -> None:
    with world(12, **FEW) as w:
        w.only()
        w.sync()
        w.time.pass_by(days=5)
        w.tenant.update_ticket(3, summary="Changed")
        w.time.pass_by(days=5)
        w.configuration["start_date"] = "2026-06-22"
        w.sync(until=lambda operation: isinstance(operation, Checkpoint))
        w.configuration["start_date"] = ""
        w.sync_later()
        w.sync_later(days=8)
        assert differing(w, "ticket") == []


def test_the_first_load_from_a_start_date_forgets_nothing() -> None:
    with world(9, **FEW) as w:
        w.only()
        w.configuration["start_date"] = "2020-01-01"
        w.tenant.update_ticket(3, summary="Changed")
        w.time.pass_by(minutes=5)
        w.sync()
        w.tenant.delete_ticket(3)
        w.sync_later()
        w.sync_later(days=8)
        assert (3,) not in w.warehouse.tables["ticket"]


def test_tickets_that_just_changed_are_no_candidates_for_deletion() -> None:
    with world(60, **FEW) as w:
        w.only()
        w.configuration["start_date"] = "2020-01-01"
        w.sync()
        w.sync_later()
        w.tenant.delete_ticket(3)
        w.time.pass_by(days=8)
        for n in range(10, 35):
            w.tenant.update_ticket(n, summary="bulk")
        outcome = w.sync_later(minutes=5)
        assert outcome.warnings == []
        assert (3,) not in w.warehouse.tables["ticket"]


def test_an_action_that_moves_no_date_comes_though_the_start_date_changed() -> None:
    with world(6, small(action_add_moves_ticket=False), **FEW) as w:
        w.sync()
        w.sync_later()
        w.time.pass_by(days=1)
        w.tenant.add_action(3, hours=0.5)
        w.time.pass_by(hours=1)
        w.configuration["start_date"] = "2020-01-01"
        w.sync()
        for days in (0.1, 8, 0.1):
            w.sync_later(days=days)
        assert w.differences() == []


def test_a_ticket_deleted_while_the_start_date_was_later() -> None:
    with world(12, **FEW) as w:
        w.only()
        w.sync()
        w.configuration["start_date"] = "2026-06-14"
        w.sync_later()
        w.tenant.delete_ticket(1)
        w.sync_later()
        w.configuration["start_date"] = ""
        w.sync_later()
        w.sync_later(days=8)
        assert (1,) not in w.warehouse.tables["ticket"]


def test_a_busy_tenant_without_order_and_with_a_start_date_ends_its_first_load() -> None:
    with world(60, small(order_honoured="none"), **FEW) as w:
        w.only()
        w.configuration["start_date"] = "2020-01-01"

        def before(_: int, record: Any) -> None:
            w.time.pass_by(seconds=1)
            if record.endpoint == "/tickets" and record.params.get("page_no") == "5":
                old = [t for t in w.tenant.tickets.values() if t.last_update < NOON]
                dated = [t for t in old if t.last_update.year > 1900]
                w.tenant.update_ticket(min(dated, key=lambda t: t.dateoccurred).id, summary="x")

        w.app.before_request = before
        outcomes = [w.sync_later() for _ in range(5)]
        assert "walked" in w.slice("ticket"), [o.requests for o in outcomes]


# 4. record_count


@pytest.mark.parametrize("count", ["zero", "minus", "less", "page"])
@pytest.mark.parametrize("table", ["ticket", "user"])
def test_a_count_that_says_nothing_proves_nothing(count: str, table: str) -> None:
    def mutate(value: Any) -> None:
        rows = len(value[f"{table}s"])
        value["record_count"] = {"zero": 0, "minus": -1, "less": rows - 1, "page": rows}[count]

    pages = small(list_page_cap=50, page_cap=50) if count == "page" else small()
    with world(70, pages, **{**FEW, "users": 70}) as w:
        w.only("user")
        path = "/tickets" if table == "ticket" else "/users"
        w.app.faults.append(Fault(path=path, times=0, kind="mutate", mutate=mutate))
        outcome = w.sync()
        missing = w.expected(table).keys() - w.warehouse.tables[table].keys()
        assert outcome.warnings or not missing


@pytest.mark.parametrize("less", [0, 1])
def test_nor_does_it_delete(less: int) -> None:
    def mutate(value: Any) -> None:
        value["record_count"] = len(value["users"]) - less

    with world(3, small(list_page_cap=50), **{**FEW, "users": 55}) as w:
        w.only("user")
        w.sync()
        w.app.faults.append(Fault(path="/users", times=0, kind="mutate", mutate=mutate))
        assert not w.sync_later().deleted


def test_a_count_that_is_too_large_for_ever_does_not_walk_for_ever() -> None:
    def mutate(value: Any) -> None:
        value["record_count"] += 2 * (value["record_count"] > 3)

    with world(20, small(past_end="empty"), **FEW) as w:
        w.only()
        w.app.faults.append(Fault(path="/tickets", times=0, kind="mutate", mutate=mutate))
        assert [w.sync_later().requests for _ in range(3)][-1] < 30


# 5. time entries


def test_hours_of_an_old_ticket_that_came_as_a_change() -> None:
    with world(6, **FEW) as w:
        w.only("action", "time_entry")
        w.sync()
        w.sync_later()
        old = NOON - timedelta(days=900)
        ticket = w.tenant.add_ticket(summary="From the old system", dateoccurred=old)
        w.tenant.add_action(ticket.id, hours=2.0, at=old + timedelta(days=1))
        w.tenant.update_ticket(ticket.id, summary="x")
        for days in (0.1, 8, 8):
            w.sync_later(days=days)
        assert differing(w, "time_entry") == []


def test_hours_before_the_oldest_ticket() -> None:
    with world(6, **FEW) as w:
        w.only("time_entry", "action")
        first = min(w.tenant.tickets.values(), key=lambda t: t.dateoccurred)
        w.tenant.add_action(first.id, hours=1, datetime=first.dateoccurred - timedelta(days=3))
        w.sync()
        w.sync_later(days=8)
        assert differing(w, "time_entry") == []


def test_a_second_cut_at_a_smaller_cap_is_said() -> None:
    with world(12, small(actions_cap=60), **FEW) as w:
        w.only("time_entry")
        w.time.pass_by(days=1)
        at = w.time.now
        for n in range(100):
            w.tenant.add_action(1 + n % 12, hours=0.25, at=at)
        outcome = w.sync_later()
        missing = w.expected("time_entry").keys() - w.warehouse.tables["time_entry"].keys()
        assert outcome.warnings or not missing


def test_old_hours_that_were_corrected_to_none() -> None:
    with world(6, **FEW) as w:
        w.only("action", "time_entry")
        action = w.tenant.add_action(3, hours=2.0)
        w.sync()
        w.sync_later(days=10)
        w.tenant.edit_action(3, action.id, **NO_HOURS)
        for days in (0.1, 8, 8):
            w.sync_later(days=days)
        assert differing(w, "time_entry") == []


# 6. tickets that vanish, or come back


@pytest.mark.parametrize(
    "fault", [{"status": 400}, {"status": 403}, {"kind": "body", "body": "null"}]
)
def test_a_vanished_ticket_that_cannot_be_confirmed_is_said(fault: dict[str, Any]) -> None:
    with world(12, **FEW) as w:
        w.only()
        w.sync()
        w.sync_later()
        w.tenant.delete_ticket(5)
        w.app.faults.append(Fault(path="/tickets/5", times=0, **fault))
        outcome = w.sync_later(days=8)
        assert outcome.warnings or (5,) not in w.warehouse.tables["ticket"]


def test_the_weekly_walk_fits_into_what_the_docs_say_it_needs() -> None:
    with world(400, **FEW) as w:
        w.configuration |= {"requests_per_5_minutes": "60", "history_minutes": "17"}
        for n in w.tenant.tickets:
            w.tenant.close_ticket(n, at=NOON - timedelta(days=1))
        w.sync()
        w.tenant.delete_ticket(7)
        outcomes = [w.sync_later(days=4) for _ in range(3)]
        assert (7,) not in w.warehouse.tables["ticket"], [o.warnings for o in outcomes]


# 7. the rest


def test_the_servers_clock_jumped_once() -> None:
    with world(20, **{**FEW, "users": 20}) as w:
        w.only("user")
        w.sync()
        w.become(date_skew_seconds=400 * 86400.0)
        w.sync_later()
        w.become(date_skew_seconds=0)
        w.sync_later()
        w.tenant.update_ticket(3, summary="Changed")
        w.tenant.change("user", 3, name="Changed")
        w.tenant.delete_ticket(5)
        for _ in range(10):
            w.sync_later(days=1)
        assert differing(w, "ticket", "user") == []


def test_actions_by_date_of_tickets_that_were_known() -> None:
    with world(4, years=0.02, **FEW) as w:
        w.only("action")
        w.become(page_cap=100)
        w.sync()
        w.only()
        w.sync_later()
        w.tenant.delete_action(3, 1)
        for n in range(150):
            w.tenant.add_action(w.tenant.add_ticket(summary=str(n)).id)
        w.sync_later()
        w.only("action")
        w.sync_later()
        w.sync_later(days=8)
        assert differing(w, "action") == []


def test_an_empty_list_of_custom_fields_empties_no_ticket() -> None:
    with world(6, **FEW) as w:
        w.only("field_info")
        w.sync()
        w.app.faults.append(Fault(path="/fieldinfo", times=0, kind="body", body="[]"))
        w.tenant.update_ticket(3, summary="Changed")
        w.sync_later()
        assert "customfields" in w.warehouse.tables["ticket"][3,]


def test_a_first_sync_without_custom_fields() -> None:
    with world(6, **FEW) as w:
        w.app.faults.append(Fault(path="/fieldinfo", times=0, status=500))
        assert w.sync(fails=True).error is None


@pytest.mark.parametrize("path,table", [("/team", "team"), ("/users", "user")])
def test_a_key_that_comes_twice_is_sent_once(path: str, table: str) -> None:
    def twice(value: Any) -> None:
        rows = value if isinstance(value, list) else value["users"]
        if rows:
            rows.append(dict(rows[0], name="Its other face"))

    with world(3, small(list_page_cap=50), **FEW) as w:
        w.only(table)
        w.app.faults.append(Fault(path=path, times=0, kind="mutate", mutate=twice))
        w.sync()
        w.sync_later()
        assert w.sync_later().quiet


def test_a_walk_that_was_resumed_sends_nothing_again_a_week_later() -> None:
    with world(30, small(action_add_moves_ticket=False), **FEW) as w:
        w.only("action")
        w.sync()
        w.sync_later()
        w.time.pass_by(days=8)
        w.tenant.add_action(28)

        def before(_: int, record: Any) -> None:
            w.time.pass_by(seconds=61 * (record.endpoint == "/tickets"))

        w.app.before_request = before
        made = []

        def sixth(operation: object) -> bool:
            made.append(isinstance(operation, Checkpoint))
            return sum(made) == 6

        w.sync(until=sixth)
        w.app.before_request = None
        w.sync_later()
        w.sync_later()
        assert w.sync_later(days=8).quiet


def test_damage_in_the_dates_is_a_sentence() -> None:
    with world(3, **FEW) as w:
        w.sync()
        sources: Any = w.warehouse.state["sources"]
        sources["action"]["hours"] = []
        assert isinstance(w.sync(fails=True).error, HaloError)


def test_a_list_whose_rows_have_no_last_update() -> None:
    def mutate(value: Any) -> None:
        for row in value["tickets"]:
            row.pop("last_update", None)

    with world(9, **FEW) as w:
        w.only()
        w.app.faults.append(Fault(path="/tickets", times=0, kind="mutate", mutate=mutate))
        w.sync()
        w.tenant.update_ticket(3, summary="Changed")
        w.sync_later()
        assert w.warehouse.tables["ticket"][3,]["summary"] == "Changed"


def test_a_survey_answered_without_moving_last_update() -> None:
    with world(6, **FEW) as w:
        w.tenant.close_ticket(3)
        w.sync()
        w.sync_later(hours=3)
        w.tenant.tickets[3].change({"satisfactionlevel": 5})
        w.tenant.version += 1
        for days in (0.1, 8, 8):
            w.sync_later(days=days)
        assert differing(w, "ticket_satisfaction") == []
