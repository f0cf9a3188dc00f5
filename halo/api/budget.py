"""How many requests may go within a rolling window; pure: the time is handed in."""

import math
from collections import deque

from halo.api.words import spelt

RATE_WINDOW = 300.0
"""Seconds of a hosted tenant's rolling rate window (Halo's API notes, limits)."""

WORTH_TELLING = 5.0
"""Seconds: a shorter wait for the budget is not announced."""


class Budget:
    """At most `limit` requests in any rolling `window` of seconds, whatever runs side by side.

    A request counts from the moment it is sent until one window after its answer came, since the
    tenant counts it at a moment in between that nobody here knows.
    """

    def __init__(self, limit: int, window: float = RATE_WINDOW) -> None:
        self._limit, self._window = limit, window
        self._allowed = float(limit)
        self._in_flight = 0
        self._answered: deque[float] = deque()
        self._closed_until = self._told_until = self._grown_at = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until a request may be sent; 0 means that one may be sent now."""
        while self._answered and self._answered[0] <= now - self._window:
            self._answered.popleft()
        if self._allowed < self._limit and now - self._grown_at >= self._window:
            self._allowed = min(self._limit, self._allowed + self._limit / 10)
            self._grown_at = now
        if now < self._closed_until:
            return self._closed_until - now
        if self._in_flight + len(self._answered) < max(1, int(self._allowed)):
            return 0.0
        return max(self._answered[0] + self._window - now, 0.001) if self._answered else 0.05

    def notice(self, now: float, wait: float, doing: str = "") -> str:
        """The line that announces a wait, once for all that wait; empty where it is short or told.

        A 429 was told when it came.
        """
        if wait < WORTH_TELLING or now < self._told_until:
            return ""
        self._told_until = now + wait
        return self.going_on(wait, doing)

    def going_on(self, wait: float, doing: str = "") -> str:
        """What is waited for, for how long, and what is done then."""
        minutes, seconds = divmod(max(0, round(wait)), 60)
        used = f"{max(1, int(self._allowed)):,} requests in {spelt(self._window)} are used"
        what = f" with {doing}" if doing else ""
        return f"{used}; going on in {minutes}:{seconds:02}{what}."

    def sent(self) -> None:
        """Count a request that goes out."""
        self._in_flight += 1

    def answered(self, now: float) -> None:
        """Its answer came, or it failed."""
        self._in_flight -= 1
        self._answered.append(now)

    def limited(self, now: float, pause: float) -> None:
        """Halo answered 429: nothing goes out for `pause` seconds, and less for a while after."""
        self._closed_until = self._told_until = max(self._closed_until, now + pause)
        self._allowed = max(self._limit / 8, self._allowed * 3 / 4)
        self._grown_at = now
