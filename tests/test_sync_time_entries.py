"""Time entries: each moment lies in one day, no cap cuts a day, and what moves is not lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from halo.sync.days import ASKED, start_of, window_of
from sandbox.faults import Fault
from tests.world import NOON, Outcome, World, small, world

SECOND = timedelta(seconds=1)
NO_HOURS: dict[str, Any] = {
    "timetaken": 0.0,
    "timetakenadjusted": 0.0,
    "actionnonchargehours": 0.0,
    "actionchargehours": 0.0,
}


def days_ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def held(w: World) -> set[tuple[object, ...]]:
    """The keys of the time entries in the warehouse."""
    return set(w.warehouse.tables["time_entry"])


def equal(w: World) -> bool:
    """Whether the warehouse has each time entry as it is."""
    assert w.differences(*(name for name in w.warehouse.tables if name != "time_entry")) == []
    return True


def keys(rows: list[dict[str, object]]) -> list[tuple[object, object]]:
    return sorted(((row["ticket_id"], row["id"]) for row in rows), key=str)


def sent(outcome: Outcome) -> list[tuple[object, object]]:
    """The entries that were sent and are not as the warehouse had them.

    A ticket's entries are sent together, also those that are as they were.
    """
    return keys(outcome.changed.get("time_entry", []))


def gone(outcome: Outcome) -> list[tuple[object, object]]:
    return keys(outcome.deleted.get("time_entry", []))


def still(**quirks: Any) -> Any:
    """A tenant whose tickets do not move when their actions do."""
    moves = ("action_add_moves_ticket", "action_edit_moves_ticket", "action_delete_moves_ticket")
    return small(**dict.fromkeys(moves, False), **quirks)


# The last seven days


def test_new_changed_and_deleted_entries_of_the_last_days_are_exact() -> None:
    with world(10, still(), years=0.05) as w:
        w.only("time_entry")
        first, second, third = (w.tenant.add_action(4, 1, at=days_ago(d)).id for d in (1, 3, 6.5))
        w.sync()
        assert equal(w)
        assert w.sync_later().quiet
        w.tenant.edit_action(4, first, timetaken=2.5)
        w.tenant.delete_action(4, second)
        w.tenant.edit_action(4, third, **NO_HOURS)
        new = w.tenant.add_action(5, 0.25).id
        outcome = w.sync_later()
        assert sent(outcome) == [(4, first), (5, new)]
        assert set(gone(outcome)) == {(4, second), (4, third)}
        assert equal(w)
        assert w.sync_later().quiet


@pytest.mark.parametrize(("before", "after"), [(3, 1), (1, 3), (2, 20), (20, 2), (7.5, 0.5)])
def test_an_entry_that_is_moved_to_another_day_is_not_lost(before: float, after: float) -> None:
    with world(10, still(), years=0.08) as w:
        w.only("time_entry")
        moved = w.tenant.add_action(4, 1, at=days_ago(before)).id
        w.sync()
        w.tenant.edit_action(4, moved, datetime=days_ago(after))
        outcome = w.sync_later()
        assert sent(outcome) == [(4, moved)]
        assert outcome.deleted == {}
        assert equal(w)
        assert w.sync_later().quiet


def test_so_many_entries_gone_at_once_are_a_lost_permission() -> None:
    with world(10, still(), years=0.05) as w:
        w.only("time_entry")
        made = [w.tenant.add_action(4, 1, at=days_ago(number / 6)).id for number in range(30)]
        w.sync()
        there = held(w)
        for number in made[:25]:
            w.tenant.delete_action(4, number)
        outcome = w.sync_later()
        assert outcome.deleted == {}
        assert "no longer come" in outcome.warnings[0]
        assert held(w) == there


def test_a_week_that_goes_by_day_by_day_is_exact_and_quiet() -> None:
    with world(10, still(), years=0.1) as w:
        w.only("time_entry")
        w.sync()
        for day in range(10):
            w.time.pass_by(days=1)
            new = w.tenant.add_action(1 + day % 9, 1).id
            outcome = w.sync()
            assert sent(outcome) == [(1 + day % 9, new)]
            assert outcome.deleted == {}
        assert equal(w)


def test_a_gap_of_thirty_days_between_two_syncs_leaves_no_hole() -> None:
    with world(10, still(), years=0.1) as w:
        w.only("time_entry")
        w.sync()
        w.configuration["history_minutes"] = "0"
        for day in range(30):
            w.tenant.add_action(4, 1, at=NOON + timedelta(days=day, hours=day % 24))
        w.sync_later(days=31)
        assert equal(w)
        assert w.sync_later().quiet


def test_an_interrupted_sync_after_a_gap_leaves_no_hole() -> None:
    with world(10, still(), years=0.1) as w:
        w.only("time_entry")
        w.sync()
        for day in range(30):
            w.tenant.add_action(4, 1, at=NOON + timedelta(days=day))
        w.time.pass_by(days=31)
        w.app.faults.append(Fault("/actions", nth=12, times=0, status=403))
        assert "21 days could not be read" in w.sync().warnings[0]
        w.app.faults.clear()
        w.configuration["history_minutes"] = "0"
        w.sync_later()
        assert equal(w)


# Bounds of a day


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("days", [3, 12])
def test_no_moment_around_the_bounds_of_a_day_is_lost_or_doubled(
    days: int, inclusive: bool
) -> None:
    with world(10, still(boundary_inclusive=inclusive), years=0.05) as w:
        w.only("time_entry")
        bound = start_of(window_of(NOON) - days)
        offsets = [-2.0, -1.000001, -1.0, -0.5, -0.000001, 0.0, 0.000001]
        offsets += [0.4, 0.5, 0.500001, 0.999999, 1.0, 1.000001, 1.5, 2.0]
        for offset in offsets:
            w.tenant.add_action(4, 1, at=bound + offset * SECOND)
        outcome = w.sync()
        assert len(sent(outcome)) == len(set(sent(outcome))) == len(w.expected("time_entry"))
        assert equal(w)
        assert w.sync_later().quiet


def test_each_moment_belongs_to_one_window_that_asks_for_it_well_inside() -> None:
    bound = start_of(window_of(NOON))
    for half_seconds in range(-8, 9):
        moment = bound + half_seconds * SECOND / 2
        start = start_of(window_of(moment))
        assert start < moment < start + timedelta(days=1)


def test_no_window_is_longer_than_a_day() -> None:
    with world(10, years=0.05) as w:
        w.only("time_entry")
        w.sync()
        by_day = [record for record in w.asked("/actions") if "startdate" in record.params]
        assert len(by_day) >= 8
        for record in by_day:
            start = datetime.fromisoformat(record.params["startdate"])
            assert datetime.fromisoformat(record.params["enddate"]) - start <= timedelta(days=1)
            assert record.params["timeentriesonly"] == "true"
            assert record.params["excludesys"] == "false"


# Older days


@pytest.mark.parametrize("tickets", [10, 60])
def test_hours_dated_before_the_oldest_ticket_or_in_the_future_are_not_lost(tickets: int) -> None:
    with world(tickets, small(page_cap=50), years=0.02) as w:
        w.only("action", "time_entry")
        early = w.tenant.add_action(3, hours=2, at=days_ago(5), datetime=days_ago(4000)).id
        late = w.tenant.add_action(4, hours=2, at=days_ago(5), datetime=days_ago(-3)).id
        requests = w.sync().requests + w.sync_later().requests
        assert (3, early) in held(w)
        assert requests < 200
        w.sync_later(days=4)
        assert (4, late) in held(w)
        assert equal(w)
        assert w.sync_later().quiet
        w.tenant.edit_action(3, early, note="Edited")
        w.sync_later(days=8)
        assert equal(w)


def test_hours_come_with_the_history_of_their_tickets_newest_first() -> None:
    with world(15, years=0.15) as w:
        w.only("time_entry")
        w.configuration["history_minutes"] = "0"
        w.sync()
        assert held(w) == set()
        w.app.requests.clear()
        w.configuration.pop("history_minutes")
        w.sync_later()
        assert equal(w)
        asked = [record.params.get("ticket_id") for record in w.asked("/actions")]
        tickets = [int(ticket) for ticket in asked if ticket]
        assert tickets == sorted(tickets, reverse=True)
        assert len(tickets) == 15
        assert w.sync_later().quiet


def test_history_that_is_cut_short_goes_on_where_it_was() -> None:
    with world(15, years=0.15) as w:
        w.only("time_entry")
        w.configuration["history_minutes"] = "10"
        w.app.before_request = lambda *_: w.time.pass_by(seconds=61)
        w.sync()
        assert len(held(w)) < len(w.expected("time_entry"))
        for _ in range(20):
            w.app.requests.clear()
            w.sync()
            if len(held(w)) == len(w.expected("time_entry")):
                break
        assert equal(w)


def test_older_days_are_read_again_each_week_and_sent_where_they_changed() -> None:
    with world(10, still(), years=0.1) as w:
        w.only("time_entry")
        one = w.tenant.add_action(4, 1, at=days_ago(20)).id
        same_day = w.tenant.add_action(5, 1, at=days_ago(20)).id
        w.tenant.add_action(6, 1, at=days_ago(25))
        w.sync()
        w.tenant.edit_action(4, one, timetaken=3.0)
        late = w.tenant.add_action(7, 0.5, at=days_ago(30)).id
        assert w.sync_later(days=1).quiet
        outcome = w.sync_later(days=7)
        assert {(4, one), (7, late)} <= set(sent(outcome))
        assert (6, 1) not in sent(outcome)
        assert set(sent(outcome)) <= {(4, one), (5, same_day), (7, late)} | same_days(w, 20, 30)
        assert equal(w)
        assert w.sync_later(days=8).quiet


def same_days(w: World, *days: float) -> set[tuple[object, ...]]:
    numbers = {window_of(days_ago(day)) for day in days}
    rows = w.expected("time_entry").items()
    return {key for key, row in rows if window_of(row["datetime"]) in numbers}


def test_hours_of_tickets_from_before_the_start_date_are_left_out() -> None:
    with world(15, years=0.15) as w:
        w.only("time_entry")
        since = days_ago(30)
        w.configuration["start_date"] = since.isoformat()
        w.sync()
        expected = w.expected("time_entry")
        tickets = {n for n, ticket in w.tenant.tickets.items() if ticket.last_update >= since}
        wanted = {key for key in expected if key[0] in tickets}
        assert held(w) == wanted
        assert 0 < len(wanted) < len(expected)
        starts = [r.params["startdate"] for r in w.asked("/actions") if "startdate" in r.params]
        assert datetime.fromisoformat(min(starts)) > since - timedelta(days=3)


def test_a_start_date_that_is_moved_back_loads_the_older_days() -> None:
    with world(15, years=0.15) as w:
        w.only("time_entry")
        w.configuration["start_date"] = days_ago(15).isoformat()
        w.sync()
        del w.configuration["start_date"]
        w.sync_later()
        w.sync_later()
        assert equal(w)


# Tenants that do otherwise


@pytest.mark.parametrize("dates", ["ignored", "nothing"])
def test_a_tenant_without_dates_has_all_hours_and_nothing_to_be_warned_of(dates: Any) -> None:
    with world(10, small(action_dates=dates), years=0.05) as w:
        w.only("action", "time_entry")
        assert w.sync().warnings == []
        assert equal(w)
        w.tenant.add_action(4, 1)
        moved, gone_from = w.tenant.add_action(5, 2).id, w.tenant.add_action(6, 3).id
        assert w.sync_later().warnings == []
        assert equal(w)
        w.tenant.edit_action(5, moved, **NO_HOURS)
        w.tenant.edit_action(5, 1, timetaken=2.0)
        w.tenant.delete_action(6, gone_from)
        outcome = w.sync_later()
        assert outcome.warnings == []
        assert set(gone(outcome)) == {(5, moved), (6, gone_from)}
        assert equal(w)
        assert w.sync_later().quiet


def test_a_tenant_that_comes_to_ignore_the_dates_loses_and_deletes_nothing() -> None:
    with world(10, years=0.05) as w:
        w.only("action", "time_entry")
        w.sync()
        w.become(action_dates="ignored")
        new = w.tenant.add_action(4, 1).id
        outcome = w.sync_later()
        assert outcome.warnings == []
        assert outcome.deleted == {}
        assert (4, new) in held(w)
        assert equal(w)


def test_a_tenant_that_stops_answering_by_date_deletes_nothing_unseen() -> None:
    with world(10, years=0.05) as w:
        w.only("action", "time_entry")
        for number in range(5):
            w.tenant.add_action(4, 1, at=days_ago(number))
        w.sync()
        there = held(w)
        w.become(action_dates="nothing")
        outcome = w.sync_later()
        assert outcome.deleted == {}
        assert held(w) == there


def test_a_tenant_without_any_time_is_warned_of_nothing() -> None:
    with world(0) as w:
        w.tenant.add_ticket(summary="No time")
        w.tenant.add_action(1)
        w.sync()
        assert w.sync_later().warnings == []


def test_actions_without_time_that_come_too_are_left_out() -> None:
    with world(20, small(time_entries_only=False)) as w:
        w.only("action", "time_entry")
        w.sync()
        assert equal(w)
        assert len(held(w)) < len(w.warehouse.tables["action"])
        assert w.sync_later().quiet


def test_a_build_that_leaves_timetaken_out_has_the_other_hours() -> None:
    with world(20, small(timetaken_missing=True)) as w:
        w.only("time_entry")
        w.sync()
        assert equal(w)
        assert len(held(w)) > 5


@pytest.mark.parametrize(("cap", "time_entries_only"), [(50, False), (60, True), (100, True)])
def test_a_day_with_more_entries_than_come_at_once_is_halved(
    cap: int, time_entries_only: bool
) -> None:
    quirks = small(actions_cap=cap, time_entries_only=time_entries_only)
    with world(10, quirks, years=0.1) as w:
        w.only("time_entry")
        for number in range(150):
            w.tenant.add_action(
                1 + number % 9, 0.5, at=days_ago(2) + number * timedelta(seconds=40)
            )
            w.tenant.add_action(1 + number % 9, 0.5, at=days_ago(20) + number * SECOND)
        outcome = w.sync()
        assert outcome.warnings == []
        assert equal(w)
        assert w.sync_later().quiet


def test_a_second_with_more_entries_than_ever_come_is_warned_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("halo.sync.days.MOST", 60)
    with world(10, small(actions_cap=60), years=0.05) as w:
        w.only("time_entry")
        for number in range(70):
            w.tenant.add_action(1 + number % 9, 0.5, at=days_ago(2))
        assert "may not have sent all of them" in w.sync().warnings[0]


def test_a_day_that_is_just_as_long_as_the_cap_does_not_hide_that_others_are_cut() -> None:
    with world(10, small(actions_cap=60), years=0.05) as w:
        w.only("time_entry")
        for number in range(60):
            w.tenant.add_action(1 + number % 9, 0.5, at=days_ago(2) + number * SECOND)
        for number in range(75):
            w.tenant.add_action(1 + number % 9, 0.5, at=days_ago(4) + number * SECOND)
        outcome = w.sync()
        assert outcome.warnings or equal(w)


def test_the_digests_of_many_days_are_small() -> None:
    with world(10, years=0.5) as w:
        w.only("time_entry")
        w.sync()
        assert len(json.dumps(w.slice("action")["journal"])) < 5000
        assert equal(w)


def hide(w: World, ticket: int, number: int) -> None:
    """The lists of days leave an action out that still exists."""

    def leave_out(body: Any) -> None:
        rows = body["actions"]
        rows[:] = [row for row in rows if (row["ticket_id"], row["id"]) != (ticket, number)]
        body["record_count"] = len(rows)

    params = {"timeentriesonly": "true"}
    w.app.faults.append(Fault("/actions", times=0, kind="mutate", mutate=leave_out, params=params))


def newest_only() -> Callable[[Any], Any]:
    """The newest 60 actions, whatever is asked."""
    first: list[Any] = []

    def change(body: Any) -> Any:
        rows = sorted(body["actions"], key=lambda row: -row["id"])[:60]
        first.append({"record_count": 60, "actions": rows})
        return first[0]

    return change


def without_key(body: Any) -> None:
    for row in body["actions"]:
        row["id"] = None if row["id"] == 1 else row["id"]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404},
        {"status": 410},
        {"kind": "mutate", "mutate": newest_only()},
        {"kind": "mutate", "mutate": without_key},
    ],
    ids=["404", "410", "a list that is cut", "a row without a key"],
)
def test_an_entry_is_deleted_though_its_ticket_does_not_say_for_certain_that_it_is_gone(
    fault: dict[str, Any],
) -> None:
    with world(0, still()) as w:
        ticket = w.tenant.add_ticket(summary="Worked on").id
        for number in range(70):
            w.tenant.add_action(ticket, 1, at=days_ago(3) + number * timedelta(hours=1))
        w.only("time_entry")
        w.sync()
        hide(w, ticket, 1)
        asked = {"ticket_id": str(ticket)}
        w.app.faults.append(Fault("/actions", times=0, params=asked, **fault))
        outcome = w.sync_later()
        assert len(w.asked("/actions")) > 16
        assert outcome.deleted == {}
        assert (ticket, 1) in held(w)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404},
        {"status": 410},
        {"kind": "mutate", "mutate": newest_only()},
        {"kind": "mutate", "mutate": without_key},
    ],
    ids=["404", "410", "a list that is cut", "a row without a key"],
)
def test_a_deleted_entry_that_could_not_be_looked_up_once_stays_for_ever(
    fault: dict[str, Any],
) -> None:
    with world(0, still()) as w:
        ticket = w.tenant.add_ticket(summary="Worked on").id
        for number in range(70):
            w.tenant.add_action(ticket, 1, at=days_ago(3) + number * timedelta(hours=1))
        w.only("time_entry")
        w.sync()
        w.tenant.delete_action(ticket, 2)
        asked = {"ticket_id": str(ticket)}
        w.app.faults.append(Fault("/actions", times=0, params=asked, **fault))
        assert w.sync_later().deleted == {}
        w.app.faults.clear()
        w.sync_later()
        assert equal(w)


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize("days", [3, 12])
def test_a_moment_on_the_bound_between_two_halves_of_a_day_is_lost(
    days: int, inclusive: bool
) -> None:
    with world(3, still(actions_cap=50, boundary_inclusive=inclusive), years=0.05) as w:
        w.only("time_entry")
        start = start_of(window_of(NOON) - days)
        for part in range(1, 16):
            for offset in (-1, -0.5, 0, 0.5, 1, 1.5, 2):
                w.tenant.add_action(2, 1, at=start + ASKED * part / 16 + offset * SECOND)
        assert w.sync().warnings == []
        assert equal(w)
        assert w.sync_later().quiet


def test_an_entry_of_the_day_before_the_oldest_ticket_is_lost() -> None:
    with world(0, still()) as w:
        ticket = w.tenant.add_ticket(summary="The oldest", at=days_ago(30)).id
        w.tenant.add_action(ticket, 1, at=days_ago(30.9))
        w.only("time_entry")
        w.sync()
        assert equal(w)
