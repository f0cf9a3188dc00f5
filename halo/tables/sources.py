"""Where the rows of tables come from, as data; halo/sync has a module for each kind of source.

A source is shared by the tables whose rows come with the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar

import msgspec

from halo.api.pages import Raw
from halo.tables.columns import NO_DATE, Misfit, to_long


@dataclass(frozen=True)
class Part:
    """The rows of a table that an object of its source holds.

    `arrays` are the fields that hold them, where one of these comes also if there are none.
    """

    rows: Callable[[Raw], Sequence[Raw]]
    arrays: tuple[str, ...] = ()

    def __call__(self, raw: Raw) -> Sequence[Raw]:
        """The rows in an object."""
        return self.rows(raw)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A list that is read whole and compared with what was sent.

    `path` is below `/api`; `rows` is their name in the answer's object; `params` ask for all of
    them. `paged`: the endpoint takes page numbers. `filtered`: lastupdatefromdate is documented.
    `shared`: another source needs the list too, so that it is asked once a sync. `custom_fields` is
    the list whose ids it is asked with.
    """

    path: str
    rows: str
    params: Mapping[str, str] = field(default_factory=dict)
    paged: bool = False
    filtered: bool = False
    shared: bool = False
    custom_fields: Snapshot | None = None

    @property
    def parent(self) -> Changes | None:
        """The source on whose rows it hangs: none."""
        return None


@dataclass(frozen=True, eq=False)
class Windows:
    """A paged list that is read by windows of dates.

    `begins` and `ends` are the fields that tell when a row begins and ends, and the parameters of
    the same names ask for a window.
    """

    path: str
    rows: str
    params: Mapping[str, str] = field(default_factory=dict)
    begins: str = "start_date"
    ends: str = "end_date"
    paged: ClassVar[bool] = True
    parent: ClassVar[None] = None


@dataclass(frozen=True, eq=False)
class Changes:
    """A paged list that is read whole once, then by what was last updated since.

    The fields tell when a row was last updated, when its last action was, when it occurred and
    when it was closed; `custom_fields` is the list whose ids it is asked with.
    """

    path: str
    rows: str
    custom_fields: Snapshot
    updated: str = "last_update"
    acted: str = "lastactiondate"
    occurred: str = "dateoccurred"
    closed: str = "dateclosed"
    has_been_closed: str = "hasbeenclosed"
    params: Mapping[str, str] = field(default_factory=dict)
    parent: ClassVar[None] = None


@dataclass(frozen=True, eq=False)
class Actions:
    """What was done on each ticket: a list for each, without pages; in bulk by date.

    `params` ask for all of a ticket's, `timed` for those that carry time.
    """

    parent: Changes
    path: str
    rows: str
    params: Mapping[str, str]
    timed: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Details:
    """One call for each ticket, which feeds every table that hangs on it."""

    parent: Changes
    path: str
    params: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Surveys(Snapshot):
    """A list of answers to surveys, which may say what `rates` says of the satisfaction of tickets.

    `spelt` names, for each field of a ticket, that of an answer which should hold the same, and
    `dated` the one that tells when it was given.
    """

    rates: Details = field(kw_only=True)
    spelt: Mapping[str, str] = field(kw_only=True)
    dated: str = "date"

    @property
    def parent(self) -> Changes:
        """The tickets that they rate."""
        return self.rates.parent


Source = Snapshot | Windows | Changes | Actions | Details
"""Surveys are a Snapshot too."""

_ENCODE = msgspec.json.Encoder(order="deterministic").encode


itself = Part(lambda raw: (raw,))
"""An object of the list is the row."""


def only_with(names: str) -> Part:
    """The row, where one of these fields says something: it is not absent, empty, 0 or no date."""
    wanted = names.split()
    return Part(lambda raw: (raw,) if any(map(_says, map(raw.get, wanted))) else ())


def fields(names: str, unless_all_empty: str) -> Part:
    """One row of some fields of a ticket, where one of those says something."""
    kept, chosen = names.split(), only_with(unless_all_empty)

    def row(ticket: Raw) -> Raw:
        return {"ticket_id": ticket.get("id"), **{n: ticket[n] for n in kept if n in ticket}}

    return Part(lambda raw: [row(ticket) for ticket in chosen(raw)])


def nested(names: str, own_id: str = "id") -> Part:
    """The objects of arrays of a ticket: in the order of their own ids, numbered from 1.

    Where one of them has no whole-number id of its own they keep the order in which they came;
    those with the same id are in the order of what they hold, so that Halo's does not matter. An
    object that stands in a second array word for word is one row.
    """
    arrays = tuple(names.split())

    def rows(ticket: Raw) -> Sequence[Raw]:
        held: list[Raw] = []
        for name in arrays:
            before = list(held)
            held += [one for one in _objects(ticket, name) if one not in before]
        with suppress(Misfit):
            held.sort(key=lambda one: (to_long(one.get(own_id)), _ENCODE(one)))
        own = {"ticket_id": ticket.get("id")}
        return [{**one, **own, "position": at} for at, one in enumerate(held, 1)]

    return Part(rows, arrays)


def of_parent(name: str, parent: str, chosen: Callable[[Raw], bool]) -> Part:
    """The chosen objects of an array in a row of a list, each with that row's id as `parent`."""

    def rows(raw: Raw) -> Sequence[Raw]:
        return [{**one, parent: raw.get("id")} for one in _objects(raw, name) if chosen(one)]

    return Part(rows, (name,))


def _says(value: object) -> bool:
    return bool(value) and not (isinstance(value, str) and value.startswith(NO_DATE))


def _objects(raw: Raw, name: str) -> Sequence[Raw]:
    value = raw.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else ()
