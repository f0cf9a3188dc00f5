"""The setup tests: each cause of trouble against the stand-in tenant, and the sentence it gets."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from halo.api.clock import Clock
from halo.api.decisions import Refused
from halo.api.requests import Reply
from halo.settings import parse
from halo.setup.tenant import no_halo
from halo.setup.tests import PATIENCE, SETUP_TESTS, SetupTest, setup_tests
from halo.tables import REGISTRY, Table, rights
from halo.tables.rights import Rights
from halo.tables.sources import Snapshot
from sandbox.faults import HTML_PAGE, Fault
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET, PASSWORD, REFRESH_TOKEN, USERNAME
from sandbox.quirks import Quirks
from sandbox.server import RunningServer, serve
from sandbox.tenant import Tenant
from tests.world import assert_filled

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ALL = SETUP_TESTS
BY_LABEL = {test.label: test for test in ALL}
SETTINGS, TENANT, TOKEN = ALL[:3]
TICKETS, TIME, DETAILS = (
    BY_LABEL[module.test] for module in (rights.TICKETS, rights.ACTIONS, rights.DETAILS)
)
PEOPLE, CODES, LEVELS, ASSETS = (
    BY_LABEL[module.test]
    for module in (rights.CUSTOMERS, rights.CODES, rights.SERVICE_LEVELS, rights.ASSETS)
)
# Each list once: its test, its path, its name in a sentence, and the permission that it needs.
OBJECTS = [
    (BY_LABEL[table.rights.test], path.lower(), path.strip("/"), table.rights.permission)
    for path, table in {t.source.path: t for t in reversed(REGISTRY)}.items()
]
BY_PATH = [path for _, path, _, _ in OBJECTS]


class Time:
    """A clock on which sleeping is all that takes time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.clock = Clock(lambda: self.now, self._sleep, lambda: 0.5)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass(frozen=True)
class Desk:
    """A served tenant with a configuration that works."""

    tenant: Tenant
    server: RunningServer

    def configuration(self, **other: str) -> dict[str, str]:
        base = self.server.url + self.tenant.quirks.base_path
        own = {"base_url": base, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return own | other

    def told(self, test: SetupTest, **other: str) -> str | None:
        """What a test says of this configuration."""
        return self.told_at(Time(), test, **other)

    def told_at(self, time: Time, test: SetupTest, **other: str) -> str | None:
        """What a test says, on a clock of the caller's; its sentence is checked."""
        told: list[str] = []
        failed = test(self.configuration(**other), told.append, time.clock)
        assert len(told) <= test.optional
        said = failed or " ".join(told) or None
        assert_filled(str(said))
        return said

    def asked(self) -> list[str]:
        return [record.endpoint for record in self.server.app.requests]


@contextmanager
def desk(tickets: int = 12, **quirks: Any) -> Iterator[Desk]:
    given = Quirks(**{"rate_limit": 0, **quirks})
    tenant = Tenant.build(seed=7, tickets=tickets, years=0.2, quirks=given, now=lambda: NOW)
    with serve(tenant) as server:
        yield Desk(tenant, server)


def assert_a_sentence(text: str | None, *parts: str) -> str:
    assert text is not None
    assert_filled(text)
    for part in parts:
        assert part in text
    assert "<" not in text
    assert "\n" not in text
    assert CLIENT_SECRET not in text
    assert text.endswith(".")
    return text


# A good tenant.


@pytest.mark.parametrize(
    "quirks",
    [
        {},
        {"discovery": False, "tenant_name": ""},
        {"agent_paged": True},
        {"action_dates": "nothing"},
        {"action_dates": "ignored"},
        {"envelope": {"/tickets": "results", "/users": "array"}},
    ],
    ids=str,
)
def test_a_good_tenant_fails_a_test(quirks: dict[str, Any]) -> None:
    with desk(**quirks) as served:
        assert [served.told(test) for test in ALL] == [None] * len(ALL)
        assert {record.method for record in served.server.app.requests} == {"GET", "POST"}
        assert all(
            r.endpoint == "/auth/token" for r in served.server.app.requests if r.method == "POST"
        )
        assert len(served.server.app.requests) < 120


def test_a_new_tenant_without_tickets_fails_a_test() -> None:
    with desk(tickets=0) as served:
        assert [served.told(test) for test in ALL] == [None] * len(ALL)


# Every way to sign in, from every form of the base url.


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"client_secret": "", "grant_type": "password", "username": USERNAME, "password": PASSWORD},
        {"client_secret": "", "grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN},
    ],
    ids=lambda settings: settings.get("grant_type", "client_credentials"),
)
def test_a_way_to_sign_in_gets_no_token(settings: dict[str, str]) -> None:
    with desk() as served:
        assert served.told(TOKEN, **settings) is None
        assert served.told(TICKETS, **settings) is None
        forms = [r.form for r in served.server.app.requests if r.method == "POST"]
        secret = "client_secret" in forms[0]
        assert secret is ("grant_type" not in settings)


