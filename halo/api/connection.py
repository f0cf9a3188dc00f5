"""Reading Halo's API: a path and parameters in, a JSON value out; the token is taken care of."""

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Self, TypeVar

from halo.api.budget import Budget
from halo.api.clock import Clock
from halo.api.decisions import PATIENCE, Final, NotJson, Ok, Renew
from halo.api.requests import IN_FLIGHT, Log, Transport
from halo.api.secrecy import Secrets
from halo.api.sign_in import TokenSource
from halo.errors import GaveUp, Limited, Refused, Unreadable
from halo.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """A JSON value that Halo sent, and its server's time when it did (its `Date`, UTC)."""

    value: object
    date: datetime


class Connection:
    """What all reading of one tenant in one sync shares: the token, the budget, the time.

    `silent` are the kinds of requests that Halo did not answer at last, in this sync or before.
    """

    def __init__(
        self, settings: Settings, transport: Transport, in_flight: int = IN_FLIGHT
    ) -> None:
        """So many calls in the background; with 1, each is made by who waits for its answer."""
        self.root, self.scope = f"{settings.base_url}/api", settings.scope
        self.transport = transport
        self.tokens = TokenSource(settings, transport)
        self.in_flight = in_flight
        self.pool = ThreadPoolExecutor(in_flight, "halo") if in_flight > 1 else None
        self.date: datetime | None = None
        self.asked_once: dict[str, Answer] = {}
        self.silent: set[str] = set()
        self.lock, self.once = threading.Lock(), threading.Lock()

    @classmethod
    def to(
        cls,
        settings: Settings,
        clock: Clock,
        log: Log,
        patience: float = PATIENCE,
        gives_up: float = inf,
    ) -> Self:
        """A connection with the budget of a sync, and its patience unless told."""
        budget, secrets = Budget(settings.requests_per_5_minutes), Secrets(settings.secrets)
        return cls(settings, Transport(budget, clock, log, secrets, patience, gives_up))

    @property
    def requests(self) -> int:
        """How many requests were sent so far, token calls and repeated tries among them."""
        return self.transport.requests

    def close(self) -> None:
        """No further call begins, and no further request is sent."""
        if self.pool:
            self.pool.shutdown(wait=False, cancel_futures=True)
        self.transport.close()


class HaloApi:
    """Signed-in, read-only access to one tenant, over a connection that others may share.

    `requests` counts what this access sent, repeated tries among them, token calls not.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.requests = 0

    @property
    def date(self) -> datetime:
        """The server's time, by its latest answer. Raises Unreadable before the first one."""
        if self._connection.date is None:
            raise Unreadable("Halo has not answered yet; the next sync tries again.")
        return self._connection.date

    def begin(self, call: Callable[[], T]) -> Future[T]:
        """Makes a call in the background: `result()` is its answer, or raises what it raised.

        A call may not itself wait for one that it began.
        """
        pool = self._connection.pool
        return pool.submit(call) if pool else _AtLast(call)

    def each(self, calls: Iterable[Callable[[], T]]) -> Iterator[T]:
        """The answers of calls in their order, a few under way at once, or the first one's error.

        Whoever stops listening, or is told an error, causes no further call.
        """
        waiting: deque[Future[T]] = deque()
        try:
            for call in calls:
                waiting.append(self.begin(call))
                if len(waiting) == self._connection.in_flight:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET `/api{path}`; patient, but where the last such request was in vain: once.

        Raises Refused (a status that stays), Unreadable (no JSON or no date), GaveUp (patience
        ended) and SignInError (no token).
        """
        connection = self._connection
        kind = kind_of(path, params)
        try:
            decision = self._patiently(path, params, once=kind in connection.silent)
        except Limited:
            raise
        except GaveUp:
            connection.silent.add(kind)
            raise
        connection.silent.discard(kind)
        match decision:
            case Ok(value, datetime() as date):
                with connection.lock:
                    connection.date = max(date, connection.date or date)
                return Answer(value, date)
            case Ok():
                raise Unreadable(
                    f"{path}: the answer has no Date header, by which is known how far it was "
                    "read; find out what takes it out between Halo and Fivetran."
                )
            case NotJson(said):
                raise Unreadable(
                    f"{path} answered something that is not JSON ({said}); check base_url, "
                    "and whether Halo is being maintained."
                )
        scope = self._connection.scope
        raise Refused(path, decision.status, decision.said, decision.location, scope)

    def get_once(self, path: str, params: Mapping[str, str]) -> Answer:
        """Like `get`, but what was answered before in this sync is not asked again."""
        with self._connection.once:
            if path not in (answers := self._connection.asked_once):
                answers[path] = self.get(path, params)
            return answers[path]

    def _patiently(self, path: str, params: Mapping[str, str], *, once: bool) -> Final:
        """What the answer means; a 401 renews the token once and asks once more."""
        tokens = self._connection.tokens
        decision = self._ask(path, params, token := tokens.token(), once=once)
        if isinstance(decision, Renew):
            decision = self._ask(path, params, tokens.token(dead=token), once=once)
        return decision

    def _ask(self, path: str, params: Mapping[str, str], token: str, *, once: bool) -> Final:
        url = self._connection.root + path
        reply = self._connection.transport.get(url, params, token, once=once)
        with self._connection.lock:
            self.requests += reply.tries
        return reply.decision


def kind_of(path: str, params: Mapping[str, str]) -> str:
    """What requests are alike in: their path without numbers, and the names of parameters."""
    return f"{re.sub(r'[0-9]+', 'N', path)}?{'&'.join(sorted(params))}"


class _AtLast(Future[T]):
    """A call that is made by who waits for its answer."""

    def __init__(self, call: Callable[[], T]) -> None:
        super().__init__()
        self._call = call

    def result(self, timeout: float | None = None) -> T:  # noqa: ARG002
        """What the call answers, or raises."""
        return self._call()
