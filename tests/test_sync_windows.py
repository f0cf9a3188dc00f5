"""Windows: appointments come by windows of dates, whole, and none is lost on an odd tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from halo.sync.operations import Checkpoint
from sandbox.defaults import MADE_UP
from sandbox.faults import Fault
from tests.world import NOON, Outcome, World, small, world

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the stand-in tenant knows of an appointment: one of half an hour, about weekly."""

    def appointment(_: Any, number: int) -> dict[str, Any]:
        begins = NOON - (number - 10) * 7 * DAY
        ends = begins + timedelta(minutes=30)
        subject = f"Visit {number}"
        return {"id": number, "subject": subject, "start_date": begins, "end_date": ends}

    monkeypatch.setitem(MADE_UP, "appointment", appointment)


@contextmanager
def desk(count: int = 60, **quirks: Any) -> Iterator[World]:
    """A tenant with so many appointments, one a week, 9 of which are planned; 50 a page."""
    with world(1, small(list_page_cap=50, **quirks), http=False, years=0.05) as w:
        w.only("appointment")
        for _ in range(count):
            w.tenant.add("appointment")
        yield w


def add(w: World, begins: datetime | None, days: float = 0.1, **fields: Any) -> int:
    """One more appointment that begins then and lasts so many days."""
    ends = begins and begins + days * DAY
    added = w.tenant.add("appointment", start_date=begins, end_date=ends, **fields)
    return int(added.id)


def move(w: World, number: int, begins: datetime) -> None:
    ends = begins + DAY / 48
    w.tenant.change("appointment", number, start_date=begins, end_date=ends)


def equal(w: World) -> bool:
    """Whether the warehouse has each appointment as it is, and no other."""
    assert w.differences(*(name for name in w.warehouse.tables if name != "appointment")) == []
    return len(w.warehouse.tables["appointment"]) == len(w.tenant.entities["appointment"])


def asked(w: World) -> list[dict[str, str]]:
    return [record.params for record in w.asked("/appointment")]


def during(w: World) -> list[dict[str, str]]:
    """The requests for appointments of the sync to come."""
    w.app.requests.clear()
    w.sync()
    return asked(w)


# What comes


def test_past_and_planned_appointments_come_with_the_first_sync() -> None:
    with desk() as w:
        outcome = w.sync()
        assert equal(w)
        assert outcome.warnings == []
        assert w.sync_later().quiet


def test_all_three_page_parameters_are_always_sent() -> None:
    with desk() as w:
        w.sync()
        assert asked(w)
        assert all({"pageinate", "page_no", "page_size"} <= params.keys() for params in asked(w))


def test_newest_come_first() -> None:
    with desk() as w:
        outcome = w.sync()
        is_near = [row["start_date"] > NOON - 31 * DAY for row in outcome.sent["appointment"]]
        assert is_near == sorted(is_near, reverse=True)
        firsts = list(dict.fromkeys(a["start_date"] for a in asked(w) if "start_date" in a))
        assert firsts == sorted(firsts, reverse=True)


def test_a_quiet_sync_asks_once_and_sends_nothing() -> None:
    with desk() as w:
        w.sync()
        w.time.pass_by(hours=1)
        assert len(during(w)) == 1
        assert w.sync_later().quiet


def test_an_edited_near_appointment_comes_with_the_next_sync() -> None:
    with desk() as w:
        w.sync()
        w.tenant.change("appointment", 3, subject="Elsewhere")
        outcome = w.sync_later()
        assert [row["id"] for row in outcome.sent["appointment"]] == [3]
        assert equal(w)


def test_an_edited_old_appointment_comes_within_about_a_week() -> None:
    with desk() as w:
        w.sync()
        w.tenant.change("appointment", 50, subject="Elsewhere")
        assert w.sync_later().quiet
        w.sync_later(days=7)
        assert equal(w)


# What goes


@pytest.mark.parametrize(("number", "days"), [(3, 0), (12, 0), (50, 7)])
def test_a_deleted_appointment_goes_when_its_window_is_read(number: int, days: int) -> None:
    with desk() as w:
        w.sync()
        w.tenant.remove("appointment", number)
        outcome = w.sync_later(days=days, minutes=20)
        assert outcome.deleted["appointment"] == [{"id": number}]
        assert outcome.warnings == []
        assert equal(w)


def test_the_only_appointment_of_a_window_can_be_deleted() -> None:
    with desk(0) as w:
        near, old = add(w, NOON), add(w, NOON - 400 * DAY)
        w.sync()
        w.tenant.remove("appointment", near)
        assert w.sync_later().deleted["appointment"] == [{"id": near}]
        assert w.warehouse.tables["appointment"].keys() == {(old,)}


def test_the_last_appointment_of_all_stays_with_a_warning() -> None:
    with desk(0) as w:
        only = add(w, NOON)
        w.sync()
        w.tenant.remove("appointment", only)
        outcome = w.sync_later()
        assert "rows no longer come" in outcome.warnings[0]
        assert len(w.warehouse.tables["appointment"]) == 1


