"""Signing in: one token is enough, it never dies in use, and what goes wrong is one sentence."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from halo.errors import SignInError
from sandbox.faults import Fault
from sandbox.oauth import CLIENT_SECRET
from tests.world import World, small, world

TOKEN = "/auth/token"


def discovered(w: World, **authinfo: Any) -> None:
    """Lets `/api/authinfo` answer something else."""
    w.app.faults.append(Fault("/authinfo", times=0, kind="body", body=json.dumps(authinfo)))


# One token


def test_a_whole_sync_signs_in_once() -> None:
    with world(10, years=0.05) as w:
        w.sync()
        assert len(w.asked(TOKEN)) == len(w.asked("/authinfo")) == 1
        form = w.asked(TOKEN)[0].form
        assert form["grant_type"] == "client_credentials"
        assert form["scope"] == "all"
        bearers = {
            record.headers.get("Authorization")
            for record in w.app.requests
            if record.endpoint not in (TOKEN, "/authinfo")
        }
        assert len(bearers) == 1
        assert None not in bearers


def test_a_token_is_renewed_at_three_quarters_of_its_life_and_not_before() -> None:
    with world(1, small(token_seconds=1000), years=0.05) as w:
        api = w.api()
        api.get("/Status", {})
        w.time.pass_by(seconds=749)
        api.get("/Status", {})
        assert len(w.asked(TOKEN)) == 1
        w.time.pass_by(seconds=2)
        api.get("/Status", {})
        assert len(w.asked(TOKEN)) == 2
        assert {record.status for record in w.app.requests} == {200}


@pytest.mark.parametrize("life", [None, "soon", 0, -5])
def test_a_token_whose_life_is_not_told_lives_an_hour(life: object) -> None:
    with world(1, years=0.05) as w:
        w.app.faults.append(
            Fault(TOKEN, times=0, kind="mutate", mutate=lambda body: body | {"expires_in": life})
        )
        api = w.api()
        for seconds, calls in ((0, 1), (2600, 1), (200, 2)):
            w.time.pass_by(seconds=seconds)
            api.get("/Status", {})
            assert len(w.asked(TOKEN)) == calls


def test_no_request_of_a_long_sync_bears_a_token_that_has_ended() -> None:
    with world(10, small(token_seconds=400), years=0.05) as w:
        w.configuration["history_minutes"] = "1440"
        w.app.before_request = lambda *_: w.time.pass_by(seconds=20)
        w.sync()
        assert len(w.asked(TOKEN)) > 3
        assert 401 not in {record.status for record in w.app.requests}


def test_a_token_that_dies_early_is_renewed_once_and_its_request_sent_once_more() -> None:
    with world(10, years=0.05) as w:

        def before(ordinal: int, _: Any) -> None:
            if ordinal == 15:
                w.app.revoke_tokens()

        w.app.before_request = before
        outcome = w.sync()
        assert outcome.warnings == []
        assert w.differences() == []
        assert len(w.asked(TOKEN)) == 2
        refused = [record for record in w.app.requests if record.status == 401]
        again = [
            record
            for record in w.app.requests
            if (record.endpoint, record.params) == (refused[0].endpoint, refused[0].params)
        ]
        assert [record.status for record in again] == [401, 200]
        assert len(refused) == 1


def test_many_requests_with_the_same_dead_token_cause_one_renewal() -> None:
    with world(1, years=0.05) as w:
        api = w.api()
        api.get("/Status", {})
        w.app.revoke_tokens()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: api.get("/Status", {}), range(16)))
        assert len(w.asked(TOKEN)) == 2


def test_a_lasting_401_on_one_table_skips_that_table_and_does_not_loop() -> None:
    with world(10, years=0.05) as w:
        w.app.faults.append(Fault("/agent", times=0, status=401))
        outcome = w.sync()
        assert [record.status for record in w.asked("/agent")] == [401, 401]
        assert len(w.asked(TOKEN)) == 2
        (warning,) = outcome.warnings
        assert warning.startswith("agent was not synced: ")
        assert "permission to read Agent" in warning
        assert w.differences("agent") == []
        w.app.faults.clear()
        w.sync_later()
        assert w.differences() == []


def test_a_lasting_401_on_the_calls_for_each_ticket_does_not_renew_for_each() -> None:
    with world(30, years=0.05) as w:
        w.app.faults.append(Fault("/actions", times=0, status=401))
        outcome = w.sync()
        assert len(outcome.warnings) == 2
        assert len(w.asked(TOKEN)) < 10
        assert w.differences("action", "time_entry") == []


def test_an_application_that_is_disabled_during_a_sync_ends_it_with_a_sentence() -> None:
    with world(10, years=0.05) as w:
        body = '{"error":"invalid_client","error_description":"The application is not active."}'
        w.app.faults.append(Fault(TOKEN, nth=2, times=0, status=401, body=body))

        def before(ordinal: int, _: Any) -> None:
            if ordinal == 15:
                w.app.revoke_tokens()

        w.app.before_request = before
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, SignInError)
        assert "The application is not active" in str(outcome.error)
        assert "client_id and client_secret" in str(outcome.error)
        assert len(w.asked(TOKEN)) == 2
        w.app.faults.clear()
        w.sync_later()
        assert w.differences() == []


# Where to


def test_the_authorisation_server_and_the_tenant_are_discovered() -> None:
    with world(1, small(tenant_name="acme"), years=0.05) as w:
        w.api().get("/Status", {})
        (call,) = w.asked(TOKEN)
        assert (call.method, call.params) == ("POST", {"tenant": "acme"})
        assert "Authorization" not in w.asked("/authinfo")[0].headers


def test_settings_win_over_discovery() -> None:
    with world(1, years=0.05) as w:
        discovered(w, auth_url="https://elsewhere.example.com/auth", tenant_id="another")
        w.configuration |= {"auth_url": w.url + "/auth", "tenant": "sandbox"}
        w.api().get("/Status", {})
        assert w.asked("/authinfo") == []
        assert w.asked(TOKEN)[0].params == {"tenant": "sandbox"}


def test_a_tenant_that_is_given_wins_and_the_rest_is_discovered() -> None:
    with world(1, years=0.05) as w:
        discovered(w, auth_url=w.url + "/auth", tenant_id="another")
        w.configuration["tenant"] = "sandbox"
        w.api().get("/Status", {})
        assert w.asked(TOKEN)[0].params == {"tenant": "sandbox"}


@pytest.mark.parametrize("ending", ["/auth", "/auth/", "/auth/token", "/auth/token/"])
def test_an_auth_url_that_is_given_wins_and_the_tenant_is_discovered(ending: str) -> None:
    with world(1, years=0.05) as w:
        discovered(w, auth_url="https://elsewhere.example.com/auth", tenant_id="sandbox")
        w.configuration["auth_url"] = w.url + ending
        w.api().get("/Status", {})
        assert w.asked(TOKEN)[0].params == {"tenant": "sandbox"}


@pytest.mark.parametrize("prefix", ["", "/haloapi"])
def test_without_discovery_the_token_comes_from_below_the_base_url(prefix: str) -> None:
    with world(1, small(discovery=False, tenant_name="", base_path=prefix), years=0.05) as w:
        w.configuration["base_url"] = w.url + prefix
        w.api().get("/Status", {})
        (call,) = w.asked(TOKEN)
        assert (call.path, call.params) == (f"{prefix}/auth/token", {})


@pytest.mark.parametrize("answer", ["[]", '"x"', "null", "{}", "<html></html>"])
def test_discovery_that_says_nothing_is_as_good_as_none(answer: str) -> None:
    with world(1, small(tenant_name=""), years=0.05) as w:
        w.app.faults.append(Fault("/authinfo", times=0, kind="body", body=answer))
        w.api().get("/Status", {})
        assert w.asked(TOKEN)[0].params == {}


def test_no_secret_goes_to_a_discovered_server_without_https() -> None:
    with world(1, years=0.05) as w:
        discovered(w, auth_url="http://elsewhere.example.com/auth", tenant_id="sandbox")
        with pytest.raises(SignInError, match=r"https://.*Set auth_url") as caught:
            w.api().get("/Status", {})
        assert CLIENT_SECRET not in str(caught.value)
        assert {record.method for record in w.app.requests} == {"GET"}


def test_the_token_call_follows_no_redirect() -> None:
    with world(1, years=0.05) as w:
        elsewhere = {"Location": w.url + "/elsewhere/token"}
        w.app.faults.append(Fault(TOKEN, times=0, status=307, headers=elsewhere))
        with pytest.raises(SignInError, match="307"):
            w.api().get("/Status", {})
        assert len(w.asked(TOKEN)) == 1
        assert w.asked("/elsewhere/token") == []


@pytest.mark.parametrize("ending", ["", "/", "//", "/api", "/api/", "/API", "/Api/"])
@pytest.mark.parametrize("prefix", ["", "/haloapi"])
def test_each_way_to_write_the_base_url_is_understood(prefix: str, ending: str) -> None:
    with world(1, small(base_path=prefix), years=0.05) as w:
        w.configuration["base_url"] = w.url + prefix + ending
        w.api().get("/Status", {})
        assert [record.status for record in w.app.requests] == [200, 200, 200]
        assert w.asked("/status")[0].path == f"{prefix}/api/Status"


def test_scheme_and_host_of_the_base_url_may_be_in_upper_case() -> None:
    with world(1, years=0.05) as w:
        w.configuration["base_url"] = w.url.replace("http://127.0.0.1", "HTTP://LOCALHOST") + "/"
        w.api().get("/Status", {})
        assert w.asked("/status")[0].status == 200


# What goes wrong


@pytest.mark.parametrize(
    ("configuration", "names"),
    [
        ({"client_secret": "wrong-secret-77"}, "client_secret"),
        ({"client_id": "nobody"}, "client_id"),
        ({"tenant": "another"}, "tenant"),
        ({"scope": "read:agents"}, "scope"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_no_secret(
    configuration: dict[str, str], names: str
) -> None:
    with world(1, years=0.05) as w:
        w.configuration |= configuration
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, SignInError)
        said = str(outcome.error)
        assert names in said
        assert said.endswith(".")
        assert "\n" not in said
        assert len(said) < 400
        assert CLIENT_SECRET not in said
        assert "wrong-secret-77" not in said
        assert len(w.asked(TOKEN)) == 1
        assert w.warehouse.state == {}


def test_a_secret_that_halo_echoes_is_not_repeated() -> None:
    with world(1, years=0.05) as w:
        body = json.dumps(
            {"error": "invalid_client", "error_description": CLIENT_SECRET + " is no"}
        )
        w.app.faults.append(Fault(TOKEN, times=0, status=401, body=body))
        outcome = w.sync(fails=True)
        assert "*** is no" in str(outcome.error)
        assert CLIENT_SECRET not in str(outcome.error) + "".join(outcome.log)


@pytest.mark.parametrize("kind", ["html", "body"])
def test_a_host_that_is_not_halo_is_a_sentence(kind: Any) -> None:
    with world(1, years=0.05) as w:
        w.app.faults.append(Fault(None, times=0, kind=kind, body='{"access_token": ""}'))
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, SignInError)
        assert "check base_url, auth_url and tenant" in str(outcome.error)
        assert "<" not in str(outcome.error)
