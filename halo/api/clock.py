"""Time, sleep and chance, passed in so that tests decide about them."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

TICK = 1.0
"""Seconds between two ticks."""


@dataclass(frozen=True)
class Clock:
    """`now` counts seconds from an arbitrary start; `sleep` takes seconds; `chance` is in [0, 1).

    `ticking` calls something again and again while a block runs; unless told, it never does.
    It is never asked what day it is: that is the tenant's to say, in its `Date` header.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    ticking: Callable[[Callable[[], None]], AbstractContextManager[object]] = nullcontext


@contextmanager
def in_a_thread(tick: Callable[[], None]) -> Iterator[None]:
    """Calls `tick` once a second from a thread of its own, as long as the block runs."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(TICK):
            tick()

    thread = threading.Thread(target=run, name="halo-pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


REAL = Clock(ticking=in_a_thread)
"""The machine's clock."""
