"""Reading Halo's API: a path and parameters in, a JSON value out; the token is taken care of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from halo.api import decisions, words
from halo.api.ahead import IN_FLIGHT, Ahead
from halo.api.budget import Budget
from halo.api.clock import Clock
from halo.api.parsing import parse
from halo.api.requests import Log, Reply, Transport
from halo.api.secrecy import Secrets
from halo.api.sign_in import TokenSource
from halo.errors import Refused, Unreadable
from halo.settings import Settings

_NO_DATE = (
    "the answer has no Date header, by which is known how far it was read; "
    "find out what takes it out between Halo and Fivetran."
)


T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """A JSON value that Halo sent, and its server's time when it did (its `Date`, UTC)."""

    value: object
    date: datetime


class Connection:
    """What all reading of one tenant in one sync shares: the token, the budget, the time."""

    def __init__(
        self, settings: Settings, clock: Clock, transport: Transport, in_flight: int = IN_FLIGHT
    ) -> None:
        self.root = f"{settings.base_url}/api"
        self.transport = transport
        self.tokens = TokenSource(settings, transport, clock)
        self.ahead = Ahead(in_flight)
        self.date: datetime | None = None
        self.asked_once: dict[str, Answer] = {}

    @classmethod
    def to(cls, settings: Settings, clock: Clock, log: Log) -> Connection:
        """A connection with the budget and patience of a sync."""
        budget = Budget(settings.requests_per_5_minutes)
        return cls(settings, clock, Transport(budget, clock, log, Secrets(settings.secrets)))

    @property
    def requests(self) -> int:
        """How many requests were sent so far, token calls and repeated tries among them."""
        return self.transport.requests

    def close(self) -> None:
        """Ends what is still under way or waits."""
        self.ahead.close()
        self.transport.close()


class HaloApi:
    """Signed-in, read-only access to one tenant. Threads may share it.

    `requests` counts what this access sent, repeated tries among them; token calls are the
    connection's own.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self.requests = 0

    @property
    def date(self) -> datetime:
        """The server's time, by its latest answer. Raises Unreadable if none told it."""
        if self._connection.date is None:
            raise Unreadable(_NO_DATE)
        return self._connection.date

    def each(self, calls: Iterable[Callable[[], T]]) -> Iterator[T]:
        """The answers of calls that read this tenant, a few of them under way at once."""
        return self._connection.ahead.each(calls)

    def begin(self, call: Callable[[], T]) -> Future[T]:
        """A call that reads this tenant, under way while something else is done."""
        return self._connection.ahead.begin(call)

    def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET `/api{path}`.

        Raises Refused (a status that stays), Unreadable (no JSON), GaveUp (patience ended) and
        SignInError (no token).
        """
        reply = self._signed_in(path, params)
        try:
            return _answer(path, reply, self._connection.transport.secrets.redact)
        except Unreadable as error:
            raise Unreadable(self._connection.transport.secrets.redact(str(error))) from None

    def get_once(self, path: str, params: Mapping[str, str]) -> Answer:
        """Like `get`, but what was answered before in this sync is not asked again."""
        answers = self._connection.asked_once
        if path not in answers:
            answers[path] = self.get(path, params)
        return answers[path]

    def _signed_in(self, path: str, params: Mapping[str, str]) -> Reply:
        """The reply to one request; a 401 renews the token once and sends it once more."""
        connection = self._connection
        token = connection.tokens.token()
        reply = self._get(path, params, token)
        if decisions.verdict(reply.status) is decisions.Verdict.RENEW:
            token = connection.tokens.renewed(token)
            reply = self._get(path, params, token)
        date = decisions.http_date(reply.headers.get("Date", ""))
        if date is not None:
            connection.date = max(date, connection.date or date)
        if decisions.verdict(reply.status) is not decisions.Verdict.OK:
            redact = connection.transport.secrets.redact
            said = words.readable(reply.body, redact)
            answered = redact(f"{path} answered {reply.status} ({said})")
            raise Refused(answered, redact(_cure(path, reply)), reply.status)
        return reply

    def _get(self, path: str, params: Mapping[str, str], token: str) -> Reply:
        reply = self._connection.transport.get(self._connection.root + path, params, token)
        with self._lock:
            self.requests += reply.tries
        return reply


def _answer(path: str, reply: Reply, redact: Callable[[str], str]) -> Answer:
    date = decisions.http_date(reply.headers.get("Date", ""))
    if date is None:
        raise Unreadable(f"{path}: {_NO_DATE}")
    try:
        return Answer(parse(reply.body), date)
    except (ValueError, RecursionError):
        said = words.readable(reply.body, redact)
        raise Unreadable(
            f"{path} answered something that is not JSON ({said}); check base_url, "
            "and whether Halo is being maintained."
        ) from None


def _cure(path: str, reply: Reply) -> str:
    """What to do about a status that stays."""
    name = path.strip("/").partition("/")[0]
    if 300 <= reply.status < 400:
        return f"Halo points to {reply.headers.get('Location', 'elsewhere')}; set base_url to it"
    if reply.status in (401, 403):
        return (
            f"grant the API application the permission to read {name}, "
            "and the role of its agent too"
        )
    if reply.status == 404:
        return "this tenant does not have it, or base_url is not the root of the instance"
    return "see what Halo says"
