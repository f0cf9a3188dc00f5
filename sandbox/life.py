"""Days going by at the service desk: what changes in a tenant while nobody looks."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox import codes, handling
from sandbox.history import (
    Desk,
    first_custom_values,
    moment_after,
    reported,
    survey,
    work,
)
from sandbox.model import Fields, Key, Ticket

if TYPE_CHECKING:
    from sandbox.tenant import Tenant


def live_through(tenant: "Tenant", day_count: float) -> dict[str, int]:
    """Let so many days' worth of events happen; answers how many of each did.

    They occur between the previous call (or so many days ago) and now. What Halo notes as the
    moment of the change is never before the last request that was answered: a change that was
    not there when the list was read must not look as if it had been.
    """
    days = _Days(tenant, day_count)
    events = days.events()
    tenant.random.shuffle(events)
    moments = sorted(moment_after(tenant.random, days.since, days.seconds) for _ in events)
    done: Counter[str] = Counter()
    for event, moment in zip(events, moments, strict=True):
        for happened in event(moment, days.noted(moment)):
            done[happened] += 1
    tenant.lived_until = days.until
    return dict(sorted(done.items()))


Event = Callable[[datetime, datetime], list[str]]


class _Days:
    """One call's stretch of time, and the events that can happen in it.

    Each event takes when it occurs and when Halo notes it, and answers what happened.
    """

    def __init__(self, tenant: "Tenant", day_count: float) -> None:
        self.tenant, self.random, self.day_count = tenant, tenant.random, day_count
        self.until = tenant.now()
        earliest = self.until - timedelta(days=day_count)
        self.since = min(tenant.lived_until or earliest, self.until)
        self.seconds = (self.until - self.since).total_seconds()
        self._recent: list[int] = []
        self._desk = Desk.of(tenant)

    def noted(self, moment: datetime) -> datetime:
        floor = min(max(self.since, self.tenant.read_at or self.since), self.until)
        share = (moment - self.since) / (self.until - self.since) if self.seconds else 1.0
        return floor + (self.until - floor) * share

    def events(self) -> list[Event]:
        """What a day brings, as often as the size of the tenant asks for."""
        daily: tuple[tuple[Event, int], ...] = (
            (self.arrival, 4 + len(self.tenant.tickets) // 150),
            (self.work, 8 + len(self.tenant.tickets) // 75),
            (self.closing, 3 + len(self.tenant.tickets) // 200),
            (self.reassignment, 2),
            (self.merge, 1),
            (self.deletion, 1),
            (self.action_edit, 1),
            (self.action_deletion, 1),
            (self.code_change, 2),
            (self.joining, 2),
            (self.leaving, 1),
            (self.move, 1),
        )
        if self.tenant.is_desk:
            daily += ((self.hold, 3), (self.reopening, 1))
        scaled = [(event, max(1, round(count * self.day_count))) for event, count in daily]
        return [event for event, count in scaled for _ in range(count)]

    def arrival(self, moment: datetime, noted: datetime) -> list[str]:
        fields = reported(self.random, self._desk) | {"dateoccurred": moment}
        custom = first_custom_values(self.tenant, fields, moment)
        ticket = self.tenant.add_ticket(at=noted, custom=custom, **fields)
        self._recent.append(ticket.id)
        return ["tickets arrived"]

    def work(self, moment: datetime, noted: datetime) -> list[str]:
        ticket = self._open_ticket()
        if ticket is None:
            return []
        begun = {"new_status": codes.IN_PROGRESS} if ticket.status_id == codes.NEW_STATUS else {}
        work(self.tenant, ticket, noted, datetime=max(moment, ticket.dateoccurred), **begun)
        self._recent.append(ticket.id)
        return ["actions added"]

    def closing(self, _moment: datetime, noted: datetime) -> list[str]:
        ticket = self._open_ticket()
        if ticket is None:
            return []
        level, comment = survey(self.random)
        self.tenant.close_ticket(ticket.id, level, comment, at=noted)
        rated = level is not None or comment is not None
        return ["tickets closed", *(["tickets rated"] if rated else [])]

    def reassignment(self, _moment: datetime, noted: datetime) -> list[str]:
        ticket = self._open_ticket()
        if ticket is None:
            return []
        team = self.random.randrange(len(codes.TEAMS))
        chosen: Fields = {"team": codes.TEAMS[team], "team_id": team + 1}
        agent = self.random.choice(self._desk.agents)
        handling.reassign(self.tenant, ticket, agent, noted, **chosen)
        return ["tickets reassigned"]

    def hold(self, _moment: datetime, noted: datetime) -> list[str]:
        ticket = self._open_ticket()
        if ticket is None:
            return []
        held = ticket.status_id in codes.HOLD_STATUSES
        status = codes.IN_PROGRESS if held else self.random.choice(codes.HOLD_STATUSES)
        handling.move(self.tenant, ticket, status, noted)
        return ["holds ended" if held else "tickets put on hold"]

    def reopening(self, _moment: datetime, noted: datetime) -> list[str]:
        still = (codes.RESOLVED_STATUS, codes.CLOSED_STATUS)
        closed = [t for t in self.tenant.tickets.values() if t.status_id in still]
        if not closed:
            return []
        ticket = self.random.choice(closed)
        handling.move(self.tenant, ticket, codes.REOPENED_STATUS, noted)
        handling.reset_response(self.tenant, ticket, noted)
        return ["tickets reopened"]

    def merge(self, _moment: datetime, noted: datetime) -> list[str]:
        ticket, other = self._open_ticket(), self._open_ticket()
        if ticket is None or other is None or ticket.id == other.id:
            return []
        self.tenant.merge_ticket(max(ticket.id, other.id), min(ticket.id, other.id), at=noted)
        return ["tickets merged"]

    def deletion(self, _moment: datetime, _noted: datetime) -> list[str]:
        ticket = self._open_ticket()
        if ticket is None or len(self.tenant.tickets) < 3:
            return []
        self.tenant.delete_ticket(ticket.id)
        return ["tickets deleted"]

    def action_edit(self, _moment: datetime, noted: datetime) -> list[str]:
        ticket = self._worked_ticket()
        if ticket is None:
            return []
        number = self.random.choice(sorted(ticket.actions))
        text = f"{ticket.actions[number].note} (corrected)"
        hours = 0.5 if ticket.actions[number].hours else 0.0
        self.tenant.edit_action(ticket.id, number, at=noted, note=text, timetaken=hours)
        return ["actions edited"]

    def action_deletion(self, _moment: datetime, noted: datetime) -> list[str]:
        ticket = self._worked_ticket()
        if ticket is None:
            return []
        self.tenant.delete_action(ticket.id, self.random.choice(sorted(ticket.actions)), at=noted)
        return ["actions deleted"]

    def code_change(self, _moment: datetime, _noted: datetime) -> list[str]:
        kind = self.random.choice(("team", "status", "category", "ticket_type", "sla", "priority"))
        entities = self.tenant.entities[kind]
        draw = self.random.random()
        added = [key for key, code in entities.items() if "(new)" in str(code.fields.get("name"))]
        if entities and (kind == "category" or draw < 0.5):
            key = self.random.choice(list(entities))
            self._rename(kind, entities[key].fields, key)
            return ["codes renamed"]
        if added and draw < 0.75:
            self.tenant.remove(kind, added[0])
            return ["codes removed"]
        number = self.tenant.last_ids[kind] + 1
        self.tenant.add(kind, name=f"{kind.replace('_', ' ').title()} {number} (new)")
        return ["codes added"]

    def joining(self, _moment: datetime, _noted: datetime) -> list[str]:
        """A user; at times a whole new client with a site, or a colleague at the desk."""
        draw = self.random.random()
        if draw < 0.15:
            client = self.tenant.add("client")
            self.tenant.add("site", client_id=client.id, client_name=client.name)
            return ["clients joined", "sites opened"]
        if draw < 0.25:
            self.tenant.add("agent", isdisabled=False, isapiagent=False)
            return ["agents joined"]
        self.tenant.add("user", inactive=False)
        return ["users joined"]

    def leaving(self, _moment: datetime, _noted: datetime) -> list[str]:
        active = [user for user in self.tenant.entities["user"].values() if not user.is_inactive]
        if not active:
            return []
        self.tenant.change("user", self.random.choice(active).id, inactive=True)
        return ["users left"]

    def move(self, _moment: datetime, _noted: datetime) -> list[str]:
        users = list(self.tenant.entities["user"].values())
        sites = list(self.tenant.entities["site"].values())
        if not users or not sites:
            return []
        site = self.random.choice(sites)
        place = {"site_id": site.id, "site_id_int": site.id, "site_name": site.name}
        client = {"client_id": site.client_id, "client_name": site.client_name}
        self.tenant.change("user", self.random.choice(users).id, **place, **client)
        return ["users moved"]

    def _rename(self, kind: str, fields: Fields, key: Key) -> None:
        name = "value" if kind == "category" else "name"
        stem, _, revision = str(fields[name]).partition(" v")
        fresh = f"{stem} v{int(revision or 1) + 1}"
        leaf = {"category_name": fresh.rpartition(">")[2]} if kind == "category" else {}
        self.tenant.change(kind, key, **{name: fresh}, **leaf)

    def _open_ticket(self) -> Ticket | None:
        closed = codes.CLOSED_STATUSES
        still = [t for t in self.tenant.tickets.values() if t.status_id not in closed]
        return self.random.choice(still) if still else None

    def _worked_ticket(self) -> Ticket | None:
        """A ticket with actions, one of this stretch if there is any."""
        tickets = self.tenant.tickets
        recent = [tickets[i] for i in self._recent if i in tickets and tickets[i].actions]
        worked = recent or [ticket for ticket in tickets.values() if ticket.actions]
        return self.random.choice(worked) if worked else None
