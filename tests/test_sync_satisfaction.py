"""Satisfaction: a row where a level or a comment was given, none elsewhere, and few calls."""

from __future__ import annotations

from typing import Any

import pytest

from halo.tables import REGISTRY
from halo.tables.details import DETAILS
from sandbox.faults import Fault
from tests.world import World, small, world


def held(w: World) -> set[int]:
    """The tickets with a row in the warehouse."""
    return {key[0] for key in w.warehouse.tables["ticket_satisfaction"]}


def equal(w: World) -> bool:
    """Whether the warehouse has each rating as it is."""
    others = (name for name in w.warehouse.tables if name != "ticket_satisfaction")
    assert w.differences(*others) == []
    return True


def rated(w: World) -> set[int]:
    """The tickets of which the tenant knows a rating."""
    return {row["id"] for row in w.tenant.rows("ticket_satisfaction")}


def details(w: World) -> list[int]:
    """The tickets whose own call was made, in this order."""
    found = [record.endpoint.rpartition("/") for record in w.app.requests]
    return [int(number) for path, _, number in found if path == "/tickets"]


def only(w: World) -> World:
    w.only("ticket_satisfaction")
    return w


def test_a_row_where_a_level_or_a_comment_was_given_and_none_elsewhere() -> None:
    with world(30) as w:
        only(w)
        w.tenant.close_ticket(1, satisfaction=4)
        w.tenant.close_ticket(2, comment="Only words")
        w.tenant.close_ticket(3, satisfaction=1, comment="Both")
        w.tenant.close_ticket(4)
        w.tenant.close_ticket(5, satisfaction=0, comment="")
        outcome = w.sync()
        assert outcome.warnings == []
        assert held(w) >= {1, 2, 3}
        assert not held(w) & {4, 5}
        row = w.warehouse.tables["ticket_satisfaction"][(3,)]
        assert (row["satisfactionlevel"], row["satisfactioncomment"]) == (1, "Both")
        assert held(w) == rated(w) - {5}
        assert w.sync_later().quiet


def test_only_closed_tickets_cost_a_call() -> None:
    with world(30) as w:
        only(w).sync()
        closed = {ticket.id for ticket in w.tenant.tickets.values() if ticket.is_closed}
        assert len(closed) < 30
        assert sorted(details(w)) == sorted(closed)


def test_a_ticket_that_is_closed_and_rated_comes_with_the_next_sync() -> None:
    with world(10) as w:
        only(w).sync()
        w.app.requests.clear()
        w.tenant.close_ticket(6, satisfaction=5, comment="Thanks")
        outcome = w.sync_later()
        assert [row["ticket_id"] for row in outcome.sent["ticket_satisfaction"]] == [6]
        assert details(w) == [6]
        assert equal(w)


def test_a_rating_that_is_changed_or_removed_reaches_the_warehouse() -> None:
    with world(10) as w:
        w.tenant.close_ticket(6, satisfaction=5, comment="Thanks")
        w.tenant.close_ticket(7, satisfaction=2)
        only(w).sync()
        w.time.pass_by(hours=1)
        w.tenant.update_ticket(6, satisfactionlevel=None, satisfactioncomment=None)
        w.tenant.update_ticket(7, satisfactionlevel=3)
        outcome = w.sync_later()
        assert outcome.deleted == {"ticket_satisfaction": [{"ticket_id": 6}]}
        assert w.warehouse.tables["ticket_satisfaction"][(7,)]["satisfactionlevel"] == 3
        assert equal(w)
        assert w.sync_later().quiet


def test_a_ticket_that_is_opened_again_loses_its_rating_when_halo_forgets_it() -> None:
    with world(10) as w:
        w.tenant.close_ticket(6, satisfaction=5)
        only(w).sync()
        w.time.pass_by(hours=1)
        opened: dict[str, Any] = {"hasbeenclosed": False, "dateclosed": None, "status_id": 2}
        w.tenant.update_ticket(6, satisfactionlevel=None, **opened)
        assert w.sync_later().deleted == {"ticket_satisfaction": [{"ticket_id": 6}]}
        w.tenant.close_ticket(6, satisfaction=1)
        w.sync_later()
        assert w.warehouse.tables["ticket_satisfaction"][(6,)]["satisfactionlevel"] == 1
        assert equal(w)


