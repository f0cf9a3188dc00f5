"""What the runner knows of a source, and how the entries of the registry become sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, assert_never

import msgspec

from halo.api.connection import Connection, HaloApi
from halo.settings import Settings
from halo.state.slices import ActionsSlice, ChangesSlice, DetailsSlice, SnapshotSlice
from halo.state.store import Store
from halo.sync.actions import ActionsReader
from halo.sync.changes import ChangesReader, Follower
from halo.sync.details import DetailsReader
from halo.sync.operations import Operation
from halo.sync.progress import Left
from halo.sync.rows import TableRows
from halo.sync.snapshot import SnapshotReader
from halo.tables import Table
from halo.tables.sources import Actions, Changes, Details, Snapshot, Source


class Reader(Protocol):
    """One source: its state never tells more than what was yielded."""

    @property
    def rows(self) -> Mapping[str, TableRows]:
        """What it makes of rows, by table."""

    @property
    def slice(self) -> msgspec.Struct:
        """What it remembers, of a declared type."""

    @property
    def urgent(self) -> bool:
        """Whether its history is read to the end, however long it takes."""

    def fresh(self) -> Iterator[Operation]:
        """Brings in what is new, from safe point to safe point."""

    def history(self) -> Iterator[Operation]:
        """Brings in what is old, from safe point to safe point."""

    def left(self) -> Left:
        """What is still to be read of its history."""


@dataclass(frozen=True)
class Opened:
    """A source of this sync: its name, what reads it, and after which other it does.

    `required` says that the sync fails with it.
    """

    name: str
    reader: Reader
    api: HaloApi
    after: str
    required: bool


def opened(
    settings: Settings, connection: Connection, store: Store, registry: Sequence[Table]
) -> list[Opened]:
    """The sources of the wanted tables, in the registry's order. Raises StateError."""
    wanted = [table for table in registry if table.name not in settings.excluded_tables]
    opening = _Opening(settings, connection, store, registry)
    return [
        opening.open(source, [table for table in wanted if table.source is source])
        for source in dict.fromkeys(table.source for table in wanted)
    ]


class _Opening:
    """Opens sources one after the other; those that hang on another come after it."""

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        store: Store,
        registry: Sequence[Table],
    ) -> None:
        self._settings = settings
        self._connection = connection
        self._store = store
        self._names: dict[Source, str] = {}
        for table in registry:
            self._names.setdefault(table.source, table.name)
        self._tickets: dict[Source, ChangesSlice] = {}
        self._followers: dict[Source, list[Follower]] = {}

    def open(self, source: Source, tables: Sequence[Table]) -> Opened:
        """One source, with what it remembers."""
        api = HaloApi(self._connection)
        match source:
            case Snapshot():
                reader, parent = self._snapshot(source, tables, api), None
            case Changes():
                reader, parent = self._changes(source, tables, api), None
            case Actions() | Details():
                reader, parent = self._child(source, tables, api), source.parent
            case _:
                assert_never(source)
        return Opened(
            self._names[source],
            reader,
            api,
            after=self._names[parent] if parent else "",
            required=any(table.required for table in tables),
        )

    def _snapshot(self, source: Snapshot, tables: Sequence[Table], api: HaloApi) -> Reader:
        slice_ = self._store.opened(self._names[source], SnapshotSlice)
        reader = SnapshotReader(source, tables, api, slice_)
        if self._is_new(tables):
            reader.wanted_again()
        return reader

    def _changes(self, source: Changes, tables: Sequence[Table], api: HaloApi) -> Reader:
        slice_ = self._store.opened(self._names[source], ChangesSlice)
        self._tickets[source], self._followers[source] = slice_, []
        followers = self._followers[source]
        return ChangesReader(
            source, tables[0], api, settings=self._settings, slice_=slice_, followers=followers
        )

    def _child(self, source: Actions | Details, tables: Sequence[Table], api: HaloApi) -> Reader:
        name, tickets = self._names[source], self._tickets[source.parent]
        reader: ActionsReader | DetailsReader
        match source:
            case Actions():
                actions = self._store.opened(name, ActionsSlice)
                reader = ActionsReader(
                    source, tables, api, settings=self._settings, slice_=actions, tickets=tickets
                )
            case Details():
                details = self._store.opened(name, DetailsSlice)
                reader = DetailsReader(
                    source, tables, api, settings=self._settings, slice_=details, tickets=tickets
                )
        if self._is_new(tables):
            reader.wanted_again()
        self._followers[source.parent].append(reader)
        return reader

    def _is_new(self, tables: Sequence[Table]) -> bool:
        """Whether one of these was not wanted in the last sync, if there was one."""
        known = self._store.tables
        return bool(known) and not known.issuperset(table.name for table in tables)
