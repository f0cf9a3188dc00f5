"""A ticket's audit log: who changed which field, from what to what, when; told by what happened."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.model import Fields, Ticket

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

# Fields whose changes are noted when they are written, and what the log calls them. The statuses
# are in the ticket's true history.
AUDITED = {
    "agent_id": "Agent",
    "team": "Team",
    "priority_id": "Priority",
    "summary": "Summary",
    "tickettype_id": "Ticket Type",
    "sla_id": "SLA",
}
KINDS = {"Status": "status", "Agent": "agent", "SLA": "sla", "Ticket Type": "ticket_type"}


def note_changes(ticket: Ticket, fields: Fields, moment: datetime) -> None:
    """Note what these fields change of a ticket; before they are set."""
    for name, what in AUDITED.items():
        before = ticket.fields.get(name)
        if name in fields and fields[name] != before:
            entry = {"value": what, "before": before, "after": fields[name], "date": moment}
            ticket.noted.append(entry | {"agent_id": ticket.agent_id})


def audit_log(tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """The entries of a ticket's log, oldest first. Its last entry on a field tells what it is now.

    An id never changes: it counts the statuses on even numbers, everything else on odd ones.
    """
    statuses: list[Fields] = [
        {"value": "Status", "before": event.before, "after": event.after, "date": event.at}
        for event in ticket.events
        if event.kind == "status"
    ]
    first = ticket.id * 1000
    changes = {first + 2 * n: change for n, change in enumerate(statuses)}
    changes |= {first + 2 * n + 1: change for n, change in enumerate(ticket.noted)}
    for number in changes.keys() - ticket.logged.keys():
        ticket.logged[number] = _entry(tenant, ticket, number, changes[number])
    return sorted(ticket.logged.values(), key=lambda entry: (entry["date"], entry["id"]))


def _entry(tenant: "Tenant", ticket: Ticket, number: int, change: Fields) -> Fields:
    what, before, after = change["value"], change["before"], change["after"]
    numbers = {"id1": before, "id2": after}
    return {
        "id": number,
        "ticket_id": ticket.id,
        "agent_id": change.get("agent_id", 1),
        "user_id": 0,
        "username": "System",
        "date": change["date"],
        "datetime_from": None,
        "datetime_to": None,
        "value": what,
        "from": _said(tenant, what, before),
        "to": _said(tenant, what, after),
        "table_name": "FAULTS",
        "actoutcome": "Change Status" if what == "Status" else "Edit",
        "clientid": ticket.fields.get("client_id", 0),
    } | {name: value if isinstance(value, int) else 0 for name, value in numbers.items()}


def _said(tenant: "Tenant", what: str, value: Any) -> str:
    """What somebody reads for a value: the name where it is an id."""
    kind = KINDS.get(what)
    found = tenant.entities[kind].get(value) if kind else None
    if found is not None:
        return str(found.fields.get("name"))
    return "" if value is None else str(value)
