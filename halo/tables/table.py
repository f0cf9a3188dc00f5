"""What the registry says about one table of the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from halo.tables.columns import ADDITIONAL_FIELDS, JSON, TYPES, ColumnType, columns
from halo.tables.rights import Rights
from halo.tables.sources import Part, Source, itself


@dataclass(frozen=True, eq=False)
class Table:
    """One table: where its rows come from, what identifies them, and its columns.

    `rights` say what to grant. `part` picks its rows out of what the source reads. `volatile` names
    fields that change by themselves: they alone do not make a row a changed one. `plural` is what
    people call its rows, where that is not the name and an s. `required`: no sync is possible
    without it. `asked_of_closed`: a ticket's details are asked for it only once that is closed.
    `asks` names switches that the detail call needs for it. `secret` names fields that never reach
    the warehouse, at any depth: credentials, what is personal, images.
    The last fields, one for each of TYPES, name its columns with spaces between them.
    """

    name: str
    source: Source
    rights: Rights
    key: tuple[str, ...] = ("id",)
    part: Part = itself
    volatile: frozenset[str] = frozenset()
    plural: str = ""
    required: bool = False
    asked_of_closed: bool = False
    asks: str = ""
    secret: frozenset[str] = frozenset()
    long: str = ""
    double: str = ""
    boolean: str = ""
    string: str = ""
    datetime: str = ""
    json: str = ""
    custom_fields: str = ""

    def __post_init__(self) -> None:
        if missing := [name for name in self.key if name not in self.columns]:
            raise ValueError(f"the key of {self.name} names {missing}, which it does not declare")

    @cached_property
    def columns(self) -> Mapping[str, ColumnType]:
        """Its columns by name."""
        return columns(**{kind: getattr(self, kind) for kind in TYPES})

    @property
    def called(self) -> str:
        """What people call its rows."""
        return self.plural or self.name.replace("_", " ") + "s"

    @property
    def schema(self) -> dict[str, object]:
        """The table as Fivetran's `schema()` declares it."""
        types = {name: kind.name for name, kind in self.columns.items()}
        types[ADDITIONAL_FIELDS] = JSON.name
        return {"table": self.name, "primary_key": list(self.key), "columns": types}


def yes(names: str) -> dict[str, str]:
    """Parameters that are all `true`."""
    return dict.fromkeys(names.split(), "true")


def names(text: str) -> frozenset[str]:
    """Field names, from a text with spaces between them."""
    return frozenset(text.split())
