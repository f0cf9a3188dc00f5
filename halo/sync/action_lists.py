"""A ticket's list of actions, read as far as it comes, and whether it is whole.

The list has no pages and Halo may cut it, newest first, at a number that nobody knows. Ids count
from 1 within a ticket (Halo's API notes, rows), so what is missing shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from halo.api.connection import HaloApi
from halo.api.pages import Listing, Make, Page, Row, read
from halo.api.walk import stand_in
from halo.errors import Unreadable
from halo.sync.days import MOST, SECOND
from halo.sync.moments import iso
from halo.sync.operations import Warn
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


class ActionLists:
    """Reads the lists of tickets, and remembers how long a list was that came.

    A list that is shorter than another one of this sync was not cut, whatever the tenant's cap is.
    """

    def __init__(self, source: Actions, api: HaloApi, make: Make) -> None:
        self._source = source
        self._api = api
        self._make = make
        self.longest = 0
        self._counts_lie = False

    def read(self, ticket_id: int) -> TicketActions:
        """All actions of a ticket: one that may be cut is asked for what is older, to the end.

        Raises Refused, Unreadable, GaveUp.
        """
        found: dict[int, Row] = {}
        until: datetime | None = None
        while True:
            page, known = self._ask(ticket_id, until), len(found)
            found.update((row["id"] if "id" in row else stand_in(row), row) for row in page.rows)
            dates = sorted(row["datetime"] for row in page.rows if "datetime" in row)
            ignored = until is not None and bool(dates) and dates[-1] > until
            reaches_back = not ignored and len(page.rows) < self.longest
            says_cut = page.count is not None and page.count > len(page.rows)
            # A list of what is older, shorter than another one, is not cut.
            self._counts_lie |= says_cut and until is not None and reaches_back
            says_cut = says_cut and not self._counts_lie
            self.longest = max(self.longest, len(page.rows))
            unbroken = not found or (min(found) == 1 and max(found) == len(found))
            if (unbroken or reaches_back) and not says_cut:
                return TicketActions(list(found.values()), whole=True)
            earlier = (dates[0] if dates else self._api.date) + SECOND
            if until and (ignored or len(found) == known or earlier >= until):
                # What is cut are the oldest ones, so a list with the first as the oldest is not.
                first = found.get(1, {}).get("datetime") == dates[0] if dates else False
                whole = first if ignored else len(found) == known
                return TicketActions(list(found.values()), whole and not says_cut)
            until = earlier

    def _ask(self, ticket_id: int, until: datetime | None) -> Page:
        source = self._source
        params = {"ticket_id": str(ticket_id), **source.params, "count": str(MOST)}
        if until is not None:
            params["enddate"] = iso(until)
        listing = Listing(source.path, source.rows, params, self._make)
        page = read(self._api.get(listing.path, params), listing)
        for row in page.rows:
            if row.setdefault("ticket_id", ticket_id) != ticket_id:
                raise Unreadable(
                    f"{source.path} was asked for ticket {ticket_id} and answered actions of "
                    f"ticket {row['ticket_id']}; tell the maintainers."
                )
        return page


def empty_warning(table: str, tickets: Sequence[int]) -> Warn:
    """Says that lists come empty that did not, and how long that is doubted."""
    return Warn(
        f"{table}: the lists of {len(tickets)} tickets come empty though they had actions, ticket "
        f"{tickets[0]} among them; they are asked again for a day, and then it is believed."
    )


def gaps_warning(table: str, tickets: Sequence[int]) -> Warn:
    """Says that nothing tells a list that is cut from one whose actions were deleted."""
    return Warn(
        f"{table}: the lists of {len(tickets)} tickets have gaps, ticket {tickets[0]} among them: "
        "actions were deleted there, or there are more than this tenant sends at once; what came "
        "is in, and nothing was deleted: compare these tickets with Halo."
    )
