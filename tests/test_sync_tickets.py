"""Tickets: nothing is lost, nothing is sent twice, and only what is surely gone is deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from halo.state.numbers import LARGEST
from halo.sync.operations import Checkpoint, Upsert
from halo.tables import TABLE_NAMES
from sandbox.app import RequestRecord
from sandbox.faults import Fault
from sandbox.queries import Query
from sandbox.quirks import Quirks
from tests.world import FIRST, NOON, Outcome, World, small, world

OVERLAP = timedelta(minutes=15)


def ids(outcome: Outcome) -> list[int]:
    """The tickets that were sent."""
    return [row["id"] for row in outcome.sent.get("ticket", [])]


def held(w: World) -> set[int]:
    """The tickets in the warehouse."""
    return {key[0] for key in w.warehouse.tables["ticket"]}


def cursor(w: World) -> datetime:
    """How far the changes were read."""
    return datetime.fromisoformat(w.slice("ticket")["cursor"])


def equal(w: World) -> bool:
    """Whether the warehouse has each ticket as it is."""
    found = w.differences(*(name for name in w.warehouse.tables if name != "ticket"))
    assert found == []
    return True


def killed_at(count: int) -> Callable[[Any], bool]:
    """Kills a sync at its checkpoint after so many pages of tickets."""
    pages = [0]

    def until(operation: object) -> bool:
        pages[0] += isinstance(operation, Upsert) and operation.table == "ticket"
        return pages[0] >= count and isinstance(operation, Checkpoint)

    return until


def slow(w: World) -> None:
    """Lets each request take a minute, so that each safe point becomes a checkpoint."""
    w.configuration["history_minutes"] = "1440"
    w.app.before_request = lambda *_: w.time.pass_by(seconds=61)


# The first load


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("order", ["any", "dateoccurred", "none"])
def test_a_first_load_that_is_killed_goes_on_where_it_was(order: Any, in_flight: int) -> None:
    with world(30, small(order_honoured=order)) as w:
        w.only()
        w.in_flight = in_flight
        slow(w)
        first = w.sync(until=killed_at(4))
        committed = held(w)
        assert 12 <= len(committed) < 30
        assert w.slice("ticket").keys() >= {"walk"}
        asked = len(w.asked("/tickets"))
        second = w.sync()
        assert set(ids(first)) == committed
        assert set(ids(second)) == set(w.tenant.tickets) - committed
        if in_flight == 1:
            pages_left = (30 - len(committed)) / 3
            assert len(w.asked("/tickets")) - asked <= 1 + pages_left + 2
        assert second.warnings == []
        assert equal(w)
        assert w.sync_later(hours=1).quiet


def test_a_first_load_in_pieces_of_one_page_ends_whole() -> None:
    with world(30) as w:
        w.only()
        slow(w)
        for _ in range(10):
            w.sync(until=killed_at(1))
        w.sync()
        assert equal(w)


def test_what_changes_between_the_pieces_of_a_first_load_arrives() -> None:
    with world(30) as w:
        w.only()
        slow(w)
        w.sync(until=killed_at(3))
        for number in (1, 15, 30):
            w.tenant.update_ticket(number, summary="Changed")
        w.tenant.import_ticket(summary="Imported between")
        w.tenant.add_ticket(summary="New between")
        w.sync()
        w.app.before_request = None
        w.sync_later()
        assert held(w) >= set(w.tenant.tickets) - {31}
        w.sync_later(days=8)
        assert equal(w)


def test_tickets_without_a_last_update_come_with_the_first_load() -> None:
    with world(40) as w:
        w.only()
        w.sync()
        untouched = {t.id for t in w.tenant.tickets.values() if t.last_update.year == 1900}
        assert len(untouched) == 2
        assert untouched <= held(w)


def test_an_empty_tenant_is_no_failure() -> None:
    with world(0) as w:
        assert w.sync().warnings == []
        w.tenant.add_ticket(summary="The first")
        assert ids(w.sync_later()) == [1]


# The cursor


@pytest.mark.parametrize("skew", [0, -7200, 7200, 3_000_000])
def test_the_cursor_is_the_servers_time_at_the_start_less_the_overlap(skew: float) -> None:
    with world(10, small(date_skew_seconds=skew)) as w:
        w.only()
        w.app.before_request = lambda *_: w.time.pass_by(seconds=10)
        w.sync()
        began = w.asked("/tickets")[0].at + timedelta(seconds=skew)
        assert abs(cursor(w) - (began - OVERLAP)) <= timedelta(seconds=10)
        assert w.time.now + timedelta(seconds=skew) - cursor(w) > OVERLAP + timedelta(seconds=30)


def test_the_cursor_never_goes_to_a_date_in_the_future() -> None:
    with world(10) as w:
        w.only()
        w.tenant.update_ticket(3, at=NOON + timedelta(days=400), summary="From the future")
        w.sync()
        assert cursor(w) == NOON - OVERLAP
        w.tenant.update_ticket(4, summary="Changed")
        assert ids(w.sync_later()) == [4]


def test_the_cursor_never_goes_back() -> None:
    with world(10) as w:
        w.only()
        w.sync()
        before = cursor(w)
        w.become(date_skew_seconds=-86_400)
        outcome = w.sync_later(minutes=30)
        assert outcome.warnings == []
        assert cursor(w) == before
        w.become(date_skew_seconds=0)
        w.tenant.update_ticket(4, summary="Changed")
        assert ids(w.sync_later()) == [4]
        assert cursor(w) > before


@pytest.mark.parametrize("skew", [-600, 600])
@pytest.mark.parametrize("inclusive", [True, False])
def test_clocks_that_are_minutes_apart_lose_nothing(skew: float, inclusive: bool) -> None:
    with world(10, small(date_skew_seconds=skew, boundary_inclusive=inclusive)) as w:
        w.only()
        w.sync()
        for number in range(1, 11):
            w.time.pass_by(minutes=7)
            w.tenant.update_ticket(number, summary=f"Changed {number}")
            assert ids(w.sync()) == [number]
        assert equal(w)


@pytest.mark.parametrize("seconds", [-1, 0, 1])
@pytest.mark.parametrize("inclusive", [True, False])
def test_a_change_at_the_very_cursor_is_not_lost(seconds: int, inclusive: bool) -> None:
    with world(10, small(boundary_inclusive=inclusive)) as w:
        w.only()
        w.sync()
        w.time.pass_by(seconds=seconds)
        w.tenant.update_ticket(4, summary="At the moment of the sync")
        w.time.pass_by(minutes=15)
        w.sync()
        w.sync_later()
        assert equal(w)


# Quiet


def test_a_second_sync_of_an_unchanged_tenant_is_silent_and_costs_about_thirty_requests() -> None:
    with world(60, Quirks(rate_limit=0), years=0.05, registry=FIRST) as w:
        w.sync()
        outcome = w.sync_later(minutes=1)
        assert outcome.quiet
        assert outcome.warnings == []
        assert outcome.requests <= 32
        assert w.sync_later(hours=5).quiet


def test_rows_of_the_overlap_are_read_again_and_not_sent_again() -> None:
    with world(10) as w:
        w.only()
        w.sync()
        w.time.pass_by(minutes=20)
        w.tenant.update_ticket(3, summary="Changed")
        assert ids(w.sync()) == [3]
        outcome = w.sync_later(minutes=5)
        (line,) = [line for line in outcome.log if line.startswith("ticket ")]
        assert line.split()[1] == "3"  # And those that have to be there.
        assert outcome.quiet
        w.tenant.update_ticket(3, summary="Changed again")
        assert ids(w.sync()) == [3]


def test_what_changes_by_itself_does_not_send_a_ticket_again() -> None:
    with world(10) as w:
        w.only()
        w.sync()
        w.tenant.update_ticket(4, summary="Changed")
        assert ids(w.sync_later(minutes=1)) == [4]
        w.time.pass_by(minutes=10)
        w.tenant.update_ticket(4, last_update=NOON, slatimeleft=0.5, read=False)
        assert w.sync().quiet


# Changes


def test_exactly_the_tickets_that_changed_are_sent() -> None:
    with world(30) as w:
        w.only()
        w.sync()
        w.time.pass_by(hours=1)
        new = w.tenant.add_ticket(summary="New").id
        w.tenant.update_ticket(3, summary="Changed")
        w.tenant.close_ticket(30)
        w.tenant.merge_ticket(29, into=5)
        w.tenant.add_action(7)
        outcome = w.sync_later()
        assert sorted(ids(outcome)) == [3, 5, 7, 29, 30, new]
        assert outcome.deleted == {}
        assert w.warehouse.tables["ticket"][(29,)]["merged_into_id"] == 5
        assert w.warehouse.tables["ticket"][(30,)]["hasbeenclosed"] is True
        assert equal(w)


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("order", ["any", "none"])
def test_more_changes_than_a_page_are_proved_whole(order: Any, in_flight: int) -> None:
    with world(30, small(order_honoured=order)) as w:
        w.only()
        w.in_flight = in_flight
        w.sync()
        for number in range(5, 25):
            w.time.pass_by(minutes=3)
            w.tenant.update_ticket(number, summary=f"Changed {number}")
        outcome = w.sync_later()
        assert outcome.warnings == []
        assert sorted(ids(outcome)) == list(range(5, 25))
        assert cursor(w) == w.time.now - OVERLAP
        assert w.sync_later().quiet


@pytest.mark.parametrize("order", ["any", "none"])
@pytest.mark.parametrize("minutes", [5, 40])
def test_one_second_with_more_changes_than_a_page_is_read_whole(order: Any, minutes: int) -> None:
    with world(30, small(order_honoured=order)) as w:
        w.only()
        w.sync()
        w.time.pass_by(hours=1)
        for number in range(1, 21):
            w.tenant.update_ticket(number, summary="Changed by a rule")
        outcome = w.sync_later(minutes=minutes)
        assert outcome.warnings == []
        assert sorted(ids(outcome)) == list(range(1, 21))
        assert w.sync_later(minutes=5).quiet


@pytest.mark.parametrize("order", ["any", "none"])
def test_changes_while_their_list_is_read_arrive_with_the_next_sync(order: Any) -> None:
    with world(30, small(order_honoured=order)) as w:
        w.only()
        w.sync()
        w.time.pass_by(hours=1)
        for number in range(1, 16):
            w.tenant.update_ticket(number, summary="Changed")
        w.time.pass_by(minutes=30)
        numbers = iter(range(1, 31))

        def before(_: int, record: RequestRecord) -> None:
            w.time.pass_by(seconds=5)
            if record.endpoint == "/tickets" and (changed := next(numbers, 0)):
                w.tenant.update_ticket(changed, summary="Changed while it is read")

        w.app.before_request = before
        w.sync()
        w.app.before_request = None
        w.sync_later()
        assert equal(w)
        assert w.sync_later().quiet


def ignore(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Lets the tenant ignore parameters with a date."""
    moment = Query.moment

    def ignoring(query: Query, name: str) -> datetime | None:
        return None if name in names else moment(query, name)

    monkeypatch.setattr(Query, "moment", ignoring)


