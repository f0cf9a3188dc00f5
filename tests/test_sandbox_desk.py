"""The stand-in tenant lives like a desk, tells of it as Halo does, and knows what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from halo.tables import REGISTRY, Table
from sandbox import codes, desk_truth, handling
from sandbox.model import Action, Event, Ticket
from sandbox.quirks import Quirks
from sandbox.rows import NULL_DATES
from sandbox.tenant import Tenant
from sandbox.workdays import (
    LONDON,
    NEW_YORK,
    UTC_ZONE,
    Holiday,
    Workday,
    Zone,
    clock_changes,
    desk_workdays,
    holiday_fields,
    workday_fields,
)
from tests.test_sandbox_rows import NOT_SENT
from tests.world import NOON, small, world

ZONES = [UTC_ZONE, LONDON, NEW_YORK]
# Arrays of which no document says what they hold; and a deleted ticket is in no list.
NEVER_FILLED = {
    "ticket": {"timeentries", "deleted_date"},
    "action": {"attachments", "reactions", "translations"},
}


def desk(zone: Zone = LONDON, tickets: int = 400, seed: int = 7, **quirks: Any) -> Tenant:
    """A desk of two years in a zone, with a lunch break."""
    workdays = desk_workdays(zone, breaks=True)
    return Tenant.build(seed, tickets, 2, Quirks(**quirks), workdays=workdays, desk=True)


@pytest.fixture(scope="module", params=ZONES, ids=lambda zone: zone.iana)
def anywhere(request: pytest.FixtureRequest) -> Tenant:
    return desk(request.param)


@pytest.fixture(scope="module")
def london() -> Tenant:
    return desk()


@pytest.fixture
def small_desk() -> Tenant:
    return desk(tickets=3)


def told(ticket: Ticket) -> list[Action]:
    """The actions that say that the status changed, in the order of time."""
    changes = [
        action
        for action in ticket.actions.values()
        if action.fields.get("new_status") and action.new_status != action.old_status
    ]
    return sorted(changes, key=lambda action: (action.datetime, action.id))


def changes(ticket: Ticket) -> list[Event]:
    return [event for event in ticket.events if event.kind == "status"]


def was_imported(ticket: Ticket) -> bool:
    return bool(ticket.tickettype_id == 35)


# Statuses


def test_each_status_change_is_told_by_an_action(anywhere: Tenant) -> None:
    for ticket in anywhere.tickets.values():
        if was_imported(ticket):
            continue
        said = [(action.datetime, action.old_status, action.new_status) for action in told(ticket)]
        assert said == [(event.at, event.before, event.after) for event in changes(ticket)]
        assert [status for *_, status in said][-1:] in ([], [ticket.status_id])


def test_the_name_of_the_new_status_comes_with_it(london: Tenant) -> None:
    names = {identity: name for identity, name, *_ in codes.STATUSES}
    rows = [row for row in london.rows("action") if row.get("new_status")]
    assert {row["new_status"] for row in rows} == names.keys() - {3}
    assert all(row["new_status_name"] == names[row["new_status"]] for row in rows)


def test_an_action_that_changes_nothing_has_the_status_twice_zeros_or_none(london: Tenant) -> None:
    forms = {
        (row.get("old_status"), row.get("new_status"))
        for row in london.rows("action")
        if row.get("old_status") == row.get("new_status")
    }
    assert forms > {(None, None), (0, 0), (codes.IN_PROGRESS, codes.IN_PROGRESS)}


def test_a_share_of_the_changes_leaves_no_action_and_the_history_keeps_them() -> None:
    tenant = desk(untold_status_changes=0.3)
    gaps = ends = 0
    for ticket in tenant.tickets.values():
        chain, true = told(ticket), changes(ticket)
        assert len(chain) == sum(event.told for event in true) <= len(true)
        gaps += sum(one.new_status != other.old_status for one, other in pairwise(chain))
        ends += bool(chain) and chain[-1].new_status != ticket.status_id
    assert gaps > 20
    assert ends > 20


def test_where_no_change_is_told_the_tickets_live_the_same_lives() -> None:
    silent, plain = desk(untold_status_changes=1.0), desk()
    assert not any(told(ticket) for ticket in silent.tickets.values())
    true = [[(e.at, e.after) for e in changes(t)] for t in silent.tickets.values()]
    assert true == [[(e.at, e.after) for e in changes(t)] for t in plain.tickets.values()]


def test_a_status_written_to_the_ticket_alone_leaves_no_action_where_the_switch_says_so() -> None:
    tenant = desk(written_status_leaves_action=False)
    kinds = Counter(event.told for t in tenant.tickets.values() for event in changes(t))
    assert min(kinds[True], kinds[False]) > 200
    ticket = tenant.add_ticket()
    tenant.update_ticket(ticket.id, status_id=codes.ON_HOLD)
    assert not ticket.actions
    tenant.add_action(ticket.id, new_status=codes.IN_PROGRESS)
    assert [(a.old_status, a.new_status) for a in told(ticket)] == [(28, 2)]


def test_the_first_action_of_a_ticket_finds_the_status_in_which_it_was_opened(
    anywhere: Tenant,
) -> None:
    for ticket in anywhere.tickets.values():
        spans = desk_truth.spans(ticket)
        assert spans[0].status_id == codes.NEW_STATUS
        assert spans[0].start == ticket.dateoccurred
        assert all(one.end == other.start for one, other in pairwise(spans))
        assert spans[-1].status_id == ticket.status_id
        assert desk_truth.status_at(ticket, spans[0].start - timedelta(1)) is None


def test_a_plain_world_tells_its_status_changes_too() -> None:
    with world(60, http=False) as w:
        w.tenant.live(5)
        for ticket in w.tenant.tickets.values():
            assert [e.after for e in ticket.events if e.told and e.kind == "status"] or (
                ticket.status_id == codes.NEW_STATUS
            )


# Closing, reopening, merging, deleting


def test_a_closed_ticket_has_the_date_of_its_last_closing(anywhere: Tenant) -> None:
    for ticket in anywhere.tickets.values():
        spans = desk_truth.spans(ticket)
        is_closed = spans[-1].is_closed
        assert ticket.is_closed == is_closed
        if is_closed:
            run = [span for n, span in enumerate(spans) if not n or not spans[n - 1].is_closed]
            assert ticket.dateclosed == [span for span in run if span.is_closed][-1].start


def test_a_reopened_ticket_is_open_again_unless_the_tenant_keeps_that_it_was_closed() -> None:
    for keeps in (False, True):
        tenant = desk(tickets=3, reopened_keeps_closed=keeps)
        ticket = tenant.add_ticket()
        closed = tenant.now() + timedelta(hours=1)
        tenant.close_ticket(ticket.id, at=closed)
        handling.move(tenant, ticket, codes.REOPENED_STATUS, closed + timedelta(days=1))
        row = tenant.ticket_row(ticket)
        assert (row.get("hasbeenclosed"), ticket.dateclosed == closed) == (keeps or None, keeps)
        assert desk_truth.reopenings(ticket) == 1


def test_what_is_resolved_closes_by_itself_later_and_keeps_its_date(london: Tenant) -> None:
    later = [t for t in london.tickets.values() if t.fields.get("date_fully_closed")]
    assert len(later) > 100
    for ticket in later:
        assert ticket.date_fully_closed >= ticket.dateclosed
    assert {ticket.actions[max(ticket.actions)].who for ticket in later} == {"System"}


def test_a_merged_ticket_stays_closed() -> None:
    tenant = desk()
    merged = {n: t for n, t in tenant.tickets.items() if t.fields.get("merged_into_id")}
    assert len(merged) >= 10
    before = {n: list(t.events) for n, t in merged.items()}
    tenant.live(60)
    for number, ticket in merged.items():
        assert ticket.status_id == codes.MERGED_STATUS
        assert ticket.is_closed
        alive = tenant.tickets.get(number)
        assert alive is None or alive.events == before[number]
        assert not desk_truth.spans(ticket)[-2].is_closed, "it was open when it was merged"


def test_tickets_are_deleted_while_they_are_open_and_the_count_is_exact(anywhere: Tenant) -> None:
    assert len(anywhere.tickets) == 400
    assert len(anywhere.deleted_tickets) >= 3
    for ticket in anywhere.deleted_tickets.values():
        assert not desk_truth.spans(ticket)[-1].is_closed
        assert desk_truth.deleted_at(ticket) is not None


def test_some_tickets_have_no_action_and_imported_ones_come_closed(london: Tenant) -> None:
    bare = [ticket for ticket in london.tickets.values() if not ticket.actions]
    assert {was_imported(ticket) for ticket in bare} == {True, False}
    assert all(t.is_closed == was_imported(t) for t in bare)


# Holds and responses


def test_the_hold_time_is_the_working_hours_of_the_holds_that_are_over(anywhere: Tenant) -> None:
    total = 0.0
    for ticket in anywhere.tickets.values():
        workday = anywhere.workday_of(ticket.fields)
        held = sum(
            workday.hours_between(span.start, span.end)
            for span in desk_truth.spans(ticket)
            if span.status_id in codes.HOLD_STATUSES and span.end
        )
        total += held
        assert anywhere.ticket_row(ticket)["slaholdtime"] == pytest.approx(held, abs=0.001)
        assert ticket.fields.get("onhold", False) == (ticket.status_id in codes.HOLD_STATUSES)
    assert total > 100


def test_a_hold_moves_the_due_date_only_where_the_switch_says_so() -> None:
    for moves in (False, True):
        tenant = desk(tickets=3, hold_moves_due=moves)
        ticket = tenant.add_ticket(at=datetime(2025, 6, 2, 8, tzinfo=UTC))
        due = ticket.fixbydate
        handling.move(tenant, ticket, codes.ON_HOLD, datetime(2025, 6, 2, 9, tzinfo=UTC))
        handling.move(tenant, ticket, codes.IN_PROGRESS, datetime(2025, 6, 2, 11, tzinfo=UTC))
        workday = tenant.workdays[1]
        assert ticket.slaholdtime == 2.0
        assert workday.hours_between(due, ticket.fixbydate) == (2.0 if moves else 0.0)


def test_a_response_that_is_reset_moves_and_the_first_one_stays() -> None:
    tenant = desk(tickets=3)
    resets = next(sla.id for sla in tenant.entities["sla"].values() if sla.responsereset)
    first, later = NOON, NOON + timedelta(days=1)
    for sla_id in (1, resets):
        ticket = tenant.add_ticket(at=NOON - timedelta(hours=1), sla_id=sla_id)
        handling.respond(ticket, first)
        handling.reset_response(tenant, ticket, first + timedelta(hours=2))
        handling.respond(ticket, later)
        row = tenant.ticket_row(ticket)
        moved = sla_id == resets
        assert row["responsedate"].startswith((later if moved else first).isoformat()[:19])
        assert row["first_responsedate"].startswith(first.isoformat()[:19])
        assert desk_truth.first_response(ticket) == first


def test_a_build_may_leave_the_first_response_out() -> None:
    tenant = desk(tickets=20, first_response_sent=False)
    assert not any("first_responsedate" in row for row in tenant.rows("ticket"))


def test_a_response_is_not_always_a_reply_and_can_be_dated_before_the_ticket(
    london: Tenant,
) -> None:
    replied = {e.ticket.id: e.at for e in reversed(list(desk_truth.entries(london))) if e.is_reply}
    responded = {n: desk_truth.first_response(t) for n, t in london.tickets.items()}
    assert any(at and n not in replied for n, at in responded.items())
    early = [n for n, at in responded.items() if at and at < london.tickets[n].dateoccurred]
    assert early
    same = [n for n, at in responded.items() if at and replied.get(n) == at]
    assert len(same) > 250


def test_replies_are_neither_hidden_nor_written_by_a_machine_or_the_user(london: Tenant) -> None:
    kinds = {
        (row["who_agentid"] > 1, row["hiddenfromuser"], row["action_systemid"] > 0)
        for row in london.rows("action")
    }
    assert kinds >= {
        (True, False, False),
        (True, True, False),
        (False, False, False),
        (False, False, True),
        (True, True, True),
    }


def test_reassignments_are_counted_and_told_by_a_system_action(london: Tenant) -> None:
    assert sum(ticket.fields.get("reassigncount", 0) for ticket in london.tickets.values()) > 100
    for ticket in london.tickets.values():
        moved = [event for event in ticket.events if event.kind == "assigned"]
        systems = list(_systems(ticket))
        assert len(moved) == len(systems) == ticket.fields.get("reassigncount", 0)
        assert not moved or moved[-1].after == ticket.agent_id


# Working hours


def open_hours(workday: Workday, start: datetime, end: datetime) -> float:
    """Counted another way than the tenant does: minute by minute of each local day's clock."""
    zone, total = ZoneInfo(workday.zone.iana), 0.0
    day = (start - timedelta(days=1)).astimezone(zone).date()
    off = {holiday.on for holiday in workday.holidays if not holiday.agent_id}
    while day <= (end + timedelta(days=1)).astimezone(zone).date():
        for begins, ends in () if day in off else workday.week[day.weekday()]:
            opens, closes = (
                datetime(day.year, day.month, day.day, *divmod(at, 60), tzinfo=zone).timestamp()
                for at in (begins, ends)
            )
            seconds = min(closes, end.timestamp()) - max(opens, start.timestamp())
            total += max(0.0, seconds) / 3600
        day += timedelta(days=1)
    return total


