"""Whatever an endpoint answers, at whatever request: the one right outcome by the design.

A tenant is loaded, eight days pass and everything in it changes; then a sync that also makes the
weekly walk meets the fault. A fault that passes leaves no trace. One that lasts skips its table and
no other, deletes nothing, and when it is over the next sync makes the warehouse equal again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from functools import cache, partial
from io import BytesIO
from typing import Any, Literal, get_args

import pytest
import requests
from requests.adapters import BaseAdapter, HTTPAdapter

import halo.api.requests
from halo.errors import HaloError, SignInError, TableError
from halo.tables.columns import ADDITIONAL_FIELDS
from sandbox.faults import Fault
from sandbox.oauth import CLIENT_SECRET
from tests.world import FIRST, InProcess, Outcome, Warehouse, World, small, world

Where = Callable[[str, Mapping[str, str]], bool]


# --- a tenant that was loaded, and in which everything changed since

VANISHED = 9
"""A ticket on which nothing hangs, and which is deleted."""


@contextmanager
def before_the_changes(http: bool = False, **quirks: Any) -> Iterator[World]:
    desk: dict[str, Any] = {"users": 7, "clients": 6, "agents": 5, "seed": 9, "years": 0.03}
    with world(8, small(**quirks), http=http, registry=FIRST, **desk) as w:
        w.tenant.add_ticket(id=VANISHED, summary="Nothing hangs on it")
        w.configuration["history_minutes"] = "1440"
        remember_expected_rows(w)
        yield w


def remember_expected_rows(w: World) -> None:
    """Works the tenant's rows out once for each of its versions: they are asked for again."""
    # The type checker minds that a method is replaced.
    patched: Any = w
    work_out, known = w.expected, {}

    def expected(name: str) -> Any:
        state = (name, w.tenant.version)
        if state not in known:
            known[state] = work_out(name)
        return known[state]

    patched.expected = expected


@cache
def first_load() -> Warehouse:
    """The same for every case, for the tenant is."""
    with before_the_changes() as w:
        w.sync()
        assert w.differences() == []
        return w.warehouse


@contextmanager
def changed_world(http: bool = False, **quirks: Any) -> Iterator[World]:
    """A loaded world in which each table has something to send, and some have rows to delete."""
    with before_the_changes(http, **quirks) as w:
        w.warehouse = first_load().copy()
        w.time.pass_by(days=8)
        change_everything(w)
        w.time.pass_by(hours=3)  # So that no overlap brings in again what a cursor passed over.
        yield w


