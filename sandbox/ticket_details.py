"""What only a ticket's own call sends: the lists that hang on it, and facts of changes.

A list is made when somebody first looks at it, from what the ticket is at that moment, and kept in
`ticket.nested`, where changes go and where tests may put lists of their own. Links to assets and
other tickets are kept as ids: each side's rows are written from what the other is now. The audit
log is worked out from what happened.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox import assets, rows
from sandbox.audit import audit_log
from sandbox.hanging_lists import (
    approvers,
    attachments,
    changes_planned,
    past_approvers,
    tags,
    targets,
    todo_list,
    workflow_moves,
)
from sandbox.model import Fields, Row, Ticket
from sandbox.queries import Query
from sandbox.services import service_of

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

Make = Callable[["Tenant", Ticket], list[Fields]]
INCIDENT, REQUEST, CHANGE, PROBLEM, PROJECT = 1, 2, 3, 4, 30

LISTS: dict[str, Make] = {
    "workflow_history": workflow_moves,
    "approvers": approvers,
    "approvers_history": past_approvers,
    "todo_list": todo_list,
    "olas": targets,
    "tags": tags,
    "attachments": attachments,
    "milestones": lambda _, __: [],
    "contributors": lambda _, __: [],
    "date_dependencies": lambda _, __: [],
}
"""How each list begins."""

OWN_IDS = {"approvers": "uniqueid", "approvers_history": "uniqueid"}
OF_A_RELATED_TICKET = (
    "id",
    "summary",
    "status_id",
    "tickettype_id",
    "itil_requesttype_id",
    "parent_id",
    "dateoccurred",
    "dateclosed",
)
OF_AN_ASSET = (
    "id",
    "inventory_number",
    "key_field",
    "key_field2",
    "key_field3",
    "client_id",
    "site_id",
    "assettype_id",
    "assettype_name",
    "inactive",
)


def hung(tenant: "Tenant", ticket: Ticket, name: str) -> list[Fields]:
    """One of the lists that hang on a ticket, made if nobody looked at it before."""
    held = ticket.nested.get(name)
    if held is None:
        held = ticket.nested[name] = LISTS[name](tenant, ticket)
    kept: list[Fields] = held
    return kept


def asset_ids(tenant: "Tenant", ticket: Ticket) -> list[int]:
    """The ids of the assets that a ticket is about, the primary one first.

    At first an incident is often about its user's own, a change about one of the desk's servers.
    """
    if ticket.asset_ids is None:
        ticket.asset_ids = _first_assets(tenant, ticket)
    return [number for number in ticket.asset_ids if number in tenant.entities["asset"]]


def _first_assets(tenant: "Tenant", ticket: Ticket) -> list[int]:
    kind, number = ticket.tickettype_id, ticket.id
    own = assets.of_user(tenant, ticket.user_id) if ticket.user_id else None
    if kind == CHANGE:
        # Every other change replaces a laptop; the rest is done to servers.
        return [own] if own and number % 2 else [1 + number % 2]
    if kind == INCIDENT and own and number % 3:
        return [own]
    return []


def asset_is_gone(tenant: "Tenant", asset_id: Any) -> None:
    """Unlink an asset that was removed from its tickets."""
    for ticket in tenant.tickets.values():
        if asset_id in (ticket.asset_ids or ()):
            tenant.unlink_asset(ticket.id, asset_id)


def detail(tenant: "Tenant", ticket: Ticket) -> Row:
    """All that the detail call of a ticket has besides its row, whatever was asked for."""
    said = facts(tenant, ticket)
    row = rows.written(said, ticket.id)
    held = {name: hung(tenant, ticket, name) for name in LISTS}
    worked_out = {
        "audit_log": audit_log(tenant, ticket),
        "assets": asset_rows(tenant, ticket),
        "related_tickets": related_rows(tenant, ticket),
    }
    for name, found in (worked_out | held | ticket.nested).items():
        is_list = name in held or name in worked_out
        row[name] = shown(tenant, name, found, ticket.id) if is_list else found
    return {name: row[name] for name in row if name not in tenant.quirks.absent_arrays}


def as_asked(row: Row, query: Query, tenant: "Tenant") -> Row:
    """The answer without the lists that come only where the query asks for them."""
    quirks = tenant.quirks
    hidden: set[str] = set()
    if not query.is_true("includelinkedobjects"):
        hidden |= quirks.need_linked_objects
    if quirks.audit_needs_switch and not query.is_true("include_auditing"):
        hidden.add("audit_log")
    return {name: value for name, value in row.items() if name not in hidden}


def shown(tenant: "Tenant", name: str, held: Sequence[Fields], salt: int) -> list[Row]:
    """The rows of a list, with the ids and in the order that this tenant sends."""
    quirks, own_id = tenant.quirks, OWN_IDS.get(name, "id")
    made = [rows.written(one, salt + place) for place, one in enumerate(held)]
    if name in quirks.repeated_ids:
        made = [row | {own_id: row.get(own_id, 0) // 2} for row in made]
    if name in quirks.missing_ids:
        made = [{key: value for key, value in row.items() if key != own_id} for row in made]
    if name in quirks.shuffled_arrays and made:
        tenant.shuffles += 1
        turn = tenant.shuffles % len(made)
        made = made[turn:][::-1] + made[:turn]
    return made


def asset_rows(tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """The assets of a ticket as its call shows them."""
    found = []
    for place, number in enumerate(asset_ids(tenant, ticket)):
        asset = tenant.entities["asset"][number].fields
        row = {name: asset.get(name) for name in OF_AN_ASSET}
        found.append(row | {"is_primary_asset": place == 0})
    return found


def related_rows(tenant: "Tenant", ticket: Ticket) -> list[Fields]:
    """The tickets that are linked to a ticket, deleted ones too."""
    everything = [tenant.tickets, tenant.deleted_tickets]
    others = [held[n] for n in sorted(ticket.related) for held in everything if n in held]
    return [{name: other.fields.get(name) for name in OF_A_RELATED_TICKET} for other in others]


def approval_rows(tenant: "Tenant", ticket: Ticket) -> list[Row]:
    """The approvals of a ticket as `/TicketApproval` shows them: of this round and of others."""
    held = [*hung(tenant, ticket, "approvers"), *hung(tenant, ticket, "approvers_history")]
    return [rows.written(one, ticket.id + place) for place, one in enumerate(held)]


def facts(tenant: "Tenant", ticket: Ticket) -> Fields:
    """The single fields that only the detail call has."""
    fields, number = ticket.fields, ticket.id
    image = (
        f"https://desk.example.com/api/attachment/image?id={number}&token=hunter2-image-{number}"
    )
    made: Fields = {
        "details_html": f'<p>{fields.get("details", "")}</p><img src="{image}">',
        "service_id": service_of(fields),
        "knownerror": False,
        "slastate": fields.get("slaresponsestate") or "I",
        "is_project": fields["tickettype_id"] == PROJECT,
        "todo_count": len(hung(tenant, ticket, "todo_list")),
        "ola_count": len(hung(tenant, ticket, "olas")),
        "has_related": bool(ticket.related),
    }
    if fields["tickettype_id"] == REQUEST and made["service_id"]:
        made["service_request_detail_id"] = made["service_id"]
    if fields["tickettype_id"] == CHANGE:
        made |= changes_planned(ticket)
    if fields["tickettype_id"] == PROBLEM:
        made |= {"knownerror": number % 2 == 0, "lessonslearned": "Renew before it expires."}
    return made | _elapsed(tenant, ticket) | _last_status_change(ticket)


def _elapsed(tenant: "Tenant", ticket: Ticket) -> Fields:
    """Hours to the response and to the end; those of an open ticket run on some tenants."""
    fields, made = ticket.fields, Fields()
    opened: datetime = fields["dateoccurred"]
    if responded := fields.get("responsedate"):
        hours = _hours(responded - opened)
        made |= {"responsetime": hours, "first_responsetime": hours}
        made |= {"elapsed_response_hours": hours}
    if closed := fields.get("dateclosed"):
        made["elapsed_resolution_hours"] = _hours(closed - opened)
        made["firsttimefix"] = int(len(ticket.actions) <= 3)
    elif tenant.quirks.elapsed_hours_run:
        made["elapsed_resolution_hours"] = _hours(tenant.now() - opened)
    return made


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600, 4)


def _last_status_change(ticket: Ticket) -> Fields:
    changes = [event for event in ticket.events if event.kind == "status"]
    if not changes:
        return {}
    last = changes[-1]
    return {"laststatuschangestatus": last.after, "laststatuschangestatusdate": last.at}
