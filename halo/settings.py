"""The configuration of a connection, parsed and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from dateutil.parser import isoparse

from halo.errors import SettingsError

GRANT_TYPES = ("client_credentials", "password", "refresh_token")

KEYS = (
    "base_url",
    "client_id",
    "client_secret",
    "grant_type",
    "username",
    "password",
    "refresh_token",
    "auth_url",
    "tenant",
    "scope",
    "start_date",
    "excluded_tables",
    "requests_per_5_minutes",
    "history_minutes",
)
"""Every key of configuration.json, in the order of the README's table."""


@dataclass(frozen=True)
class Settings:
    """A checked configuration.

    `base_url` is the root of the instance, without `/api` and without a trailing slash; secrets are
    left out of `repr`. `start_date` is aware (UTC).
    """

    base_url: str
    client_id: str
    grant_type: str = "client_credentials"
    client_secret: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    auth_url: str = ""
    tenant: str = ""
    scope: str = "all"
    start_date: datetime | None = None
    excluded_tables: frozenset[str] = frozenset()
    requests_per_5_minutes: int = 240
    history_minutes: float = 30.0
    ticket_details: str = "all"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must never be printed."""
        return tuple(s for s in (self.client_secret, self.password, self.refresh_token) if s)


def parse(configuration: Mapping[str, object], table_names: frozenset[str]) -> Settings:
    """The settings of a configuration whose values are all text.

    An absent key, an empty value and a placeholder (`<…>`) mean the default.
    Raises SettingsError with a sentence that names the key.
    """
    given = {key: _text(configuration, key) for key in KEYS}
    grant_type = (given["grant_type"] or "client_credentials").lower()
    if grant_type not in GRANT_TYPES:
        raise SettingsError(
            f"grant_type is {grant_type!r}; it has to be one of {', '.join(GRANT_TYPES)}."
        )
    needed = {
        "client_credentials": ("base_url", "client_id", "client_secret"),
        "password": ("base_url", "client_id", "username", "password"),
        "refresh_token": ("base_url", "client_id", "refresh_token"),
    }[grant_type]
    for key in needed:
        if not given[key]:
            raise SettingsError(
                f"{key} is missing; grant_type {grant_type} needs {', '.join(needed)}."
            )
    return Settings(
        base_url=_instance(given["base_url"]),
        client_id=given["client_id"],
        grant_type=grant_type,
        client_secret=given["client_secret"],
        username=given["username"],
        password=given["password"],
        refresh_token=given["refresh_token"],
        auth_url=checked_url("auth_url", given["auth_url"]) if given["auth_url"] else "",
        tenant=given["tenant"],
        scope=given["scope"] or "all",
        start_date=_date("start_date", given["start_date"]),
        excluded_tables=_excluded(given["excluded_tables"], table_names),
        requests_per_5_minutes=int(
            _number("requests_per_5_minutes", given["requests_per_5_minutes"], 240, 10, 3000)
        ),
        history_minutes=_number("history_minutes", given["history_minutes"], 30, 0, 1440),
    )


def checked_url(key: str, value: str) -> str:
    """The URL without a trailing slash, scheme and host in lower case.

    Raises SettingsError unless it is https (http only to a loopback address) and free of
    credentials, query and fragment.
    """
    if "@" in value:
        raise SettingsError(f"{key} must not contain a user name or a password.")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise SettingsError(f"{key} is {value!r}, which is not a web address.") from None
    if parts.scheme not in ("https", "http") or not host or any(map(str.isspace, value)):
        raise SettingsError(
            f"{key} is {value!r}; it has to look like https://yourtenant.haloitsm.com."
        )
    if parts.scheme == "http" and not _loopback(host):
        raise SettingsError(f"{key} is {value!r}; it has to begin with https://.")
    if parts.query or parts.fragment:
        raise SettingsError(f"{key} is {value!r}; it must end before any '?' or '#'.")
    return f"{parts.scheme}://{_host_and_port(parts)}{parts.path.rstrip('/')}"


def _text(configuration: Mapping[str, object], key: str) -> str:
    value = configuration.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SettingsError(f"{key} has to be text in double quotes, as all settings.")
    value = value.strip()
    return "" if value.startswith("<") and value.endswith(">") else value


def _instance(base_url: str) -> str:
    url = checked_url("base_url", base_url)
    root, _, last = url.rpartition("/")
    return root.rstrip("/") if last.lower() == "api" and not root.endswith("/") else url


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host_and_port(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def _date(key: str, value: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = isoparse(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise SettingsError(
            f"{key} is {value!r}; it has to be a date such as 2024-01-31."
        ) from None


def _excluded(value: str, table_names: frozenset[str]) -> frozenset[str]:
    names = frozenset(name.strip().lower() for name in value.split(",") if name.strip())
    if "ticket" in names:
        raise SettingsError("excluded_tables names ticket, which every sync needs; take it out.")
    unknown = sorted(names - table_names)
    if unknown:
        raise SettingsError(
            f"excluded_tables names {', '.join(unknown)}, which is no table; "
            f"the tables are {', '.join(sorted(table_names))}."
        )
    return names


def _number(key: str, value: str, default: float, least: float, most: float) -> float:
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise SettingsError(f"{key} is {value!r}; it has to be a number from {least} to {most}.")
    return number
