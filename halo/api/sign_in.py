"""Where the token comes from: discovery of the authorisation server, grants, cache and renewal."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from halo.api import words
from halo.api.clock import Clock
from halo.api.requests import Reply, Transport
from halo.errors import GaveUp, SettingsError, SignInError
from halo.settings import Settings, checked_url

TOKEN_LIFE = 3600.0
"""Seconds a token lives where the answer does not say (Halo's API notes, signing in)."""

RENEW_AT = 0.75
"""The part of its life after which a token is renewed."""


@dataclass(frozen=True)
class Token:
    """An access token and the second of the clock from which it should be renewed."""

    secret: str
    renew_at: float

    def __repr__(self) -> str:
        return f"Token(renew_at={self.renew_at})"


@dataclass(frozen=True)
class AuthorisationServer:
    """Where tokens are issued, and the name of the tenant there ("" is none)."""

    token_url: str
    tenant: str


class TokenSource:
    """Signs in when a token is needed and keeps it; threads share one token.

    `rotated` says that the tenant replaced the refresh token, so that the configured one is dead.
    """

    def __init__(self, settings: Settings, transport: Transport, clock: Clock) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._server: AuthorisationServer | None = None
        self._token: Token | None = None
        self._refresh_token = settings.refresh_token
        self.rotated = False

    def token(self) -> str:
        """The current token, renewed before it ends. Raises SignInError."""
        with self._lock:
            if self._token is None or self._clock.now() >= self._token.renew_at:
                self._sign_in()
            assert self._token is not None
            return self._token.secret

    def renewed(self, dead: str) -> str:
        """A token other than `dead`; many callers with the same dead token cause one renewal."""
        with self._lock:
            if self._token is None or self._token.secret == dead:
                self._sign_in()
            assert self._token is not None
            return self._token.secret

    def _sign_in(self) -> None:
        if self._server is None:
            self._server = self._discover()
        server = self._server
        params = {"tenant": server.tenant} if server.tenant else {}
        try:
            reply = self._transport.token_call(
                server.token_url, params, _form(self._settings, self._refresh_token)
            )
        except GaveUp as error:
            raise SignInError(f"Signing in failed: {error}") from None
        answer = _object(reply)
        secret = answer.get("access_token")
        if reply.status != 200 or not isinstance(secret, str) or not secret:
            redact = self._transport.secrets.redact
            raise SignInError(redact(_explain(reply, server, self._settings, redact)))
        if not (secret.isascii() and secret.isprintable()):
            raise SignInError(
                f"Signing in at {server.token_url} brought a token that no request can carry; "
                "check base_url and auth_url."
            )
        life = answer.get("expires_in")
        seconds = float(life) if isinstance(life, int | float) and life > 0 else TOKEN_LIFE
        self._token = Token(secret, self._clock.now() + RENEW_AT * seconds)
        self._transport.secrets.add(secret)
        following = answer.get("refresh_token")
        if isinstance(following, str) and following:
            self._transport.secrets.add(following)
            if self._settings.grant_type == "refresh_token":
                self.rotated = self.rotated or following != self._settings.refresh_token
                self._refresh_token = following

    def _discover(self) -> AuthorisationServer:
        """What the settings say, else what `/api/authinfo` says, else `{base_url}/auth`."""
        auth_url, tenant = self._settings.auth_url, self._settings.tenant
        if not (auth_url and tenant):
            answer = self._authinfo()
            auth_url = auth_url or _discovered_url(answer.get("auth_url"))
            tenant = tenant or str(answer.get("tenant_id") or "")
        auth_url = auth_url or f"{self._settings.base_url}/auth"
        token_url = auth_url if auth_url.lower().endswith("/token") else f"{auth_url}/token"
        return AuthorisationServer(token_url, tenant)

    def _authinfo(self) -> Mapping[str, object]:
        try:
            reply = self._transport.get(f"{self._settings.base_url}/api/authinfo")
        except GaveUp as error:
            raise SignInError(f"Signing in failed: {error}") from None
        return _object(reply) if reply.status == 200 else {}


def _form(settings: Settings, refresh_token: str) -> dict[str, str]:
    form = {
        "grant_type": settings.grant_type,
        "client_id": settings.client_id,
        "scope": settings.scope,
    }
    if settings.grant_type == "client_credentials":
        form["client_secret"] = settings.client_secret
    elif settings.grant_type == "password":
        form |= {"username": settings.username, "password": settings.password}
    else:
        form["refresh_token"] = refresh_token
    return form


def _discovered_url(value: object) -> str:
    """The discovered authorisation server; https, like a configured one."""
    if not isinstance(value, str) or not value:
        return ""
    try:
        return checked_url("auth_url", value)
    except SettingsError as error:
        raise SignInError(
            f"Halo names an authorisation server that cannot be used: {error} "
            "Set auth_url to the one that Halo shows under Configuration > Integrations > Halo API."
        ) from None


def _object(reply: Reply) -> Mapping[str, object]:
    try:
        value = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


_REFUSED_GRANT = {
    "client_credentials": "check client_id and client_secret",
    "password": "check username and password",
    "refresh_token": (
        "check the refresh_token; if it worked before, this tenant lets each be used only once, "
        "so set grant_type to client_credentials"
    ),
}


_METHOD = {
    "client_credentials": (
        "set the application's Authentication Method to Client ID and Secret (Services)"
    ),
    "password": "set the application's Authentication Method to Username and Password",
    "refresh_token": "set the application's Authentication Method to one with refresh tokens",
}


def _explain(
    reply: Reply,
    server: AuthorisationServer,
    settings: Settings,
    redact: Callable[[str], str],
) -> str:
    """Why no token came, and what to change."""
    code = str(_object(reply).get("error", ""))
    cure = {
        "invalid_client": "check client_id and client_secret, and that the application is active",
        "invalid_scope": f"scope is {settings.scope!r}; set it to all, or grant that scope",
        "invalid_grant": _REFUSED_GRANT[settings.grant_type],
        "unauthorized_client": _METHOD[settings.grant_type],
        "unsupported_grant_type": _METHOD[settings.grant_type],
    }.get(code, "check base_url, auth_url and tenant")
    return (
        f"Signing in at {server.token_url} failed: Halo answered {reply.status} "
        f"({words.readable(reply.body, redact)}); {cure}."
    )
