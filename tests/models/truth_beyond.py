"""What the marts beyond the ticket must hold: assets, approvals, changes, reassignments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.audit import audit_log
from sandbox.ticket_details import asset_ids, facts, hung
from tests.models.truth import Cells, Rows, Truth, between, hours, naive

KEPT_FROM_TICKET = (
    "ticket_id",
    "summary",
    "ticket_type_name",
    "status_name",
    "team_id",
    "team_name",
    "agent_id",
    "agent_name",
    "opened_at",
    "first_resolved_at",
    "closed_at",
    "is_open",
)
PLANS = {
    "riskdescription": "risk_description",
    "changestate": "change_state",
    "approval_process_step_name": "approval_step_name",
    "approval_cab_name": "approval_cab_name",
    "justification": "justification",
    "backoutplan": "backout_plan",
    "testplan": "test_plan",
    "communicationplan": "communication_plan",
}


def marts_beyond(truth: Truth) -> dict[str, tuple[tuple[str, ...], Callable[[], Rows]]]:
    """Each mart with the columns of its key and the calculation of its rows."""
    return {
        "halo__asset": (("asset_id",), lambda: asset_rows(truth)),
        "halo__approval": (("ticket_id", "position"), lambda: approval_rows(truth)),
        "halo__change": (("ticket_id",), lambda: change_rows(truth)),
        "halo__ticket_reassignment": (
            ("ticket_id", "position"),
            lambda: reassignment_rows(truth),
        ),
    }


def name_of(truth: Truth, kind: str, identity: int | None) -> str | None:
    """What an entity is called, if it is there."""
    entity = truth.tenant.entities[kind].get(identity)
    return str(entity.fields["name"]) if entity else None


def asset_rows(truth: Truth) -> Rows:
    """`halo__asset`."""
    on: dict[int, list[Cells]] = defaultdict(list)
    for number in truth.counted():
        for asset in set(asset_ids(truth.tenant, truth.tenant.tickets[number])):
            on[asset].append(truth.ticket_rows[number,])
    rows: Rows = {}
    for number, entity in truth.tenant.entities["asset"].items():
        said, tickets = entity.fields, on[int(number)]
        rows[number,] = {
            "asset_id": number,
            "inventory_number": said["inventory_number"],
            "key_field": said["key_field"],
            "asset_type_id": said["assettype_id"],
            "asset_type_name": name_of(truth, "asset_type", said["assettype_id"]),
            "client_id": said["client_id"],
            "client_name": name_of(truth, "client", said["client_id"]) or said["client_name"],
            "site_id": said["site_id"],
            "site_name": name_of(truth, "site", said["site_id"]) or said["site_name"],
            "user_name": said["username"] or None,
            "asset_status_name": said["status_name"],
            "criticality": said["criticality"] or None,
            "is_inactive": said["inactive"],
            "warranty_ends_at": naive(said["warranty_end"]),
            "tickets": len(tickets),
            "open_tickets": sum(row["is_open"] for row in tickets),
            "reopened_tickets": sum(row["reopenings"] > 0 for row in tickets),
            "last_opened_at": max((row["opened_at"] for row in tickets), default=None),
            "hours": float(sum((Decimal(str(row["hours"])) for row in tickets), Decimal(0))),
        }
    return rows


def _approvals(truth: Truth, number: int) -> list[dict[str, Any]]:
    ticket = truth.tenant.tickets[number]
    held = [hung(truth.tenant, ticket, name) for name in ("approvers", "approvers_history")]
    return sorted([*held[0], *held[1]], key=lambda one: int(one["uniqueid"]))


def approval_rows(truth: Truth) -> Rows:
    """`halo__approval`."""
    rows: Rows = {}
    for number in truth.counted():
        ticket = truth.ticket_rows[number,]
        for position, said in enumerate(_approvals(truth, number), 1):
            asked, decided = said["datetime"], said["dateapproved"]
            waits = decided is None and ticket["is_open"]
            rows[number, position] = {
                "ticket_id": number,
                "position": position,
                **{name: ticket[name] for name in ("summary", "ticket_type_name")},
                **{name: ticket[name] for name in ("team_id", "team_name")},
                "approver_name": name_of(truth, "agent", said["agent_id"]) or said["name"] or None,
                "role_name": said["role_name"] or None,
                "approval_process_name": said["approval_process_name"],
                "step_name": said["step_name"],
                "requestor_name": said["requestor_name"],
                "is_mandatory": said["is_mandatory"],
                "result": said["result"],
                "asked_at": naive(asked),
                "decided_at": naive(decided),
                "is_waiting": waits,
                "decision_hours": hours(between(asked, decided)),
                "waiting_hours": hours(between(asked, truth.now)) if waits else None,
                "approver_note": said["approver_note"] or None,
            }
    return rows


def change_rows(truth: Truth) -> Rows:
    """`halo__change`."""
    rows: Rows = {}
    for number in truth.counted():
        said, ticket = facts(truth.tenant, truth.tenant.tickets[number]), truth.ticket_rows[number,]
        if not said.get("risklevel"):
            continue
        begins, ends = said["planneddate"], said["planneddateend"]
        closed = truth.moments(number)["resolution"]
        until = closed or (truth.now if ticket["is_open"] else None)
        late = until is not None and until > ends
        votes = _approvals(truth, number)
        waiting = [v["datetime"] for v in votes if not v["dateapproved"] and ticket["is_open"]]
        decided = [vote["dateapproved"] for vote in votes if vote["dateapproved"]]
        rows[number,] = {
            **{name: ticket[name] for name in KEPT_FROM_TICKET},
            **{column: said[name] for name, column in PLANS.items()},
            "service_name": name_of(truth, "service", said["service_id"]),
            "risk_level": said["risklevel"],
            "planned_start_at": naive(begins),
            "planned_end_at": naive(ends),
            "planned_hours": hours(between(begins, ends)),
            "is_late": late if closed else (True if late else None),
            "hours_late": hours(between(ends, until)) if late else None,
            "approvals": len(votes),
            "approvals_waiting": len(waiting),
            "waiting_since_at": naive(min(waiting, default=None)),
            "last_decided_at": naive(max(decided, default=None)),
        }
    return rows


def reassignment_rows(truth: Truth) -> Rows:
    """`halo__ticket_reassignment`."""
    rows: Rows = {}
    for number in truth.counted():
        ticket = truth.ticket_rows[number,]
        log = audit_log(truth.tenant, truth.tenant.tickets[number])
        for position, said in enumerate(sorted(log, key=lambda one: int(one["id"])), 1):
            if said["value"] not in ("Agent", "Team") or said["from"] == said["to"]:
                continue
            agent = said["agent_id"] if said["agent_id"] > 1 else None
            rows[number, position] = {
                "ticket_id": number,
                "position": position,
                "changed_at": naive(said["date"]),
                "changed_on": truth.day(said["date"]),
                "field_name": said["value"],
                "value_before": said["from"] or None,
                "value_after": said["to"] or None,
                "changed_by_agent_id": agent,
                "changed_by_name": name_of(truth, "agent", agent) or said["username"] or None,
                "team_id": ticket["team_id"],
                "team_name": ticket["team_name"],
            }
    return rows
