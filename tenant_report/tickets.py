"""The report's questions to tickets: what the date filters do, deleted tickets, satisfaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from halo.api.pages import Page, Raw
from halo.api.walk import NEWEST_FIRST
from halo.sync.days import SECOND
from halo.sync.moments import iso
from halo.tables.sources import Snapshot
from halo.tables.tickets import TICKETS
from tenant_report.actions import sampled_actions
from tenant_report.details import closed_details
from tenant_report.rows import exact, ids, moment, row_id
from tenant_report.tenant import (
    FEWEST,
    PAGED,
    Probe,
    Seen,
    Tenant,
    Unseen,
    agreed,
    enough,
    number_of,
)

SECONDS = timedelta(seconds=2)

MARGIN, FAR = timedelta(minutes=10), timedelta(days=3)
"""Of a window around a row's date, and how far off it surely does not come."""

OFFSETS = (0, *(s * h for h in range(1, 15) for s in (1, -1)), 5.5, 9.5, 10.5, 3.5, 4.5, 6.5, -3.5)
"""Hours from UTC of the world's time zones, the likeliest first."""

Inside = Callable[[datetime], bool]


def filtered(page: Page, total: int | None, inside: Inside) -> Seen:
    """Whether a date filter was honoured, whose bound is the date of a row with others around."""
    outside = [row for row in page.rows if not _inside(row, inside)]
    counted = f"record_count is {page.count} of {total}"
    if not page.rows:
        return "no: nothing comes", f"rows lie inside, and none came; {counted}"
    enough(len(page.rows), counted)
    if outside:
        return "no", f"{len(outside)} of {len(page.rows)} rows lie outside; {counted}"
    if page.count is None or total is None or page.count >= total:
        raise Unseen(f"all {len(page.rows)} rows that came lie inside, but {counted}")
    return "yes", f"all {number_of(len(page.rows), 'row')} that came lie inside; {counted}"


def boundary(page: Page, row: Raw, inside: Inside) -> Seen:
    """Whether a row comes whose own date is the bound of a window of two seconds."""
    digits = len(str(row.get(TICKETS.updated)).partition(".")[2].rstrip("Z"))
    used = f"the bound was a row's own {TICKETS.updated}, with {digits} fractional digits"
    if any(not _inside(other, inside) for other in page.rows):
        raise Unseen(f"{used}, and the window was not honoured")
    same = [other for other in page.rows if row_id(other) == row_id(row)]
    if same and same[0].get(TICKETS.updated) == row.get(TICKETS.updated):
        return "yes", f"{used}, and the row came"
    if same or (page.count or 0) > len(page.rows):
        raise Unseen("the row changed meanwhile, or more rows than a page share its date")
    return "no", f"{used}, and the row did not come"


def deleted_only(page: Page, alive: Page) -> Seen:
    """What deleted=true answers, compared with the list without it in the same order."""
    if page.count is None or alive.count is None:
        raise Unseen("the list does not say how many rows it has")
    counted = f"record_count is {page.count:,} with it and {alive.count:,} without"
    enough(max(page.count, alive.count), counted)
    shared = {*ids(page)} & {*ids(alive)}
    if page.count == alive.count and ids(page) == ids(alive):
        raise Unseen(f"it changes nothing: ignored, or no ticket is deleted; {counted}")
    if not shared and page.count < alive.count:
        return "only deleted tickets", counted
    if page.count > alive.count:
        if shared or len(ids(alive)) < alive.count:
            return "also deleted tickets", counted
        return "only deleted tickets", counted
    raise Unseen(f"{len(shared)} tickets are on both first pages; {counted}")


def never_changed(count: int | None, total: int | None) -> Seen:
    """Whether a from-date before all others leaves out tickets, which then have no date."""
    if count is None or total is None or count == total:
        raise Unseen(f"record_count is {count} with a from-date of 1901 and {total} without")
    told = f"{total - count:,} of {total:,} tickets do not come with a from-date of 1901"
    enough(total - count, told)
    return "yes", told


def scale(details: Sequence[Raw], listed: bool) -> Seen:
    """The satisfaction levels seen; 0 is none."""
    levels = [level for row in details if (level := row.get("satisfactionlevel"))]
    numbers = sorted({level for level in levels if isinstance(level, int | float)})
    comments = sum(bool(row.get("satisfactioncomment")) for row in details)
    evidence = (
        f"{number_of(len(details), 'closed ticket')} read in detail: {len(levels)} with a level, "
        f"{comments} with a comment; the list's rows "
        f"{'carry the fields too' if listed else 'do not carry the fields'}"
    )
    enough(len(levels), evidence)
    if not numbers:
        raise Unseen(evidence)
    return f"from {numbers[0]:g} to {numbers[-1]:g}", evidence


def moves_ticket(pairs: Sequence[tuple[datetime, datetime]]) -> Seen:
    """Whether tickets' last_update is never before their newest action; pairs of the two."""
    behind = sum(update < action - SECOND for update, action in pairs)
    evidence = f"{TICKETS.updated} is before the newest action in {behind} of {len(pairs)} tickets"
    enough(len(pairs), evidence)
    return ("not always" if behind else "it seems so"), evidence


def _inside(row: Raw, inside: Inside) -> bool:
    when = moment(row, TICKETS.updated)
    return when is not None and inside(when)


def _dated(tenant: Tenant) -> list[tuple[datetime, Raw]]:
    """The newest page's rows by their last update; raises Unseen where there are too few."""
    rows = tenant.page(TICKETS).rows
    dated = [(when, row) for row in rows if (when := moment(row, TICKETS.updated))]
    if len({when for when, _ in dated}) < 3:
        raise Unseen(f"too few tickets with a {TICKETS.updated} came to tell: {len(dated)}")
    return sorted(dated, key=lambda pair: pair[0])


