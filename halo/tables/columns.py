"""Column types, and how a row that Halo sent becomes a typed row of the warehouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

Row = dict[str, Any]
Converter = Callable[[object], object]

ADDITIONAL_FIELDS = "additional_fields"
"""The JSON column with what no declared column can hold."""

NO_DATE = ("1900-01-01", "1899-12-30", "0001-01-01")
"""Days by which Halo says that there is no date (Halo's API notes, rows)."""

_OF_A_CUSTOM_FIELD = ("id", "label", "type", "value", "display")

_SECRET = re.compile(
    "passw|pwd|secret|webhook|api_?key|access_?key|private_?key|token|credential|bank_|bankaccount|"
    "account_?number|sort_?code|iban"
)
"""What fields are called that hold a credential or bank details."""

_WHOLE = re.compile(r"-?[0-9]{1,19}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")

_from_iso = datetime.fromisoformat


class Misfit(Exception):
    """A value does not fit the type of its column."""


def to_long(value: object) -> int:
    """A whole number of 64 bits; `95.0` and "95" are 95."""
    if (isinstance(value, str) and _WHOLE.fullmatch(value)) or (
        isinstance(value, float) and value.is_integer()
    ):
        value = int(value)
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise Misfit
    return value


def to_double(value: object) -> float:
    """A number; "0.5" is 0.5. What would lose digits does not fit."""
    if type(value) is float or (type(value) is int and abs(value) <= 2**53):
        return float(value)
    if isinstance(value, str) and _DECIMAL.fullmatch(value) and sum(map(str.isdigit, value)) < 16:
        return float(value)
    raise Misfit


def to_boolean(value: object) -> bool:
    """True or false; 1, 0, "true" and "false" are taken as what they say."""
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower())
    if value not in (0, 1):
        raise Misfit
    return bool(value)


def to_string(value: object) -> str:
    """Text; a number becomes its text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Misfit
    return str(value)


def to_datetime(value: object) -> datetime | None:
    """A moment, aware (UTC): Halo writes UTC without an offset, with 0 to 7 fractional digits.

    None for the days by which Halo says that there is no date.
    """
    if not isinstance(value, str):
        raise Misfit
    if value.startswith(NO_DATE):
        return None
    try:
        return _from_iso(value + "Z")
    except ValueError:  # It has an offset, or no time of day.
        pass
    try:
        moment = _from_iso(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Misfit from None


def to_json(value: object) -> object:
    """An object or an array, as it came."""
    if not isinstance(value, dict | list):
        raise Misfit
    return value


def to_custom_fields(value: object) -> dict[str, object]:
    """Halo's array of custom fields as an object by field name (Halo's API notes, rows)."""
    if not isinstance(value, list):
        raise Misfit
    fields: dict[str, object] = {}
    for item in value:
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str) or name in fields:
            raise Misfit
        fields[name] = {key: v for key in _OF_A_CUSTOM_FIELD if (v := item.get(key)) is not None}
    return fields


@dataclass(frozen=True)
class ColumnType:
    """A type of the warehouse and the converter of Halo's values to it.

    Values of exactly the types `as_is` need no conversion.
    """

    name: str
    convert: Converter
    as_is: tuple[type, ...] = ()


LONG = ColumnType("LONG", to_long, (int,))
JSON = ColumnType("JSON", to_json, (dict, list))
CUSTOM_FIELDS = ColumnType("JSON", to_custom_fields)
TYPES = {
    "long": LONG,
    "double": ColumnType("DOUBLE", to_double, (float,)),
    "boolean": ColumnType("BOOLEAN", to_boolean, (bool,)),
    "string": ColumnType("STRING", to_string, (str,)),
    "datetime": ColumnType("UTC_DATETIME", to_datetime, (datetime,)),
    "json": JSON,
    "custom_fields": CUSTOM_FIELDS,
}


def columns(**by_type: str) -> Mapping[str, ColumnType]:
    """Columns by name, from their names with spaces between them for each of TYPES."""
    return {name: TYPES[kind] for kind, names in by_type.items() for name in names.split()}


@lru_cache(maxsize=10_000)
def is_secret(name: str) -> bool:
    """Whether a field's name says that it holds a credential or bank details."""
    return bool(_SECRET.search(name.lower()))


_Plan = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[tuple[str, Converter], ...]]
"""For rows of one shape: which fields are null or secret, which may hold something secret, which
have no column, which convert and how."""

SHAPES = 1000
"""Plans that are kept: rows of a list have few shapes, and each kept one takes 2 KB."""


@dataclass
class RowMaker:
    """Makes typed rows of one table, and counts the values that did not fit, by column.

    What is `secret`, or has a name that says so and is no declared column, is dropped at any depth;
    custom fields are the tenant's own to name.
    A row's shape, the names and types of its fields, tells what is to be done with it; most fields
    of most rows need nothing, so that a row is a copy of what came, and a few corrections.
    """

    types: Mapping[str, ColumnType]
    secret: frozenset[str] = frozenset()
    misfits: dict[str, int] = field(default_factory=dict)
    _plans: dict[tuple[object, ...], _Plan] = field(default_factory=dict, repr=False)

    def row(self, raw: Mapping[str, object]) -> Row:
        """The typed row. What is null is left out, what has no column is in `additional_fields`.

        Numbers in `raw` are finite, and whole ones have 64 bits at most, as parsing leaves them.
        """
        shape = (*raw, *map(type, raw.values()))
        gone, deep, undeclared, converted = self._plans.get(shape) or self._planned(shape, raw)
        row = dict(raw)
        for name in gone:
            del row[name]
        for name in deep:
            if self._betrays(row[name]):
                row[name] = self._harmless(row[name])
        rest = {name: row.pop(name) for name in undeclared}
        for name, convert in converted:
            try:
                row[name] = convert(row[name])
            except Misfit:
                rest[name] = row.pop(name)
                self.misfits[name] = self.misfits.get(name, 0) + 1
            else:
                if row[name] is None:
                    del row[name]
        if rest:
            row[ADDITIONAL_FIELDS] = rest
        return row

    def _planned(self, shape: tuple[object, ...], raw: Mapping[str, object]) -> _Plan:
        if len(self._plans) == SHAPES:
            self._plans.clear()
        there = [n for n in raw if raw[n] is not None and (n in self.types or not self._hides(n))]
        plan = self._plans[shape] = (
            tuple(name for name in raw if name not in there),
            tuple(
                name
                for name in there
                if isinstance(raw[name], dict | list) and self.types.get(name) is not CUSTOM_FIELDS
            ),
            tuple(name for name in there if name not in self.types),
            tuple(
                (name, kind.convert)
                for name in there
                if (kind := self.types.get(name)) and type(raw[name]) not in kind.as_is
            ),
        )
        return plan

    def _hides(self, name: str) -> bool:
        return name in self.secret or is_secret(name)

    def _betrays(self, value: object) -> bool:
        """Whether something secret is in it."""
        if isinstance(value, dict):
            return any(self._hides(name) or self._betrays(one) for name, one in value.items())
        return isinstance(value, list) and any(map(self._betrays, value))

    def _harmless(self, value: object) -> object:
        if isinstance(value, dict):
            return {n: self._harmless(one) for n, one in value.items() if not self._hides(n)}
        return [self._harmless(one) for one in value] if isinstance(value, list) else value
