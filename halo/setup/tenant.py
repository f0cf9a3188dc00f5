"""Whether a tenant answers at `base_url` and signs in, and what to change where it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from halo.api import words
from halo.api.connection import HaloApi
from halo.api.requests import Reply, Transport
from halo.api.sign_in import TokenSource
from halo.errors import GaveUp, Limited, SettingsError, SignInError
from halo.settings import API_DETAILS, APPLICATIONS, Settings, checked_url


@dataclass(frozen=True)
class Access:
    """What a setup test reads with; `api` signs in at the first use."""

    settings: Settings
    transport: Transport
    api: HaloApi


def answers(access: Access) -> Iterator[str]:
    """Whether `base_url` is the root of a Halo instance; signs in to nothing."""
    root = access.settings.base_url
    try:
        authinfo = access.transport.get(f"{root}/api/authinfo")
        if names_a_server(authinfo):
            return
        if "/api/" in root.lower():
            yield (
                f"base_url is {root!r}, below which Halo does not answer "
                f"(/api/authinfo answered {authinfo.status}): it has to end at /api, or before it."
            )
        elif wrong := no_halo(root, authinfo, access.transport.get(f"{root}/api/Tickets")):
            yield wrong
    except Limited:
        raise
    except GaveUp as error:
        yield (
            f"{root} gives no proper answer: {error} If Halo works in a browser meanwhile, "
            f"base_url is wrong. {_WHERE_THE_URL_IS}."
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
        f"{_WHERE_THE_URL_IS}{hint}."
    )


_WHERE_THE_URL_IS = f"Set base_url to the Resource Server that Halo shows under {API_DETAILS}"


def signs_in(access: Access) -> Iterator[str]:
    """Whether Halo signs the application in, with a refresh token also a second time."""
    TokenSource(access.settings, access.transport).token()
    if access.settings.grant_type != "refresh_token":
        return
    try:
        TokenSource(access.settings, access.transport).token()
    except SignInError:
        yield (
            "Halo took the refresh_token once and refused it the second time: it lets each one be "
            "used only once, and a connection has nowhere safe to keep the next. Set grant_type to "
            f"client_credentials; in Halo, {APPLICATIONS}, set the application's Authentication "
            "Method to Client ID and Secret (Services)."
        )


def hint(access: Access) -> str:
    """Where in Halo to look after a sign-in that failed; most of all where settings contradict."""
    settings = access.settings
    try:
        said = access.transport.get(f"{settings.base_url}/api/authinfo").object
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
