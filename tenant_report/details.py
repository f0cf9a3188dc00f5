"""The report's questions to the details of tickets: which arrays come, and by which switch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain

from halo.api.pages import Raw
from halo.errors import HaloError, NothingReadable
from halo.tables import REGISTRY
from halo.tables.details import DETAILS
from halo.tables.table import yes
from tenant_report.actions import grain
from tenant_report.rows import is_closed, row_id
from tenant_report.tenant import Probe, Seen, Tenant, Unseen, enough, number_of, spread

MOST_CLOSED, MOST = 8, 4
"""Closed tickets whose details are read, and tickets that are read with and without a switch."""

_TABLES = [table for table in REGISTRY if table.source is DETAILS]

EVERYTHING: Mapping[str, str] = {**DETAILS.params, **yes(" ".join(t.asks for t in _TABLES))}
"""What a sync asks for where all tables are wanted."""

ARRAYS = tuple(
    dict.fromkeys(
        [
            *chain.from_iterable(table.part.arrays for table in _TABLES),
            *[
                "tags",
                "milestones",
                "additional_agents",
                "contributors",
                "attachments",
                "date_dependencies",
            ],
        ]
    )
)
"""The arrays that tables are made of, and more that Halo documents."""

SWITCHES = (
    ("include_auditing", "audit_log"),
    ("includelinkedobjects", "approvers"),
    ("includelinkedobjects", "assets"),
    ("includelinkedobjects", "related_tickets"),
)
"""Switches of the detail call, and arrays of which it is open whether they need them."""

KEYS = {"audit_log": "id", "workflow_history": "id", "approvers": "uniqueid", "olas": "id"}
"""Arrays of which it is open within what their rows' own id is unique."""


def held(ticket: Raw, array: str) -> list[Raw]:
    """The rows of an array in a ticket's details."""
    value = ticket.get(array)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def filled_by(array: str, switched: Sequence[Raw], plain: Sequence[Raw]) -> Seen:
    """Whether a switch fills an array; the same tickets with it and without."""
    with_it, without = (sum(len(held(t, array)) for t in ts) for ts in (switched, plain))
    evidence = (
        f"{number_of(len(switched), 'ticket')} with the switch hold {number_of(with_it, 'row')} in "
        f"{array}, without it {without}"
    )
    enough(max(with_it, without), evidence)
    if not without:
        return "yes, and only it does", evidence
    return ("in part" if with_it > without else "no: they come without"), evidence


def census(tickets: Sequence[Raw]) -> Seen:
    """Which arrays came with rows, and on how many tickets."""
    on = {array: sum(bool(held(ticket, array)) for ticket in tickets) for array in ARRAYS}
    came = [f"{array} on {count}" for array, count in on.items() if count]
    never = ", ".join(array for array, count in on.items() if not count)
    evidence = f"of {number_of(len(tickets), 'ticket')}: {', '.join(came)}; without rows: {never}"
    enough(len(tickets), evidence)
    if not came:
        raise Unseen(evidence)
    return f"{len(came)} of {len(ARRAYS)}", evidence


# What is read.


def details_of(
    tenant: Tenant, tickets: Iterable[Raw], params: Mapping[str, str] = EVERYTHING
) -> list[Raw]:
    """The details of tickets; those that cannot be read are left out, but if it is all of them."""
    found: list[Raw] = []
    failed: HaloError | None = None
    for row in tickets:
        try:
            value = tenant.get(f"{DETAILS.path}/{row_id(row)}", params).value
        except NothingReadable:
            raise
        except HaloError as error:
            failed = error
            continue
        if isinstance(value, dict):
            found.append(value)
    if failed and not found:
        raise failed
    return found


def closed_details(tenant: Tenant) -> list[Raw]:
    """The details of a few closed tickets."""
    return details_of(tenant, spread([t for t in tenant.ends() if is_closed(t)], MOST_CLOSED))


def sampled_details(tenant: Tenant) -> list[Raw]:
    """The details of a few tickets, closed or not."""
    sample = {row_id(t): t for t in [*closed_details(tenant), *_some(tenant, EVERYTHING)]}
    return list(sample.values())


def _some(tenant: Tenant, params: Mapping[str, str]) -> list[Raw]:
    return details_of(tenant, spread(tenant.ends(), MOST), params)


def _filled(switch: str, array: str, tenant: Tenant) -> Seen:
    switched = _some(tenant, {**DETAILS.params, switch: "true"})
    return filled_by(array, switched, _some(tenant, DETAILS.params))


def _census(tenant: Tenant) -> Seen:
    return census(sampled_details(tenant))


def _key(array: str, name: str, tenant: Tenant) -> Seen:
    by_ticket = {
        row_id(ticket) or 0: [{"id": row.get(name)} for row in held(ticket, array)]
        for ticket in sampled_details(tenant)
    }
    return grain(by_ticket, "row")


DETAIL_PROBES = (
    Probe("Which arrays have the details of tickets?", _census),
    *(Probe(f"Does {s} fill {array}?", partial(_filled, s, array)) for s, array in SWITCHES),
    *(
        Probe(
            f"Within what is the {name} of {array} unique?",
            partial(_key, array, name),
            usual="within its ticket|by itself",
        )
        for array, name in KEYS.items()
    ),
)
