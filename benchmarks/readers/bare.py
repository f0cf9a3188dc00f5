"""The bare loop: rows that are parsed and typed already, each handed to `op.upsert`; no reading.

With OPERATIONS it is the SDK's own, with a sink that does nothing; else one that does nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from fivetran_connector_sdk import Operations as op

from benchmarks import rows
from benchmarks.readers import operations
from halo.api.parsing import parse
from halo.tables.columns import RowMaker
from halo.tables.tickets import TICKET


def prepare(size: int) -> list[Any]:
    """Typed rows, as the connector makes them."""
    bodies, maker = rows.ticket_bodies(), RowMaker(TICKET.columns)
    raws: list[Any] = [
        parse(rows.ticket(identity, rows.EPOCH - (size - identity) * rows.STEP, bodies))
        for identity in range(1, size + 1)
    ]
    return [maker.row(raw) for raw in raws]


def read(prepared: list[Any], _take: Callable[[Any], None]) -> None:
    """Hands the rows on, as connector.py does."""
    if os.environ.get("OPERATIONS"):
        operations.install()
    else:
        op.upsert = lambda _table, _row: None
    for _ in _operations(prepared):
        pass


def _operations(prepared: list[Any]) -> Any:
    for row in prepared:
        yield op.upsert("ticket", row)
