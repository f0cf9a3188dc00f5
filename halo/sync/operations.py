"""What a sync asks of the warehouse, as plain values that connector.py turns into `op.*`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from halo.tables.columns import Row


@dataclass(frozen=True, slots=True)
class Upsert:
    """Put these rows in the place of those with the same key."""

    table: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the rows with these keys (objects of key columns)."""

    table: str
    keys: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Warn:
    """Tell the user; a sentence that says what to do."""

    sentence: str


@dataclass(frozen=True, slots=True)
class SafePoint:
    """The state now describes exactly what was yielded."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Commit what came so far, with this state."""

    state: dict[str, object] = field(repr=False)


Operation = Upsert | Delete | Warn | SafePoint
SAFE_POINT = SafePoint()
