"""The report's questions to tickets: what the date filters do, deleted tickets, satisfaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from halo.api.pages import Page, Raw
from halo.api.walk import NEWEST_FIRST
from halo.errors import HaloError, SignInError
from halo.sync.moments import iso
from halo.tables.details import DETAILS
from halo.tables.sources import Snapshot
from halo.tables.tickets import TICKETS
from tenant_report.rows import exact, ids, is_closed, moment, row_id
from tenant_report.tenant import PAGED, Probe, Seen, Tenant, Unseen, number_of, spread

MOST_DETAILS = 8
"""Closed tickets whose details are read."""

SECONDS = timedelta(seconds=2)

Inside = Callable[[datetime], bool]


def filtered(page: Page, total: int | None, inside: Inside) -> Seen:
    """Whether a date filter was honoured, whose bound is the date of a row with others around."""
    outside = [row for row in page.rows if not _inside(row, inside)]
    counted = f"record_count is {page.count} of {total}"
    if not page.rows:
        return "no: nothing comes", f"rows lie inside, and none came; {counted}"
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
    return "yes", f"{total - count:,} of {total:,} tickets do not come with a from-date of 1901"


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
    if not numbers:
        raise Unseen(evidence)
    return f"from {numbers[0]:g} to {numbers[-1]:g}", evidence


def closed_details(tenant: Tenant) -> list[Raw]:
    """The details of a few closed tickets; those that cannot be read are left out."""
    closed = [row for row in tenant.ends() if is_closed(row)]
    found: list[Raw] = []
    failed: HaloError | None = None
    for row in spread(closed, MOST_DETAILS):
        try:
            value = tenant.get(f"{DETAILS.path}/{row_id(row)}", DETAILS.params).value
        except SignInError:
            raise
        except HaloError as error:
            failed = error
            continue
        if isinstance(value, dict):
            found.append(value)
    if failed and not found:
        raise failed
    return found


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
    bound, row = _dated(tenant)[-1]
    window = {
        "lastupdatefromdate": iso(bound - SECONDS),
        "lastupdatetodate": iso(bound + SECONDS),
    }
    window[name] = exact(row[TICKETS.updated])
    page = tenant.page(TICKETS, more=window)
    return boundary(page, row, lambda when: bound - 2 * SECONDS <= when <= bound + 2 * SECONDS)


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
    return ("yes" if page.count < total else "no"), counted


TICKET_PROBES = (
    Probe(f"Does {TICKETS.path} filter by lastupdatefromdate?", _from_filters),
    Probe(
        "Does lastupdatefromdate include its boundary?",
        partial(_includes, "lastupdatefromdate"),
    ),
    Probe(f"Does {TICKETS.path} filter by lastupdatetodate?", _to_filters),
    Probe("Does lastupdatetodate include its boundary?", partial(_includes, "lastupdatetodate")),
    Probe("Does a from-date leave out tickets that were never changed?", _never_changed),
    *(
        Probe(
            f"Does {source.path} filter by lastupdatefromdate?",
            partial(_reference_filters, source),
        )
        for source in PAGED
        if isinstance(source, Snapshot)
    ),
    Probe(f"What does {TICKETS.path}?deleted=true answer?", _deleted),
    Probe("Which satisfaction scale is seen?", _scale),
)
