"""The report's questions about the first load: how many rows, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from halo.api.budget import RATE_WINDOW
from halo.api.clock import Clock
from halo.api.pages import PAGE_SIZE
from halo.errors import HaloError, SignInError
from halo.sync.moments import iso, stamp
from halo.tables import REGISTRY, Table, Way
from tenant_report.tenant import TICKET, Probe, Seen, Tenant, Unseen, number_of


@dataclass(frozen=True)
class Load:
    """Requests of the first load: of lists, and by table of the history that follows."""

    lists: int
    history: Mapping[str, int]

    @property
    def requests(self) -> int:
        """All of them."""
        return self.lists + sum(self.history.values())


def first_load(
    pages: Mapping[str, int], tickets: int, closed: int, days: int, excluded: frozenset[str]
) -> Load:
    """The requests of a first load, at most: one a page, one a ticket, one a day."""
    history = {"action": tickets, "ticket_satisfaction": closed, "time_entry": days}
    wanted = {name: count for name, count in history.items() if name not in excluded}
    lists = sum(count for name, count in pages.items() if name not in excluded)
    return Load(lists, wanted)


def seconds_for(requests: int, budget: int, each: float) -> float:
    """How long requests take one after the other, within so many in a rate window."""
    windows = max(0, ceil(requests / budget) - 1) * RATE_WINDOW
    rest = requests if requests <= budget else requests % budget or budget
    return max(requests * each, windows + rest * each)


def duration(seconds: float) -> str:
    """A length of time in a few words."""
    if seconds < 90:
        return f"{ceil(seconds)} s"
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:,.1f} hours"


def _count(tenant: Tenant, table: Table) -> tuple[int, int] | None:
    """A list's rows and pages; None where it cannot be read."""
    try:
        page = tenant.first(table)
        if table is TICKET and tenant.settings.start_date:
            since = {"lastupdatefromdate": iso(tenant.settings.start_date)}
            page = tenant.page(table, more=since)
    except SignInError:
        raise
    except HaloError:
        return None
    rows = len(page.rows) if page.count is None else page.count
    return rows, max(1, ceil(rows / max(1, len(page.rows))))


def _counts(tenant: Tenant) -> dict[str, tuple[int, int]]:
    lists = [table for table in REGISTRY if table.way in (Way.CHANGES, Way.SNAPSHOT)]
    found = {table.name: _count(tenant, table) for table in lists}
    return {name: count for name, count in found.items() if count is not None}


def _rows(tenant: Tenant) -> Seen:
    counts = _counts(tenant)
    if not counts:
        raise Unseen("no list can be read")
    more = {table.name: " or more" for table in REGISTRY if _is_open(tenant, table)}
    told = ", ".join(f"{name} {rows:,}{more.get(name, '')}" for name, (rows, _) in counts.items())
    total = number_of(sum(rows for rows, _ in counts.values()), "row")
    return total + (" or more" if more.keys() & counts.keys() else ""), told


def _is_open(tenant: Tenant, table: Table) -> bool:
    """Whether a full page of a list came that does not say how many rows there are."""
    if not table.paged:
        return False
    try:
        page = tenant.first(table)
    except SignInError:
        raise
    except HaloError:
        return False
    return page.count is None and len(page.rows) >= PAGE_SIZE


def _closed(tenant: Tenant, tickets: int) -> int:
    """The closed tickets; all of them where the tenant does not tell."""
    page = tenant.page(TICKET, more={"closed_only": "true"})
    told = page.count is not None and page.count < tickets
    closed = all(r.get("hasbeenclosed") is True or stamp(r, "dateclosed") for r in page.rows)
    return page.count if told and closed and page.count is not None else tickets


def _days(tenant: Tenant) -> int:
    dates = [when for row in tenant.ends() if (when := stamp(row, "dateoccurred"))]
    if since := tenant.settings.start_date:
        dates = [max(since, when) for when in dates]
    return max(0, (tenant.api.date - min(dates)).days + 1) if dates else 0


def time_of(clock: Clock, started: float) -> Probe:
    """How long the first load takes, by the pace of this examination."""

    def ask(tenant: Tenant) -> Seen:
        counts = _counts(tenant)
        if TICKET.name not in counts:
            raise Unseen("tickets cannot be read")
        tickets, _ = counts[TICKET.name]
        pages = {name: pages for name, (_, pages) in counts.items()}
        excluded = tenant.settings.excluded_tables
        load = first_load(pages, tickets, _closed(tenant, tickets), _days(tenant), excluded)
        each = (clock.now() - started) / max(1, tenant.api.requests)
        budget = tenant.settings.requests_per_5_minutes
        history = ", ".join(f"{name} {count:,}" for name, count in load.history.items())
        return (
            f"lists {duration(seconds_for(load.lists, budget, each))}, with all history "
            f"{duration(seconds_for(load.requests, budget, each))} at most",
            f"{number_of(load.lists, 'request')} for lists, then at most one a ticket, closed "
            f"ticket and day: {history or 'none'}; {budget} requests in 5 minutes, "
            f"{each:.2f} s each here; history goes on for "
            f"{tenant.settings.history_minutes:g} minutes a sync",
        )

    return Probe("How long will the first load take?", ask)


ROWS = Probe("How many rows has each list?", _rows)