@pytest.mark.parametrize("prefix", ["", "/haloapi", "/HaloAPI"])
@pytest.mark.parametrize("ending", ["", "/", "/api", "/api/", "/API"])
@pytest.mark.parametrize("upper", [False, True], ids=["lower", "upper"])
def test_a_form_of_the_base_url_is_not_understood(prefix: str, ending: str, upper: bool) -> None:
    with desk(base_path=prefix) as served:
        host = served.server.url
        host = host.replace("http://127.0.0.1", "HTTP://LOCALHOST") if upper else host
        for test in ALL[:4]:
            assert served.told(test, base_url=host + prefix + ending) is None


@pytest.mark.parametrize("host", ["yourtenant.haloitsm.com", "yours.trial.usehalo.com", "a.b.c"])
@pytest.mark.parametrize("path", ["", "/", "/api", "/API/"])
def test_a_hosted_trial_or_own_domain_is_not_understood(host: str, path: str) -> None:
    given = {"base_url": f"https://{host.upper()}{path}", "client_id": "a", "client_secret": "b"}
    assert parse(given, REGISTRY).base_url == f"https://{host}"


def test_server_and_tenant_have_to_be_given_although_halo_tells_them() -> None:
    with desk(tenant_name="service-desk-7") as served:
        assert served.told(TOKEN) is None
        (token,) = [r for r in served.server.app.requests if r.method == "POST"]
        assert (token.path, token.params) == ("/auth/token", {"tenant": "service-desk-7"})


def test_a_given_server_and_tenant_lose_against_what_halo_tells() -> None:
    with desk() as served, desk(tenant_name="given") as other:
        given = {"auth_url": f"{other.server.url}/auth", "tenant": "given"}
        assert served.told(TOKEN, **given) is None
        assert served.asked() == []
        assert other.asked() == ["/auth/token"]


