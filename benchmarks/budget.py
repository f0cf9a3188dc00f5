"""How much of a tenant's budget is used with history to do, and whether it is ever exceeded.

The connector's own transport and budget in simulated time: nothing sleeps for real.
"""

from __future__ import annotations

import heapq
import random
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, cast

import requests

from halo.api.budget import Budget
from halo.api.clock import Clock
from halo.api.requests import Transport
from halo.api.secrecy import Secrets

BUDGETS = ((300, 300.0), (500, 180.0))
IN_FLIGHT = (1, 2, 3, 4)
LATENCIES = (0.1, 0.3, 0.8, 2.0, 5.0, 10.0)
ROUNDS = 4
"""Over so many fillings of the budget the share is measured, after the first one."""


@dataclass(frozen=True)
class Outcome:
    """What one setting gave: shares of the budget, and how many requests were refused."""

    limit: int
    window: float
    in_flight: int
    latency: float
    used: float
    possible: float
    refused: int

    @property
    def share(self) -> float:
        """What was used of what latency and budget allow."""
        return self.used / self.possible


class SimulatedTime:
    """Time that moves on to the next one who wakes up when all threads sleep."""

    def __init__(self, threads: int) -> None:
        self.now = 0.0
        self._awake = threads
        self._lock = threading.Lock()
        self._sleepers: list[tuple[float, int, threading.Event]] = []
        self._number = count()

    def sleep(self, seconds: float) -> None:
        """Waits, in simulated time."""
        woken = threading.Event()
        with self._lock:
            heapq.heappush(self._sleepers, (self.now + seconds, next(self._number), woken))
            self._rest()
        woken.wait()

    def leave(self) -> None:
        """A thread has ended."""
        with self._lock:
            self._rest()

    def _rest(self) -> None:
        self._awake -= 1
        if not self._awake and self._sleepers:
            self.now, _, woken = heapq.heappop(self._sleepers)
            self._awake = 1
            woken.set()


class Tenant:
    """A session to a tenant with a rolling window, which counts a request at some moment of it."""

    def __init__(self, limit: int, window: float, latency: float, time: SimulatedTime) -> None:
        self.taken: list[float] = []
        self.refused = 0
        self._limit, self._window, self._latency = limit, window, latency
        self._time = time
        self._recent: deque[float] = deque()
        self._chance = random.Random(3)

    def prepare_request(self, request: Any) -> Any:
        """As a session of `requests` has it."""
        return request

    def merge_environment_settings(self, *_: Any) -> Mapping[str, Any]:
        """As a session of `requests` has it."""
        return {}

    @contextmanager
    def send(self, _request: Any, **_settings: Any) -> Iterator[Any]:
        """One request: on its way, counted, and on its way back."""
        before = self._chance.random() * self._latency
        self._time.sleep(before)
        now = self._time.now
        while self._recent and self._recent[0] <= now - self._window:
            self._recent.popleft()
        allowed = len(self._recent) < self._limit
        if allowed:
            self._recent.append(now)
            self.taken.append(now)
        else:
            self.refused += 1
        self._time.sleep(self._latency - before)
        yield _Response(200 if allowed else 429)


class _Response:
    def __init__(self, status: int) -> None:
        self.status_code = status
        self.headers: dict[str, str] = {}

    def iter_content(self, _size: int) -> Iterator[bytes]:
        """An empty list."""
        yield b"[]"


def simulate(limit: int, window: float, in_flight: int, latency: float) -> Outcome:
    """So many threads that always have a request to send."""
    time = SimulatedTime(in_flight)
    tenant = Tenant(limit, window, latency, time)
    clock = Clock(now=lambda: time.now, sleep=time.sleep, chance=lambda: 0.5)
    budget = Budget(limit, window)
    session = cast(requests.Session, tenant)  # As much of one as a transport needs.
    transport = Transport(budget, clock, lambda _: None, Secrets(()), session=session)
    work = partial(_work, transport, tenant, (ROUNDS + 1) * limit, time)
    threads = [threading.Thread(target=work) for _ in range(in_flight)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = sum(
        ROUNDS * window / (tenant.taken[i + ROUNDS * limit] - tenant.taken[i]) for i in range(limit)
    )
    possible = min(1.0, in_flight * window / latency / limit)
    return Outcome(limit, window, in_flight, latency, used / limit, possible, tenant.refused)


def _work(transport: Transport, tenant: Tenant, wanted: int, time: SimulatedTime) -> None:
    while len(tenant.taken) < wanted:
        transport.get("https://tenant.example/api/Tickets")
    time.leave()


def outcomes() -> list[Outcome]:
    """Every setting."""
    return [
        simulate(limit, window, in_flight, latency)
        for limit, window in BUDGETS
        for in_flight in IN_FLIGHT
        for latency in LATENCIES
    ]


def table(found: list[Outcome]) -> list[str]:
    """The outcomes as lines of Markdown: a row for each budget and number in flight."""
    head = " | ".join(f"{latency:g} s" for latency in LATENCIES)
    lines = [f"| budget | in flight | {head} |", "|---|---:|" + "---:|" * len(LATENCIES)]
    for limit, window in BUDGETS:
        for in_flight in IN_FLIGHT:
            here = [o for o in found if (o.limit, o.in_flight) == (limit, in_flight)]
            cells = " | ".join(_cell(outcome) for outcome in here)
            lines.append(f"| {limit} in {window / 60:g} min | {in_flight} | {cells} |")
    return lines


def _cell(outcome: Outcome) -> str:
    bounded = "" if outcome.possible == 1 else f" (of {outcome.possible:.0%})"
    refused = f", {outcome.refused} answered 429" if outcome.refused else ""
    return f"{outcome.used:.1%}{bounded}{refused}"


if __name__ == "__main__":
    everything = outcomes()
    print("\n".join(table(everything)))
    worst = min(everything, key=lambda outcome: outcome.share)
    print(f"least: {worst.share:.1%} of what latency and budget allow ({worst})")
    print(f"429: {sum(outcome.refused for outcome in everything)}")
