"""How many requests a large desk takes, beside the fewest that Halo's API allows.

`python -m tests.large` prints the table at full size; `--write` puts it into benchmarks/results.md.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import requests

from halo.sync.operations import Checkpoint, Delete, Upsert, Warn
from halo.sync.runner import Sync
from halo.tables import REGISTRY
from halo.tables.details import DETAILS
from halo.tables.tickets import ACTIONS, TICKETS
from tests.large_desk import ACTIONS as ACTIONS_EACH
from tests.large_desk import CAP, LargeDesk
from tests.large_desk import TICKETS as ALL_TICKETS
from tests.world import InProcess, Time, world

RESULTS = Path(__file__).parent.parent / "benchmarks" / "results.md"
HEADING = "## A large desk"

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


# --- the figures

OLD = "ticket action time_entry ticket_satisfaction user agent team client site status priority"
OLD += " category ticket_type sla outcome field_info"
SIXTEEN = ",".join(sorted(KEYS.keys() - set(OLD.split())))
"""What is excluded where only the sixteen tables are wanted that there were at first."""


@dataclass(frozen=True)
class Figure:
    """What a scenario took, beside the fewest requests that the API allows."""

    scenario: str
    requests: int
    floor: int

    @property
    def ratio(self) -> float:
        """How many times the floor it took."""
        return self.requests / self.floor

    def line(self) -> str:
        """Its line in the table."""
        return f"| {self.scenario} | {self.requests:,} | {self.floor:,} | {self.ratio:.2f} |"


def pages(rows: int, size: int) -> int:
    """How many pages so many rows take."""
    return ceil(rows / size)


def loaded(outcomes: Sequence[Outcome], desk: LargeDesk) -> Figure:
    """A first load: pages of tickets, a request a day, and one a list."""
    took = sum(outcome.requests for outcome in outcomes)
    floor = pages(desk.tickets, desk.size) + max(desk.open_days, desk.actions // CAP) + LISTS
    return Figure("first load, without details", took, floor)


def rest(connection: Connected) -> None:
    """An hour in which nothing changed."""
    connection.time.pass_by(hours=1)
    connection.sync()


def hour(connection: Connected, tickets: int, lists: int) -> tuple[Figure, Outcome]:
    """An hour in which so many tickets changed, three in ten were closed, each with 3 actions."""
    connection.time.pass_by(hours=1)
    connection.desk.change(tickets, closed=3 * tickets // 10, actions=3 * tickets)
    outcome = connection.sync()
    asks = connection.configuration["ticket_details"]
    details = tickets if asks == "changed" else 0
    floor = lists + pages(tickets, 100) + pages(3 * tickets, CAP) + details
    name = f"an hour with {tickets:,} changed tickets, details {asks}"
    return Figure(name, outcome.requests, floor), outcome


def quiet(connection: Connected, excluded: str = "") -> tuple[Figure, Outcome]:
    """An hour in which nothing changed, after one that was quiet too."""
    rest(connection)
    connection.time.pass_by(hours=1)
    before, state = dict(connection.configuration), connection.state
    connection.configuration["excluded_tables"] = excluded
    outcome = connection.sync()
    connection.configuration, connection.state = before, state  # As if it had not been.
    mine = sum(outcome.asked[path] for path in ("/tickets", "/actions"))
    name = "nothing changed, sixteen tables" if excluded else "nothing changed, every table"
    return Figure(name, outcome.requests, outcome.requests - mine + 2), outcome


def five_minutes(connection: Connected, lists: int) -> tuple[Figure, Outcome]:
    """Five minutes in which 20 tickets changed, after a quiet hour."""
    rest(connection)
    connection.time.pass_by(minutes=5)
    connection.desk.change(20, closed=6, actions=20, seconds=300)
    outcome = connection.sync()
    asks = connection.configuration["ticket_details"]
    floor = lists + 2 + (20 if asks == "changed" else 0)
    return Figure(f"5 minutes with 20 changes, details {asks}", outcome.requests, floor), outcome


def figures(connection: Connected) -> Iterator[Figure]:
    """What a loaded desk's syncs take, scenario by scenario."""
    figure, calm = quiet(connection)
    yield figure
    yield quiet(connection, SIXTEEN)[0]
    lists = calm.requests - calm.asked["/tickets"] - calm.asked["/actions"]
    for details in ("none", "changed"):
        connection.configuration["ticket_details"] = details
        yield five_minutes(connection, lists)[0]
        yield hour(connection, 2000, lists)[0]
    yield hour(connection, 2500, lists)[0]
    connection.configuration["ticket_details"] = "none"
    yield hour(connection, min(20_000, connection.desk.tickets // 4), lists)[0]
    assert connection.is_whole


def honours_nothing(scale: float) -> Figure:
    """The first load of a tenant that honours no date, order or filter; a request a ticket."""
    connection = connected(scale, honours=False, ticket_details="none", history_minutes="1440")
    outcomes = first_load(connection)
    assert connection.is_whole
    desk = connection.desk
    took = sum(outcome.requests for outcome in outcomes)
    floor = pages(desk.tickets, desk.size) + desk.tickets + LISTS
    name = f"first load of {desk.tickets:,} tickets where nothing is honoured, pages of {desk.size}"
    return Figure(name, took, floor)


def report(scale: float = 1) -> list[str]:
    """The tables, as Markdown."""
    connection = connected(scale, ticket_details="none")
    outcomes = first_load(connection)
    desk = connection.desk
    found = [loaded(outcomes, desk), *figures(connection), honours_nothing(scale / 10)]
    before, complete = 0, dict[str, int]()
    for outcome in outcomes:
        complete |= {name: before + at for name, at in outcome.complete.items()}
        before += outcome.requests
    return [
        f"A desk of {desk.tickets:,} tickets over {desk.days / 365.25:.2g} years, "
        f"{ALL_TICKETS * scale * 0.8:,.0f} of them closed, {desk.rated():,} rated, with "
        f"{ACTIONS_EACH * desk.tickets:,} actions; {BUDGET} requests in 5 minutes; the floor is "
        "the least that Halo's API allows: a page of each list, and what no list carries.",
        "",
        "| | requests | floor | ratio |",
        "|---|---:|---:|---:|",
        *(figure.line() for figure in found),
        "",
        "In the first load a table is complete after so many requests: "
        + ", ".join(f"`{name}` {at:,}" for name, at in sorted(complete.items(), key=_second))
        + ".",
    ]


def _second(item: tuple[str, int]) -> tuple[int, str]:
    return item[1], item[0]


def main() -> None:
    """Prints the tables, and with --write puts them into the benchmark's results."""
    lines = report(0.1 if "--tenth" in sys.argv else 1)
    print("\n".join(lines))
    if "--write" in sys.argv:
        written = RESULTS.read_text("utf-8")
        before, _, rest = written.partition(f"{HEADING}\n")
        after = rest[rest.index("\n## ") + 1 :]
        RESULTS.write_text("\n".join([before + HEADING, "", *lines, "", after]), "utf-8")


if __name__ == "__main__":
    main()