def test_a_ticket_that_is_opened_again_keeps_a_rating_that_halo_keeps() -> None:
    with world(10) as w:
        w.tenant.close_ticket(6, satisfaction=5)
        only(w).sync()
        w.time.pass_by(hours=1)
        w.tenant.update_ticket(6, dateclosed=None, status_id=2)
        assert w.sync_later().deleted == {}
        assert equal(w)


def test_a_rating_in_the_list_costs_no_call() -> None:
    with world(30, small(satisfaction_in_list=True)) as w:
        only(w).sync()
        assert equal(w)
        assert len(rated(w)) > 3
        assert not set(details(w)) & rated(w)
        w.app.requests.clear()
        w.tenant.close_ticket(6, satisfaction=5)
        w.sync_later()
        assert details(w) == []
        assert equal(w)


def test_a_rating_that_leaves_the_list_is_looked_up_and_deleted() -> None:
    with world(10, small(satisfaction_in_list=True)) as w:
        w.tenant.close_ticket(6, satisfaction=5)
        only(w).sync()
        w.time.pass_by(hours=1)
        w.tenant.update_ticket(6, satisfactionlevel=None)
        assert w.sync_later().deleted == {"ticket_satisfaction": [{"ticket_id": 6}]}


def test_a_single_refused_ticket_does_not_block_the_others() -> None:
    with world(30) as w:
        for number in range(1, 11):
            w.tenant.close_ticket(number, satisfaction=3)
        w.app.faults.append(Fault("/tickets/5", times=0, status=403))
        outcome = only(w).sync()
        assert (
            "ticket_satisfaction: 1 tickets could not be read, 5 among them" in outcome.warnings[0]
        )
        assert held(w) == rated(w) - {5}
        w.app.faults.clear()
        w.sync_later()
        assert equal(w)


def test_details_that_are_always_refused_skip_the_table_and_nothing_else() -> None:
    with world(30) as w:
        w.app.faults.append(Fault("/tickets/", times=0, status=403))
        outcome = w.sync()
        (warning,) = outcome.warnings
        assert warning.startswith("ticket_satisfaction was not synced")
        assert "grant" in warning
        assert len(details(w)) <= 5  # One of them asks for a ticket without actions.
        assert w.differences(*(t.name for t in REGISTRY if t.source is DETAILS)) == []


def test_the_details_of_another_ticket_are_never_taken_for_this_ones() -> None:
    with world(10) as w:
        w.tenant.close_ticket(6, satisfaction=5)
        w.tenant.close_ticket(7, satisfaction=1)
        w.app.faults.append(
            Fault("/tickets/7", times=0, kind="mutate", mutate=lambda body: body | {"id": 6})
        )
        outcome = only(w).sync()
        assert "answered something else than that ticket" in outcome.warnings[0]
        assert 7 not in held(w)


def test_a_ticket_that_is_gone_by_then_keeps_its_row_and_is_asked_for_again() -> None:
    with world(10) as w:
        w.tenant.close_ticket(6, satisfaction=5)
        w.tenant.close_ticket(7, satisfaction=5)
        only(w).sync()
        w.time.pass_by(hours=1)
        w.tenant.update_ticket(6, summary="Changed")
        w.tenant.update_ticket(7, satisfactionlevel=1)
        w.app.faults.append(Fault("/tickets/6", times=0, status=404))
        outcome = w.sync_later()
        assert [
            "1 tickets could not be read, 6 among them" in warning for warning in outcome.warnings
        ] == [True]
        assert outcome.deleted == {}
        assert w.warehouse.tables["ticket_satisfaction"][(7,)]["satisfactionlevel"] == 1
        w.app.faults.clear()
        assert w.sync_later().warnings == []
        assert (6,) in w.warehouse.tables["ticket_satisfaction"]


def test_neighbours_that_were_purged_do_not_hold_up_the_history_of_the_others() -> None:
    with world(20) as w:
        for number in range(1, 21):
            w.tenant.close_ticket(number, satisfaction=3)
        only(w)
        w.configuration["history_minutes"] = "0"
        w.sync_later(hours=1)
        assert held(w) == set()
        for number in (18, 19, 20):
            w.tenant.purge_ticket(number)
        w.configuration["history_minutes"] = "30"
        w.sync_later()
        assert held(w) >= set(range(1, 18))


