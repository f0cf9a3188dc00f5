"""Custom fields of a list's rows: which to ask for, in parts that fit into an address."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import product

from halo.api.connection import HaloApi
from halo.api.pages import Listing, Make, Page, Row, fetch, one_page
from halo.api.walk import NEWEST_FIRST, OLDEST_FIRST, Walk
from halo.errors import Refused, TableError
from halo.state.slices import CustomFieldsSlice
from halo.sync.details import ticket_detail
from halo.sync.moments import is_due
from halo.sync.operations import Warn
from halo.tables.columns import LONG, RowMaker
from halo.tables.sources import Changes, Snapshot

LONGEST, SHORTEST = 1000, 30
"""Characters of ids in one request: servers refuse a query of more than 2,048 in all, or fewer."""
SLACK = 60
"""Characters by which later queries of a list are longer than its first."""
BARE = timedelta(days=7)
"""For so long switches are left out of an address that was refused."""


class CustomFields:
    """Knows the ids that a list is asked with, and completes rows by what one request cannot ask.

    `of` is the list whose ids they are; without it there are none.
    """

    def __init__(
        self, slice_: CustomFieldsSlice, of: Snapshot | None, api: HaloApi, table: str
    ) -> None:
        self._slice = slice_
        self._of = of
        self._api = api
        self._table = table

    @property
    def parts(self) -> list[str]:
        """The ids as a parameter takes them, in as many parts as the length of an address asks."""
        parts: list[str] = []
        longest = self._slice.longest
        for number in self._slice.ids if longest else ():
            if parts and len(parts[-1]) < longest:
                parts[-1] += f",{number}"
            else:
                parts.append(str(number))
        return parts

    def learn(self) -> Iterator[Warn]:
        """Asks which there are. An empty or damaged list is no reason to forget one.

        All rows are to be sent again if some were while a field was there and was not known.
        """
        slice_, of = self._slice, self._of
        if of is None:
            return
        listing = Listing(of.path, of.rows, of.params, RowMaker({"id": LONG}).row, shared=True)
        try:
            rows = one_page(self._api, listing).rows
        except TableError as error:
            slice_.blind = True
            known = "those known from before are" if slice_.ids else "none is"
            yield Warn(f"{self._table}: custom fields may be missing, {known} asked: {error}")
            return
        ids, before = {row["id"] for row in rows if "id" in row}, set(slice_.ids)
        is_damaged = not ids or len(ids) < len(rows)
        if is_damaged:
            ids.update(before)
        was_blind = slice_.blind and not (slice_.longest and ids <= before)
        # Halo may have refused for another reason, which has passed.
        slice_.longest = min(LONGEST, max(SHORTEST, 2 * slice_.longest))
        slice_.ids, slice_.again, slice_.blind = sorted(ids), slice_.again or was_blind, is_damaged

    @property
    def asked(self) -> Mapping[str, str]:
        """The parameter that asks a list for the first part."""
        return {"include_custom_fields": parts[0]} if (parts := self.parts) else {}

    @property
    def first(self) -> Mapping[str, str]:
        """Parameters of a first list: as long as any once Halo refused one, to see if it passes."""
        was_refused = 0 < self._slice.longest < LONGEST
        return {"page_no": f"{1:0{SLACK}}"} if was_refused else {}

    def refuse(self) -> Iterator[Warn]:
        """Halo refused a list: fewer are asked at once, at last none in this sync."""
        slice_, half = self._slice, self._slice.longest // 2
        slice_.longest = half if half >= SHORTEST else 0
        if not slice_.longest:
            slice_.again, slice_.blind = False, True
            yield Warn(
                f"{self._table}: Halo refuses the list when it is asked for custom fields, so that "
                "these are missing; tell the maintainers what this tenant's version of Halo is."
            )

    def complete_page(self, page: Page, walk: Walk, listing: Listing) -> None:
        """Adds what the first part did not ask for to the rows of a page, by the same page again.

        Rows that moved meanwhile are on the page beside it; or the next whole read completes them.
        """
        order = OLDEST_FIRST if walk.downwards else NEWEST_FIRST
        for part in self.parts[1:]:
            asked = replace(listing, params={**listing.params, "include_custom_fields": part})
            lacking = {row["id"]: row for row in page.rows if "id" in row}
            for number in (page.number, page.number + 1, page.number - 1):
                if not lacking or not number:
                    break
                for other in fetch(self._api, asked, number, order).rows:
                    if row := lacking.pop(other.get("id"), None):
                        _add(row, other)


class TicketFields(CustomFields):
    """Those of tickets, of which some can be listed by their ids.

    Where an address is refused however few are asked, the switches are left out that fill columns
    (`params` of the source), and tried again after a week.
    """

    def __init__(
        self, slice_: CustomFieldsSlice, source: Changes, api: HaloApi, make: Make, table: str
    ) -> None:
        super().__init__(slice_, source.custom_fields, api, table)
        self._source = source
        self._make = make

    @property
    def asked(self) -> Mapping[str, str]:
        """The switches, and the parameter that asks a list for the first part."""
        left = self._slice.bare
        is_bare = left is not None and not is_due(left, self._api.date, BARE)
        return super().asked if is_bare else {**self._source.params, **super().asked}

    def refuse(self) -> Iterator[Warn]:
        """Halo refused a list: fewer fields, then no switches, then no fields are asked for."""
        slice_, is_last = self._slice, self._slice.longest // 2 < SHORTEST
        if is_last and self.asked.keys() & self._source.params.keys():
            slice_.bare, slice_.longest = self._api.date, LONGEST
        else:
            yield from super().refuse()

    def complete(self, rows: Sequence[Row]) -> None:
        """Adds what the first part did not ask for to the rows of a page, which are to be sent."""
        few = max(1, self._slice.longest // 20)
        for part, start in product(self.parts[1:], range(0, len(rows), few)):
            these = rows[start : start + few]
            ids = ",".join(str(row["id"]) for row in these)
            params = {"ticketids": ids, "include_custom_fields": part}
            listing = Listing(self._source.path, self._source.rows, params, self._make)
            came = {}
            with suppress(Refused):
                came = {row.get("id"): row for row in fetch(self._api, listing, 1, {}).rows}
            for row in these:
                other = came.get(row["id"]) or self._detail(row["id"])
                _add(row, other)

    def _detail(self, ticket_id: int) -> Row:
        """The ticket's own row, where a tenant does not list single tickets."""
        with suppress(TableError):
            return self._make(ticket_detail(self._api, self._source.path, ticket_id, {}))
        return {}


def _add(row: Row, other: Row) -> None:
    if "customfields" in other:
        row.setdefault("customfields", {}).update(other["customfields"])
