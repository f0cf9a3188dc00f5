"""Rows that hang on tickets: what was sent of each ticket is known exactly, and only that goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from halo.api.ids import Ids
from halo.state.numbers import Numbers
from halo.sync.operations import SAFE_POINT, Delete, Operation, Upsert
from halo.sync.rows import TableRows
from halo.tables import Table
from halo.tables.columns import Row


class Children:
    """The tables that hang on tickets and come from one source.

    Within a ticket a row is known by a number: its id or position, or 1 where a ticket has one row.
    """

    def __init__(self, tables: Sequence[Table], sent: dict[str, Numbers]) -> None:
        self.rows = {table.name: TableRows(table) for table in tables}
        self._sent = {table.name: sent.setdefault(table.name, Numbers()) for table in tables}

    def sent(self, ticket_id: int) -> bool:
        """Whether any row of the ticket was sent."""
        return any(ticket_id in numbers.ids for numbers in self._sent.values())

    def numbers(self, table: str, ticket_id: int) -> set[int]:
        """The numbers of the ticket's rows in the warehouse."""
        return self._sent[table][ticket_id]

    def tickets(self, table: str) -> Ids:
        """The tickets with rows in the warehouse."""
        return self._sent[table].ids

    def lacks(self, ticket_id: int, came: set[int]) -> bool:
        """Whether a row of the ticket is in the warehouse that is not among these numbers."""
        return any(sent[ticket_id] - came for sent in self._sent.values())

    def replace(
        self, ticket_id: int, found: Mapping[str, Sequence[Row]], came: set[int] | None = None
    ) -> Iterator[Operation]:
        """Puts what was found of a ticket, by table, in the place of what was sent.

        With `came`, the list may lack some: only rows with these numbers may be gone.
        """
        for table, made in found.items():
            rows, sent = self.rows[table], self._sent[table]
            without_key = rows.without_key
            kept = {_number(rows.table, row): row for row in rows.keyed(made)}
            if kept:
                yield Upsert(table, list(kept.values()))
            before = sent[ticket_id]
            gone = before - kept.keys()
            if came is not None:
                gone &= came
            if rows.without_key > without_key:
                gone = set()  # One of them may be the row that came without its key.
            if gone:
                yield Delete(table, [_key(rows.table, ticket_id, at) for at in sorted(gone)])
            sent[ticket_id] = (before | kept.keys()) - gone

    def drop_all_but(self, tickets: Ids, aside: Ids) -> Iterator[Operation]:
        """Deletes what hangs on tickets that are no longer in the warehouse."""
        for table, sent in self._sent.items():
            for ticket_id in sent.ids.without(tickets, aside):
                keys = [_key(self.rows[table].table, ticket_id, at) for at in sent[ticket_id]]
                yield Delete(table, keys)
                sent[ticket_id] = ()
                yield SAFE_POINT


def _number(table: Table, row: Row) -> int:
    number = row[table.key[1]] if len(table.key) > 1 else 1
    assert isinstance(number, int)
    return number


def _key(table: Table, ticket_id: int, number: int) -> Row:
    return dict(zip(table.key, (ticket_id, number), strict=False))
