"""How a desk handles a ticket: statuses, holds, responses and reassignments, as Halo notes them.

Each function notes on the ticket what really happened (`Ticket.events`); what the API tells of it
is up to the tenant's habits.
"""

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from sandbox import codes
from sandbox.model import Event, Fields, Ticket

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

OUTCOMES = {
    codes.RESOLVED_STATUS: ("Resolved", 8),
    codes.CLOSED_STATUS: ("Closed", 9),
    codes.MERGED_STATUS: ("Merged", 10),
    codes.REOPENED_STATUS: ("Re-Opened", 11),
}
CHANGE_STATUS = ("Change Status", 7)
# The kinds of system actions (1 is Halo's; the others are this tenant's).
REASSIGNED, ACKNOWLEDGED, HELD, RELEASED, MERGED, CLOSED_BY_ITSELF = 1, 2, 3, 4, 7, 9


def status_changes(tenant: "Tenant", ticket: Ticket, new: int, at: datetime) -> Fields | None:
    """Note that a write changes the status; the fields of the action that tells, if one does."""
    told = tenant.quirks.written_status_leaves_action and _is_told(tenant, ticket)
    ticket.events.append(Event(at, "status", ticket.status_id, new, told))
    if not told:
        return None
    outcome, outcome_id = OUTCOMES.get(new, CHANGE_STATUS)
    told_by = {"outcome": outcome, "outcome_id": outcome_id, "hiddenfromuser": True}
    return told_by | _pair(tenant, ticket.status_id, new)


def action_status(tenant: "Tenant", ticket: Ticket, number: int, made: Fields) -> Fields:
    """The statuses in a new action, and those of its ticket, which it changes if it says so.

    One that changes nothing has the ticket's status twice, zeros, or no statuses at all.
    """
    before, new = ticket.status_id, made.get("new_status")
    if "old_status" in made:
        return {}
    if new and new != before:
        told, moment = _is_told(tenant, ticket), made["datetime"]
        written = {"status_id": new, "onhold": new in codes.HOLD_STATUSES}
        ticket.change(written | released(tenant, ticket, moment))
        ticket.events.append(Event(moment, "status", before, new, told))
        return _pair(tenant, before, new) if told else {"new_status": 0}
    if number % 3 == 0:
        return {"old_status": None, "new_status": None}
    return _pair(tenant, before, before) if number % 3 == 1 else {}


def retell(tenant: "Tenant", ticket: Ticket, status_id: int) -> None:
    """The last status change turns out to have led to another status."""
    last = ticket.events[-1]
    ticket.events[-1] = replace(last, after=status_id)
    ticket.change({"status_id": status_id})
    if last.told:
        ticket.actions[ticket.last_action_id].change(_pair(tenant, last.before, status_id))


def move(tenant: "Tenant", ticket: Ticket, status_id: int, at: datetime, **telling: Any) -> None:
    """Write an open status; a hold that ends is added up, and a closed ticket is reopened.

    `telling` are fields of the action that tells.
    """
    written: Fields = {"status_id": status_id, "onhold": status_id in codes.HOLD_STATUSES}
    if ticket.status_id in codes.CLOSED_STATUSES and not tenant.quirks.reopened_keeps_closed:
        written |= {"hasbeenclosed": None, "dateclosed": None, "closure_agent_id": 0}
    written |= released(tenant, ticket, at)
    tenant.update_ticket(ticket.id, at=at, telling=telling, **written)


def released(tenant: "Tenant", ticket: Ticket, at: datetime) -> Fields:
    """What the end of a hold changes in a ticket; nothing where it is not held.

    `slaholdtime` is in working hours of its SLA (a guess: Halo's notes give no unit).
    """
    if ticket.status_id not in codes.HOLD_STATUSES:
        return {}
    workday = tenant.workday_of(ticket.fields)
    since = next((e.at for e in reversed(ticket.events) if e.kind == "status"), at)
    held = workday.hours_between(since, at)
    made: Fields = {"slaholdtime": round(ticket.fields.get("slaholdtime", 0.0) + held, 4)}
    due = ticket.fields.get("fixbydate")
    if due and tenant.quirks.hold_moves_due:
        made["fixbydate"] = workday.after(due, held)
    return made


def respond(ticket: Ticket, at: datetime) -> None:
    """Note the response, where none is noted."""
    if ticket.fields.get("responsedate") is None:
        due = ticket.fields.get("respondbydate")
        state = "O" if due and at > due else "I"
        ticket.change({"responsedate": at, "dateassigned": at, "slaresponsestate": state})
        ticket.events.append(Event(at, "responded"))


def reset_response(tenant: "Tenant", ticket: Ticket, at: datetime) -> None:
    """Forget the response, as an SLA with `responsereset` does; the first one is kept."""
    sla, noted = tenant.entities["sla"].get(ticket.sla_id), ticket.fields.get("responsedate")
    if noted and sla and sla.fields.get("responsereset"):
        first = ticket.fields.get("first_responsedate") or noted
        ticket.change({"responsedate": None, "first_responsedate": first})
        ticket.events.append(Event(at, "response reset"))


def reassign(tenant: "Tenant", ticket: Ticket, agent_id: int, at: datetime, **fields: Any) -> None:
    """Give a ticket to another agent, perhaps of another team; a system action says so."""
    ticket.events.append(Event(at, "assigned", ticket.agent_id, agent_id, told=True))
    told_by: Fields = {"action_systemid": REASSIGNED, "outcome": "Re-Assign", "outcome_id": 5}
    note = f"Re-assigned to {fields.get('team', ticket.team)}."
    tenant.add_action(ticket.id, at=at, hiddenfromuser=True, note=note, **told_by)
    count = ticket.fields.get("reassigncount", 0) + 1
    tenant.update_ticket(ticket.id, at=at, agent_id=agent_id, reassigncount=count, **fields)


def _is_told(tenant: "Tenant", ticket: Ticket) -> bool:
    share = tenant.quirks.untold_status_changes
    return not share or Random(f"{ticket.id} {len(ticket.events)}").random() >= share


def _pair(tenant: "Tenant", before: int, after: int) -> Fields:
    status = tenant.entities["status"].get(after)
    name = status.fields["name"] if status else None
    return {"old_status": before, "new_status": after, "new_status_name": name}
