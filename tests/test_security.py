"""Nothing but reading, no secret anywhere that it need not be, and no token to another host."""

from __future__ import annotations

import ast
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from halo.api.connection import HaloApi
from halo.api.decisions import Ok, decide
from halo.api.requests import Reply
from halo.api.sign_in import TokenSource
from halo.errors import HaloError, SettingsError, SignInError
from halo.settings import parse
from halo.setup.tests import SETUP_TESTS
from halo.sync.runner import Sync
from halo.tables import REGISTRY
from sandbox.faults import Fault
from sandbox.oauth import CLIENT_SECRET, PASSWORD, REFRESH_TOKEN, USERNAME
from tests.world import Outcome, World, small, world

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*(ROOT / "halo").rglob("*.py"), ROOT / "connector.py"])


# --- read-only


def imported(source: Path) -> set[str]:
    """The packages that a module imports, whose names begin with `halo.` in full."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: a relative import hides what is imported"
            found.add(node.module or "")
    return {name if name.startswith("halo") else name.partition(".")[0] for name in found}


def calls(source: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the last name of what is called."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield name, node


NETWORK = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "ssl",
    "subprocess", "urllib3", "webbrowser", "xmlrpc",
}  # fmt: skip


def test_one_module_alone_can_send_anything() -> None:
    assert len(SOURCES) > 20
    reach = {
        str(source.relative_to(ROOT)): found
        for source in SOURCES
        if (found := imported(source) & NETWORK)
    }
    assert reach == {"halo/api/requests.py": {"requests"}}
    for source in SOURCES:
        text = source.read_text("utf-8")
        assert not {"__import__", "import_module", "eval", "exec", "system", "urlopen"} & {
            name for name, _ in calls(source)
        }, source
        assert "urllib.request" not in text, source


def test_no_line_sends_anything_but_get_and_the_token_call() -> None:
    transport = ROOT / "halo" / "api" / "requests.py"
    built = [node for name, node in calls(transport) if name == "Request"]
    verbs = [ast.literal_eval(node.args[0]) for node in built]
    assert sorted(verbs) == ["GET", "POST"]
    names = {name for name, _ in calls(transport)}
    assert not names & {"post", "put", "patch", "delete", "options", "head", "request"}
    assert [name for name, _ in calls(transport)].count("send") == 1
    callers = {
        source.name for source in SOURCES for name, _ in calls(source) if name == "token_call"
    }
    assert callers == {"sign_in.py"}
    assert "_session" not in "".join(
        source.read_text("utf-8") for source in SOURCES if source != transport
    )


def assert_read_only(w: World) -> None:
    assert w.app.requests
    for record in w.app.requests:
        if record.method == "POST":
            assert record.endpoint == "/auth/token"
        else:
            assert record.method == "GET"
            assert record.form == {}
            assert record.endpoint != "/auth/token"


def test_syncs_and_setup_tests_send_get_alone_but_for_the_token_call() -> None:
    with world(9, small(), users=7, clients=4, agents=5, years=0.03) as w:
        w.sync()
        w.tenant.live(3)
        w.tenant.delete_ticket(2)
        w.sync_later(days=8)
        w.become(permissions=frozenset({"/users", "/actions"}))
        w.app.revoke_tokens()
        w.sync_later(days=8)
        given = {
            "base_url": w.url,
            "client_id": "sandbox-client",
            "client_secret": CLIENT_SECRET,
        }
        for setup_test in SETUP_TESTS:
            setup_test(given, lambda _: None)
        assert {record.method for record in w.app.requests} == {"GET", "POST"}
        assert_read_only(w)


# --- secrets

GRANTS: dict[str, dict[str, str]] = {
    "client_credentials": {"client_secret": CLIENT_SECRET},
    "password": {"username": USERNAME, "password": PASSWORD, "client_secret": ""},
    "refresh_token": {"refresh_token": REFRESH_TOKEN, "client_secret": ""},
}


def tokens_of(w: World) -> set[str]:
    """The access tokens that were used."""
    sent = (record.headers.get("Authorization", "") for record in w.app.requests)
    return {header.removeprefix("Bearer ") for header in sent if header}


def secrets_of(w: World) -> set[str]:
    given = w.settings()
    return {given.client_secret, given.password, given.refresh_token} - {""} | tokens_of(w)


def leaks(text: str, secrets: set[str]) -> list[str]:
    """The secrets of which the first twelve characters are in a text."""
    return [secret for secret in secrets if secret[:12] in text]


def everything_told(w: World, outcome: Outcome, caplog: pytest.LogCaptureFixture) -> str:
    """Whatever leaves the connector: logs, warnings, error with its causes, state, rows."""
    told = [*outcome.log, *outcome.warnings, *(r.getMessage() for r in caplog.records)]
    error: BaseException | None = outcome.error
    while error is not None:
        told += [str(error), repr(error), repr(vars(error))]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told += [json.dumps(w.warehouse.state), repr(w.warehouse.tables), repr(outcome)]
    return "\n".join(told)


def in_full_log(w: World, caplog: pytest.LogCaptureFixture) -> str:
    with caplog.at_level(logging.DEBUG):
        outcome = w.sync(fails=True)
    return everything_told(w, outcome, caplog)


@pytest.mark.parametrize("grant", GRANTS)
def test_a_sync_tells_no_secret(grant: str, caplog: pytest.LogCaptureFixture) -> None:
    with world(6, small(), users=4, clients=2, agents=2, years=0.02) as w:
        w.configuration |= {"grant_type": grant} | GRANTS[grant]
        told = in_full_log(w, caplog)
        assert "/api/Tickets" in told, "the log of urllib3 is looked at too"
        assert tokens_of(w)
        assert len(secrets_of(w)) >= 2
        assert leaks(told, secrets_of(w)) == []


# What a server may write around what it echoes.
ECHOES = {
    "as text": "I was sent {}",
    "as JSON": '{{"error":"I was sent {}"}}',
    "as HTML": "<html><title>Request</title><body>client_secret={} is wrong</body></html>",
    "in a title": "<html><title>What is {} ?</title></html>",
    "across the end of a sentence": '{{"error":"' + "x" * 275 + ' {}"}}',
    "across the end of what is looked at": "<p>" + "<!-- -->" * 1247 + " token: {}</p>",
    "many times": "{0} {0} {0}",
}


def echoes() -> list[str]:
    return list(ECHOES)


def echoing(w: World, template: str, status: int, path: str | None) -> None:
    """The server answers with all the secrets of the request itself, and of the settings."""

    def fault(_ordinal: int, record: Any) -> None:
        w.app.faults.clear()
        if path is not None and record.endpoint != path:
            return
        token = record.headers.get("Authorization", "").removeprefix("Bearer ")
        sent = token or record.form.get("client_secret") or CLIENT_SECRET
        body = template.format(sent)
        w.app.faults.append(Fault(kind="status", status=status, body=body, times=0))

    w.app.before_request = fault


@pytest.mark.parametrize("status", [400, 403, 503])
@pytest.mark.parametrize("echo", echoes())
@pytest.mark.parametrize("path", ["/tickets", "/users", "/auth/token"])
def test_a_secret_that_a_server_echoes_is_not_repeated(
    path: str, echo: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with world(6, small(), http=False, users=4, clients=2, agents=2, years=0.02) as w:
        echoing(w, ECHOES[echo], status, path)
        told = in_full_log(w, caplog)
        assert f"answered {status}" in told
        assert leaks(told, secrets_of(w)) == []


@pytest.mark.parametrize("echo", ["as text", "as JSON", "as HTML"])
def test_a_token_that_is_echoed_with_200_is_not_repeated(
    echo: str, caplog: pytest.LogCaptureFixture
) -> None:
    with world(6, small(), http=False, users=4, clients=2, agents=2, years=0.02) as w:
        echoing(w, ECHOES[echo], 200, "/users")
        told = in_full_log(w, caplog)
        assert "user was not synced" in told
        assert leaks(told, secrets_of(w)) == []


ODD = 'p&ss+w/rd="<\u00e9>\\the-end%'
SPACED = "two  spaces the-end"


@pytest.mark.parametrize(
    ("secret", "body"),
    [
        pytest.param(ODD, f"no {ODD}", id="as text"),
        pytest.param(ODD, json.dumps({"sent": ODD}), id="as JSON"),
        pytest.param(ODD, f"<p>{escape(ODD)}</p>", id="as HTML"),
        pytest.param(ODD, f"no {quote_plus(ODD)}", id="as a form"),
        pytest.param(ODD, f"no {json.dumps(ODD)}", id="as JSON in a text"),
        pytest.param(SPACED, f"no {SPACED}", id="with two spaces"),
    ],
)
def test_a_secret_of_odd_characters_is_recognised_however_it_is_echoed(
    secret: str, body: str
) -> None:
    with world(3, http=False) as w:
        w.configuration["client_secret"] = secret
        w.app.faults.append(Fault("/auth/token", status=400, body=body, times=0))
        told = str(w.sync(fails=True).error)
        assert "failed: Halo answered 400" in told
        assert "the-end" not in told


def test_no_repr_tells_a_secret() -> None:
    with world(3, http=False) as w:
        w.configuration |= {"password": PASSWORD, "refresh_token": REFRESH_TOKEN}
        connection = w.connection()
        api = HaloApi(connection)
        token = connection.tokens.token()
        tokens: TokenSource = connection.tokens
        sync = Sync(w.settings(), connection, {}, w.time.clock(), print)
        held = [w.settings(), connection, api, tokens, connection.transport, sync]
        held += [connection.transport.secrets, tokens._token, *vars(connection).values()]
        assert leaks(repr(held), {CLIENT_SECRET, PASSWORD, REFRESH_TOKEN, token}) == []


def test_the_repr_of_an_answer_does_not_tell_the_token_in_it() -> None:
    body = b'{"access_token":"open-sesame"}'
    decision = decide(200, {}, body)
    assert isinstance(decision, Ok)
    assert "open-sesame" not in repr(Reply(200, {}, body, decision))


# --- other hosts


@dataclass
class Elsewhere:
    """Another server: what it was sent."""

    url: str = ""
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """A second host, which answers everything as if it were Halo."""
    heard = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.requests.append((self.command, self.path, dict(self.headers), body))
            answer = b'{"access_token":"of-the-thief","record_count":0,"tickets":[],"users":[]}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    # Another name of the loopback interface, so that it is another host.
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


REDIRECTS = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("path", ["/tickets", "/users", "/auth/token", "/authinfo"])
def test_a_redirect_takes_nothing_to_another_host(path: str, status: int) -> None:
    with world(3, users=2, clients=2, agents=2, years=0.02) as w, elsewhere() as thief:
        location = f"{thief.url}/api/Users?client_secret={CLIENT_SECRET}"
        w.app.faults.append(
            Fault(path, status=status, headers={"Location": location}, body="moved", times=0)
        )
        outcome = w.sync(fails=True)
        assert thief.requests == []
        told = f"{outcome.error} {outcome.warnings} {outcome.log}"
        assert CLIENT_SECRET not in told
        if path == "/users":
            assert [warning.split()[0] for warning in outcome.warnings] == ["user"]
        elif path != "/authinfo":
            assert isinstance(outcome.error, HaloError)
            assert str(status) in str(outcome.error)


def test_a_token_goes_to_the_configured_and_a_secret_to_the_discovered_host_alone() -> None:
    with world(3, users=2, clients=2, agents=2, years=0.02) as w, elsewhere() as authority:
        answer = json.dumps({"auth_url": f"{authority.url}/auth", "tenant_id": "acme"})
        w.app.faults.append(Fault("/authinfo", kind="body", body=answer, times=0))
        w.sync(fails=True)
        (method, path, headers, body), *_ = authority.requests
        assert (method, path) == ("POST", "/auth/token?tenant=acme")
        assert CLIENT_SECRET.encode() in body
        assert "Authorization" not in headers
        assert tokens_of(w) == {"of-the-thief"}
        for record in w.app.requests:
            assert CLIENT_SECRET not in json.dumps([record.params, record.form, record.headers])
        assert all(method == "POST" for method, *_ in authority.requests)


@pytest.mark.parametrize(
    "named",
    [
        "http://auth.example.com/auth",
        "http://10.1.2.3/auth",
        "http://127.0.0.1.example.com/auth",
        "http://localhost.example.com/auth",
        "http://localhost@example.com/auth",
        "https://user:word@example.com/auth",
        "ftp://127.0.0.1/auth",
        "//example.com/auth",
        "javascript:alert(1)",
        "http://[::ffff:10.0.0.1]/auth",
        "http://example.com\\@127.0.0.1/auth",
        "https://example.com/auth?x=1",
    ],
)
def test_a_discovered_server_that_is_not_https_gets_no_secret(named: str) -> None:
    with world(3, http=False) as w:
        answer = json.dumps({"auth_url": named, "tenant_id": ""})
        w.app.faults.append(Fault("/authinfo", kind="body", body=answer, times=0))
        error = w.sync(fails=True).error
        assert isinstance(error, SignInError)
        assert "auth_url" in str(error)
        assert [record.method for record in w.app.requests] == ["GET"]


@pytest.mark.parametrize("key", ["base_url", "auth_url"])
@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:8080", True),
        ("http://localhost:8080", True),
        ("https://acme.haloitsm.com", True),
        ("http://acme.haloitsm.com", False),
        ("http://0.0.0.0", False),
        ("http://127.1", False),
        ("http://2130706433", False),
        ("http://0x7f000001", False),
        ("http://localhost.", False),
        ("http://192.168.0.1", False),
        ("http://[::]", False),
        ("http://example.com#@127.0.0.1", False),
        ("http://example.com?@127.0.0.1", False),
        ("http:\\\\127.0.0.1", False),
    ],
)
def test_http_goes_to_the_loopback_address_alone(key: str, url: str, taken: bool) -> None:
    given = {
        "base_url": "https://acme.haloitsm.com",
        "client_id": "it",
        "client_secret": CLIENT_SECRET,
    }
    if taken:
        parse(given | {key: url}, REGISTRY)
        return
    with pytest.raises(SettingsError, match=key) as raised:
        parse(given | {key: url}, REGISTRY)
    assert CLIENT_SECRET not in str(raised.value)


def test_a_netrc_file_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login thief password of-the-netrc-file\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    with world(3, users=2, clients=2, agents=2, years=0.02) as w:
        assert w.session().trust_env
        w.sync()
        for record in w.app.requests:
            authorization = record.headers.get("Authorization", "")
            is_anonymous = record.endpoint in ("/authinfo", "/auth/token")
            assert authorization.startswith("Bearer ") != is_anonymous
            assert not authorization.startswith("Basic")


def test_a_certificate_is_always_checked() -> None:
    for source in SOURCES:
        for _, call in calls(source):
            assert "verify" not in {keyword.arg for keyword in call.keywords}, source
    transport = (ROOT / "halo" / "api" / "requests.py").read_text("utf-8")
    assert "verify" not in transport