def _from_filters(tenant: Tenant) -> Seen:
    dated = _dated(tenant)
    bound, middle = dated[len(dated) // 2]
    page = tenant.page(TICKETS, more={"lastupdatefromdate": exact(middle[TICKETS.updated])})
    return filtered(page, tenant.page(TICKETS).count, lambda when: when >= bound - SECONDS)


def _to_filters(tenant: Tenant) -> Seen:
    dated = _dated(tenant)
    bound, middle = dated[len(dated) // 2]
    page = tenant.page(TICKETS, more={"lastupdatetodate": exact(middle[TICKETS.updated])})
    # A ticket that was never changed has no date, which is before any other.
    kept = [row for row in page.rows if moment(row, TICKETS.updated)]
    page = Page(page.number, kept, page.count, page.date)
    return filtered(page, tenant.page(TICKETS).count, lambda when: when <= bound + SECONDS)


def _includes(name: str, tenant: Tenant) -> Seen:
    told = [_at_boundary(name, bound, row, tenant) for bound, row in _dated(tenant)[-FEWEST:]]
    return agreed(told, "row")


def _at_boundary(name: str, bound: datetime, row: Raw, tenant: Tenant) -> Seen:
    window = {
        "lastupdatefromdate": iso(bound - SECONDS),
        "lastupdatetodate": iso(bound + SECONDS),
    }
    window[name] = exact(row[TICKETS.updated])
    page = tenant.page(TICKETS, more=window)
    return boundary(page, row, lambda when: bound - 2 * SECONDS <= when <= bound + 2 * SECONDS)


def _comes(tenant: Tenant, row: Raw, when: datetime) -> bool:
    """Whether a row comes for a window around a moment."""
    window = {"lastupdatefromdate": iso(when - MARGIN), "lastupdatetodate": iso(when + MARGIN)}
    return row_id(row) in ids(tenant.page(TICKETS, more=window))


def _zone(tenant: Tenant) -> Seen:
    """By how many hours a row's own date has to be moved so that the row comes."""
    dated = _dated(tenant)
    when, row = dated[len(dated) // 2]
    if _comes(tenant, row, when + FAR):
        raise Unseen("the dates are not honoured")
    for hours in OFFSETS:
        away = timedelta(hours=hours)
        if _comes(tenant, row, when + away):
            told = [
                (f"UTC{hours:+g}" if hours else "UTC", "it came for its own date, so moved")
                for at, other in (dated[0], (when, row))
                if _comes(tenant, other, at + away)
            ]
            return agreed(told, "row")
    raise Unseen("a row does not come for its own date, in whatever time zone it is read")


def _never_changed(tenant: Tenant) -> Seen:
    page = tenant.page(TICKETS, more={"lastupdatefromdate": "1901-01-01T00:00:00Z"})
    return never_changed(page.count, tenant.page(TICKETS).count)


def _deleted(tenant: Tenant) -> Seen:
    deleted = tenant.page(TICKETS, more={**NEWEST_FIRST, "deleted": "true"})
    return deleted_only(deleted, tenant.page(TICKETS))


def _scale(tenant: Tenant) -> Seen:
    listed = any("satisfactionlevel" in row for row in tenant.ends())
    return scale(closed_details(tenant), listed)


def _reference_filters(source: Snapshot, tenant: Tenant) -> Seen:
    """A from-date of tomorrow leaves nothing where it is honoured."""
    total = tenant.page(source).count
    if not total:
        raise Unseen("the list is empty, or does not say how many rows it has")
    tomorrow = iso(tenant.api.date.replace(minute=0, second=0) + timedelta(days=1))
    page = tenant.page(source, more={"lastupdatefromdate": tomorrow})
    counted = f"record_count is {page.count} with a from-date of tomorrow and {total} without"
    if page.count is None:
        raise Unseen(counted)
    enough(total, counted)
    return ("yes" if page.count < total else "no"), counted


def _moves(tenant: Tenant) -> Seen:
    pairs = []
    actions = sampled_actions(tenant)
    for ticket in tenant.ends():
        update = moment(ticket, TICKETS.updated)
        dates = [
            when
            for row in actions.get(row_id(ticket) or 0, [])
            if (when := moment(row, "actiondatecreated") or moment(row, "datetime"))
        ]
        if update and dates:
            pairs.append((update, max(dates)))
    return moves_ticket(pairs)


TICKET_PROBES = (
    Probe(f"Does {TICKETS.path} filter by lastupdatefromdate?", _from_filters, usual="yes"),
    Probe(
        "Does lastupdatefromdate include its boundary?",
        partial(_includes, "lastupdatefromdate"),
    ),
    Probe(f"Does {TICKETS.path} filter by lastupdatetodate?", _to_filters, usual="yes"),
    Probe("Does lastupdatetodate include its boundary?", partial(_includes, "lastupdatetodate")),
    Probe("In which time zone are the dates of filters read?", _zone, usual="UTC$"),
    Probe("Does a from-date leave out tickets that were never changed?", _never_changed),
    *(
        Probe(
            f"Does {source.path} filter by lastupdatefromdate?",
            partial(_reference_filters, source),
        )
        for source in PAGED
        if isinstance(source, Snapshot) and source.filtered
    ),
    Probe(f"What does {TICKETS.path}?deleted=true answer?", _deleted),
    Probe("Which satisfaction scale is seen?", _scale),
    Probe(f"Does an action move its ticket's {TICKETS.updated}?", _moves),
)
