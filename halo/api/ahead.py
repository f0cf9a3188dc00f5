"""Asking ahead: the next answers are under way while the last one is worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")

IN_FLIGHT = 4
"""Requests that are under way at the same time, at most."""


class _Lazy(Future[Answer]):
    """A call that is made when its result is wanted."""

    def __init__(self, call: Callable[[], Answer]) -> None:
        super().__init__()
        self._call = call

    def result(self, timeout: float | None = None) -> Answer:
        """What the call returns, or raises."""
        return self._call()


class Ahead:
    """Makes calls in threads and hands out their answers in order, to one thread."""

    def __init__(self, in_flight: int = IN_FLIGHT) -> None:
        self._in_flight = in_flight
        self._pool = ThreadPoolExecutor(in_flight, "halo") if in_flight > 1 else None

    def each(self, calls: Iterable[Callable[[], Answer]]) -> Iterator[Answer]:
        """The answers of the calls, in their order; raises what the first failing call raised.

        Whoever stops listening, or is told an error, causes no further call.
        """
        if self._pool is None:
            for call in calls:
                yield call()
            return
        waiting: deque[Future[Answer]] = deque()
        try:
            for call in calls:
                waiting.append(self._pool.submit(call))
                if len(waiting) == self._in_flight:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def begin(self, call: Callable[[], Answer]) -> Future[Answer]:
        """A call that is under way in the background."""
        if self._pool is not None:
            return self._pool.submit(call)
        return _Lazy(call)

    def close(self) -> None:
        """No further call begins."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
