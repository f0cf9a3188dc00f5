"""The truth about a tenant's rows: what a warehouse table should hold, as the API would send it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox import rows
from sandbox.kinds import MAKERS
from sandbox.model import Action, Entity, Row, Ticket
from sandbox.nested import WHOLE

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

# Tables whose rows are nested in those of another.
NESTED_IN = {"holiday": "workday"}


def true_rows(tenant: "Tenant", table: str) -> list[Row]:
    """All live rows of a warehouse table; of one fed by details, the tickets' detail calls."""
    if table == "ticket":
        ids = list(tenant.entities["field_info"])
        return [tenant.ticket_row(ticket, ids) for ticket in tenant.tickets.values()]
    if table == "action":
        return _actions(tenant, lambda _: True)
    if table == "time_entry":
        return _actions(tenant, lambda action: action.hours > 0)
    kind = NESTED_IN.get(table, table)
    if kind in MAKERS or kind in tenant.entities:
        held = tenant.entities[kind].values()
        return [_whole(tenant, one) for one in held if not one.fields.get("is_deleted")]
    asked = tenant.tickets.values()
    wanted = filter(_is_rated, asked) if table == "ticket_satisfaction" else asked
    return [tenant.ticket_detail(ticket) for ticket in wanted]


def _whole(tenant: "Tenant", entity: Entity) -> Row:
    """The row of an object with all that a list adds to it where asked."""
    if entity.kind == "asset":
        infos = tenant.entities["field_info"]
        return dict(rows.asset_row(entity, tenant.quirks, infos, infos))
    row = dict(rows.entity_row(entity, tenant.quirks))
    return WHOLE[entity.kind](tenant, row) if entity.kind in WHOLE else row


def _actions(tenant: "Tenant", wanted: Callable[[Action], bool]) -> list[Row]:
    return [
        dict(rows.action_row(action, ticket.id, tenant.quirks))
        for ticket in tenant.tickets.values()
        for action in ticket.actions.values()
        if wanted(action)
    ]


def _is_rated(ticket: Ticket) -> bool:
    rated = any(ticket.fields.get(name) is not None for name in rows.SATISFACTION)
    return ticket.is_closed and rated
