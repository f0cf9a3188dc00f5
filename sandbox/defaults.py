"""What a new ticket, action, person or code holds where nothing else was said."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox import codes, people
from sandbox.content import note, report
from sandbox.kinds import MAKERS
from sandbox.model import Action, Entity, Fields, Ticket
from sandbox.quirks import Quirks
from sandbox.workdays import Workday

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

Entities = Mapping[str, Mapping[Any, Entity]]

# Names that a ticket row carries: (id field, kind, field of that kind, field of the ticket).
CARRIED_NAMES = (
    ("client_id", "client", "name", "client_name"),
    ("site_id", "site", "name", "site_name"),
    ("site_id", "site", "timezone", "site_timezone"),
    ("user_id", "user", "name", "user_name"),
    ("user_id", "user", "name", "reportedby"),
    ("user_id", "user", "emailaddress", "user_email"),
    ("sla_id", "sla", "name", "sla_name"),
)


def ticket(identity: int, moment: datetime, quirks: Quirks) -> Fields:
    """A ticket of the first line, as if reported by mail at that moment."""
    summary, category, details = report(identity)
    return {
        "id": identity,
        "guid": f"71c00000-0000-4000-8000-{identity:012x}",
        "dateoccurred": moment,
        "datecreated": moment,
        "summary": summary,
        "details": details,
        "idsummary": f"{identity:07d} - {summary}",
        "status_id": 1,
        "tickettype_id": 1,
        "sla_id": 1,
        "priority_id": 3,
        "client_id": 1,
        "site_id": 1,
        "user_id": 0,
        "team": codes.TEAMS[0],
        "team_id": 1,
        "agent_id": 1,
        "category_1": category,
        "lastactiondate": moment + timedelta(milliseconds=quirks.stamp_lag_ms),
        "last_update": moment,
    }


def names(entities: Entities, fields: Fields) -> Fields:
    """The names that belong to the ids among these fields, as they are at this moment.

    They are kept with the ticket: renaming a client does not change its old tickets.
    """
    found = {}
    for id_field, kind, source, name in CARRIED_NAMES:
        if id_field in fields and (entity := entities[kind].get(fields[id_field])):
            found[name] = entity.fields.get(source)
    return found


def targets(entities: Entities, fields: Fields) -> tuple[float, float] | None:
    """The hours to respond and to fix, of the ticket's SLA and priority."""
    wanted = fields["sla_id"], fields["priority_id"]
    for entity in entities["priority"].values():
        target = entity.fields
        if (target["slaid"], target["priorityid"]) == wanted:
            return target["responsetime"], target["fixtime"]
    return None


def due_dates(entities: Entities, fields: Fields, workday: Workday) -> Fields:
    """Respond-by and fix-by date, so many working hours after the ticket was reported."""
    hours = targets(entities, fields)
    if hours is None:
        return {}
    respond_by, fix_by = (workday.after(fields["dateoccurred"], each) for each in hours)
    return {"respondbydate": respond_by, "fixbydate": fix_by}


def action(parent: Ticket, number: int, moment: datetime, hours: float) -> Fields:
    """A private note of the ticket's agent."""
    return {
        "ticket_id": parent.id,
        "id": number,
        "outcome": "Private Note",
        "outcome_id": 2,
        "datetime": moment,
        "actiondatecreated": moment,
        "note": note(parent.id * 13 + number),
        "timetaken": hours,
        "timetakenadjusted": hours,
        "actionnonchargehours": hours,
        "who_agentid": parent.agent_id,
        "guid": f"ac700000-0000-4000-{number % 0x10000:04x}-{parent.id:012x}",
    }


def acted(last: Action, quirks: Quirks) -> datetime:
    """The lastactiondate of a ticket with this last action."""
    occurred = quirks.last_action_date == "occurred"
    moment: datetime = last.fields["datetime"] if occurred else last.added_at
    return moment + timedelta(milliseconds=quirks.stamp_lag_ms)


def totals(parent: Ticket) -> Fields:
    """The hours of all actions of a ticket, as Halo adds them up when it touches the ticket."""
    taken = charged = free = 0.0
    for action in parent.actions.values():
        said = action.fields
        if hours := said.get("timetaken"):
            taken += float(hours)
        if hours := said.get("actionchargehours"):
            charged += float(hours)
        if hours := said.get("actionnonchargehours"):
            free += float(hours)
    return {
        "timetaken": round(taken, 2),
        "chargehours": round(charged, 2),
        "nonchargehours": round(free, 2),
    }


def agent_name(entities: Entities, agent_id: int) -> str | None:
    """The agent's name; None where there is no such agent."""
    found = entities["agent"].get(agent_id)
    return str(found.name) if found else None


def entity(tenant: "Tenant", kind: str, identity: int) -> Fields:
    """A user, client, code and so on with this id and made-up content."""
    return MADE_UP[kind](tenant, identity)


def _some_site(tenant: "Tenant") -> Fields:
    sites = list(tenant.entities["site"].values())
    return tenant.random.choice(sites).fields if sites else {}


MADE_UP: dict[str, Callable[["Tenant", int], Fields]] = MAKERS | {
    "user": lambda tenant, n: people.user(tenant.random, n, _some_site(tenant)),
    "client": lambda _, n: people.client(n, f"New Client {n}"),
    "site": lambda _, n: people.site(n, f"Office {n}", 1, "Unknown"),
    "agent": lambda tenant, n: people.agent(tenant.random, n),
    "team": lambda _, n: codes.team(n, f"Team {n}"),
    "status": lambda _, n: codes.status(n, f"Status {n}", f"S{n}"),
    "priority": lambda tenant, n: codes.priority(tenant.random, 1, n),
    "category": lambda _, n: codes.category(n, f"Category {n}"),
    "ticket_type": lambda _, n: codes.ticket_type(n, f"Ticket Type {n}"),
    "sla": lambda _, n: codes.sla(n, f"SLA {n}"),
    "field": lambda _, n: codes.asset_field("T", n, f"Field {n}"),
    "field_info": lambda _, n: codes.field_info(n, f"CFField{n}", f"Field {n}"),
}