@pytest.mark.parametrize("order", ["any", "none"])
@pytest.mark.parametrize(
    "names",
    [("lastupdatefromdate", "lastupdatetodate"), ("lastupdatefromdate",), ("lastupdatetodate",)],
)
def test_a_tenant_that_ignores_the_filter_by_date_loses_nothing(
    names: tuple[str, ...], order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(30, small(order_honoured=order)) as w:
        ignore(monkeypatch, *names)
        w.only()
        w.sync()
        w.time.pass_by(hours=1)
        changed = list(range(3, 12))
        for number in changed:
            w.tenant.update_ticket(number, summary="Changed")
        outcome = w.sync_later()
        assert sorted(ids(outcome)) == changed
        if "lastupdatefromdate" in names:
            (warning,) = outcome.warnings
            assert "ignores lastupdatefromdate" in warning
        assert equal(w)
        assert w.sync_later().quiet


# The start date


def last_updates(w: World) -> dict[int, datetime]:
    return {ticket.id: ticket.last_update for ticket in w.tenant.tickets.values()}


def test_tickets_last_changed_before_the_start_date_are_left_out_with_what_hangs_on_them() -> None:
    with world(40) as w:
        w.only("action", "ticket_satisfaction")
        since = sorted(last_updates(w).values())[20]
        w.configuration["start_date"] = since.isoformat()
        outcome = w.sync()
        assert outcome.warnings == []
        wanted = {number for number, when in last_updates(w).items() if when >= since}
        assert held(w) == wanted
        assert {key[0] for key in w.warehouse.tables["action"]} <= wanted
        assert w.sync_later().quiet


def test_a_start_date_that_is_moved_back_loads_what_was_left_out() -> None:
    with world(40) as w:
        w.only("action")
        moments = sorted(last_updates(w).values())
        w.configuration["start_date"] = moments[30].isoformat()
        w.sync()
        assert len(held(w)) == 10
        w.configuration["start_date"] = moments[10].isoformat()
        outcome = w.sync_later()
        assert len(ids(outcome)) == 20
        assert len(held(w)) == 30
        del w.configuration["start_date"]
        outcome = w.sync_later()
        assert len(ids(outcome)) == 10
        assert equal(w)
        assert w.warehouse.tables["action"].keys() == w.expected("action").keys()
        assert w.sync_later().quiet


def test_a_start_date_that_is_moved_on_deletes_nothing_and_warns_of_nothing() -> None:
    with world(40) as w:
        w.only()
        w.sync()
        w.configuration["start_date"] = sorted(last_updates(w).values())[30].isoformat()
        w.sync_later()
        outcome = w.sync_later(days=8)
        assert outcome.deleted == {}
        assert outcome.warnings == []


def test_an_old_ticket_comes_when_it_changes_after_the_start_date() -> None:
    with world(40) as w:
        w.only()
        w.configuration["start_date"] = (NOON - timedelta(days=10)).isoformat()
        w.sync()
        assert 3 not in held(w)
        w.tenant.update_ticket(3, summary="Changed")
        assert ids(w.sync_later()) == [3]


# The weekly walk


@pytest.mark.parametrize("detail", ["flagged", "missing"])
@pytest.mark.parametrize("order", ["any", "none"])
def test_deleted_and_purged_tickets_are_confirmed_and_deleted(order: Any, detail: Any) -> None:
    with world(30, small(order_honoured=order, deleted_detail=detail)) as w:
        w.only()
        w.sync()
        w.tenant.delete_ticket(4)
        w.tenant.purge_ticket(17)
        w.tenant.delete_ticket(30)
        assert w.sync_later(days=6).quiet
        outcome = w.sync_later(days=2)
        assert outcome.deleted == {"ticket": [{"id": 4}, {"id": 17}, {"id": 30}]}
        assert ids(outcome) == []
        confirmed = [r.endpoint for r in w.app.requests if r.endpoint.startswith("/tickets/")]
        assert confirmed == ["/tickets/4", "/tickets/17", "/tickets/30"]
        assert equal(w)
        assert w.sync_later(days=8).quiet


def test_a_ticket_that_is_brought_back_comes_again() -> None:
    with world(30) as w:
        w.only()
        w.sync()
        w.tenant.delete_ticket(4)
        w.sync_later(days=8)
        assert 4 not in held(w)
        w.tenant.tickets[4] = w.tenant.deleted_tickets.pop(4)
        w.tenant.tickets[4].deleted = False
        w.tenant.version += 1
        assert ids(w.sync_later(days=8)) == [4]


def test_imported_tickets_without_a_date_are_found_by_the_weekly_walk() -> None:
    with world(30) as w:
        w.only("action")
        w.sync()
        new = w.tenant.import_ticket(summary="Imported").id
        w.tenant.add_action(new, at=NOON - timedelta(days=700))
        w.tenant.tickets[new].change({"last_update": NOON.replace(year=1900)})
        assert w.sync_later(days=1).quiet
        assert ids(w.sync_later(days=7)) == [new]
        assert (new, 1) in w.warehouse.tables["action"]
        assert equal(w)


def without(w: World, *missing: int, counted: bool) -> Fault:
    """Takes tickets out of the list, which may still count them."""

    def leave_out(body: Any) -> Any:
        rows = [row for row in body["tickets"] if row["id"] not in missing]
        gone = len(body["tickets"]) - len(rows)
        return body | {"tickets": rows, "record_count": body["record_count"] - (not counted) * gone}

    fault = Fault("/tickets", times=0, kind="mutate", mutate=leave_out)
    w.app.faults.append(fault)
    return fault


def test_a_ticket_that_left_the_list_and_can_still_be_read_is_not_deleted() -> None:
    with world(30, Quirks(rate_limit=0)) as w:
        w.only()
        w.sync()
        without(w, 7, 8, counted=False)
        outcome = w.sync_later(days=8)
        assert outcome.deleted == {}
        assert len(w.asked("/tickets/7")) == 1
        assert {7, 8} <= held(w)


def test_a_walk_that_is_not_proved_whole_deletes_nothing() -> None:
    with world(30) as w:
        w.only()
        w.sync()
        w.tenant.delete_ticket(4)
        fault = without(w, 7, counted=True)
        outcome = w.sync_later(days=8)
        assert outcome.deleted == {}
        assert any("rows moved" in warning for warning in outcome.warnings)
        asked = [r for r in w.app.requests if r.endpoint.startswith("/tickets/")]
        assert len(asked) <= 3  # Those by which the list of changes is proved.
        w.app.faults.remove(fault)
        assert w.sync_later().deleted == {"ticket": [{"id": 4}]}


@pytest.mark.parametrize(("count", "gone"), [(60, 21), (3, 3)])
def test_so_many_tickets_gone_at_once_are_a_lost_permission(count: int, gone: int) -> None:
    with world(count, small(page_cap=10)) as w:
        w.only()
        w.sync()
        there = sorted(w.tenant.tickets)
        for number in there[:gone]:
            w.tenant.delete_ticket(number)
        outcome = w.sync_later(days=8)
        assert outcome.deleted == {}
        assert held(w) == set(there)
        (warning,) = outcome.warnings
        assert f"{gone} of {count} rows no longer come" in warning
        assert "permission" in warning
        asked = [r for r in w.app.requests if r.endpoint.startswith("/tickets/")]
        assert len(asked) <= 3  # Those by which the list of changes is proved.


def test_twenty_tickets_gone_at_once_are_a_clean_up() -> None:
    with world(60, small(page_cap=10)) as w:
        w.only()
        w.sync()
        for number in sorted(w.tenant.tickets)[:20]:
            w.tenant.delete_ticket(number)
        assert len(w.sync_later(days=8).deleted["ticket"]) == 20
        assert equal(w)


def test_a_walk_that_was_interrupted_deletes_nothing_and_the_next_one_does() -> None:
    with world(30) as w:
        w.only()
        w.sync()
        w.tenant.delete_ticket(4)
        slow(w)
        w.time.pass_by(days=8)
        walking: list[object] = []

        def until(operation: object) -> bool:
            walking.append(operation)
            state = operation.state if isinstance(operation, Checkpoint) else {}
            tables: Any = state.get("sources", {"ticket": {}})
            return "walk" in tables["ticket"]

        w.sync(until=until)
        assert "walk" in w.slice("ticket")
        outcome = w.sync()
        assert outcome.deleted == {}
        assert any("set history_minutes to" in warning for warning in outcome.warnings)
        assert 4 in held(w)
        w.app.before_request = None
        assert w.sync_later(days=8).deleted == {"ticket": [{"id": 4}]}


def test_the_week_is_told_by_the_server() -> None:
    with world(10) as w:
        w.only()
        w.sync()
        w.tenant.delete_ticket(4)
        w.become(date_skew_seconds=8 * 86_400)
        assert w.sync_later().deleted == {"ticket": [{"id": 4}]}


# Custom fields


def test_custom_fields_are_an_object_by_their_names() -> None:
    with world(10) as w:
        w.only()
        w.tenant.update_ticket(3, custom={"CFNotes": "Ask Ada", "CFOnCall": True})
        w.sync()
        known = sorted(w.tenant.entities["field_info"])
        asked = {record.params["include_custom_fields"] for record in w.asked("/tickets")}
        assert asked == {",".join(map(str, known))}
        fields: Any = w.warehouse.tables["ticket"][(3,)]["customfields"]
        assert fields["CFNotes"]["value"] == "Ask Ada"
        assert fields["CFOnCall"]["value"] is True
        assert fields["CFNotes"].keys() == {"id", "label", "type", "value", "display"}


def test_a_custom_field_that_is_added_later_comes_as_tickets_change() -> None:
    with world(10) as w:
        w.only()
        w.sync()
        w.tenant.add("field_info", name="CFLater", type=0)
        w.tenant.update_ticket(3, custom={"CFLater": "here"})
        w.sync_later()
        fields: Any = w.warehouse.tables["ticket"][(3,)]["customfields"]
        assert fields["CFLater"]["value"] == "here"


def test_custom_fields_that_are_known_are_still_asked_when_their_list_is_refused() -> None:
    with world(10) as w:
        w.only()
        w.sync()
        w.become(permissions=frozenset({"/fieldinfo"}))
        w.tenant.update_ticket(3, custom={"CFNotes": "still here"})
        outcome = w.sync_later()
        (warning,) = outcome.warnings
        assert "custom fields may be missing, those known from before are asked" in warning
        fields: Any = w.warehouse.tables["ticket"][(3,)]["customfields"]
        assert fields["CFNotes"]["value"] == "still here"


def test_tickets_come_without_custom_fields_where_their_list_was_always_refused() -> None:
    with world(10, small(permissions=frozenset({"/fieldinfo"}))) as w:
        w.only()
        outcome = w.sync()
        assert "none is asked" in outcome.warnings[0]
        assert held(w) == set(w.tenant.tickets)


@pytest.mark.parametrize("syncs", [1, 2])
def test_custom_fields_that_could_not_be_asked_in_the_first_load_stay_missing(syncs: int) -> None:
    with world(12) as w:
        w.only("action")
        w.app.faults.append(Fault("/fieldinfo", times=0, status=500))
        for _ in range(syncs):
            w.sync_later()
        assert "customfields" not in w.warehouse.tables["ticket"][3,]
        w.app.faults.clear()
        outcome = w.sync_later()
        assert w.differences("field_info", *(TABLE_NAMES - {"ticket"})) == []
        assert "action" not in outcome.sent
        assert w.sync_later().quiet
        assert w.sync_later(days=8).quiet


def test_a_ticket_that_changed_comes_though_its_mark_is_by_chance_the_same() -> None:
    with world(30) as w:
        w.only("action")
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.add_action(5)
        w.time.pass_by(hours=1)
        for ticket_id in (6, 7, 8):
            w.tenant.add_action(ticket_id)
        w.sync()
        w.sync_later(minutes=30)
        w.time.pass_by(seconds=LARGEST - 5400)  # Both dates move by LARGEST: the mark is as it was.
        w.tenant.add_action(5)
        assert {row["id"] for row in w.sync().sent["ticket"]} == {5}
        assert w.differences(*w.table_names - {"ticket", "action"}) == []
