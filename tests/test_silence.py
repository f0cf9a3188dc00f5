"""Nobody has to guess whether it still runs: the log is never silent for long, and tells why."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from halo.api.clock import Clock, in_a_thread
from halo.api.pulse import Pulse
from halo.setup.tests import SETUP_TESTS
from halo.sync.progress import Left
from halo.sync.runner import Sync
from sandbox.faults import Fault
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from sandbox.quirks import Quirks
from sandbox.server import RunningServer, serve
from sandbox.tenant import Tenant
from tenant_report import report
from tests import world as worlds
from tests.world import NOON, Time, World, assert_filled, small, world

MINUTE = timedelta(minutes=1)
TEN_SECONDS = timedelta(seconds=10)

Line = tuple[datetime, str]


class Ticking(Time):
    """A time that passes second by second, so that ticks are heard while somebody sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks: list[Callable[[], None]] = []

    def clock(self) -> Clock:
        """The connector's clock, which ticks."""
        return replace(super().clock(), sleep=self.sleep, ticking=self._ticking)

    def sleep(self, seconds: float) -> None:
        """Moves time on, and ticks."""
        while seconds > 0:
            step = min(seconds, 1.0)
            self.pass_by(seconds=step)
            seconds -= step
            for tick in list(self._ticks):
                tick()

    @contextmanager
    def _ticking(self, tick: Callable[[], None]) -> Iterator[None]:
        self._ticks.append(tick)
        yield
        self._ticks.remove(tick)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time ticks in the worlds of this test."""
    monkeypatch.setattr(worlds, "Time", Ticking)


def said_by_a_sync(w: World) -> list[Line]:
    """What one sync says, and when."""
    said: list[Line] = []
    clock = w.time.clock()
    log = Pulse(lambda line: said.append((w.time.now, line)), clock)
    connection = w.connection(log)
    with log.beating(connection.transport.status):
        state: dict[str, object] = {}
        for _ in Sync(w.settings(), connection, state, clock, log).operations():
            pass
    assert_filled(*(line for _, line in said))
    return said


def longest_silence(said: list[Line], start: datetime, end: datetime) -> timedelta:
    moments = [start, *(moment for moment, _ in said), end]
    return max(after - before for before, after in pairwise(moments))


def never_longer_than_a_minute(w: World) -> list[str]:
    """One sync whose log is never silent for longer than a minute; its lines."""
    start = w.time.now
    said = said_by_a_sync(w)
    assert w.time.now - start > 4 * MINUTE, "nothing was waited for"
    assert longest_silence(said, start, w.time.now) <= MINUTE
    return [line for _, line in said]


@pytest.mark.usefixtures("ticking")
def test_a_wait_for_the_budget_is_told_each_minute_with_what_it_is_for() -> None:
    with world(40, small(), http=False) as w:
        w.configuration |= {"requests_per_5_minutes": "20", "history_minutes": "60"}
        lines = never_longer_than_a_minute(w)
    told = [line for line in lines if line.startswith("20 requests in 5 minutes are used; going")]
    assert any(re.search(r"going on in [1-3]:\d\d with \w+\.$", line) for line in told)
    assert any(
        re.search(r"going on in \d:\d\d with \w+, [\d,]+ (days|tickets) left\.$", line)
        for line in told
    )


@pytest.mark.usefixtures("ticking")
@pytest.mark.parametrize("status", [503, 429])
def test_a_halo_that_is_down_and_says_for_how_long_is_told_each_minute(status: int) -> None:
    with world(8, small(), http=False) as w:
        wish = {"Retry-After": "290"}
        w.app.faults = [Fault("/tickets", times=1, status=status, headers=wish)]
        lines = never_longer_than_a_minute(w)
    assert any(re.search(rf"answered {status} .*trying again in \d+ s", line) for line in lines)


@pytest.mark.usefixtures("ticking")
def test_an_answer_that_takes_minutes_is_told_each_minute() -> None:
    with world(8, small(), http=False) as w:

        def slow(_: int, record: Any) -> None:
            if record.endpoint == "/users" and isinstance(w.time, Ticking):
                w.time.sleep(250)

        w.app.before_request = slow
        lines = never_longer_than_a_minute(w)
    assert "/api/Users has not answered for 2 minutes." in lines


@pytest.mark.usefixtures("ticking")
def test_a_warehouse_that_takes_minutes_is_told_each_minute() -> None:
    with world(8, small(), http=False) as w:
        clock, said = w.time.clock(), list[Line]()
        log = Pulse(lambda line: said.append((w.time.now, line)), clock)
        connection = w.connection(log)
        with log.beating(connection.transport.status):
            operations = Sync(w.settings(), connection, {}, clock, log).operations()
            next(operations)
            start = w.time.now
            clock.sleep(200)
            assert longest_silence(said, start, w.time.now) <= MINUTE
    assert re.fullmatch(r"Going on with \w+; \d+ requests so far\.", said[-1][1])


@pytest.mark.usefixtures("ticking")
@pytest.mark.parametrize("budget", ["10", "20", "60"])
def test_never_more_than_the_whole_budget_is_used(budget: str) -> None:
    with world(40, small(), http=False) as w:
        w.configuration |= {"requests_per_5_minutes": budget, "history_minutes": "60"}
        lines = [line for _, line in said_by_a_sync(w)]
    used = [int(part) for line in lines for part in re.findall(r"budget (\d+)% used", line)]
    assert used
    assert max(used) <= 100


def test_what_is_left_is_only_told_where_something_is() -> None:
    assert Left(654, "days").of("time_entry") == "time_entry, 654 days left"
    assert Left(0, "days").of("time_entry") == "time_entry"


def test_the_real_clock_ticks_until_the_block_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("halo.api.clock.TICK", 0.001)
    ticked = threading.Event()
    with in_a_thread(ticked.set):
        assert ticked.wait(30)
    assert "halo-pulse" not in {thread.name for thread in threading.enumerate()}


# Setup tests and the report: somebody sits before them and waits.


def unheard(_: str) -> None:
    """A warning."""


@contextmanager
def served(*faults: Fault) -> Iterator[tuple[RunningServer, dict[str, str]]]:
    tenant = Tenant.build(
        seed=7, tickets=12, years=0.2, quirks=Quirks(rate_limit=0), now=lambda: NOON
    )
    with serve(tenant) as server:
        server.app.faults = list(faults)
        own = {"base_url": server.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        yield server, own


def hanging(time: Ticking, seconds: float) -> Callable[[int, Any], None]:
    """Each answer takes so many seconds."""
    return lambda *_: time.sleep(seconds)


DOWN = [
    [Fault(times=0, status=503)],
    [Fault(times=0, status=503, headers={"Retry-After": "200"})],
    [Fault(times=0, kind="reset")],
    [Fault("/tickets", times=0, status=503), Fault("/actions", times=0, status=503)],
]


@pytest.mark.parametrize("faults", DOWN, ids=["503", "long", "reset", "in part"])
@pytest.mark.parametrize("test", SETUP_TESTS[1:], ids=lambda test: test.name)
def test_a_setup_test_tells_within_ten_seconds_and_ends_within_a_minute(
    faults: list[Fault], test: Any
) -> None:
    time, said = Ticking(), list[Line]()
    with served(*map(replace, faults)) as (_, given):
        trouble = test(
            given, lambda _: None, time.clock(), lambda line: said.append((time.now, line))
        )
    assert time.now - NOON <= 1.1 * MINUTE
    assert longest_silence(said, NOON, time.now) <= TEN_SECONDS
    assert trouble is None or trouble.endswith(".")


def test_a_setup_test_of_a_slow_halo_tells_what_it_waits_for() -> None:
    time, said = Ticking(), list[Line]()
    with served() as (server, given):
        server.app.before_request = hanging(time, 25)
        assert (
            SETUP_TESTS[3](
                given, lambda _: None, time.clock(), lambda line: said.append((time.now, line))
            )
            is None
        )
    assert longest_silence(said, NOON, time.now) <= TEN_SECONDS
    assert (NOON + timedelta(seconds=8), "/api/authinfo has not answered for 8 seconds.") in said


def test_lists_that_are_silent_one_after_the_other_end_a_setup_test_after_a_minute() -> None:
    time = Ticking()
    paths = ("/users", "/client", "/site", "/agent", "/team")
    with served(*(Fault(path, times=0, status=503) for path in paths)) as (_, given):
        people = next(test for test in SETUP_TESTS if "people" in test.name)
        trouble = people(given, unheard, time.clock())
    assert trouble is not None
    assert re.match(r"Halo gave no proper answer for (60 seconds|1 minutes): http", trouble)
    assert trouble.endswith("try again in some minutes.")
    assert time.now - NOON <= 1.1 * MINUTE


def test_a_halo_that_goes_down_ends_the_report_after_a_minute(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    time, said, source = Ticking(), list[Line](), tmp_path / "configuration.json"

    class Heard(io.StringIO):
        def write(self, text: str) -> int:
            said.append((time.now, text))
            return len(text)

    with served(Fault(nth=12, times=0, status=503)) as (_, given):
        source.write_text(json.dumps(given))
        monkeypatch.setattr("sys.stderr", Heard())
        assert report.main([str(source)], time.clock()) == 1
    out = capsys.readouterr().out
    assert out.startswith("Halo gave no proper answer for ")
    assert time.now - NOON <= 1.1 * MINUTE
    assert longest_silence(said, NOON, time.now) <= TEN_SECONDS


def test_a_path_that_is_silent_is_asked_once_and_the_report_goes_on() -> None:
    time = Ticking()
    with served(Fault("/actions", times=0, status=504)) as (_, given):
        made = report.examine(given, time.clock())
    assert time.now - NOON <= 10 * MINUTE
    told = {finding.question: finding.answer for finding in made.findings}
    assert told["Which envelope has /Team?"] == "a bare array"
