"""The rolling budget holds whatever runs side by side, and gives way when Halo says 429."""

from __future__ import annotations

import re
import threading
import time as real_time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from random import Random
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from halo.api.budget import RATE_WINDOW, Budget
from halo.api.clock import Clock
from halo.api.connection import Connection, HaloApi
from halo.api.requests import IN_FLIGHT, Transport
from halo.api.secrecy import Secrets
from halo.settings import parse
from halo.tables import REGISTRY
from tests.world import Time, World, small, world

SETTINGS = parse(
    {
        "base_url": "http://127.0.0.1",
        "client_id": "it",
        "client_secret": "sesame",
        "tenant": "acme",
    },
    REGISTRY,
)


class SharedTime:
    """Time that threads share: when none of them gets on, it moves to the next waking.

    So threads that sleep side by side sleep at the same time, and nobody waits in earnest.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._wakings: list[float] = []
        self._calls = 0
        self._moved = threading.Condition()
        self._ended = threading.Event()

    def sleep(self, seconds: float) -> None:
        """Returns when so many seconds have passed."""
        with self._moved:
            self._calls += 1
            until = self.now + seconds
            self._wakings.append(until)
            self._moved.wait_for(lambda: self.now >= until)
            self._calls += 1

    @contextmanager
    def running(self) -> Iterator[None]:
        """Time moves while the block runs."""
        mover = threading.Thread(target=self._move, daemon=True)
        mover.start()
        try:
            yield
        finally:
            self._ended.set()
            mover.join()

    def _move(self) -> None:
        calls = -1
        while not self._ended.is_set():
            real_time.sleep(0.0002)
            with self._moved:
                if calls == self._calls and self._wakings:
                    self.now = max(self.now, min(self._wakings))
                    self._wakings = [waking for waking in self._wakings if waking > self.now]
                    self._moved.notify_all()
                calls = self._calls


class Halo(BaseAdapter):
    """A Halo that counts a request at some moment between its sending and its answer."""

    def __init__(
        self, time: SharedTime, status: Callable[[float, int], int], retry_after: str
    ) -> None:
        super().__init__()
        self._retry_after = retry_after
        self._time = time
        self._status = status
        self._chance = Random(1)
        self._lock = threading.Lock()
        self._in_flight = 0
        self.most_in_flight = 0
        self.counted: list[tuple[float, int]] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        with self._lock:
            before, after = self._chance.uniform(0, 2), self._chance.uniform(0, 2)
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
        self._time.sleep(before)
        is_token_call = request.method == "POST"
        with self._lock:
            status = 200 if is_token_call else self._status(self._time.now, self.let_through())
            self.counted.append((self._time.now, status))
        self._time.sleep(after)
        with self._lock:
            self._in_flight -= 1
        response = requests.Response()
        response.status_code = status
        response.raw = BytesIO(b'{"access_token":"open"}' if is_token_call else b"[]")
        response.request = request
        moment = datetime(2026, 6, 15, tzinfo=UTC) + timedelta(seconds=self._time.now)
        response.headers["Date"] = format_datetime(moment, usegmt=True)
        if self._retry_after and status == 429:
            response.headers["Retry-After"] = self._retry_after
        return response

    def let_through(self) -> int:
        """How many requests of the last window were not refused."""
        since = self._time.now - RATE_WINDOW
        return sum(moment > since and status == 200 for moment, status in self.counted)

    def most_in_a_window(self) -> int:
        """The most requests in any window, refused ones too."""
        moments = [moment for moment, _ in self.counted]
        return max(sum(start <= m < start + RATE_WINDOW for m in moments) for start in moments)

    def between(self, start: float, end: float) -> list[int]:
        """The statuses of the requests that were counted then."""
        return [status for moment, status in self.counted if start <= moment < end]

    def close(self) -> None:
        """Nothing is open."""


def hammered(
    limit: int,
    status: Callable[[float, int], int],
    threads: int = 8,
    each: int = 30,
    retry_after: str = "",
    log: Callable[[str], None] = lambda _: None,
) -> Halo:
    """Threads ask one API as often and as fast as they may; no request of theirs may fail."""
    time, chance = SharedTime(), Random(3)
    halo = Halo(time, status, retry_after)
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", halo)
    clock = Clock(lambda: time.now, time.sleep, chance.random)
    secrets = Secrets(SETTINGS.secrets)
    transport = Transport(Budget(limit), clock, log, secrets, session=session)
    api = HaloApi(Connection(SETTINGS, transport))
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(each):
                api.get("/Status", {})
        except Exception as error:
            errors.append(error)

    hammers = [threading.Thread(target=ask, daemon=True) for _ in range(threads)]
    with time.running():
        for hammer in hammers:
            hammer.start()
        for hammer in hammers:
            hammer.join(timeout=60)
    assert not any(hammer.is_alive() for hammer in hammers)
    assert errors == []
    assert len(halo.counted) >= threads * each + 2
    assert transport.requests == len(halo.counted)
    return halo


def always(status: int) -> Callable[[float, int], int]:
    return lambda _now, _count: status


@pytest.mark.parametrize("threads", [1, 4, 16])
def test_no_window_holds_more_than_the_budget_however_many_ask(threads: int) -> None:
    halo = hammered(40, always(200), threads, each=160 // threads)
    assert halo.most_in_a_window() <= 40
    assert halo.most_in_flight <= IN_FLIGHT
    assert halo.counted[-1][0] < RATE_WINDOW * (170 / 40 + 1), "it is slower than it may be"


@pytest.mark.parametrize("failing", [503, 429])
def test_no_window_holds_more_than_the_budget_when_tries_are_repeated(failing: int) -> None:
    chance = Random(5)
    halo = hammered(40, lambda *_: failing if chance.random() < 0.25 else 200, each=20)
    assert halo.most_in_a_window() <= 40
    assert [status for _, status in halo.counted].count(failing) > 20


def test_a_429_all_the_same_slows_it_down_and_it_recovers() -> None:
    """Halo lets through half of the budget for two hours, and then all of it."""
    relief = 24 * RATE_WINDOW

    def status(now: float, count: int) -> int:
        return 429 if now < relief and count >= 20 else 200

    halo = hammered(40, status, threads=4, each=250)
    assert halo.counted[-1][0] > relief + 12 * RATE_WINDOW
    at_first = halo.between(0, 2 * RATE_WINDOW).count(429)
    settled = [halo.between(n * RATE_WINDOW, (n + 1) * RATE_WINDOW) for n in range(8, 24)]
    assert at_first > 0
    assert all(window.count(429) <= 8 for window in settled), "it goes on knocking"
    assert sum(window.count(200) for window in settled) / len(settled) >= 10, "it hardly asks"
    after = relief + 10 * RATE_WINDOW
    assert len(halo.between(after, after + RATE_WINDOW)) >= 35, "it never recovers"
    assert halo.most_in_a_window() <= 40


def test_a_429_stops_the_requests_of_all_threads_for_as_long_as_halo_asks() -> None:
    refused: list[float] = []

    def status(now: float, count: int) -> int:
        if count >= 20 and not refused:
            refused.append(now)
            return 429
        return 200

    halo = hammered(3000, status, threads=4, each=20, retry_after="60")
    its_answer_and_what_is_under_way = 2.0 + 2.0
    silence = refused[0] + its_answer_and_what_is_under_way
    assert halo.between(silence, refused[0] + 60) == []
    assert len(halo.between(refused[0] + 60, refused[0] + 70)) > 4


@pytest.mark.parametrize("threads", [1, 16])
def test_a_wait_for_the_budget_is_told_once_before_it_begins_however_many_wait(
    threads: int,
) -> None:
    told: list[str] = []
    hammered(40, always(200), threads, each=112 // threads, log=told.append)
    assert len(told) == 2, "two full windows were waited for"
    for line in told:
        minutes, seconds = re.fullmatch(
            r"40 requests in 5 minutes are used; going on in (\d):(\d\d)\.", line
        ).groups()  # type: ignore[union-attr]
        assert 60 < 60 * int(minutes) + int(seconds) < RATE_WINDOW


def test_a_budget_that_is_enough_is_not_spoken_of() -> None:
    told: list[str] = []
    hammered(3000, always(200), log=told.append)
    assert told == []


def test_waiting_for_the_budget_does_not_use_up_patience() -> None:
    time, budget, statuses = Time(), Budget(8), iter([503, 503, 503, 200])
    for _ in range(20):
        budget.limited(0, 1)

    class Flaky(BaseAdapter):
        def send(self, *_: Any, **__: Any) -> requests.Response:
            response = requests.Response()
            response.status_code = next(statuses)
            response.raw = BytesIO(b"[]")
            return response

        def close(self) -> None:
            """Nothing is open."""

    session = requests.Session()
    session.mount("http://", Flaky())
    transport = Transport(budget, time.clock(), lambda _: None, Secrets(()), session=session)
    assert transport.get("http://127.0.0.1/api/Status").status == 200


# --- whole syncs


class NoSleep(Time):
    """The connector's time, in which nobody may sleep."""

    def clock(self) -> Clock:
        def sleep(seconds: float) -> None:
            raise AssertionError(f"slept for {seconds} s")

        return replace(super().clock(), sleep=sleep)


