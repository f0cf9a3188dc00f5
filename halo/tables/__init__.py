"""What the warehouse gets, as data: the registry has one entry for each table, in sync order."""

from halo.tables.codes import CATEGORY, FIELD, FIELD_INFO, PRIORITY, SLA, STATUS, TICKET_TYPE
from halo.tables.people import AGENT, CLIENT, SITE, TEAM, USER
from halo.tables.table import Table
from halo.tables.tickets import ACTION, TICKET, TICKET_SATISFACTION, TIME_ENTRY

REGISTRY: tuple[Table, ...] = (
    TICKET,
    ACTION,
    TIME_ENTRY,
    TICKET_SATISFACTION,
    USER,
    CLIENT,
    SITE,
    AGENT,
    TEAM,
    STATUS,
    PRIORITY,
    CATEGORY,
    TICKET_TYPE,
    SLA,
    FIELD,
    FIELD_INFO,
)

TABLE_NAMES = frozenset(table.name for table in REGISTRY)

__all__ = ["REGISTRY", "TABLE_NAMES", "Table"]
