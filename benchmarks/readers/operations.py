"""The SDK's own `op.upsert` with a sink of ours that does nothing.

It is the SDK's open part (MIT) that runs: it checks the names and encodes each value by the type of
its column. The record that it would then make belongs to the SDK's proprietary core, which is not
measured: none is made.
"""

from __future__ import annotations

from typing import Any

from fivetran_connector_sdk_cli import operations, runtime, schema_processing

import connector


class Nowhere:
    """A sink that throws away."""

    def record(self, _record: object) -> None:
        """Takes a row."""


def install() -> None:
    """Lets `op.upsert` work as in a sync, up to the record, with the declared types."""
    runtime.install(Nowhere())
    operations.make_record = lambda *_: None
    types = schema_processing._SIMPLE_TYPES
    for table in connector.schema({}):
        declared: Any = table["columns"]
        columns = {name: types[str(kind)] for name, kind in declared.items()}
        schema_processing.TABLES_COLUMNS_TYPES[None, table["table"]] = columns
