"""The setup form: one field for each setting, in plain values that connector.py hands to the SDK.

Where a value is found in Halo is said in the words of Halo's own screens. Nothing here asks the
network: the form is frozen when the connector is packaged.
"""

from __future__ import annotations

from dataclasses import dataclass

from halo.tables import REGISTRY, TICKET

API_DETAILS = "Configuration > Integrations > Halo API > API Details"
APPLICATIONS = "Configuration > Integrations > Halo API > View Applications"


@dataclass(frozen=True)
class Choice:
    """One of the values that a field may have."""

    value: str
    label: str
    description: str


@dataclass(frozen=True)
class Field:
    """One field of the form; `name` is the setting's key. With `choices` it is a dropdown."""

    name: str
    label: str
    description: str
    placeholder: str
    required: bool = False
    masked: bool = False
    choices: tuple[Choice, ...] = ()


GRANTS = (
    Choice(
        "client_credentials",
        "Client ID and secret",
        "Halo's 'Client ID and Secret (Services)'; recommended",
    ),
    Choice("password", "User name and password", "of an agent; the client secret is not used"),
    Choice(
        "refresh_token",
        "Refresh token",
        "only where Halo lets the same refresh token be used again and again",
    ),
)

FORM = (
    Field(
        "base_url",
        "Halo URL",
        f"The address of your Halo. In Halo: {API_DETAILS}, 'Resource Server'; an /api at its end "
        "may stay. Example: https://yourtenant.haloitsm.com, or with a path "
        "https://service.example.com/haloapi. No default.",
        "https://yourtenant.haloitsm.com",
        required=True,
    ),
    Field(
        "client_id",
        "Client ID",
        f"The Client ID of the API application made for Fivetran. In Halo: {APPLICATIONS}, the "
        "application's Details. Example: 1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809. No default.",
        "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
        required=True,
    ),
    Field(
        "client_secret",
        "Client secret",
        f"The secret of the same application, needed to sign in with client ID and secret. In "
        f"Halo: {APPLICATIONS}; shown once, when the application is made or a new secret is "
        "generated. Example: 1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809-0a1b2c3d-4e5f. No default.",
        "the secret that Halo showed once",
        masked=True,
    ),
    Field(
        "grant_type",
        "How to sign in",
        f"In Halo: {APPLICATIONS}, 'Authentication Method' of the application. Example: "
        "client_credentials. Default: client_credentials.",
        "client_credentials",
        choices=GRANTS,
    ),
    Field(
        "username",
        "User name",
        "Only to sign in with user name and password: the agent's. In Halo: Configuration > Teams "
        "& Agents > Agents. Example: fivetran.reader. Default: none.",
        "fivetran.reader",
    ),
    Field(
        "password",
        "Password",
        "Only to sign in with user name and password: the agent's. Halo does not show it; set it "
        "under Configuration > Teams & Agents > Agents. Example: a long random text. Default: "
        "none.",
        "the agent's password",
        masked=True,
    ),
    Field(
        "refresh_token",
        "Refresh token",
        "Only to sign in with a refresh token: the one that Halo's token call answered to an "
        f"application with that authentication method ({APPLICATIONS}). Example: a long random "
        "text. Default: none.",
        "the refresh token",
        masked=True,
    ),
    Field(
        "auth_url",
        "Authorisation server",
        f"Leave empty unless signing in fails. In Halo: {API_DETAILS}, 'Authorisation Server'. "
        "Example: https://yourtenant.haloitsm.com/auth. Default: what Halo itself says.",
        "https://yourtenant.haloitsm.com/auth",
    ),
    Field(
        "tenant",
        "Tenant name",
        f"Leave empty unless signing in fails. In Halo: {API_DETAILS}, 'Tenant'; there is none on "
        "premises. Example: yourtenant. Default: what Halo itself says.",
        "yourtenant",
    ),
    Field(
        "scope",
        "Scope",
        f"What is asked for when signing in; in Halo: {APPLICATIONS}, 'Permissions' of the "
        "application. Anything less than all leaves tables out. Example: all. Default: all.",
        "all",
    ),
    Field(
        "start_date",
        "Start date",
        "Tickets last changed before this day, and what belongs to them, are not synced, nor are "
        "time entries dated before it. In Halo: "
        "nothing to look up. Example: 2024-01-31. Default: everything.",
        "2024-01-31",
    ),
    Field(
        "excluded_tables",
        "Tables to leave out",
        "Names of tables with commas between them, of "
        f"{', '.join(table.name for table in REGISTRY if table is not TICKET)}; ticket is always "
        "synced. In Halo: nothing to look up. Example: user, site. Default: none.",
        "user, site",
    ),
    Field(
        "requests_per_5_minutes",
        "Requests in 5 minutes",
        "How many requests the connector may send to Halo in any 5 minutes, from 10 to 3000. A "
        "hosted Halo allows 300 for all integrations together. In Halo: ask Halo's support for "
        "your limit. Example: 120. Default: 240.",
        "240",
    ),
    Field(
        "history_minutes",
        "Minutes for history",
        "How long one sync may work on history once everything new is in, from 0 to 1440; the "
        "next sync goes on. In Halo: nothing to look up. Example: 60. Default: 30.",
        "30",
    ),
)
