"""Memory and state stay small, however large the tenant is."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import requests
from halo.api.idset import IdSet
from halo.state.counters import LARGEST, Counters
from halo.sync.ways import WayToSync, ways_to_sync

from halo.api.clock import Clock
from halo.api.connection import HaloApi
from halo.api.walk import Walk
from halo.state.ledger import Ledger
from halo.state.store import closed, opened
from halo.sync.operations import Checkpoint
from halo.sync.runner import Sync
from halo.tables import REGISTRY
from tests.world import InProcess, Time, World, world

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOT = Path(__file__).parent.parent
MEGABYTE = 1_000_000

TICKETS, USERS = 1_000_000, 100_000


# --- a first load, in a process of its own


class EndlessTenant:
    """Halo as a WSGI application: so many tickets, each page made as it is asked for.

    One id in twenty is missing.
    """

    def __init__(self, tickets: int) -> None:
        self._tickets = tickets
        self._now = datetime(2026, 6, 15, tzinfo=UTC)
        self.requests = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.requests += 1
        self._now += timedelta(seconds=1)
        asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        headers = [("Date", format_datetime(self._now, usegmt=True))]
        start_response("200 OK", headers)
        return [json.dumps(self._answer(environ["PATH_INFO"], asked)).encode()]

    def _answer(self, path: str, asked: dict[str, str]) -> Any:
        if path.endswith("/token"):
            return {"access_token": "open sesame", "expires_in": 10**9}
        if path.endswith("/authinfo"):
            return {}
        if not path.endswith("/Tickets") or "lastupdatefromdate" in asked:
            return []
        before, size = 100 * (int(asked["page_no"]) - 1), 100
        numbers = range(before + 1, min(before + size, self._tickets) + 1)
        if asked["orderdesc"] == "true":
            numbers = range(self._tickets - before, max(self._tickets - before - size, 0), -1)
        return {"record_count": self._tickets, "tickets": [self._ticket(n) for n in numbers]}

    def _ticket(self, number: int) -> dict[str, object]:
        moment = (datetime(2020, 1, 1) + timedelta(minutes=number)).isoformat()
        return {
            "id": number + number // 19,
            "summary": f"Ticket {number}",
            "details": f"{number:05d} " * 10,
            "status_id": number % 9,
            "dateoccurred": moment,
            "last_update": moment,
            "hasbeenclosed": number % 3 == 0,
        }


class Counting(Time):
    """The time of a clock that is given."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def clock(self) -> Clock:
        return self._clock


def load(tickets: int) -> dict[str, int]:
    """A first load of so many tickets: what came, and the process's largest size in bytes."""
    app, seconds = EndlessTenant(tickets), [0.0]

    def now() -> float:
        return seconds[0] + app.requests * 2.0

    def sleep(pause: float) -> None:
        seconds[0] += pause

    session = requests.Session()
    session.trust_env = False
    session.mount("http://", InProcess(app))
    clock = Clock(now, sleep, lambda: 0.5)
    with world(0, http=False) as w:
        w.session = lambda: session
        w.configuration["history_minutes"] = "0"
        w.time = Counting(clock)
        connection = w.connection()
        rows = checkpoints = 0
        state = 0
        for operation in Sync(w.settings(), connection, {}, clock, lambda _: None).operations():
            rows += len(getattr(operation, "rows", ()))
            if isinstance(operation, Checkpoint):
                checkpoints += 1
                state = max(state, len(json.dumps(operation.state)))
    came = {"rows": rows, "checkpoints": checkpoints, "requests": connection.requests}
    return came | {"state": state, "peak": peak()}


