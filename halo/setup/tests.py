"""The setup tests: whether a configuration works, and if not, what to change and where in Halo.

Each test is a function of the configuration that returns None, or a sentence for each thing that
is wrong. Each signs in by itself, sends a handful of requests, and gives up within a minute or so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from halo.api import words
from halo.api.budget import Budget
from halo.api.clock import Clock
from halo.api.connection import Connection, HaloApi
from halo.api.pages import Listing, Raw, read, row_id
from halo.api.requests import Reply, Transport
from halo.api.secrecy import Secrets
from halo.api.sign_in import TokenSource
from halo.errors import GaveUp, HaloError, Limited, Refused, SettingsError, SignInError
from halo.settings import Settings, checked_url, parse
from halo.setup.form import API_DETAILS, APPLICATIONS
from halo.sync.moments import iso
from halo.tables import REGISTRY, TABLE_NAMES, Table

PATIENCE = 20.0
"""Seconds for which a test tries a request again: somebody is waiting for its answer."""

MOST_TICKETS = 10
"""Tickets whose actions are read to find one that carries time."""

REAL = Clock()

Configuration = Mapping[str, object]
SetupTest = Callable[[Configuration], str | None]


def settings_are_sound(configuration: Configuration) -> str | None:
    """Whether every setting is there and readable; sends nothing."""
    try:
        parse(configuration, TABLE_NAMES)
    except SettingsError as error:
        return str(error)
    return None


def tenant_answers(configuration: Configuration, clock: Clock = REAL) -> str | None:
    """Whether `base_url` is the root of a Halo instance; signs in to nothing."""
    return _told(configuration, clock, _greet)


def token_is_issued(configuration: Configuration, clock: Clock = REAL) -> str | None:
    """Whether Halo signs the application in, with a refresh token also a second time."""
    return _told(configuration, clock, _sign_in)


def tickets_can_be_read(configuration: Configuration, clock: Clock = REAL) -> str | None:
    """Whether the application may read tickets."""
    return _tables_can_be_read(configuration, clock, "ticket")


def time_entries_can_be_read(configuration: Configuration, clock: Clock = REAL) -> str | None:
    """Whether the application may read actions, and whether these carry their time."""
    return _told(configuration, clock, _read_time)


def people_and_organisation_can_be_read(
    configuration: Configuration, clock: Clock = REAL
) -> str | None:
    """Whether the application may read users, clients, sites, agents and teams."""
    return _tables_can_be_read(configuration, clock, "user", "client", "site", "agent", "team")


def codes_can_be_read(configuration: Configuration, clock: Clock = REAL) -> str | None:
    """Whether the application may read statuses, priorities, categories and ticket types."""
    return _tables_can_be_read(
        configuration, clock, "status", "priority", "category", "ticket_type"
    )


def service_levels_can_be_read(configuration: Configuration, clock: Clock = REAL) -> str | None:
    """Whether the application may read service levels."""
    return _tables_can_be_read(configuration, clock, "sla")


def custom_fields_can_be_read(configuration: Configuration, clock: Clock = REAL) -> str | None:
    """Whether the application may read the custom fields of assets and tickets."""
    return _tables_can_be_read(configuration, clock, "field", "field_info")


SETUP_TESTS: tuple[tuple[str, SetupTest], ...] = (
    ("The settings are sound", settings_are_sound),
    ("The tenant answers and is Halo", tenant_answers),
    ("A token is issued", token_is_issued),
    ("Tickets can be read", tickets_can_be_read),
    ("Time entries can be read and carry their time", time_entries_can_be_read),
    ("People and organisation can be read", people_and_organisation_can_be_read),
    ("Statuses, priorities, categories and ticket types can be read", codes_can_be_read),
    ("Service levels can be read", service_levels_can_be_read),
    ("Custom fields can be read", custom_fields_can_be_read),
)
"""The tests with their labels, in order: each takes for granted what those before it found."""


@dataclass(frozen=True)
class _Access:
    """What a test reads with; `api` signs in at the first use."""

    settings: Settings
    clock: Clock
    transport: Transport
    api: HaloApi


def _told(
    configuration: Configuration, clock: Clock, test: Callable[[_Access], str | None]
) -> str | None:
    """What a test says; an error of the connector is its sentence."""
    try:
        settings = parse(configuration, TABLE_NAMES)
        budget = Budget(settings.requests_per_5_minutes)
        secrets = Secrets(settings.secrets)
        transport = Transport(budget, clock, lambda _: None, secrets, PATIENCE)
        api = HaloApi(Connection(settings, clock, transport))
        access = _Access(settings, clock, transport, api)
        try:
            return test(access)
        except SignInError as error:
            return f"{_now(error)}{_sign_in_hint(access)}"
    except HaloError as error:
        return _now(error)


def _now(error: HaloError) -> str:
    """The sentence, for somebody who waits and for whom there is no next sync yet."""
    return str(error).replace("the next sync tries again", "try again in some minutes")


# The tenant.


def _greet(access: _Access) -> str | None:
    root = access.settings.base_url
    try:
        authinfo = access.transport.get(f"{root}/api/authinfo")
        if names_a_server(authinfo):
            return None
        if "/api/" in root.lower():
            return (
                f"base_url is {root!r}, below which Halo does not answer "
                f"(/api/authinfo answered {authinfo.status}): it has to end at /api, or before it."
            )
        return no_halo(root, authinfo, access.transport.get(f"{root}/api/Tickets"))
    except Limited:
        raise
    except GaveUp as error:
        return (
            f"{root} gives no proper answer: {_now(error)} If Halo works in a browser meanwhile, "
            f"base_url is wrong. {_where_the_url_is()}."
        )


def names_a_server(authinfo: Reply) -> bool:
    """Whether an anonymous `/api/authinfo` answered as Halo does (Halo's API notes, signing in)."""
    return authinfo.status == 200 and any(
        name in authinfo.object for name in ("auth_url", "tenant_id")
    )


def no_halo(root: str, authinfo: Reply, tickets: Reply) -> str | None:
    """What is wrong with a host of which `/api/authinfo` says nothing.

    None where its ticket list refuses strangers in Halo's way: 401, and not by a web page.
    """
    page = words.readable(tickets.body)
    if tickets.status == 401 and not page.startswith("a web page"):
        return None
    if elsewhere := next((r for r in (authinfo, tickets) if 300 <= r.status < 400), None):
        place = elsewhere.headers.get("Location", "elsewhere")
        return f"{root} points to {place} instead of answering: set base_url to where Halo is."
    hint = ", without the /auth at its end" if root.lower().endswith("/auth") else ""
    return (
        f"{root} answers, but not as Halo does: /api/authinfo answered {authinfo.status} "
        f"({words.readable(authinfo.body)}) and /api/Tickets {tickets.status} ({page}). "
        f"{_where_the_url_is()}{hint}."
    )


def _where_the_url_is() -> str:
    return f"Set base_url to the Resource Server that Halo shows under {API_DETAILS}"


# The token.


def _sign_in(access: _Access) -> str | None:
    TokenSource(access.settings, access.transport, access.clock).token()
    if access.settings.grant_type != "refresh_token":
        return None
    try:
        TokenSource(access.settings, access.transport, access.clock).token()
    except SignInError:
        return (
            "Halo took the refresh_token once and refused it the second time: it lets each one be "
            "used only once, and a connection has nowhere safe to keep the next. Set grant_type to "
            f"client_credentials; in Halo, {APPLICATIONS}, set the application's Authentication "
            "Method to Client ID and Secret (Services)."
        )
    return None


def _sign_in_hint(access: _Access) -> str:
    """Where in Halo to look after a sign-in that failed; most of all where settings contradict."""
    settings = access.settings
    try:
        authinfo = access.transport.get(f"{settings.base_url}/api/authinfo")
        said = authinfo.object
    except GaveUp:
        said = {}
    return contradiction(settings, said) or (
        f" In Halo, the application is under {APPLICATIONS}, and server and tenant are under "
        f"{API_DETAILS}."
    )


def contradiction(settings: Settings, authinfo: Mapping[str, object]) -> str:
    """Where the settings differ from what Halo says of itself; empty where they do not."""
    server, tenant = authinfo.get("auth_url"), authinfo.get("tenant_id")
    found = ""
    if settings.auth_url and isinstance(server, str) and server:
        try:
            differs = _bare(checked_url("auth_url", server)) != _bare(settings.auth_url)
        except SettingsError:
            differs = False
        if differs:
            found += (
                f" auth_url is {settings.auth_url!r}, but Halo's own Authorisation Server is "
                f"{server!r}: leave auth_url empty."
            )
    if settings.tenant and isinstance(tenant, str) and tenant != settings.tenant:
        named = f"Halo's own name for itself is {tenant!r}" if tenant else "Halo says it has none"
        found += f" tenant is {settings.tenant!r}, but {named}: leave tenant empty."
    return found


def _bare(url: str) -> str:
    return url.lower().removesuffix("/token")


# The tables.


def _tables_can_be_read(configuration: Configuration, clock: Clock, *names: str) -> str | None:
    """A sentence for each wanted table that cannot be read."""

    def test(access: _Access) -> str | None:
        wanted = set(names) - access.settings.excluded_tables
        tables = [table for table in REGISTRY if table.name in wanted]
        return " ".join(_failures(access, tables)) or None

    return _told(configuration, clock, test)


def _failures(access: _Access, tables: Iterable[Table]) -> Iterable[str]:
    denied: list[tuple[Table, Refused]] = []
    for table in tables:
        try:
            _rows(access.api, table, {})
        except SignInError:
            raise
        except HaloError as error:
            if isinstance(error, Refused) and error.status in (401, 403):
                denied.append((table, error))
            else:
                yield _left_out(error, [table])
    yield from _denied(access.settings, denied)


def _rows(api: HaloApi, table: Table, params: Mapping[str, str]) -> list[Raw]:
    """The first rows of a table; a short page where there are pages."""
    paging = {"pageinate": "true", "page_no": "1", "page_size": "10"} if table.paged else {}
    listing = Listing(table.path, table.rows, {**table.params, **params})
    return read(api.get(table.path, {**listing.params, **paging}), listing).rows


def _left_out(error: HaloError, tables: Sequence[Table]) -> str:
    """What failed, and that the tables can do without, unless somebody has to wait or to fix it."""
    if isinstance(error, GaveUp) or any(table.name == "ticket" for table in tables):
        return _now(error)
    names = ", ".join(table.name for table in tables)
    return f"{str(error).removesuffix('.')}; or add {names} to excluded_tables."


def _denied(settings: Settings, denied: Sequence[tuple[Table, Refused]]) -> Iterable[str]:
    """What to grant where (Halo's API notes, signing in, for the scopes); a narrow scope first."""
    if denied and settings.scope != "all":
        called = _listed([table.called for table, _ in denied])
        yield (
            f"{denied[0][1].answered}, so that {called} cannot be read: scope is "
            f"{settings.scope!r}; set it to all, and in Halo, {APPLICATIONS}, allow the "
            "application all under Permissions."
        )
        return
    for path in dict.fromkeys(table.path for table, _ in denied):
        tables = [table for table, _ in denied if table.path == path]
        answered = next(error.answered for table, error in denied if table.path == path)
        names = ", ".join(table.name for table in tables)
        without = "" if names == "ticket" else f"; or add {names} to excluded_tables"
        yield (
            f"{answered}: in Halo, {APPLICATIONS}, allow the application {permission(tables[0])} "
            f"under Permissions, and let the role of its agent read "
            f"{_listed([table.called for table in tables])} (Configuration > Teams & Agents > "
            f"Roles){without}."
        )


def _listed(names: Sequence[str]) -> str:
    """Names as people list them."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def permission(table: Table) -> str:
    """The application's permission that opens a table; no narrower one is known for the others."""
    if table.path in ("/Tickets", "/Actions"):
        return "read:tickets or all"
    if table.path in ("/Users", "/Client", "/Site"):
        return "read:customers or all"
    return "all"


# Time entries.


def _read_time(access: _Access) -> str | None:
    wanted = [
        table
        for table in REGISTRY
        if table.name in ("time_entry", "action")
        and table.name not in access.settings.excluded_tables
    ]
    if not wanted:
        return None
    try:
        actions = _some_actions(access.api, wanted[-1])
    except SignInError:
        raise
    except Refused as error:
        if error.status not in (401, 403):
            return _left_out(error, wanted)
        return " ".join(_denied(access.settings, [(table, error) for table in wanted]))
    except HaloError as error:
        return _left_out(error, wanted)
    return no_time(actions) if wanted[-1].name == "time_entry" else None


def _some_actions(api: HaloApi, table: Table) -> list[Raw]:
    """Actions of the last day and of the newest tickets, until one carries time."""
    ticket = next(table for table in REGISTRY if table.name == "ticket")
    tickets = _rows(api, ticket, {})
    now = api.date
    day = {"startdate": iso(now - timedelta(days=1)), "enddate": iso(now), "count": "100"}
    found = _rows(api, table, day)
    without_dates = {name: value for name, value in table.params.items() if name == "excludesys"}
    for row in tickets[:MOST_TICKETS]:
        if any("timetaken" in action for action in found):
            break
        listing = Listing(table.path, table.rows, {**without_dates, "ticket_id": str(row_id(row))})
        found += read(api.get(table.path, listing.params), listing).rows
    return found


def no_time(actions: list[Raw]) -> str | None:
    """What to change where actions come but none says how long it took."""
    if not actions or any("timetaken" in action for action in actions):
        return None
    return (
        f"Time entries would be empty: none of {len(actions)} actions that Halo answered carries "
        f"timetaken (they carry {', '.join(sorted(map(str, actions[0]))[:8])}). In Halo, let the "
        "role of the agent that the application logs in as see the time of actions (Configuration "
        "> Teams & Agents > Roles); or add time_entry to excluded_tables."
    )
