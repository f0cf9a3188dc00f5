"""What the warehouse gets, as data: the registry has one entry for each table, in sync order."""

from halo.tables import lists, tickets
from halo.tables.table import Table

REGISTRY: tuple[Table, ...] = (*tickets.TABLES, *lists.PEOPLE, *lists.CODE_TABLES)
TABLE_NAMES = frozenset(table.name for table in REGISTRY)

__all__ = ["REGISTRY", "TABLE_NAMES", "Table"]
