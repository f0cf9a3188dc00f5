"""The stand-in tenant's objects around tickets are connected, and each switch does what it says."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.hanging_lists import ACCEPTED, WAITING
from tests.test_sandbox_quirks import PAGE_1, answered, asked
from tests.world import World, small, world

ALL = {"includedetails": "true", "include_auditing": "true", "includelinkedobjects": "true"}
WIDE = {"page_cap": 100, "list_page_cap": 100}
ARRAYS = ("audit_log", "workflow_history", "approvers", "todo_list", "olas", "assets")


def detail(w: World, number: int, **params: str) -> Any:
    return asked(w, f"/Tickets/{number}", **(params or ALL))


def ids(rows: list[dict[str, Any]]) -> set[int]:
    return {row["id"] for row in rows}


def test_links_of_assets_and_tickets_agree_from_both_sides() -> None:
    with world(60, small(**WIDE), http=False) as w:
        pairs = {
            (number, asset)
            for number in w.tenant.tickets
            for asset in ids(detail(w, number)["assets"])
        }
        every = {**PAGE_1, "includeactive": "true", "includeinactive": "true"}
        assert pairs
        for asset in {asset for _, asset in pairs}:
            found = ids(asked(w, "/Tickets", **PAGE_1, asset_id=str(asset))["tickets"])
            assert found == {number for number, other in pairs if other == asset}
        for number in {number for number, _ in pairs}:
            found = ids(asked(w, "/Asset", **every, ticket_id=str(number))["assets"])
            assert found == {asset for other, asset in pairs if other == number}


def test_a_laptop_has_its_user_incidents_and_a_change() -> None:
    with world(400, small(**WIDE), http=False) as w:
        kinds: dict[int, set[int]] = {}
        for number, ticket in w.tenant.tickets.items():
            for row in detail(w, number)["assets"]:
                kinds.setdefault(row["id"], set()).add(ticket.tickettype_id)
        both = {asset for asset, found in kinds.items() if found >= {1, 3}}
        laptops = [w.tenant.entities["asset"][asset] for asset in both]
        assert any(one.assettype_name == "Laptop" and one.username for one in laptops)


def test_a_problem_and_its_incidents_name_each_other() -> None:
    with world(60, small(**WIDE), http=False) as w:
        problem = w.tenant.add_ticket(tickettype_id=4).id
        w.tenant.relate(problem, 5)
        assert ids(detail(w, problem)["related_tickets"]) == {5}
        assert problem in ids(detail(w, 5)["related_tickets"])
        w.tenant.purge_ticket(problem)
        assert problem not in ids(detail(w, 5)["related_tickets"])


def test_a_change_has_plans_a_vote_of_its_board_and_approvals_that_wait_or_are_decided() -> None:
    with world(5, small(**WIDE), http=False) as w:
        change = w.tenant.add_ticket(tickettype_id=3).id
        row = detail(w, change)
        assert row["backoutplan"] and row["approval_cab_name"] == "Change Advisory Board"
        board = asked(w, "/CAB", includemembers="true")[0]
        votes = row["approvers"]
        assert {v["agent_id"] for v in votes} == {m["agent_id"] for m in board["members"]}
        assert {v["result"] for v in votes} == {ACCEPTED, WAITING}
        w.tenant.decide(change, seq=2)
        assert [v["result"] for v in detail(w, change)["approvers"]] == [1, 1, 0]
        shown = asked(w, "/TicketApproval", ticket_id=str(change))
        assert shown[:3] == detail(w, change)["approvers"]
        w.become(approvals_without_ticket="waiting")
        assert {v["result"] for v in asked(w, "/TicketApproval")} == {WAITING}
        w.become(approvals_without_ticket="none")
        assert asked(w, "/TicketApproval") == []


def test_a_service_has_the_requests_that_are_about_it() -> None:
    with world(200, small(**WIDE), http=False) as w:
        found = ids(asked(w, "/Tickets", **PAGE_1, service_id="1")["tickets"])
        assert found
        assert all(detail(w, number)["service_id"] == 1 for number in found)


def test_the_audit_log_tells_what_really_changed() -> None:
    with world(1, small(**WIDE), http=False) as w:
        number = w.tenant.add_ticket(priority_id=3).id
        w.tenant.update_ticket(number, priority_id=1, summary="Worse", status_id=2)
        w.tenant.update_ticket(number, priority_id=1)
        entries = {row["value"]: (row["from"], row["to"]) for row in detail(w, number)["audit_log"]}
        assert entries["Priority"] == ("3", "1")
        assert entries["Status"] == ("New", "In Progress")
        assert entries["Summary"][1] == "Worse"
        assert len(detail(w, number)["audit_log"]) == 3


def test_audits_come_by_the_details_call_alone() -> None:
    with world(5, small(**WIDE), http=False) as w:
        w.tenant.update_ticket(1, priority_id=9)
        assert asked(w, "/Audit", ticket_id="1") == {"record_count": 0, "audit": []}
        assert "audit_log" not in detail(w, 1, includedetails="true")
        w.become(audit_needs_switch=False)
        assert detail(w, 1, includedetails="true")["audit_log"]


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_never_comes_or_needs_a_switch_where_the_tenant_says_so(name: str) -> None:
    with world(5, small(absent_arrays=frozenset({name})), http=False) as w:
        assert name not in detail(w, 1)
        w.become(absent_arrays=frozenset(), need_linked_objects=frozenset({name}))
        assert name in detail(w, 1)
        some = {key: value for key, value in ALL.items() if key != "includelinkedobjects"}
        assert name not in detail(w, 1, **some)


def test_ids_in_arrays_are_shared_missing_or_in_any_order_where_the_tenant_says_so() -> None:
    with world(1, small(**WIDE), http=False) as w:
        while (number := w.tenant.add_ticket().id) % 5:
            pass
        usual = detail(w, number)["todo_list"]
        w.become(repeated_ids=frozenset({"todo_list"}))
        assert len(ids(detail(w, number)["todo_list"])) < len(usual)
        w.become(repeated_ids=frozenset(), missing_ids=frozenset({"todo_list"}))
        assert all("id" not in row for row in detail(w, number)["todo_list"])
        w.become(missing_ids=frozenset(), shuffled_arrays=frozenset({"todo_list"}))
        shown = [detail(w, number)["todo_list"] for _ in range(3)]
        assert any(rows != usual for rows in shown)
        assert all(ids(rows) == ids(usual) for rows in shown)


@pytest.mark.parametrize(("scale", "score"), [("level", 5), ("reversed", 1), ("percent", 100)])
def test_a_rated_ticket_has_a_row_of_feedback_on_the_tenants_scale(scale: Any, score: int) -> None:
    with world(3, small(feedback_score=scale), http=False) as w:
        number = w.tenant.add_ticket().id
        w.tenant.close_ticket(number, 5, "Great")
        row = next(r for r in asked(w, "/Feedback") if r["ticket_id"] == number)
        assert (row["score"], row["comment"]) == (score, "Great")
        w.tenant.delete_ticket(number)
        assert any(r["ticket_id"] == number for r in asked(w, "/Feedback"))


def test_feedback_goes_with_its_ticket_where_the_tenant_says_so() -> None:
    with world(3, small(feedback_outlives=False), http=False) as w:
        number = w.tenant.add_ticket().id
        w.tenant.close_ticket(number, 5)
        w.tenant.delete_ticket(number)
        assert not any(r["ticket_id"] == number for r in asked(w, "/Feedback"))


def test_large_numbers_are_made_as_they_are_asked_for() -> None:
    counts = {"asset": 100_000, "feedback": 20_000}
    with world(5, small(**WIDE), http=False, counts=counts) as w:
        page = asked(w, "/Asset", **PAGE_1, includeinactive="true", includeactive="true")
        assert (len(page["assets"]), page["record_count"]) == (50, 100_000)
        assert len(asked(w, "/Feedback")) == 20_000
        w.tenant.change("asset", 7, inventory_number="LT-NEW")
        w.tenant.remove("asset", 8)
        assert w.tenant.entities["asset"][7].inventory_number == "LT-NEW"
        assert len(w.tenant.entities["asset"]) == 99_999


def test_assets_are_filtered_by_date_and_carry_custom_fields_where_the_tenant_says_so() -> None:
    with world(30, small(**WIDE), http=False) as w:
        w.time.pass_by(hours=1)
        since = {**PAGE_1, "lastupdatefromdate": w.time.now.isoformat()}
        w.tenant.change("asset", 2, status_name="In Repair")
        assert len(asked(w, "/Asset", **since)["assets"]) > 1
        w.become(asset_lastupdate=True)
        assert ids(asked(w, "/Asset", **since)["assets"]) == {2}
        fields = {**PAGE_1, "include_custom_fields": "155,156"}
        assert any(row.get("customfields") for row in asked(w, "/Asset", **fields)["assets"])
        w.become(asset_custom_fields=False)
        assert not any(row["customfields"] for row in asked(w, "/Asset", **fields)["assets"])


def test_lists_leave_out_what_was_not_asked_for() -> None:
    with world(30, small(**WIDE), http=False) as w:
        assert "holidays" not in asked(w, "/Workday")[0]
        nested = asked(w, "/Workday", showholidays="true")[0]["holidays"]
        assert any(day["agent_id"] for day in nested)
        w.become(leave_in_workdays=False)
        nested = asked(w, "/Workday", showholidays="true")[0]["holidays"]
        assert not any(day["agent_id"] for day in nested)
        assert any(day["agent_id"] for day in asked(w, "/Holiday"))
        few, all_ = asked(w, "/Outcome"), asked(w, "/Outcome", showsystemactions="true")
        assert not any(row["systemid"] for row in few)
        assert any(row["systemid"] == 1 for row in all_)
        names = {row["id"] for row in asked(w, "/Lookup", lookupid="11")}
        assert names == {row["lookupid"] for row in asked(w, "/Lookup", showallcodes="true")}
        assert not any(row["inactive"] for row in asked(w, "/Lookup"))
        assert answered(w, "/KBArticle").status_code == 504
        assert asked(w, "/KBArticle", **PAGE_1)["articles"]
        assert len(asked(w, "/Supplier", page_size="1")["suppliers"]) == 1
        assert "tree" in asked(w, "/TopLevel", **PAGE_1)


def test_whether_an_approval_moves_its_ticket_is_up_to_the_tenant() -> None:
    with world(5, small(details_move_ticket=False), http=False) as w:
        change = w.tenant.add_ticket(tickettype_id=3).id
        before = w.tenant.tickets[change].last_update
        w.time.pass_by(hours=1)
        w.tenant.decide(change, seq=2)
        assert w.tenant.tickets[change].last_update == before
        w.become(details_move_ticket=True)
        w.tenant.decide(change, seq=3)
        assert w.tenant.tickets[change].last_update == w.time.now


def test_no_secret_of_the_objects_reaches_the_warehouse() -> None:
    with world(30, small(supplier_logins_in_list=True), http=False) as w:
        w.tenant.add_ticket(tickettype_id=3)
        w.sync()
        assert "hunter2" in str(asked(w, "/CAB"))
        leaks = {
            name
            for name, rows in w.warehouse.tables.items()
            if any("hunter2" in str(row) for row in rows.values())
        }
        assert leaks == set()
