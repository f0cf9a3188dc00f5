"""A new table is an entry: one of a list and some of a ticket's details, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from halo.tables import REGISTRY, rights
from halo.tables.details import DETAILS
from halo.tables.sources import Snapshot, fields, nested
from halo.tables.table import Table, yes
from sandbox.defaults import MADE_UP
from tests.world import World, small, world

ITEM = Table(
    name="item",
    source=Snapshot("/Item", "items", yes("includeactive includeinactive"), paged=True),
    rights=rights.CUSTOMERS,
    long="id supplier_id",
    string="name",
    boolean="inactive",
)
TICKET_MILESTONE = Table(
    name="ticket_milestone",
    source=DETAILS,
    rights=rights.DETAILS,
    key=("ticket_id", "position"),
    part=nested("milestones"),
    long="ticket_id position id",
    string="name",
    boolean="done",
)
TICKET_AUDIT = Table(
    name="ticket_audit",
    source=DETAILS,
    rights=rights.DETAILS,
    key=("ticket_id",),
    part=fields("auditstatus auditnote", unless_all_empty="auditstatus auditnote"),
    long="ticket_id auditstatus",
    string="auditnote",
)
MORE = (*REGISTRY, ITEM, TICKET_MILESTONE, TICKET_AUDIT)


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the stand-in tenant knows of an item."""

    def item(_: Any, number: int) -> dict[str, Any]:
        return {"id": number, "name": f"LT-{number:04}", "supplier_id": 1}

    monkeypatch.setitem(MADE_UP, "item", item)


def plan(w: World, ticket: int, *texts: str) -> None:
    """Gives a ticket milestones."""
    items = [{"id": 10 * at, "name": text, "done": False} for at, text in enumerate(texts, 1)]
    w.tenant.tickets[ticket].nested["milestones"] = items
    w.tenant.update_ticket(ticket)


def test_a_list_table_and_details_tables_are_synced_by_their_entries_alone() -> None:
    with world(12, small(list_page_cap=4), years=0.05, registry=MORE) as w:
        for _ in range(9):
            w.tenant.add("item")
        plan(w, 3, "Order", "Unpack", "Hand over")
        w.tenant.tickets[5].nested["auditstatus"] = 4
        w.tenant.update_ticket(5)
        outcome = w.sync()
        assert outcome.warnings == []
        assert w.differences() == []
        assert len(w.warehouse.tables["item"]) == 9
        assert [w.warehouse.tables["ticket_milestone"][3, at]["name"] for at in (1, 2, 3)] == [
            "Order",
            "Unpack",
            "Hand over",
        ]
        assert w.warehouse.tables["ticket_audit"][(5,)]["auditstatus"] == 4
        assert w.sync_later().quiet


def test_what_changes_in_new_tables_is_sent_and_what_goes_is_deleted() -> None:
    with world(12, small(list_page_cap=4), years=0.05, registry=MORE) as w:
        for _ in range(9):
            w.tenant.add("item")
        plan(w, 3, "Order", "Unpack", "Hand over")
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.remove("item", 2)
        w.tenant.change("item", 3, name="LT-9999")
        plan(w, 3, "Order", "Hand over")
        outcome = w.sync_later()
        assert outcome.deleted["item"] == [{"id": 2}]
        assert outcome.deleted["ticket_milestone"] == [{"ticket_id": 3, "position": 3}]
        assert w.differences() == []
        w.time.pass_by(hours=1)
        plan(w, 3)
        assert len(w.sync_later().deleted["ticket_milestone"]) == 2
        assert w.differences() == []
        assert w.sync_later().quiet


def test_one_call_a_changed_ticket_feeds_all_tables_of_its_details() -> None:
    with world(12, years=0.05, registry=MORE) as w:
        w.sync()
        w.app.requests.clear()
        w.tenant.close_ticket(4, satisfaction=5)
        plan(w, 4, "Call back")
        w.tenant.tickets[4].nested["auditnote"] = "Try it"
        w.sync_later()
        assert [record.endpoint for record in w.app.requests].count("/tickets/4") == 1
        assert w.differences() == []


@pytest.mark.parametrize("of", ["all", "changed", "none"])
def test_details_of_tickets_are_read_as_the_setting_says(of: str) -> None:
    with world(12, years=0.05, registry=MORE) as w:
        w.configuration["ticket_details"] = of
        old, new = (t.id for t in w.tenant.tickets.values() if not t.is_closed)
        w.tenant.tickets[old].nested["milestones"] = [{"id": 1, "name": "Old"}]
        w.sync()
        assert bool(w.warehouse.tables["ticket_milestone"]) == (of == "all")
        own = {table.name for table in MORE if table.source is DETAILS}
        assert w.differences(*own - {"ticket_satisfaction"}) == []
        w.time.pass_by(hours=1)
        plan(w, new, "New")
        w.sync_later()
        assert ((new, 1) in w.warehouse.tables["ticket_milestone"]) == (of != "none")


