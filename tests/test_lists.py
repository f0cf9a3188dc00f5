"""Lists: whatever a build makes of pages, counts and envelopes, no row is lost without a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import pytest

from halo.tables import REGISTRY
from halo.tables.sources import Snapshot
from sandbox.app import LISTS, RequestRecord
from sandbox.faults import Fault
from sandbox.queries import Query
from sandbox.quirks import Quirks
from tests.world import NOON, World, small, world

PAGED = ("/tickets", "/users", "/client", "/site")
ORDERS = ("any", "dateoccurred", "none")


def alter(w: World, path: str, change: Callable[[Any], Any], **params: str) -> Fault:
    """Changes every answer of a path, until it is taken out of the faults."""
    fault = Fault(path, times=0, kind="mutate", mutate=change, params=params)
    w.app.faults.append(fault)
    return fault


def before_page(w: World, number: int, happen: Callable[[], None], times: int = 1) -> None:
    """Lets something happen before a page of tickets is read."""
    left = [times]

    def before(_: int, record: RequestRecord) -> None:
        if (
            record.endpoint == "/tickets"
            and record.params.get("page_no") == str(number)
            and left[0]
        ):
            left[0] -= 1
            happen()

    w.app.before_request = before


# Pages


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("cap", "past_end"), [(7, "empty"), (7, "repeat"), (10, "repeat")])
def test_a_capped_page_loses_no_row_in_any_order(cap: int, past_end: Any, order: Any) -> None:
    quirks = small(page_cap=cap, list_page_cap=cap, past_end=past_end, order_honoured=order)
    with world(30, quirks, users=25) as w:
        w.only("user", "client", "site")
        assert w.sync().warnings == []
        for table in ("ticket", "user", "client", "site"):
            assert w.warehouse.tables[table].keys() == w.expected(table).keys()
        assert w.sync_later().quiet


def test_each_request_of_a_paged_list_asks_for_pages_with_all_three_parameters() -> None:
    with world(10, small(agent_paged=True), years=0.05) as w:
        w.sync()
        for path in (*PAGED, "/agent"):
            for record in w.asked(path):
                assert record.params["pageinate"] == "true"
                assert int(record.params["page_no"]) >= 1
                assert record.params["page_size"] == "100"


def only_the_first_rows(
    items: Sequence[Any], _query: Query, cap: int, _quirks: Quirks, **_: Any
) -> tuple[Sequence[Any], int]:
    """What a build without paging does: the same rows whatever page is asked."""
    return items[:cap], len(items)


def test_a_list_that_ignores_pages_is_never_taken_for_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with world(30, users=20) as w:
        w.only("user")
        for module in ("endpoints", "reference"):
            monkeypatch.setattr(f"sandbox.{module}.page_of", only_the_first_rows)
        outcome = w.sync()
        for table in ("ticket", "user"):
            assert any(warning.startswith(f"{table}: rows moved") for warning in outcome.warnings)
        assert outcome.requests < 400
        assert outcome.deleted == {}
        monkeypatch.undo()
        w.sync_later()
        assert len(w.warehouse.tables["ticket"]) == 30
        assert len(w.warehouse.tables["user"]) == 20


@pytest.mark.parametrize("past_end", ["empty", "repeat"])
@pytest.mark.parametrize("order", ORDERS)
def test_a_list_without_a_count_is_read_to_its_end(past_end: Any, order: Any) -> None:
    with world(10, small(past_end=past_end, order_honoured=order), users=8) as w:
        w.only("user", "client", "site")
        for path in PAGED:
            alter(w, path, lambda body: body | {"record_count": None})
        assert w.sync().warnings == []
        for table in ("ticket", "user", "client", "site"):
            assert w.warehouse.tables[table].keys() == w.expected(table).keys()
        assert w.sync_later().quiet


@pytest.mark.parametrize("order", ORDERS)
def test_a_short_page_is_not_the_end_and_a_list_that_gives_less_than_it_says_is_not_whole(
    order: Any,
) -> None:
    with world(30, small(order_honoured=order), years=0.05) as w:
        w.only()
        fault = alter(
            w, "/tickets", lambda body: body | {"tickets": body["tickets"][1:]}, page_no="4"
        )
        outcome = w.sync()
        assert any(warning.startswith("ticket: rows moved") for warning in outcome.warnings)
        assert len(w.warehouse.tables["ticket"]) == 29
        assert "walked" not in w.slice("ticket")
        w.app.faults.remove(fault)
        assert w.sync_later().warnings == []
        assert len(w.warehouse.tables["ticket"]) == 30


def test_a_list_of_changes_that_gives_less_than_it_says_does_not_move_the_cursor() -> None:
    with world(30, years=0.05) as w:
        w.only()
        w.sync()
        cursor = w.slice("ticket")["cursor"]
        w.time.pass_by(hours=1)
        for number in range(1, 11):
            w.tenant.update_ticket(number, summary="Changed")
        fault = alter(
            w, "/tickets", lambda body: body | {"tickets": body["tickets"][:-1]}, page_no="2"
        )
        w.time.pass_by(minutes=20)
        outcome = w.sync()
        assert any(warning.startswith("ticket: rows moved") for warning in outcome.warnings)
        assert w.slice("ticket")["cursor"] == cursor
        w.app.faults.remove(fault)
        assert w.sync_later().warnings == []
        summaries = [row["summary"] for row in w.warehouse.tables["ticket"].values()]
        assert summaries.count("Changed") == 10


# Rows that move while pages are read


def slip(w: World) -> Callable[[], None]:
    """A row of an early page goes, another joins at the end: the count stays, a row slips."""

    def happen() -> None:
        w.tenant.delete_ticket(max(w.tenant.tickets))
        old = NOON.replace(year=2020)
        w.tenant.add_ticket(dateoccurred=old, summary="An old one, noted only now")

    return happen


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("page", [2, 5])
def test_a_row_that_slips_over_a_page_boundary_is_read_all_the_same(
    order: Any, page: int, in_flight: int
) -> None:
    with world(30, small(order_honoured=order), years=0.05) as w:
        w.in_flight = in_flight
        w.only()
        there = set(w.tenant.tickets)
        before_page(w, page, slip(w))
        outcome = w.sync()
        untouched = there & set(w.tenant.tickets)
        assert len(untouched) == 29
        assert outcome.warnings == []
        assert untouched <= {key[0] for key in w.warehouse.tables["ticket"]}


@pytest.mark.parametrize("order", ORDERS)
def test_rows_that_slip_each_time_are_warned_of_and_read_by_the_next_sync(order: Any) -> None:
    with world(30, small(order_honoured=order), years=0.05) as w:
        w.only()
        there = set(w.tenant.tickets)
        before_page(w, 3, slip(w), times=99)
        outcome = w.sync()
        here = {key[0] for key in w.warehouse.tables["ticket"]}
        if outcome.warnings:
            assert "walked" not in w.slice("ticket")
        else:
            assert there & set(w.tenant.tickets) <= here
        w.app.before_request = None
        assert w.sync_later().warnings == []
        assert set(w.tenant.tickets) <= {key[0] for key in w.warehouse.tables["ticket"]}


@pytest.mark.parametrize("order", ORDERS)
def test_a_change_that_slips_over_a_page_boundary_is_read_all_the_same(order: Any) -> None:
    with world(30, small(order_honoured=order), years=0.05) as w:
        w.only()
        w.sync()
        w.time.pass_by(hours=1)
        for number in range(1, 16):
            w.tenant.update_ticket(number, summary="Changed")
        w.time.pass_by(minutes=30)

        def happen() -> None:
            w.tenant.delete_ticket(14)
            w.tenant.update_ticket(28, summary="Changed while pages are read")

        before_page(w, 3, happen)
        outcome = w.sync()
        assert outcome.warnings == []
        for number in range(1, 14):
            assert w.warehouse.tables["ticket"][(number,)]["summary"] == "Changed"
        w.app.before_request = None
        w.sync_later()
        assert w.warehouse.tables["ticket"][(28,)]["summary"] == "Changed while pages are read"


# Envelopes


@pytest.mark.parametrize("form", ["keyed", "results", "array"])
def test_each_list_is_read_in_each_envelope(form: Any) -> None:
    quirks = small(envelope=dict.fromkeys(LISTS, form), agent_paged=True)
    with world(10, quirks, years=0.05, users=8) as w:
        outcome = w.sync()
        assert outcome.warnings == []
        assert w.differences() == []
        w.tenant.update_ticket(3, summary="Changed")
        w.tenant.remove("user", 4)
        outcome = w.sync_later()
        assert outcome.deleted == {"user": [{"id": 4}]}
        assert w.differences() == []
        assert [row["id"] for row in outcome.sent["ticket"]] == [3]
        assert w.sync_later().quiet


def test_sidecar_arrays_before_the_rows_are_not_taken_for_rows() -> None:
    with world(10, years=0.05) as w:
        beside = {"columns": [{"id": 900}], "agents": [{"id": 901}], "results": [{"id": 902}]}
        for path in PAGED:
            alter(w, path, lambda body: beside | body)
        outcome = w.sync()
        assert outcome.warnings == []
        assert w.differences() == []


def renamed(body: Any) -> Any:
    """The rows under a name that nobody knows."""
    if isinstance(body, list):
        return {"record_count": len(body), "items": body}
    return {
        "items" if isinstance(value, list) and value else name: value
        for name, value in body.items()
        if name not in ("columns", "statuses", "priorities", "agents")
    }


def test_a_renamed_envelope_skips_the_table_and_is_never_taken_for_no_rows() -> None:
    with world(10, years=0.05) as w:
        w.sync()
        state = w.warehouse.state
        lists = {t.source.path.lower() for t in REGISTRY if isinstance(t.source, Snapshot)}
        paths = sorted(lists - {"/fieldinfo"})
        for path in paths:
            alter(w, path, renamed)
        outcome = w.sync_later()
        assert outcome.deleted == {}
        assert len(outcome.warnings) == len(paths)
        for warning in outcome.warnings:
            assert "was not synced" in warning
            assert "items" in warning
            assert "tell the maintainers" in warning
        for table in ("user", "client", "status", "sla", "field"):
            assert w.slice(table) == state["sources"][table]
        w.app.faults.clear()
        assert w.sync_later().quiet


def test_a_renamed_envelope_of_tickets_fails_the_sync() -> None:
    with world(10, years=0.05) as w:
        w.sync()
        w.time.pass_by(minutes=20)
        w.tenant.update_ticket(5, summary="Changed")
        alter(w, "/tickets", renamed)
        assert "a list of tickets was expected" in str(w.sync(fails=True).error)


def test_a_row_that_is_no_object_skips_the_table() -> None:
    with world(10, years=0.05) as w:
        alter(w, "/status", lambda body: [*body, None])
        outcome = w.sync()
        assert "status was not synced: /Status answered a list with null" in outcome.warnings[0]


# Parameters


def test_inactive_disabled_and_hidden_rows_come_too() -> None:
    with world(10, years=0.05) as w:
        w.tenant.change("user", 2, inactive=True)
        w.tenant.change("user", 3, isserviceaccount=True)
        w.tenant.change("client", 2, inactive=True)
        w.tenant.change("site", 2, inactive=True)
        w.tenant.change("site", 3, isstocklocation=True)
        w.tenant.change("agent", 2, isdisabled=True)
        w.tenant.change("agent", 3, isapiagent=True)
        w.tenant.change("team", 2, inactive=True)
        w.tenant.change("ticket_type", 2, active=False)
        w.sync()
        assert w.differences() == []


def test_more_rows_than_a_list_without_paging_gives_come_by_pages() -> None:
    with world(120, replace(small(), page_cap=50, list_page_cap=50), users=130) as w:
        w.configuration |= {"history_minutes": "0", "excluded_tables": "action,time_entry"}
        assert w.sync().warnings == []
        assert len(w.warehouse.tables["ticket"]) == 120
        assert len(w.warehouse.tables["user"]) == 130
        assert len(w.asked("/users")) >= ceil(130 / 50)
