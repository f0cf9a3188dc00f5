"""The years before the tenant is first looked at: tickets reported, worked on, closed and rated."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from sandbox import codes, defaults, handling
from sandbox.content import COMMENTS, OUTCOMES
from sandbox.model import NEVER, Event, Fields, Ticket

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

HOURS = (0.08, 0.25, 0.25, 0.5, 0.5, 0.75, 1.0, 1.5, 2.25, 4.0)
# Very small tenants have ids without gaps, so that a test can count on them.
SMALL = 50


def write_history(tenant: "Tenant", count: int, years: float) -> None:
    """Fill the tenant with `count` live tickets spread over the years, newest id last."""
    random, end = tenant.random, tenant.now()
    begin = (end - timedelta(days=365 * years)).replace(microsecond=0)
    span = (end - begin).total_seconds() - 60
    extra = count // 40 if count >= SMALL else 0
    moments = sorted(moment_after(random, begin, span) for _ in range(count + extra))
    writer = _Writer(tenant, end)
    for place, moment in enumerate(moments):
        writer.write(moment, imported=place < count // 20)
    for ticket_id in sorted(random.sample(sorted(tenant.tickets), extra)):
        tenant.delete_ticket(ticket_id)
        if ticket_id % 2:
            tenant.purge_ticket(ticket_id)
    _relate(tenant)


def moment_after(random: Random, begin: datetime, seconds: float) -> datetime:
    """A moment in the next so many seconds, noted in seconds, milli- or microseconds."""
    exact = round(random.uniform(0, max(0.0, seconds)), random.choice((0, 3, 6)))
    return begin + timedelta(seconds=min(exact, max(0.0, seconds)))


@dataclass(frozen=True)
class Desk:
    """Who can report a ticket, and which agents can be given it (1, nobody, if there is none)."""

    users: list[Fields]
    agents: list[int]

    @classmethod
    def of(cls, tenant: "Tenant") -> "Desk":
        """Everybody in the tenant; an agent that is inactive or the API's is given no ticket."""
        agents = [a for a in tenant.entities["agent"].values() if a.id != 1 and not a.is_inactive]
        working = [agent.id for agent in agents if not agent.fields.get("isapiagent")]
        return cls([user.fields for user in tenant.entities["user"].values()], working or [1])


def reported(random: Random, desk: Desk) -> Fields:
    """Who reports a ticket, and what the desk makes of it at first sight."""
    user = random.choice(desk.users) if desk.users else {}
    sla_id = random.choices((1, 2, 3), (70, 20, 10))[0]
    team = random.choices(range(len(codes.TEAMS)), (45, 25, 12, 12, 6))[0]
    ticket_type = random.choices((1, 2, 3, 4, 21), (55, 28, 6, 3, 8))[0]
    return {
        "client_id": user.get("client_id", 1),
        "site_id": user.get("site_id", 1),
        "user_id": user.get("id", 0),
        "sla_id": sla_id,
        "priority_id": random.choices((2, 3, 4) if sla_id == 3 else (1, 2, 3, 4))[0],
        "team": codes.TEAMS[team],
        "team_id": team + 1,
        "agent_id": random.choice(desk.agents),
        "tickettype_id": ticket_type,
        "itil_requesttype_id": {1: 1, 2: 3, 3: 2, 4: 4}.get(ticket_type, 1),
        "source": random.choice((0, 1, 2, 5)),
        "impact": random.randint(1, 3),
        "urgency": random.randint(1, 3),
        "estimate": random.choice((0.0, 0.0, 1.0, 2.5, 8.0)),
        "is_vip": random.random() < 0.04,
        "flagged": random.random() < 0.03,
    }


def first_custom_values(tenant: "Tenant", fields: Fields, moment: datetime) -> dict[str, Any]:
    """What is known of the custom fields when a ticket is opened, of those that there are."""
    infos = tenant.entities["field_info"]
    values = _first_custom_values(tenant.random, fields, moment)
    if len(infos) > len(codes.CUSTOM_FIELDS):
        names = (str(info.name) for info in infos.values())
        if extra := [name for name in names if name.startswith("CFExtra")]:
            place = len(tenant.tickets) % len(extra)
            values[extra[place]] = f"Extra {place}"
    return known_values(tenant, values)


def known_values(tenant: "Tenant", values: dict[str, Any]) -> dict[str, Any]:
    """The values whose custom field this tenant has."""
    if not values:
        return {}
    names = {info.name for info in tenant.entities["field_info"].values()}
    return {name: value for name, value in values.items() if name in names}


