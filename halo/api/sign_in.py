"""Where the token comes from: discovery of the authorisation server, grants, cache and renewal."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from halo.api.decisions import Ok
from halo.api.requests import Transport
from halo.api.words import readable
from halo.errors import GaveUp, SettingsError, SignInError
from halo.settings import Settings, checked_url

TOKEN_LIFE = 3600.0
"""Seconds a token lives where the answer does not say (Halo's API notes, signing in)."""

RENEW_AT = 0.75
"""The part of its life after which a token is renewed."""


@dataclass(frozen=True)
class Token:
    """An access token and the second of the clock from which it should be renewed."""

    secret: str = field(repr=False)
    renew_at: float


class TokenSource:
    """Signs in when a token is needed and keeps it; threads share one token.

    `rotated` says that the tenant replaced the refresh token, so that the configured one is dead.
    """

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._now = transport.clock.now
        self._lock = threading.Lock()
        self._server: tuple[str, Mapping[str, str]] | None = None
        self._token: Token | None = None
        self.rotated = False

    def token(self, dead: str = "") -> str:
        """The current token, renewed before it ends and if it is `dead`. Raises SignInError.

        Many callers with the same dead token cause one renewal.
        """
        with self._lock:
            token = self._token
            if token is None or token.secret == dead or self._now() >= token.renew_at:
                try:
                    token = self._token = self._sign_in()
                except GaveUp as error:
                    raise SignInError(f"Signing in failed: {error}") from None
            return token.secret

    def _sign_in(self) -> Token:
        url, params = self._server = self._server or self._discover()
        reply = self._transport.token_call(url, params, _form(self._settings))
        answer = reply.object
        secret = answer.get("access_token")
        if not (isinstance(reply.decision, Ok) and isinstance(secret, str) and secret):
            said = readable(reply.body, self._transport.secrets.redact)
            raise SignInError(
                f"Signing in at {url} failed: Halo answered {reply.status} ({said}); "
                f"{_cure(str(answer.get('error')), self._settings)}."
            )
        if not (secret.isascii() and secret.isprintable()):
            raise SignInError(
                f"Signing in at {url} brought a token that no request can carry; "
                "check base_url and auth_url."
            )
        self._transport.secrets.add(secret)
        self._follow(answer.get("refresh_token"))
        life = answer.get("expires_in")
        seconds = life if isinstance(life, int | float) and life > 0 else TOKEN_LIFE
        return Token(secret, self._now() + RENEW_AT * seconds)

    def _follow(self, following: object) -> None:
        """Another refresh token came: it is a secret, and where one is used, the next to use."""
        if isinstance(following, str) and following:
            self._transport.secrets.add(following)
            settings = replace(self._settings, refresh_token=following)
            if settings.grant_type == "refresh_token" and settings != self._settings:
                self._settings, self.rotated = settings, True

    def _discover(self) -> tuple[str, Mapping[str, str]]:
        """Where tokens are issued, and the tenant's name there, if it has one, as a parameter.

        What the settings say, else what `/api/authinfo` says, else `{base_url}/auth`.
        """
        settings = self._settings
        root, url, tenant = settings.base_url, settings.auth_url, settings.tenant
        if not (url and tenant):
            reply = self._transport.get(f"{root}/api/authinfo")
            said = reply.object if isinstance(reply.decision, Ok) else {}
            url = url or _discovered_url(said.get("auth_url")) or f"{root}/auth"
            tenant = tenant or str(said.get("tenant_id") or "")
        url = url if url.lower().endswith("/token") else f"{url}/token"
        return url, {"tenant": tenant} if tenant else {}


def _discovered_url(value: object) -> str:
    """The discovered authorisation server; https, like a configured one."""
    try:
        return checked_url("auth_url", value) if isinstance(value, str) and value else ""
    except SettingsError as error:
        raise SignInError(
            f"Halo names an authorisation server that cannot be used: {error} "
            "Set auth_url to the one that Halo shows under Configuration > Integrations > Halo API."
        ) from None


def _form(settings: Settings) -> dict[str, str]:
    grant = settings.grant_type
    given = {
        "client_credentials": {"client_secret": settings.client_secret},
        "password": {"username": settings.username, "password": settings.password},
        "refresh_token": {"refresh_token": settings.refresh_token},
    }[grant]
    return {"grant_type": grant, "client_id": settings.client_id, "scope": settings.scope} | given


_GRANTS = {
    "client_credentials": ("check client_id and client_secret", "Client ID and Secret (Services)"),
    "password": ("check username and password", "Username and Password"),
    "refresh_token": (
        "check the refresh_token; if it worked before, this tenant lets each be used only once, "
        "so set grant_type to client_credentials",
        "one with refresh tokens",
    ),
}
"""What to check where a grant is refused, and the Authentication Method that allows it."""


def _cure(code: str, settings: Settings) -> str:
    """What to change where no token came, by the `error` in the answer (RFC 6749, section 5.2)."""
    credentials, method = _GRANTS[settings.grant_type]
    method = f"set the application's Authentication Method to {method}"
    return {
        "invalid_client": "check client_id and client_secret, and that the application is active",
        "invalid_scope": f"scope is {settings.scope!r}; set it to all, or grant that scope",
        "invalid_grant": credentials,
        "unauthorized_client": method,
        "unsupported_grant_type": method,
    }.get(code, "check base_url, auth_url and tenant")
