"""The tenant: everything it holds, every way in which it changes, and the truth about its rows."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from threading import RLock
from typing import Any

from halo.tables import REGISTRY, Table
from sandbox import audit, codes, defaults, feedback, handling, people, rows, ticket_details
from sandbox.deletions import Deletions
from sandbox.desk import write_desk
from sandbox.hanging import Hanging, connect
from sandbox.history import write_history
from sandbox.kinds import Kinds
from sandbox.life import live_through
from sandbox.model import NEVER, Action, Event, Fields, Row, Ticket
from sandbox.objects import Objects
from sandbox.quirks import Quirks
from sandbox.truth import true_rows
from sandbox.workdays import Workday, desk_workdays


class Tenant(Objects, Hanging, Deletions):
    """A Halo tenant in memory. It never reads a clock but `now`, nor chance but its seed.

    Every method that changes something takes `at`, the moment of the change (default: now), and
    holds `lock`, as does the serving of a request.
    """

    def __init__(
        self,
        seed: int,
        quirks: Quirks,
        now: Callable[[], datetime],
        registry: Sequence[Table] = REGISTRY,
        *,
        workdays: Mapping[int, Workday] | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self.random: Random = Random(seed)
        self.quirks = quirks
        self.now = now
        self.lock = RLock()
        self.registry = registry
        self.workdays: Mapping[int, Workday] = workdays or desk_workdays()
        # Whether its tickets have the rich lives of a service desk.
        self.is_desk = False
        self.tickets: dict[int, Ticket] = {}
        self.deleted_tickets: dict[int, Ticket] = {}
        self.entities = Kinds(self, counts or {})
        self.last_ticket_id = 0
        self.last_ids: dict[str, int] = defaultdict(int)
        # What there was at first, from which other objects are made that nobody looked at yet.
        self.built_at = now()
        self.first_users: list[int] = []
        self.first_agents: list[int] = []
        self.first_clients: list[int] = []
        self.first_ticket_count = 0
        # The answer to the survey of each rated ticket.
        self.feedback_ids: dict[int, int] = {}
        # How often a list came in another order.
        self.shuffles = 0
        # Grows with every change, so that whoever remembers an answer knows when it is stale.
        self.version = 0
        # When the last request came and when life last went on: no change is dated before them.
        self.read_at: datetime | None = None
        self.lived_until: datetime | None = None

    @classmethod
    def build(
        cls,
        seed: int = 7,
        tickets: int = 400,
        years: float = 2,
        quirks: Quirks | None = None,
        now: Callable[[], datetime] | None = None,
        *,
        users: int | None = None,
        agents: int | None = None,
        clients: int | None = None,
        registry: Sequence[Table] = REGISTRY,
        workdays: Mapping[int, Workday] | None = None,
        desk: bool = False,
        counts: Mapping[str, int] | None = None,
    ) -> "Tenant":
        """A tenant with exactly so many live tickets, users, agents and clients.

        Other objects are made when somebody looks at their kind: `counts` says how many of which
        (`{"asset": 100_000, "feedback": 0}`), where it is not the usual number of a small tenant.
        With `desk` the tickets have the rich lives of a service desk (`sandbox/desk.py`).
        `workdays` are its working hours by id, in London unless given. `now` gives the time as an
        aware UTC datetime; without it, time stands still. Agent 1 ("Unassigned") and client 1
        ("Unknown") always exist and are counted.
        """
        stands_still = datetime(2025, 6, 2, 9, tzinfo=UTC)
        now = now or (lambda: stands_still)
        tenant = cls(seed, quirks or Quirks(), now, registry, workdays=workdays, counts=counts)
        for kind, fields in codes.code_tables(tenant.random, tenant.quirks.custom_field_count):
            entity = tenant.insert(kind, fields)
            entity.restricted = kind == "status" and fields["id"] in codes.RESTRICTED_STATUSES
        client_count = (2 + tickets // 16 if tickets else 1) if clients is None else clients
        agent_count = (25 if tickets else 1) if agents is None else agents
        user_count = tickets * 3 // 5 if users is None else users
        for kind, fields in people.clients_with_sites(tenant.random, max(1, client_count)):
            tenant.insert(kind, fields)
        for fields in people.agents(tenant.random, max(1, agent_count)):
            tenant.insert("agent", fields | {"workday_timezone": tenant.workdays[1].zone.windows})
        for _ in range(user_count):
            tenant.add("user")
        tenant.is_desk = desk
        for held, kind in (
            (tenant.first_users, "user"),
            (tenant.first_agents, "agent"),
            (tenant.first_clients, "client"),
        ):
            held.extend(tenant.entities[kind])
        tenant.first_ticket_count = tickets
        (write_desk if desk else write_history)(tenant, tickets, years)
        connect(tenant)
        return tenant

    # Tickets

    def add_ticket(
        self, *, at: datetime | None = None, custom: Mapping[str, Any] | None = None, **fields: Any
    ) -> Ticket:
        """A new ticket with the next id; `custom` holds custom fields' values by their name."""
        with self.lock:
            moment = at or self.now()
            self.last_ticket_id += 1
            made = defaults.ticket(self.last_ticket_id, moment, self.quirks) | fields
            due = defaults.due_dates(self.entities, made, self.workday_of(made))
            ticket = Ticket(defaults.names(self.entities, made) | due | made)
            ticket.events.append(Event(ticket.dateoccurred, "opened", after=ticket.status_id))
            self.tickets[ticket.id] = ticket
            self.last_ticket_id = max(self.last_ticket_id, ticket.id)
            self._set_custom(ticket, custom)
            self.version += 1
            return ticket

    def import_ticket(self, **fields: Any) -> Ticket:
        """Like `add_ticket`, but Halo never noted a last update of it."""
        return self.add_ticket(**{"last_update": NEVER} | fields)

    def update_ticket(
        self,
        ticket_id: int,
        *,
        at: datetime | None = None,
        custom: Mapping[str, Any] | None = None,
        telling: Fields | None = None,
        **fields: Any,
    ) -> Ticket:
        """Change fields of a ticket, deleted or not; its last_update moves unless given.

        Of another status an action tells, which has the fields in `telling` too.
        """
        with self.lock:
            ticket = self.tickets.get(ticket_id) or self.deleted_tickets[ticket_id]
            moment = at or self.now()
            status = fields.get("status_id", ticket.status_id)
            if status != ticket.status_id:
                told = handling.status_changes(self, ticket, status, moment)
                if told is not None:
                    self._append(ticket, moment, 0.0, told | (telling or {}))
            touched = {"last_update": moment}
            audit.note_changes(ticket, fields, moment)
            ticket.change(touched | defaults.names(self.entities, fields) | fields)
            self._set_custom(ticket, custom)
            feedback.note_rating(self, ticket, fields)
            self.version += 1
            return ticket

    def close_ticket(
        self,
        ticket_id: int,
        satisfaction: int | None = None,
        comment: str | None = None,
        *,
        at: datetime | None = None,
        **fields: Any,
    ) -> Ticket:
        """Close a ticket, with the answer to the satisfaction survey if there is one."""
        moment = at or self.now()
        fields = handling.released(self, self.tickets[ticket_id], moment) | fields
        closed: Fields = {
            "status_id": codes.CLOSED_STATUS,
            "onhold": False,
            "hasbeenclosed": True,
            "dateclosed": moment,
            "closure_agent_id": self.tickets[ticket_id].agent_id,
            "satisfactionlevel": satisfaction,
            "satisfactioncomment": comment,
        }
        return self.update_ticket(ticket_id, at=moment, **closed | fields)

    def merge_ticket(self, ticket_id: int, into: int, *, at: datetime | None = None) -> Ticket:
        """Merge a ticket into another, which gets a system action that says so."""
        with self.lock:
            text = f"Ticket {ticket_id} was merged into this ticket."
            telling: Fields = {"outcome": "Merged", "note": text, "merged_from_ticketid": ticket_id}
            self.add_action(into, at=at, action_systemid=handling.MERGED, **telling)
            event = Event(at or self.now(), "merged", after=into, told=True)
            self.tickets[ticket_id].events.append(event)
            merged: Fields = {"status_id": codes.MERGED_STATUS, "merged_into_id": into}
            return self.close_ticket(ticket_id, at=at, **merged)

    # Actions

    def add_action(
        self, ticket_id: int, hours: float = 0.0, *, at: datetime | None = None, **fields: Any
    ) -> Action:
        """A new action with the next id of its ticket; `hours` is its timetaken.

        With `new_status` it changes the ticket's status.
        """
        with self.lock:
            ticket, moment = self.tickets[ticket_id], at or self.now()
            action = self._append(ticket, moment, hours, fields)
            self._action_touches(ticket, moment, self.quirks.action_add_moves_ticket)
            return action

    def edit_action(
        self, ticket_id: int, action_id: int, *, at: datetime | None = None, **fields: Any
    ) -> Action:
        """Change fields of an action; `at` is when Halo notes it."""
        with self.lock:
            ticket = self.tickets[ticket_id]
            action = ticket.actions[action_id]
            action.change(fields)
            self._action_touches(ticket, at or self.now(), self.quirks.action_edit_moves_ticket)
            return action

    def delete_action(self, ticket_id: int, action_id: int, *, at: datetime | None = None) -> None:
        """Remove an action, which leaves no trace but perhaps in the ticket's date."""
        with self.lock:
            ticket = self.tickets[ticket_id]
            was_last = action_id == max(ticket.actions)
            del ticket.actions[action_id]
            if was_last and self.quirks.last_action_follows_deletion == "follows":
                last = ticket.actions.get(max(ticket.actions, default=0))
                ticket.change({"lastactiondate": last and defaults.acted(last, self.quirks)})
            self._action_touches(ticket, at or self.now(), self.quirks.action_delete_moves_ticket)

    def live(self, day_count: float = 1) -> dict[str, int]:
        """Let so many days' worth of service-desk life happen; answers how much of what."""
        with self.lock:
            return live_through(self, day_count)

    # The truth

    def rows(self, table: str) -> Sequence[Row]:
        """All live rows of a warehouse table, just as the API would send them."""
        with self.lock:
            return rows.with_text_ids(true_rows(self, table), self.quirks.id_as_text)

    def ticket_row(self, ticket: Ticket, custom_ids: list[int] | None = None) -> Row:
        """A row of the ticket list, with `customfields` if some were asked for."""
        row = rows.ticket_row(ticket, self.quirks, self.now())
        if custom_ids:
            infos = self.entities["field_info"]
            row["customfields"] = rows.customfields(ticket, infos, custom_ids)
        return row

    def ticket_detail(self, ticket: Ticket) -> Row:
        """The answer of a ticket's detail call."""
        detail = rows.ticket_detail(ticket, self.quirks, self.now())
        detail |= ticket_details.detail(self, ticket)
        infos = self.entities["field_info"]
        return detail | {"customfields": rows.customfields(ticket, infos, infos)}

    def workday_of(self, ticket: Fields) -> Workday:
        """The working hours by which the SLA of a ticket counts."""
        sla = self.entities["sla"].get(ticket["sla_id"])
        return self.workdays.get(sla.workday_id if sla else 1, self.workdays[1])

    def _append(self, ticket: Ticket, moment: datetime, hours: float, fields: Fields) -> Action:
        ticket.last_action_id += 1
        number = ticket.last_action_id
        made = defaults.action(ticket, number, moment, hours) | fields
        made |= handling.action_status(self, ticket, number, made)
        made.setdefault("who", defaults.agent_name(self.entities, made["who_agentid"]))
        action = ticket.actions[number] = Action(made, added_at=moment)
        ticket.change({"lastactiondate": defaults.acted(action, self.quirks)})
        return action

    def _set_custom(self, ticket: Ticket, custom: Mapping[str, Any] | None) -> None:
        if custom:
            ids = {info.name: info.id for info in self.entities["field_info"].values()}
            ticket.custom |= {ids[name]: value for name, value in custom.items()}

    def _action_touches(self, ticket: Ticket, moment: datetime, moves: bool) -> None:
        self.version += 1
        if moves:
            ticket.change({"last_update": moment} | defaults.totals(ticket))