# Wrong settings.


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"base_url": ""}, "base_url is missing"),
        ({"base_url": "http://halo.example.com"}, "begin with https://"),
        ({"client_secret": ""}, "client_secret is missing"),
        ({"grant_type": "password"}, "username is missing"),
        ({"start_date": "last year"}, "start_date is 'last year'"),
        ({"excluded_tables": "tickets"}, "excluded_tables names tickets"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_told_by_another_test_than_the_first(
    settings: dict[str, str], says: str
) -> None:
    with desk() as served:
        assert [says in str(served.told(test, **settings)) for test in ALL] == [True] * len(ALL)
        assert served.asked() == []


# A wrong host.


def test_a_host_that_is_not_there() -> None:
    with desk() as served:
        gone = "http://127.0.0.1:9"
        text = served.told(TENANT, base_url=gone)
        assert_a_sentence(text, f"{gone} gives no proper answer", "refused", "Resource Server")
        assert "next sync" not in str(text)


def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    text = TENANT(
        {"base_url": "https://nowhere.invalid", "client_id": "a", "client_secret": "b"},
        lambda _: None,
        Time().clock,
    )
    assert_a_sentence(text, "There is no host nowhere.invalid", "Resource Server")


@pytest.mark.parametrize("status", [200, 404])
def test_a_web_server_that_is_no_halo(status: int) -> None:
    with desk(discovery=False) as served:
        page = Fault(
            times=0, kind="status", status=status, body=HTML_PAGE, content_type="text/html"
        )
        served.server.app.faults = [page]
        assert_a_sentence(
            served.told(TENANT),
            f"/api/authinfo answered {status} (a web page: Service Unavailable)",
            "Set base_url to the Resource Server that Halo shows under Configuration > ",
        )


@pytest.mark.parametrize(("base", "says"), [("/haloapi", ""), ("", " without the /auth")])
def test_a_path_that_is_missing_or_too_much(base: str, says: str) -> None:
    with desk(base_path=base) as served:
        url = served.server.url + ("" if base else "/auth")
        text = served.told(TENANT, base_url=url)
        assert_a_sentence(text, "answers, but not as Halo does", "Resource Server", says)


@pytest.mark.parametrize("endpoint", ["Tickets", "authinfo", "Actions/1"])
def test_an_endpoint_is_taken_for_the_root_of_the_instance(endpoint: str) -> None:
    with desk() as served:
        url = f"{served.server.url}/api/{endpoint}"
        assert_a_sentence(served.told(TENANT, base_url=url), "has to end at /api, or before it")


def test_a_host_that_points_elsewhere() -> None:
    with desk() as served:
        there = {"Location": "https://new.haloitsm.com/api/authinfo"}
        served.server.app.faults = [Fault(times=0, status=302, headers=there)]
        text = served.told(TENANT)
        assert_a_sentence(text, "points to https://new.haloitsm.com/api/authinfo", "set base_url")


def test_a_build_without_authinfo_is_taken_for_no_halo() -> None:
    def reply(status: int, body: str) -> Reply:
        return Reply(status, {}, body.encode(), Refused(status, body))

    refused = reply(401, '{"Message":"Authorization has been denied for this request."}')
    page = reply(404, HTML_PAGE)
    assert no_halo("https://a", page, refused) is None
    assert no_halo("https://a", page, reply(401, HTML_PAGE)) is not None


def test_a_tenant_that_is_busy_or_down_holds_the_test_for_long() -> None:
    for status in (429, 503):
        with desk() as served:
            served.server.app.faults = [Fault(times=0, status=status)]
            for test in ALL[1:]:
                time = Time()
                text = served.told_at(time, test)
                assert_a_sentence(text, f"answered {status}", "try again in some minutes")
                assert "excluded_tables" not in str(text)
                assert ("request limit is used up" in str(text)) is (status == 429)
                assert ("base_url is wrong" in str(text)) <= (status != 429)
                assert time.now <= 4 * PATIENCE


def test_a_tenant_at_its_limit_holds_a_test_for_minutes() -> None:
    with desk() as served:
        wish = {"Retry-After": "264"}
        served.server.app.faults = [Fault(times=0, status=429, headers=wish)]
        for test in ALL[1:]:
            time = Time()
            text = served.told_at(time, test)
            assert_a_sentence(text, "Halo's request limit is used up (", "try again in some min")
            assert time.now <= PATIENCE


# A wrong application.


def test_a_wrong_secret() -> None:
    with desk() as served:
        text = served.told(TOKEN, client_secret="wrong-secret-77")
        assert_a_sentence(
            text,
            "Halo answered 401 (error: invalid_client; error_description: ",
            "check client_id and client_secret",
            "Configuration > Integrations > Halo API > View Applications",
        )
        assert "wrong-secret-77" not in str(text)


def test_a_wrong_client_id() -> None:
    with desk() as served:
        assert_a_sentence(served.told(TOKEN, client_id="other"), "check client_id")


def test_a_wrong_password() -> None:
    with desk() as served:
        text = served.told(
            TOKEN, grant_type="password", username=USERNAME, password="wrong-password"
        )
        assert_a_sentence(text, "invalid_grant", "check username and password")
        assert "wrong-password" not in str(text)


def test_a_way_to_sign_in_that_the_application_does_not_allow() -> None:
    with desk() as served:
        body = json.dumps({"error": "unauthorized_client"})
        served.server.app.faults = [Fault("/auth/token", times=0, status=400, body=body)]
        text = served.told(TOKEN)
        assert_a_sentence(text, "Authentication Method to Client ID and Secret (Services)")


def test_a_wrong_authorisation_server() -> None:
    with desk() as served:
        given = f"{served.server.url}/other"
        text = served.told(TOKEN, auth_url=given)
        assert_a_sentence(
            text,
            "Halo answered 404 (a web page: 404 - File or directory not found.)",
            f"auth_url is '{given}', but Halo's own Authorisation Server is "
            f"'{served.server.url}/auth': leave auth_url empty.",
        )


def test_a_wrong_tenant_name() -> None:
    with desk() as served:
        text = served.told(TOKEN, tenant="sandbx")
        assert_a_sentence(
            text,
            "The tenant 'sandbx' was not found.",
            "tenant is 'sandbx', but Halo's own name for itself is 'sandbox': leave tenant empty.",
        )


def test_a_tenant_name_that_nobody_tells() -> None:
    with desk(discovery=False) as served:
        text = served.told(TOKEN)
        assert_a_sentence(text, "The tenant '' was not found.", "tenant", "API Details")


def test_an_unknown_scope() -> None:
    with desk() as served:
        text = served.told(TOKEN, scope="read:actions")
        assert_a_sentence(text, "invalid_scope", "scope is 'read:actions'; set it to all")


@pytest.mark.parametrize(
    ("scope", "test"),
    [
        ("offline_access", TICKETS),
        ("read:customers", TIME),
        ("read:tickets", PEOPLE),
        ("read:tickets read:customers", CODES),
    ],
)
def test_a_scope_that_is_too_narrow(scope: str, test: Any) -> None:
    with desk() as served:
        assert served.told(TOKEN, scope=scope) is None
        assert_a_sentence(served.told(test, scope=scope), f"scope is '{scope}'; set it to all")


def test_a_refresh_token_that_can_be_used_only_once() -> None:
    with desk(rotate_refresh_tokens=True) as served:
        given = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}
        first = served.told(TOKEN, **given)
        assert_a_sentence(first, "used only once", "grant_type to client_credentials")
        later = served.told(TOKEN, **given)
        assert_a_sentence(later, "invalid_grant", "if it worked before")
        assert str(later).count("only once") == 1
        assert REFRESH_TOKEN not in f"{first}{later}"


