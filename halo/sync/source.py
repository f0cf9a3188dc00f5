"""What the runner knows of a source, and how the entries of the registry become sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from halo.api.connection import Connection, HaloApi
from halo.settings import Settings
from halo.state.slices import (
    ActionsSlice,
    ChangesSlice,
    DetailsSlice,
    SnapshotSlice,
    SurveysSlice,
    WindowsSlice,
)
from halo.state.store import Store
from halo.sync.actions import ActionsReader
from halo.sync.changes import ChangesReader
from halo.sync.details import DetailsReader
from halo.sync.snapshot import SnapshotReader
from halo.sync.surveys import SurveysReader
from halo.sync.windows import WindowsReader
from halo.tables import Table
from halo.tables.sources import Actions, Changes, Details, Snapshot, Source, Surveys, Windows

Reader = SnapshotReader | WindowsReader | ChangesReader | ActionsReader | DetailsReader
"""What reads one source: `fresh` what is new, `history` what is old, from safe point to safe point.

`left` is what remains of history, and `urgent` says that it is read to its end, however long that
takes. `rows` makes the rows of each table. `slice` never tells more than what was yielded.
"""


@dataclass(eq=False)
class Opened:
    """A source of this sync: its name, what reads it, and after which other it does.

    `required` says that the sync fails with it, `skipped` that it could not be read.
    """

    name: str
    reader: Reader
    api: HaloApi
    after: str
    required: bool
    skipped: bool = False


def opened(
    settings: Settings, connection: Connection, store: Store, registry: Sequence[Table]
) -> Iterator[Opened]:
    """The sources of the wanted tables, in the registry's order. Raises StateError."""
    names = {table.source: table.name for table in reversed(registry)}
    wanted = [table for table in registry if table.name not in settings.excluded_tables]
    parents: dict[Source, ChangesReader] = {}
    rated: dict[Source, DetailsReader] = {}
    for source in dict.fromkeys(table.source for table in wanted):
        tables = [table for table in wanted if table.source is source]
        name, api = names[source], HaloApi(connection)
        reader = _reader(
            source,
            tables,
            api,
            name=name,
            store=store,
            settings=settings,
            parents=parents,
            rated=rated,
        )
        if store.tables and not store.tables.issuperset(table.name for table in tables):
            reader.wanted_again()
        after = names[source.parent] if source.parent else ""
        yield Opened(name, reader, api, after, any(table.required for table in tables))


def _reader(
    source: Source,
    tables: Sequence[Table],
    api: HaloApi,
    *,
    name: str,
    store: Store,
    settings: Settings,
    parents: dict[Source, ChangesReader],
    rated: dict[Source, DetailsReader],
) -> Reader:
    """What reads a source. One that hangs on another follows that."""
    match source:
        case Surveys() if source.rates in rated:
            answers = store.opened(name, SurveysSlice)
            return SurveysReader(source, tables, api, answers, rated[source.rates])
        case Snapshot():
            return SnapshotReader(source, tables, api, store.opened(name, SnapshotSlice))
        case Windows():
            return WindowsReader(source, tables[0], api, store.opened(name, WindowsSlice))
        case Changes():
            its = store.opened(name, ChangesSlice)
            parents[source] = ChangesReader(source, tables[0], api, settings, its)
            return parents[source]
        case Actions():
            parent, own = parents[source.parent], store.opened(name, ActionsSlice)
            child: ActionsReader | DetailsReader = ActionsReader(
                source, tables, api, settings=settings, slice_=own, tickets=parent.slice
            )
        case Details():
            parent, mine = parents[source.parent], store.opened(name, DetailsSlice)
            child = DetailsReader(
                source, tables, api, settings=settings, slice_=mine, tickets=parent.slice
            )
            if child.rates:
                rated[source] = child
        case _:
            assert_never(source)
    parent.followers.append(child)
    return child
