"""What the warehouse gets, as data: the registry has one entry for each table, in sync order."""

from halo.tables import (
    appointments,
    assets,
    codes,
    custom_fields,
    details,
    people,
    processes,
    services,
    tickets,
)
from halo.tables.table import Table

REGISTRY: tuple[Table, ...] = (
    *tickets.TABLES,
    *details.TABLES,
    *people.TABLES,
    *codes.TABLES,
    *custom_fields.TABLES,
    *assets.TABLES,
    *services.TABLES,
    *processes.TABLES,
    *appointments.TABLES,
)
TABLE_NAMES = frozenset(table.name for table in REGISTRY)

__all__ = ["REGISTRY", "TABLE_NAMES", "Table"]
