"""A ticket's list of actions, read as far as it comes, and whether it is whole.

The list has no pages and Halo may cut it, newest first, at a number that nobody knows. Ids count
from 1 within a ticket (Halo's API notes, rows), so what is missing shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from halo.api.connection import HaloApi
from halo.api.pages import Listing, Make, Page, Row, read
from halo.api.walk import stand_in
from halo.errors import Unreadable
from halo.sync.days import MOST, SECOND
from halo.sync.moments import iso
from halo.tables.sources import Actions


@dataclass(frozen=True)
class TicketActions:
    """The actions of a ticket; `whole` is False where some may be missing."""

    rows: list[Row]
    whole: bool

    @property
    def ids(self) -> set[int]:
        """The numbers of its actions."""
        return {row["id"] for row in self.rows if "id" in row}


@dataclass
class _Found:
    """What came of a list so far."""

    rows: dict[int, Row] = field(default_factory=dict)
    earliest: datetime | None = None
    latest: datetime | None = None

    def take(self, page: Page, ticket_id: int) -> int:
        """Takes an answer's rows in; how many of them are new."""
        known = len(self.rows)
        for row in page.rows:
            row.setdefault("ticket_id", ticket_id)
            identity = row.get("id")
            self.rows[stand_in(row) if identity is None else identity] = row
        dates = [row["datetime"] for row in page.rows if "datetime" in row]
        self.earliest, self.latest = min(dates, default=None), max(dates, default=None)
        return len(self.rows) - known

    @property
    def is_unbroken(self) -> bool:
        """Whether there is each number from 1 to the largest."""
        return bool(self.rows) and min(self.rows) == 1 and max(self.rows) == len(self.rows)


class ActionLists:
    """Reads the lists of tickets, and remembers how long a list was that came.

    A list that is shorter than another one of this sync was not cut, whatever the tenant's cap is.
    """

    def __init__(self, source: Actions, api: HaloApi, make: Make) -> None:
        self._source = source
        self._api = api
        self._make = make
        self._longest = 0

    def read(self, ticket_id: int) -> TicketActions:
        """All actions of a ticket, as far as they come.

        A list that may be cut is asked for what is older, until nothing new comes.
        Raises Refused, Unreadable, GaveUp.
        """
        found, until = _Found(), None
        while True:
            page = self._ask(ticket_id, until)
            new, rows = found.take(page, ticket_id), len(page.rows)
            says_cut = page.count is not None and page.count > rows
            ignored = until is not None and found.latest is not None and found.latest > until
            reaches_back = not ignored and rows < self._longest
            self._longest = max(self._longest, rows)
            whole = not found.rows or found.is_unbroken or reaches_back
            if whole and not says_cut:
                return TicketActions(list(found.rows.values()), whole=True)
            earlier = (found.earliest or self._api.date) + SECOND
            if until is not None and (ignored or not new or earlier >= until):
                whole = _has_first(page) if ignored else not new
                return TicketActions(list(found.rows.values()), whole and not says_cut)
            until = earlier

    def _ask(self, ticket_id: int, until: datetime | None) -> Page:
        source = self._source
        params = {"ticket_id": str(ticket_id), **source.params, "count": str(MOST)}
        if until is not None:
            params["enddate"] = iso(until)
        listing = Listing(source.path, source.rows, params, self._make)
        page = read(self._api.get(listing.path, params), listing)
        for row in page.rows:
            if row.get("ticket_id", ticket_id) != ticket_id:
                raise Unreadable(
                    f"{source.path} was asked for ticket {ticket_id} and answered actions of "
                    f"ticket {row.get('ticket_id')}; tell the maintainers."
                )
        return page


def _has_first(page: Page) -> bool:
    """Whether a list holds the first action, as the oldest: what is cut are the oldest ones."""
    dated = [(row["datetime"], row.get("id")) for row in page.rows if "datetime" in row]
    return bool(dated) and min(dated)[1] == 1
