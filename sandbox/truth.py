"""The truth about a tenant's rows: what a warehouse table should hold, as the API would send it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox import rows
from sandbox.model import Action, Row, Ticket

if TYPE_CHECKING:
    from sandbox.tenant import Tenant


def true_rows(tenant: "Tenant", table: str) -> list[Row]:
    """All live rows of a warehouse table; of one fed by details, the tickets' detail calls."""
    if table == "ticket":
        ids = list(tenant.entities["field_info"])
        return [tenant.ticket_row(ticket, ids) for ticket in tenant.tickets.values()]
    if table == "action":
        return _actions(tenant, lambda _: True)
    if table == "time_entry":
        return _actions(tenant, lambda action: action.hours > 0)
    if table in tenant.entities:
        held = tenant.entities[table].values()
        return [dict(rows.entity_row(entity, tenant.quirks)) for entity in held]
    asked = tenant.tickets.values()
    wanted = filter(_is_rated, asked) if table == "ticket_satisfaction" else asked
    return [tenant.ticket_detail(ticket) for ticket in wanted]


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
