"""How many requests a large desk takes, beside the fewest that Halo's API allows.

`python -m tests.large` prints the table at full size; `--write` puts it into benchmarks/results.md.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests

from halo.sync.operations import Checkpoint, Delete, Upsert, Warn
from halo.sync.runner import Sync
from halo.tables import REGISTRY
from halo.tables.details import DETAILS
from halo.tables.tickets import ACTIONS, TICKETS
from tests.large_desk import LargeDesk
from tests.world import InProcess, Time, world

BUDGET = 240
"""Requests in 5 minutes: the setting's default."""

KEYS = {table.name: table.key for table in REGISTRY}
LISTS = len({t.source for t in REGISTRY if t.source not in (TICKETS, ACTIONS, DETAILS)})
"""Lists beside tickets, a page each; a token is one more request."""


@dataclass
class Outcome:
    """What one sync took and brought."""

    requests: int = 0
    seconds: float = 0
    sent: Counter[str] = field(default_factory=Counter)
    deleted: int = 0
    complete: dict[str, int] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    # What was asked until then and what was in the warehouse, at each checkpoint.
    checkpoints: list[tuple[Counter[str], Counter[str]]] = field(default_factory=list)


class Connected:
    """A large desk and a warehouse that keeps the keys of rows; syncs run in simulated time."""

    def __init__(self, desk: LargeDesk, time: Time, configuration: dict[str, str]) -> None:
        self.desk, self.time = desk, time
        self.configuration = {"requests_per_5_minutes": str(BUDGET)} | configuration
        self.held: dict[str, set[Any]] = {name: set() for name in KEYS}
        self.state: dict[str, Any] = {}
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", InProcess(desk))

    def sync(self) -> Outcome:
        """One sync."""
        with world(0, http=False) as w:
            w.time, w.session = self.time, lambda: self._session
            w.configuration |= self.configuration
            outcome, before = Outcome(), self.desk.requests.copy()
            connection, clock = w.connection(outcome.log.append), self.time.clock()
            began = clock.now()
            sync = Sync(w.settings(), connection, self.state, clock, outcome.log.append)
            for operation in sync.operations():
                self._take(operation, outcome, connection.requests, before)
            outcome.requests, outcome.seconds = connection.requests, clock.now() - began
            outcome.asked = self.desk.requests - before
        return outcome

    def _take(
        self,
        operation: Upsert | Delete | Warn | Checkpoint,
        outcome: Outcome,
        requests_: int,
        before: Counter[str],
    ) -> None:
        match operation:
            case Upsert(table, rows):
                self.held[table].update(_key(table, row) for row in rows)
                outcome.sent[table] += len(rows)
                outcome.complete[table] = requests_
            case Delete(table, keys):
                self.held[table].difference_update(_key(table, row) for row in keys)
                outcome.deleted += len(keys)
            case Warn(sentence):
                outcome.warnings.append(sentence)
            case Checkpoint(state):
                self.state = json.loads(json.dumps(state))
                held = Counter({name: len(keys) for name, keys in self.held.items()})
                outcome.checkpoints.append((self.desk.requests - before, held))

    @property
    def is_whole(self) -> bool:
        """Whether the warehouse has every ticket, action and rating."""
        desk, held = self.desk, self.held
        there = desk.tickets, desk.actions, desk.rated()
        return there == tuple(len(held[n]) for n in ("ticket", "action", "ticket_satisfaction"))


def _key(table: str, row: Any) -> Any:
    """A key in as little memory as may be."""
    key = tuple(row[name] for name in KEYS[table])
    return key[0] * 1000 + key[1] if table in ("action", "time_entry") else key


def connected(scale: float, *, honours: bool = True, **configuration: str) -> Connected:
    """A desk of a share of the full size, not synced yet."""
    time = Time()
    return Connected(LargeDesk(time, scale, honours=honours), time, configuration)


def first_load(connection: Connected, most: int = 100) -> list[Outcome]:
    """Hourly syncs until everything is in."""
    outcomes: list[Outcome] = []
    while not connection.is_whole and len(outcomes) < most:
        if outcomes:
            connection.time.pass_by(seconds=max(0, 3600 - outcomes[-1].seconds))
        outcomes.append(connection.sync())
    return outcomes
