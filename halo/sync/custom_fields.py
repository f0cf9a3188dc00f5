"""The custom fields of tickets: which to ask for, and whether tickets were sent without any."""

from collections.abc import Iterator

from halo.api.connection import HaloApi
from halo.api.pages import Listing, one_page
from halo.errors import TableError
from halo.state.slices import CustomFieldsSlice
from halo.sync.operations import Warn
from halo.tables.columns import LONG, RowMaker
from halo.tables.sources import Snapshot


def learn(slice_: CustomFieldsSlice, source: Snapshot, api: HaloApi, table: str) -> Iterator[Warn]:
    """Asks which there are. An empty or damaged list is no reason to forget one."""
    make = RowMaker({"id": LONG}).row
    listing = Listing(source.path, source.rows, source.params, make, shared=True)
    try:
        rows = one_page(api, listing).rows
    except TableError as error:
        slice_.blind = slice_.blind or not slice_.ids
        known = "those known from before are" if slice_.ids else "none is"
        yield Warn(f"{table}: custom fields may be missing, {known} asked: {error}")
        return
    ids = {row["id"] for row in rows if "id" in row}
    if not ids or len(ids) < len(rows):
        ids.update(slice_.ids)
    slice_.ids, slice_.again, slice_.blind = sorted(ids), slice_.again or slice_.blind, False
