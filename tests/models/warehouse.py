"""A warehouse as Fivetran keeps it: typed columns, its names, and rows marked as deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from halo.sync.operations import Checkpoint, Delete, Upsert
from halo.tables import Table
from halo.tables.columns import ADDITIONAL_FIELDS
from tests.world import Key, Row, Warehouse

SCHEMA = "tester"
SYNCED_AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
TYPES = {
    "LONG": "BIGINT",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "STRING": "VARCHAR",
    "UTC_DATETIME": "TIMESTAMP WITH TIME ZONE",
    "JSON": "JSON",
}


class MarkingWarehouse(Warehouse):
    """A warehouse that also keeps what was deleted, as Fivetran does."""

    def __init__(self, registry: Sequence[Table]) -> None:
        super().__init__(registry)
        self.registry = registry
        self.deleted: dict[str, dict[Key, Row]] = {table.name: {} for table in registry}

    def take(self, operation: Upsert | Delete | Checkpoint) -> None:
        """One operation of a sync."""
        before = (
            {name: dict(rows) for name, rows in self.tables.items()}
            if (
                isinstance(operation, Checkpoint)
                and any(isinstance(p, Delete) for p in self._pending)
            )
            else {}
        )
        super().take(operation)
        for name, rows in before.items():
            gone = rows.keys() - self.tables[name].keys()
            self.deleted[name].update({key: rows[key] for key in gone})
        if isinstance(operation, Checkpoint):
            for name, rows in self.tables.items():
                for key in self.deleted[name].keys() & rows.keys():
                    del self.deleted[name][key]

    def write(self, path: Path, without: Sequence[str] = (), schema: str = SCHEMA) -> None:
        """Writes all tables but some into a DuckDB file."""
        with duckdb.connect(str(path)) as connection:
            connection.execute(f'create schema "{schema}"')
            for table in self.registry:
                if table.name not in without:
                    self._write_table(connection, table, path, schema)

    def _write_table(
        self, connection: duckdb.DuckDBPyConnection, table: Table, path: Path, schema: str
    ) -> None:
        types = column_types(table)
        columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        connection.execute(f'create table "{schema}"."{table.name}" ({columns})')
        rows = list(self._marked(table.name))
        if not rows:
            return
        lines = path.with_suffix(".ndjson")
        lines.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows), "utf-8")
        connection.execute(
            f'insert into "{schema}"."{table.name}" by name select * from read_json(?, '
            "format = 'newline_delimited', columns = ?, maximum_object_size = 100000000)",
            [str(lines), types],
        )
        lines.unlink()

    def _marked(self, name: str) -> Iterator[dict[str, Any]]:
        synced = {"_fivetran_synced": SYNCED_AT}
        for kept, is_deleted in ((self.tables[name], False), (self.deleted[name], True)):
            for row in kept.values():
                named = {column_name(field): value for field, value in row.items()}
                yield named | synced | {"_fivetran_deleted": is_deleted}


def column_name(field: str) -> str:
    """A field's name as Fivetran makes a column's of it: `release2_id` becomes `release_2_id`."""
    return re.sub(r"(?<=[a-z])(?=[0-9])", "_", field)


def column_types(table: Table) -> dict[str, str]:
    """The columns of a table in the warehouse and their DuckDB types."""
    declared = {column_name(name): TYPES[kind.name] for name, kind in table.columns.items()}
    return declared | {
        ADDITIONAL_FIELDS: "JSON",
        "_fivetran_deleted": "BOOLEAN",
        "_fivetran_synced": "TIMESTAMP WITH TIME ZONE",
    }
