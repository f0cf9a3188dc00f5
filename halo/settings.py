"""The settings of a connection: one list of them, and a configuration checked by it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from halo import values
from halo.errors import SettingsError
from halo.values import Choice, Named, Setting, checked_url

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

SETTINGS = (
    Setting(
        "base_url",
        "Halo URL",
        f"The address of your Halo; a path, and an /api at its end, may stay. In Halo: "
        f"{API_DETAILS}, 'Resource Server'.",
        "https://yourtenant.haloitsm.com",
        parser=values.instance,
        needed_by=GRANT_TYPES,
    ),
    Setting(
        "client_id",
        "Client ID",
        f"The Client ID of the API application made for Fivetran. In Halo: {APPLICATIONS}, the "
        "application's Details.",
        "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
        needed_by=GRANT_TYPES,
    ),
    Setting(
        "client_secret",
        "Client secret",
        "The secret of the same application, to sign in with client ID and secret. In Halo: "
        f"{APPLICATIONS}; shown once, when it is generated.",
        "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809-0a1b2c3d-4e5f",
        needed_by=("client_credentials",),
        masked=True,
    ),
    Setting(
        "grant_type",
        "How to sign in",
        f"In Halo: {APPLICATIONS}, 'Authentication Method' of the application.",
        parser=values.choice,
        default="client_credentials",
        choices=GRANTS,
    ),
    Setting(
        "username",
        "User name",
        f"Only to sign in with user name and password: the agent's. In Halo: {AGENTS}.",
        "fivetran.reader",
        needed_by=("password",),
    ),
    Setting(
        "password",
        "Password",
        "Only to sign in with user name and password: the agent's. Halo does not show it; set it "
        f"under {AGENTS}.",
        "a long random text",
        needed_by=("password",),
        masked=True,
    ),
    Setting(
        "refresh_token",
        "Refresh token",
        "Only to sign in with a refresh token: the one that Halo's token call answered to an "
        f"application with that authentication method ({APPLICATIONS}).",
        "a long random text",
        needed_by=("refresh_token",),
        masked=True,
    ),
    Setting(
        "auth_url",
        "Authorisation server",
        "Leave empty, which means what Halo itself says, unless signing in fails. In Halo: "
        f"{API_DETAILS}, 'Authorisation Server'.",
        "https://yourtenant.haloitsm.com/auth",
        parser=values.address,
    ),
    Setting(
        "tenant",
        "Tenant name",
        "Leave empty, which means what Halo itself says, unless signing in fails. In Halo: "
        f"{API_DETAILS}, 'Tenant'; there is none on premises.",
        "yourtenant",
    ),
    Setting(
        "scope",
        "Scope",
        f"What is asked for when signing in; in Halo: {APPLICATIONS}, 'Permissions' of the "
        "application. Anything less than all leaves tables out.",
        default="all",
    ),
    Setting(
        "start_date",
        "Start date",
        "Tickets last changed before this day, and what belongs to them, are not synced. Not in "
        "the future; left empty, everything is synced. In Halo: nothing to look up.",
        "2024-01-31",
        parser=values.day,
    ),
    Setting(
        "excluded_tables",
        "Tables to leave out",
        "Names of tables with commas between them, of {tables}; {required} is always synced. "
        "In Halo: nothing to look up.",
        "user, site",
        parser=values.excluded,
    ),
    Setting(
        "ticket_details",
        "Details of tickets",
        "Of which tickets the details are asked, at a request for each; without them, tables that "
        "come with them stay empty. In Halo: nothing to look up.",
        parser=values.choice,
        default="all",
        choices=DETAILS,
    ),
    Setting(
        "requests_per_5_minutes",
        "Requests in 5 minutes",
        "How many the connector may send in any 5 minutes, from 10 to 100000. A hosted Halo allows "
        "300 for all integrations together. In Halo: ask Halo's support for your limit.",
        parser=values.number(int, 10, 100000),
        default="240",
    ),
    Setting(
        "history_minutes",
        "Minutes for history",
        "How long one sync may work on history once everything new is in, from 0 to 1440; the "
        "next sync goes on. In Halo: nothing to look up.",
        parser=values.number(float, 0, 1440),
        default="30",
    ),
)
"""All settings, in the order of the form, of configuration.json and of the README's table."""

KEYS = tuple(setting.key for setting in SETTINGS)


@dataclass(frozen=True)
class Settings:
    """A checked configuration: a field for each setting.

    `base_url` is the root of the instance, without `/api` and without a trailing slash; secrets are
    left out of `repr`. `start_date` is aware (UTC).
    """

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    grant_type: str
    username: str = field(repr=False)
    password: str = field(repr=False)
    refresh_token: str = field(repr=False)
    auth_url: str
    tenant: str
    scope: str
    start_date: datetime | None
    excluded_tables: frozenset[str]
    ticket_details: str
    requests_per_5_minutes: int
    history_minutes: float

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must never be printed."""
        return tuple(s for s in (self.client_secret, self.password, self.refresh_token) if s)


def parse(
    configuration: Mapping[str, object], tables: Collection[Named], today: date | None = None
) -> Settings:
    """The settings of a configuration whose values are all text; `tables` is the registry.

    An absent key, an empty value and a placeholder (`<…>`) mean the default.
    Raises SettingsError with a sentence that names the key.
    """
    for key in configuration:
        if key not in KEYS:
            raise SettingsError(f"{key} is no setting of this connector; {_meant(key)}")
    given = {key: _text(configuration, key) for key in KEYS}
    filled = {key: "" if _PLACEHOLDER.fullmatch(text) else text for key, text in given.items()}
    known = values.Known(tables, today or datetime.now(UTC).date())
    made: dict[str, Any] = {
        setting.key: setting.parser(setting, filled[setting.key] or setting.default, known)
        for setting in SETTINGS
    }
    _check_needed(made, given)
    return Settings(**made)


_PLACEHOLDER = re.compile("<.*>", re.DOTALL)


def _meant(key: str) -> str:
    close = get_close_matches(key.lower(), KEYS, 1)
    return f"did you mean {close[0]}?" if close else f"the settings are {', '.join(KEYS)}."


def _text(configuration: Mapping[str, object], key: str) -> str:
    value = configuration.get(key)
    if not isinstance(value, str | None):
        raise SettingsError(f"{key} has to be text in double quotes, as all settings.")
    return (value or "").strip()


def _check_needed(made: Mapping[str, object], given: Mapping[str, str]) -> None:
    grant_type = made["grant_type"]
    needed = [setting.key for setting in SETTINGS if grant_type in setting.needed_by]
    for key in [key for key in needed if not made[key]]:
        if given[key]:
            raise SettingsError(
                f"{key} is still the placeholder <…>; put its value there, without the brackets."
            )
        raise SettingsError(f"{key} is missing; grant_type {grant_type} needs {', '.join(needed)}.")