def test_due_dates_are_working_hours(anywhere: Tenant) -> None:
    hours = {(p.slaid, p.priorityid): p for p in anywhere.entities["priority"].values()}
    for ticket in anywhere.tickets.values():
        target = hours[ticket.sla_id, ticket.priority_id]
        workday = anywhere.workdays[ticket.sla_id]
        for due, wanted in (
            (ticket.respondbydate, target.responsetime),
            (ticket.fixbydate, target.fixtime),
        ):
            assert open_hours(workday, ticket.dateoccurred, due) == pytest.approx(wanted)


def test_a_ticket_before_the_office_opens_is_due_when_the_office_has_worked_its_hours() -> None:
    """Reported at 8:23 UTC, 8 hours to respond, office at UTC-4: due at 20:00 UTC, as seen live."""
    office = Workday(9, "Office", NEW_YORK, (((480, 1020),),) * 7)
    reported = datetime(2026, 9, 15, 8, 23, tzinfo=UTC)
    assert office.after(reported, 8) == datetime(2026, 9, 15, 20, tzinfo=UTC)


def test_hours_between_agree_with_a_count_of_each_day(anywhere: Tenant) -> None:
    for ticket in anywhere.tickets.values():
        until = ticket.fields.get("dateclosed") or anywhere.now()
        for workday in anywhere.workdays.values():
            counted = open_hours(workday, ticket.dateoccurred, until)
            assert workday.hours_between(ticket.dateoccurred, until) == pytest.approx(counted)
            assert workday.hours_between(until, ticket.dateoccurred) == 0


