"""Column types, and how a row that Halo sent becomes a typed row of the warehouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite

from dateutil.parser import isoparse

Row = dict[str, object]

ADDITIONAL_FIELDS = "additional_fields"
"""The JSON column with what no declared column can hold."""

_NO_DATE = {(1900, 1, 1), (1899, 12, 30), (1, 1, 1)}
"""Days by which Halo says that there is no date (Halo's API notes, rows)."""

_NO_DATE_SPELT = {f"{year:04}-{month:02}-{day:02}" for year, month, day in _NO_DATE}

_WHOLE = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")

_LEAST, _MOST = -(2**63), 2**63 - 1


class Misfit(Exception):
    """A value does not fit the type of its column."""


def to_long(value: object) -> int:
    """A whole number of 64 bits; `95.0` and "95" are 95."""
    if type(value) is not int:
        if (isinstance(value, float) and value.is_integer()) or (
            isinstance(value, str) and _WHOLE.fullmatch(value)
        ):
            value = int(value)
        else:
            raise Misfit
    if not _LEAST <= value <= _MOST:
        raise Misfit
    return value


def to_double(value: object) -> float:
    """A finite number; "0.5" is 0.5. What would lose digits does not fit."""
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value) or sum(map(str.isdigit, value)) > 15:
            raise Misfit
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise Misfit
    try:
        number = float(value)
    except OverflowError:
        raise Misfit from None
    if not isfinite(number) or (isinstance(value, int) and int(number) != value):
        raise Misfit
    return number


def to_boolean(value: object) -> bool:
    """True or false; 1, 0, "true" and "false" are taken as what they say."""
    if value is True or value is False:
        return value
    if value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise Misfit


def to_string(value: object) -> str:
    """Text; a number becomes its text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Misfit


def to_datetime(value: object) -> datetime | None:
    """A moment, aware (UTC): Halo writes UTC without an offset, with 0 to 7 fractional digits.

    None for the days by which Halo says that there is no date.
    """
    if not isinstance(value, str):
        raise Misfit
    if value[:10] in _NO_DATE_SPELT:
        return None
    try:
        return datetime.fromisoformat(value + "Z")
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        try:
            moment = isoparse(value)
        except (ValueError, OverflowError):
            raise Misfit from None
    if (moment.year, moment.month, moment.day) in _NO_DATE:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise Misfit from None


def to_json(value: object) -> object:
    """An object or an array, as it came."""
    if isinstance(value, dict | list):
        return value
    raise Misfit


def to_custom_fields(value: object) -> dict[str, object]:
    """Halo's array of custom fields as an object by field name (Halo's API notes, rows)."""
    if not isinstance(value, list):
        raise Misfit
    fields: dict[str, object] = {}
    for item in value:
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str) or name in fields:
            raise Misfit
        kept = ("id", "label", "type", "value", "display")
        fields[name] = {key: item[key] for key in kept if item.get(key) is not None}
    return fields


Converter = Callable[[object], object]


@dataclass(frozen=True)
class ColumnType:
    """A type of the warehouse and the converter of Halo's values to it.

    Values of exactly the type `as_is` need no conversion.
    """

    name: str
    convert: Converter
    as_is: type | None = None


LONG = ColumnType("LONG", to_long)
DOUBLE = ColumnType("DOUBLE", to_double)
BOOLEAN = ColumnType("BOOLEAN", to_boolean, bool)
STRING = ColumnType("STRING", to_string, str)
UTC_DATETIME = ColumnType("UTC_DATETIME", to_datetime)
JSON = ColumnType("JSON", to_json)
CUSTOM_FIELDS = ColumnType("JSON", to_custom_fields)


def columns(
    *,
    long: str = "",
    double: str = "",
    boolean: str = "",
    string: str = "",
    datetime: str = "",
    json: str = "",
    custom_fields: str = "",
) -> Mapping[str, ColumnType]:
    """Columns by name, from a list of names for each type."""
    by_type = (
        (LONG, long),
        (DOUBLE, double),
        (BOOLEAN, boolean),
        (STRING, string),
        (UTC_DATETIME, datetime),
        (JSON, json),
        (CUSTOM_FIELDS, custom_fields),
    )
    return {name: kind for kind, names in by_type for name in names.split()}


@dataclass
class RowMaker:
    """Makes typed rows of one table, and counts the values that did not fit, by column."""

    types: Mapping[str, ColumnType]
    misfits: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._columns = {name: (kind.as_is, kind.convert) for name, kind in self.types.items()}

    def row(self, raw: Mapping[str, object]) -> Row:
        """The typed row. What is null is left out, what has no column is in `additional_fields`."""
        row: Row = {}
        rest: Row = {}
        columns = self._columns
        for name, value in raw.items():
            if value is None:
                continue
            column = columns.get(name)
            if column is None:
                rest[name] = _kept(value)
                continue
            as_is, convert = column
            if type(value) is as_is:  # Most values: a call less for each.
                row[name] = value
                continue
            try:
                typed = convert(value)
            except Misfit:
                rest[name] = _kept(value)
                self.misfits[name] = self.misfits.get(name, 0) + 1
                continue
            if typed is not None:
                row[name] = typed
        if rest:
            row[ADDITIONAL_FIELDS] = rest
        return row


def _kept(value: object) -> object:
    """The value as JSON can hold it: an infinite number as its text."""
    return str(value) if type(value) is float and not isfinite(value) else value