def _first_custom_values(random: Random, fields: Fields, moment: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if random.random() < 0.3:
        values["CFAffectedServices"] = sorted(random.sample(range(1, 7), random.randint(1, 3)))
    if random.random() < 0.2:
        values["CFOnCall"] = random.random() < 0.5
    if random.random() < 0.1:
        values["CFNotes"] = "Budget holder informed.\r\nSee also the change calendar, KW 12."
    if fields["tickettype_id"] == 3:
        values["CFChangeRisk"] = random.randint(1, len(codes.RISKS))
        values["CFApprovedOn"] = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return values


def survey(random: Random) -> tuple[int | None, str | None]:
    """The answer to the satisfaction survey: often none, at times a comment without a level."""
    draw = random.random()
    if draw > 0.35:
        return None, None
    level = random.choices((5, 4, 3, 2, 1), (50, 25, 12, 8, 5))[0]
    comment = random.choice(COMMENTS[level]) if random.random() < 0.6 else None
    return (None, comment) if comment and draw < 0.02 else (level, comment)


def work(tenant: "Tenant", ticket: Ticket, at: datetime, **fields: Any) -> None:
    """One entry in a ticket's history, with time on every third."""
    random = tenant.random
    outcome, outcome_id, who = random.choice(OUTCOMES)
    made: Fields = {"outcome": outcome, "outcome_id": outcome_id, "hiddenfromuser": outcome_id == 2}
    if who == "user":
        made |= {"who_type": 2, "who_agentid": 0, "who": ticket.fields.get("user_name")}
        made |= {"actionby_user_id": ticket.user_id, "emaildirection": "I"}
    elif outcome_id == 1:
        made["emaildirection"] = "O"
    by_system = random.random() < 0.08
    timed = who == "agent" and not by_system and random.random() < 0.45
    hours = random.choice(HOURS) if timed else 0.0
    if timed and random.random() < 0.5:
        made |= {"actisbillable": True, "actionchargehours": hours, "actionnonchargehours": 0.0}
    if by_system:
        made |= {"action_systemid": 3, "outcome": "SLA Hold", "who": "System", "note": "SLA held."}
    tenant.add_action(ticket.id, hours, at=at, **made | fields)
    handling.respond(ticket, at)


class _Writer:
    """Writes the past tickets one after the other, each from its report to its end or to now."""

    def __init__(self, tenant: "Tenant", end: datetime) -> None:
        self._tenant, self._random, self._end = tenant, tenant.random, end
        self._desk = Desk.of(tenant)

    def write(self, moment: datetime, imported: bool) -> None:
        random = self._random
        fields = reported(random, self._desk)
        if random.random() < 0.02:
            fields["targetdate"] = moment + timedelta(days=5)
        custom = first_custom_values(self._tenant, fields, moment)
        ticket = self._tenant.add_ticket(at=moment, custom=custom, **fields)
        _, hours = defaults.targets(self._tenant.entities, ticket.fields) or (0.0, 24.0)
        life = max(600.0, hours * 3600 * random.lognormvariate(-0.4, 0.8))
        span = min(life, (self._end - moment).total_seconds() - 1)
        ends = [moment_after(random, moment, span) for _ in range(round(random.gauss(6, 2.5)))]
        for at in sorted(ends):
            work(self._tenant, ticket, at)
        if life == span and random.random() < 0.96:
            self._close(ticket, moment + timedelta(seconds=int(life)))
        else:
            self._leave_open(ticket)
        if imported:
            ticket.change({"last_update": NEVER})

    def _close(self, ticket: Ticket, at: datetime) -> None:
        random = self._random
        level, comment = survey(random)
        cause = {"CFRootCause": random.randint(1, len(codes.ROOT_CAUSES))}
        custom = known_values(self._tenant, cause)
        known = custom if random.random() < 0.6 else {}
        self._tenant.close_ticket(ticket.id, level, comment, at=at, custom=known)

    def _leave_open(self, ticket: Ticket) -> None:
        held = self._random.random() < 0.25
        status = self._random.choice(codes.HOLD_STATUSES if held else (1, 2, 3, 21))
        if status == ticket.status_id:
            return
        since = (
            ticket.actions[max(ticket.actions)].datetime if ticket.actions else ticket.dateoccurred
        )
        handling.move(self._tenant, ticket, status, since)


def _relate(tenant: "Tenant") -> None:
    """Some closed tickets turn out to have been merged, some belong to a parent."""
    random, ids = tenant.random, sorted(tenant.tickets)
    for place in range(1, len(ids)):
        ticket, earlier = tenant.tickets[ids[place]], tenant.tickets[random.choice(ids[:place])]
        draw = random.random()
        if draw < 0.02 and ticket.is_closed:
            handling.retell(tenant, ticket, codes.MERGED_STATUS)
            ticket.events.append(Event(ticket.dateclosed, "merged", after=earlier.id))
            ticket.change({"merged_into_id": earlier.id})
        elif draw < 0.06:
            ticket.change({"parent_id": earlier.id})
            children = [*earlier.fields.get("child_ticket_ids", []), ticket.id]
            count = {"child_count": len(children), "child_count_open": len(children)}
            earlier.change(count | {"child_ticket_ids": children})
