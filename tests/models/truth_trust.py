"""How many rows each check of `halo__trust` must see, and in how many it must not hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from halo.tables.table import names
from tests.models.truth import Rows, Truth, moment

TABLES = names(
    "action time_entry ticket_satisfaction user client site agent team status priority category "
    "ticket_type sla workday holiday asset ticket_asset ticket_approval ticket_change "
    "ticket_field_history"
)
CODES = {
    "status": "status_id",
    "team": "team_id",
    "sla": "sla_id",
    "ticket_type": "tickettype_id",
    "client": "client_id",
    "agent": "agent_id",
}
Finding = tuple[str, int, int]


def trust_rows(truth: Truth) -> Rows:
    """`halo__trust`, but for its sentences."""
    found = [*_of_statuses(truth), *_of_dates(truth), *_of_codes(truth), *_of_tables(truth)]
    return {
        (name,): {
            "check_name": name,
            "rows_seen": seen,
            "rows_disagreeing": wrong,
            "holds": wrong == 0 if seen else None,
        }
        for name, seen, wrong in found
    }


def _of_statuses(truth: Truth) -> Iterator[Finding]:
    synced = "action" not in truth.scenario.without
    chains = [truth.changes(number) for number in truth.tickets] if synced else []
    gaps = sum(
        old is not None and old != before
        for chain in chains
        for (_, _, before), (_, old, _) in pairwise(chain)
    )
    yield "status chains without gaps", sum(map(len, chains)), gaps
    counted = truth.counted()
    inferred = sum(truth.spans(number)[-1].inferred for number in counted)
    yield "statuses end as tickets say", len(counted), inferred
    by_status: dict[int, list[bool]] = {}
    for number in counted:
        ticket = truth.tickets[number]
        if not truth.is_closed(ticket["status_id"]):
            dated = moment(ticket, "dateclosed") is not None
            by_status.setdefault(ticket["status_id"], []).append(dated)
    unlisted = sum(len(dated) for dated in by_status.values() if all(dated))
    yield "closed statuses are all known", len(counted), unlisted
    tickets = len(truth.tickets)
    any_closed = any(truth.is_closed(one["status_id"]) for one in truth.tickets.values())
    yield "some ticket is closed", tickets, 0 if any_closed else tickets


def _of_dates(truth: Truth) -> Iterator[Finding]:
    synced = "action" not in truth.scenario.without
    counted = {number: truth.tickets[number] for number in truth.counted()}
    moments = {number: truth.moments(number) for number in counted}
    closed = [n for n, ticket in counted.items() if truth.is_closed(ticket["status_id"])]
    undated = sum(moments[number]["resolution"] is None for number in closed)
    yield "closed tickets have a closing date", len(closed), undated
    idle = sum(not truth.actions(number) for number in counted) if synced else 0
    yield "tickets have actions", len(counted), idle
    for name, kind in (("closed", "resolution"), ("responded", "first_response")):
        known = {n: at for n in counted for at in [moments[n][kind]] if at}
        early = sum(at < counted[n]["dateoccurred"] for n, at in known.items())
        yield f"{name} after opened", len(known), early
    replied = [n for n in counted if synced and moments[n]["first_reply"]]
    silent = sum(moments[number]["first_response"] is None for number in replied)
    yield "responses are noted", len(replied), silent
    judged = {
        number: (ticket.get("slaresponsestate"), truth.sla_states(number)[0]["is_met"])
        for number, ticket in counted.items()
    }
    said = [one for one in judged.values() if one[0] in ("I", "O") and one[1] is not None]
    yield "response state agrees", len(said), sum((state == "I") != met for state, met in said)
    ahead = sum(one["dateoccurred"] > truth.now for one in truth.tickets.values())
    yield "opened in the past", len(truth.tickets), ahead
    updates = [at for one in truth.tickets.values() if (at := moment(one, "last_update"))]
    is_old = truth.now - max(updates) > timedelta(hours=24)
    yield "the newest change is from the last day", len(truth.tickets), int(is_old)


def _of_codes(truth: Truth) -> Iterator[Finding]:
    for kind, name in CODES.items():
        least = 1 if kind == "agent" else 0
        ids = [one[name] for one in truth.tickets.values() if (one[name] or 0) > least]
        unknown = sum(number not in truth.tenant.entities[kind] for number in ids)
        yield f"ids of {kind} are known", len(ids), unknown
    rows = [truth.ticket_rows[number,] for number in truth.tickets]
    with_priority = [row for row in rows if row["priority_id"]]
    nameless = sum(row["priority_name"] is None for row in with_priority)
    yield "priorities are known", len(with_priority), nameless
    schedules = [0] if truth.scenario.week else []
    if truth.scenario.workdays and not truth.scenario.week:
        schedules = list(truth.tenant.workdays)
    yield "time zones are known", len(schedules), 0
    work = [one for number in truth.counted() for one in truth.work(number) if one[3] > 0]
    yield "hours have an agent", len(work), sum(agent is None for agent, *_ in work)


def _of_tables(truth: Truth) -> Iterator[Finding]:
    variables = truth.scenario.variables(truth.now)
    for name in TABLES:
        is_used = variables.get(f"halo_using_{name}", True)
        yield f"table {name} is there", 1, int(not is_used)
