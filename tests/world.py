"""A tenant, a warehouse and a clock for tests: syncs run between them, and are compared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import BaseAdapter
from werkzeug.test import run_wsgi_app

from halo.api.budget import Budget
from halo.api.clock import Clock
from halo.api.connection import Connection, HaloApi
from halo.api.parsing import parse as parse_json
from halo.api.requests import Transport
from halo.api.secrecy import Secrets
from halo.settings import Settings, parse
from halo.sync.operations import Checkpoint, Delete, Upsert, Warn
from halo.sync.rows import TableRows
from halo.sync.runner import Sync
from halo.tables import REGISTRY, Table
from halo.tables.columns import ADDITIONAL_FIELDS
from sandbox.app import RequestRecord, SandboxApp
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from sandbox.quirks import Quirks
from sandbox.rows import UNDECLARED_CLOCKS
from sandbox.server import serve
from sandbox.tenant import Tenant

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# What tests know better than the type checker: the types in the columns of a row.
Row = dict[str, Any]
Key = tuple[Any, ...]
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
FIRST = tuple(
    table
    for table in REGISTRY
    if table.name
    in {
        *("ticket", "action", "time_entry", "ticket_satisfaction"),
        *("user", "client", "site", "agent", "team"),
        *("status", "priority", "category", "ticket_type", "sla", "field", "field_info"),
    }
)
"""The sixteen tables that there were first: one or more of each common kind of source."""
UNFILLED = re.compile(r"\{[a-z_][a-z0-9_.]*(![rsa])?(:[^{}\"\s]*)?\}")


def assert_filled(*sentences: str) -> None:
    """No sentence has a brace that nobody filled, as of a string without its f."""
    assert [sentence for sentence in sentences if UNFILLED.search(sentence)] == []


class Time:
    """The tenant's time and the connector's, which only moves when somebody moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def pass_by(self, **units: float) -> None:
        """Moves time on, as `timedelta` takes it."""
        self.now += timedelta(**units)

    def clock(self) -> Clock:
        """The connector's clock: sleeping moves time on."""

        def now() -> float:
            return (self.now - NOON).total_seconds()

        return Clock(now, sleep=lambda seconds: self.pass_by(seconds=seconds), chance=lambda: 0.5)


class InProcess(BaseAdapter):
    """Hands requests to a WSGI application without a socket."""

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """One request to the application."""
        path, _mark, query = request.path_url.partition("?")
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "CONTENT_LENGTH": str(len(body)),
        }
        for name, value in request.headers.items():
            environ[
                "CONTENT_TYPE"
                if name.lower() == "content-type"
                else "HTTP_" + name.upper().replace("-", "_")
            ] = value
        chunks, status, headers = run_wsgi_app(self._app, environ)
        response = requests.Response()
        response.status_code = int(status.split()[0])
        response.headers.update(dict(headers))
        response.raw = BytesIO(b"".join(chunks))
        response.url = request.url or ""
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""


class Warehouse:
    """Tables by key; what came since the last checkpoint is lost when a sync fails."""

    def __init__(self, registry: Sequence[Table] = REGISTRY) -> None:
        self.tables: dict[str, dict[Key, Row]] = {t.name: {} for t in registry}
        self.state: dict[str, Any] = {}
        self._keys = {table.name: table.key for table in registry}
        self._pending: list[Upsert | Delete] = []

    def take(self, operation: Upsert | Delete | Checkpoint) -> None:
        """One operation of a sync."""
        if not isinstance(operation, Checkpoint):
            self._pending.append(operation)
            return
        for pending in self._pending:
            rows = self.tables[pending.table]
            names = self._keys[pending.table]
            if isinstance(pending, Upsert):
                rows.update({tuple(row[name] for name in names): row for row in pending.rows})
            else:
                for key in pending.keys:
                    rows.pop(tuple(key[name] for name in names), None)
        self._pending = []
        self.state = json.loads(json.dumps(operation.state))

    def differing(self, upsert: Upsert) -> list[Row]:
        """The rows that are new, or other than those in the tables."""
        held, names = self.tables[upsert.table], self._keys[upsert.table]
        return [row for row in upsert.rows if held.get(tuple(row[n] for n in names)) != row]

    def copy(self) -> Warehouse:
        """One that shares nothing with this one but rows, which are never changed."""
        twin = Warehouse()
        twin.state = deepcopy(self.state)
        twin.tables = {name: dict(rows) for name, rows in self.tables.items()}
        return twin

    def roll_back(self) -> None:
        """The sync failed: forgets what came since the last checkpoint."""
        self._pending = []


