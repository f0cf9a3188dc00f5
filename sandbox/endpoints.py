"""Halo's lists and the ticket's detail: which rows come, in which order, on which page."""

from collections.abc import Iterable

from halo.tables import Table
from halo.tables.sources import Snapshot, Windows
from sandbox import object_lists, rows, ticket_details
from sandbox.listing import Listing
from sandbox.model import NEVER, Entity, Row, Ticket
from sandbox.queries import (
    Query,
    bounds,
    first_of,
    in_window,
    ordered,
    page_of,
    paging,
)
from sandbox.reference import Endpoint, all_of, field_of, reference_list, unrestricted, whole
from sandbox.remembered import Remembered
from sandbox.services import service_of
from sandbox.tenant import Tenant
from sandbox.windows import windows

# Parameters of the ticket list that ask for one value of a field.
TICKET_FILTERS = ("client_id", "site_id", "user_id", "agent_id")
TICKET_ID_FIELDS = (
    "id",
    "sla_id",
    "status_id",
    "client_id",
    "client_name",
    "lastincomingemail",
)
COLUMNS = ("id", "summary", "status_id", "client_name", "agent_id")


def tickets(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
    """`/Tickets`: at most `page_cap` a page, newest first unless another order is honoured."""
    key = ("tickets", query.without_page())
    selected = remembered.recall(key, lambda: _selected_tickets(tenant, query))
    if query.is_true("ticketidonly"):
        shown, count = first_of(selected, query)
        made = [_ids_only(tenant, ticket) for ticket in shown]
        return Listing("tickets", made, count, "keyed")
    shown, count = page_of(selected, query, tenant.quirks.page_cap, tenant.quirks)
    ids = query.numbers("include_custom_fields")
    made = [tenant.ticket_row(ticket, ids) for ticket in shown]
    beside = remembered.recall("beside tickets", lambda: _beside_tickets(tenant))
    return Listing("tickets", made, count, "keyed", beside)


def ticket_detail(tenant: Tenant, ticket_id: int, query: Query) -> Row | None:
    """`/Tickets/{id}`; None where Halo would answer 404."""
    ticket = tenant.tickets.get(ticket_id)
    if ticket is None and tenant.quirks.deleted_detail == "flagged":
        ticket = tenant.deleted_tickets.get(ticket_id)
    if ticket is None or ticket.team in tenant.quirks.hidden_teams:
        return None
    if query.is_true("includedetails"):
        return ticket_details.as_asked(tenant.ticket_detail(ticket), query, tenant)
    return tenant.ticket_row(ticket, list(tenant.entities["field_info"]))


def users(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
    """`/Users`: active ones that are no service account, unless asked for the others too."""
    active, inactive = query.chosen("includeactive", "includeinactive")
    person, service = query.chosen("includenonserviceaccount", "includeserviceaccount")

    def wanted(user: Entity) -> bool:
        is_service = bool(user.fields.get("isserviceaccount"))
        return (inactive if user.is_inactive else active) and (service if is_service else person)

    return reference_list(tenant, query, remembered, "user", wanted)


def clients(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
    """`/Client`: active ones unless asked for the others too."""
    active, inactive = query.chosen("includeactive", "includeinactive")

    def wanted(client: Entity) -> bool:
        return inactive if client.is_inactive else active

    return reference_list(tenant, query, remembered, "client", wanted)


def sites(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
    """`/Site`: active ones that are no stock location, unless asked for the others too."""
    active, inactive = query.chosen("includeactive", "includeinactive")
    plain, stock = query.chosen("includenonstocklocations", "includestocklocations")

    def wanted(site: Entity) -> bool:
        is_stock = bool(site.fields.get("isstocklocation"))
        return (inactive if site.is_inactive else active) and (stock if is_stock else plain)

    return reference_list(tenant, query, remembered, "site", wanted)


def agents(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Agent`: a bare array, or on newer builds pages under `results`."""
    enabled, disabled = query.chosen("includeenabled", "includedisabled")
    with_nobody, with_api = query.is_true("includeunassigned"), query.is_true("includeapiagents")
    selected = [
        agent
        for agent in tenant.entities["agent"].values()
        if (disabled if agent.is_inactive else enabled)
        and (with_nobody or agent.id != 1)
        and (with_api or not agent.fields.get("isapiagent"))
        and (not agent.restricted or query.is_true("showall"))
    ]
    if tenant.quirks.agent_paged and paging(query):
        cap = tenant.quirks.list_page_cap
        shown, count = page_of(selected, query, cap, tenant.quirks)
        return Listing(
            "agents", [rows.entity_row(a, tenant.quirks) for a in shown], count, "results"
        )
    return whole(tenant, query, "agents", selected)


def teams(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Team`: enabled ones unless asked for the others too."""
    enabled, disabled = query.chosen("includeenabled", "includedisabled")
    listed = unrestricted(tenant, query, "team")
    return whole(
        tenant, query, "teams", [t for t in listed if (disabled if t.is_inactive else enabled)]
    )


def statuses(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Status`: those that agents may choose, unless asked with showall=true."""
    return whole(tenant, query, "statuses", unrestricted(tenant, query, "status"))


def ticket_types(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/TicketType`: active ones unless asked with showinactive=true."""
    listed = unrestricted(tenant, query, "ticket_type")
    with_inactive = query.is_true("showinactive")
    return whole(
        tenant, query, "tickettypes", [t for t in listed if with_inactive or not t.is_inactive]
    )


def priorities(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Priority`: of all SLAs, or of the one in `slaid`."""
    sla_id = query.number("slaid")
    held = tenant.entities["priority"].values()
    return whole(
        tenant, query, "priorities", [p for p in held if sla_id in (None, p.fields.get("slaid"))]
    )


def slas(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/SLA`, each with its `priorities` where asked with showpriorities=true."""
    listing = whole(tenant, query, "slas", list(tenant.entities["sla"].values()))
    if not query.is_true("showpriorities"):
        return listing
    held = tenant.entities["priority"].values()
    nested = [
        row
        | {
            "priorities": [
                rows.entity_row(p, tenant.quirks) for p in held if p.fields["slaid"] == row["id"]
            ]
        }
        for row in listing.rows
    ]
    return Listing("slas", nested, len(nested))


def fields(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Field`: the fields of asset types; an id is only unique within its kind."""
    kind = query.params.get("kind")
    held = tenant.entities["field"].values()
    return whole(tenant, query, "fields", [f for f in held if kind in (None, "", f.fields["kind"])])


OF_THEIR_OWN: dict[str, Endpoint] = object_lists.ENDPOINTS | {
    "/users": users,
    "/client": clients,
    "/site": sites,
    "/agent": agents,
    "/team": teams,
    "/status": statuses,
    "/priority": priorities,
    "/tickettype": ticket_types,
    "/sla": slas,
    "/field": fields,
}
"""Lists that do more than to show what there is."""


def lists(registry: Iterable[Table]) -> dict[str, Endpoint]:
    """The endpoint of each list that fills a table, by its path in lower case."""
    served: dict[str, Endpoint] = {"/tickets": tickets} | object_lists.BESIDE
    for table in registry:
        if isinstance(table.source, Snapshot):
            path = table.source.path.lower()
            if path in served and path not in object_lists.BESIDE:
                continue  # Nested in the rows of the table that came first.
            served[path] = OF_THEIR_OWN.get(path) or _plain(table.name, table.source)
        if isinstance(table.source, Windows):
            served[table.source.path.lower()] = windows(table.name, table.source)
    return served


def _plain(kind: str, source: Snapshot) -> Endpoint:
    """A list that shows all there is, in pages or at once."""

    def endpoint(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
        if source.paged:
            return reference_list(tenant, query, remembered, kind, lambda _: True)
        return whole(tenant, query, source.rows, all_of(tenant, kind))

    return endpoint


def _selected_tickets(tenant: Tenant, query: Query) -> list[Ticket]:
    quirks = tenant.quirks
    held = list(tenant.tickets.values())
    if query.is_true("deleted"):
        deleted = list(tenant.deleted_tickets.values())
        held = deleted if quirks.deleted_parameter == "only" else held + deleted
    since, until = bounds(query, quirks.filter_offset_hours + query.decimal("utcoffset"))
    if since or until:
        inclusive = quirks.boundary_inclusive
        held = [t for t in held if in_window(t.last_update, since, until, inclusive)]
        # A ticket that was imported and never touched has no last update to compare with.
        held = [t for t in held if since is None or t.last_update != NEVER]
    if quirks.hidden_teams:
        held = [t for t in held if t.team not in quirks.hidden_teams]
    for name in TICKET_FILTERS:
        if (asked := query.number(name)) is not None:
            held = [t for t in held if t.fields.get(name) == asked]
    if (asset_id := query.number("asset_id")) is not None:
        held = [t for t in held if asset_id in ticket_details.asset_ids(tenant, t)]
    if (service_id := query.number("service_id")) is not None:
        held = [t for t in held if service_of(t.fields) == service_id]
    if ids := set(query.numbers("ticketids")):
        held = [t for t in held if t.id in ids]
    return ordered(held, query, quirks, field_of, _newest_first)


def _newest_first(held: list[Ticket]) -> list[Ticket]:
    return sorted(held, key=lambda t: (t.fields["dateoccurred"], t.fields["id"]), reverse=True)


def _ids_only(tenant: Tenant, ticket: Ticket) -> Row:
    row = tenant.ticket_row(ticket)
    return {name: row[name] for name in TICKET_ID_FIELDS if name in row}


def _beside_tickets(tenant: Tenant) -> dict[str, list[Row]]:
    """The arrays that stand beside the rows, and before them."""
    beside: dict[str, list[Row]] = {
        "columns": [{"id": n, "name": c} for n, c in enumerate(COLUMNS)]
    }
    for key, kind in (("statuses", "status"), ("priorities", "priority"), ("agents", "agent")):
        held = list(tenant.entities[kind].values())[:10]
        beside[key] = [{"id": e.id, "name": e.fields.get("name")} for e in held]
    return {key: held for key, held in beside.items() if held}
