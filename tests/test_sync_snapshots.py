"""Snapshots: only what is new, changed or gone is sent, and an empty answer is no clean-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from halo.sync.operations import Checkpoint
from sandbox.faults import Fault
from tests.world import Outcome, World, small, world

TICKET_TABLES = ("ticket", "action", "time_entry", "ticket_satisfaction")


def equal(w: World, *tables: str) -> bool:
    """Whether the warehouse has each row of these tables as it is."""
    assert w.differences(*(name for name in w.warehouse.tables if name not in tables)) == []
    return True


def mutate(w: World, path: str, change: Callable[[Any], Any]) -> None:
    w.app.faults.append(Fault(path, times=0, kind="mutate", mutate=change))


def sent(outcome: Outcome, table: str) -> list[Any]:
    return [row["id"] for row in outcome.sent.get(table, [])]


# What is sent


@pytest.mark.parametrize(
    ("table", "key", "gone", "change", "new"),
    [
        ("user", 2, 3, {"name": "Renamed"}, {"name": "New"}),
        ("client", 2, 3, {"name": "Renamed"}, {"name": "New"}),
        ("site", 2, 3, {"name": "Renamed"}, {"name": "New"}),
        ("agent", 2, 3, {"isdisabled": True}, {"name": "New"}),
        ("team", 2, 3, {"inactive": True}, {"name": "New"}),
        ("status", 2, 9, {"colour": "#000000"}, {"name": "New"}),
        ("category", 2, 3, {"value": "Renamed"}, {"value": "New"}),
        ("ticket_type", 2, 3, {"active": False}, {"name": "New"}),
        ("field_info", 101, 102, {"label": "Renamed"}, {"name": "CFNew"}),
    ],
)
def test_exactly_what_changed_is_sent(
    table: str, key: int, gone: int, change: dict[str, Any], new: dict[str, Any]
) -> None:
    with world(5, clients=5) as w:
        identities = sorted(w.tenant.entities[table])
        key, gone = (key, gone) if key in identities else (identities[0], identities[1])
        w.only(table)
        w.sync()
        assert w.sync_later().quiet
        w.tenant.change(table, key, **change)
        w.tenant.remove(table, gone)
        added = w.tenant.add(table, **new).fields["id"]
        outcome = w.sync_later()
        assert sorted(sent(outcome, table)) == sorted([key, added])
        assert outcome.deleted == {table: [{"id": gone}]}
        assert equal(w, table)
        assert w.sync_later().quiet


def test_keys_of_text_and_of_two_columns_are_deleted_too() -> None:
    with world(5) as w:
        w.only("priority", "field", "sla")
        w.sync()
        priority = next(iter(w.tenant.entities["priority"]))
        kind, number = next(iter(w.tenant.entities["field"]))
        w.tenant.remove("priority", priority)
        w.tenant.remove("field", (kind, number))
        outcome = w.sync_later()
        assert outcome.deleted["priority"] == [{"id": priority}]
        assert outcome.deleted["field"] == [{"kind": kind, "id": number}]
        assert len(outcome.sent["sla"]) == 1
        assert equal(w, "priority", "field", "sla")


def test_nothing_is_sent_while_nothing_changes() -> None:
    with world(10, years=0.05) as w:
        w.sync()
        for hours in (1, 7, 25, 200):
            outcome = w.sync_later(hours=hours)
            assert outcome.quiet
            assert outcome.warnings == []


@pytest.mark.parametrize(
    ("table", "volatile"),
    [
        ("team", "ticket_count"),
        ("status", "ticket_count"),
        ("agent", "is_online"),
        ("client", "open_ticket_count"),
    ],
)
def test_what_changes_by_itself_sends_no_row(table: str, volatile: str) -> None:
    with world(5) as w:
        w.only(table)
        w.sync()
        w.tenant.change(table, 2, **{volatile: 1})
        assert w.sync_later().quiet
        w.tenant.change(table, 2, name="Renamed")
        outcome = w.sync_later()
        assert sent(outcome, table) == [2]
        assert outcome.sent[table][0][volatile] == 1


# What is deleted


@pytest.mark.parametrize("body", ["[]", '{"record_count":0,"results":[]}', '{"record_count":0}'])
def test_an_empty_answer_deletes_nothing(body: str) -> None:
    with world(5) as w:
        w.only("user", "category", "status")
        w.sync()
        for path in ("/users", "/category", "/status"):
            w.app.faults.append(Fault(path, times=0, kind="body", body=body))
        outcome = w.sync_later()
        assert outcome.deleted == {}
        if body == '{"record_count":0}':
            assert len(outcome.warnings) == 3
        for table in ("user", "category", "status"):
            assert any(
                warning.startswith(f"{table}") and "rows no longer come" in warning
                for warning in outcome.warnings
            )
        w.app.faults.clear()
        assert w.sync_later().quiet


def test_a_tenth_of_a_long_list_gone_at_once_is_a_lost_permission() -> None:
    with world(5, small()) as w:
        w.only("category")
        for _ in range(170):
            w.tenant.add("category")
        w.sync()
        there = sorted(w.tenant.entities["category"])
        for key in there[:20]:
            w.tenant.remove("category", key)
        assert len(w.sync_later().deleted["category"]) == 20
        for key in there[20:59]:
            w.tenant.remove("category", key)
        outcome = w.sync_later()
        assert outcome.deleted == {}
        assert "39 of 180 rows no longer come" in outcome.warnings[0]


def test_a_list_that_is_not_proved_whole_deletes_nothing() -> None:
    with world(5, users=12) as w:
        w.only("user")
        w.sync()
        mutate(w, "/users", lambda body: body | {"users": body["users"][:-1]})
        w.tenant.remove("user", 5)
        outcome = w.sync_later()
        assert outcome.deleted == {}
        assert "user: rows moved" in outcome.warnings[0]
        w.app.faults.clear()
        assert w.sync_later().deleted == {"user": [{"id": 5}]}


def test_a_user_that_is_read_while_others_go_is_not_deleted() -> None:
    with world(5, small(order_honoured="none"), users=14) as w:
        w.only("user")
        w.sync()
        by_name = sorted(w.tenant.entities["user"].values(), key=lambda u: str(u.name).casefold())
        gone = [user.id for user in by_name[:1]]

        def before(_: int, record: Any) -> None:
            if record.endpoint == "/users" and record.params["page_no"] == "3" and gone:
                w.tenant.remove("user", gone.pop())
                w.tenant.add("user", name="zzz")

        w.app.before_request = before
        outcome = w.sync_later(days=1)
        assert [key["id"] for key in outcome.deleted.get("user", [])] in ([], [by_name[0].id])
        w.app.before_request = None
        w.sync_later(days=1)
        assert equal(w, "user")


# Long lists


def long(**quirks: Any) -> Any:
    """Lists of which 20 users are ten pages."""
    return small(list_page_cap=2, **quirks)


def user_pages(w: World) -> int:
    """How many pages of users the next sync asks for, at once."""
    before = len(w.asked("/users"))
    w.sync()
    return len(w.asked("/users")) - before


def test_a_long_list_is_read_daily_and_its_changes_in_every_sync() -> None:
    with world(5, long(reference_lastupdate=True), users=20) as w:
        w.only("user")
        w.time.pass_by(hours=1)
        assert user_pages(w) >= 10
        w.time.pass_by(minutes=20)
        assert user_pages(w) <= 2
        w.time.pass_by(hours=1)
        w.tenant.change("user", 7, name="Renamed")
        added = w.tenant.add("user").id
        w.tenant.remove("user", 9)
        outcome = w.sync_later()
        assert sorted(sent(outcome, "user")) == [7, added]
        assert outcome.deleted == {}
        assert w.sync_later(minutes=5).quiet
        w.time.pass_by(hours=20)
        assert user_pages(w) <= 2
        w.time.pass_by(hours=4)
        assert user_pages(w) >= 10
        assert equal(w, "user")
        assert w.sync_later().quiet


def test_a_long_list_that_cannot_be_filtered_is_read_every_six_hours() -> None:
    with world(5, long(), users=20) as w:
        w.only("user")
        w.sync()
        w.sync_later()
        w.tenant.change("user", 7, name="Renamed")
        w.tenant.remove("user", 9)
        w.time.pass_by(hours=5)
        assert user_pages(w) <= 1
        w.time.pass_by(hours=1)
        assert user_pages(w) >= 10
        assert equal(w, "user")
        assert w.sync_later().quiet


def test_more_changes_than_a_page_in_a_long_list_arrive() -> None:
    with world(5, long(reference_lastupdate=True), users=20) as w:
        w.only("user")
        w.time.pass_by(hours=1)
        w.sync()
        w.time.pass_by(hours=1)
        for number in range(3, 10):
            w.tenant.change("user", number, name=f"Renamed {number}")
        outcome = w.sync_later()
        assert sorted(sent(outcome, "user")) == list(range(3, 10))


def test_so_many_changes_that_the_filter_looks_ignored_arrive_within_six_hours() -> None:
    with world(5, long(reference_lastupdate=True), users=20) as w:
        w.only("user")
        w.time.pass_by(hours=1)
        w.sync()
        w.time.pass_by(hours=1)
        for number in range(3, 18):
            w.tenant.change("user", number, name=f"Renamed {number}")
        w.sync_later()
        w.sync_later(hours=6)
        assert equal(w, "user")
        w.time.pass_by(hours=1)
        w.tenant.change("user", 5, name="Renamed once more")
        assert sent(w.sync_later(), "user") == [5]


def test_a_short_list_is_read_in_every_sync() -> None:
    with world(5, users=10) as w:
        w.only("user")
        w.sync()
        w.tenant.remove("user", 9)
        assert w.sync_later(minutes=5).deleted == {"user": [{"id": 9}]}


def test_a_full_read_that_is_killed_deletes_nothing_and_starts_over() -> None:
    with world(5, long(), users=20) as w:
        w.only("user")
        w.sync()
        w.tenant.remove("user", 9)
        w.tenant.change("user", 1, name="Renamed")
        w.tenant.change("user", 20, name="Renamed")
        w.time.pass_by(days=1)
        w.app.before_request = lambda *_: w.time.pass_by(seconds=61)
        pages = [0]

        def until(operation: object) -> bool:
            pages[0] = len([r for r in w.asked("/users") if r.at > w.time.now.replace(hour=0)])
            return pages[0] > 4 and isinstance(operation, Checkpoint)

        outcome = w.sync(until=until)
        assert outcome.deleted == {}
        w.app.before_request = None
        w.sync_later()
        assert equal(w, "user")


# Agents


@pytest.mark.parametrize("form", ["array", "results", "keyed"])
def test_agents_come_with_pages_in_each_envelope(form: Any) -> None:
    with world(5, small(agent_paged=True, envelope={"/agent": form}), agents=11) as w:
        w.only("agent")
        assert w.sync().warnings == []
        assert equal(w, "agent")
        w.tenant.remove("agent", 7)
        assert w.sync_later().deleted == {"agent": [{"id": 7}]}
        assert w.sync_later().quiet


def test_a_bare_array_of_agents_without_pages_is_read_once_and_known_to_end() -> None:
    with world(5, agents=60) as w:
        w.only("agent")
        assert w.sync().warnings == []
        assert equal(w, "agent")
        assert len(w.asked("/agent")) <= 3


# Tables that are not wanted


def test_a_table_that_is_excluded_is_not_asked_for() -> None:
    with world(5) as w:
        w.configuration["excluded_tables"] = "agent, SLA ,field"
        outcome = w.sync()
        assert outcome.warnings == []
        assert w.asked("/agent") == w.asked("/sla") == w.asked("/field") == []
        for table in ("agent", "sla", "field"):
            assert w.warehouse.tables[table] == {}
            assert not [line for line in outcome.log if line.startswith(f"{table} ")]
        assert w.differences("agent", "sla", "field") == []


def test_a_table_that_is_excluded_for_a_while_is_exact_when_it_comes_back() -> None:
    with world(5) as w:
        w.only("agent")
        w.sync()
        w.only()
        w.tenant.remove("agent", 7)
        w.tenant.change("agent", 8, name="Renamed")
        w.sync_later()
        assert w.slice("agent")
        w.only("agent")
        outcome = w.sync_later()
        assert sent(outcome, "agent") == [8]
        assert outcome.deleted == {"agent": [{"id": 7}]}


# Odd rows


@pytest.mark.parametrize(
    ("path", "table", "rows"), [("/status", "status", None), ("/users", "user", "users")]
)
def test_a_row_without_its_key_is_counted_and_named_and_fails_nothing(
    path: str, table: str, rows: str | None
) -> None:
    with world(5, small(list_page_cap=100)) as w:
        w.only(table)

        def spoil(body: Any) -> Any:
            held = body[rows] if rows else body
            held += [{"name": "Without an id"}, {"id": None, "name": "With none"}]
            return body | {"record_count": len(held)} if rows else body

        mutate(w, path, spoil)
        outcome = w.sync()
        (warning,) = outcome.warnings
        assert warning.startswith(f"{table}: 2 rows came without id and were left out")
        assert equal(w, table)
        outcome = w.sync_later()
        assert outcome.quiet


def test_values_that_do_not_fit_are_kept_and_told_in_one_warning() -> None:
    with world(5) as w:
        w.only("status")

        def spoil(body: Any) -> None:
            for row in body[:3]:
                row["sequence"] = "first"
            body[0]["slaignorerelease"] = "perhaps"
            body[1]["a_new_column"] = {"of": "a new build"}

        mutate(w, "/status", spoil)
        outcome = w.sync()
        (warning,) = outcome.warnings
        assert warning.startswith("status: values did not fit")
        assert "sequence (3), slaignorerelease (1)" in warning
        rows = sorted(w.warehouse.tables["status"].values(), key=lambda row: str(row["id"]))
        spoilt = {"sequence", "slaignorerelease", "a_new_column"}
        extra = [
            {name: value for name, value in row["additional_fields"].items() if name in spoilt}
            for row in rows
        ]
        assert {"sequence": "first"} in extra
        assert {"sequence": "first", "slaignorerelease": "perhaps"} in extra
        assert {"sequence": "first", "a_new_column": {"of": "a new build"}} in extra
        assert "sequence" not in w.warehouse.tables["status"][(rows[0]["id"],)]
        assert w.sync_later().quiet


def test_a_change_in_a_long_list_is_lost_where_the_clocks_are_minutes_apart() -> None:
    with world(5, long(reference_lastupdate=True, date_skew_seconds=600), users=20) as w:
        w.only("user")
        w.time.pass_by(hours=1)
        w.sync()
        w.time.pass_by(minutes=2)
        w.tenant.change("user", 7, name="Renamed")
        assert sent(w.sync_later(minutes=5), "user") == [7]
        w.time.pass_by(minutes=2)
        w.tenant.change("user", 8, name="Renamed")
        assert sent(w.sync_later(minutes=5), "user") == [8]


def test_changes_of_a_long_list_that_cannot_be_proved_whole_move_its_cursor() -> None:
    with world(5, long(reference_lastupdate=True), users=20) as w:
        w.only("user")
        w.time.pass_by(hours=1)
        w.sync()
        w.time.pass_by(hours=1)
        for number in range(3, 9):
            w.tenant.change("user", number, name=f"Renamed {number}")
        mutate(w, "/users", lambda body: body | {"users": body["users"][1:]})
        cursor = w.slice("user")["cursor"]
        w.sync_later()
        assert w.slice("user")["cursor"] == cursor
        w.app.faults.clear()
        w.sync_later()
        assert equal(w, "user")


def test_the_cursor_of_a_long_list_goes_back() -> None:
    with world(5, long(reference_lastupdate=True), users=20) as w:
        w.only("user")
        w.time.pass_by(hours=1)
        w.sync()
        cursor = w.slice("user")["cursor"]
        w.become(date_skew_seconds=-7200)
        w.sync_later()
        assert w.slice("user")["cursor"] == cursor
