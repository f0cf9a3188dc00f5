"""What the marts must hold, calculated from the tenant's own objects: no SQL, no warehouse, no dbt.

Each function answers the rows of one mart by key, with the columns that it must have. Moments are
UTC without zone, as in the marts; durations are counted in whole microseconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sandbox import full_tickets
from sandbox.model import Action, Ticket
from sandbox.tenant import Tenant
from tests.models.scenarios import DAYS, Scenario

Cells = dict[str, Any]
Rows = dict[tuple[Any, ...], Cells]
MICROSECOND, DAY = timedelta(microseconds=1), timedelta(days=1)
KINDS = ("first_response", "first_reply", "first_resolution", "resolution")
PHASES = ("on_hold", "waiting_for_user", "in_work")


@dataclass(frozen=True)
class Span:
    """A stretch in one status (none: unknown); the last has no end."""

    status_id: int | None
    start: datetime
    end: datetime | None
    inferred: bool


@dataclass
class Truth:
    """The marts of a tenant under a scenario's definitions, at a moment."""

    tenant: Tenant
    scenario: Scenario
    now: datetime
    _open: dict[tuple[int, date], list[tuple[datetime, datetime]]] = field(default_factory=dict)

    # Days and hours

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of local days."""
        return self.scenario.zone.info

    def day(self, moment: datetime | None) -> date | None:
        """The local date of a moment."""
        return moment.astimezone(self.zone).date() if moment else None

    def worked(self, ticket: Cells, since: datetime | None, until: datetime | None) -> int | None:
        """The microseconds of working hours between two moments; None without a schedule."""
        if since is None or until is None or since > until:
            return None
        number = self._schedule(ticket)
        if number is None:
            return None
        passed, day = timedelta(0), since.date() - DAY
        while day <= until.date() + DAY:
            for opens, closes in self._intervals(number, day):
                passed += max(min(closes, until) - max(opens, since), timedelta(0))
            day += DAY
        return passed // MICROSECOND

    def _schedule(self, ticket: Cells) -> int | None:
        """The number of the ticket's workday, 0 for the week that the scenario gives."""
        if self.scenario.week:
            return 0
        if not self.scenario.workdays:
            return None
        sla = self.tenant.entities["sla"].get(ticket["sla_id"])
        return sla.workday_id if sla and sla.workday_id in self.tenant.workdays else None

    def _intervals(self, number: int, day: date) -> list[tuple[datetime, datetime]]:
        if (number, day) not in self._open:
            self._open[number, day] = list(self._opened(number, day))
        return self._open[number, day]

    def _opened(self, number: int, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Halo's workdays tell when a day begins and ends, not its breaks."""
        if number:
            workday = self.tenant.workdays[number]
            zone, closed_on = workday.zone.info, set(workday.days_off)
            hours = workday.week[day.weekday()]
            hours = ((hours[0][0], hours[-1][1]),) if hours else ()
        else:
            zone, closed_on = self.zone, set(map(date.fromisoformat, self.scenario.days_off))
            hours = self.scenario.week.get(DAYS[day.weekday()], ())
        for since, until in hours if day not in closed_on else ():
            ends = (datetime.combine(day, time(*divmod(m, 60)), zone) for m in (since, until))
            opens, closes = (end.astimezone(UTC) for end in ends)
            yield opens, closes

    # Tickets and what happened to them

    @cached_property
    def tickets(self) -> dict[int, Cells]:
        """The fields of each live ticket whose type is not left out."""
        said = {
            ticket.id: full_tickets.TICKET | full_tickets.ticket(ticket.fields) | ticket.fields
            for ticket in self.tenant.tickets.values()
        }
        left_out = self.scenario.excluded_types
        return {number: one for number, one in said.items() if one["tickettype_id"] not in left_out}

    def is_closed(self, status_id: int | None) -> bool:
        """Whether a status is one of the closed ones."""
        return status_id in self.scenario.closed

    def actions(self, number: int) -> list[Action]:
        """A ticket's actions as they are synced; without them, what carries time."""
        held: Iterable[Action] = self.tenant.tickets[number].actions.values()
        if "action" in self.scenario.without:
            held = (action for action in held if action.hours > 0)
        return list(held)

    def spans(self, number: int) -> list[Span]:
        """The statuses that a ticket was in, as its actions tell, reconciled with the ticket."""
        ticket, opened = self.tickets[number], self.tickets[number]["dateoccurred"]
        changes = [] if "action" in self.scenario.without else self.changes(number)
        status = ticket["status_id"]
        found: list[tuple[int | None, datetime, bool]] = []
        if changes:
            found.append((changes[0][1], opened, False))
            found += [(new, max(at, opened), False) for at, _, new in changes]
        else:
            found.append((None if self.is_closed(status) else status, opened, False))
        if found[-1][0] != status:
            found.append((status, self._supposed(ticket, found[-1][1]), True))
        ends = [*(start for _, start, _ in found[1:]), None]
        return [
            Span(status_id, start, end, inferred)
            for (status_id, start, inferred), end in zip(found, ends, strict=True)
        ]

    def changes(self, number: int) -> list[tuple[datetime, int | None, int]]:
        """The actions that changed the status: when, from which one (none: unknown), to which."""
        ordered = sorted(self.actions(number), key=lambda a: (a.fields["datetime"], a.id))
        changes = []
        for action in ordered:
            old, new = (action.fields.get(name) or None for name in ("old_status", "new_status"))
            if new and new != old:
                changes.append((action.fields["datetime"], old, new))
        return changes

    def _supposed(self, ticket: Cells, not_before: datetime) -> datetime:
        closed_at = moment(ticket, "dateclosed") if self.is_closed(ticket["status_id"]) else None
        return max(closed_at or moment(ticket, "last_update") or not_before, not_before)

    def work(self, number: int) -> list[tuple[int | None, datetime, bool, Decimal, Decimal]]:
        """Each action: its agent, when, whether it is a reply, its hours, those to be charged."""
        return [
            (
                said["who_agentid"] if said["who_agentid"] > 1 else None,
                said["datetime"],
                said["who_agentid"] > 1 and not said.get("hiddenfromuser") and not action.is_system,
                Decimal(str(action.hours)),
                Decimal(str(said.get("actionchargehours") or 0)),
            )
            for action in self.actions(number)
            for said in [action.fields]
        ]

    def responded(self, ticket: Cells) -> datetime | None:
        """The first response as Halo sends it."""
        first = self.tenant.quirks.first_response_sent and moment(ticket, "first_responsedate")
        return first or moment(ticket, "responsedate")

    def due(self, ticket: Cells, name: str, tracked: str) -> datetime | None:
        """A due date, unless the ticket or its service level has no target."""
        sla = self.tenant.entities["sla"].get(ticket["sla_id"])
        if ticket["excludefromsla"] or (sla and sla.fields.get(tracked) is False):
            return None
        return moment(ticket, name)

    # The marts

    @cached_property
    def ticket_rows(self) -> Rows:
        """`halo__ticket`."""
        return {(number,): self._ticket_row(number) for number in self.tickets}

    def _ticket_row(self, number: int) -> Cells:
        ticket = self.tickets[number]
        merged = ticket["merged_into_id"] > 0
        closed = self.is_closed(ticket["status_id"])
        held = ticket["status_id"] in self.scenario.hold
        row = self._names(ticket) | {
            "ticket_id": number,
            "summary": ticket["summary"].replace("\x00", ""),
            "is_merged": merged,
            "merged_into_ticket_id": ticket["merged_into_id"] or None,
            "parent_ticket_id": ticket["parent_id"] or None,
            "is_open": not closed and not merged,
            "is_on_hold": held and not merged if self.scenario.hold else None,
            "opened_at": naive(ticket["dateoccurred"]),
            "opened_on": self.day(ticket["dateoccurred"]),
            "updated_at": naive(moment(ticket, "last_update")),
            "root_cause": self._root_cause(self.tenant.tickets[number]),
        }
        return row | self._metrics(number, ticket, nothing=merged)

    def _names(self, ticket: Cells) -> Cells:
        kinds = {
            "status": ("status_id", "name", None),
            "ticket_type": ("tickettype_id", "name", None),
            "sla": ("sla_id", "name", None),
            "team": ("team_id", "name", "team"),
            "agent": ("agent_id", "name", None),
            "client": ("client_id", "name", "client_name"),
            "site": ("site_id", "name", "site_name"),
            "user": ("user_id", "name", "user_name"),
            "category": ("categoryid_1", "value", "category_1"),
        }
        row: Cells = {}
        for kind, (id_field, name, fallback) in kinds.items():
            identity = ticket[id_field]
            known = identity is not None and identity > (1 if kind == "agent" else 0)
            code = self.tenant.entities[kind].get(identity) if known else None
            row[f"{kind}_id"] = identity if known else None
            row[f"{kind}_name"] = (code and code.fields[name]) or (fallback and ticket[fallback])
        priority = self._priority(ticket)
        row |= {"priority_id": ticket["priority_id"], "priority_name": priority}
        type_of = self.tenant.entities["ticket_type"].get(ticket["tickettype_id"])
        itil = ticket["itil_requesttype_id"]
        row["itil_request_type_id"] = itil if itil > 0 else type_of and type_of.itilrequesttype
        return row | {"itil_name": ticket["itilname"] or None}

    def _priority(self, ticket: Cells) -> str | None:
        for one in self.tenant.entities["priority"].values():
            if (one.slaid, one.priorityid) == (ticket["sla_id"], ticket["priority_id"]):
                return str(one.fields["name"])
        return None

    def _root_cause(self, ticket: Ticket) -> str | None:
        for info in self.tenant.entities["field_info"].values():
            if info.name == "CFRootCause":
                chosen = ticket.custom.get(info.id)
                names = {choice["id"]: choice["name"] for choice in info.fields["values"]}
                return names.get(chosen)
        return None

    def _metrics(self, number: int, ticket: Cells, nothing: bool) -> Cells:
        """All metrics of a ticket; none of one that was merged."""
        opened, moments = ticket["dateoccurred"], self.moments(number)
        work, spans = self.work(number), self.spans(number)
        synced = "action" not in self.scenario.without
        closed = self.is_closed(ticket["status_id"])
        replies = sum(reply for _, _, reply, _, _ in work)
        reopenings = self.reopenings(spans)
        level = ticket.get("satisfactionlevel") or None
        response, resolution = self.sla_states(number)
        row: Cells = {
            "responded_at": naive(moments["first_response"]),
            "first_reply_at": naive(moments["first_reply"]),
            "first_resolved_at": naive(moments["first_resolution"]),
            "closed_at": naive(moments["resolution"]),
            "closed_on": self.day(moments["resolution"]),
            "response_due_at": response["due_at"],
            "resolution_due_at": resolution["due_at"],
            "is_response_met": response["is_met"],
            "is_resolution_met": resolution["is_met"],
            "response_state": response["state"],
            "resolution_state": resolution["state"],
            "age_hours": None if closed else hours(between(opened, self.now)),
            "reopenings": reopenings,
            "replies": replies if synced else None,
            "agents_involved": len({agent for agent, *_ in work} - {None}) if synced else None,
            "actions": len(work) if synced else None,
            "reassign_count": ticket["reassigncount"],
            "is_one_touch": (reopenings == 0 and replies == 1) if closed and synced else None,
            "hours": float(sum((taken for *_, taken, _ in work), Decimal(0))),
            "chargeable_hours": float(sum((charged for *_, charged in work), Decimal(0))),
            "sla_hold_time": ticket["slaholdtime"],
            "sla_response_state": ticket.get("slaresponsestate") or None,
            "satisfaction_level": level if self._is_rated(ticket) else None,
            "is_satisfied": self.is_satisfied(ticket),
            "has_inferred_status": spans[-1].inferred,
        }
        if not synced and closed and reopenings:
            raise AssertionError("without actions nothing tells of a reopening")
        for kind in KINDS:
            row[f"{kind}_hours"] = hours(between(opened, moments[kind]))
            row[f"{kind}_working_hours"] = hours(self.worked(ticket, opened, moments[kind]))
        row |= self._phase_hours(ticket, spans)
        if nothing:
            states = {"response_state": None, "resolution_state": None}
            row = dict.fromkeys(row) | states
        return row

    def _phase_hours(self, ticket: Cells, spans: Sequence[Span]) -> Cells:
        chosen = self.scenario
        unclosed = [span for span in spans if not self.is_closed(span.status_id)]
        both = {*chosen.hold, *chosen.waiting}
        in_phase = {
            "on_hold": [span for span in unclosed if span.status_id in chosen.hold],
            "waiting_for_user": [span for span in unclosed if span.status_id in chosen.waiting],
            "in_work": [s for s in unclosed if s.status_id is not None and s.status_id not in both],
        }
        known = {
            "on_hold": bool(chosen.hold),
            "waiting_for_user": bool(chosen.waiting),
            "in_work": bool(both),
        }
        row: Cells = {}
        for phase, held in in_phase.items():
            passed = sum((between(span.start, span.end or self.now) or 0) for span in held)
            worked = [self.worked(ticket, span.start, span.end or self.now) for span in held]
            has_schedule = self._schedule(ticket) is not None
            row[f"{phase}_hours"] = hours(passed) if known[phase] else None
            row[f"{phase}_working_hours"] = (
                hours(sum(one or 0 for one in worked)) if known[phase] and has_schedule else None
            )
        return row

    def moments(self, number: int) -> dict[str, datetime | None]:
        """When a ticket was first responded, replied to and resolved, and when it was closed."""
        ticket, spans = self.tickets[number], self.spans(number)
        synced = "action" not in self.scenario.without
        replies = [at for _, at, reply, _, _ in self.work(number) if reply and synced]
        resolved = [span.start for span in spans if self.is_closed(span.status_id)]
        closed = self.is_closed(ticket["status_id"])
        return {
            "first_response": self.responded(ticket),
            "first_reply": min(replies, default=None),
            "first_resolution": min(resolved, default=None),
            "resolution": moment(ticket, "dateclosed") if closed else None,
        }

    def reopenings(self, spans: Sequence[Span]) -> int:
        """How often a closed status was left for an open one."""
        return len(list(self._reopened(spans)))

    def _reopened(self, spans: Sequence[Span]) -> Iterator[Span]:
        for before, after in pairwise(spans):
            if self.is_closed(before.status_id) and not self.is_closed(after.status_id):
                yield after

    def _is_rated(self, ticket: Cells) -> bool:
        """Whether the rating is synced: details are asked for it once a ticket has been closed."""
        return bool(self.tenant.tickets[ticket["id"]].is_closed)

    def is_satisfied(self, ticket: Cells) -> bool | None:
        """Whether the level is one of those that mean it; None without a level or such levels."""
        level = ticket.get("satisfactionlevel") if self._is_rated(ticket) else None
        return level in self.scenario.satisfied if level and self.scenario.satisfied else None

    def sla_states(self, number: int) -> tuple[Cells, Cells]:
        """The state of the response's and the resolution's target."""
        ticket, moments = self.tickets[number], self.moments(number)
        closed = self.is_closed(ticket["status_id"])
        respond_by = self.due(ticket, "respondbydate", "trackslaresponsetime")
        fix_by = self.due(ticket, "fixbydate", "trackslafixbytime")
        return (
            self._state(respond_by, moments["first_response"], closed, closed),
            self._state(fix_by, moments["resolution"], closed, False),
        )

    def _state(
        self, due: datetime | None, reached: datetime | None, closed: bool, missed_at_last: bool
    ) -> Cells:
        state, over = "none", None
        if due and reached:
            state = "met" if reached <= due else "missed"
            over = hours(between(due, reached)) if reached > due else None
        elif due and closed:
            state = "missed" if missed_at_last and self.now > due else "none"
        elif due:
            state = "overdue" if self.now > due else "running"
            over = hours(between(due, self.now)) if self.now > due else None
        met = {"met": True, "missed": False, "overdue": False}.get(state)
        row = {"due_at": naive(due), "reached_at": naive(reached), "is_met": met}
        return row | {"state": state, "hours_over": over}

    def counted(self) -> list[int]:
        """The tickets that were not merged."""
        return [number for number, one in self.tickets.items() if one["merged_into_id"] <= 0]

    def sla_target_rows(self) -> Rows:
        """`halo__sla_target`."""
        rows: Rows = {}
        for number in self.counted():
            for kind, row in zip(("response", "resolution"), self.sla_states(number), strict=True):
                rows[number, kind] = {"ticket_id": number, "kind": kind} | row
        return rows

    def status_history_rows(self) -> Rows:
        """`halo__ticket_status_history`."""
        rows: Rows = {}
        for number, ticket in self.tickets.items():
            spans = self.spans(number)
            reopened = list(self._reopened(spans))
            for place, span in enumerate(spans):
                before = spans[place - 1].status_id if place else None
                closed = self.is_closed(span.status_id)
                end = span.end or (None if closed else self.now)
                rows[number, place + 1] = {
                    "ticket_id": number,
                    "position": place + 1,
                    "status_id": span.status_id,
                    "status_name": self._status_name(span.status_id),
                    "phase": self._phase(span.status_id),
                    "previous_status_id": before,
                    "previous_status_name": self._status_name(before),
                    "started_at": naive(span.start),
                    "ended_at": naive(span.end),
                    "hours": hours(between(span.start, end)),
                    "working_hours": hours(self.worked(ticket, span.start, end)),
                    "is_reopening": any(span is one for one in reopened),
                    "is_inferred": span.inferred,
                }
        return rows

    def _status_name(self, status_id: int | None) -> str | None:
        status = self.tenant.entities["status"].get(status_id)
        return str(status.fields["name"]) if status else None

    def _phase(self, status_id: int | None) -> str:
        if self.is_closed(status_id):
            return "closed"
        if status_id is None:
            return "unknown"
        if status_id in self.scenario.waiting:
            return "waiting for user"
        return "on hold" if status_id in self.scenario.hold else "working"

    def group(self, number: int) -> tuple[Any, ...]:
        """Team, ticket type and priority, each by number and name."""
        row = self.ticket_rows[number,]
        return tuple(
            row[f"{part}_{what}"]
            for part in ("team", "ticket_type", "priority")
            for what in ("id", "name")
        )

    def backlog_rows(self) -> Rows:
        """`halo__backlog_daily`: a count by hand at the end of each day."""
        members: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for number in self.counted():
            members[self.group(number)].append(number)
        rows: Rows = {}
        for group, numbers in members.items():
            lives = [self._life(number) for number in numbers]
            day = min(life.opened for life in lives)
            while day <= (self.day(self.now) or day):
                rows[day, *group] = self._end_of_day(day, lives)
                day += DAY
        return rows

    def _life(self, number: int) -> Life:
        spans = self.spans(number)
        closings = [
            after.start
            for before, after in zip([None, *spans], spans, strict=False)
            if self.is_closed(after.status_id) and not (before and self.is_closed(before.status_id))
        ]
        due = self.due(self.tickets[number], "fixbydate", "trackslafixbytime")
        return Life(
            local_day(self.day(spans[0].start)),
            [local_day(self.day(at)) for at in closings],
            [local_day(self.day(span.start)) for span in self._reopened(spans)],
            [(local_day(self.day(s.start)), not self.is_closed(s.status_id)) for s in spans],
            self.day(due) if due and due < self.now else None,
        )

    def _end_of_day(self, day: date, lives: Sequence[Life]) -> Cells:
        still_open = [life for life in lives if life.is_open_at_end(day)]
        return {
            "opened": sum(life.opened == day for life in lives),
            "closed": sum(life.closings.count(day) for life in lives),
            "reopened": sum(life.reopenings.count(day) for life in lives),
            "open_at_end": len(still_open),
            "overdue_at_end": sum(life.due is not None and life.due <= day for life in still_open),
        }

    def agent_rows(self) -> Rows:
        """`halo__agent_daily`."""
        synced = "action" not in self.scenario.without
        done: dict[tuple[Any, ...], list[tuple[int, bool, Decimal, Decimal]]] = defaultdict(list)
        closed: dict[tuple[Any, ...], int] = defaultdict(int)
        for number in self.counted():
            for agent, at, reply, taken, charged in self.work(number):
                if agent:
                    done[self.day(at), agent].append((number, reply, taken, charged))
            row = self.ticket_rows[number,]
            if row["closed_at"] and row["agent_id"]:
                closed[row["closed_on"], row["agent_id"]] += 1
        rows: Rows = {}
        for key in done.keys() | closed.keys():
            entries, known = done[key], self.tenant.entities["agent"].get(key[1])
            rows[key] = {
                "local_on": key[0],
                "agent_id": key[1],
                "agent_name": known and known.fields["name"],
                "actions": len(entries) if synced else None,
                "replies": sum(reply for _, reply, _, _ in entries) if synced else None,
                "tickets_touched": len({n for n, *_ in entries}) if synced else None,
                "hours": float(sum((taken for _, _, taken, _ in entries), Decimal(0))),
                "chargeable_hours": float(sum((c for *_, c in entries), Decimal(0))),
                "tickets_closed": closed[key],
            }
        return rows

    def monthly_rows(self) -> Rows:
        """`halo__team_monthly`."""
        members: dict[tuple[Any, ...], list[Cells]] = defaultdict(list)
        for number in self.counted():
            row = self.ticket_rows[number,]
            if row["closed_on"]:
                members[row["closed_on"].replace(day=1), *self.group(number)].append(
                    row | {"durations": self._durations(number)}
                )
        return {key: self._month(rows) for key, rows in members.items()}

    def _durations(self, number: int) -> dict[str, int | None]:
        opened, moments = self.tickets[number]["dateoccurred"], self.moments(number)
        return {
            kind: passed if passed is not None and passed >= 0 else None
            for kind in ("first_response", "resolution")
            for passed in [between(opened, moments[kind])]
        }

    def _month(self, rows: Sequence[Cells]) -> Cells:
        row: Cells = {"closed": len(rows)}
        for kind in ("first_response", "resolution"):
            known = [r["durations"][kind] for r in rows if r["durations"][kind] is not None]
            row[f"{kind}_hours_median"] = median(known) / 3600000000 if known else None
            row[f"{kind}_hours_mean"] = sum(known) / len(known) / 3600000000 if known else None
        for kind in ("response", "resolution"):
            judged = [r[f"is_{kind}_met"] for r in rows if r[f"is_{kind}_met"] is not None]
            row[f"{kind}_met"], row[f"{kind}_judged"] = sum(judged), len(judged)
            row[f"{kind}_met_rate"] = sum(judged) / len(judged) if judged else None
        answers = [r for r in rows if r["satisfaction_level"]]
        satisfied = sum(bool(r["is_satisfied"]) for r in answers)
        asked = bool(self.scenario.satisfied)
        synced = "action" not in self.scenario.without
        return row | {
            "reopened": sum(r["reopenings"] > 0 for r in rows),
            "one_touch": sum(bool(r["is_one_touch"]) for r in rows) if synced else None,
            "answers": len(answers),
            "answer_rate": len(answers) / len(rows),
            "satisfied": satisfied if asked else None,
            "satisfied_rate": satisfied / len(answers) if asked and answers else None,
        }

    def satisfaction_rows(self) -> Rows:
        """`halo__satisfaction`."""
        rows: Rows = {}
        for number in self.counted():
            ticket, row = self.tickets[number], self.ticket_rows[number,]
            comment = ticket.get("satisfactioncomment") or None
            if self._is_rated(ticket) and (row["satisfaction_level"] or comment):
                names = ("ticket_id", "satisfaction_level", "is_satisfied", "team_id", "team_name")
                chosen = (*names, "agent_id", "agent_name", "closed_on")
                rows[number,] = {name: row[name] for name in chosen}
                rows[number,]["satisfaction_comment"] = comment
        return rows

    def marts(self) -> dict[str, tuple[tuple[str, ...], Callable[[], Rows]]]:
        """Each mart with the columns of its key and the calculation of its rows."""
        group = tuple(
            f"{part}_{what}"
            for part in ("team", "ticket_type", "priority")
            for what in ("id", "name")
        )
        return {
            "halo__ticket": (("ticket_id",), lambda: self.ticket_rows),
            "halo__ticket_status_history": (("ticket_id", "position"), self.status_history_rows),
            "halo__sla_target": (("ticket_id", "kind"), self.sla_target_rows),
            "halo__backlog_daily": (("local_on", *group), self.backlog_rows),
            "halo__agent_daily": (("local_on", "agent_id"), self.agent_rows),
            "halo__team_monthly": (("month_on", *group), self.monthly_rows),
            "halo__satisfaction": (("ticket_id",), self.satisfaction_rows),
        }


@dataclass(frozen=True)
class Life:
    """The local days on which things happened to a ticket."""

    opened: date
    closings: list[date]
    reopenings: list[date]
    starts: list[tuple[date, bool]]
    due: date | None

    def is_open_at_end(self, day: date) -> bool:
        """Whether its last status that began by the end of the day was open."""
        begun = [is_open for start, is_open in self.starts if start <= day]
        return bool(begun) and begun[-1]


def moment(ticket: Cells, name: str) -> datetime | None:
    """A ticket's date; None where Halo writes a day that means none."""
    value = ticket.get(name)
    return value if isinstance(value, datetime) and value.year > 1900 else None


def naive(at: datetime | None) -> datetime | None:
    """A moment without its zone, which is UTC."""
    return at.astimezone(UTC).replace(tzinfo=None) if at else None


def between(since: datetime | None, until: datetime | None) -> int | None:
    """The whole microseconds from one moment to another."""
    return (until - since) // MICROSECOND if since and until else None


def hours(microseconds: int | None) -> float | None:
    """Decimal hours; None where they are negative."""
    return microseconds / 3600000000 if microseconds is not None and microseconds >= 0 else None


def local_day(day: date | None) -> date:
    """The day, which is known."""
    assert day
    return day
