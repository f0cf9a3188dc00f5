"""Appointments: past, present and planned, of tickets or of nobody's; some done, some deleted."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.model import Entity, Fields
from sandbox.queries import Query

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

TYPES = ("Site Visit", "Remote Session", "Review", "Maintenance Window")
# The share of those that lie ahead, and how far apart two of them are.
AHEAD, APART = 6, timedelta(hours=17)
DONE = 1


def appointment_count(tenant: "Tenant") -> int:
    """One for every fifteenth ticket that there was at first."""
    return tenant.first_ticket_count // 15


def appointment(tenant: "Tenant", number: int) -> Fields:
    """An appointment: every sixth lies ahead, the others are past, most of those completed."""
    ahead = number % AHEAD == 0
    day = tenant.built_at.replace(minute=0, second=0, microsecond=0)
    start = day + (number // AHEAD + 1) * APART if ahead else day - number * APART
    agents = tenant.first_agents or [1]
    agent = tenant.entities["agent"].get(agents[number % len(agents)])
    ticket = tenant.tickets.get(number * 15) if number % 4 else None
    about = ticket.fields if ticket else {}
    return {
        "id": number,
        "subject": f"{TYPES[number % len(TYPES)]}: {about.get('summary', 'internal')}",
        "start_date": start,
        "end_date": start + timedelta(hours=1 + number % 3),
        "allday": number % 11 == 0,
        "agent_id": agent.id if agent else 0,
        "agent_name": agent.name if agent else "",
        "organizer": agent.id if agent else 0,
        "ticket_id": ticket.id if ticket else 0,
        "client_id": about.get("client_id", 0),
        "client_name": about.get("client_name") or "",
        "site_id": about.get("site_id", 0),
        "site_name": about.get("site_name") or "",
        "user_id": about.get("user_id", 0),
        "user_name": about.get("user_name") or "",
        "type": number % len(TYPES),
        "appointment_type_name": TYPES[number % len(TYPES)],
        "complete_status": DONE if not ahead and number % 5 else 0,
        "is_private": number % 13 == 0,
        "is_task": number % 7 == 0,
        "online_meeting_url": f"https://meet.example.com/{number}" if number % 3 == 0 else "",
        "attendees": "someone@client.example.com" if number % 3 == 0 else "",
        "colour": "#5bc0de",
        "last_modified": min(start, day) - timedelta(days=1),
        "is_deleted": number % 10 == 7,
    }


def is_shown(appointment: Entity, query: Query) -> bool:
    """Whether a list asked like this has it, whatever its dates.

    A deleted one comes with includedeleted=true, a completed one with hidecompleted=false, a
    private one with showall=true (guesses: Halo's documents only name the parameters).
    """
    fields = appointment.fields
    if fields.get("is_deleted") and not query.is_true("includedeleted"):
        return False
    everything = query.params.get("hidecompleted") == "false"
    if fields.get("complete_status") == DONE and not everything:
        return False
    ticket_id = query.number("ticket_id")
    if ticket_id is not None and fields.get("ticket_id") != ticket_id:
        return False
    return not fields.get("is_private") or query.is_true("showall")
