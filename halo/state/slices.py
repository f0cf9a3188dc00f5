"""What each kind of source remembers, declared: a sentence for each field."""

from __future__ import annotations

from typing import Annotated

import msgspec

from halo.api.ids import Ids
from halo.api.walk import Moment, Number, Walk
from halo.state.ledger import Ledger
from halo.state.numbers import Marks, Numbers

Window = Annotated[int, msgspec.Meta(ge=-800_000, le=3_000_000)]
"""The number of a day from 2000 on, of which there are so many in the years 1 to 9999."""

new = msgspec.field


class Slice(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """The base of all slices: unknown fields are damage, and what is as at first is left out."""


class SnapshotSlice(Slice):
    """A list that is read whole.

    Attributes:
        ledger: for each table, by its name, what was sent.
        pages: how many pages the list had.
        full_at: the server's time when it was last read whole.
        cursor: from when its changes are asked.
        filter_ignored: the tenant was seen to ignore lastupdatefromdate.
    """

    ledger: dict[str, Ledger] = new(default_factory=dict)
    pages: Number = 0
    full_at: Moment | None = None
    cursor: Moment | None = None
    filter_ignored: bool = False

    def __post_init__(self) -> None:
        if self.full_at and not self.cursor:
            raise ValueError("a list that was read has a cursor")


class CustomFieldsSlice(Slice):
    """The custom fields of tickets.

    Attributes:
        ids: their ids, by which the list of tickets is asked.
        blind: tickets were sent while none was known.
        again: some became known after that, so that all tickets are to be sent again.
    """

    ids: list[int] = new(default_factory=list)
    blind: bool = False
    again: bool = False


class ChangesSlice(Slice):
    """The tickets.

    Attributes:
        sent: the ids that are in the warehouse and looked for by the weekly walk.
        aside: ids from before a start date that was moved on: in the warehouse, not looked for.
        marks: for each id sent, a hash of when it was last updated and acted on.
        cursor: from when changes are asked.
        earlier: the cursor before, for when the server's clock turns out to have been wrong.
        recent: what was sent of the time from the last sync's cursor on, by id.
        oldest: when the oldest ticket occurred.
        since: the start date of the last sync.
        walked: when the last weekly walk began; none before the first load is done.
        unproved: the last weekly walk could not be proved whole.
        walk: the walk that is under way.
        walk_upto: until when its list is asked, with a start date.
        touched: ids that came as changes since it began.
        custom_fields: what is known of them.
    """

    sent: Ids = new(default_factory=Ids)
    aside: Ids = new(default_factory=Ids)
    marks: Marks = new(default_factory=Marks)
    cursor: Moment | None = None
    earlier: Moment | None = None
    recent: Ledger = new(default_factory=Ledger)
    oldest: Moment | None = None
    since: Moment | None = None
    walked: Moment | None = None
    unproved: bool = False
    walk: Walk | None = None
    walk_upto: Moment | None = None
    touched: Ids = new(default_factory=Ids)
    custom_fields: CustomFieldsSlice = new(default_factory=CustomFieldsSlice)


class Queues(Slice):
    """Tickets whose rows are to be read.

    Attributes:
        soon: those that changed, read in the next fresh phase.
        later: all others, read as history.
        failed: those among them that could not be read, the longest ago first.
    """

    soon: Ids = new(default_factory=Ids)
    later: Ids = new(default_factory=Ids)
    failed: list[int] = new(default_factory=list)


class HoursSlice(Slice):
    """Time entries as they are listed by day, to notice hours that change silently.

    Attributes:
        recent: for each of the last days' windows, by its number, what the list held.
        newest: the window of the last sync.
        digests: for each older window and sixteenth of tickets, the sum of its entries' hashes.
        revisit: the older window that is asked next; none between two rounds.
        revisited: when the last round ended.
    """

    recent: dict[Window, Ledger] = new(default_factory=dict)
    newest: Window | None = None
    digests: Marks = new(default_factory=Marks)
    revisit: Window | None = None
    revisited: Moment | None = None


class ActionsSlice(Slice):
    """The actions of tickets.

    Attributes:
        queues: the tickets whose list is to be read.
        sent: for each table, by its name, the numbers of each ticket's rows in the warehouse.
        awaited: a hash of the date of each queued ticket's last action, until that came by day.
        tried: reading history by day was tried, or is over.
        day: the window of history that is read by day next.
        stalled: Halo was silent when history was read by day.
        came: the numbers that came by day, where no table holds all actions.
        doubted: tickets whose list lacks what was sent, and does not say why: since when.
        hours: what is known of time entries by day.
    """

    queues: Queues = new(default_factory=Queues)
    sent: dict[str, Numbers] = new(default_factory=dict)
    awaited: Marks = new(default_factory=Marks)
    tried: bool = False
    day: Window | None = None
    stalled: bool = False
    came: Numbers = new(default_factory=Numbers)
    doubted: dict[int, Moment] = new(default_factory=dict)
    hours: HoursSlice = new(default_factory=HoursSlice)


class DetailsSlice(Slice):
    """The details of tickets.

    Attributes:
        queues: the tickets whose detail call is to be made.
        sent: for each table, by its name, the positions of each ticket's rows in the warehouse.
    """

    queues: Queues = new(default_factory=Queues)
    sent: dict[str, Numbers] = new(default_factory=dict)