def test_a_desk_is_closed_at_night_in_breaks_at_weekends_and_on_holidays() -> None:
    workday = desk_workdays(LONDON, breaks=True)[1]
    tuesday = datetime(2026, 6, 16, tzinfo=UTC)
    summer = [hour for hour in range(24) if workday.is_open(tuesday + timedelta(hours=hour))]
    assert summer == [8, 9, 10, 11, 13, 14, 15, 16]
    assert not workday.is_open(tuesday.replace(hour=12))
    assert workday.open_intervals(date(2026, 6, 20)) == []
    assert workday.open_intervals(date(2026, 12, 25)) == []


def test_an_agent_on_leave_closes_no_desk() -> None:
    leave, public = Holiday(1, date(2026, 6, 16), "Leave", 5), Holiday(2, date(2026, 6, 17), "Fair")
    workday = Workday(9, "Office", LONDON, (((480, 1020),),) * 7, (leave, public))
    assert len(workday.open_intervals(date(2026, 6, 16))) == 1
    assert workday.open_intervals(date(2026, 6, 17)) == []
    assert [row["agent_id"] for row in holiday_fields(workday)] == [5, 0]


@pytest.mark.parametrize("zone", [LONDON, NEW_YORK], ids=lambda zone: zone.iana)
def test_the_desk_opens_by_its_own_clock_before_and_after_the_change(zone: Zone) -> None:
    workday = desk_workdays(zone)[1]
    year = clock_changes(zone, datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    assert len(year) == 2
    for change in year:
        before, after = change - timedelta(days=2), change + timedelta(days=1)
        opens = [workday.open_intervals(workday.local_day(m))[0][0] for m in (before, after)]
        assert {moment.astimezone(ZoneInfo(zone.iana)).hour for moment in opens} == {8}
        assert opens[0].hour != opens[1].hour


def test_tickets_are_open_across_each_change_of_clocks(anywhere: Tenant) -> None:
    zone = anywhere.workdays[1].zone
    since = anywhere.now() - timedelta(days=729)
    for change in clock_changes(zone, since, anywhere.now()):
        over = [
            ticket
            for ticket in anywhere.tickets.values()
            if ticket.dateoccurred < change < (ticket.fields.get("dateclosed") or anywhere.now())
        ]
        near = [t for t in over if change - t.dateoccurred < timedelta(days=2)]
        assert near


def test_tickets_come_in_and_are_answered_outside_working_hours_too(anywhere: Tenant) -> None:
    workday, tickets = anywhere.workdays[1], anywhere.tickets.values()
    reported = Counter(workday.is_open(ticket.dateoccurred) for ticket in tickets)
    answered = Counter(
        workday.is_open(at) for ticket in tickets if (at := desk_truth.first_response(ticket))
    )
    assert min(*reported.values(), *answered.values()) > 25


def test_a_workday_says_when_it_is_worked_in_the_fields_that_halo_documents() -> None:
    row = workday_fields(desk_workdays(NEW_YORK)[1])
    assert (row["timezone"], row["incfriday"], row["incsunday"]) == (
        "Eastern Standard Time",
        True,
        False,
    )
    assert (row["startmonday"], row["endfriday"]) == ("1901-01-01T08:30:00", "1901-01-01T16:00:00")
    assert row["startsunday"] == "1899-12-30T00:00:00"


# The tenant as a whole


def test_priorities_repeat_across_service_levels_with_other_hours(london: Tenant) -> None:
    hours: dict[int, set[float]] = {}
    for priority in london.entities["priority"].values():
        hours.setdefault(priority.priorityid, set()).add(priority.responsetime)
    assert all(len(different) > 1 for different in hours.values())
    used = {(t.sla_id, t.priority_id) for t in london.tickets.values()}
    assert len(used) == len(london.entities["priority"])


def test_one_service_level_counts_no_responses_and_one_ticket_type_is_left_out(
    london: Tenant,
) -> None:
    untracked = {s.id for s in london.entities["sla"].values() if not s.trackslaresponsetime}
    tickets = london.tickets.values()
    assert sum(ticket.sla_id in untracked for ticket in tickets) > 20
    assert sum(ticket.tickettype_id == codes.ALERT for ticket in tickets) > 20
    assert sum(bool(ticket.excludefromsla) for ticket in tickets) > 5


@pytest.mark.parametrize("name", ["ticket", "action"])
def test_no_column_that_real_tenants_fill_is_empty_over_a_demo_tenant(
    london: Tenant, name: str
) -> None:
    table: Table = next(table for table in REGISTRY if table.name == name)
    filled = {
        field
        for row in london.rows(name)
        for field, value in row.items()
        if value and value != -1 and str(value) not in NULL_DATES
    }
    left_out = NOT_SENT[name] | NEVER_FILLED[name]
    assert table.columns.keys() - filled == left_out


def test_the_same_seed_makes_the_same_desk(london: Tenant) -> None:
    again, other = desk(), desk(seed=8)
    assert list(again.rows("action")) == list(london.rows("action"))
    assert list(other.rows("action")) != list(london.rows("action"))


def test_the_hours_of_agents_are_the_hours_of_tickets(london: Tenant) -> None:
    worked = sum(entry.hours for entry in desk_truth.entries(london))
    noted = sum(ticket.fields.get("timetaken", 0.0) for ticket in london.tickets.values())
    assert worked == pytest.approx(noted)
    assert sum(entry.charged_hours for entry in desk_truth.entries(london)) > 50


def test_a_desk_goes_on_living_and_every_row_arrives() -> None:
    with world(60, small(), http=False, desk=True, years=2) as w:
        w.sync()
        assert w.differences() == []
        done: Counter[str] = Counter()
        for _ in range(4):
            w.time.pass_by(days=1)
            done.update(w.tenant.live(1))
            w.sync()
        assert {"tickets put on hold", "tickets reopened", "tickets closed"} <= done.keys()
        w.sync_later(days=8)
        assert w.differences() == []


def _systems(ticket: Ticket) -> Iterator[Action]:
    for action in ticket.actions.values():
        if action.fields.get("action_systemid") == handling.REASSIGNED:
            yield action
