"""Actions: a ticket's list replaces what was there, whole, and one ticket never blocks another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halo.sync.operations import Checkpoint, Upsert
from sandbox.faults import Fault
from tests.test_faults import BY_DAY, At
from tests.world import NOON, World, small, world


def held(w: World, table: str, ticket: int) -> set[int]:
    """The numbers of a ticket's actions, or time entries, in the warehouse."""
    return {key[1] for key in w.warehouse.tables[table] if key[0] == ticket}


def equal(w: World) -> bool:
    """Whether the warehouse has each action and time entry as it is."""
    used = ("action", "time_entry")
    assert w.differences(*(name for name in w.warehouse.tables if name not in used)) == []
    return True


def keys(rows: list[dict[str, object]]) -> list[tuple[object, object]]:
    return sorted(((row["ticket_id"], row["id"]) for row in rows), key=str)


def worked(w: World, ticket: int, actions: int) -> None:
    """Gives a ticket so many actions, half an hour each, on the last days."""
    for number in range(actions):
        w.tenant.add_action(ticket, 0.5, at=NOON - timedelta(hours=actions - number))


def asked_tickets(w: World) -> list[str]:
    return [r.params["ticket_id"] for r in w.asked("/actions") if "ticket_id" in r.params]


# What came with the first load


def test_each_action_is_known_by_its_ticket_and_its_number() -> None:
    with world(10, years=0.05) as w:
        w.only("action", "time_entry")
        w.sync()
        actions = sum(len(ticket.actions) for ticket in w.tenant.tickets.values())
        assert len(w.warehouse.tables["action"]) == actions
        assert len({key[1] for key in w.warehouse.tables["action"]}) < actions / 2
        assert equal(w)


def test_system_actions_come_too() -> None:
    with world(5, years=0.05) as w:
        w.only("action")
        w.tenant.add_action(3, action_systemid=3, outcome="SLA Hold")
        w.sync()
        assert w.tenant.tickets[3].last_action_id in held(w, "action", 3)


# What changed


def test_only_the_actions_of_changed_tickets_are_asked() -> None:
    with world(10, years=0.05) as w:
        w.only("action", "time_entry")
        w.sync()
        w.app.requests.clear()
        new = w.tenant.add_action(4, hours=1.5).id
        w.tenant.edit_action(7, 1, note="Edited")
        outcome = w.sync_later()
        assert asked_tickets(w) == ["7", "4"]
        assert held(w, "action", 4) == set(w.tenant.tickets[4].actions)
        assert w.warehouse.tables["action"][(7, 1)]["note"] == "Edited"
        assert w.warehouse.tables["time_entry"][(4, new)]["timetaken"] == 1.5
        assert keys(outcome.changed["time_entry"]) == [(4, new)]
        assert {row["ticket_id"] for row in outcome.sent["time_entry"]} <= {4, 7}
        assert equal(w)
        assert w.sync_later().quiet


@pytest.mark.parametrize("gone", [[1], [6], [2, 3, 4], [2, 3, 4, 5, 6]])
def test_deleted_actions_are_deleted_and_their_hours_too(gone: list[int]) -> None:
    with world(3, years=0.05) as w:
        w.only("action", "time_entry")
        ticket = w.tenant.add_ticket(summary="With six actions").id
        worked(w, ticket, 6)
        w.sync()
        assert held(w, "action", ticket) == held(w, "time_entry", ticket) == {1, 2, 3, 4, 5, 6}
        for number in gone:
            w.tenant.delete_action(ticket, number)
        outcome = w.sync_later()
        expected = [(ticket, number) for number in gone]
        assert keys(outcome.deleted["action"]) == expected
        assert set(keys(outcome.deleted["time_entry"])) == set(expected)
        assert equal(w)
        assert w.sync_later().quiet