# What the application may not read.


@pytest.mark.parametrize(("test", "path", "name", "allow"), OBJECTS, ids=BY_PATH)
def test_an_object_that_is_forbidden(test: Any, path: str, name: str, allow: str) -> None:
    with desk(permissions=frozenset({path})) as served:
        text = served.told(test)
        assert_a_sentence(
            text,
            f"/{name} answered 403 (ClassName: System.Exception; Message: Access is denied.)",
            f": grant the API application the permission to read {name}, and the role of its agent "
            f"too (in Halo: {allow}, under Configuration > Integrations > Halo API > View "
            "Applications, Permissions; ",
            ", under Configuration > Teams & Agents > Roles)",
        )
        assert text is not None and text.count(". ") <= 1
        others = [other for other in ALL if other is not test and path not in ("/tickets",)]
        assert [served.told(other) for other in others] == [None] * len(others)


@pytest.mark.parametrize(("test", "path", "name", "allow"), OBJECTS, ids=BY_PATH)
def test_an_object_that_answers_401_for_ever(test: Any, path: str, name: str, allow: str) -> None:
    with desk() as served:
        served.server.app.faults = [Fault(path, times=0, status=401, body='"denied"')]
        text = served.told(test)
        assert_a_sentence(text, f"/{name} answered 401 (denied)", allow)
        assert served.asked().count(path) == 2


def test_two_forbidden_lists_of_which_only_one_is_told() -> None:
    with desk(permissions=frozenset({"/agent", "/site"})) as served:
        text = served.told(PEOPLE)
        assert_a_sentence(text, "/Agent answered 403", "/Site answered 403")


def test_a_forbidden_list_whose_table_is_not_wanted() -> None:
    with desk(permissions=frozenset({"/agent", "/actions"})) as served:
        without = {"excluded_tables": "agent, action, time_entry"}
        assert [served.told(test, **without) for test in ALL] == [None] * len(ALL)


def test_a_list_that_this_version_does_not_have() -> None:
    with desk() as served:
        served.server.app.faults = [Fault("/sla", times=0, status=404, body='{"error":"no"}')]
        text = served.told(LEVELS)
        assert_a_sentence(text, "/SLA answered 404", "add sla to excluded_tables")


@pytest.mark.parametrize("body", ["null", '"text"', "{}", HTML_PAGE])
def test_an_answer_that_is_no_list(body: str) -> None:
    with desk() as served:
        served.server.app.faults = [Fault("/tickets", times=0, kind="body", body=body)]
        text = assert_a_sentence(served.told(TICKETS), "/Tickets answered")
        assert "excluded_tables" not in text


# Time.


def test_hours_that_nobody_wants_are_missed() -> None:
    with desk(timetaken_missing=True) as served:
        assert served.told(TIME, excluded_tables="time_entry") is None


def test_actions_without_their_time() -> None:
    with desk(timetaken_missing=True) as served:
        text = served.told(TIME)
        assert_a_sentence(text, "carries timetaken", "Teams & Agents > Roles", "excluded_tables")
        assert len(served.asked()) < 20


def test_time_is_missed_because_the_tenant_does_not_list_it_by_date() -> None:
    with desk(action_dates="nothing") as served:
        assert served.told(TIME) is None


