"""Lists of assets, services, settings and so on: which rows come, and what is nested in them."""

from collections.abc import Callable
from dataclasses import replace

from sandbox import rows, ticket_details
from sandbox.listing import Listing
from sandbox.model import Entity
from sandbox.nested import holiday_rows, with_holidays, with_logins, with_members
from sandbox.queries import Query
from sandbox.reference import Endpoint, all_of, reference_list, whole
from sandbox.remembered import Remembered
from sandbox.tenant import Tenant

FEED_ROWS = 50


def by_activity(kind: str) -> Endpoint:
    """A paged list of active ones, unless asked for the others too."""

    def endpoint(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
        active, inactive = query.chosen("includeactive", "includeinactive")
        return reference_list(
            tenant, query, remembered, kind, lambda one: inactive if one.is_inactive else active
        )

    return endpoint


def unless_asked(kind: str, parameter: str, is_left_out: Callable[[Entity], bool]) -> Endpoint:
    """A paged list without some, unless asked with a parameter that is true."""

    def endpoint(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
        asked = query.is_true(parameter)
        return reference_list(
            tenant, query, remembered, kind, lambda one: asked or not is_left_out(one)
        )

    return endpoint


def assets(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
    """`/Asset`: active ones unless asked for the others too; those of a ticket with `ticket_id`."""
    active, inactive = query.chosen("includeactive", "includeinactive")
    ticket_id, type_id = query.number("ticket_id"), query.number("assettype_id")
    ticket = tenant.tickets.get(ticket_id) if ticket_id is not None else None
    linked = ticket_details.asset_ids(tenant, ticket) if ticket else ()

    def wanted(asset: Entity) -> bool:
        if ticket_id is not None and asset.id not in linked:
            return False
        if type_id not in (None, asset.fields.get("assettype_id")):
            return False
        return inactive if asset.is_inactive else active

    return reference_list(tenant, query, remembered, "asset", wanted)


def suppliers(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
    """`/Supplier`, with what it takes to sign in there on the builds that send it."""
    listing = by_activity("supplier")(tenant, query, remembered)
    return replace(listing, rows=[with_logins(tenant, row) for row in listing.rows])


def outcomes(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Outcome`: visible ones unless showhidden=true; the system's with showsystemactions=true."""
    hidden, system = query.is_true("showhidden"), query.is_true("showsystemactions")
    system = system and not query.is_true("excludesystemactions")
    held = [
        outcome
        for outcome in all_of(tenant, "outcome")
        if (hidden or not outcome.fields.get("hidden"))
        and (system or not outcome.fields.get("systemid"))
    ]
    return whole(tenant, query, "outcomes", held)


def lookups(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Lookup`: the rows of all lookups unless asked for one; which of them lookup 11 tells."""
    asked, quirks = query.number("lookupid"), tenant.quirks
    every = query.is_true("showallcodes") or not quirks.lookup_hides_inactive
    held = [
        code
        for code in all_of(tenant, "lookup")
        if asked in (None, code.lookupid) and (every or not code.is_inactive)
    ]
    return whole(tenant, query, "lookups", held)


def workflows(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Workflow`: those in use unless asked for the others too."""
    every = query.is_true("includeinactive")
    held = [one for one in all_of(tenant, "workflow") if every or not one.fields.get("notinuse")]
    return whole(tenant, query, "workflows", held)


def cabs(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/CAB`, each with its members where asked with includemembers=true."""
    listing = whole(tenant, query, "cabs", all_of(tenant, "cab"))
    if not query.is_true("includemembers"):
        return listing
    return replace(listing, rows=[with_members(tenant, row) for row in listing.rows])


def workdays(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Workday`, each with its holidays where asked with showholidays=true."""
    listing = whole(tenant, query, "workdays", all_of(tenant, "workday"))
    if not query.is_true("showholidays"):
        return listing
    return replace(listing, rows=[with_holidays(tenant, row) for row in listing.rows])


def holidays(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Holiday`: agents' leave too; `workdayid`, `agent_id` and dates choose."""
    workday, agent = query.number("workdayid"), query.number("agent_id")
    since = query.params.get("start_date", "")[:10]
    until = query.params.get("end_date", "")[:10] or "9999"
    made = holiday_rows(
        tenant,
        lambda day: (
            workday in (None, day.workday_id)
            and agent in (None, day.agent_id)
            and since <= day.date[:10] <= until
        ),
    )
    return Listing("holidays", made, len(made))


def approvals(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/TicketApproval`: those of a ticket, or what the tenant shows without one."""
    ticket_id, shown = query.number("ticket_id"), tenant.quirks.approvals_without_ticket
    made = [
        row
        for ticket in list(tenant.tickets.values())
        if ticket_id in (None, ticket.id)
        for row in ticket_details.approval_rows(tenant, ticket)
        if ticket_id is not None or shown == "all" or (shown == "waiting" and not row["result"])
    ]
    return Listing("approvals", made, len(made))


def audit(_tenant: Tenant, _query: Query, _remembered: Remembered) -> Listing:
    """`/Audit`: keyed and empty, whatever is asked (recorded)."""
    return Listing("audit", [], 0, "keyed")


def feed(tenant: Tenant, query: Query, _remembered: Remembered) -> Listing:
    """`/Feed`: the newest actions of all tickets, 50 a call, without pages."""
    newest = sorted(
        (
            (action.added_at, ticket.id, action)
            for ticket in tenant.tickets.values()
            for action in ticket.actions.values()
        ),
        key=lambda one: one[:2],
        reverse=True,
    )[: query.number("count") or FEED_ROWS]
    made = [rows.action_row(action, number, tenant.quirks) for _, number, action in newest]
    return Listing("feed", made, len(made), "keyed")


ENDPOINTS: dict[str, Endpoint] = {
    "/asset": assets,
    "/supplier": suppliers,
    "/kbarticle": by_activity("kb_article"),
    "/clientcontract": unless_asked(
        "contract", "includeinactive", lambda one: not one.fields.get("active")
    ),
    "/softwarelicence": unless_asked(
        "software_licence", "includeinactive", lambda one: not one.fields.get("is_active")
    ),
    "/outcome": outcomes,
    "/lookup": lookups,
    "/workflow": workflows,
    "/cab": cabs,
    "/workday": workdays,
}
"""Lists that do more than to show what there is."""

BESIDE: dict[str, Endpoint] = {
    "/holiday": holidays,
    "/ticketapproval": approvals,
    "/audit": audit,
    "/feed": feed,
}
"""Lists that fill no table of their own."""
