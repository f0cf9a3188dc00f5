"""The process is killed before any of its requests; from the last checkpoint on, all comes in.

The stand-in tenant is served over HTTP and kills the sync's process itself, when its k-th request
comes. What the process had not committed by then is lost.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from typing import Any

import pytest
import requests

from halo.api.requests import IN_FLIGHT
from halo.sync import runner
from halo.sync.operations import Checkpoint
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tests import killed_sync
from tests.world import InProcess, Outcome, Warehouse, World, small, world

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.killed_sync"])

EVERY_SAFE_POINT, ONCE_A_MINUTE = 0.0, 60.0

ASKED_AHEAD = 3 * IN_FLIGHT
"""Requests that were sent when a checkpoint is made, and are of use only after it: the histories
of action, time_entry and ticket_satisfaction each ask a few ahead."""


@dataclass
class Killed:
    """What became of a process: requests it sent, and had sent at each of its checkpoints."""

    requests: int = 0
    checkpoints: list[int] = field(default_factory=list)
    ended: bool = False
    error: str | None = None


def run_and_kill(w: World, before: int, checkpoint_every: float) -> Killed:
    """One sync in a process that is killed before its request with the number `before`."""
    mine, its = PROCESSES.Pipe(duplex=False)
    configuration = {
        "base_url": w.url,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "requests_per_5_minutes": "3000",
        "history_minutes": "1440",
    }
    arguments = (configuration, w.warehouse.state, checkpoint_every, its)
    process = PROCESSES.Process(target=killed_sync.run, args=arguments)
    first, killed = len(w.app.requests), Killed()

    def kill(ordinal: int, _record: Any) -> None:
        if ordinal - first == before and process.pid:
            os.kill(process.pid, signal.SIGKILL)

    w.app.before_request = kill
    process.start()
    its.close()
    while True:
        try:
            told = mine.recv()
        except EOFError:
            break
        if told is None or isinstance(told, str):
            killed.ended, killed.error = told is None, told
            break
        killed.checkpoints.append(told[0])
        for operation in told[1]:
            w.warehouse.take(operation)
    process.join()
    mine.close()
    w.app.before_request = None
    w.warehouse.roll_back()
    killed.requests = len(w.app.requests) - first
    assert killed.ended or killed.error or process.exitcode == -signal.SIGKILL
    return killed


NEVER = 10**9


def in_process(w: World) -> requests.Session:
    """For the syncs that nobody kills, which need no socket."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", InProcess(w.app))
    return session


@contextmanager
def a_tenant_with_everything() -> Iterator[World]:
    with world(
        7, small(deleted_detail="missing"), users=7, clients=5, agents=5, seed=9, years=0.03
    ) as w:
        w.configuration["history_minutes"] = "1440"
        w.session = partial(in_process, w)
        w.tenant.add_ticket(summary="Nothing hangs on it, and it will vanish")
        yield w


@contextmanager
def a_loaded_tenant_that_changed() -> Iterator[World]:
    """Eight days after its first load, so that the weekly walk is due too."""
    with a_tenant_with_everything() as w:
        w.warehouse = loaded().copy()
        w.time.pass_by(days=8)
        tenant = w.tenant
        for ticket in (1, 2, 4):
            tenant.close_ticket(ticket, satisfaction=ticket)
        for ticket in (3, 5):
            tenant.add_action(ticket, hours=1.5)
        tenant.edit_action(6, 1, note="Edited")
        tenant.delete_action(7, max(tenant.tickets[7].actions))
        tenant.delete_ticket(VANISHED)
        tenant.add_ticket(summary="New")
        tenant.remove("user", 3)
        tenant.change("status", 2, colour="changed")
        tenant.remove("category", max(tenant.entities["category"]))
        w.time.pass_by(hours=3)  # So that no overlap brings in again what a cursor passed over.
        yield w


@cache
def loaded() -> Warehouse:
    with a_tenant_with_everything() as w:
        w.sync()
        assert w.differences() == []
        return w.warehouse


TENANTS = {"first load": a_tenant_with_everything, "incremental": a_loaded_tenant_that_changed}


@dataclass(frozen=True)
class Undisturbed:
    """What the same sync takes when nobody kills it, and a quiet one after it."""

    requests: int
    longest_gap: int
    quiet: int