def test_an_action_that_came_and_went_while_old_ones_stay() -> None:
    with world(3, years=0.05) as w:
        w.only("action", "time_entry")
        worked(w, 2, 4)
        w.sync()
        new = w.tenant.add_action(2, hours=1).id
        w.sync_later()
        w.tenant.delete_action(2, new)
        again = w.tenant.add_action(2).id
        outcome = w.sync_later()
        assert keys(outcome.deleted["action"]) == [(2, new)]
        assert again in held(w, "action", 2)
        assert equal(w)


def test_hours_of_old_days_are_deleted_with_their_action() -> None:
    with world(3, years=0.5) as w:
        w.only("action", "time_entry")
        old = w.tenant.add_action(1, hours=2, at=NOON - timedelta(days=60)).id
        w.sync()
        assert old in held(w, "time_entry", 1)
        w.tenant.delete_action(1, old)
        w.sync_later()
        assert old not in held(w, "time_entry", 1)


def test_an_action_that_moves_no_last_update_is_found_on_its_day() -> None:
    with world(10, small(action_add_moves_ticket=False), years=0.05) as w:
        w.only("action")
        w.sync()
        w.time.pass_by(days=1)
        new = w.tenant.add_action(4).id
        w.sync_later()
        assert new in held(w, "action", 4)
        assert w.sync_later().quiet


def test_an_action_that_moves_no_last_update_is_found_by_the_weekly_walk() -> None:
    quirks = small(action_add_moves_ticket=False, action_dates="ignored")
    with world(10, quirks, years=0.05) as w:
        w.only("action")
        w.sync()
        w.time.pass_by(days=1)
        new = w.tenant.add_action(4).id
        w.sync_later()
        assert new not in held(w, "action", 4)
        w.sync_later(days=8)
        w.sync_later()
        assert new in held(w, "action", 4)
        assert w.sync_later(days=8).quiet


def test_the_actions_of_a_purged_ticket_may_stay_and_disturb_nobody() -> None:
    with world(10, years=0.05) as w:
        w.only("action", "time_entry")
        w.sync()
        w.tenant.add_action(4)
        w.tenant.add_action(5)

        def purge(*_: object) -> None:
            w.tenant.tickets.pop(5, None)

        w.app.before_request = purge
        outcome = w.sync_later()
        assert not [warning for warning in outcome.warnings if "action" in warning]
        assert held(w, "action", 4) == set(w.tenant.tickets[4].actions)


# Long lists


@pytest.mark.parametrize("inclusive", [True, False])
def test_more_actions_than_come_at_once_are_read_whole(inclusive: bool) -> None:
    with world(3, small(actions_cap=60, boundary_inclusive=inclusive), years=0.05) as w:
        w.only("action")
        worked(w, 2, 170)
        outcome = w.sync()
        assert outcome.warnings == []
        assert held(w, "action", 2) == set(w.tenant.tickets[2].actions)
        w.tenant.delete_action(2, 1)
        w.tenant.delete_action(2, 40)
        outcome = w.sync_later()
        assert keys(outcome.deleted["action"]) == [(2, 1), (2, 40)]
        assert w.sync_later().quiet


