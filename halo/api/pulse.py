"""A log that is never silent for long: it says what is waited for where nothing else is said."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from halo.api.clock import Clock
from halo.api.requests import Log

LONGEST_SILENCE = 55.0
"""Seconds: with the time between two ticks, the log of a sync is silent for less than a minute."""


class Pulse:
    """Passes lines on to a log, and adds one after so many seconds of silence."""

    def __init__(self, log: Log, clock: Clock, silence: float = LONGEST_SILENCE) -> None:
        self._log, self._clock, self._silence = log, clock, silence
        self._said_at = clock.now()

    def __call__(self, line: str) -> None:
        """Says a line."""
        self._said_at = self._clock.now()
        self._log(line)

    def beating(self, status: Callable[[], str]) -> AbstractContextManager[object]:
        """While the block runs, `status` is said whenever there was silence for too long."""

        def beat() -> None:
            if self._clock.now() - self._said_at >= self._silence:
                self(status())

        return self._clock.ticking(beat)