@pytest.mark.parametrize(
    ("mutated", "is_missed"),
    [
        (lambda _: {"actions": []}, False),
        (lambda _: {"actions": [{"id": 1}, {"id": 2, "timetaken": 0.0}]}, False),
        (lambda _: {"actions": [{"id": 1}]}, True),
    ],
)
def test_a_bare_answer_of_no_action_is_taken_for_missing_time(
    mutated: Any, is_missed: bool
) -> None:
    with desk() as served:
        served.server.app.faults = [Fault("/actions", times=0, kind="mutate", mutate=mutated)]
        text = served.told(TIME)
        assert (text is not None) is is_missed
        if text:
            assert_a_sentence(text, "Time entries would be empty: none of 10 rows", "timetaken")
        assert served.asked().count("/actions") == (1 if "2" in str(mutated(0)) else 10)


# Details of tickets.


def test_details_that_are_forbidden() -> None:
    with desk() as served:
        served.server.app.faults = [Fault("/tickets/", times=0, status=403, body='"denied"')]
        assert [test.name for test in ALL if served.told(test)] == [DETAILS.name]
        assert_a_sentence(
            served.told(DETAILS),
            " answered 403 (denied): grant the API application the permission to read Tickets",
            "(in Halo: read:tickets or all, under",
            f"; or add {', '.join(t.name for t in REGISTRY if t.rights is rights.DETAILS)} to excl",
        )


def test_details_are_asked_of_one_ticket_and_as_a_sync_asks_them() -> None:
    with desk() as served:
        assert served.told(DETAILS) is None
        (asked,) = [r for r in served.server.app.requests if r.endpoint.startswith("/tickets/")]
        assert asked.params == dict.fromkeys(
            ("includedetails", "include_auditing", "includelinkedobjects"), "true"
        )


def test_details_are_asked_though_no_table_wants_them() -> None:
    with desk() as served:
        without = ",".join(table.name for table in REGISTRY if table.rights.test == DETAILS.label)
        assert served.told(DETAILS, excluded_tables=without) is None
        assert served.asked() == []


# The registry.


def test_a_module_of_the_registry_has_no_setup_test() -> None:
    labels = list(dict.fromkeys(table.rights.test for table in REGISTRY))
    assert [test.label for test in ALL[3:]] == labels
    assert len({test.name for test in ALL}) == len(ALL)
    assert all(test.name.isidentifier() for test in ALL)


def test_a_module_that_a_desk_can_do_without_fails_nothing_and_is_told() -> None:
    with desk(permissions=frozenset({"/asset", "/assettype"})) as served:
        told: list[str] = []
        assert ASSETS(served.configuration(), told.append, Time().clock) is None
        (said,) = told
        assert_a_sentence(
            said,
            "/Asset answered 403",
            "grant the API application the permission to read Asset, and the role",
            "; or add asset to excluded_tables",
            "; or add asset_type to excluded_tables",
        )
        assert ASSETS.label == "Assets can be read, or are skipped"


def test_what_fails_the_sign_in_fails_the_test_of_an_optional_module_too() -> None:
    with desk() as served:
        told: list[str] = []
        wrong = served.configuration(client_secret="wrong")
        assert "invalid_client" in str(ASSETS(wrong, told.append, Time().clock))
        assert told == []


def test_a_table_that_joins_the_registry_is_left_out_by_the_setup_tests() -> None:
    def joined(rights: Rights) -> tuple[SetupTest, ...]:
        source = Snapshot("/Item", "items")
        return setup_tests((*REGISTRY, Table("item", source, rights, long="id")))

    with desk() as served:
        *known, new = joined(Rights("Items can be read"))
        assert [test.label for test in known] == [test.label for test in ALL]
        assert new.label == "Items can be read"
        assert [served.told(test) for test in known] == [None] * len(known)
        assert_a_sentence(served.told(new), "/Item answered 404", "; or add item to excluded_tab")
        assert served.told(new, excluded_tables="item") is None

        same_module = joined(REGISTRY[-1].rights)
        assert [test.label for test in same_module] == [test.label for test in ALL]
        assert_a_sentence(served.told(same_module[-1]), "/Item answered 404")


def test_a_secret_that_halo_echoes_is_shown() -> None:
    with desk() as served:
        body = json.dumps({"error": "invalid_client", "error_description": CLIENT_SECRET})
        served.server.app.faults = [Fault("/auth/token", times=0, status=401, body=body)]
        assert_a_sentence(served.told(TOKEN), "***")
