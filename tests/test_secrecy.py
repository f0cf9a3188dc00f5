"""A secret is taken out of what is told, however it is spelt and whoever told it."""

from __future__ import annotations

import json

import pytest

from halo.api.secrecy import Secrets
from halo.errors import SignInError
from sandbox.faults import Fault
from sandbox.oauth import REFRESH_TOKEN
from tests.world import small, world


def test_a_secret_that_begins_like_another_is_half_told() -> None:
    for given in (["abcd", "abcd-the-rest"], ["abcd-the-rest", "abcd"]):
        assert Secrets(given).redact("no abcd-the-rest, no abcd") == "no ***, no ***"


def test_a_secret_whose_spaces_a_server_folds_is_told() -> None:
    assert Secrets(["two  spaces\tand a tab"]).redact("no two spaces and a tab") == "no ***"


def test_a_token_that_was_renewed_since_is_told() -> None:
    secrets = Secrets(["the-secret"])
    for number in range(20):
        secrets.add(f"token-{number:02}")
    assert secrets.redact("token-00 token-19 the-secret") == "*** *** ***"


def test_a_refresh_token_that_replaced_the_configured_one_is_told() -> None:
    with world(3, small(rotate_refresh_tokens=True), http=False) as w:
        w.configuration |= {
            "grant_type": "refresh_token",
            "refresh_token": REFRESH_TOKEN,
            "client_secret": "",
        }
        connection = w.connection()
        first = connection.tokens.token()
        following = connection.tokens._settings.refresh_token
        assert following != REFRESH_TOKEN
        body = json.dumps({"error": "invalid_grant", "error_description": f"{following} is old"})
        w.app.faults.append(Fault("/auth/token", status=400, body=body, times=0))
        with pytest.raises(SignInError, match="is old") as raised:
            connection.tokens.token(dead=first)
        assert following not in str(raised.value)


@pytest.mark.parametrize("status", [302, 400, 401])
def test_a_token_in_an_error_is_used(status: int) -> None:
    with world(3, http=False) as w:
        body = json.dumps({"access_token": "of-an-error", "error": "invalid_client"})
        w.app.faults.append(Fault("/auth/token", status=status, body=body, times=0))
        with pytest.raises(SignInError, match=f"answered {status}"):
            w.connection().tokens.token()
