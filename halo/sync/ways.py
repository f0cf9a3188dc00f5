"""Gives each wanted table its way to sync, with its slice of the state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from halo.api.connection import HaloApi
from halo.settings import Settings
from halo.state import store as state
from halo.sync.actions import Actions
from halo.sync.changes import Changes
from halo.sync.operations import Operation
from halo.sync.progress import Left
from halo.sync.rows import TableRows
from halo.sync.satisfaction import Satisfaction
from halo.sync.snapshot import Snapshot
from halo.sync.windows import Windows
from halo.tables import Table, Way


class WayToSync(Protocol):
    """One table's way to sync; its state never tells more than what was yielded."""

    rows: TableRows

    def fresh(self) -> Iterator[Operation]:
        """Brings in what is new."""

    def history(self) -> Iterator[Operation]:
        """Brings in what is old, from safe point to safe point."""

    def left(self) -> Left:
        """What is still to be read of its history."""

    def dump(self) -> dict[str, object]:
        """The slice of the state."""


def ways_to_sync(
    settings: Settings,
    apis: Mapping[str, HaloApi],
    slices: Mapping[str, Mapping[str, object]],
    registry: Sequence[Table],
) -> dict[str, WayToSync]:
    """The ways by table, in the registry's order. Raises StateError where a slice is damaged."""
    wanted = [table for table in registry if table.name not in settings.excluded_tables]
    by_way = {table.way: table for table in wanted}
    ways: dict[str, WayToSync] = {}
    followers: list[Actions | Satisfaction] = []
    actions = None
    for table in wanted:
        with _slice_of(table, slices) as slice_:
            if table.way is Way.ACTIONS:
                actions = ways[table.name] = Actions(table, apis[table.name], slice_)
                followers.append(actions)
            elif table.way is Way.SATISFACTION:
                ways[table.name] = satisfaction = Satisfaction(table, apis[table.name], slice_)
                followers.append(satisfaction)
            elif table.way is Way.SNAPSHOT:
                ways[table.name] = Snapshot(table, apis[table.name], slice_)
    table = by_way[Way.CHANGES]
    with _slice_of(table, slices) as slice_:
        tickets = Changes(table, apis[table.name], settings, slice_, followers)
        ways[table.name] = tickets
    if actions is not None:
        actions.oldest_ticket = lambda: tickets.oldest if tickets.loaded else None
    if Way.WINDOWS in by_way:
        table = by_way[Way.WINDOWS]
        with _slice_of(table, slices) as slice_:
            ways[table.name] = Windows(table, apis[table.name], settings, slice_, tickets, actions)
    for follower in followers:
        slice_ = slices.get(follower.rows.table.name, {"left_out": True})
        if slice_.get("left_out"):
            follower.queues.later = tickets.ids.copy()
    return {table.name: ways[table.name] for table in wanted}


@contextmanager
def _slice_of(
    table: Table, slices: Mapping[str, Mapping[str, object]]
) -> Iterator[Mapping[str, object]]:
    """The table's slice; what goes wrong while it is read is damage."""
    try:
        yield slices.get(table.name, {})
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise state.damaged(table.name) from None
