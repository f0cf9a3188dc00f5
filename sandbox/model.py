"""What a tenant holds: tickets with their actions, and the people and codes around them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Fields = dict[str, Any]
Row = dict[str, Any]
Key = int | str | tuple[str, int]

# Halo's last_update of a ticket that was imported and never touched.
NEVER = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(eq=False)
class Record:
    """Values by Halo's field name; dates are aware datetimes, None is null.

    A value can be read as an attribute too: `ticket.summary` is `ticket.fields["summary"]`.
    """

    fields: Fields
    # The row as the API sends it, kept until the record changes.
    row: Row | None = field(default=None, repr=False)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["fields"][name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no field {name}") from None

    def change(self, fields: Fields) -> None:
        """Set these fields; the row that was kept is forgotten."""
        self.fields.update(fields)
        self.row = None


@dataclass(eq=False)
class Action(Record):
    """One entry in a ticket's history; its id counts from 1 within the ticket."""

    # When it was added, whatever its dates say.
    added_at: datetime = NEVER

    @property
    def is_system(self) -> bool:
        """Whether Halo wrote it by itself."""
        return bool(self.fields.get("action_systemid"))

    @property
    def hours(self) -> float:
        """The time it took."""
        return float(self.fields.get("timetaken") or 0.0)


EventKind = Literal[
    "opened", "status", "responded", "response reset", "assigned", "merged", "deleted", "restored"
]


@dataclass(frozen=True, slots=True)
class Event:
    """What really happened to a ticket, whether or not anything that the API sends says so.

    `before` and `after` are ids: of statuses, of agents when it is assigned, and of the other
    ticket when it is merged; 0 is none. `told` is whether an action said so.
    """

    at: datetime
    kind: EventKind
    before: int = 0
    after: int = 0
    told: bool = False


@dataclass(eq=False)
class Ticket(Record):
    """A ticket; `custom` holds its custom fields' values by the id of the field.

    `nested` is what its detail call alone sends, by its name; `events` are its true history, and
    `noted` what its audit log says besides, which is `logged` in the words of the day on which
    somebody first reads it; `related` are the tickets that it is linked to,
    `asset_ids` the assets that it is about (None until somebody looks).
    """

    actions: dict[int, Action] = field(default_factory=dict)
    last_action_id: int = 0
    custom: dict[int, Any] = field(default_factory=dict)
    nested: dict[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    noted: list[Fields] = field(default_factory=list)
    logged: dict[int, Fields] = field(default_factory=dict)
    related: set[int] = field(default_factory=set)
    asset_ids: list[int] | None = None
    deleted: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed."""
        return bool(self.fields.get("hasbeenclosed"))


@dataclass(eq=False)
class Entity(Record):
    """A person, place or code: user, client, site, agent, team, status, and so on."""

    kind: str = ""
    # Halo knows when it changed, but does not say so in the list.
    changed_at: datetime = NEVER
    # Only lists asked with showall=true have it.
    restricted: bool = False

    @property
    def is_inactive(self) -> bool:
        """Whether it is out of use, in the words of its kind."""
        fields = self.fields
        return bool(
            fields.get("inactive") or fields.get("isdisabled") or fields.get("active") is False
        )