def test_ratings_that_are_wanted_later_come_with_their_history() -> None:
    with world(20) as w:
        w.only()
        w.sync()
        only(w).sync_later()
        assert equal(w)
        assert len(held(w)) > 2


# --- the answers to surveys, which say it of all tickets at once


def test_where_answers_agree_no_closed_ticket_is_asked_and_each_rating_comes() -> None:
    with world(150, years=0.4) as w:
        w.only("ticket_satisfaction", "feedback")
        w.configuration["ticket_details"] = "none"
        first, then = list(w.tenant.tickets)[:20], list(w.tenant.tickets)[20:30]
        for number in first:
            w.tenant.close_ticket(number, satisfaction=1 + number % 5, comment=f"No {number}")
        closed = sum(ticket.is_closed for ticket in w.tenant.tickets.values())
        assert closed > 80
        w.sync()
        # Those that have just changed, and a sample.
        assert len(details(w)) < 20 + 30
        assert equal(w)
        w.app.requests.clear()
        for number in then:
            w.tenant.close_ticket(number, satisfaction=2)
        w.tenant.update_ticket(first[2], satisfactionlevel=5)
        w.sync_later(hours=1)
        assert details(w) == []
        assert equal(w)
        assert w.sync_later().quiet


@pytest.mark.parametrize("scale", ["reversed", "percent"])
def test_answers_with_another_scale_are_no_way_to_the_satisfaction(scale: str) -> None:
    with world(60, small(feedback_score=scale), years=0.4) as w:
        w.only("ticket_satisfaction", "feedback")
        for number in range(1, 21):
            w.tenant.close_ticket(number, satisfaction=1 + number % 5)
        w.sync()
        assert equal(w)
        closed = {ticket.id for ticket in w.tenant.tickets.values() if ticket.is_closed}
        assert set(details(w)) >= closed


def test_answers_that_begin_to_disagree_are_told_and_each_ticket_is_asked_again() -> None:
    with world(60, years=0.4) as w:
        w.only("ticket_satisfaction", "feedback")
        for number in range(1, 21):
            w.tenant.close_ticket(number, satisfaction=1 + number % 5)
        w.sync()
        w.become(feedback_score="percent")
        warnings = w.sync_later(days=8).warnings
        assert [text for text in warnings if "is asked for its own again" in text]
        w.sync_later()
        assert equal(w)


def test_a_rating_without_its_answer_is_taken_back() -> None:
    with world(60, years=0.4) as w:
        w.only("ticket_satisfaction", "feedback")
        for number in range(1, 21):
            w.tenant.close_ticket(number, satisfaction=1 + number % 5)
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.update_ticket(6, satisfactionlevel=None, satisfactioncomment=None)
        assert w.sync_later().deleted["ticket_satisfaction"] == [{"ticket_id": 6}]
        assert equal(w)


def test_ratings_come_by_calls_where_the_answers_cannot_be_read() -> None:
    with world(60, years=0.4) as w:
        w.only("ticket_satisfaction", "feedback")
        for number in range(1, 21):
            w.tenant.close_ticket(number, satisfaction=1 + number % 5)
        w.app.faults.append(Fault("/feedback", times=0, status=403))
        w.sync()
        w.app.faults.clear()
        assert equal(w)
        w.sync_later()
        w.app.faults.append(Fault("/feedback", times=0, status=403))
        w.sync_later(days=4)
        w.tenant.close_ticket(30, satisfaction=2)
        w.sync_later()
        assert equal(w)


def test_a_rating_of_a_ticket_that_is_shown_later_comes_with_it() -> None:
    with world(60, years=0.4) as w:
        w.only("ticket_satisfaction", "feedback")
        for number in range(1, 21):
            w.tenant.close_ticket(number, satisfaction=1 + number % 5)
        w.tenant.delete_ticket(12)
        w.sync()
        w.tenant.restore_ticket(12)
        w.sync_later(days=8)
        w.sync_later()
        assert equal(w)
