"""Rows that are read by windows: what was sent, on which day it begins, and what is gone."""

from collections.abc import Collection, Iterable, Iterator

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.api.walk import Walk
from halo.state.ledger import Ledger
from halo.state.numbers import LARGEST
from halo.state.slices import WindowsSlice
from halo.sync.days import EPOCH
from halo.sync.guard import believed, kept_warning
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert
from halo.sync.rows import TableRows
from halo.tables import Table
from halo.tables.columns import Row
from halo.tables.sources import Windows

DAYS = range(1, LARGEST + 1)
"""The days by number, from 2000 on. The first and the last hold all that lies beyond."""


class DatedRows:
    """The rows of one table that are in the warehouse, and those that were seen since last asked.

    `_is_whole`: the list is being read without dates, which tells nothing of windows.
    """

    def __init__(self, source: Windows, table: Table, api: HaloApi, slice_: WindowsSlice) -> None:
        self.slice = slice_
        self._rows = TableRows(table)
        self.rows = {table.name: self._rows}
        self._source = source
        self._table = table.name
        self._api = api
        self._seen = Ids()
        self._is_whole = False

    def _send(self, rows: Collection[Row]) -> Iterator[Operation]:
        """Sends what is new or other than what was sent, and notes the day on which it begins.

        A row that moved while no window was asked has no day: its absence there tells nothing.
        """
        slice_ = self.slice
        changed, prints = self._rows.changed(rows, slice_.ledger)
        if changed:
            yield Upsert(self._table, changed)
        slice_.ledger.update(prints)
        for row in rows:
            if "id" in row:
                key, day = row["id"], self._day(row)
                self._seen.add(key)
                slice_.gone.pop(key, None)
                if day != slice_.days[key]:
                    slice_.days[key] = 0 if self._is_whole else day
        yield SAFE_POINT

    def _miss(self, known: Iterable[int]) -> None:
        """Notes the rows that should have come and did not."""
        for key in known:
            if key not in self._seen:
                self.slice.gone.setdefault(key, 0)

    def _delete_gone(self, days: range, known: int) -> Iterator[Operation]:
        """Deletes what no longer comes of these days, unless it is too much at once."""
        slice_ = self.slice
        gone = {key for key in self._known(days) if key in slice_.gone}
        held = Ledger({key: slice_.gone[key] for key in gone if slice_.gone[key]})
        deleted = believed(gone, known, held, self._api.date)
        slice_.gone.update(held)
        if len(deleted) < len(gone):
            yield kept_warning(self._table, len(gone) - len(deleted), known)
        if deleted:
            yield Delete(self._table, [self._rows.key_columns(key) for key in deleted])
        for key in deleted:
            del slice_.ledger[key], slice_.gone[key]
            if isinstance(key, int):
                slice_.days[key] = 0
        yield SAFE_POINT

    def _known(self, days: range) -> set[int]:
        """The rows in the warehouse of which a window last showed that they begin on these days."""
        of = self.slice.days
        return {key for key in self.slice.ledger if isinstance(key, int) and of[key] in days}

    def _was_there(self, walk: Walk, row: Row, _: object) -> bool:
        """Whether it was in its span when the walk began; not certain of a known one that moved."""
        key = row.get("id", walk.top + 1)
        if key in self.slice.ledger:
            return self.slice.days[key] == self._day(row)
        return bool(key <= walk.top)

    def _day(self, row: Row) -> int:
        """The day on which a row begins; 0 where it has no date."""
        begins = row.get(self._source.begins)
        return min(max((begins - EPOCH).days, DAYS.start), LARGEST) if begins else 0
