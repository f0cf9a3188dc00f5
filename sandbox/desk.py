"""Years at a service desk: tickets that are answered, held, passed on, merged, closed and reopened.

Each ticket's life is a generator of the moments at which it goes on; the desk lets them take turns
in the order of time, so that ids grow with time and tickets can be merged. What really happened is
in `Ticket.events`, which `sandbox/desk_truth.py` reads.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from sandbox import codes, defaults, handling
from sandbox.history import HOURS, Desk, first_custom_values, moment_after, reported, survey
from sandbox.model import NEVER, Event, Fields, Ticket
from sandbox.workdays import clock_changes

if TYPE_CHECKING:
    from sandbox.tenant import Tenant

Moments = Iterator[datetime]
# When tickets come in around a change of clocks, in hours after it.
AROUND_A_CHANGE = (-31.0, -8.5, -0.75, 0.5, 5.0)
OLD_IMPORT = 35
REPLY: Fields = {"outcome": "Email User", "outcome_id": 1, "emaildirection": "O"}
NOTE: Fields = {"outcome": "Private Note", "outcome_id": 2, "hiddenfromuser": True}
CALL: Fields = {"outcome": "Phone Call", "outcome_id": 3, "hiddenfromuser": True}
ANSWER: Fields = {"outcome": "User Update", "outcome_id": 4, "emaildirection": "I", "who_type": 2}


def write_desk(tenant: "Tenant", count: int, years: float) -> None:
    """Fill the tenant with `count` live tickets, and some that were deleted while open."""
    moments = _openings(tenant, count + count // 40, years)
    imported = len(moments) // 25
    doomed = set(tenant.random.sample(range(imported, len(moments)), count // 40))
    desk = Desk.of(tenant)
    lives = [
        TicketLife(tenant, desk, at, doomed=place in doomed, imported=place < imported)
        for place, at in enumerate(moments)
    ]
    turns = [(life.at, place, life.lived()) for place, life in enumerate(lives)]
    heapify(turns)
    while turns:
        _, place, lived = heappop(turns)
        goes_on = next(lived, None)
        if goes_on is not None and goes_on < tenant.now():
            heappush(turns, (goes_on, place, lived))
    for place in sorted(doomed):
        lives[place].delete(tenant.now())


def _openings(tenant: "Tenant", count: int, years: float) -> list[datetime]:
    """When tickets are reported: mostly while the desk is open, some around a change of clocks."""
    random, end, workday = tenant.random, tenant.now(), tenant.workdays[1]
    begin = (end - timedelta(days=365 * years)).replace(microsecond=0)
    changes = clock_changes(workday.zone, begin, end)
    around = [change + timedelta(hours=hours) for change in changes for hours in AROUND_A_CHANGE]
    moments = [moment for moment in around if begin < moment < end][:count]
    while len(moments) < count:
        moment = moment_after(random, begin, (end - begin).total_seconds() - 60)
        if workday.is_open(moment) or random.random() < 0.2:
            moments.append(moment)
    return sorted(moments)


class TicketLife:
    """One ticket's life, from its report to its end, or as far as the years go."""

    ticket: Ticket

    def __init__(
        self, tenant: "Tenant", desk: Desk, at: datetime, *, doomed: bool, imported: bool
    ) -> None:
        self.tenant, self.random, self.desk = tenant, tenant.random, desk
        self.at, self.doomed, self.imported = at, doomed, imported

    def lived(self) -> Moments:
        """The moments at which the life goes on; what happens then has happened at the next."""
        self._open()
        if self.imported:
            return self._import()
        if self._chance(0.02):
            return
        yield from self._receive()
        yield from self._respond()
        if self.doomed:
            return self.delete(self.at)
        one_touch = self._chance(0.2)
        for _ in range(0 if one_touch else self.random.choice((0, 1, 1, 2, 3))):
            yield from self._episode()
            if self._chance(0.04) and self._merge():
                return
        if self._chance(0.03):
            return
        yield from self._wait(0.05 if one_touch else self.fix_hours * 0.1)
        yield from self._close()

    def delete(self, at: datetime) -> None:
        """Delete the ticket, which is open; every third one is purged."""
        if self.ticket.id in self.tenant.tickets:
            self.tenant.delete_ticket(self.ticket.id, at=at)
            if self.ticket.id % 3 == 0:
                self.tenant.purge_ticket(self.ticket.id)

    # What happens at once

    def _open(self) -> None:
        fields = reported(self.random, self.desk) | {"excludefromsla": self._chance(0.03)}
        fields |= {"tickettype_id": OLD_IMPORT, "itil_requesttype_id": 1} if self.imported else {}
        custom = first_custom_values(self.tenant, fields, self.at)
        self.ticket = self.tenant.add_ticket(at=self.at, custom=custom, **fields)
        hours = defaults.targets(self.tenant.entities, self.ticket.fields) or (4.0, 24.0)
        self.response_hours, self.fix_hours = hours
        self.workday = self.tenant.workday_of(self.ticket.fields)
        if self._chance(0.04) and self.ticket.id > 1:
            self._belong_to(self.tenant.tickets.get(self.random.randrange(1, self.ticket.id)))

    def _belong_to(self, parent: Ticket | None) -> None:
        if parent:
            children = [*parent.fields.get("child_ticket_ids", []), self.ticket.id]
            count = {"child_count": len(children), "child_count_open": len(children)}
            parent.change(count | {"child_ticket_ids": children})
            self.ticket.change({"parent_id": parent.id})

    def _import(self) -> None:
        """It comes closed from an older help desk: without actions, and Halo noted no update."""
        closed = min(self.at + timedelta(hours=self.random.uniform(1, 90)), self.tenant.now())
        noted = {"dateclosed": closed, "hasbeenclosed": True, "status_id": codes.CLOSED_STATUS}
        self.ticket.change(noted | {"last_update": NEVER})
        self.ticket.events.append(Event(closed, "status", codes.NEW_STATUS, codes.CLOSED_STATUS))

    def _act(self, kind: Fields, share_timed: float = 0.0, **fields: Any) -> None:
        hours = self.random.choice(HOURS) if self._chance(share_timed) else 0.0
        if hours and self._chance(0.5):
            charged = {"actionchargehours": hours, "actionnonchargehours": 0.0}
            fields = {"actisbillable": True} | charged | fields
        self.tenant.add_action(self.ticket.id, hours, at=self.at, **kind | fields)

    def _by_user(self) -> Fields:
        ticket = self.ticket.fields
        return {"who_agentid": 0, "who": ticket.get("user_name")} | {
            "actionby_user_id": ticket["user_id"]
        }

    def _system(self, kind: int, outcome: str, **fields: Any) -> None:
        self._act({"action_systemid": kind, "outcome": outcome, "who": "System"}, **fields)

    def _reply(self, **fields: Any) -> None:
        self._act(REPLY, 0.4, **fields)
        handling.respond(self.ticket, self.at)

    def _pass_on(self) -> None:
        team = self.random.randrange(len(codes.TEAMS))
        others = [agent for agent in self.desk.agents if agent != self.ticket.agent_id]
        agent = self.random.choice(others or self.desk.agents)
        named: Fields = {"team": codes.TEAMS[team], "team_id": team + 1}
        handling.reassign(self.tenant, self.ticket, agent, self.at, **named)

    def _reprioritise(self) -> None:
        level = self.random.choice((2, 3, 4))
        fields = self.ticket.fields | {"priority_id": level}
        due = defaults.due_dates(self.tenant.entities, fields, self.workday)
        self.tenant.update_ticket(self.ticket.id, at=self.at, priority_id=level, **due)

    def _merge(self) -> bool:
        """Merge it into an older ticket that is open, if there is one."""
        closed, ticket = codes.CLOSED_STATUSES, self.ticket
        older = [
            number
            for number, other in self.tenant.tickets.items()
            if number < ticket.id and other.status_id not in closed
        ]
        if older:
            self.tenant.merge_ticket(ticket.id, self.random.choice(older), at=self.at)
        return bool(older)

    # What takes time

    def _receive(self) -> Moments:
        """Halo acknowledges it by mail; it may be passed on, or judged anew."""
        if self._chance(0.5):
            yield from self._wait_by_the_clock(0.01)
            self._system(handling.ACKNOWLEDGED, "Acknowledged", who_agentid=1, emaildirection="O")
        if self._chance(0.25):
            yield from self._wait(self.response_hours * 0.2)
            self._pass_on()
        if self._chance(0.05):
            yield from self._wait(self.response_hours * 0.1)
            self._reprioritise()

    def _respond(self) -> Moments:
        """The first response: mostly a reply; at times a call, or a date set by hand."""
        yield from self._wait(self.response_hours * 0.5)
        draw = self.random.random()
        if draw < 0.08:
            self._act(CALL, 1.0, new_status=codes.IN_PROGRESS)
            handling.respond(self.ticket, self.at)
        elif draw < 0.1:
            by_hand = self.ticket.dateoccurred - timedelta(hours=3)
            handling.respond(self.ticket, by_hand)
            self._reply(new_status=codes.IN_PROGRESS)
        else:
            self._reply(new_status=codes.IN_PROGRESS)

    def _episode(self) -> Moments:
        yield from self._wait(self.fix_hours * 0.2)
        draw = self.random.random()
        if draw < 0.15:
            self._pass_on()
        elif draw < 0.3:
            self._reply()
        elif draw < 0.55:
            earlier = timedelta(hours=3 if self._chance(0.1) else 0)
            self._act(NOTE, 0.7, datetime=max(self.at - earlier, self.ticket.dateoccurred))
        elif draw < 0.8:
            yield from self._wait_for_user()
        else:
            yield from self._hold()

    def _wait_for_user(self) -> Moments:
        self._reply(new_status=codes.WITH_USER)
        yield from self._wait_by_the_clock(14, or_for_ever=0.1)
        self._act(ANSWER, new_status=codes.IN_PROGRESS, **self._by_user())

    def _hold(self) -> Moments:
        status = self.random.choice((codes.WITH_SUPPLIER, codes.ON_HOLD))
        handling.move(self.tenant, self.ticket, status, self.at)
        self._system(handling.HELD, "SLA Hold", hiddenfromuser=True)
        yield from self._wait_by_the_clock(40, or_for_ever=0.12)
        handling.move(self.tenant, self.ticket, codes.IN_PROGRESS, self.at)
        self._system(handling.RELEASED, "SLA Release", hiddenfromuser=True)

    def _close(self, reopened: int = 0) -> Moments:
        """Resolve it and later close it, or close it at once; the user may answer or object."""
        if self._chance(0.5):
            self.tenant.close_ticket(self.ticket.id, at=self.at, status_id=codes.RESOLVED_STATUS)
        else:
            self.tenant.close_ticket(self.ticket.id, at=self.at)
        level, comment = survey(self.random)
        if level is not None or comment is not None:
            yield from self._wait_by_the_clock(8)
            answer: Fields = {"satisfactionlevel": level, "satisfactioncomment": comment}
            self.tenant.update_ticket(self.ticket.id, at=self.at, **answer)
        if reopened < 2 and self._chance(0.12):
            yield from self._wait_by_the_clock(30)
            yield from self._reopen(reopened)
        elif self.ticket.status_id == codes.RESOLVED_STATUS:
            yield from self._go_on(self.at + timedelta(hours=72))
            by_itself: Fields = {"action_systemid": handling.CLOSED_BY_ITSELF, "who": "System"}
            closed: Fields = {"status_id": codes.CLOSED_STATUS, "date_fully_closed": self.at}
            self.tenant.update_ticket(self.ticket.id, at=self.at, telling=by_itself, **closed)

    def _reopen(self, reopened: int) -> Moments:
        told_by: Fields = {"hiddenfromuser": False, "who_type": 2} | self._by_user()
        handling.move(self.tenant, self.ticket, codes.REOPENED_STATUS, self.at, **told_by)
        handling.reset_response(self.tenant, self.ticket, self.at)
        yield from self._wait(self.response_hours * 0.5)
        self._reply(new_status=codes.IN_PROGRESS)
        yield from self._wait(self.fix_hours * 0.3)
        yield from self._close(reopened + 1)

    def _wait(self, hours: float) -> Moments:
        """Let about so many working hours pass; now and then somebody works out of hours."""
        if self._chance(0.12):
            yield from self._wait_by_the_clock(hours)
            return
        yield from self._go_on(self.workday.after(self.at, hours * self._about()))

    def _wait_by_the_clock(self, hours: float, or_for_ever: float = 0.0) -> Moments:
        """Let about so many hours pass; or nobody goes on with it, with that probability."""
        if self._chance(or_for_ever):
            yield self.tenant.now()
        yield from self._go_on(self.at + timedelta(hours=hours * self._about()))

    def _go_on(self, at: datetime) -> Moments:
        """Some seconds later, noted in seconds, milli- or microseconds."""
        late = round(self.random.uniform(1, 90), self.random.choice((0, 3, 6)))
        self.at = at.replace(microsecond=0) + timedelta(seconds=late)
        yield self.at

    def _about(self) -> float:
        return self.random.lognormvariate(0, 0.8)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share
