"""Column types, and how a row that Halo sent becomes a typed row of the warehouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from dateutil.parser import isoparse

Row = dict[str, Any]

_from_iso = datetime.fromisoformat

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
        return _from_iso(value + "Z")
    except ValueError:
        pass
    try:
        moment = _from_iso(value)
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
        fields[name] = {
            key: kept for key in _OF_A_CUSTOM_FIELD if (kept := item.get(key)) is not None
        }
    return fields


_OF_A_CUSTOM_FIELD = ("id", "label", "type", "value", "display")


Converter = Callable[[object], object]


@dataclass(frozen=True)
class ColumnType:
    """A type of the warehouse and the converter of Halo's values to it.

    Values of exactly the types `as_is` need no conversion.
    """

    name: str
    convert: Converter
    as_is: tuple[type, ...] = ()


LONG = ColumnType("LONG", to_long, (int,))
DOUBLE = ColumnType("DOUBLE", to_double, (float,))
BOOLEAN = ColumnType("BOOLEAN", to_boolean, (bool,))
STRING = ColumnType("STRING", to_string, (str,))
UTC_DATETIME = ColumnType("UTC_DATETIME", to_datetime, (datetime,))
JSON = ColumnType("JSON", to_json, (dict, list))
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


@dataclass(frozen=True, slots=True)
class _Plan:
    """What rows of one shape need: which fields are null, which have no column, which convert."""

    null: tuple[str, ...]
    undeclared: tuple[str, ...]
    converted: tuple[tuple[str, Converter], ...]


SHAPES = 1000
"""Plans that are kept: rows of a list have few shapes, and each kept one takes 2 KB."""


@dataclass
class RowMaker:
    """Makes typed rows of one table, and counts the values that did not fit, by column.

    A row's shape, the names and types of its fields, tells what is to be done with it; most fields
    of most rows need nothing, so that a row is a copy of what came, and a few corrections.
    """

    types: Mapping[str, ColumnType]
    misfits: dict[str, int] = field(default_factory=dict)
    _plans: dict[tuple[object, ...], _Plan] = field(default_factory=dict, repr=False)

    def row(self, raw: Mapping[str, object]) -> Row:
        """The typed row. What is null is left out, what has no column is in `additional_fields`.

        Numbers in `raw` are finite, and whole ones have 64 bits at most, as parsing leaves them.
        """
        shape = (*raw, *map(type, raw.values()))
        plan = self._plans.get(shape) or self._planned(shape, raw)
        row = dict(raw)
        for name in plan.null:
            del row[name]
        rest = {name: row.pop(name) for name in plan.undeclared}
        for name, convert in plan.converted:
            try:
                typed = convert(row[name])
            except Misfit:
                rest[name] = row.pop(name)
                self.misfits[name] = self.misfits.get(name, 0) + 1
                continue
            if typed is None:
                del row[name]
            else:
                row[name] = typed
        if rest:
            row[ADDITIONAL_FIELDS] = rest
        return row

    def _planned(self, shape: tuple[object, ...], raw: Mapping[str, object]) -> _Plan:
        if len(self._plans) == SHAPES:
            self._plans.clear()
        there = {name: value for name, value in raw.items() if value is not None}
        kinds = {name: self.types[name] for name in there if name in self.types}
        plan = self._plans[shape] = _Plan(
            null=tuple(name for name in raw if name not in there),
            undeclared=tuple(name for name in there if name not in kinds),
            converted=tuple(
                (name, kind.convert)
                for name, kind in kinds.items()
                if type(raw[name]) not in kind.as_is
            ),
        )
        return plan
