"""Tenants, definitions and time zones under which the models are compared with the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox import codes, handling
from sandbox.model import Ticket
from sandbox.workdays import LONDON, NEW_YORK, UTC_ZONE, Hours, Zone, desk_workdays
from tests.models.warehouse import SCHEMA, MarkingWarehouse
from tests.world import World, small, world

Week = Mapping[str, tuple[Hours, ...]]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BREAKS: Week = {
    **dict.fromkeys(DAYS[:4], ((540, 750), (810, 1050))),
    "friday": ((540, 750), (810, 960)),
    "saturday": ((600, 720),),
}


@dataclass(frozen=True)
class Scenario:
    """A desk's life, what its API shows of it, and how the models are told to count.

    `week` is `halo_business_hours`, in minutes; without it Halo's workdays count, and with
    `workdays` false too there are none. `without` are tables that are not synced.
    """

    name: str
    zone: Zone
    seed: int = 7
    quirks: Mapping[str, Any] = field(default_factory=dict)
    closed: tuple[int, ...] = codes.CLOSED_STATUSES
    hold: tuple[int, ...] = codes.HOLD_STATUSES
    waiting: tuple[int, ...] = codes.WAITING_FOR_USER_STATUSES
    satisfied: tuple[int, ...] = codes.SATISFIED_LEVELS
    excluded_types: tuple[int, ...] = ()
    week: Week = field(default_factory=dict)
    days_off: tuple[str, ...] = ()
    workdays: bool = True
    without: tuple[str, ...] = ()

    def variables(self, now: datetime) -> dict[str, Any]:
        """The package's variables."""
        not_used = {f"halo_using_{name}": False for name in self.without}
        if not self.workdays or self.week:
            not_used |= {"halo_using_workday": False, "halo_using_holiday": False}
        return {
            "halo_schema": SCHEMA,
            "halo_now": now.astimezone(UTC).replace(tzinfo=None).isoformat(" "),
            "halo_timezone": self.zone.iana,
            "halo_closed_status_ids": list(self.closed),
            "halo_hold_status_ids": list(self.hold),
            "halo_waiting_for_user_status_ids": list(self.waiting),
            "halo_satisfied_levels": list(self.satisfied),
            "halo_excluded_ticket_type_ids": list(self.excluded_types),
            "halo_business_hours": {
                day: [f"{_clock(a)}-{_clock(b)}" for a, b in hours]
                for day, hours in self.week.items()
            },
            "halo_holidays": list(self.days_off),
            "halo_custom_fields": [{"name": "CFRootCause", "alias": "root_cause"}],
            **not_used,
        }


SCENARIOS = (
    Scenario("all told, UTC, no working hours", UTC_ZONE, workdays=False),
    Scenario("Halo's workdays, London", LONDON, seed=11, quirks={"first_response_sent": False}),
    Scenario(
        "breaks, New York, changes that nothing tells",
        NEW_YORK,
        seed=13,
        quirks={"untold_status_changes": 0.3, "hold_moves_due": True},
        week=BREAKS,
        days_off=("2025-12-25", "2026-03-09", "2026-05-25"),
        excluded_types=(codes.ALERT,),
    ),
    Scenario(
        "written statuses leave no action, London, only status 9 is closed",
        LONDON,
        seed=17,
        quirks={"written_status_leaves_action": False, "reopened_keeps_closed": True},
        closed=(codes.CLOSED_STATUS,),
        hold=(),
        satisfied=(),
        week=BREAKS,
    ),
    Scenario("actions are not synced, New York", NEW_YORK, seed=19, without=("action",)),
)


def lived(scenario: Scenario) -> tuple[World, MarkingWarehouse]:
    """A tenant that is synced, lives on, loses tickets and actions, and is synced again."""
    quirks = small(page_cap=100, list_page_cap=100, **scenario.quirks)
    workdays = desk_workdays(scenario.zone)
    with world(
        260, quirks, http=False, desk=True, workdays=workdays, years=1.0, seed=scenario.seed
    ) as here:
        held = MarkingWarehouse(here.tenant.registry)
        here.warehouse = held
        # Ratings come from the tickets' details, not from surveys, which know no reopening.
        here.configuration["excluded_tables"] = ",".join(["feedback", *scenario.without])
        here.sync()
        _go_on(here)
        here.sync_later(days=8)
        return here, held


def _go_on(here: World) -> None:
    """What a week does: closings, a reopening, merges, deletes of tickets and of actions."""
    tenant, random = here.tenant, here.tenant.random
    rated = [
        t for t in tenant.tickets.values() if t.is_closed and t.fields.get("satisfactionlevel")
    ]
    here.time.pass_by(hours=30)
    tenant.live(1)
    unclosed = [t for t in tenant.tickets.values() if t.status_id not in codes.CLOSED_STATUSES]
    chosen = random.sample(unclosed, 8)
    for ticket in chosen[:2]:
        tenant.delete_ticket(ticket.id)
    tenant.merge_ticket(chosen[2].id, chosen[3].id, at=here.time.now)
    tenant.close_ticket(chosen[4].id, 5, "Thanks", at=here.time.now)
    handling.move(tenant, chosen[5], codes.ON_HOLD, here.time.now)
    worked = [t for t in tenant.tickets.values() if len(t.actions) > 3]
    for ticket in random.sample(worked, 5):
        tenant.delete_action(ticket.id, min(ticket.actions), at=here.time.now)
    closed = next(
        ticket
        for ticket in tenant.tickets.values()
        if ticket.status_id == codes.CLOSED_STATUS and not ticket.fields.get("satisfactionlevel")
    )
    moment = here.time.now + timedelta(minutes=5)
    here.time.pass_by(minutes=10)
    handling.move(tenant, closed, codes.REOPENED_STATUS, moment)
    touched = next(ticket for ticket in tenant.tickets.values() if _is_one_touch(ticket))
    handling.move(tenant, touched, codes.REOPENED_STATUS, moment)
    tenant.close_ticket(touched.id, at=moment + timedelta(minutes=2))
    # What becomes of the rating of a ticket that is reopened is the sync's own tests' matter.
    for ticket in rated:
        if ticket.id in tenant.tickets and not ticket.is_closed:
            level, comment = (
                ticket.fields.get(f"satisfaction{name}") for name in ("level", "comment")
            )
            tenant.close_ticket(ticket.id, level, comment, at=moment)


def _is_one_touch(ticket: Ticket) -> bool:
    """Whether it was closed after one reply, and not rated."""
    written = [action for action in ticket.actions.values() if action.who_agentid > 1]
    replies = [a for a in written if not a.fields.get("hiddenfromuser") and not a.is_system]
    rated = ticket.fields.get("satisfactionlevel")
    return ticket.status_id == codes.CLOSED_STATUS and not rated and len(replies) == 1


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