@dataclass
class Outcome:
    """What one sync did."""

    sent: dict[str, list[Row]] = field(default_factory=dict)
    # What was sent and is not as the warehouse had it.
    changed: dict[str, list[Row]] = field(default_factory=dict)
    deleted: dict[str, list[Row]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    told: list[Warn] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    requests: int = 0
    checkpoints: list[datetime] = field(default_factory=list)
    error: Exception | None = None

    @property
    def quiet(self) -> bool:
        """Whether nothing was sent and nothing deleted."""
        return not self.sent and not self.deleted


@dataclass
class World:
    """One tenant, served, and one warehouse."""

    tenant: Tenant
    app: SandboxApp
    time: Time
    url: str
    session: Callable[[], requests.Session]
    warehouse: Warehouse = field(init=False)
    table_names: frozenset[str] = field(init=False)
    configuration: dict[str, str] = field(default_factory=dict)
    in_flight: int = 1

    def __post_init__(self) -> None:
        self.warehouse = Warehouse(self.tenant.registry)
        self.table_names = frozenset(table.name for table in self.tenant.registry)

    def settings(self) -> Settings:
        """The checked configuration."""
        given = {
            "base_url": self.url,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "requests_per_5_minutes": "3000",
        }
        return parse(given | self.configuration, self.tenant.registry, self.time.now.date())

    def connection(self, log: Callable[[str], None] = lambda _: None) -> Connection:
        """A connection to the tenant."""
        settings, clock = self.settings(), self.time.clock()
        budget = Budget(settings.requests_per_5_minutes)
        secrets = Secrets(settings.secrets)
        transport = Transport(budget, clock, log, secrets, session=self.session())
        return Connection(settings, transport, self.in_flight)

    def api(self, log: Callable[[str], None] = lambda _: None) -> HaloApi:
        """Access to the tenant."""
        return HaloApi(self.connection(log))

    def sync(
        self,
        fails: bool = False,
        until: Callable[[Upsert | Delete | Warn | Checkpoint], bool] | None = None,
    ) -> Outcome:
        """One sync into the warehouse; with `fails`, its error is part of the outcome.

        It is killed after the operation for which `until` is true. Whatever it says is checked.
        """
        outcome = Outcome()
        connection = self.connection(outcome.log.append)
        try:
            sync = Sync(
                self.settings(),
                connection,
                self.warehouse.state,
                self.time.clock(),
                outcome.log.append,
                registry=self.tenant.registry,
            )
            for operation in sync.operations():
                self._take(operation, outcome)
                if until and until(operation):
                    self.warehouse.roll_back()
                    break
        except Exception as error:
            self.warehouse.roll_back()
            outcome.error = error
            if not fails:
                raise
        finally:
            connection.close()
            assert_filled(*outcome.log, *outcome.warnings, str(outcome.error))
        outcome.requests = connection.requests
        return outcome

    def _take(self, operation: Upsert | Delete | Warn | Checkpoint, outcome: Outcome) -> None:
        if isinstance(operation, Warn):
            outcome.warnings.append(operation.sentence)
            outcome.told.append(operation)
            return
        if isinstance(operation, Upsert):
            new = self.warehouse.differing(operation)
            outcome.changed.setdefault(operation.table, []).extend(new)
        self.warehouse.take(operation)
        if isinstance(operation, Checkpoint):
            outcome.checkpoints.append(self.time.now)
        elif isinstance(operation, Upsert):
            outcome.sent.setdefault(operation.table, []).extend(operation.rows)
        elif isinstance(operation, Delete):
            outcome.deleted.setdefault(operation.table, []).extend(operation.keys)

    def only(self, *tables: str) -> None:
        """Excludes all other tables, but for tickets."""
        left_out = self.table_names - {"ticket", *tables}
        self.configuration["excluded_tables"] = ",".join(sorted(left_out))

    def sync_later(self, **units: float) -> Outcome:
        """One sync after some time, 20 minutes unless told."""
        self.time.pass_by(**(units or {"minutes": 20}))
        return self.sync()

    def asked(self, endpoint: str) -> list[RequestRecord]:
        """The requests of one endpoint so far; its path in lower case, without /api."""
        return [record for record in self.app.requests if record.endpoint == endpoint]

    def become(self, **quirks: Any) -> None:
        """Changes the tenant's habits from now on."""
        self.tenant.quirks = replace(self.tenant.quirks, **quirks)

    def slice(self, table: str) -> dict[str, Any]:
        """What the state holds of the source whose first table this is."""
        sources: Any = self.warehouse.state["sources"]
        return dict(sources[table])

    def expected(self, name: str) -> dict[Key, Row]:
        """What the warehouse should hold of a table, by key."""
        return expected_rows(
            self.tenant, next(table for table in self.tenant.registry if table.name == name)
        )

    def differences(self, *without: str) -> list[str]:
        """Where warehouse and tenant differ; empty when they are equal. Volatile fields aside."""
        found = []
        for table in self.tenant.registry:
            if table.name in without:
                continue
            here, there = self.warehouse.tables[table.name], self.expected(table.name)
            for key in sorted(here.keys() | there.keys(), key=str):
                one, other = settled(here.get(key), table), settled(there.get(key), table)
                if one != other:
                    found.append(f"{table.name} {key}: warehouse {_short(one, other)}")
        return found


def expected_rows(tenant: Tenant, table: Table) -> dict[Key, Row]:
    """What a warehouse should hold of one of the tenant's tables, by key."""
    raws = tenant.rows(table.name)
    if table.name == "sla":
        priorities = tenant.rows("priority")
        raws = [
            raw | {"priorities": [p for p in priorities if str(p["slaid"]) == str(raw["id"])]}
            for raw in raws
        ]
    rows = TableRows(table)
    read: list[Any] = [parse_json(json.dumps(raw).encode()) for raw in raws]
    made = rows.keyed(rows.make(part) for raw in read for part in table.part(raw))
    return {tuple(row[key] for key in table.key): row for row in made}


def settled(row: Row | None, table: Table) -> Row | None:
    """The row without what changes by itself."""
    if row is None:
        return None
    still = {name: value for name, value in row.items() if name not in table.volatile}
    rest = still.pop(ADDITIONAL_FIELDS, {})
    rest = {name: value for name, value in rest.items() if name not in UNDECLARED_CLOCKS}
    if not still.get("customfields"):
        # Filled in by none, they come empty where any was asked for, and not at all where none.
        still.pop("customfields", None)
    return still | {ADDITIONAL_FIELDS: rest} if rest else still


def _short(one: Row | None, other: Row | None) -> str:
    if one is None or other is None:
        return "lacks it" if one is None else "has it, the tenant does not"
    names = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
    return "; ".join(f"{name} {one.get(name)!r}, tenant {other.get(name)!r}" for name in names[:4])


@contextmanager
def world(
    tickets: int = 30, quirks: Quirks | None = None, *, http: bool = True, **build: Any
) -> Iterator[World]:
    """A world with a small tenant: three rows a page, and no rate limit unless asked."""
    time = Time()
    quirks = quirks or small()
    tenant = Tenant.build(
        tickets=tickets,
        quirks=quirks,
        now=lambda: time.now,
        **{"seed": 7, "years": 0.2, **build},
    )
    if http:
        with serve(tenant) as server:
            yield World(tenant, server.app, time, server.url, requests.Session)
        return
    app = SandboxApp(tenant)

    def session() -> requests.Session:
        made = requests.Session()
        made.trust_env = False
        made.mount("http://", InProcess(app))
        return made

    yield World(tenant, app, time, "http://127.0.0.1", session)


def small(**quirks: Any) -> Quirks:
    """Quirks of a tenant with small pages and no rate limit."""
    return Quirks(**{"page_cap": 3, "list_page_cap": 3, "rate_limit": 0, **quirks})
