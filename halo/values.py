"""What a setting is, and how its text becomes a value that can be relied on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import urlsplit

from dateutil.parser import isoparse

from halo.errors import SettingsError


class Named(Protocol):
    """A table, as far as settings know it: its name, and whether it cannot be left out."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def required(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True)
class Known:
    """What values are checked against: all tables, and the day (UTC)."""

    tables: Collection[Named]
    today: date


@dataclass(frozen=True)
class Choice:
    """One of the values that a setting may have."""

    value: str
    label: str
    description: str


Parser = Callable[["Setting", str, Known], object]
"""Makes a value of a text, which may be empty. Raises SettingsError."""


@dataclass(frozen=True)
class Setting:
    """One setting, and what somebody who fills it in has to know.

    `default` is the text that counts where none is given. `needed_by` are the grant types that need
    it. In `description`, {tables} and {required} stand for the tables that may be excluded or not;
    without an "In Halo: ", there is nothing to look up there.
    """

    key: str
    label: str
    description: str
    placeholder: str = ""
    parser: Parser = lambda _, text, __: text
    default: str = ""
    needed_by: tuple[str, ...] = ()
    masked: bool = False
    choices: tuple[Choice, ...] = ()


def setting(label: str, description: str, placeholder: str = "", **more: Any) -> Any:
    """The field of a setting, whose key is the field's name; `more` is what Setting has else."""
    told = {"label": label, "description": description, "placeholder": placeholder, **more}
    return field(repr="needed_by" not in more, metadata=told)


def address(setting: Setting, text: str, _: Known) -> str:
    """A web address that secrets may go to, or none."""
    return checked_url(setting.key, text) if text else ""


def instance(setting: Setting, text: str, known: Known) -> str:
    """The address of an instance, without `/api`."""
    url = address(setting, text, known)
    root, _, last = url.rpartition("/")
    return root.rstrip("/") if last.lower() == "api" and not root.endswith("/") else url


def choice(setting: Setting, text: str, _: Known) -> str:
    """One of the setting's choices, however it is spelt."""
    values = [choice.value for choice in setting.choices]
    if text.lower() not in values:
        raise SettingsError(f"{setting.key} is {text!r}; it has to be one of {', '.join(values)}.")
    return text.lower()


def day(setting: Setting, text: str, known: Known) -> datetime | None:
    """A moment in UTC of a day that has begun, or none."""
    if not text:
        return None
    given = f"{setting.key} is {text!r}"
    try:
        moment = isoparse(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise SettingsError(f"{given}; it has to be a date such as 2024-01-31.") from None
    if moment.date() > known.today:
        raise SettingsError(
            f"{given}, which is in the future; set it to a day that has begun, or leave it empty."
        )
    return moment


def excluded(setting: Setting, text: str, known: Known) -> frozenset[str]:
    """Names of tables that a sync can do without."""
    names = {name.strip().lower() for name in text.split(",")} - {""}
    tables = {table.name: table.required for table in known.tables}
    if required := ", ".join(name for name in tables if tables[name] and name in names):
        raise SettingsError(f"{setting.key} names {required}, which every sync needs; take it out.")
    if unknown := ", ".join(sorted(names - tables.keys())):
        raise SettingsError(
            f"{setting.key} names {unknown}, which is no table; "
            f"the tables are {', '.join(sorted(tables))}."
        )
    return frozenset(names)


def number(kind: type[float], least: int, most: int) -> Parser:
    """The parser of a number within bounds."""

    def parsed(setting: Setting, text: str, _: Known) -> float:
        with suppress(ValueError):
            if least <= float(text) <= most:
                return kind(float(text))
        raise SettingsError(
            f"{setting.key} is {text!r}; it has to be a number from {least} to {most}."
        )

    return parsed


def still_a_placeholder(key: str) -> SettingsError:
    """What to do about a value that is not filled in, or not wholly."""
    return SettingsError(
        f"{key} is still the placeholder <…>; put its value there, without the brackets."
    )


def checked_url(key: str, value: str) -> str:
    """The URL without a trailing slash, scheme and host in lower case.

    Raises SettingsError unless it is https (http only to a loopback address) and free of
    credentials, query and fragment.
    """
    if "@" in value:
        raise SettingsError(f"{key} must not contain a user name or a password.")
    if "<" in value or ">" in value:
        raise still_a_placeholder(key)
    given = f"{key} is {value!r}"
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise SettingsError(f"{given}, which is not a web address.") from None
    if parts.scheme not in ("https", "http") or not host or any(map(str.isspace, value)):
        raise SettingsError(f"{given}; it has to look like https://yourtenant.haloitsm.com.")
    if parts.scheme == "http" and not _loopback(host):
        raise SettingsError(f"{given}; it has to begin with https://.")
    if parts.query or parts.fragment:
        raise SettingsError(f"{given}; it must end before any '?' or '#'.")
    return f"{parts.scheme}://{parts.netloc.lower().rstrip(':')}{parts.path.rstrip('/')}"


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
