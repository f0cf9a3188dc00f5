"""Memory and state stay small, however large the tenant is."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec
import pytest
import requests

from halo.api.clock import Clock
from halo.api.ids import Ids
from halo.api.walk import Walk
from halo.state.ledger import Ledger
from halo.state.numbers import LARGEST, Marks, Numbers
from halo.state.slices import (
    ActionsSlice,
    ChangesSlice,
    DetailsSlice,
    JournalSlice,
    Queues,
    SnapshotSlice,
)
from halo.state.store import Store
from halo.sync.arrivals import CAME
from halo.sync.journal import PARTS
from halo.sync.operations import Checkpoint
from halo.sync.runner import Sync
from halo.sync.source import opened
from halo.tables import REGISTRY, TABLE_NAMES
from tests.world import FIRST, InProcess, Time, World, world

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
    with world(0, http=False, registry=FIRST) as w:
        w.session = lambda: session
        w.configuration["history_minutes"] = "0"
        w.time = Counting(clock)
        connection = w.connection()
        rows = checkpoints = 0
        state = 0
        for operation in Sync(
            w.settings(), connection, {}, clock, lambda _: None, registry=FIRST
        ).operations():
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


def load_in_a_process(rows: int, *kind: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.test_memory", str(rows), *kind],
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


# --- one answer of very many rows


class ManyAnswers(EndlessTenant):
    """A tenant without tickets, and with so many answers to surveys in one answer of its own."""

    def __init__(self, answers: int) -> None:
        super().__init__(0)
        self._answers = answers

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        made = super().__call__(environ, start_response)
        return self._rows() if environ["PATH_INFO"].endswith("/Feedback") else made

    def _rows(self) -> Iterator[bytes]:
        for number in range(1, self._answers + 1):
            row = {"id": number, "ticket_id": number, "date": "2025-01-01T10:00:00.123", "score": 4}
            row |= {
                "feedback_faultid": number,
                "comment": f"All fine, thank you {number:07d}. " * 4,
            }
            yield (b"," if number > 1 else b"[") + json.dumps(row).encode()
        yield b"]"


class Streamed(InProcess):
    """Hands on an answer as it is made, so that none is ever whole outside of the connector."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """One request to the application."""
        path, _mark, query = request.path_url.partition("?")
        response = requests.Response()

        def start(_status: str, headers: list[tuple[str, str]]) -> None:
            response.headers.update(dict(headers))

        chunks = self._app({"PATH_INFO": path, "QUERY_STRING": query}, start)  # type: ignore[arg-type]
        response.status_code, response.url, response.request = 200, request.url or "", request
        response.raw = Chunks(iter(chunks))
        return response


class Chunks:
    """The body of an answer, in pieces of the length that is asked for."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def stream(self, length: int, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: ARG002
        held = bytearray()
        for chunk in self._chunks:
            held += chunk
            if len(held) >= length:
                yield bytes(held[:length])
                del held[:length]
        yield bytes(held)

    def close(self) -> None:
        """Nothing is open."""

    release_conn = close


def load_answers(answers: int) -> dict[str, int]:
    """A first load of so many answers: what came, and by how many bytes the process grew."""
    with world(0, http=False) as w:
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", Streamed(ManyAnswers(answers)))
        w.session, before = lambda: session, peak()
        sync = Sync(w.settings(), w.connection(), {}, w.time.clock(), lambda _: None)
        rows = sum(len(getattr(operation, "rows", ())) for operation in sync.operations())
        return {"rows": rows, "grown": peak() - before}


def test_one_answer_of_very_many_rows_stays_small() -> None:
    grown = load_in_a_process(350_000, "answers")
    print(grown)
    assert grown["rows"] == 350_000  # Ten times as many as one tenant was seen to have.
    assert grown["grown"] <= 150 * MEGABYTE


# --- the state of a large tenant

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Filled:
    """What was read of a tenant: its tickets, and what hangs on each."""

    ids: Ids
    actions: Numbers
    timed: Numbers
    rated: Numbers

    @classmethod
    def of(cls, tickets: int, upto: int = 0) -> Filled:
        """One ticket in twenty is missing; nothing was read of those up to a number.

        8 actions a ticket, with a deviation of 2.5, three in ten of them with time; a tenth rated.
        """
        chance, made = random.Random(1), cls(Ids(), Numbers(), Numbers(), Numbers())
        drawn = [actions_and_timed(chance) for _ in range(10_000)]
        for ticket in range(1, tickets + 1):
            if chance.random() < 0.05:
                continue
            made.ids.add(ticket)
            if ticket > upto:
                made.actions[ticket], made.timed[ticket] = chance.choice(drawn)
                if chance.random() < 0.1:
                    made.rated[ticket] = (1,)
        return made