def change_everything(w: World) -> None:
    tenant = w.tenant
    for ticket in (2, 4, 6):
        tenant.close_ticket(ticket, satisfaction=ticket // 2, comment=f"Rated {ticket}")
    for ticket in (1, 3, 5):
        tenant.add_action(ticket, hours=0.5)
        tenant.update_ticket(ticket, summary=f"Changed {ticket}")
    tenant.edit_action(7, min(tenant.tickets[7].actions), note="Edited")
    tenant.delete_action(8, max(tenant.tickets[8].actions))
    tenant.add_ticket(summary="New")
    tenant.delete_ticket(VANISHED)
    for kind, column in (
        ("user", "notes"),
        ("client", "notes"),
        ("site", "notes"),
        ("agent", "jobtitle"),
        ("team", "department_name"),
        ("status", "colour"),
        ("priority", "colour"),
        ("category", "note"),
        ("ticket_type", "description"),
        ("sla", "workday_name"),
        ("field", "url"),
        ("field_info", "hint"),
    ):
        first, *_, last = list(tenant.entities[kind])
        tenant.change(kind, first, **{column: "changed"})
        if kind not in ("priority", "sla", "field_info"):
            tenant.remove(kind, last)


# --- the endpoints, and which tables depend on them


@dataclass(frozen=True)
class Endpoint:
    """A kind of request, the table that it feeds, and those that may go without it too."""

    name: str
    table: str
    where: Where
    tables: tuple[str, ...]
    positions: tuple[str, ...] = ("only",)

    def __str__(self) -> str:
        return self.name


ANYWHERE = ("first", "middle", "last")


def _is_detail(path: str, _: Mapping[str, str]) -> bool:
    return path.startswith("/tickets/") and path != f"/tickets/{VANISHED}"


def _snapshot(table: str, path: str, *positions: str) -> Endpoint:
    return Endpoint(table, table, lambda asked, _: asked == path, (table,), positions or ("only",))


TICKETS = Endpoint("ticket", "ticket", lambda p, _: p == "/tickets", ("ticket",), ANYWHERE)
DETAILS = Endpoint(
    "ticket_details", "ticket_satisfaction", _is_detail, ("ticket_satisfaction",), ANYWHERE
)
BY_TICKET = Endpoint(
    "actions_by_ticket",
    "action",
    lambda p, params: p == "/actions" and "ticket_id" in params,
    ("action", "time_entry"),
    ANYWHERE,
)
BY_DAY = Endpoint(
    "actions_by_day",
    "action",
    lambda p, params: p == "/actions" and "ticket_id" not in params,
    ("action", "time_entry"),
    ANYWHERE,
)
SNAPSHOTS = (
    _snapshot("user", "/users", *ANYWHERE),
    _snapshot("client", "/client", *ANYWHERE),
    _snapshot("site", "/site", *ANYWHERE),
    _snapshot("agent", "/agent", "first", "last"),
    _snapshot("team", "/team"),
    _snapshot("status", "/status"),
    _snapshot("priority", "/priority"),
    _snapshot("category", "/category"),
    _snapshot("ticket_type", "/tickettype"),
    _snapshot("sla", "/sla"),
    _snapshot("field", "/field"),
    _snapshot("field_info", "/fieldinfo", "first"),
)
BELOW_TICKETS = (BY_TICKET, BY_DAY, DETAILS)
ENDPOINTS = (TICKETS, *BELOW_TICKETS, *SNAPSHOTS)


@cache
def undisturbed() -> tuple[tuple[str, dict[str, str]], ...]:
    """The requests of the sync in which the faults come."""
    with changed_world() as w:
        outcome = w.sync()
        assert outcome.warnings == []
        assert w.differences() == []
        assert set(outcome.sent) == {table.name for table in FIRST}
        return tuple((record.endpoint, record.params) for record in w.app.requests)


def nth(endpoint: Endpoint, position: str) -> int:
    """The number of the request at a position, among those of its endpoint."""
    count = sum(endpoint.where(path, params) for path, params in undisturbed())
    assert count >= len(endpoint.positions)
    return {"only": 1, "first": 1, "middle": (count + 1) // 2, "last": count}[position]


@dataclass(eq=False)
class At(Fault):
    """A fault on the requests for which `where` is true."""

    where: Where = lambda *_: True

    def _matches(self, path: str, params: Mapping[str, str]) -> bool:
        return self.where(path, params)


@dataclass(eq=False)
class EachOnce(At):
    """A fault that hits each request when it is sent for the first time."""

    met: set[str] = field(default_factory=set)

    @property
    def paths(self) -> set[str]:
        """The paths of the requests that were hit."""
        return {json.loads(request)[0] for request in self.met}

    def counts(self, path: str, params: Mapping[str, str]) -> bool:
        request = json.dumps([path, params], sort_keys=True)
        if request in self.met or not self.where(path, params):
            return False
        self.met.add(request)
        return True


# --- what must hold whatever happens


def wrong_deletes(w: World, outcome: Outcome) -> list[str]:
    """Rows that the sync deleted and the tenant still has."""
    keys = {table.name: table.key for table in FIRST}
    live = {table: w.expected(table) for table in outcome.deleted}
    return [
        f"{table} {key}"
        for table, deleted in outcome.deleted.items()
        for key in deleted
        if tuple(key[name] for name in keys[table]) in live[table]
    ]


def is_a_sentence(error: Exception | None) -> bool:
    text = str(error)
    return isinstance(error, HaloError) and text.endswith(".") and "\n" not in text


def assert_over(w: World) -> None:
    """The fault has passed: the next sync makes the warehouse equal to the tenant."""
    w.app.faults.clear()
    after = w.sync_later()
    assert after.warnings == []
    assert w.differences() == []


def assert_whole(w: World, outcome: Outcome) -> None:
    assert outcome.error is None
    assert outcome.warnings == []
    assert w.differences() == []
    assert wrong_deletes(w, outcome) == []


# --- faults that pass

SIGN_IN = ("/authinfo", "/auth/token")

PASSING: dict[str, dict[str, Any]] = {
    "408": {"status": 408},
    "429, Retry-After in seconds": {"status": 429, "headers": {"Retry-After": "7"}},
    "429, Retry-After as a date": {"status": 429, "headers": {"Retry-After": "<date>"}},
    "429, Retry-After of 30 years": {"status": 429, "headers": {"Retry-After": "999999999"}},
    "429, Retry-After infinite": {"status": 429, "headers": {"Retry-After": "1e999"}},
    "429, Retry-After negative": {"status": 429, "headers": {"Retry-After": "-1"}},
    "429, Retry-After in words": {"status": 429, "headers": {"Retry-After": "soon"}},
    "429, no Retry-After": {"status": 429},
    "500": {"status": 500},
    "502 with a web page": {"status": 502, "body": "<html><title>Bad Gateway</title></html>"},
    "503": {"status": 503, "headers": {"Retry-After": "3"}},
    "504": {"status": 504},
    "an empty body": {"kind": "body", "body": ""},
    "204": {"status": 204, "body": " "},
    "half an answer": {"kind": "body", "body": '{"record_count":3,"tickets":[{"id":1},{"i'},
}


@pytest.mark.parametrize(
    ("fault", "in_flight"), [*((fault, 1) for fault in PASSING), ("408", 4), ("503", 4)]
)
def test_when_each_request_fails_once_the_sync_is_whole(fault: str, in_flight: int) -> None:
    with changed_world() as w:
        w.in_flight = in_flight
        disturbance = EachOnce(**PASSING[fault])
        if "date" in fault:
            back = format_datetime(w.time.now + timedelta(seconds=9), usegmt=True)
            disturbance.headers = {"Retry-After": back}
        w.app.faults.append(disturbance)
        outcome = w.sync()
        assert disturbance.paths == {path for path, _ in undisturbed()}
        assert_whole(w, outcome)


@pytest.mark.parametrize("in_flight", [1, 4])
def test_when_each_request_answers_401_once_the_sync_is_whole(in_flight: int) -> None:
    with changed_world() as w:
        w.in_flight = in_flight
        fault = EachOnce(status=401, where=lambda path, _: path not in SIGN_IN)
        w.app.faults.append(fault)
        outcome = w.sync()
        assert fault.paths == {path for path, _ in undisturbed()} - set(SIGN_IN)
        assert_whole(w, outcome)


@pytest.mark.parametrize(
    "retry_after",
    [
        {},
        {"Retry-After": "60"},
        {"Retry-After": "soon"},
        {"Retry-After": "300"},
        {"Retry-After": "999999999"},
    ],
    ids=str,
)
@pytest.mark.parametrize("begins_at", ["first", "middle", "last"])
def test_a_storm_of_429_longer_than_a_rate_window_is_waited_out(
    begins_at: str, retry_after: dict[str, str]
) -> None:
    with changed_world() as w:
        count = len(undisturbed())
        storm = At(status=429, times=0, headers=retry_after)
        storm.nth = {"first": 1, "middle": count // 2, "last": count}[begins_at]

        def passes_by(_path: str, _params: Mapping[str, str]) -> bool:
            if storm.seen + 1 == storm.nth:
                storm_began.append(w.time.now)
            return not storm_began or w.time.now - storm_began[0] < timedelta(seconds=400)

        storm_began: list[Any] = []
        storm.where = passes_by
        w.app.faults.append(storm)
        assert_whole(w, w.sync())
        assert storm_began
        assert storm.seen > storm.nth


def test_a_first_load_is_whole_when_each_request_fails_twice() -> None:
    with before_the_changes() as w:
        w.app.faults += [EachOnce(status=503), EachOnce(status=429)]
        assert_whole(w, w.sync())


# --- faults that last

LASTING: dict[str, dict[str, Any]] = {
    "400": {"status": 400},
    "401": {"status": 401},
    "403": {"status": 403},
    "404": {"status": 404},
    "408": {"status": 408},
    "429": {"status": 429, "headers": {"Retry-After": "60"}},
    "500": {"status": 500},
    "503": {"status": 503},
    "HTML with 200": {"kind": "html"},
    "null": {"kind": "body", "body": "null"},
    "an empty object": {"kind": "body", "body": "{}"},
    "an empty body": {"kind": "body", "body": ""},
    "a bare string": {"kind": "body", "body": '"Access is denied."'},
    "an error with 200": {"kind": "body", "body": '{"error":"Object reference not set"}'},
    "another envelope": {"kind": "body", "body": '{"record_count":2,"entries":[{"id":1}]}'},
    "rows that are no objects": {"kind": "body", "body": '[{"id":1},null]'},
    "rows that are an object": {"kind": "body", "body": '{"record_count":1,"results":{"id":1}}'},
    "half an answer": {"kind": "body", "body": '{"record_count":3,"tickets":[{"id":1},{"i'},
    "nested without end": {"kind": "body", "body": "[" * 200_000},
}


def assert_skipped(w: World, outcome: Outcome, endpoints: tuple[Endpoint, ...]) -> None:
    """Each of their tables has a warning, no other has one, and all others are whole."""
    tables = tuple({table for endpoint in endpoints for table in endpoint.tables})
    assert outcome.error is None
    for endpoint in endpoints:
        assert any(warning.startswith(endpoint.tables) for warning in outcome.warnings), endpoint
    aside = (*tables, "ticket: custom fields may be missing")
    assert [warning for warning in outcome.warnings if not warning.startswith(aside)] == []
    assert all(warning.endswith(".") for warning in outcome.warnings)
    assert w.differences(*tables) == []


LATER_TOO = ("401", "404", "429", "null", "half an answer")
"""One fault of each kind, for requests other than the first."""


def lasts(endpoint: Endpoint, position: str, fault: str) -> At:
    ordered = {"times": 0, "nth": nth(endpoint, position), "where": endpoint.where}
    return At(**LASTING[fault] | ordered)


@pytest.mark.parametrize(
    ("endpoint", "position", "fault"),
    [
        (endpoint, position, fault)
        for endpoint in (*BELOW_TICKETS, *SNAPSHOTS)
        for position in endpoint.positions
        for fault in ("403", "500")
        if fault == "403" or position in ("only", "last")
    ],
    ids=str,
)
def test_a_fault_that_lasts_skips_its_table_and_no_other(
    endpoint: Endpoint, position: str, fault: str
) -> None:
    with changed_world() as w:
        w.app.faults.append(lasts(endpoint, position, fault))
        outcome = w.sync()
        assert_skipped(w, outcome, (endpoint,))
        assert wrong_deletes(w, outcome) == []
        assert_over(w)


@pytest.mark.parametrize(
    ("fault", "position"),
    [(fault, "first") for fault in LASTING] + [(fault, "last") for fault in LATER_TOO],
)
@pytest.mark.parametrize(
    "endpoints", [SNAPSHOTS, BELOW_TICKETS], ids=["snapshots", "below_tickets"]
)
def test_any_fault_that_lasts_on_many_tables_skips_just_those(
    endpoints: tuple[Endpoint, ...], fault: str, position: str
) -> None:
    with changed_world() as w:
        for endpoint in endpoints:
            here = position if position in endpoint.positions else "only"
            w.app.faults.append(lasts(endpoint, here, fault))
        outcome = w.sync()
        assert_skipped(w, outcome, endpoints)
        assert wrong_deletes(w, outcome) == []
        assert_over(w)


@pytest.mark.parametrize(
    ("fault", "position"),
    [(fault, "first") for fault in LASTING]
    + [(fault, position) for fault in LATER_TOO for position in ("middle", "last")],
)
def test_any_fault_that_lasts_on_tickets_fails_the_sync_with_a_sentence(
    fault: str, position: str
) -> None:
    with changed_world() as w:
        w.app.faults.append(lasts(TICKETS, position, fault))
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, TableError)
        assert is_a_sentence(outcome.error)
        assert wrong_deletes(w, outcome) == []
        assert_over(w)


@pytest.mark.parametrize("fault", LASTING)
def test_when_every_list_fails_the_sync_fails_and_is_never_green_but_empty(fault: str) -> None:
    with before_the_changes() as w:
        w.app.faults.append(
            At(**LASTING[fault] | {"times": 0, "where": lambda path, _: path not in SIGN_IN})
        )
        assert is_a_sentence(w.sync(fails=True).error)
        assert not any(w.warehouse.tables.values())
        assert_over(w)


@pytest.mark.parametrize("endpoint", [BY_TICKET, DETAILS], ids=str)
def test_one_ticket_that_is_refused_holds_up_no_other(endpoint: Endpoint) -> None:
    with changed_world() as w:
        number = nth(endpoint, "middle")
        w.app.faults.append(At(status=403, nth=number, where=endpoint.where))
        outcome = w.sync()
        assert [
            w_ for w_ in outcome.warnings if "1 tickets could not be read" in w_
        ] == outcome.warnings
        assert outcome.warnings
        refused = [d for d in w.differences() if d.startswith(endpoint.table)]
        assert len({d.split("(")[1].split(",")[0].rstrip(")") for d in refused}) <= 1
        assert wrong_deletes(w, outcome) == []
        assert_over(w)


@pytest.mark.parametrize("fault", ["401", "403", "500", "HTML with 200", "an empty object"])
def test_a_vanished_ticket_stays_while_its_own_call_does_not_say_that_it_is_gone(
    fault: str,
) -> None:
    with changed_world() as w:
        hidden = w.tenant.add_ticket(summary="Hidden from the list, not deleted")
        w.sync()
        w.time.pass_by(days=8)
        w.app.faults += [
            At(
                kind="mutate",
                times=0,
                mutate=lambda answer: without(answer, hidden.id),
                where=TICKETS.where,
            ),
            At(**LASTING[fault] | {"times": 0, "where": lambda p, _: p == f"/tickets/{hidden.id}"}),
        ]
        outcome = w.sync(fails=True)
        assert outcome.error is None or is_a_sentence(outcome.error)
        assert (hidden.id,) in w.warehouse.tables["ticket"]
        w.app.faults.clear()
        w.time.pass_by(days=8)
        w.sync()
        assert w.differences() == []


def without(answer: dict[str, Any], identity: int) -> None:
    kept = [row for row in answer["tickets"] if row["id"] != identity]
    answer["record_count"] -= len(answer["tickets"]) - len(kept)
    answer["tickets"] = kept


# --- rows that are not as they should be


class Damage:
    """Changes one row: the first on the first answer that is hit, wherever it comes again."""

    def __init__(self, endpoint: Endpoint, change: Callable[[dict[str, Any]], None]) -> None:
        table = next(t for t in FIRST if t.name == endpoint.table)
        self._key = ("id",) if endpoint is DETAILS else table.key
        self._change = change
        self.target: tuple[Any, ...] | None = None

    def __call__(self, answer: Any) -> None:
        for row in rows_of(answer):
            key = tuple(row.get(name) for name in self._key)
            self.target = self.target or key
            if key == self.target:
                self._change(row)


def rows_of(answer: Any) -> list[dict[str, Any]]:
    if isinstance(answer, list):
        return answer
    names = ("tickets", "actions", "users", "clients", "sites", "results")
    lists = [answer[name] for name in names if isinstance(answer.get(name), list)]
    return lists[0] if lists else [answer] if "id" in answer else []


KEYS: dict[str, object] = {
    "null": None,
    "text": "seven",
    "an empty text": "",
    "a huge number": 2**64,
    "a huge decimal": 1e300,
    "a list": [7],
    "true": True,
}


def has_key_of_numbers(endpoint: Endpoint) -> bool:
    """The key of priorities is text, and a number becomes one: that is another row."""
    return endpoint.table != "priority"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "endpoints",
    [
        pytest.param((TICKETS,), id="tickets"),
        pytest.param((BY_DAY,), id="actions_by_day"),
        pytest.param((BY_TICKET,), id="actions_by_ticket"),
        pytest.param(tuple(filter(has_key_of_numbers, SNAPSHOTS)), id="snapshots"),
    ],
)
def test_a_row_without_a_proper_key_is_left_out_and_deletes_nothing(
    endpoints: tuple[Endpoint, ...], key: str
) -> None:
    tables = [table for endpoint in endpoints for table in endpoint.tables]
    if "field_info" in tables:
        tables.append("ticket")  # It lacks the values of a custom field whose id is not known.
    with changed_world() as w:
        damages = damage_each(w, endpoints, lambda _, row: row.update(id=KEYS[key]))
        outcome = w.sync()
        for endpoint in endpoints:
            named = [s for s in outcome.warnings if s.startswith(f"{endpoint.table}: ")]
            assert any("came without" in sentence for sentence in named), endpoint
        of_the_row = str(damages[0].target).strip("(,)")
        elsewhere = [d for d in w.differences(*tables) if f"({of_the_row}," not in d]
        assert elsewhere == []
        assert wrong_deletes(w, outcome) == []
        touch_all_tickets(w)
        assert_over(w)


def damage_each(
    w: World,
    endpoints: tuple[Endpoint, ...],
    change: Callable[[Endpoint, dict[str, Any]], None],
) -> list[Damage]:
    damages = []
    for endpoint in endpoints:
        damage = Damage(endpoint, partial(change, endpoint))
        damages.append(damage)
        w.app.faults.append(At(kind="mutate", mutate=damage, times=0, where=endpoint.where))
    return damages


def touch_all_tickets(w: World) -> None:
    """What was left out of the tickets, and of what hangs on them, comes when they change."""
    w.time.pass_by(minutes=1)
    for ticket in list(w.tenant.tickets):
        w.tenant.update_ticket(ticket, summary=f"Touched {ticket}")


@pytest.mark.parametrize("endpoint", [TICKETS, BY_TICKET, *SNAPSHOTS[:4]], ids=str)
def test_a_key_as_large_as_a_column_holds_is_a_row_like_any_other(endpoint: Endpoint) -> None:
    largest = 2**63 - 1
    with changed_world() as w:
        damage_each(w, (endpoint,), lambda _, row: row.update(id=largest))
        outcome = w.sync()
        assert not any("came without" in warning for warning in outcome.warnings)
        assert any(largest in key for key in w.warehouse.tables[endpoint.table])
        assert json.loads(json.dumps(w.warehouse.state)) == w.warehouse.state


# The column of each table that takes the damage: of text, and changed in the sync of the faults.
TEXTS = {
    "ticket": "details",
    "action": "note",
    "time_entry": "note",
    "user": "notes",
    "client": "notes",
    "site": "notes",
    "agent": "jobtitle",
    "team": "department_name",
    "status": "colour",
    "priority": "colour",
    "category": "note",
    "ticket_type": "description",
    "sla": "workday_name",
    "field": "url",
    "field_info": "hint",
    "ticket_satisfaction": "satisfactioncomment",
}

MARK = "INVALID-BYTES"


class InvalidBytes(BaseAdapter):
    """An adapter that puts two bytes that are no UTF-8 in the place of a mark."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self._inner = inner

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        response = self._inner.send(request)
        body = response.raw.read().replace(MARK.encode(), b"\xff\xfe")
        response.raw = BytesIO(body)
        response.headers["Content-Length"] = str(len(body))
        return response

    def close(self) -> None:
        """Nothing is open."""


VALUES: dict[str, tuple[object, object]] = {
    "a note of 5 MB": ("x" * 5_000_000, "x" * 5_000_000),
    "an object for a text": ({"rich": "text"}, None),
    "invalid UTF-8": (f"a{MARK}b", "a\ufffd\ufffdb"),
    "NUL and half a surrogate pair": ("a\0b\udc80c", "abc"),
    "a number for a text": (12, "12"),
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(
    "endpoints",
    [
        pytest.param((TICKETS, BY_TICKET, *SNAPSHOTS), id="lists"),
        pytest.param((DETAILS,), id="details"),
    ],
)
def test_a_value_that_does_not_fit_costs_neither_the_row_nor_the_table(
    endpoints: tuple[Endpoint, ...], value: str
) -> None:
    sent, kept = VALUES[value]
    with changed_world() as w:
        adapter = InvalidBytes(InProcess(w.app))
        w.session = lambda: session_with(adapter)
        damages = damage_each(
            w, endpoints, lambda endpoint, row: row.update({TEXTS[endpoint.table]: sent})
        )
        outcome = w.sync()
        assert wrong_deletes(w, outcome) == []
        expected = {
            f"{table} {damage.target}"
            for endpoint, damage in zip(endpoints, damages, strict=True)
            for table in endpoint.tables
        }
        assert {d.partition(":")[0] for d in w.differences()} <= expected
        for endpoint, damage in zip(endpoints, damages, strict=True):
            column, named = TEXTS[endpoint.table], f"{endpoint.table}: values did not fit"
            row = w.warehouse.tables[endpoint.table][damage.target or ()]
            misfit = [warning for warning in outcome.warnings if warning.startswith(named)]
            assert row.get(column) == kept, endpoint
            assert bool(misfit) == (kept is None), endpoint
            if kept is None:
                assert row[ADDITIONAL_FIELDS][column] == sent
        touch_all_tickets(w)
        assert_over(w)


def session_with(adapter: BaseAdapter) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", adapter)
    return session


# --- signing in

NO_TOKEN: dict[str, dict[str, Any]] = LASTING | {
    "a token that is a number": {"kind": "body", "body": '{"access_token":7}'},
    "a token that is empty": {"kind": "body", "body": '{"access_token":""}'},
    "invalid UTF-8": {"kind": "body", "body": b'{"access_token":"\xff\xfe"}'},
}


@pytest.mark.parametrize(
    ("fault", "nth_call"),
    [(fault, 1) for fault in NO_TOKEN] + [("400", 2), ("401", 2), ("503", 2), ("null", 2)],
)
def test_without_a_token_the_sync_fails_with_a_sentence(fault: str, nth_call: int) -> None:
    with changed_world(token_seconds=600) as w:
        w.app.before_request = lambda *_: w.time.pass_by(seconds=15)
        is_token_call = {"where": lambda path, _: path == "/auth/token", "nth": nth_call}
        w.app.faults.append(At(**NO_TOKEN[fault] | is_token_call | {"times": 0}))
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, SignInError)
        assert is_a_sentence(outcome.error)
        assert CLIENT_SECRET not in str(outcome.error)
        assert wrong_deletes(w, outcome) == []
        w.app.before_request = None
        if nth_call > 1:
            assert_over(w)


@pytest.mark.parametrize("life", ["null", "0", "-1", '"soon"', "[]", "true", "1e300"])
def test_a_token_whose_life_makes_no_sense_serves_all_the_same(life: str) -> None:
    def said(answer: dict[str, Any]) -> None:
        answer["expires_in"] = json.loads(life)

    with changed_world() as w:
        w.app.faults.append(Fault("/auth/token", kind="mutate", times=0, mutate=said))
        api = w.api()
        for _ in range(3):
            api.get("/Status", {})
        assert [record.status for record in w.app.requests[-3:]] == [200, 200, 200]


PATIENTLY = ("408", "429", "500", "503", "an empty body", "half an answer", "nested without end")
"""What is asked again until patience ends."""


@pytest.mark.parametrize("fault", [fault for fault in LASTING if fault not in PATIENTLY])
def test_without_discovery_the_token_comes_from_the_usual_place(fault: str) -> None:
    with changed_world(tenant_name="") as w:
        w.app.faults.append(Fault("/authinfo", **LASTING[fault] | {"times": 0}))
        w.api().get("/Status", {})
        assert [record.endpoint for record in w.app.requests[-2:]] == ["/auth/token", "/status"]


@pytest.mark.parametrize("fault", PATIENTLY)
def test_discovery_that_is_down_fails_the_sync_with_a_sentence(fault: str) -> None:
    with changed_world(tenant_name="") as w:
        w.app.faults.append(Fault("/authinfo", **LASTING[fault] | {"times": 0}))
        assert is_a_sentence(w.sync(fails=True).error)
        assert_over(w)


# --- broken connections, on real sockets


class NowAndThenRefused(HTTPAdapter):
    """Sends each request first to a port where nobody listens."""

    def __init__(self, refuses: Callable[[str], bool]) -> None:
        super().__init__()
        self._refuses = refuses

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        url = request.url or ""
        if self._refuses(url):
            request = request.copy()
            request.url = url.replace(url.split("/")[2], "127.0.0.1:1", 1)
        return super().send(request, *args, **kwargs)


Break = Literal["reset", "cut", "endless", "refused"]
BROKEN = get_args(Break)


def break_connections(w: World, kind: Break, *, once: bool, where: Where) -> None:
    if kind != "refused":
        make = EachOnce if once else At
        w.app.faults.append(make(kind=kind, times=1 if once else 0, where=where))
        return
    met: set[str] = set()

    def refuses(url: str) -> bool:
        path = url.rpartition("/api")[-1].partition("?")[0].lower()
        if not where(path, {}) or (once and url in met):
            return False
        met.add(url)
        return True

    w.session = lambda: session_with(NowAndThenRefused(refuses))


@pytest.fixture
def short_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is taken for endless after a quarter of a megabyte."""
    monkeypatch.setattr(halo.api.requests, "LARGEST_ANSWER", 1 << 18)


@pytest.mark.usefixtures("short_answers")
@pytest.mark.parametrize("kind", BROKEN)
def test_when_each_connection_breaks_once_the_sync_is_whole(kind: Break) -> None:
    with changed_world(http=True) as w:
        break_connections(w, kind, once=True, where=lambda *_: True)
        assert_whole(w, w.sync())


@pytest.mark.usefixtures("short_answers")
@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("path", ["/users", "/tickets"])
def test_connections_that_break_for_ever_skip_the_table_or_fail_the_sync(
    path: str, kind: Break
) -> None:
    with changed_world(http=True) as w:
        whole_session = w.session
        break_connections(w, kind, once=False, where=lambda asked, _: asked == path)
        outcome = w.sync(fails=True)
        assert wrong_deletes(w, outcome) == []
        if path == "/tickets":
            assert is_a_sentence(outcome.error)
        else:
            assert outcome.error is None
            assert [warning.split()[0] for warning in outcome.warnings] == ["user"]
            assert w.differences("user") == []
        w.session = whole_session
        assert_over(w)


def test_an_answer_that_trickles_for_ever_is_given_up() -> None:
    class Trickle(BytesIO):
        def read(self, *_: Any) -> bytes:
            w.time.pass_by(seconds=50)
            return b" "

    class Trickling(InProcess):
        def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
            response = super().send(request)
            if "/api/Users" in str(request.url):
                response.raw = Trickle()
            return response

    with changed_world() as w:
        whole_session = w.session
        w.session = lambda: session_with(Trickling(w.app))
        outcome = w.sync()
        assert [warning.split()[0] for warning in outcome.warnings] == ["user"]
        assert w.differences("user") == []
        w.session = whole_session
        assert_over(w)


@pytest.mark.parametrize(
    "token",
    [
        "line\nbreak",
        "\u043a\u043b\u044e\u0447",
        "two words",
    ],
)
def test_a_token_that_no_header_takes_fails_the_sync_with_a_sentence(token: str) -> None:
    with changed_world(http=True) as w:
        body = json.dumps({"access_token": token, "expires_in": 3600})
        w.app.faults.append(Fault("/auth/token", kind="body", body=body, times=0))
        error = w.sync(fails=True).error
        assert is_a_sentence(error), repr(error)
        assert token not in str(error)
        assert_over(w)
