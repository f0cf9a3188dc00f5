"""Answers to surveys: a row for each rated ticket, and, on demand, many of older tickets."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.content import COMMENTS
from sandbox.model import Entity, Fields, Ticket
from sandbox.quirks import Quirks

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

# The tickets of old answers were purged long ago; their numbers are of another range.
OLD_TICKETS = 10_000_000


def note_rating(tenant: "Tenant", ticket: Ticket, fields: Fields) -> None:
    """A ticket was rated, if these fields say so: there is an answer, another one, or none."""
    names = ("satisfactionlevel", "satisfactioncomment")
    if not fields.keys() & names:
        return
    held = tenant.entities["feedback"]
    number = tenant.feedback_ids.get(ticket.id)
    if all(ticket.fields.get(name) is None for name in names):
        held.pop(tenant.feedback_ids.pop(ticket.id, 0), None)
        return
    if number is None:
        number = tenant.last_ids["feedback"] = tenant.last_ids["feedback"] + 1
        tenant.feedback_ids[ticket.id] = number
    held[number] = Entity(answer(number, ticket), kind="feedback", changed_at=tenant.now())


def ticket_is_gone(tenant: "Tenant", ticket_id: int) -> None:
    """A ticket was deleted: its answer goes with it, or stays."""
    number = tenant.feedback_ids.get(ticket_id)
    if number is not None and not tenant.quirks.feedback_outlives:
        tenant.entities["feedback"].pop(number, None)


def answer(number: int, ticket: Ticket) -> Fields:
    """The answer to the survey of a rated ticket; its score is a satisfactionlevel until shown."""
    level = ticket.fields.get("satisfactionlevel")
    return {
        "id": number,
        "ticket_id": ticket.id,
        "feedback_faultid": ticket.id,
        "date": ticket.fields.get("dateclosed"),
        "score": level or 0,
        "score_band": level or 0,
        "comment": ticket.fields.get("satisfactioncomment"),
    }


def score(level: int, quirks: Quirks) -> int:
    """What the tenant's survey makes of a satisfactionlevel; 0, no level was chosen, stays 0."""
    match quirks.feedback_score:
        case "reversed" if level:
            return 6 - level
        case "percent":
            return level * 20
    return level


def old_answer(tenant: "Tenant", number: int) -> Fields:
    """An answer whose ticket is not there any more."""
    level = 1 + number * 7 % 5
    comments = COMMENTS[level]
    return {
        "id": number,
        "ticket_id": OLD_TICKETS + number,
        "feedback_faultid": OLD_TICKETS + number,
        "date": tenant.built_at - timedelta(minutes=17 * number),
        "score": level,
        "score_band": level,
        "comment": comments[number % len(comments)] if number % 3 else None,
    }
