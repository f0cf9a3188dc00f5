"""Reading Halo's API: a path and parameters in, a JSON value out; the token is taken care of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from halo import policy
from halo.clock import Clock
from halo.errors import GaveUp, Refused, SignInError, Unreadable
from halo.oauth import TokenSource
from halo.requests import Log, Reply, Transport
from halo.settings import Settings

_NO_DATE = (
    "the answer has no Date header, by which is known how far it was read; "
    "find out what takes it out between Halo and Fivetran."
)


@dataclass(frozen=True)
class Answer:
    """A JSON value that Halo sent, and its server's time when it did (its `Date`, UTC)."""

    value: object
    date: datetime


class HaloApi:
    """Signed-in, read-only access to one tenant. Threads may share it."""

    def __init__(self, settings: Settings, clock: Clock, transport: Transport) -> None:
        self._root = f"{settings.base_url}/api"
        self._transport = transport
        self._tokens = TokenSource(settings, transport, clock)
        self._latest: datetime | None = None

    @classmethod
    def connect(cls, settings: Settings, clock: Clock, log: Log) -> HaloApi:
        """Access with the budget and patience of a sync."""
        budget = policy.Budget(settings.requests_per_5_minutes)
        return cls(settings, clock, Transport(budget, clock, log))

    @property
    def requests(self) -> int:
        """How many requests were sent so far, token calls and repeated tries among them."""
        return self._transport.requests

    @property
    def date(self) -> datetime:
        """The server's time, by its latest answer. Raises Unreadable if none told it."""
        if self._latest is None:
            raise Unreadable(_NO_DATE)
        return self._latest

    def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET `/api{path}`.

        Raises Refused (a status that stays), Unreadable (no JSON), GaveUp (patience ended) and
        SignInError (no token).
        """
        return _answer(path, self._signed_in(path, params))

    def redact(self, text: str) -> str:
        """The text without any secret or token."""
        return self._tokens.redact(text)

    def _signed_in(self, path: str, params: Mapping[str, str]) -> Reply:
        """The reply to one request; a 401 renews the token once and sends it once more."""
        try:
            token = self._tokens.token()
            reply = self._transport.get(self._root + path, params, token)
            if policy.verdict(reply.status) is policy.Verdict.RENEW:
                token = self._tokens.renewed(token)
                reply = self._transport.get(self._root + path, params, token)
        except (GaveUp, SignInError) as error:
            raise type(error)(self.redact(str(error))) from None
        date = policy.http_date(reply.headers.get("Date", ""))
        if date is not None:
            self._latest = max(date, self._latest or date)
        if policy.verdict(reply.status) is not policy.Verdict.OK:
            raise Refused(self.redact(_refusal(path, reply)), reply.status)
        return reply


def _answer(path: str, reply: Reply) -> Answer:
    date = policy.http_date(reply.headers.get("Date", ""))
    if date is None:
        raise Unreadable(f"{path}: {_NO_DATE}")
    try:
        return Answer(parse(reply.body), date)
    except (ValueError, RecursionError):
        said = policy.readable(reply.body)
        raise Unreadable(
            f"{path} answered something that is not JSON ({said}); check base_url, "
            "and whether Halo is being maintained."
        ) from None


def parse(body: bytes) -> object:
    """The JSON value of a body. Bytes that are no UTF-8 become U+FFFD, NaN and Infinity null.

    NUL characters and halves of surrogate pairs, which no warehouse takes, are dropped.
    Raises ValueError where the body is no JSON.
    """
    text = body.decode("utf-8-sig", "replace")
    value: object = json.loads(
        text, parse_constant=lambda _: None, parse_float=_finite, strict=False
    )
    if "\\u0000" in text or "\x00" in text or "\\ud" in text or "\\uD" in text:
        value = _clean(value)
    return value


def _finite(spelt: str) -> float | None:
    number = float(spelt)
    return number if isfinite(number) else None


def _clean(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value


def _refusal(path: str, reply: Reply) -> str:
    """A sentence for a status that stays: what failed, what Halo said, what to do."""
    name = path.strip("/").partition("/")[0]
    if 300 <= reply.status < 400:
        cure = f"Halo points to {reply.headers.get('Location', 'elsewhere')}; set base_url to it"
    elif reply.status in (401, 403):
        cure = (
            f"grant the API application the permission to read {name}, "
            "and the role of its agent too"
        )
    elif reply.status == 404:
        cure = "this tenant does not have it, or base_url is not the root of the instance"
    else:
        cure = "see what Halo says"
    return f"{path} answered {reply.status} ({policy.readable(reply.body)}): {cure}."