def test_what_hangs_on_a_deleted_ticket_goes_with_it() -> None:
    with world(12, years=0.05, registry=MORE) as w:
        plan(w, 3, "Order", "Unpack")
        w.tenant.close_ticket(3, satisfaction=2)
        w.tenant.add_action(3, hours=1)
        w.sync()
        w.tenant.delete_ticket(3)
        w.sync_later(days=8)
        w.sync_later()
        assert w.differences() == []


def test_a_details_table_that_is_wanted_later_comes_with_its_history() -> None:
    with world(12, years=0.05, registry=MORE) as w:
        plan(w, 3, "Order", "Unpack")
        w.configuration["excluded_tables"] = "ticket_milestone"
        w.sync()
        w.configuration["excluded_tables"] = ""
        w.sync_later()
        assert w.differences() == []
        assert w.sync_later().quiet


def test_a_switch_of_the_detail_call_is_sent_only_when_a_wanted_table_needs_it() -> None:
    with world(12, years=0.05, registry=MORE) as w:
        w.configuration["excluded_tables"] = "ticket_field_history"
        w.sync()
        own = [r for r in w.app.requests if r.endpoint.startswith("/tickets/")]
        assert not any("include_auditing" in record.params for record in own)
        w.configuration["excluded_tables"] = ""
        w.app.requests.clear()
        w.sync_later()
        own = [r for r in w.app.requests if r.endpoint.startswith("/tickets/")]
        assert {record.params["include_auditing"] for record in own} == {"true"}
        assert {record.params["includedetails"] for record in own} == {"true"}


def test_an_array_that_never_comes_is_told_once_and_its_table_stays() -> None:
    with world(130, small(absent_arrays=frozenset({"audit_log"})), years=0.5) as w:
        warnings = w.sync().warnings
        assert [text for text in warnings if "audit_log" in text and "100 tickets" in text]
        assert not [text for text in warnings if "todo_list" in text]
        w.sync_later(days=2)
        w.time.pass_by(days=9)
        for number in list(w.tenant.tickets):
            w.tenant.update_ticket(number)
        assert not [text for text in w.sync_later().warnings if "audit_log" in text]
        w.become(absent_arrays=frozenset())
        w.tenant.tickets[6].nested["audit_log"] = [{"id": 1, "value": "Status"}]
        for number in list(w.tenant.tickets):
            w.tenant.update_ticket(number)
        w.sync_later()
        assert w.differences() == []


@pytest.mark.parametrize(
    "items",
    [
        [{"id": 3, "text": "c"}, {"id": 1, "text": "a"}, {"id": 2, "text": "b"}],
        [{"id": 1, "text": "b"}, {"id": 1, "text": "a"}, {"id": 1, "text": "c"}],
        [{"id": "3", "text": "c"}, {"id": 1.0, "text": "a"}, {"id": 2, "text": "b"}],
    ],
    ids=["unique", "all the same", "spelt in other ways"],
)
def test_a_list_in_a_ticket_is_the_same_in_any_order_of_halo(items: list[dict[str, Any]]) -> None:
    with world(12, years=0.05, registry=MORE) as w:
        w.tenant.tickets[3].nested["todo_list"] = items
        w.tenant.update_ticket(3)
        w.sync()
        texts = [w.warehouse.tables["ticket_todo"][3, at]["text"] for at in (1, 2, 3)]
        assert texts == ["a", "b", "c"]
        w.tenant.tickets[3].nested["todo_list"] = items[::-1]
        w.tenant.update_ticket(3)
        assert w.sync_later().changed.get("ticket_todo", []) == []


def test_a_list_without_ids_is_replaced_exactly() -> None:
    with world(12, years=0.05, registry=MORE) as w:
        w.tenant.tickets[3].nested["todo_list"] = [{"text": "a"}, {"text": "b"}, {"text": "c"}]
        w.tenant.update_ticket(3)
        w.sync()
        w.time.pass_by(hours=1)
        w.tenant.tickets[3].nested["todo_list"] = [{"text": "c"}, {"text": "d"}]
        w.tenant.update_ticket(3)
        w.sync_later()
        assert w.differences() == []
        assert len([key for key in w.warehouse.tables["ticket_todo"] if key[0] == 3]) == 2