@pytest.mark.parametrize(
    ("number", "to"),
    [(3, -200), (12, -200), (50, 3), (50, -30), (50, -900), (30, -320), (40, -120), (20, 2000)],
)
def test_an_appointment_that_moves_between_windows_is_there_in_the_end(
    number: int, to: int
) -> None:
    with desk() as w:
        w.sync()
        w.time.pass_by(days=7)
        move(w, number, NOON + to * DAY)
        w.sync()
        assert equal(w)
        assert w.sync_later().quiet


def test_an_appointment_that_moves_from_one_old_window_to_another_is_never_away() -> None:
    with desk() as w:
        w.sync()
        for number, days in ((40, -330), (40, -80), (40, -200)):
            w.time.pass_by(days=7)
            move(w, number, NOON + days * DAY)
            assert "appointment" not in w.sync().deleted
            assert equal(w)


def test_an_appointment_that_is_dated_back_out_of_the_near_window_is_back_within_a_week() -> None:
    with desk() as w:
        w.sync()
        move(w, 10, NOON - 300 * DAY)
        w.sync_later()
        assert (10,) not in w.warehouse.tables["appointment"]
        w.sync_later(days=7)
        assert equal(w)


def test_so_many_gone_at_once_are_kept_and_believed_after_days() -> None:
    with desk(150) as w:
        for number in range(40):
            add(w, NOON + number * DAY / 24)
        w.sync()
        for number in range(155, 185):
            w.tenant.remove("appointment", number)
        outcome = w.sync_later()
        assert "deleted" not in outcome.deleted
        assert "30 of 54 rows no longer come" in outcome.warnings[0]
        assert len(w.warehouse.tables["appointment"]) == 190
        for _ in range(3):
            w.sync_later(days=1)
        assert equal(w)


@pytest.mark.parametrize(
    "body", ["[]", '{"record_count":0,"appointments":[]}', '{"record_count":0}']
)
def test_a_false_empty_answer_deletes_nothing_whenever_it_comes(body: str) -> None:
    with desk() as w:
        w.sync()
        for days in (0, 8):
            w.app.faults.append(Fault("/appointment", times=0, kind="body", body=body))
            outcome = w.sync_later(days=days, minutes=20)
            assert outcome.deleted == {}
            assert any("rows no longer come" in warning for warning in outcome.warnings)
            w.app.faults.clear()
            w.sync_later()
            assert equal(w)


# Odd tenants


HABITS = [
    {"window_dates": "overlap"},
    {"window_dates": "inside"},
    {"filter_offset_hours": 14},
    {"filter_offset_hours": -12},
    {"boundary_inclusive": False},
    {"order_honoured": "none"},
    {"past_end": "empty"},
    {"window_paged": False},
    {"envelope": {"/appointment": "array"}},
    {"doubled_rows": frozenset({"/appointment"})},
    {"id_as_text": frozenset({"id"})},
]


@pytest.mark.parametrize("habit", HABITS, ids=str)
def test_nothing_is_lost_and_a_quiet_sync_is_quiet_whatever_the_habit(
    habit: dict[str, Any],
) -> None:
    with desk(150, **habit) as w:
        for number in range(70):
            add(w, NOON + number * DAY / 4, days=number / 10)
        outcome = w.sync()
        assert equal(w)
        assert outcome.warnings == []
        for number, to in ((3, -200), (30, 2), (60, -70)):
            move(w, number, NOON + to * DAY)
        w.tenant.remove("appointment", 70)
        w.tenant.remove("appointment", 170)
        w.sync_later(days=7)
        assert equal(w)
        assert w.sync_later().quiet


@pytest.mark.parametrize("cap", [50, 100, 1000])
@pytest.mark.parametrize("honest", [True, False])
@pytest.mark.parametrize("paged", [True, False])
def test_a_list_that_is_cut_comes_whole(cap: int, honest: bool, paged: bool) -> None:
    with desk(60, window_cap=cap, window_count_honest=honest, window_paged=paged) as w:
        for number in range(1100):
            add(w, NOON - number * DAY / 20)
        w.sync()
        assert equal(w)
        assert w.sync_later().quiet


def test_a_moment_with_more_than_may_come_is_told_and_deletes_nothing() -> None:
    with desk(60, window_cap=50) as w:
        for _ in range(60):
            add(w, NOON)
        outcome = w.sync()
        assert any("could not be proved whole" in warning for warning in outcome.warnings)
        w.tenant.remove("appointment", 11)
        assert w.sync_later().deleted == {}


@pytest.mark.parametrize("paged", [True, False])
def test_a_tenant_that_ignores_dates_is_read_once_a_day_and_says_what_that_costs(
    paged: bool,
) -> None:
    with desk(600, window_dates="ignored", window_paged=paged) as w:
        outcome = w.sync()
        assert equal(w)
        assert len(outcome.warnings) == 1
        assert "ignores start_date and end_date" in outcome.warnings[0]
        assert "all 600 rows" in outcome.warnings[0]
        for _ in range(3):
            w.time.pass_by(hours=7)
            assert during(w) == []
        w.tenant.remove("appointment", 500)
        w.tenant.change("appointment", 400, subject="Elsewhere")
        w.time.pass_by(hours=4)
        assert len(during(w)) <= 15
        assert equal(w)
        assert w.sync_later().quiet


