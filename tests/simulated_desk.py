"""What happens at a simulated service desk, between syncs and while one runs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from random import Random
from typing import Any

from sandbox.model import Ticket
from tests.world import Key, World

HOURS = ("timetaken", "timetakenadjusted", "actionchargehours", "actionnonchargehours")

Change = Callable[["Desk"], None]


class Desk:
    """Changes a tenant, and remembers what a sync cannot know, or not at once.

    `touched` are the rows changed since a sync began, by table and key; `fresh` are tickets whose
    `last_update` moved since the last whole sync; `waiting` are tickets that changed without that,
    and `silent` those whose actions did.
    """

    def __init__(self, world: World) -> None:
        self.world, self.tenant = world, world.tenant
        self.draw = Random(0)
        self.touched: set[tuple[str, Key]] = set()
        self.fresh: set[int] = set()
        self.waiting: set[int] = set()
        self.silent: set[int] = set()
        self.done: set[str] = set()

    def happen(self, kind: str, draw: Random) -> None:
        """One change of a kind, where there is something to change."""
        self.draw = draw
        self.done.add(kind)
        KINDS[kind](self)

    def during(self, planned: dict[int, tuple[str, Random]]) -> None:
        """Lets changes happen before the requests of the next sync with these numbers."""
        self.touched = set()
        first = len(self.world.app.requests)

        def before(ordinal: int, _record: object) -> None:
            self.world.time.pass_by(seconds=1)
            if (change := planned.pop(ordinal - first, None)) is not None:
                self.happen(*change)

        self.world.app.before_request = before

    def touch(self, ticket: int, moved: bool = True) -> None:
        """Notes that a ticket changed, and whether its last_update tells."""
        self.touched.add(("ticket", (ticket,)))
        (self.fresh if moved else self.waiting).add(ticket)

    def live(self, days: float) -> None:
        """Ordinary days go by; which tickets changed without a date that says so is noted."""

        def actions(ticket: Ticket) -> dict[int, dict[str, Any]]:
            return {number: dict(action.fields) for number, action in ticket.actions.items()}

        before = {n: (t.last_update, actions(t)) for n, t in self.tenant.tickets.items()}
        self.tenant.live(days)
        for number in before.keys() - self.tenant.tickets.keys():
            self.touch(number, moved=False)
        for number, ticket in self.tenant.tickets.items():
            updated, held = before.get(number, (None, {}))
            if updated == ticket.last_update and held != actions(ticket):
                self._acted(number, moves=False)

    # Tickets

    def one(self, wanted: Callable[[Ticket], object] = bool) -> int | None:
        """One of the tickets that fit."""
        fit = [number for number, ticket in self.tenant.tickets.items() if wanted(ticket)]
        return self.draw.choice(fit) if fit else None

    def add_ticket(self) -> None:
        ticket = self.tenant.add_ticket(summary=f"New {self.draw.random()}").id
        for _ in range(self.draw.randint(0, 3)):
            self.tenant.add_action(ticket, hours=self.draw.choice((0.0, 0.5)))
        self.touch(ticket)

    def import_ticket(self) -> None:
        self.touch(self.tenant.import_ticket(summary="Imported").id, moved=False)

    def update_ticket(self) -> None:
        if ticket := self.one():
            self.tenant.update_ticket(ticket, summary=f"Changed {self.draw.random()}")
            self.touch(ticket)

    def close_ticket(self) -> None:
        if ticket := self.one(lambda t: not t.is_closed):
            self.tenant.close_ticket(ticket, self.draw.choice((None, 1, 5)))
            self.touch(ticket)

    def rate_ticket_later(self) -> None:
        """The user answers the survey days after the ticket was closed."""
        if ticket := self.one(lambda t: t.is_closed and t.fields.get("satisfactionlevel") is None):
            self.tenant.update_ticket(ticket, satisfactionlevel=self.draw.randint(1, 5))
            self.touch(ticket)

    def merge_tickets(self) -> None:
        ticket, into = self.one(lambda t: not t.is_closed), self.one()
        if ticket and into and ticket != into:
            self.tenant.merge_ticket(ticket, into)
            self.touch(ticket)
            self._acted(into, self.tenant.quirks.action_add_moves_ticket)

    def delete_ticket(self) -> None:
        if len(self.tenant.tickets) > 5 and (ticket := self.one()):
            self.tenant.delete_ticket(ticket)
            self.touch(ticket, moved=False)

    def purge_ticket(self) -> None:
        if len(self.tenant.tickets) > 5 and (ticket := self.one()):
            self.tenant.purge_ticket(ticket)
            self.touch(ticket, moved=False)

    def restore_ticket(self) -> None:
        """A deleted ticket comes back, perhaps changed, and no date of it says so."""
        if self.tenant.deleted_tickets:
            ticket = self.draw.choice(sorted(self.tenant.deleted_tickets))
            if self.draw.random() < 0.5:
                self.tenant.update_ticket(ticket, summary="Changed while deleted")
            self.tenant.restore_ticket(ticket)
            self.touch(ticket, moved=False)

    def hide_team(self) -> None:
        """The API's agent loses the right to one team, or gets it back."""
        shown = self.tenant.quirks.hidden_teams
        team = self.draw.choice(sorted({t.team for t in self.tenant.tickets.values()}))
        self.world.become(hidden_teams=frozenset() if shown else frozenset({team}))
        for number, ticket in self.tenant.tickets.items():
            if ticket.team in (shown or {team}):
                self.touch(number, moved=False)

    # Actions

    def _acted(self, ticket: int, moves: bool) -> None:
        self.touch(ticket, moves)
        if not moves:
            self.silent.add(ticket)

    def add_action(self) -> None:
        self._add()

    def back_date_action(self) -> None:
        self._add(days=-self.draw.choice((2, 10, 40)))

    def date_action_in_the_future(self) -> None:
        self._add(days=self.draw.choice((0.5, 3)))

    def add_many_actions(self) -> None:
        self._add(count=70)

    def _add(self, count: int = 1, days: float = 0) -> None:
        if ticket := self.one():
            occurred = self.tenant.now() + timedelta(days=days)
            for place in range(count):
                hours = self.draw.choice((0.0, 0.25))
                moment = occurred - timedelta(seconds=place)
                self.tenant.add_action(ticket, hours=hours, datetime=moment)
            self._acted(ticket, self.tenant.quirks.action_add_moves_ticket)

    def edit_action(self) -> None:
        if ticket := self.one(lambda t: t.actions):
            action = self.draw.choice(sorted(self.tenant.tickets[ticket].actions))
            self.tenant.edit_action(ticket, action, note=f"Edited {self.draw.random()}")
            self._acted(ticket, self.tenant.quirks.action_edit_moves_ticket)

    def move_hours(self) -> None:
        """The hours of one action turn out to belong to another."""
        timed = self.one(lambda t: len(t.actions) > 1 and any(a.hours for a in t.actions.values()))
        if timed:
            actions = self.tenant.tickets[timed].actions
            source = self.draw.choice(sorted(n for n, action in actions.items() if action.hours))
            target = self.draw.choice(sorted(n for n in actions if n != source))
            hours = actions[source].hours
            none: dict[str, Any] = dict.fromkeys(HOURS, 0.0)
            self.tenant.edit_action(timed, source, **none)
            self.tenant.edit_action(timed, target, **none | {"timetaken": hours})
            self._acted(timed, self.tenant.quirks.action_edit_moves_ticket)

    def delete_action(self) -> None:
        if ticket := self.one(lambda t: t.actions):
            self._delete(ticket, [self.draw.choice(sorted(self.tenant.tickets[ticket].actions))])

    def delete_last_action(self) -> None:
        if ticket := self.one(lambda t: t.actions):
            self._delete(ticket, [max(self.tenant.tickets[ticket].actions)])

    def delete_all_actions(self) -> None:
        if ticket := self.one(lambda t: t.actions):
            self._delete(ticket, sorted(self.tenant.tickets[ticket].actions))

    def _delete(self, ticket: int, actions: Collection[int]) -> None:
        for action in actions:
            self.tenant.delete_action(ticket, action)
        self._acted(ticket, self.tenant.quirks.action_delete_moves_ticket)

    # People, places and codes

    def _entity(self, kind: str) -> int | None:
        held = sorted(self.tenant.entities[kind])
        return self.draw.choice(held) if len(held) > 2 else None

    def _add_entity(self, kind: str, **fields: object) -> None:
        self.touched.add((kind, (self.tenant.add(kind, **fields).fields["id"],)))

    def _remove_entity(self, kind: str, key: int) -> None:
        self.tenant.remove(kind, key)
        self.touched.add((kind, (key,)))

    def add_person(self) -> None:
        self._add_entity(self.draw.choice(("user", "client", "site", "agent")))

    def rename(self) -> None:
        kind = self.draw.choice(("user", "client", "site", "agent", "team", "status", "sla"))
        if key := self._entity(kind):
            self.tenant.change(kind, key, name=f"Renamed {self.draw.random()}")
            self.touched.add((kind, (key,)))

    def remove_person(self) -> None:
        kind = self.draw.choice(("user", "client", "site", "agent"))
        if key := self._entity(kind):
            self._remove_entity(kind, key)

    def reuse_code(self) -> None:
        """A code goes, and another gets its id."""
        kind = self.draw.choice(("team", "status", "category", "ticket_type"))
        if key := self._entity(kind):
            self._remove_entity(kind, key)
            name = {"value" if kind == "category" else "name": f"Another {self.draw.random()}"}
            self._add_entity(kind, id=key, **name)

    def remove_code(self) -> None:
        kind = self.draw.choice(("team", "status", "category", "ticket_type"))
        if key := self._entity(kind):
            self._remove_entity(kind, key)

    def add_hundreds_of_users(self) -> None:
        for _ in range(200):
            self._add_entity("user")

    def lose_a_third_of_users(self) -> None:
        users = sorted(self.tenant.entities["user"])
        for key in self.draw.sample(users, len(users) // 3):
            self._remove_entity("user", key)

    def add_custom_field(self) -> None:
        """A new custom field, which the next ticket fills."""
        name = self.tenant.add("field_info").fields["name"]
        self.touched.add(("field_info", (self.tenant.last_ids["field_info"],)))
        if ticket := self.one():
            self.tenant.update_ticket(ticket, custom={name: "Filled"})
            self.touch(ticket)


KINDS: dict[str, Change] = {
    change.__name__: change
    for change in (
        Desk.add_ticket,
        Desk.import_ticket,
        Desk.update_ticket,
        Desk.close_ticket,
        Desk.rate_ticket_later,
        Desk.merge_tickets,
        Desk.delete_ticket,
        Desk.purge_ticket,
        Desk.restore_ticket,
        Desk.hide_team,
        Desk.add_action,
        Desk.back_date_action,
        Desk.date_action_in_the_future,
        Desk.add_many_actions,
        Desk.edit_action,
        Desk.move_hours,
        Desk.delete_action,
        Desk.delete_last_action,
        Desk.delete_all_actions,
        Desk.add_person,
        Desk.rename,
        Desk.remove_person,
        Desk.reuse_code,
        Desk.remove_code,
        Desk.add_hundreds_of_users,
        Desk.lose_a_third_of_users,
        Desk.add_custom_field,
    )
}
"""Every kind of change by its name."""
