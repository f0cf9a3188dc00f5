"""The report's questions about the first load: how many rows, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import assert_never

from halo.api.budget import RATE_WINDOW
from halo.api.clock import Clock
from halo.api.pages import PAGE_SIZE
from halo.errors import HaloError, NothingReadable
from halo.sync.moments import iso
from halo.tables import REGISTRY, Table
from halo.tables.details import DETAILS
from halo.tables.sources import Actions, Changes, Details, Snapshot, Windows
from halo.tables.tickets import TICKETS
from tenant_report.rows import is_closed, moment
from tenant_report.tenant import (
    LISTS,
    List,
    Probe,
    Seen,
    Tenant,
    Unseen,
    is_paged,
    number_of,
)


@dataclass(frozen=True)
class Load:
    """Requests of the first load: of lists, and by tables of the history that follows."""

    lists: int
    history: Mapping[str, int]

    @property
    def requests(self) -> int:
        """All of them."""
        return self.lists + sum(self.history.values())


@dataclass(frozen=True)
class Pace:
    """How many requests may go in 5 minutes, and how many seconds one took on the average."""

    budget: int
    each: float

    def of(self, requests: int) -> str:
        """How long so many requests take, in a few words."""
        return duration(seconds_for(requests, self.budget, self.each))


def first_load(
    pages: Mapping[str, int], tickets: int, detailed: int, days: int, excluded: frozenset[str]
) -> Load:
    """The requests of a first load, at most: one a page, one a ticket, one a day.

    `pages` are those of each list, by its first table; `detailed` are the tickets whose details
    are read. A source is read as long as one of its tables is wanted.
    """
    lists, history = 0, {}
    for source in dict.fromkeys(table.source for table in _wanted(excluded)):
        of = ", ".join(table.name for table in _wanted(excluded) if table.source is source)
        match source:
            case Snapshot() | Windows() | Changes():
                lists += pages.get(name_of(source), 0)
            case Actions():
                history[of] = tickets + days  # By day first; where that fails, by ticket.
            case Details():
                history[of] = detailed
            case _:
                assert_never(source)
    return Load(lists, history)


def name_of(source: List) -> str:
    """The first table of a list, wanted or not."""
    return next(table.name for table in REGISTRY if table.source is source)


def _wanted(excluded: frozenset[str]) -> list[Table]:
    return [table for table in REGISTRY if table.name not in excluded]


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


def _count(tenant: Tenant, source: List) -> tuple[int, int] | None:
    """A list's rows and pages; None where it cannot be read."""
    try:
        page = tenant.first(source)
        if isinstance(source, Changes) and tenant.settings.start_date:
            since = {"lastupdatefromdate": iso(tenant.settings.start_date)}
            page = tenant.page(source, more=since)
    except NothingReadable:
        raise
    except HaloError:
        return None
    rows = len(page.rows) if page.count is None else page.count
    return rows, max(1, ceil(rows / max(1, len(page.rows))))


def _counts(tenant: Tenant) -> dict[str, tuple[int, int]]:
    found = {name_of(source): _count(tenant, source) for source in LISTS}
    return {name: count for name, count in found.items() if count is not None}


def _rows(tenant: Tenant) -> Seen:
    counts = _counts(tenant)
    if not counts:
        raise Unseen("no list can be read")
    more = {name_of(source): " or more" for source in LISTS if _is_open(tenant, source)}
    told = ", ".join(f"{name} {rows:,}{more.get(name, '')}" for name, (rows, _) in counts.items())
    total = number_of(sum(rows for rows, _ in counts.values()), "row")
    return total + (" or more" if more.keys() & counts.keys() else ""), told


def _is_open(tenant: Tenant, source: List) -> bool:
    """Whether a full page of a list came that does not say how many rows there are."""
    if not is_paged(source):
        return False
    try:
        page = tenant.first(source)
    except NothingReadable:
        raise
    except HaloError:
        return False
    return page.count is None and len(page.rows) >= PAGE_SIZE


def _detailed(tenant: Tenant, tickets: int) -> int:
    """The tickets whose details the first load reads: all, or those closed."""
    hang = [t for t in _wanted(tenant.settings.excluded_tables) if t.source is DETAILS]
    if tenant.settings.ticket_details == "all" and not all(t.asked_of_closed for t in hang):
        return tickets
    return _closed(tenant, tickets)


def _closed(tenant: Tenant, tickets: int) -> int:
    """The closed tickets; all of them where the tenant does not tell."""
    page = tenant.page(TICKETS, more={"closed_only": "true"})
    if page.count is None or page.count >= tickets or not all(map(is_closed, page.rows)):
        return tickets
    return page.count


def _days(tenant: Tenant) -> int:
    dates = [when for row in tenant.ends() if (when := moment(row, TICKETS.occurred))]
    if since := tenant.settings.start_date:
        dates = [max(since, when) for when in dates]
    return max(0, (tenant.api.date - min(dates)).days + 1) if dates else 0


def load_of(tenant: Tenant) -> Load | None:
    """What the first load of this tenant asks for; None where tickets cannot be read."""
    counts = _counts(tenant)
    if name_of(TICKETS) not in counts:
        return None
    tickets, _ = counts[name_of(TICKETS)]
    pages = {name: pages for name, (_, pages) in counts.items()}
    excluded = tenant.settings.excluded_tables
    return first_load(pages, tickets, _detailed(tenant, tickets), _days(tenant), excluded)


def pace_of(tenant: Tenant, clock: Clock, started: float) -> Pace:
    """The pace of this examination."""
    each = (clock.now() - started) / max(1, tenant.api.requests)
    return Pace(tenant.settings.requests_per_5_minutes, each)


def time_of(clock: Clock, started: float) -> Probe:
    """How long the first load takes, by the pace of this examination."""

    def ask(tenant: Tenant) -> Seen:
        load, pace = load_of(tenant), pace_of(tenant, clock, started)
        if load is None:
            raise Unseen("tickets cannot be read")
        history = "; ".join(f"{count:,} for {of}" for of, count in load.history.items())
        return (
            f"lists {pace.of(load.lists)}, with all history {pace.of(load.requests)} at most",
            f"{number_of(load.lists, 'request')} for lists, then at most, by ticket and day: "
            f"{history or 'none'}; {pace.budget} requests in 5 minutes, "
            f"{pace.each:.2f} s each here; history goes on for "
            f"{tenant.settings.history_minutes:g} minutes a sync",
        )

    return Probe("How long will the first load take?", ask)


ROWS = Probe("How many rows has each list?", _rows)
