"""Answers to surveys: a row for each rated ticket, and, on demand, many of older tickets."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.content import COMMENTS
from sandbox.model import Fields, Ticket
from sandbox.quirks import Quirks

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

# The tickets of old answers were purged long ago; their numbers are of another range.
OLD_TICKETS = 10_000_000


def answer(number: int, ticket: Ticket, quirks: Quirks) -> Fields:
    """The answer to the survey of a rated ticket, with a score on the tenant's survey's scale."""
    level = ticket.fields.get("satisfactionlevel")
    return {
        "id": number,
        "ticket_id": ticket.id,
        "feedback_faultid": ticket.id,
        "date": ticket.fields.get("dateclosed"),
        "score": score(level, quirks),
        "score_band": level or 0,
        "comment": ticket.fields.get("satisfactioncomment") or "",
    }


def score(level: int | None, quirks: Quirks) -> int:
    """What the answer's score is for a satisfactionlevel; 0 where no level was chosen."""
    if level is None:
        return 0
    match quirks.feedback_score:
        case "level":
            return level
        case "reversed":
            return 6 - level
        case "percent":
            return level * 20


def old_answer(tenant: "Tenant", number: int) -> Fields:
    """An answer whose ticket is not there any more."""
    level = 1 + number * 7 % 5
    comments = COMMENTS[level]
    return {
        "id": number,
        "ticket_id": OLD_TICKETS + number,
        "feedback_faultid": OLD_TICKETS + number,
        "date": tenant.built_at - timedelta(minutes=17 * number),
        "score": score(level, tenant.quirks),
        "score_band": level,
        "comment": comments[number % len(comments)] if number % 3 else "",
    }
