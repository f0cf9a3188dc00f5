"""Time, sleep and chance, passed in so that tests decide about them."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """`now` counts seconds from an arbitrary start; `sleep` takes seconds; `chance` is in [0, 1).

    It is never asked what day it is: that is the tenant's to say, in its `Date` header.
    """

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
