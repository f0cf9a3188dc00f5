"""Tickets that move while their list is read: between pages, attempts, syncs and weekly walks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from halo.sync.guard import too_many
from sandbox.app import RequestRecord
from tests.test_lists import alter, before_page, slip
from tests.test_sync_tickets import cursor, equal, held, ids, ignore, killed_at, slow
from tests.world import NOON, small, world


@pytest.mark.parametrize("order", ["any", "dateoccurred", "none"])
def test_a_row_slips_between_two_pieces_of_a_first_load_and_it_is_called_whole(order: Any) -> None:
    with world(30, small(order_honoured=order), years=0.05) as w:
        w.only()
        there = set(w.tenant.tickets)
        slow(w)
        w.sync(until=killed_at(4))
        slip(w)()
        w.time.pass_by(minutes=1)
        outcome = w.sync()
        assert there & set(w.tenant.tickets) <= held(w) or outcome.warnings


@pytest.mark.parametrize("order", ["any", "none"])
def test_a_row_slips_in_a_list_that_should_end_in_the_past_and_does_not(
    order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(30, small(order_honoured=order), years=0.05) as w:
        ignore(monkeypatch, "lastupdatetodate")
        w.only()
        w.sync()
        w.time.pass_by(hours=1)
        for number in range(5, 20):
            w.tenant.update_ticket(number, summary="Changed")
        w.time.pass_by(hours=1)

        def happen() -> None:
            w.time.pass_by(seconds=2)
            w.tenant.update_ticket(2, summary="Joins in the middle of the list")

        before_page(w, 3, happen)
        w.sync()
        w.app.before_request = None
        w.sync_later(hours=1)
        assert equal(w)


def test_a_row_slips_in_a_first_load_with_a_start_date_that_does_not_end_in_the_past(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with world(30, small(), years=0.05) as w:
        ignore(monkeypatch, "lastupdatetodate")
        w.only()
        for number in range(1, 31):
            w.tenant.update_ticket(number, at=NOON - timedelta(days=40 if number < 4 else 3))
        w.configuration["start_date"] = (NOON - timedelta(days=10)).isoformat()

        def happen() -> None:
            w.time.pass_by(seconds=2)
            w.tenant.update_ticket(2, summary="Joins in the middle of the list")

        before_page(w, 5, happen)
        outcome = w.sync()
        assert set(range(4, 31)) <= held(w) or outcome.warnings


def test_a_row_at_the_very_end_of_what_was_read_is_sent_again_by_the_next_sync() -> None:
    with world(10) as w:
        w.only()
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.update_ticket(3, summary="Changed")
        w.time.pass_by(minutes=15)
        assert ids(w.sync()) == [3]
        assert cursor(w) == w.tenant.tickets[3].last_update
        assert w.sync_later().quiet


def test_an_action_that_comes_silently_during_a_long_weekly_walk_is_lost() -> None:
    with world(30, small(action_add_moves_ticket=False), years=0.05) as w:
        w.only("action")
        w.configuration["history_minutes"] = "1440"
        w.sync()
        w.time.pass_by(days=8)
        new: list[int] = []

        def before(_: int, record: RequestRecord) -> None:
            w.time.pass_by(minutes=5)
            if record.endpoint == "/tickets" and record.params["page_no"] == "6":
                new.append(w.tenant.add_action(29).id)

        w.app.before_request = before
        w.sync()
        w.app.before_request = None
        assert len(new) == 1
        assert (29, new[0]) not in w.warehouse.tables["action"]
        w.sync_later(days=8)
        w.sync_later()
        assert (29, new[0]) in w.warehouse.tables["action"]


def test_a_silent_action_is_lost_where_the_clocks_are_minutes_apart() -> None:
    quirks = small(action_add_moves_ticket=False, date_skew_seconds=600)
    with world(10, quirks, years=0.05) as w:
        w.only("action")
        w.sync()
        w.time.pass_by(minutes=2)
        new = w.tenant.add_action(4).id
        w.sync_later(days=8)
        w.sync_later()
        assert (4, new) in w.warehouse.tables["action"]


def test_the_latest_changes_cannot_be_proved_whole_and_nobody_is_told() -> None:
    with world(30, years=0.05) as w:
        w.only()
        w.sync()
        w.time.pass_by(hours=1)
        for number in range(1, 11):
            w.tenant.update_ticket(number, summary="Changed")
        w.time.pass_by(minutes=5)
        alter(w, "/tickets", lambda body: body | {"tickets": body["tickets"][:-1]}, page_no="2")
        outcome = w.sync()
        assert any(warning.startswith("ticket: rows moved") for warning in outcome.warnings)


@pytest.mark.parametrize("order", ["any", "dateoccurred", "none"])
def test_a_row_that_joins_stands_in_for_one_that_slips_in_a_load_with_a_start_date(
    order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(30, small(order_honoured=order), years=0.05) as w:
        ignore(monkeypatch, "lastupdatetodate")
        w.only()
        for number in range(1, 31):
            w.tenant.update_ticket(number, at=NOON - timedelta(days=40 if number < 4 else 3))
        w.configuration["start_date"] = (NOON - timedelta(days=10)).isoformat()

        def happen() -> None:
            w.time.pass_by(seconds=2)
            w.tenant.delete_ticket(30)
            w.tenant.update_ticket(2, summary="Joins at the end of the list")

        before_page(w, 5, happen)
        outcome = w.sync()
        assert set(range(4, 30)) <= held(w) or outcome.warnings


def test_a_ticket_that_is_brought_back_at_once_is_taken_for_sent() -> None:
    with world(10) as w:
        w.only()
        w.sync()
        w.time.pass_by(days=8)
        w.tenant.update_ticket(4, summary="Changed, and deleted at once")

        def before(_: int, record: RequestRecord) -> None:
            whole_list = "lastupdatefromdate" not in record.params
            if record.endpoint == "/tickets" and whole_list and 4 in w.tenant.tickets:
                w.tenant.delete_ticket(4)

        w.app.before_request = before
        assert w.sync().deleted == {"ticket": [{"id": 4}]}
        w.app.before_request = None
        w.tenant.tickets[4] = w.tenant.deleted_tickets.pop(4)
        w.tenant.tickets[4].deleted = False
        w.tenant.version += 1
        w.sync_later(minutes=5)
        assert 4 in held(w)


@pytest.mark.parametrize("minutes", [0, 20])
@pytest.mark.parametrize("order", ["any", "dateoccurred", "none"])
def test_an_action_that_comes_silently_between_two_attempts_of_the_first_load_is_lost(
    order: Any, minutes: float
) -> None:
    with world(30, small(order_honoured=order, action_add_moves_ticket=False), years=0.05) as w:
        w.only("action")
        w.configuration["history_minutes"] = "0"

        def happen() -> None:
            slip(w)()
            for ticket in list(w.tenant.tickets):
                w.tenant.add_action(ticket)
            w.time.pass_by(minutes=minutes)

        before_page(w, 3, happen)
        assert w.sync().warnings == []
        w.app.before_request = None
        w.configuration["history_minutes"] = "1440"
        w.sync_later(days=8)
        w.sync_later()
        assert w.differences(*(set(w.warehouse.tables) - {"ticket", "action"})) == []


@pytest.mark.parametrize("seconds", [0, 2])
@pytest.mark.parametrize("order", ["any", "dateoccurred", "none"])
def test_a_change_that_joins_stands_in_for_one_that_slips_where_lists_do_not_end(
    order: Any, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(30, small(order_honoured=order), years=0.05) as w:
        ignore(monkeypatch, "lastupdatetodate")
        w.only()
        w.sync()
        w.time.pass_by(hours=1)
        for number in range(5, 20):
            w.tenant.update_ticket(number, summary="Changed")
        w.time.pass_by(hours=1)

        def happen() -> None:
            w.time.pass_by(seconds=seconds)
            w.tenant.delete_ticket(19)
            w.tenant.update_ticket(2, summary="Joins at the end of the list")

        before_page(w, 3, happen)
        w.sync()
        w.app.before_request = None
        w.sync_later(hours=1)
        summaries = {key[0]: row["summary"] for key, row in w.warehouse.tables["ticket"].items()}
        assert [number for number in range(5, 19) if summaries[number] != "Changed"] == []


@pytest.mark.parametrize(
    ("gone", "known", "kept"),
    [
        (0, 0, False),
        (1, 1, True),
        (20, 21, False),
        (21, 210, False),
        (21, 209, True),
        (21, 21, True),
    ],
)
def test_a_clean_up_of_exactly_a_tenth_is_taken_for_a_lost_permission(
    gone: int, known: int, kept: bool
) -> None:
    assert too_many(gone, known) is kept