def test_a_tenant_that_learns_to_honour_dates_is_asked_by_windows_again() -> None:
    with desk(600, window_dates="ignored") as w:
        w.sync()
        w.become(window_dates="begin")
        w.tenant.remove("appointment", 500)
        assert w.sync_later(days=1).warnings == []
        assert equal(w)
        assert len(during(w)) == 1
        w.become(window_dates="ignored")
        w.sync_later(days=8)
        assert equal(w)


def test_appointments_that_no_window_shows_come_with_a_read_of_all_and_stay() -> None:
    with desk() as w:
        undated = add(w, None)
        for year in (1950, 1999, 2300, 2999):
            add(w, datetime(year, 5, 1, tzinfo=UTC))
        outcome = w.sync()
        assert equal(w)
        assert "windows of dates show 64 of its 65 rows" in outcome.warnings[0]
        assert w.sync_later().quiet
        w.tenant.change("appointment", undated, subject="Some day")
        w.sync_later(days=8)
        assert equal(w)
        w.tenant.remove("appointment", undated)
        w.sync_later(days=8)
        assert equal(w)


def test_long_appointments_of_a_tenant_that_shows_only_what_lies_inside_are_not_lost() -> None:
    with desk(window_dates="inside") as w:
        for back in (20, 60, 200):
            add(w, NOON - back * DAY, days=90)
        w.sync()
        assert equal(w)
        for _ in range(3):
            assert "appointment" not in w.sync_later(days=4).deleted
            assert equal(w)


# Kills and time


def killed(w: World, at: int) -> Outcome:
    """A sync that is killed after so many checkpoints."""
    seen = 0

    def until(operation: object) -> bool:
        nonlocal seen
        seen += isinstance(operation, Checkpoint)
        return seen == at

    return w.sync(until=until)


@pytest.mark.parametrize("dates", ["begin", "overlap", "ignored"])
def test_a_sync_that_is_killed_anywhere_converges(dates: str) -> None:
    with desk(150, window_dates=dates) as w:
        w.app.before_request = lambda *_: w.time.pass_by(seconds=61)
        for at in range(1, 12):
            killed(w, at)
            if at % 3 == 0:
                move(w, 20 + at, NOON - at * 40 * DAY)
                w.tenant.remove("appointment", 100 + at)
        w.app.before_request = None
        w.sync_later()
        w.sync_later(days=8)
        assert equal(w)
        assert w.sync_later().quiet


def test_the_first_load_goes_on_where_history_minutes_ended_it() -> None:
    with desk(300) as w:
        w.configuration["history_minutes"] = "5"
        w.app.before_request = lambda *_: w.time.pass_by(seconds=61)
        syncs = 0
        while not w.warehouse.state or "rounded" not in w.slice("appointment"):
            assert len(during(w)) < 9
            syncs += 1
            assert syncs < 12
        w.app.before_request = None
        assert equal(w)
        assert syncs > 2


def test_a_sync_that_has_time_for_two_requests_gets_on_too() -> None:
    with desk(300) as w:
        w.configuration["history_minutes"] = "2"
        w.app.before_request = lambda *_: w.time.pass_by(seconds=61)
        w.sync()
        for _ in range(12):
            before = w.slice("appointment")["before"]
            w.sync()
            assert w.slice("appointment")["before"] < before


def test_what_is_edited_while_the_list_is_read_is_there_in_the_end() -> None:
    with desk(150, order_honoured="none") as w:
        turn = iter(range(10_000))

        def edit(*_: object) -> None:
            at = next(turn)
            if at % 5 == 0 and at < 60:
                move(w, 20 + at, NOON - (at * 37 % 900) * DAY)
                add(w, NOON - at * DAY)

        for number in range(300):
            add(w, NOON - number * DAY / 12)
        w.app.before_request = edit
        w.sync()
        w.app.before_request = None
        w.sync_later()
        w.sync_later(days=8)
        assert equal(w)


def test_a_table_that_is_wanted_again_comes_with_what_happened_meanwhile() -> None:
    with desk() as w:
        w.sync()
        wanted = w.configuration["excluded_tables"]
        w.only()
        w.sync_later()
        w.tenant.remove("appointment", 50)
        w.tenant.change("appointment", 51, subject="Elsewhere")
        w.configuration["excluded_tables"] = wanted
        w.sync_later()
        assert equal(w)


# At size


def test_36764_appointments_cost_little_more_than_their_pages() -> None:
    with world(1, small(list_page_cap=100), http=False, years=0.05) as w:
        w.only("appointment")
        for number in range(36_764):
            add(w, NOON + 40 * DAY - number * DAY / 20)
        outcome = w.sync()
        assert equal(w)
        assert len(asked(w)) <= 1.12 * 368
        assert outcome.warnings == []
        assert len(str(w.slice("appointment"))) < 500_000
        w.time.pass_by(hours=1)
        assert len(during(w)) <= 16