def actions_and_timed(chance: random.Random) -> tuple[range, list[int]]:
    """The numbers of a ticket's actions, and those of them that carry time."""
    numbers = range(1, 1 + max(1, round(chance.gauss(8, 2.5))))
    return numbers, [number for number in numbers if chance.random() < 0.3]


def marks(ids: Iterable[int], largest: int = LARGEST) -> Marks:
    chance, made = random.Random(2), Marks()
    for number in ids:
        made[number] = chance.randint(1, largest)
    return made


def large_state(tickets: int, upto: int = 0, *, walking: bool = False) -> dict[str, Any]:
    """The state of such a tenant while tickets up to a number are to be read, as declared."""
    found = Filled.of(tickets, upto)
    left = Ids(number for number in found.ids if number <= upto)
    chance = random.Random(3)
    recent = {
        9660 + day: Ledger({(tickets - n, n % 9 + 1): chance.getrandbits(32) for n in range(300)})
        for day in range(8)
    }
    users = Ledger({n: chance.getrandbits(32) for n in range(1, USERS * 20 // 19) if n % 20})
    ticket = ChangesSlice(
        sent=found.ids,
        marks=marks(found.ids),
        cursor=NOON,
        recent=Ledger({tickets - n: chance.getrandbits(32) for n in range(1000)}),
        walked=None if walking else NOON,
    )
    if walking:
        ticket.walk = Walk(
            started=NOON, count=len(found.ids), size=100, top=tickets, seen=found.ids, next_page=2
        )
    awaited = marks(left)
    if left:
        for number in found.ids.without(left):
            awaited[number] = CAME
    actions = ActionsSlice(
        queues=Queues(later=left),
        sent={"action": found.actions, "time_entry": found.timed},
        awaited=awaited,
        tried=True,
        day=8000 if left else None,
        journal=JournalSlice(
            recent=recent,
            newest=9667,
            digests=marks(range(6000 * PARTS, 9660 * PARTS)),
            revisited=NOON,
        ),
    )
    closed_left = Ids(number for number in left if chance.random() < 0.8)
    details = DetailsSlice(Queues(later=closed_left), {"ticket_satisfaction": found.rated})
    slices = {
        "ticket": ticket,
        "action": actions,
        "ticket_satisfaction": details,
        "user": SnapshotSlice({"user": users}, 1000, NOON, NOON),
    }
    return Store({}).closed(slices, TABLE_NAMES)


def opened_readers(w: World, state: dict[str, Any]) -> tuple[Store, dict[str, msgspec.Struct]]:
    store = Store(state)
    sources = opened(w.settings(), w.connection(), store, REGISTRY)
    return store, {source.name: source.reader.slice for source in sources}


def sizes(value: Any, at: str = "") -> dict[str, int]:
    """How many bytes each large part of a state takes, by its path."""
    if isinstance(value, dict):
        inner = {k: v for name, one in value.items() for k, v in sizes(one, f"{at}.{name}").items()}
        packed = all(isinstance(one, str) for one in value.values())
        return {at: sum(inner.values())} if packed and inner else inner
    size = len(json.dumps(value))
    return {at: size} if size > 10_000 else {}


def through_the_readers(state: dict[str, Any]) -> str:
    """The state as a sync writes it that has just read it; prints how long each takes."""
    with world(0, http=False) as w:
        text = json.dumps(state)
        begun = time.perf_counter()
        store, slices = opened_readers(w, json.loads(text))
        read = time.perf_counter()
        text = json.dumps(store.closed(slices, TABLE_NAMES))
        written = time.perf_counter()
    for path, size in sizes(json.loads(text)["sources"]).items():
        print(f"{size:>10,} {path[1:]}")
    print(f"{len(text):,} bytes; read {read - begun:.2f} s, written {written - read:.2f} s")
    return text


def test_the_state_of_a_million_tickets_is_far_below_its_limit() -> None:
    text = through_the_readers(large_state(TICKETS))
    assert len(text) < 6.2 * MEGABYTE


@pytest.mark.parametrize("part", [0.5, 1])
def test_the_state_is_far_below_its_limit_in_the_middle_of_a_first_load_too(part: float) -> None:
    text = through_the_readers(large_state(TICKETS, int(part * TICKETS), walking=True))
    assert len(text) < 7.0 * MEGABYTE


def test_a_large_state_is_the_same_after_it_was_read_and_written() -> None:
    state = large_state(50_000, 500, walking=True)
    with world(0, http=False) as w:
        once = through_the_readers(state)
        store, slices = opened_readers(w, json.loads(once))
        assert json.dumps(store.closed(slices, TABLE_NAMES)) == once
        assert json.loads(once)["sources"]["ticket"]["sent"] == state["sources"]["ticket"]["sent"]
        tickets: Any = slices["ticket"]
        assert tickets.sent == Filled.of(50_000, 500).ids
        assert tickets.walk.seen == tickets.sent


if __name__ == "__main__":
    print(json.dumps((load_answers if "answers" in sys.argv else load)(int(sys.argv[1]))))