@pytest.mark.parametrize("inclusive", [True, False])
def test_actions_of_one_second_at_the_end_of_a_cut_list_are_not_lost(inclusive: bool) -> None:
    with world(3, small(actions_cap=55, boundary_inclusive=inclusive), years=0.05) as w:
        w.only("action")
        ticket = w.tenant.add_ticket(summary="Worked on by a rule").id
        for number in range(100):
            at = NOON - timedelta(days=1) + timedelta(seconds=number // 10)
            w.tenant.add_action(ticket, at=at + timedelta(milliseconds=10 * (number % 10)))
        w.sync()
        assert held(w, "action", ticket) == set(range(1, 101))
        w.tenant.edit_action(ticket, 100, note="Edited")
        assert w.sync_later().deleted == {}


@pytest.mark.parametrize("inclusive", [True, False])
def test_actions_of_the_same_moment_at_the_end_of_a_cut_list_are_not_lost(inclusive: bool) -> None:
    with world(3, small(actions_cap=60, boundary_inclusive=inclusive), years=0.05) as w:
        w.only("action")
        ticket = w.tenant.add_ticket(summary="Imported with whole hours").id
        for number in range(100):
            w.tenant.add_action(ticket, at=NOON - timedelta(days=2) + timedelta(hours=number // 7))
        w.sync()
        assert held(w, "action", ticket) == set(range(1, 101))


def test_a_list_that_is_cut_and_cannot_be_continued_deletes_nothing_and_is_warned_of() -> None:
    with world(3, small(actions_cap=200), years=0.05) as w:
        w.only("action")
        worked(w, 2, 150)
        w.sync()
        there = held(w, "action", 2)
        w.become(actions_cap=100, action_dates="ignored")
        w.tenant.edit_action(2, 150, note="Edited")
        outcome = w.sync_later()
        assert held(w, "action", 2) == there
        assert outcome.deleted == {}
        assert any("action" in warning for warning in outcome.warnings)


def test_actions_of_another_ticket_are_never_taken_for_this_ones() -> None:
    with world(10, years=0.05) as w:
        w.only("action")
        w.sync()
        there = dict(w.warehouse.tables["action"])
        other = {"actions": [{"ticket_id": 9, "id": 1, "note": "not mine"}]}
        w.app.faults.append(Fault("/actions", times=0, kind="mutate", mutate=lambda _: other))
        w.tenant.edit_action(4, 1, note="Edited")
        outcome = w.sync_later()
        assert "answered actions of ticket 9" in outcome.warnings[0]
        assert w.warehouse.tables["action"] == there
        w.app.faults.clear()
        w.sync_later()
        assert w.warehouse.tables["action"][(4, 1)]["note"] == "Edited"


# Refusals


def refuse(w: World, ticket: int, status: int = 403) -> None:
    w.app.faults.append(
        Fault("/actions", times=0, status=status, params={"ticket_id": str(ticket)})
    )


def test_a_single_refused_ticket_does_not_block_the_others_and_is_asked_again() -> None:
    with world(10, years=0.05) as w:
        w.only("action")
        refuse(w, 7)
        outcome = w.sync()
        (warning,) = outcome.warnings
        assert "1 tickets could not be read, 7 among them; the next sync asks again" in warning
        tickets = {key[0] for key in w.warehouse.tables["action"]}
        assert tickets == {key[0] for key in w.expected("action")} - {7}
        w.app.faults.clear()
        w.sync_later()
        assert equal_actions(w)


def equal_actions(w: World) -> bool:
    return w.warehouse.tables["action"].keys() == w.expected("action").keys()


def test_a_changed_ticket_that_is_refused_does_not_block_the_others() -> None:
    with world(10, years=0.05) as w:
        w.only("action")
        w.sync()
        for number in (3, 6, 9):
            w.tenant.edit_action(number, 1, note="Edited")
        refuse(w, 9)
        w.sync_later()
        notes = {n: w.warehouse.tables["action"][(n, 1)].get("note") for n in (3, 6, 9)}
        assert (notes[3], notes[6]) == ("Edited", "Edited")
        assert notes[9] != "Edited"
        w.app.faults.clear()
        w.sync_later()
        assert w.warehouse.tables["action"][(9, 1)]["note"] == "Edited"


@pytest.mark.parametrize("status", [403, 404])
def test_refused_neighbours_do_not_block_what_is_older(status: int) -> None:
    with world(20, years=0.05) as w:
        w.only("action")
        for number in (10, 11, 12):
            refuse(w, number, status)
        for _ in range(3):
            w.sync_later()
        tickets = {key[0] for key in w.warehouse.tables["action"]}
        assert tickets == {key[0] for key in w.expected("action")} - {10, 11, 12}


def test_the_only_changed_ticket_that_is_refused_does_not_hold_up_history() -> None:
    with world(10, years=0.05) as w:
        w.only("action")
        w.configuration["history_minutes"] = "0"
        w.sync()
        w.tenant.update_ticket(9, summary="Changed")
        refuse(w, 9)
        w.configuration["history_minutes"] = "30"
        w.sync_later()
        tickets = {key[0] for key in w.warehouse.tables["action"]}
        assert tickets == {key[0] for key in w.expected("action")} - {9}
        w.app.faults.clear()
        w.sync_later()
        assert equal_actions(w)


def test_a_ticket_that_is_not_found_is_asked_for_until_the_weekly_walk_finds_it_gone() -> None:
    with world(10, years=0.05) as w:
        w.only("action")
        refuse(w, 7, 404)
        for outcome in (w.sync(), w.sync_later()):
            (warning,) = outcome.warnings
            assert "1 tickets could not be read, 7 among them" in warning
        tickets = {key[0] for key in w.warehouse.tables["action"]}
        assert tickets == {key[0] for key in w.expected("action")} - {7}
        w.tenant.purge_ticket(7)
        w.sync_later(days=8)
        assert w.sync_later().warnings == []


# Left out, and wanted later


def test_actions_that_are_wanted_later_come_with_their_history() -> None:
    with world(10, years=0.05) as w:
        w.only("time_entry")
        w.sync()
        w.tenant.add_action(4)
        w.sync_later()
        assert w.warehouse.tables["action"] == {}
        w.only("action", "time_entry")
        w.sync_later()
        assert equal(w)
        assert w.sync_later().quiet


def test_actions_that_are_left_out_for_a_while_miss_nothing() -> None:
    with world(10, years=0.05) as w:
        w.only("action")
        w.sync()
        w.only()
        w.tenant.edit_action(4, 1, note="Edited meanwhile")
        new = w.tenant.add_ticket(summary="New meanwhile").id
        w.tenant.add_action(new)
        w.sync_later()
        w.only("action")
        w.sync_later(hours=1)
        w.sync_later(hours=1)
        assert equal_actions(w)
        assert w.warehouse.tables["action"][(4, 1)]["note"] == "Edited meanwhile"


def test_history_goes_from_the_newest_ticket_to_the_oldest() -> None:
    with world(10, years=0.05) as w:
        w.only("action")
        outcome = w.sync()
        asked = list(map(int, asked_tickets(w)))
        assert asked == sorted(asked, reverse=True)
        assert len(outcome.sent["action"]) == len(w.expected("action"))


# History by date


def busy(**quirks: Any) -> AbstractContextManager[World]:
    """A tenant with so many tickets a day that reading actions by date is worth it."""
    return world(60, small(page_cap=50, **quirks), years=0.02)


def test_history_by_date_is_the_same_for_far_fewer_requests() -> None:
    with busy() as w:
        w.only("action")
        assert w.sync().warnings == []
        assert equal_actions(w)
        assert len(w.asked("/actions")) < 50
        last = max(w.tenant.tickets[40].actions)
        w.tenant.delete_action(40, last)
        assert keys(w.sync_later().deleted["action"]) == [(40, last)]
        assert w.sync_later().quiet


@pytest.mark.parametrize("dates", ["ignored", "nothing"])
def test_history_goes_ticket_by_ticket_where_dates_do_not_work(dates: Any) -> None:
    with busy(action_dates=dates) as w:
        w.only("action")
        assert w.sync().warnings == []
        assert equal_actions(w)


def killed_at(count: int) -> Callable[[Any], bool]:
    """Kills a sync at its checkpoint after so many pieces of actions."""
    left = [count]

    def until(operation: object) -> bool:
        left[0] -= isinstance(operation, Upsert) and operation.table == "action"
        return left[0] <= 0 and isinstance(operation, Checkpoint)

    return until


def test_history_by_date_that_is_killed_goes_on() -> None:
    with busy() as w:
        w.only("action")
        w.configuration["history_minutes"] = "1440"
        w.app.before_request = lambda *_: w.time.pass_by(seconds=61)
        for _ in range(3):
            w.sync(until=killed_at(2))
        w.app.before_request = None
        w.sync_later()
        assert equal_actions(w)
        assert w.sync_later().quiet


@pytest.mark.parametrize("days", [-400, 3])
def test_an_action_that_history_by_date_does_not_meet_is_read_with_its_ticket(days: int) -> None:
    with busy() as w:
        w.only("action")
        odd = w.tenant.add_action(31, at=NOON + timedelta(days=days)).id
        w.tenant.add_action(31, at=NOON - timedelta(hours=1))
        w.tenant.update_ticket(31, summary="With an odd date", at=NOON - timedelta(hours=1))
        assert w.sync().warnings == []
        assert "31" in asked_tickets(w)
        assert odd in held(w, "action", 31)
        assert equal_actions(w)


ODD_DATES = [datetime(1900, 1, 1, tzinfo=UTC), *(NOON + timedelta(d) for d in (-4000, 3, 4000))]


@pytest.mark.parametrize("meaning", ["occurred", "added"])
@pytest.mark.parametrize("date", ODD_DATES)
def test_a_last_action_with_an_odd_date_is_not_lost_to_history_by_date(
    date: datetime, meaning: Any
) -> None:
    with busy(last_action_date=meaning) as w:
        w.only("action")
        added = NOON - timedelta(hours=1)
        w.tenant.add_action(31, at=added - timedelta(seconds=5))
        odd = w.tenant.add_action(31, at=added, datetime=date).id
        assert w.sync().warnings == []
        assert odd in held(w, "action", 31)
        assert equal_actions(w)
        assert len(asked_tickets(w)) < 30
        assert w.sync_later().quiet


def test_a_tenant_whose_tickets_do_not_name_their_last_action_is_read_ticket_by_ticket() -> None:
    with busy() as w:
        w.only("action")
        for ticket in w.tenant.tickets.values():
            ticket.change({"lastactiondate": NOON - timedelta(days=50)})
        assert w.sync().warnings == []
        assert equal_actions(w)
        assert len(asked_tickets(w)) >= 60


@pytest.mark.parametrize("in_flight", [1, 4])
@given(
    plan=st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=6), min_size=35, max_size=40),
    meaning=st.sampled_from(["occurred", "added"]),
    kills=st.lists(st.integers(1, 8), max_size=3),
)
def test_whatever_dates_actions_have_history_by_date_loses_none(
    in_flight: int, plan: list[list[int]], meaning: Any, kills: list[int]
) -> None:
    odd = [NOON + timedelta(days=shift) for shift in (-0.5, -1, -1.5, -2, -3, -900, 2, 900)]
    with world(0, small(page_cap=50, last_action_date=meaning), http=False) as w:
        w.only("action")
        w.in_flight = in_flight
        for dates in plan:
            ticket = w.tenant.add_ticket(at=NOON - timedelta(days=3)).id
            for number, pick in enumerate(dates):
                added = NOON - timedelta(days=2) + timedelta(minutes=number)
                date = odd[pick] if pick < len(odd) else added
                w.tenant.add_action(ticket, at=added, datetime=date)
        w.app.before_request = lambda *_: w.time.pass_by(seconds=61)
        for count in kills:
            w.sync(until=killed_at(count))
        w.app.before_request = None
        w.sync_later()
        assert equal_actions(w)
        assert w.sync_later().quiet


@pytest.mark.parametrize("body", ["[]", '{"record_count":0,"actions":[]}', '{"record_count":0}'])
def test_an_empty_list_of_actions_deletes_all_of_its_ticket(body: str) -> None:
    with world(5, years=0.05) as w:
        w.only("action", "time_entry")
        w.sync()
        there = held(w, "action", 3), held(w, "time_entry", 3)
        w.tenant.update_ticket(3, summary="Changed")
        asked = {"ticket_id": "3"}
        w.app.faults.append(Fault("/actions", times=0, kind="body", body=body, params=asked))
        assert w.sync_later().deleted == {}
        assert (held(w, "action", 3), held(w, "time_entry", 3)) == there
        w.app.faults.clear()
        w.tenant.delete_action(3, 1)
        assert keys(w.sync_later().deleted["action"]) == [(3, 1)]


# bug: left out in the middle of a history by date
def test_an_action_that_is_added_while_a_history_by_date_is_left_out_is_lost() -> None:
    with busy() as w:
        w.only("action")
        w.configuration["history_minutes"] = "1440"
        w.app.before_request = lambda *_: w.time.pass_by(seconds=61)
        w.sync(until=killed_at(5))
        w.app.before_request = None
        assert "day" in w.slice("action")
        came = {key[0] for key in w.warehouse.tables["action"]}
        w.only()
        for ticket in came:
            w.tenant.add_action(ticket)
        w.sync_later()
        w.only("action")
        w.sync_later()
        assert equal_actions(w)


def test_history_by_date_brings_actions_of_tickets_from_before_the_start_date() -> None:
    with busy() as w:
        w.only("action")
        there = sorted(w.tenant.tickets)
        for number in there:
            days = 40 if number in there[20:23] else 3
            w.tenant.update_ticket(number, at=NOON - timedelta(days=days))
        w.configuration["start_date"] = (NOON - timedelta(days=10)).isoformat()
        w.sync()
        assert len(w.asked("/actions")) < 50
        assert {key[0] for key in w.warehouse.tables["action"]} == {*there[:20], *there[23:]}


def test_the_last_action_came_without_its_key_once_and_is_never_deleted() -> None:
    with world(5, years=0.05) as w:
        w.only("action")
        worked(w, 3, 4)
        w.sync()
        last = w.tenant.tickets[3].last_action_id

        def damage(body: Any) -> None:
            for row in body["actions"]:
                row["id"] = None if row["id"] == last else row["id"]

        fault = Fault("/actions", times=0, kind="mutate", mutate=damage, params={"ticket_id": "3"})
        w.app.faults.append(fault)
        w.tenant.edit_action(3, 1, note="Edited")
        assert w.sync_later().deleted == {}
        w.app.faults.clear()
        w.tenant.delete_action(3, last)
        assert keys(w.sync_later().deleted["action"]) == [(3, last)]


def test_actions_by_date_that_say_less_than_those_of_a_ticket_are_taken() -> None:
    def without_notes(body: Any) -> None:
        for row in body["actions"]:
            row.pop("note", None)

    with busy() as w:
        w.only("action")
        fault = At(kind="mutate", mutate=without_notes, times=0, where=BY_DAY.where)
        w.app.faults.append(fault)
        w.sync()
        assert fault.seen > 0
        unused = set(w.warehouse.tables) - {"action"}
        assert w.differences(*unused) == []


def test_hours_are_deleted_from_a_table_that_is_left_out() -> None:
    with world(3, years=0.05) as w:
        w.only("action")
        worked(w, 2, 4)
        w.sync()
        w.tenant.delete_action(2, 3)
        assert w.sync_later().deleted.keys() == {"action"}


def test_an_outage_in_a_history_by_date_makes_it_one_request_a_ticket() -> None:
    with busy() as w:
        w.only("action")
        # The last week's days come first.
        w.app.faults.append(At(status=503, nth=11, times=0, where=lambda _, q: "startdate" in q))
        (warning,) = w.sync().warnings
        assert "action was not synced" in warning
        assert "day" in w.slice("action")
        w.app.faults.clear()
        w.app.requests.clear()
        assert w.sync_later().warnings == []
        assert equal_actions(w)
        assert len(asked_tickets(w)) < 30
