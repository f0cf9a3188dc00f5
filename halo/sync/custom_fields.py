"""The custom fields of tickets: which to ask for, in parts that fit into an address."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import product

from halo.api.connection import HaloApi
from halo.api.pages import Listing, Make, Row, fetch, one_page
from halo.errors import Refused, TableError
from halo.state.slices import CustomFieldsSlice
from halo.sync.details import ticket_detail
from halo.sync.operations import Warn
from halo.tables.columns import LONG, RowMaker
from halo.tables.sources import Changes

LONGEST, SHORTEST = 1000, 30
"""Characters of ids in one request: servers refuse a query of more than 2,048 in all, or fewer."""
SLACK = 60
"""Characters by which later queries of a list are longer than its first."""


class CustomFields:
    """Knows the ids, and completes tickets by those that one request cannot ask for."""

    def __init__(
        self, slice_: CustomFieldsSlice, source: Changes, api: HaloApi, make: Make, table: str
    ) -> None:
        self._slice = slice_
        self._source = source
        self._api = api
        self._make = make
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

        All tickets are to be sent again if some were while a field was there and was not known.
        """
        slice_, of = self._slice, self._source.custom_fields
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
                f"{self._table}: Halo refuses the list of tickets when it is asked for custom "
                "fields, so that these are missing; tell the maintainers what this tenant's "
                "version of Halo is."
            )

    def complete(self, rows: Sequence[Row]) -> None:
        """Adds what the first part did not ask for to the rows of a page, which are to be sent."""
        few = max(1, self._slice.longest // 20)
        for part, start in product(self.parts[1:], range(0, len(rows), few)):
            these = rows[start : start + few]
            ids = ",".join(str(row["id"]) for row in these)
            params = {**self._source.params, "ticketids": ids, "include_custom_fields": part}
            listing = Listing(self._source.path, self._source.rows, params, self._make)
            came = {}
            with suppress(Refused):
                came = {row.get("id"): row for row in fetch(self._api, listing, 1, {}).rows}
            for row in these:
                other = came.get(row["id"]) or self._detail(row["id"])
                row.setdefault("customfields", {}).update(other.get("customfields", {}))

    def _detail(self, ticket_id: int) -> Row:
        """The ticket's own row, where a tenant does not list single tickets."""
        with suppress(TableError):
            return self._make(ticket_detail(self._api, self._source.path, ticket_id, {}))
        return {}
