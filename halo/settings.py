"""The settings of a connection: one list of them, and a configuration checked by it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from halo import values
from halo.errors import SettingsError
from halo.values import Choice, Named, Setting, checked_url, setting

__all__ = ["GRANT_TYPES", "KEYS", "SETTINGS", "Settings", "checked_url", "parse"]

API_DETAILS = "Configuration > Integrations > Halo API > API Details"
APPLICATIONS = "Configuration > Integrations > Halo API > View Applications"
AGENTS = "Configuration > Teams & Agents > Agents"
"""Where things are in Halo, in the words of its own screens."""

GRANTS = (
    Choice("client_credentials", "Client ID and secret", "Halo's method (Services); recommended"),
    Choice("password", "User name and password", "of an agent; the client secret is not used"),
    Choice("refresh_token", "Refresh token", "only where Halo lets it be used again and again"),
)
GRANT_TYPES = tuple(grant.value for grant in GRANTS)

DETAILS = (
    Choice("all", "Of all tickets", "a request for each, and one more whenever it changes"),
    Choice("changed", "Of tickets that change", "from now on; older ones come without"),
    Choice("none", "Of none", "but for what satisfaction needs"),
)


@dataclass(frozen=True)
class Settings:
    """A checked configuration: all settings, in the order of form, configuration.json and README.

    `base_url` is the root of the instance, without `/api` and a trailing slash. What signing
    in needs is left out of `repr`. `start_date` is aware (UTC).
    """

    base_url: str = setting(
        "Halo URL",
        f"Its address; a path, and an /api, may stay. In Halo: {API_DETAILS}, 'Resource Server'.",
        "https://yourtenant.haloitsm.com",
        parser=values.instance,
        needed_by=GRANT_TYPES,
    )
    client_id: str = setting(
        "Client ID",
        f"Of the API application made for Fivetran. In Halo: {APPLICATIONS}, its Details.",
        "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
        needed_by=GRANT_TYPES,
    )
    client_secret: str = setting(
        "Client secret",
        "Only to sign in with client ID and secret: that of the same application. In Halo: "
        f"{APPLICATIONS}; shown once, when it is generated.",
        "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809-0a1b2c3d-4e5f",
        needed_by=("client_credentials",),
        masked=True,
    )
    grant_type: str = setting(
        "How to sign in",
        f"In Halo: {APPLICATIONS}, 'Authentication Method' of the application.",
        parser=values.choice,
        default="client_credentials",
        choices=GRANTS,
    )
    username: str = setting(
        "User name",
        f"Only to sign in with user name and password: the agent's. In Halo: {AGENTS}.",
        "fivetran.reader",
        needed_by=("password",),
    )
    password: str = setting(
        "Password",
        f"Of the same agent. In Halo: {AGENTS}, where it can be set, but is not shown.",
        "a long random text",
        needed_by=("password",),
        masked=True,
    )
    refresh_token: str = setting(
        "Refresh token",
        "Only to sign in with a refresh token: the one that Halo's token call answered to an "
        f"application with that authentication method. In Halo: {APPLICATIONS}.",
        "a long random text",
        needed_by=("refresh_token",),
        masked=True,
    )
    auth_url: str = setting(
        "Authorisation server",
        "Leave empty, which means what Halo itself says, unless signing in fails. In Halo: "
        f"{API_DETAILS}, 'Authorisation Server'.",
        "https://yourtenant.haloitsm.com/auth",
        parser=values.address,
    )
    tenant: str = setting(
        "Tenant name",
        "Leave empty, which means what Halo itself says, unless signing in fails. In Halo: "
        f"{API_DETAILS}, 'Tenant'; there is none on premises.",
        "yourtenant",
    )
    scope: str = setting(
        "Scope",
        f"Less than all leaves tables out. In Halo: {APPLICATIONS}, 'Permissions'.",
        default="all",
    )
    start_date: datetime | None = setting(
        "Start date",
        "Tickets last changed before this day, and what belongs to them, are not synced. Not in "
        "the future; left empty, everything is synced.",
        "2024-01-31",
        parser=values.day,
    )
    excluded_tables: frozenset[str] = setting(
        "Tables to leave out",
        "Names of tables with commas between them, of {tables}; {required} is always synced.",
        "user, site",
        parser=values.excluded,
    )
    ticket_details: str = setting(
        "Details of tickets",
        "Asked at a request for each ticket; without them, tables that come with them stay empty.",
        parser=values.choice,
        default="all",
        choices=DETAILS,
    )
    requests_per_5_minutes: int = setting(
        "Requests in 5 minutes",
        "How many the connector may send in any 5 minutes, from 10 to 100000. A hosted Halo allows "
        "300 for all integrations together. In Halo: ask Halo's support for your limit.",
        parser=values.number(int, 10, 100000),
        default="240",
    )
    history_minutes: float = setting(
        "Minutes for history",
        "How long one sync may work on history once everything new is in, from 0 to 1440; the "
        "next sync goes on.",
        parser=values.number(float, 0, 1440),
        default="30",
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must never be printed."""
        return tuple(s for s in (self.client_secret, self.password, self.refresh_token) if s)


SETTINGS = tuple(Setting(one.name, **one.metadata) for one in fields(Settings))
KEYS = tuple(setting.key for setting in SETTINGS)

_PLACEHOLDER = re.compile("<.*>", re.DOTALL)


def parse(
    configuration: Mapping[str, object], tables: Collection[Named], today: date | None = None
) -> Settings:
    """The settings of a configuration whose values are all text; `tables` is the registry.

    An absent key, an empty value and a placeholder (`<…>`) mean the default.
    Raises SettingsError with a sentence that names the key.
    """
    for key, value in configuration.items():
        if key not in KEYS:
            close = get_close_matches(key.lower(), KEYS, 1)
            meant = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(KEYS)}."
            raise SettingsError(f"{key} is no setting of this connector; {meant}")
        if not isinstance(value, str | None):
            raise SettingsError(f"{key} has to be text in double quotes, as all settings.")
    given = {key: str(configuration.get(key) or "").strip() for key in KEYS}
    known = values.Known(tables, today or datetime.now(UTC).date())
    made: dict[str, Any] = {}
    for one in SETTINGS:
        text = "" if _PLACEHOLDER.fullmatch(given[one.key]) else given[one.key]
        made[one.key] = one.parser(one, text or one.default, known)
    _check_needed(made, given)
    return Settings(**made)


def _check_needed(made: Mapping[str, object], given: Mapping[str, str]) -> None:
    grant_type = made["grant_type"]
    needed = [setting.key for setting in SETTINGS if grant_type in setting.needed_by]
    for key in [key for key in needed if not made[key]]:
        if given[key]:
            raise values.still_a_placeholder(key)
        raise SettingsError(f"{key} is missing; grant_type {grant_type} needs {', '.join(needed)}.")
