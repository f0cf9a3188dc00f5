"""Whether a tenant answers at `base_url` and signs in, and what to change where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
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
        # So Halo answers it to anybody (Halo's API notes, signing in).
        if authinfo.status == 200 and {"auth_url", "tenant_id"} & authinfo.object.keys():
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
    settings, transport = access.settings, access.transport
    TokenSource(settings, transport).token()
    try:
        if settings.grant_type == "refresh_token":
            TokenSource(settings, transport).token()
    except SignInError:
        yield (
            "Halo took the refresh_token once and refused it the second time: it lets each one be "
            "used only once, and a connection has nowhere safe to keep the next. Set grant_type to "
            f"client_credentials; in Halo, {APPLICATIONS}, set the application's Authentication "
            "Method to Client ID and Secret (Services)."
        )


def hint(access: Access) -> str:
    """Where to look after a sign-in that failed: where settings contradict Halo, or in Halo."""
    settings, found, said = access.settings, "", dict[str, object]()
    with suppress(GaveUp):
        said.update(access.transport.get(f"{settings.base_url}/api/authinfo").object)
    with suppress(SettingsError):
        server = checked_url("auth_url", str(said.get("auth_url")))
        if settings.auth_url and _bare(server) != _bare(settings.auth_url):
            found += (
                f" auth_url is {settings.auth_url!r}, but Halo's own Authorisation Server is "
                f"{server!r}: leave auth_url empty."
            )
    own = said.get("tenant_id")
    if settings.tenant and isinstance(own, str) and own != settings.tenant:
        named = f"Halo's own name for itself is {own!r}" if own else "Halo says it has none"
        found += f" tenant is {settings.tenant!r}, but {named}: leave tenant empty."
    return found or (
        f" In Halo, the application is under {APPLICATIONS}, and server and tenant are under "
        f"{API_DETAILS}."
    )


def _bare(url: str) -> str:
    return url.lower().removesuffix("/token")
