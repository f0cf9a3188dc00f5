"""`/Actions`: a ticket's actions, or those of one day; there are no pages, only `count`."""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

from sandbox import rows
from sandbox.listing import Listing
from sandbox.model import Action, Row, Ticket
from sandbox.queries import Query, in_window, is_one_day_at_most
from sandbox.remembered import Remembered
from sandbox.tenant import Tenant

# An action with its ticket, to be sorted by when it occurred.
Dated = tuple[datetime, int, int, Ticket, Action]


def actions(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
    """Newest first and at most `actions_cap`; system actions only with excludesys=false."""
    ticket_id = query.number("ticket_id")
    found = (
        _of_ticket(tenant, query, ticket_id) if ticket_id else _of_day(tenant, query, remembered)
    )
    quirks = tenant.quirks
    with_system = query.params.get("excludesys", "").lower() == "false"
    timed_only = quirks.time_entries_only and query.is_true("timeentriesonly")
    limit = max(0, min(query.number("count") or quirks.actions_cap, quirks.actions_cap))
    made: list[Row] = []
    count = 0
    for _, _, _, ticket, action in reversed(found):
        if count >= limit and not quirks.actions_count_honest:
            break
        if ticket.team in quirks.hidden_teams or (action.is_system and not with_system):
            continue
        if not timed_only or action.hours > 0:
            count += 1
            if count <= limit:
                made.append(rows.action_row(action, ticket.id, quirks))
    if query.doubles and made:
        made, count = [made[0], *made], count + 1
    return Listing("actions", made, count, "keyed")


def _of_ticket(tenant: Tenant, query: Query, ticket_id: int) -> list[Dated]:
    ticket = tenant.tickets.get(ticket_id)
    if ticket is None:
        return []
    found = sorted(_dated(ticket), key=lambda dated: dated[:3])
    if tenant.quirks.action_dates != "honoured":
        return found
    since, until = query.moment("startdate"), query.moment("enddate")
    inclusive = tenant.quirks.boundary_inclusive
    return [dated for dated in found if in_window(dated[0], since, until, inclusive)]


def _of_day(tenant: Tenant, query: Query, remembered: Remembered) -> list[Dated]:
    """Without a ticket id both dates are required, and the range is one day at most."""
    every = remembered.recall("actions by date", lambda: _by_date(tenant))
    if tenant.quirks.action_dates == "ignored":
        return every
    since, until = query.moment("startdate"), query.moment("enddate")
    if tenant.quirks.action_dates == "nothing" or since is None or until is None:
        return []
    if not is_one_day_at_most(since, until):
        return []
    inner = timedelta(0) if tenant.quirks.boundary_inclusive else timedelta(microseconds=1)
    first = bisect_left(every, since + inner, key=lambda dated: dated[0])
    last = bisect_right(every, until - inner, key=lambda dated: dated[0])
    return every[first:last]


def _by_date(tenant: Tenant) -> list[Dated]:
    every = [dated for ticket in tenant.tickets.values() for dated in _dated(ticket)]
    return sorted(every, key=lambda dated: dated[:3])


def _dated(ticket: Ticket) -> list[Dated]:
    held = ticket.actions.items()
    return [
        (action.fields["datetime"], ticket.id, number, ticket, action) for number, action in held
    ]