@cache
def undisturbed(sync: str, checkpoint_every: float) -> Undisturbed:
    with TENANTS[sync]() as w:
        whole = run_and_kill(w, NEVER, checkpoint_every)
        assert whole.ended, whole.error
        assert w.differences() == []
        marks = [0, *whole.checkpoints]
        gaps = [later - earlier for earlier, later in pairwise(marks)]
        quiet = w.sync_later(minutes=1)
        assert quiet.quiet
        return Undisturbed(whole.requests, max(gaps), quiet.requests)


VANISHED = 8


def resume(w: World) -> Outcome:
    """The next sync; and the next weekly walk, where a walk that was interrupted lacks a delete."""
    w.time.pass_by(minutes=1)
    outcome = w.sync()
    lacking = w.differences()
    if lacking and all(f" ({VANISHED}," in one and "the tenant does not" in one for one in lacking):
        w.time.pass_by(days=8)
        w.sync()
        w.sync()  # What hangs on it goes with the sync after.
    return outcome


@pytest.mark.parametrize(
    ("sync", "checkpoint_every", "stride"),
    [
        ("first load", EVERY_SAFE_POINT, 3),
        ("first load", ONCE_A_MINUTE, 7),
        ("incremental", EVERY_SAFE_POINT, 3),
        ("incremental", ONCE_A_MINUTE, 9),
    ],
)
def test_killed_before_any_request_the_next_sync_brings_all_in(
    sync: str, checkpoint_every: float, stride: int
) -> None:
    whole = undisturbed(sync, checkpoint_every)
    with TENANTS[sync]() as w:
        start = w.warehouse.copy()
        now = w.time.now
        for before in range(1, whole.requests + 1, stride):
            w.warehouse, w.time.now = start.copy(), now
            killed = run_and_kill(w, before, checkpoint_every)
            assert not killed.error, (before, killed.error)
            committed = killed.checkpoints[-1] if killed.checkpoints else 0
            # At most what lies between two checkpoints was lost ...
            assert killed.requests - committed <= whole.longest_gap + ASKED_AHEAD, before
            resumed = resume(w)
            # ... and no more than that, and what any sync asks, is asked again.
            left = whole.requests - committed
            assert resumed.requests <= left + whole.quiet + ASKED_AHEAD, before
            assert w.differences() == [], (before, resumed.warnings)
            assert_quiet(w)


def assert_quiet(w: World) -> None:
    after = w.sync_later()
    assert after.quiet, (after.sent.keys(), after.deleted)
    assert after.warnings == []


@pytest.mark.parametrize("sync", TENANTS)
def test_killed_again_and_again_it_still_gets_to_the_end(sync: str) -> None:
    whole = undisturbed(sync, EVERY_SAFE_POINT)
    with TENANTS[sync]() as w:
        for attempt in range(20):
            killed = run_and_kill(w, whole.quiet + 12, EVERY_SAFE_POINT)
            assert not killed.error
            if killed.ended:
                break
            w.time.pass_by(minutes=1)
        else:
            pytest.fail("twenty syncs, of which each could ask for more than a quiet one, end not")
        assert attempt > 0
        w.time.pass_by(days=8)
        w.sync()
        assert w.differences() == []


def test_many_checkpoints_are_made_and_each_state_is_whole() -> None:
    """So that the tests above kill between them: or they would prove nothing."""
    for sync in TENANTS:
        whole = undisturbed(sync, EVERY_SAFE_POINT)
        assert whole.longest_gap < whole.requests / 3
        assert undisturbed(sync, ONCE_A_MINUTE).longest_gap > whole.longest_gap


@pytest.mark.parametrize("sync", TENANTS)
def test_killed_right_after_any_checkpoint_the_next_sync_brings_all_in(
    sync: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint tells of nothing that comes after it: all of that is lost here."""
    monkeypatch.setattr(runner, "CHECKPOINT_EVERY", EVERY_SAFE_POINT)
    with TENANTS[sync]() as w:
        start, now, number, ended = w.warehouse.copy(), w.time.now, 1, False
        while not ended:
            w.warehouse, w.time.now = start.copy(), now
            left = iter(range(number, 0, -1))

            def is_the_one(operation: object, left: Iterator[int] = left) -> bool:
                return isinstance(operation, Checkpoint) and next(left) == 1

            ended = len(w.sync(until=is_the_one).checkpoints) < number
            resume(w)
            assert w.differences() == [], number
            number += 4
        assert number > 20
