"""Signing in: the token call, the tokens it gave out, and what each of them may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sandbox.tenant import Tenant

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret-3f9c"
USERNAME = "sandbox.agent"
PASSWORD = "sandbox-password-81d2"
REFRESH_TOKEN = "sandbox-refresh-0"

# Scopes that exist, and the paths each one opens; None opens all.
SCOPES: dict[str, frozenset[str] | None] = {
    "all": None,
    "read:tickets": frozenset({"/tickets", "/actions"}),
    "read:customers": frozenset({"/users", "/client", "/site"}),
    "offline_access": frozenset(),
}


@dataclass(frozen=True)
class Answer:
    """Status and JSON body of a token call."""

    status: int
    body: dict[str, object]


@dataclass(frozen=True)
class Grant:
    """What an access token allows, and until when."""

    scopes: tuple[str, ...]
    expires_at: datetime

    def opens(self, path: str) -> bool:
        """Whether one of its scopes opens this path."""
        opened = [SCOPES[scope] for scope in self.scopes]
        return any(paths is None or path in paths for paths in opened)


class Authority:
    """The tenant's authorisation server."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._grants: dict[str, Grant] = {}
        self._refresh_tokens = {REFRESH_TOKEN}
        self._issued = 0

    def token(self, form: Mapping[str, str], tenant_name: str) -> Answer:
        """Answer a token call, whose tenant travels in the query."""
        refused = self._refused(form, tenant_name)
        if refused is not None:
            return refused
        if form["grant_type"] == "refresh_token":
            return self._refreshed(form)
        renewable = form["grant_type"] == "password"
        return self._granted(form.get("scope", ""), REFRESH_TOKEN if renewable else None)

    def refusal(self, authorization: str | None, path: str) -> int | None:
        """The status that an API call without a good token answers; None where it has one."""
        scheme, _, token = (authorization or "").partition(" ")
        grant = self._grants.get(token.strip()) if scheme.lower() == "bearer" else None
        if grant is None or grant.expires_at <= self._tenant.now():
            return 401
        return None if grant.opens(path) else 403

    def revoke_tokens(self) -> None:
        """Make every access token that was given out worthless."""
        self._grants.clear()

    def _refused(self, form: Mapping[str, str], tenant_name: str) -> Answer | None:
        """What is wrong with a token call, but for its refresh token and its scopes."""
        expected = self._tenant.quirks.tenant_name
        if expected and tenant_name != expected:
            return _refusal("invalid_request", f"The tenant '{tenant_name}' was not found.", 400)
        if form.get("client_id") != CLIENT_ID:
            return _refusal("invalid_client", "The specified 'client_id' is invalid.", 401)
        kind = form.get("grant_type")
        if kind == "client_credentials" and form.get("client_secret") != CLIENT_SECRET:
            text = "The specified client credentials are invalid."
            return _refusal("invalid_client", text, 401)
        person = (form.get("username"), form.get("password"))
        if kind == "password" and person != (USERNAME, PASSWORD):
            return _refusal("invalid_grant", "The username/password couple is invalid.", 400)
        if kind not in ("client_credentials", "password", "refresh_token"):
            text = f"The specified 'grant_type' '{kind}' is not supported."
            return _refusal("unsupported_grant_type", text, 400)
        return None

    def _refreshed(self, form: Mapping[str, str]) -> Answer:
        token = form.get("refresh_token", "")
        if token not in self._refresh_tokens:
            return _refusal("invalid_grant", "The specified refresh token is invalid.", 400)
        # Without a scope the renewed token may do what the first one could.
        answer = self._granted(form.get("scope") or "all", token)
        if answer.status == 200 and self._tenant.quirks.rotate_refresh_tokens:
            self._refresh_tokens.remove(token)
            token = f"sandbox-refresh-{self._issued}"
            self._refresh_tokens.add(token)
            return Answer(200, answer.body | {"refresh_token": token})
        return answer

    def _granted(self, scope: str, refresh_token: str | None = None) -> Answer:
        scopes = tuple(scope.split())
        if unknown := [name for name in scopes if name not in SCOPES]:
            return _refusal("invalid_scope", f"The scope '{unknown[0]}' is not valid.", 400)
        self._issued += 1
        token = sha256(f"sandbox-token-{self._issued}".encode()).hexdigest()
        lifetime = self._tenant.quirks.token_seconds
        expires_at = self._tenant.now() + timedelta(seconds=lifetime)
        self._grants[token] = Grant(scopes, expires_at)
        body: dict[str, object] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": lifetime,
            "scope": scope,
        }
        return Answer(200, body | ({"refresh_token": refresh_token} if refresh_token else {}))


def _refusal(error: str, description: str, status: int) -> Answer:
    return Answer(status, {"error": error, "error_description": description})
