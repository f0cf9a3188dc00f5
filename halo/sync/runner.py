"""Walks the registry: what is new for every table first, then history until the time is up."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from halo.api.budget import RATE_WINDOW
from halo.api.clock import Clock
from halo.api.connection import Connection, HaloApi
from halo.api.requests import Log
from halo.errors import TableError
from halo.settings import Settings
from halo.state import store as states
from halo.sync.changes import Changes
from halo.sync.operations import Checkpoint, Delete, Operation, SafePoint, Upsert, Warn
from halo.sync.progress import Progress
from halo.sync.ways import ways_to_sync
from halo.tables import REGISTRY, Table

CHECKPOINT_EVERY = 60.0
"""Seconds: Fivetran asks for no more than one checkpoint a minute."""


Emitted = Upsert | Delete | Warn | Checkpoint


@dataclass
class Tally:
    """What one table cost and gave in this sync."""

    sent: int = 0
    deleted: int = 0
    skipped: str = ""


class Sync:
    """One sync of one tenant. `operations` is walked once."""

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        state: Mapping[str, object],
        clock: Clock,
        log: Log,
        registry: Sequence[Table] = REGISTRY,
    ) -> None:
        self._settings = settings
        self._connection = connection
        self._clock = clock
        self._log = log
        self._slices = states.opened(state)
        self._apis = {table.name: HaloApi(connection) for table in registry}
        self._ways = ways_to_sync(settings, self._apis, self._slices, registry)
        self._tallies = {name: Tally() for name in self._ways}
        self._began = self._checkpointed = clock.now()
        self._progress = Progress(clock.now())

    def operations(self) -> Iterator[Emitted]:
        """What the warehouse is to do, in order. Raises HaloError where nothing can be read."""
        for name, way in self._ways.items():
            yield from self._phase(name, way.fresh())
        yield self._checkpoint()
        yield from self._history()
        for name, way in self._ways.items():
            yield from way.rows.warnings()
        if self._connection.tokens.rotated:
            yield Warn(
                "Halo replaced the refresh token, and a connector has nowhere safe to keep the new "
                "one: the next sync cannot sign in; use grant_type client_credentials, or let Halo "
                "keep refresh tokens valid."
            )
        yield self._checkpoint()
        self._summarise()

    def _history(self) -> Iterator[Emitted]:
        """That of tickets first, its first load to the end; then the others take turns."""
        ends = self._clock.now() + 60 * self._settings.history_minutes
        turns = {name: way.history() for name, way in self._ways.items()}
        tickets = turns.pop("ticket")
        while not self._loaded or self._clock.now() < ends:
            if not (yield from self._turn("ticket", tickets)):
                break
        else:
            turns["ticket"] = tickets
        while turns and self._clock.now() < ends:
            for name in list(turns):
                if self._tallies[name].skipped or not (yield from self._turn(name, turns[name])):
                    del turns[name]
        for name in turns:
            self._log(f"history_minutes is up; the next sync goes on with {self._line(name)}")

    @property
    def _loaded(self) -> bool:
        tickets = self._ways["ticket"]
        return isinstance(tickets, Changes) and tickets.loaded

    def _phase(self, name: str, operations: Iterator[Operation]) -> Iterator[Emitted]:
        while (yield from self._turn(name, operations)):
            pass

    def _turn(self, name: str, operations: Iterator[Operation]) -> Generator[Emitted, None, bool]:
        """Takes one table to its next safe point; whether it has more to do."""
        tally = self._tallies[name]
        while True:
            try:
                operation = next(operations, None)
            except TableError as error:
                if name == "ticket":
                    raise
                tally.skipped = str(error)
                yield Warn(f"{name} was not synced: {error}")
                return False
            if operation is None:
                return False
            if isinstance(operation, SafePoint):
                self._tell_progress(name)
                if self._clock.now() - self._checkpointed >= CHECKPOINT_EVERY:
                    yield self._checkpoint()
                return True
            if not isinstance(operation, Warn):
                target = self._tallies.get(operation.table)
                if target is None:
                    continue
                if isinstance(operation, Upsert):
                    target.sent += len(operation.rows)
                else:
                    target.deleted += len(operation.keys)
            yield operation

    def _tell_progress(self, name: str) -> None:
        now = self._clock.now()
        self._progress.minutes(name, self._ways[name].left(), now)
        if self._progress.is_due(now):
            self._log(self._line(name))

    def _line(self, name: str) -> str:
        now, requests = self._clock.now(), self._connection.requests
        rows = sum(way.rows.read for way in self._ways.values())
        windows = max(1.0, (now - self._began) / RATE_WINDOW)
        budget = requests / (self._settings.requests_per_5_minutes * windows)
        return self._progress.line(name, self._ways[name].left(), now, rows, requests, budget)

    def _checkpoint(self) -> Checkpoint:
        self._checkpointed = self._clock.now()
        self._slices |= {name: way.dump() for name, way in self._ways.items()}
        for name in self._settings.excluded_tables & self._slices.keys():
            self._slices[name] = {**self._slices[name], "left_out": True}
        return Checkpoint(states.closed(self._slices))

    def _summarise(self) -> None:
        lines = [f"{'table':<20}{'read':>9}{'sent':>9}{'deleted':>9}{'requests':>10}"]
        for name, tally in self._tallies.items():
            lines.append(
                f"{name:<20}{self._ways[name].rows.read:>9,}{tally.sent:>9,}{tally.deleted:>9,}"
                f"{self._apis[name].requests:>10,}" + ("  not synced" if tally.skipped else "")
            )
        for line in lines:
            self._log(line)
