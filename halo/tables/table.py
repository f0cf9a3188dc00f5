"""What the registry says about one table of the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from halo.tables.columns import ADDITIONAL_FIELDS, JSON, ColumnType


class Way(Enum):
    """A way to sync a table."""

    SNAPSHOT = "the whole list, compared with what was sent"
    CHANGES = "the whole list once, then what was last updated since"
    ACTIONS = "the actions of each changed ticket"
    SATISFACTION = "the details of each changed ticket that was closed"
    WINDOWS = "day by day"


@dataclass(frozen=True)
class Table:
    """One table: where its rows come from, what identifies them, and its columns.

    `path` is below `/api`; `rows` is the name under which the answer's object holds the rows;
    `params` ask for all of them. `paged` says that the endpoint takes page numbers. `volatile`
    names fields that change by themselves: they alone do not make a row a changed one. `plural` is
    what people call its rows, where that is not the name and an s.
    """

    name: str
    path: str
    rows: str
    columns: Mapping[str, ColumnType]
    key: tuple[str, ...] = ("id",)
    way: Way = Way.SNAPSHOT
    paged: bool = False
    params: Mapping[str, str] = field(default_factory=dict)
    volatile: frozenset[str] = frozenset()
    plural: str = ""

    def __post_init__(self) -> None:
        missing = [name for name in self.key if name not in self.columns]
        if missing:
            raise ValueError(f"the key of {self.name} names {missing}, which it does not declare")

    @property
    def called(self) -> str:
        """What people call its rows."""
        return self.plural or self.name.replace("_", " ") + "s"

    @property
    def schema(self) -> dict[str, object]:
        """The table as Fivetran's `schema()` declares it."""
        types = {name: kind.name for name, kind in self.columns.items()}
        return {
            "table": self.name,
            "primary_key": list(self.key),
            "columns": types | {ADDITIONAL_FIELDS: JSON.name},
        }


def yes(names: str) -> dict[str, str]:
    """Parameters that are all `true`."""
    return dict.fromkeys(names.split(), "true")


def names(text: str) -> frozenset[str]:
    """Field names, from a text with spaces between them."""
    return frozenset(text.split())
