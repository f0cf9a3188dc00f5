"""What is true of a tenant's tickets and its desk, read off its own objects and never off rows.

A ticket's `events` tell what really happened, whatever the tenant's habits let the API say. Where a
metric is defined by what the API says (a status chain with gaps, replies), it is read off
`ticket.actions`, whose values are those that are sent. Moments are aware and in UTC.

What else a calculation needs is on the tenant: `tickets` and `deleted_tickets` by id, the workdays
by id (`workdays[1]` is the desk's own calendar: zone, open intervals by local day, holidays; that
of a ticket is `workday_of(ticket.fields)`), `entities["priority"]` and so on; and in
`sandbox.codes`: `CLOSED_STATUSES`, `HOLD_STATUSES`, `WAITING_FOR_USER_STATUSES`,
`SATISFIED_LEVELS`, `ALERT` (the ticket type that the desk leaves out).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from sandbox import codes
from sandbox.model import Action, Event, EventKind, Ticket

if TYPE_CHECKING:
    from sandbox.tenant import Tenant


@dataclass(frozen=True)
class Span:
    """A stretch in one status; the last has no end. `told`: an action says that it began."""

    status_id: int
    start: datetime
    end: datetime | None
    told: bool

    @property
    def is_closed(self) -> bool:
        """Whether the ticket is closed in it."""
        return self.status_id in codes.CLOSED_STATUSES


@dataclass(frozen=True)
class Entry:
    """What an agent did (`agent_id` > 1) on a ticket, with its decimal hours."""

    ticket: Ticket
    action: Action
    agent_id: int
    at: datetime
    hours: float
    charged_hours: float
    is_reply: bool


def spans(ticket: Ticket) -> list[Span]:
    """The statuses that a ticket was in, one after the other, from its opening on."""
    changes = sorted(_events(ticket, "opened", "status"), key=attrgetter("at"))
    ends = [*(change.at for change in changes[1:]), None]
    return [
        Span(change.after, change.at, end, change.told or change.kind == "opened")
        for change, end in zip(changes, ends, strict=True)
    ]


def status_at(ticket: Ticket, moment: datetime) -> int | None:
    """The status at a moment; None before the ticket was opened."""
    begun = [span.status_id for span in spans(ticket) if span.start <= moment]
    return begun[-1] if begun else None


def reopenings(ticket: Ticket) -> int:
    """How many times the ticket left a closed status for one that is not."""
    return sum(one.is_closed and not other.is_closed for one, other in pairwise(spans(ticket)))


def first_response(ticket: Ticket) -> datetime | None:
    """When the first response was noted, whatever was reset later."""
    return next((event.at for event in _events(ticket, "responded")), None)


def deleted_at(ticket: Ticket) -> datetime | None:
    """When the ticket was deleted, if it is."""
    deletions = [event.at for event in _events(ticket, "deleted")]
    return deletions[-1] if ticket.deleted else None


def entries(tenant: "Tenant") -> Iterator[Entry]:
    """What agents did on live tickets; a reply is seen by the user and written by no machine."""
    for ticket in tenant.tickets.values():
        for action in ticket.actions.values():
            said = action.fields
            if said["who_agentid"] > 1:
                charged = float(said.get("actionchargehours") or 0.0)
                is_reply = not said.get("hiddenfromuser") and not action.is_system
                at, agent = said["datetime"], said["who_agentid"]
                yield Entry(ticket, action, agent, at, action.hours, charged, is_reply)


def _events(ticket: Ticket, *kinds: EventKind) -> list[Event]:
    return [event for event in ticket.events if event.kind in kinds]
