"""Runs the sources: what is new of every one first, then history until the time is up."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from halo.api.budget import RATE_WINDOW
from halo.api.clock import Clock
from halo.api.connection import Connection
from halo.api.requests import IN_FLIGHT, Log
from halo.errors import TableError
from halo.settings import Settings
from halo.state.store import Store
from halo.sync.operations import Checkpoint, Delete, Operation, SafePoint, Upsert, Warn
from halo.sync.progress import Progress
from halo.sync.source import Opened, opened
from halo.tables import REGISTRY, Table

CHECKPOINT_EVERY = 60.0
"""Seconds: Fivetran asks for no more than one checkpoint a minute."""

Emitted = Upsert | Delete | Warn | Checkpoint


@dataclass
class Tally:
    """What one table gave in this sync."""

    sent: int = 0
    deleted: int = 0


class Sync:
    """One sync of one tenant. `operations` is walked once."""

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        state: Mapping[str, object],
        clock: Clock,
        log: Log,
        *,
        registry: Sequence[Table] = REGISTRY,
    ) -> None:
        self._settings = settings
        self._connection = connection
        self._clock = clock
        self._log = log
        self._store = Store(state)
        self._sources = opened(settings, connection, self._store, registry)
        self._tallies = {name: Tally() for source in self._sources for name in source.reader.rows}
        self._skipped: set[str] = set()
        self._began = self._checkpointed = clock.now()
        self._progress = Progress(clock.now())
        self._state: dict[str, object] = {}
        self._is_new = True

    def operations(self) -> Iterator[Emitted]:
        """What the warehouse is to do, in order. Raises HaloError where nothing can be read."""
        yield from self._fresh()
        yield from self._checkpoint()
        yield from self._history()
        for source in self._sources:
            for rows in source.reader.rows.values():
                yield from rows.warnings()
        if self._connection.tokens.rotated:
            yield Warn(
                "Halo replaced the refresh token, and a connector has nowhere safe to keep the new "
                "one: the next sync cannot sign in; use grant_type client_credentials, or let Halo "
                "keep refresh tokens valid."
            )
        yield from self._checkpoint()
        self._summarise()

    def _fresh(self) -> Iterator[Emitted]:
        """What is new: a few sources take turns, each begins once that before it is done."""
        waiting, running = list(self._sources), dict[str, Iterator[Operation]]()
        names = {source.name: source for source in self._sources}
        while waiting or running:
            for source in list(waiting):
                unfinished = {*running, *(other.name for other in waiting)}
                if len(running) < IN_FLIGHT and source.after not in unfinished:
                    waiting.remove(source)
                    running[source.name] = source.reader.fresh()
            for name in list(running):
                if not (yield from self._turn(names[name], running[name])):
                    del running[name]

    def _history(self) -> Iterator[Emitted]:
        """What others hang on first, what is urgent to its end; then the others take turns."""
        ends = self._clock.now() + 60 * self._settings.history_minutes
        first = [source for source in self._sources if not source.after]
        others = [source for source in self._sources if source.after]
        for stage in (first, others):
            turns = {source.name: (source, source.reader.history()) for source in stage}
            while turns:
                is_up = self._clock.now() >= ends
                going = [turn for turn in turns.values() if turn[0].reader.urgent or not is_up]
                if not going:
                    break
                for source, operations in going:
                    is_skipped = source.name in self._skipped
                    if is_skipped or not (yield from self._turn(source, operations)):
                        del turns[source.name]
            for source, _ in turns.values():
                if source.reader.left().count:
                    line = self._line(source)
                    self._log(f"history_minutes is up; the next sync goes on with {line}")

    def _turn(
        self, source: Opened, operations: Iterator[Operation]
    ) -> Generator[Emitted, None, bool]:
        """Takes one source to its next safe point; whether it has more to do."""
        while True:
            try:
                operation = next(operations, None)
            except TableError as error:
                if source.required:
                    raise
                self._skipped.add(source.name)
                yield Warn(f"{' and '.join(source.reader.rows)} was not synced: {error}")
                return False
            if operation is None:
                return False
            if isinstance(operation, SafePoint):
                yield from self._at_safe_point(source)
                return True
            self._is_new = True
            match operation:
                case Upsert(table, rows):
                    self._tallies[table].sent += len(rows)
                case Delete(table, keys):
                    self._tallies[table].deleted += len(keys)
            yield operation

    def _at_safe_point(self, source: Opened) -> Iterator[Emitted]:
        now = self._clock.now()
        self._progress.minutes(source.name, source.reader.left(), now)
        if self._progress.is_due(now):
            self._log(self._line(source))
        if now - self._checkpointed >= CHECKPOINT_EVERY:
            yield from self._checkpoint()

    def _line(self, source: Opened) -> str:
        now, requests = self._clock.now(), self._connection.requests
        read = sum(rows.read for one in self._sources for rows in one.reader.rows.values())
        windows = max(1.0, (now - self._began) / RATE_WINDOW)
        budget = requests / (self._settings.requests_per_5_minutes * windows)
        return self._progress.line(
            source.name, source.reader.left(), now, rows=read, requests=requests, budget=budget
        )

    def _checkpoint(self) -> Iterator[Checkpoint]:
        """A checkpoint, but never two of the same state with nothing between them."""
        self._checkpointed = self._clock.now()
        slices = {source.name: source.reader.slice for source in self._sources}
        state = self._store.closed(slices, self._tallies)
        if self._is_new or state != self._state:
            self._state, self._is_new = state, False
            yield Checkpoint(state)

    def _summarise(self) -> None:
        lines = [f"{'table':<20}{'read':>9}{'sent':>9}{'deleted':>9}{'requests':>10}"]
        for source in self._sources:
            requests = source.api.requests
            for name, rows in source.reader.rows.items():
                tally = self._tallies[name]
                lines.append(
                    f"{name:<20}{rows.read:>9,}{tally.sent:>9,}{tally.deleted:>9,}{requests:>10,}"
                    + ("  not synced" if source.name in self._skipped else "")
                )
                requests = 0  # Tables of one source share its requests: said once.
        for line in lines:
            self._log(line)
