"""Runs the sources: what is new of every one first, then history until the time is up."""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from math import inf
from zlib import crc32

from halo.api.budget import RATE_WINDOW
from halo.api.clock import Clock
from halo.api.connection import Connection
from halo.api.requests import IN_FLIGHT, Log
from halo.errors import TableError
from halo.settings import Settings
from halo.state.store import Store
from halo.sync.moments import is_due
from halo.sync.operations import Checkpoint, Delete, Operation, SafePoint, Upsert, Warn
from halo.sync.progress import Progress
from halo.sync.source import Opened, opened
from halo.tables import REGISTRY, Table

CHECKPOINT_EVERY = 60.0
"""Seconds: Fivetran asks for no more than one checkpoint a minute."""

SHOWN_EVERY = timedelta(days=1)
"""How often the same warning is shown in the dashboard."""

Emitted = Upsert | Delete | Warn | Checkpoint
Turns = dict[Opened, Iterator[Operation]]


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
        connection.silent.update(self._store.silent)
        self._sources = list(opened(settings, connection, self._store, registry))
        self._rows = {n: rows for one in self._sources for n, rows in one.reader.rows.items()}
        self._began = self._checkpointed = clock.now()
        self._progress = Progress(self._began)
        self._state: dict[str, object] = {}
        self._is_saved = False

    def operations(self) -> Iterator[Emitted]:
        """What the warehouse is to do, in order. Raises HaloError where nothing can be read."""
        for operation in self._operations():
            yield self._marked(operation) if isinstance(operation, Warn) else operation

    def _marked(self, warning: Warn) -> Warn:
        """The warning, marked where the same one, but for its numbers, was told within a day."""
        now, words = self._connection.date, re.sub(r"[0-9]+", "", warning.sentence)
        mark, told = f"{crc32(words.encode()):x}", self._store.told
        if now is None:
            return warning
        if mark in told and not is_due(told[mark], now, SHOWN_EVERY):
            return replace(warning, again=True)
        recent = {m: at for m, at in told.items() if not is_due(at, now, SHOWN_EVERY)}
        self._store.told = recent | {mark: now}
        return warning

    def _operations(self) -> Iterator[Emitted]:
        yield from self._take_turns({source: source.reader.fresh() for source in self._sources})
        yield from self._checkpoint()
        turns = {s: s.reader.history() for s in self._sources if not s.skipped}
        ends = self._clock.now() + 60 * self._settings.history_minutes
        yield from self._take_turns(turns, ends)
        for source in turns:
            if source.reader.left().count:
                self._log(f"history_minutes is up; the next sync goes on with {self._line(source)}")
        for rows in self._rows.values():
            yield from rows.warnings()
        if self._connection.tokens.rotated:
            yield Warn(
                "Halo replaced the refresh token, and a connector has nowhere safe to keep the new "
                "one: the next sync cannot sign in; use grant_type client_credentials, or let Halo "
                "keep refresh tokens valid."
            )
        yield from self._checkpoint()
        self._summarise()

    def _take_turns(self, turns: Turns, until: float = inf) -> Iterator[Emitted]:
        """Runs a few sources at a time, each once that on which it hangs is done.

        When time is up, only what is urgent goes on; what is not done is left in `turns`.
        """
        while True:
            names, is_up = {source.name for source in turns}, self._clock.now() >= until
            going = [s for s in turns if s.after not in names and (s.reader.urgent or not is_up)]
            if not going:
                return
            for source in going[:IN_FLIGHT]:
                if not (yield from self._turn(source, turns[source])):
                    del turns[source]

    def _turn(
        self, source: Opened, operations: Iterator[Operation]
    ) -> Generator[Emitted, None, bool]:
        """Takes one source to its next safe point; whether it has more to do."""
        self._connection.transport.doing = source.reader.left().of(source.name)
        try:
            for operation in operations:
                if isinstance(operation, SafePoint):
                    yield from self._at_safe_point(source)
                    return True
                match operation:
                    case Upsert(table, rows):
                        self._rows[table].sending(rows)
                    case Delete(table, keys):
                        self._rows[table].deleted += len(keys)
                self._is_saved = False
                yield operation
        except TableError as error:
            if source.required:
                raise
            source.skipped = True
            name, *others = source.reader.rows
            nor = f" Nor was {', '.join(others)}." if others else ""
            yield Warn(f"{name} was not synced: {error}{nor}")
        return False

    def _at_safe_point(self, source: Opened) -> Iterator[Emitted]:
        now = self._clock.now()
        self._progress.minutes(source.name, source.reader.left(), now)
        if self._progress.is_due(now):
            self._log(self._line(source))
        if now - self._checkpointed >= CHECKPOINT_EVERY:
            yield from self._checkpoint()

    def _line(self, source: Opened) -> str:
        now, requests = self._clock.now(), self._connection.requests
        read = sum(rows.read for rows in self._rows.values())
        # A window that has begun may hold as many requests as one that is over.
        windows = 1 + (now - self._began) // RATE_WINDOW
        budget = requests / (self._settings.requests_per_5_minutes * windows)
        return self._progress.line(
            source.name, source.reader.left(), now, rows=read, requests=requests, budget=budget
        )

    def _checkpoint(self) -> Iterator[Checkpoint]:
        """A checkpoint, but never two of the same state with nothing in between."""
        self._checkpointed = self._clock.now()
        slices = {source.name: source.reader.slice for source in self._sources}
        state = self._store.closed(slices, self._rows, self._connection.silent)
        if state != self._state or not self._is_saved:
            self._state, self._is_saved = state, True
            yield Checkpoint(state)

    def _summarise(self) -> None:
        self._log(f"{'table':<20}{'read':>9}{'sent':>9}{'deleted':>9}{'requests':>10}")
        for source in self._sources:
            requests = source.api.requests
            for name, rows in source.reader.rows.items():
                counts = f"{rows.read:>9,}{rows.sent:>9,}{rows.deleted:>9,}{requests:>10,}"
                self._log(f"{name:<20}{counts}" + ("  not synced" if source.skipped else ""))
                requests = 0  # Tables of one source share its requests: said once.