def requests_of_a_first_load(limit: str, time: type[Time] = Time) -> tuple[World, int]:
    with world(8, small(), http=False, users=7, clients=3, agents=5, years=0.05) as w:
        unhurried = w.time
        if time is not Time:
            w.time = time()
            w.time.now = unhurried.now
        w.configuration |= {"requests_per_5_minutes": limit, "history_minutes": "1440"}
        return w, w.sync().requests


def test_a_sync_that_fits_into_the_budget_never_sleeps() -> None:
    _, needed = requests_of_a_first_load("3000")
    assert needed > 40
    requests_of_a_first_load(str(needed), NoSleep)
    with pytest.raises(AssertionError, match="slept for"):
        requests_of_a_first_load(str(needed - 1), NoSleep)


@pytest.mark.parametrize("in_flight", [1, 4])
def test_a_sync_that_does_not_fit_takes_longer_and_is_whole(in_flight: int) -> None:
    with world(8, small(), http=False, users=7, clients=3, agents=5, years=0.05) as w:
        w.configuration |= {"requests_per_5_minutes": "20", "history_minutes": "1440"}
        w.in_flight = in_flight
        outcome = w.sync()
        assert outcome.warnings == []
        assert w.differences() == []
        moments = [record.at for record in w.app.requests]
        window = timedelta(seconds=RATE_WINDOW)
        assert max(sum(s <= m < s + window for m in moments) for s in moments) <= 20


def test_the_token_call_and_discovery_count_too() -> None:
    w, needed = requests_of_a_first_load("3000")
    assert needed == len(w.app.requests)
    assert {"/authinfo", "/auth/token"} <= {record.endpoint for record in w.app.requests}


def test_a_tenant_with_a_limit_of_its_own_is_read_whole_without_a_warning() -> None:
    limited = small(rate_limit=30, retry_after="none")
    with world(8, limited, http=False, users=7, clients=3, agents=5, years=0.05) as w:
        w.configuration |= {"requests_per_5_minutes": "240", "history_minutes": "1440"}
        outcome = w.sync()
        assert any(record.status == 429 for record in w.app.requests)
        assert outcome.warnings == []
        assert w.differences() == []
