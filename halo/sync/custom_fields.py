"""The custom fields of tickets: which to ask for, and whether tickets were sent without any."""

from __future__ import annotations

from collections.abc import Iterator

from halo.api.connection import HaloApi
from halo.api.pages import Listing, one_page
from halo.errors import TableError
from halo.state.slices import CustomFieldsSlice
from halo.sync.operations import Operation, Warn
from halo.tables.columns import Misfit, to_long
from halo.tables.sources import Snapshot


def learn(
    slice_: CustomFieldsSlice, source: Snapshot, api: HaloApi, table: str
) -> Iterator[Operation]:
    """Asks which there are. An empty or damaged list is no reason to forget one."""
    try:
        rows = one_page(api, Listing(source.path, source.rows, source.params, shared=True)).rows
    except TableError as error:
        slice_.blind = slice_.blind or not slice_.ids
        known = "those known from before are" if slice_.ids else "none is"
        yield Warn(f"{table}: custom fields may be missing, {known} asked: {error}")
        return
    ids = {number for row in rows if (number := _id(row.get("id"))) is not None}
    if not ids or len(ids) < len(rows):
        ids.update(slice_.ids)
    slice_.ids = sorted(ids)
    slice_.again = slice_.again or slice_.blind
    slice_.blind = False


def _id(value: object) -> int | None:
    try:
        return to_long(value)
    except Misfit:
        return None