def peak() -> int:
    """The largest size of this process in bytes.

    On Linux `ru_maxrss` also counts what the parent's size was when this process was begun.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def load_in_a_process(tickets: int) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.test_memory", str(tickets)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return {str(name): int(number) for name, number in json.loads(done.stdout).items()}


def test_memory_does_not_grow_with_the_tenant() -> None:
    small, large = load_in_a_process(20_000), load_in_a_process(200_000)
    print(small, large)
    assert (small["rows"], large["rows"]) == (20_000, 200_000)
    assert large["checkpoints"] > 10
    assert large["requests"] <= 2000 * 1.02  # A page has 100 rows.
    assert large["peak"] - small["peak"] <= 40 * MEGABYTE


# --- the state of a large tenant


def with_holes(count: int, holes: float, seed: int) -> list[int]:
    chance = random.Random(seed)
    return [number for number in range(1, count + 1) if chance.random() >= holes]


def large_state(ids: IdSet, still_to_read: IdSet, *, walking: bool) -> dict[str, object]:
    """The state of a tenant with so many tickets, in the words of the ways to sync."""
    chance = random.Random(1)
    awaited = Counters()
    for number in still_to_read:
        awaited.put(number, chance.randint(1, LARGEST))
    largest, timed = Counters(), Counters()
    for number in ids:
        if number not in still_to_read:
            actions = chance.randint(1, 30)
            largest.put(number, actions)
            timed.put(number, 1 + sum(chance.random() < 0.1 for _ in range(actions)) % 3)
    moment = datetime(2026, 6, 15, tzinfo=UTC).isoformat()
    users = Ledger({n: chance.getrandbits(32) for n in with_holes(USERS, 0.05, 2)})
    ticket: dict[str, object] = {"ids": ids.dump(), "cursor": moment, "walked": moment}
    if walking:
        walk = Walk(datetime.fromisoformat(moment), len(ids), 100, TICKETS)
        walk.seen = still_to_read
        ticket["walk"] = walk.dump()
    slices: dict[str, dict[str, object]] = {
        "ticket": ticket,
        "action": {
            "later": still_to_read.dump(),
            "largest": largest.dump(),
            "timed": timed.dump(),
            "has_time": True,
            "dates": {"tried": True, "next": 9000, "holes": "", "awaited": awaited.dump()}
            if len(still_to_read)
            else {"tried": True},
        },
        "ticket_satisfaction": {
            "rated": IdSet(n for n in ids if chance.random() < 0.1).dump(),
            "later": IdSet(n for n in still_to_read if chance.random() < 0.8).dump(),
        },
        "time_entry": {
            "recent": {
                str(9660 + day): Ledger(
                    {(TICKETS - n, n % 9 + 1): chance.getrandbits(32) for n in range(300)}
                ).dump()
                for day in range(8)
            },
            "digests": Ledger({day: chance.getrandbits(32) for day in range(6000, 9660)}).dump(),
            "any": True,
        },
        "user": {"ledger": users.dump(), "pages": 1000, "full_at": moment, "cursor": moment},
    }
    return closed(slices)


def opened_ways(w: World, text: str) -> dict[str, WayToSync]:
    apis = {table.name: HaloApi(w.connection()) for table in REGISTRY}
    return ways_to_sync(w.settings(), apis, opened(json.loads(text)), REGISTRY)


def through_the_ways(state: dict[str, object]) -> str:
    """The state as a sync writes it that has just read it; prints how long each takes."""
    with world(0, http=False) as w:
        begun = time.perf_counter()
        ways = opened_ways(w, json.dumps(state))
        read = time.perf_counter()
        text = json.dumps(closed({name: way.dump() for name, way in ways.items()}))
        written = time.perf_counter()
        sizes = {name: len(json.dumps(way.dump())) for name, way in ways.items()}
    sizes = {name: size for name, size in sizes.items() if size > 1000}
    print(f"{len(text):,} bytes {sizes}; read {read - begun:.2f} s, written {written - read:.2f} s")
    return text


def test_the_state_of_a_million_tickets_is_under_2_megabytes() -> None:
    ids = IdSet(with_holes(TICKETS, 0.05, 1))
    text = through_the_ways(large_state(ids, IdSet(), walking=False))
    assert len(text) < 2 * MEGABYTE


@pytest.mark.parametrize("part", [0.5, 1])
def test_the_state_is_far_below_its_limit_in_the_middle_of_a_first_load_too(part: float) -> None:
    ids = IdSet(with_holes(TICKETS, 0.05, 1))
    left = IdSet(n for n in ids if n > TICKETS * (1 - part))
    text = through_the_ways(large_state(ids, left, walking=True))
    assert len(text) < 4 * MEGABYTE


def test_a_large_state_is_the_same_after_it_was_read_and_written() -> None:
    ids = IdSet(with_holes(50_000, 0.05, 1))
    with world(0, http=False) as w:
        once = through_the_ways(large_state(ids, IdSet([7]), walking=True))
        ways = opened_ways(w, once)
        assert json.dumps(closed({name: way.dump() for name, way in ways.items()})) == once
        tickets: Any = ways["ticket"]
        assert tickets.ids == ids


if __name__ == "__main__":
    print(json.dumps(load(int(sys.argv[1]))))
