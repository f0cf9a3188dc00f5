"""What each kind of source remembers, declared: a sentence for each field."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from halo.api.ids import Ids
from halo.api.walk import Moment, Number, Walk
from halo.state.ledger import Ledger
from halo.state.numbers import Marks, Numbers

Window = Annotated[int, msgspec.Meta(ge=-800_000, le=3_000_000)]
"""The number of a day from 2000 on, of which there are so many in the years 1 to 9999."""

Length = Annotated[int, msgspec.Meta(ge=1)]

T = TypeVar("T")


def new(kind: type[T]) -> T:
    """A field that is at first an empty one of its kind."""
    return msgspec.field(default_factory=kind)


class Slice(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """The base of all slices: unknown fields are damage, and what is as at first is left out."""


class CustomFieldsSlice(Slice):
    """Custom fields by whose ids a list is asked."""

    ids: list[int] = []  # Their ids, by which the list is asked.
    longest: Number = 1000  # Characters of ids in a request; halved when Halo refuses it, to none.
    bare: Moment | None = None  # Since when switches are left out, for the address is too long.
    blind: bool = False  # Rows were sent while none was known.
    again: bool = False  # Some became known after that, so that all rows are to be sent again.


class SnapshotSlice(Slice):
    """A list that is read whole."""

    ledger: dict[str, Ledger] = {}  # For each table, by its name, what was sent.
    pages: Number = 0  # How many pages the list had.
    full_at: Moment | None = None  # The server's time when it was last read whole.
    cursor: Moment | None = None  # From when its changes are asked.
    filter_ignored: bool = False  # The tenant was seen to ignore lastupdatefromdate.
    absent: dict[str, Ledger] = {}  # By table, what went too many at once: since which day.
    custom_fields: CustomFieldsSlice = new(CustomFieldsSlice)  # What is known of them.

    def __post_init__(self) -> None:
        if self.full_at and not self.cursor:
            raise ValueError("a list that was read has a cursor")


class SurveysSlice(SnapshotSlice):
    """The answers to surveys, read whole, and whether they say what tickets say."""

    compared: Moment | None = None  # When a sample of tickets was last compared with them.
    proved: bool = False  # They said the same.


class WindowsSlice(Slice):
    """A list that is read by windows of dates. A day is counted from 2000 on; 0 is none."""

    ledger: Ledger = new(Ledger)  # What was sent, by id.
    days: Marks = new(Marks)  # The day on which it began, when a window last showed it, by id.
    gone: Ledger = new(Ledger)  # Ids that no longer come; since which day, if too many at once.
    before: Number | None = None  # Up to which day the round over all windows is still to be read.
    length: Length = 31  # Of how many days its next window is.
    count: Number = 0  # How many rows the list had, as it said, when the round began.
    doubled: Number = 0  # By how much that was more than came.
    rounded: Moment | None = None  # When the last round ended.
    whole_at: Moment | None = None  # When all was read at once, since the tenant ignores the dates.

    def __post_init__(self) -> None:
        if any(type(key) is not int for key in (*self.ledger, *self.gone)):
            raise ValueError("the ids are whole numbers")


Id = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class Witness(Slice):
    """A ticket that a list of changes has to hold."""

    id: Id
    updated: Moment


class ChangesSlice(Slice):
    """The tickets."""

    sent: Ids = new(Ids)  # The ids in the warehouse that are looked for by the weekly walk.
    aside: Ids = new(Ids)  # Those there from before a start date that moved on: not looked for.
    marks: Marks = new(Marks)  # For each id sent, a hash of when it was last updated and acted on.
    cursor: Moment | None = None  # From when changes are asked.
    earlier: Moment | None = None  # The cursor before, for when the server's clock was wrong.
    recent: Ledger = new(Ledger)  # What was sent of the time after the cursor, by id.
    oldest: Moment | None = None  # When the oldest ticket occurred.
    since: Moment | None = None  # The start date of the last sync.
    walked: Moment | None = None  # When the last weekly walk began; none before the first load.
    unproved: bool = False  # The last weekly walk could not be proved whole.
    walk: Walk | None = None  # The walk that is under way.
    walk_upto: Moment | None = None  # Until when its list is asked, with a start date.
    touched: Ids = new(Ids)  # Ids that came as changes since it began.
    absent: Ledger = new(Ledger)  # Ids that went too many at once: since which day.
    witnesses: list[Witness] = []  # The tickets that were updated last, the newest first.
    lag: Number = 0  # Days by which the tenant may read a bound later than it is meant.
    custom_fields: CustomFieldsSlice = new(CustomFieldsSlice)  # What is known of them.


class Queues(Slice):
    """Tickets whose rows are to be read."""

    soon: Ids = new(Ids)  # Those that changed, read in the next fresh phase.
    later: Ids = new(Ids)  # All others, read as history.
    failed: list[int] = []  # Those among them that could not be read, the longest ago first.


class JournalSlice(Slice):
    """Actions as they are listed by day, to notice what changes silently."""

    recent: dict[Window, Ledger] = {}  # For each of the last days' windows, what the list held.
    newest: Window | None = None  # The window of the last sync.
    digests: Marks = new(Marks)  # For each older window and sixteenth of tickets, a sum of hashes.
    revisit: Window | None = None  # The older window that is asked next; none between two rounds.
    revisited: Moment | None = None  # When the last round ended.
    absent: Ledger = new(Ledger)  # Entries that went too many at once: since which day.
    heard: Moment | None = None  # From when the windows are asked that are not compared.
    busy: Ids = new(Ids)  # These windows: they hold too many rows.


class ActionsSlice(Slice):
    """The actions of tickets."""

    queues: Queues = new(Queues)  # The tickets whose list is to be read.
    sent: dict[str, Numbers] = {}  # By table, the numbers of each ticket's rows in the warehouse.
    awaited: Marks = new(Marks)  # Hash of a queued ticket's last action date, until it came by day.
    tried: bool = False  # Reading history by day was tried, or is over.
    day: Window | None = None  # The window of history that is read by day next.
    stalled: bool = False  # Halo was silent when history was read by day.
    came: Numbers = new(Numbers)  # The numbers that came by day, where no table holds all actions.
    longest: Id | None = None  # The ticket that has most actions: its list shows no cut.
    doubted: dict[int, Moment] = {}  # Tickets whose list lacks what was sent, silently: since when.
    compared: Moment | None = None  # When a sample of tickets was last read both ways.
    agreed: bool = False  # Both said the same, so that what is new may come by day.
    journal: JournalSlice = new(JournalSlice)  # What is known of them by day.


class DetailsSlice(Slice):
    """The details of tickets."""

    queues: Queues = new(Queues)  # The tickets whose detail call is to be made.
    sent: dict[str, Numbers] = {}  # By table, the positions of each ticket's rows in the warehouse.
    unrated: Ids = new(Ids)  # Those of the queue that are asked for a rating alone.
    answers: Number = 0  # How many calls told which arrays come, up to a fair number.
    came: list[str] = []  # The arrays that came, if only once.
