"""Further cases of each kind of tests/test_kinds.py: what other tenants would come with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from sandbox.faults import Fault
from tests.test_kinds import FEW, changed, wrong
from tests.world import NOON, World, small, world


def emptied(body: Any) -> Any:
    """A false answer with status 200: there is nothing."""
    if isinstance(body, list):
        return []
    return {n: [] if isinstance(v, list) else v for n, v in body.items()} | {"record_count": 0}


def long_ticket(w: World, actions: int) -> int:
    """A ticket with so many actions, an hour apart."""
    ticket: int = w.tenant.add_ticket(summary="Long").id
    for number in range(actions):
        w.tenant.add_action(ticket, 0.5, at=NOON - timedelta(hours=actions - number))
    return ticket


def quietly(w: World, ticket: int, **fields: Any) -> None:
    """Changes a ticket so that no date of it says so."""
    w.tenant.update_ticket(ticket, at=w.tenant.tickets[ticket].last_update, **fields)


# A filter is judged by what should have come


@pytest.mark.parametrize("hours", [0.5, 5.5, 9, 14, -11])
def test_changes_on_many_pages_arrive_in_any_time_zone(hours: float) -> None:
    with world(30, small(filter_offset_hours=hours), **FEW) as w:
        w.only()
        w.sync()
        for first in (1, 9):
            changed(w, *range(first, first + 12))
            w.sync_later()
            assert wrong(w) == []


@pytest.mark.parametrize("path", ["/users", "/client", "/site", "/agent", "/team", "/fieldinfo"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_false_empty_answer_to_a_reference_list_loses_and_deletes_none(
    path: str, times: int
) -> None:
    with world(6, **{**FEW, "users": 30}) as w:
        w.sync()
        w.tenant.change("user", 3, name="Renamed")
        w.tenant.change("client", 1, name="Renamed")
        w.app.faults.append(Fault(path, times=times, kind="mutate", mutate=emptied))
        assert w.sync_later().deleted == {}
        w.app.faults.clear()
        w.sync_later(days=1.1)
        assert wrong(w) == []


def test_a_list_that_is_falsely_empty_from_its_second_page_on_deletes_nothing() -> None:
    with world(3, **{**FEW, "users": 8}) as w:
        w.only("user")
        w.sync()
        w.app.faults.append(Fault("/users", nth=2, times=0, kind="mutate", mutate=emptied))
        outcome = w.sync_later()
        assert outcome.deleted == {}
        assert any("could not be proved" in warning for warning in outcome.warnings)


@pytest.mark.parametrize("hours", [5, -5, 30])
@pytest.mark.parametrize("kind", ["user", "client", "site"])
def test_changes_of_long_lists_arrive_in_any_time_zone(kind: str, hours: float) -> None:
    quirks = small(list_page_cap=2, reference_lastupdate=True, filter_offset_hours=hours)
    with world(3, quirks, http=False, users=20, clients=14, agents=2) as w:
        w.only(kind)
        w.sync()
        for number in (2, 5):
            w.time.pass_by(hours=1)
            w.tenant.change(kind, number, name="Renamed")
            w.sync_later()
        w.sync_later(days=1.1)
        assert wrong(w) == []


@pytest.mark.parametrize("times", [1, 3])
def test_a_false_empty_list_of_actions_leaves_nothing_out(times: int) -> None:
    with world(8, years=0.05, **FEW) as w:
        w.only("action", "time_entry")
        w.sync()
        w.time.pass_by(hours=1)
        for ticket in (3, 5):
            w.tenant.add_action(ticket, 1.0)
        w.app.faults.append(
            Fault("/actions", params={"ticket_id": "5"}, times=times, kind="mutate", mutate=emptied)
        )
        assert w.sync_later().deleted == {}
        for _ in range(times):
            w.sync_later()
        assert wrong(w) == []


def test_a_false_empty_list_of_actions_in_the_first_sync_is_asked_again() -> None:
    with world(8, years=0.05, **FEW) as w:
        w.only("action", "time_entry")
        w.app.faults.append(Fault("/actions", times=0, kind="mutate", mutate=emptied))
        w.sync()
        w.app.faults.clear()
        w.sync_later()
        w.sync_later()
        assert wrong(w) == []


# A number seen once is no law


@pytest.mark.parametrize("cap", [3, 7, 50, 100])
def test_a_list_of_actions_that_is_cut_at_any_number_is_read_to_its_end(cap: int) -> None:
    with world(3, small(actions_cap=cap), **FEW) as w:
        w.only("action", "time_entry")
        long_ticket(w, 130)
        w.sync()
        assert wrong(w) == []


@pytest.mark.parametrize("cap", [25, 50, 100])
def test_a_cut_that_begins_later_loses_no_action_that_is_new(cap: int) -> None:
    with world(3, small(), **FEW) as w:
        w.only("action", "time_entry")
        ticket = long_ticket(w, 130)
        w.sync()
        w.become(actions_cap=cap)
        w.time.pass_by(hours=1)
        w.tenant.add_action(ticket, 1.0)
        assert w.sync_later().deleted == {}
        assert wrong(w) == []


@pytest.mark.parametrize("dates", ["ignored", "nothing"])
def test_a_cut_that_begins_where_dates_do_not_help_deletes_nothing(dates: Any) -> None:
    with world(3, small(action_dates=dates), **FEW) as w:
        w.only("action", "time_entry")
        ticket = long_ticket(w, 65)
        w.sync()
        w.become(actions_cap=25)
        w.time.pass_by(hours=1)
        w.tenant.add_action(ticket, 1.0)
        assert w.sync_later().deleted == {}
        assert wrong(w) == []


def says(number: Callable[[int, int], int]) -> Callable[[Any], None]:
    """Changes the count of an answer that has rows, by what it was and how many these are."""

    def lie(body: Any) -> None:
        lists = (body.get(name, ()) for name in ("tickets", "users", "actions"))
        if rows := sum(map(len, lists)):
            body["record_count"] = number(body["record_count"], rows)

    return lie


LIES = {
    "of the page": lambda _, rows: rows,
    "none": lambda *_: 0,
    "one more": lambda count, _: count + 1,
    "far more": lambda count, _: count + 1000,
    "negative": lambda *_: -1,
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("page", [25, 50])
@pytest.mark.parametrize("past_end", ["repeat", "empty"])
def test_a_count_that_lies_loses_no_row(lie: str, page: int, past_end: Any) -> None:
    quirks = small(page_cap=page, list_page_cap=page, past_end=past_end)
    with world(130, quirks, years=0.05, **{**FEW, "users": 130}) as w:
        w.only("user")
        for path in ("/tickets", "/users"):
            w.app.faults.append(Fault(path, times=0, kind="mutate", mutate=says(LIES[lie])))
        w.sync()
        assert wrong(w) == []
        changed(w, *range(1, 90))
        w.tenant.change("user", 77, name="Renamed")
        assert w.sync_later(days=1.1).deleted == {}
        assert wrong(w) == []


@pytest.mark.parametrize("lie", LIES)
def test_a_count_of_actions_that_lies_loses_and_deletes_none(lie: str) -> None:
    with world(6, years=0.05, **FEW) as w:
        w.only("action", "time_entry")
        long_ticket(w, 40)
        w.app.faults.append(Fault("/actions", times=0, kind="mutate", mutate=says(LIES[lie])))
        w.sync()
        assert wrong(w) == []
        changed(w, 3, 7)
        assert w.sync_later().deleted == {}
        assert wrong(w) == []


# What was sent is known exactly


@pytest.mark.parametrize("days", [3, 30, 100])
def test_hours_that_are_deleted_before_their_ticket_is_first_read_are_not_there(days: int) -> None:
    with world(6, small(action_delete_moves_ticket=False), years=0.05, **FEW) as w:
        w.only("action", "time_entry")
        gone = w.tenant.add_action(3, 2.0, at=NOON - timedelta(days=days)).id
        w.tenant.add_action(3, 1.0, at=NOON - timedelta(days=1))
        w.configuration["history_minutes"] = "0"
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.delete_action(3, gone)
        w.configuration["history_minutes"] = "30"
        for _ in range(3):
            w.sync_later()
        assert wrong(w) == []


def test_a_hole_in_the_numbers_costs_one_delete_and_no_more() -> None:
    with world(5, years=0.05, **FEW) as w:
        w.only("action", "time_entry")
        ticket = long_ticket(w, 9)
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.delete_action(ticket, 4)
        assert w.sync_later().deleted["action"] == [{"ticket_id": ticket, "id": 4}]
        for _ in range(3):
            changed(w, ticket)
            assert w.sync_later().deleted == {}
        assert wrong(w) == []


def test_hours_of_many_old_actions_change_places() -> None:
    with world(5, years=0.05, **FEW) as w:
        w.only("action", "time_entry")
        old = NOON - timedelta(days=60)
        actions = [w.tenant.add_action(2, n % 2, at=old + timedelta(hours=n)).id for n in range(6)]
        w.sync()
        w.time.pass_by(hours=1)
        for place, action in enumerate(actions):
            hours = float((place + 1) % 2)
            none: dict[str, Any] = dict.fromkeys(("timetakenadjusted", "actionnonchargehours"), 0.0)
            w.tenant.edit_action(2, action, **none | {"timetaken": hours})
        w.sync_later()
        assert wrong(w) == []


# A request does not grow with the tenant


@pytest.mark.parametrize(("fields", "longest"), [(900, 2048), (900, 350), (430, 2048)])
def test_very_many_custom_fields_come_through_a_short_address(fields: int, longest: int) -> None:
    with world(4, small(max_query=longest, custom_field_count=fields), **FEW) as w:
        w.only("field_info")
        assert w.sync().warnings == []
        assert wrong(w) == []
        changed(w, 2)
        assert w.sync_later().warnings == []
        assert wrong(w) == []
        assert w.sync_later().quiet


def test_an_address_that_is_refused_however_short_costs_the_custom_fields_alone() -> None:
    with world(4, small(max_query=170, custom_field_count=40), **FEW) as w:
        w.only("field_info")
        (warning,) = w.sync().warnings
        assert "custom fields" in warning
        assert len(w.warehouse.tables["ticket"]) == 4
        w.sync_later()
        w.become(max_query=2048)
        for _ in range(3):
            w.sync_later()
        assert wrong(w) == []
        assert w.sync_later().quiet


@pytest.mark.parametrize("status", [400, 404, 414])
def test_one_refusal_of_the_list_costs_no_custom_field(status: int) -> None:
    with world(9, small(custom_field_count=40), **FEW) as w:
        w.only("field_info")
        w.app.faults.append(Fault("/tickets", status=status, times=1))
        assert w.sync().warnings == []
        changed(w, 2, 5)
        w.sync_later()
        assert wrong(w) == []


def test_a_custom_field_that_came_while_its_list_was_refused_fills_all_the_same() -> None:
    with world(6, **FEW) as w:
        w.only("field_info")
        w.sync()
        name = w.tenant.add("field_info").fields["name"]
        w.time.pass_by(hours=1)
        w.tenant.update_ticket(3, custom={name: "Filled"})
        fault = Fault("/fieldinfo", times=0, status=500)
        w.app.faults.append(fault)
        w.sync_later()
        w.app.faults.clear()
        w.sync_later(hours=3)
        assert wrong(w) == []


# A row is new not only if it was never sent


def test_a_ticket_that_changes_while_it_is_hidden_is_as_it_is_when_it_is_shown() -> None:
    with world(12, **FEW) as w:
        w.only("action")
        w.sync()
        team = w.tenant.tickets[4].team
        w.become(hidden_teams=frozenset({team}))
        w.time.pass_by(hours=1)
        w.tenant.update_ticket(4, summary="Changed unseen")
        w.tenant.add_action(4)
        w.sync_later(hours=2)
        w.become(hidden_teams=frozenset())
        w.sync_later(hours=1)
        w.sync_later(days=8)
        assert wrong(w) == []


def test_a_ticket_that_was_deleted_changed_and_restored_comes_back() -> None:
    with world(12, **FEW) as w:
        w.only("action")
        w.sync()
        w.tenant.delete_ticket(4)
        w.sync_later(days=8)
        assert (4,) not in w.warehouse.tables["ticket"]
        w.tenant.restore_ticket(4)
        w.sync_later(days=8)
        w.sync_later()
        assert wrong(w) == []


@pytest.mark.parametrize("details", ["missing", "flagged"])
def test_a_ticket_that_is_hidden_while_its_actions_wait_has_them_when_it_is_shown(
    details: Any,
) -> None:
    with world(12, small(deleted_detail=details), **FEW) as w:
        w.only("action", "time_entry", "ticket_satisfaction")
        w.tenant.close_ticket(4, satisfaction=3)
        w.configuration["history_minutes"] = "0"
        w.sync()
        w.become(hidden_teams=frozenset({w.tenant.tickets[4].team}))
        w.configuration["history_minutes"] = "30"
        for days in (0.1, 1.1, 0.1):
            assert w.sync_later(days=days).warnings == []
        w.become(hidden_teams=frozenset())
        w.sync_later(days=8)
        w.sync_later()
        assert wrong(w) == []


def test_actions_that_are_dated_back_come_where_no_date_of_the_ticket_moves() -> None:
    quirks = small(action_add_moves_ticket=False, last_action_date="added")
    with world(8, quirks, **FEW) as w:
        w.only("action", "time_entry")
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.add_action(3, 1.5, datetime=NOON - timedelta(days=40))
        w.sync_later(days=8)
        w.sync_later()
        assert wrong(w) == []


@pytest.mark.parametrize("walks", [(5, 9, 3), (8, 8), (7, 7), (20,), (3, 6, 30)])
def test_a_rating_that_moves_no_date_comes_whenever_the_walks_happen(walks: list[float]) -> None:
    with world(12, **FEW) as w:
        w.only("ticket_satisfaction")
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.close_ticket(4)
        w.sync_later()
        quietly(w, 4, satisfactionlevel=1)
        for days in walks:
            w.sync_later(days=days)
        w.sync_later(days=8)
        assert (4,) in w.warehouse.tables["ticket_satisfaction"]


# Two stamps, and fields that move by themselves


@pytest.mark.parametrize("lag", [1, 999, 3000, 61_000])
def test_stamps_of_one_event_send_it_once_however_far_apart(lag: int) -> None:
    with world(12, small(stamp_lag_ms=lag), **FEW) as w:
        w.only("action")
        w.sync()
        w.time.pass_by(hours=1)
        for ticket in (2, 5):
            w.tenant.add_action(ticket)
        w.sync_later()
        for days in (0.01, 8, 8):
            assert w.sync_later(days=days).quiet


@pytest.mark.parametrize("value", ["number", "text", "object"])
def test_an_undeclared_field_that_moves_by_itself_sends_no_ticket(value: str) -> None:
    def moves(body: Any) -> None:
        for row in body.get("tickets", ()):
            now = next(ticks)
            made = {"number": now / 7, "text": f"{now} s", "object": {"at": now}}
            row["some_new_clock"] = made[value]

    ticks = count()
    with world(12, **FEW) as w:
        w.only("action")
        w.app.faults.append(Fault("/tickets", times=0, kind="mutate", mutate=moves))
        w.sync()
        changed(w, 3)
        w.sync_later()
        assert w.sync_later().quiet
        assert w.sync_later(days=8).quiet
        w.app.requests.clear()
        assert w.sync_later().requests <= 12
        assert not [record for record in w.asked("/actions") if "ticket_id" in record.params]


# Halo is not tidy


def doubles(body: Any) -> None:
    """Each page shows its first row twice, and the count does not count it."""
    for held in body.values():
        if isinstance(held, list) and held and "id" in held[0] and len(held) > 1:
            held.insert(1, dict(held[0]))


@pytest.mark.parametrize("path", ["/tickets", "/users", "/client", "/site"])
def test_rows_that_come_twice_on_every_page_are_sent_once_and_deletes_are_found(path: str) -> None:
    with world(20, **{**FEW, "users": 12, "clients": 6}) as w:
        w.only("user", "client", "site")
        w.app.faults.append(Fault(path, times=0, kind="mutate", mutate=doubles))
        w.sync()
        assert wrong(w) == []
        w.tenant.delete_ticket(5)
        for kind in ("user", "client", "site"):
            w.tenant.remove(kind, 2)
        w.sync_later(days=8)
        w.sync_later(days=1.1)
        assert wrong(w) == []
        assert w.sync_later().quiet


@pytest.mark.parametrize("path", ["/team", "/status", "/category", "/agent", "/actions"])
def test_a_doubled_row_of_a_list_without_pages_is_no_row_more(path: str) -> None:
    with world(8, small(doubled_rows=frozenset({path})), years=0.05, **FEW) as w:
        w.sync()
        assert wrong(w) == []
        w.sync_later()
        assert w.sync_later().quiet


# A passing fault, and a lasting one


@pytest.mark.parametrize("body", ["", "[", '{"record_count":9,"tickets":[{"id":', "  "])
@pytest.mark.parametrize("path", ["/tickets", "/users", "/actions", "/tickets/", "/status"])
def test_a_body_that_is_damaged_once_costs_nothing(path: str, body: str) -> None:
    with world(9, years=0.05, **{**FEW, "users": 9}) as w:
        w.app.faults.append(Fault(path, nth=2, times=1, kind="body", body=body))
        w.sync()
        w.sync_later()
        assert wrong(w) == []


def test_actions_and_ratings_come_where_actions_by_date_always_time_out() -> None:
    with world(60, small(dates_time_out=True, page_cap=50), years=0.05, **FEW) as w:
        w.only("action", "time_entry", "ticket_satisfaction")
        for _ in range(3):
            w.sync_later()
        assert wrong(w) == []


@pytest.mark.parametrize("gone", ["delete_ticket", "purge_ticket"])
@pytest.mark.parametrize("details", ["missing", "flagged"])
def test_a_ticket_that_went_while_it_waited_is_asked_once_and_not_warned_of(
    gone: str, details: Any
) -> None:
    with world(12, small(deleted_detail=details), **FEW) as w:
        w.only("action", "time_entry", "ticket_satisfaction")
        w.tenant.close_ticket(4, satisfaction=3)
        w.configuration["history_minutes"] = "0"
        w.sync()
        getattr(w.tenant, gone)(4)
        w.configuration["history_minutes"] = "30"
        assert w.sync_later().warnings == []
        asked = len(w.asked("/tickets/{id}"))
        assert w.sync_later().warnings == []
        assert len(w.asked("/tickets/{id}")) == asked
        w.sync_later(days=8)
        w.sync_later()
        assert wrong(w) == []


# A raw value is converted before it is compared


@pytest.mark.parametrize("form", [str, float])
@pytest.mark.parametrize("field", ["id", "ticket_id", "user_id", "client_id", "agent_id"])
def test_a_number_in_another_form_is_that_number_in_every_list(
    field: str, form: Callable[[int], Any]
) -> None:
    def respelt(body: Any) -> None:
        lists = [body] if isinstance(body, list) else [[body], *body.values()]
        for held in lists:
            for row in held if isinstance(held, list) else ():
                if isinstance(row, dict) and type(row.get(field)) is int:
                    row[field] = form(row[field])

    with world(9, years=0.05, **FEW) as w:
        w.app.faults.append(Fault(None, times=0, kind="mutate", mutate=respelt))
        assert w.sync().warnings == []
        changed(w, 3)
        w.sync_later()
        assert wrong(w) == []
        assert w.sync_later().quiet


# The guard is no dead end


@pytest.mark.parametrize("kind", ["user", "client", "site"])
def test_what_really_went_goes_in_days_whatever_the_list(kind: str) -> None:
    with world(3, small(list_page_cap=100), http=False, users=60, clients=60, agents=3) as w:
        w.only(kind)
        w.sync()
        held = sorted(w.tenant.entities[kind])[1:40]
        for key in held:
            w.tenant.remove(kind, key)
        outcome = w.sync_later()
        assert outcome.deleted == {}
        assert any("wait" in warning for warning in outcome.warnings)
        for _ in range(4):
            w.sync_later(days=1.1)
        assert wrong(w) == []


def test_many_tickets_that_really_went_go_with_the_weekly_walks() -> None:
    with world(60, small(page_cap=100), **FEW) as w:
        w.only("action")
        w.sync()
        for ticket in range(1, 41):
            w.tenant.purge_ticket(ticket)
        assert w.sync_later(days=8).deleted == {}
        w.sync_later(days=8)
        w.sync_later()
        assert wrong(w) == []


def test_hours_that_really_went_are_believed_after_days() -> None:
    with world(60, small(page_cap=100, action_delete_moves_ticket=False), years=0.01, **FEW) as w:
        w.only("action", "time_entry")
        tickets = sorted(w.tenant.tickets)
        made = {n: w.tenant.add_action(n, 1.0, at=NOON - timedelta(days=1)).id for n in tickets}
        w.sync()
        for ticket in tickets[:-10]:
            w.tenant.delete_action(ticket, made[ticket])
        outcome = w.sync_later()
        assert outcome.deleted == {}
        assert any("wait" in warning for warning in outcome.warnings)
        for _ in range(4):
            outcome = w.sync_later(days=1)
        assert wrong(w) == []
        assert outcome.warnings == []


# Warnings are few


def test_what_is_wrong_for_days_is_shown_once_a_day_and_logged_always() -> None:
    with world(9, small(dates_time_out=True), **FEW) as w:
        shown = []
        for _ in range(8):
            shown += [warning.again for warning in w.sync_later(hours=6).told]
        assert len(shown) == 8
        assert shown.count(False) == 2


def test_fields_of_other_types_by_the_documents_warn_nobody() -> None:
    with world(9, small(table_in_lists=True), **FEW) as w:
        assert w.sync().warnings == []
        assert w.sync_later().warnings == []


@pytest.mark.parametrize("table", ["ticket", "user"])
def test_a_misfit_is_told_with_the_rows_that_are_sent(table: str) -> None:
    def spoil(body: Any) -> None:
        for row in body[f"{table}s"]:
            row["client_id"] = "none of them"

    with world(6, small(page_cap=100, list_page_cap=100), **FEW) as w:
        w.only("user")
        w.app.faults.append(Fault(f"/{table}s", times=0, kind="mutate", mutate=spoil))
        (warning,) = w.sync().warnings
        assert f"client_id ({len(w.warehouse.tables[table])})" in warning
        assert w.sync_later().warnings == []
