"""The only code that talks HTTP: GET, and the token call; patient, within the budget, bounded.

The module has its name so that the SDK's check of the dependencies, which takes every import for a
missing package that no file of the project is named after, does not ask PyPI about `requests`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import requests
from requests.auth import AuthBase

from halo.api import decisions, words
from halo.api.ahead import IN_FLIGHT
from halo.api.budget import Budget
from halo.api.clock import Clock
from halo.api.secrecy import Secrets
from halo.errors import GaveUp, Limited

CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 90.0
"""Seconds: Halo's gateways answer 504 after about 60 (Halo's API notes, limits)."""

LONGEST_ANSWER_SECONDS = 180.0
LARGEST_ANSWER = 64 * 1024 * 1024
"""An answer that takes longer, or has more bytes, is taken for one that never ends."""

_WHO = re.compile(r"^(<[^>]*>|\w+\([^)]*\)): ")

Log = Callable[[str], None]


@dataclass(frozen=True)
class Reply:
    """An answer that came whole: its HTTP status, headers and bytes, and how often it was asked."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    tries: int = 1


class _Bearer(AuthBase):
    """Sets the token itself, so that `requests` never takes a password from a .netrc file."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Transport:
    """Sends requests and tries again what may pass. Follows no redirect. Threads may share it."""

    def __init__(
        self,
        budget: Budget,
        clock: Clock,
        log: Log,
        secrets: Secrets,
        patience: float = decisions.PATIENCE,
        session: requests.Session | None = None,
    ) -> None:
        self._budget = budget
        self._clock = clock
        self._log = log
        self.secrets = secrets
        self._patience = patience
        self._session = session or requests.Session()
        self._lock = threading.Lock()
        self.requests = 0
        self._reached = False
        self._in_flight = threading.BoundedSemaphore(IN_FLIGHT)
        self._closed = False
        self._environments: dict[str, Mapping[str, Any]] = {}

    def close(self) -> None:
        """Nothing is sent any more: what still waits for its turn gives up."""
        self._closed = True

    def get(
        self, url: str, params: Mapping[str, str] | None = None, token: str | None = None
    ) -> Reply:
        """GET; raises GaveUp when patience ends. Any final status comes back as it is."""
        request = requests.Request("GET", url, params=params, auth=_Bearer(token))
        return self._patiently(request)

    def token_call(self, url: str, params: Mapping[str, str], form: Mapping[str, str]) -> Reply:
        """POST of a form to the authorisation server: the only request that is not a GET."""
        request = requests.Request("POST", url, params=params, data=form, auth=_Bearer(None))
        return self._patiently(request)

    def _patiently(self, request: requests.Request) -> Reply:
        prepared = self._session.prepare_request(request)
        where = request.url.partition("?")[0]
        waited, attempt = 0.0, 0
        while True:
            self._admit()
            asked = self._clock.now()
            reply, trouble = self._once(prepared)
            waited += self._clock.now() - asked
            if reply is not None and decisions.verdict(reply.status) is not decisions.Verdict.RETRY:
                return replace(reply, tries=attempt + 1)
            wish = decisions.retry_after(reply.headers) if reply else None
            pause = decisions.pause(attempt, self._clock.chance(), wish)
            limited = reply is not None and reply.status == 429
            if limited and max(waited, pause) >= self._patience:
                raise Limited(
                    f"Halo's request limit is used up ({where} {trouble}); "
                    "the next sync tries again."
                )
            if limited:
                with self._lock:
                    self._budget.limited(self._clock.now(), pause)
            if waited >= self._patience:
                raise GaveUp(
                    f"{where} {trouble}, {attempt + 1} times in {_spelt(waited)}; "
                    "the next sync tries again."
                )
            pause = min(pause, self._patience - waited)
            self._log(f"{where} {trouble}; trying again in {pause:.0f} s.")
            self._clock.sleep(pause)
            waited += pause
            attempt += 1

    def _once(self, prepared: requests.PreparedRequest) -> tuple[Reply | None, str]:
        """One try: the reply, or None; and in words what was wrong with it."""
        try:
            with self._in_flight:
                reply = self._read(prepared)
            self._reached = True
        except requests.exceptions.SSLError as error:
            raise GaveUp(
                f"{_host(prepared)} shows a certificate that cannot be trusted: {_reason(error)}; "
                "check base_url and auth_url, or the host's certificate."
            ) from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise GaveUp(f"{_host(prepared)} is no web address: {_reason(error)}.") from None
        except requests.exceptions.RequestException as error:
            if not self._reached and "NameResolution" in repr(error):
                raise GaveUp(
                    f"There is no host {_host(prepared)}; check base_url and auth_url."
                ) from None
            return None, f"could not be read ({_reason(error)})"
        finally:
            with self._lock:
                self._budget.answered(self._clock.now())
        if decisions.verdict(reply.status) is not decisions.Verdict.RETRY:
            return reply, ""
        said = words.readable(reply.body, self.secrets.redact)
        return reply, f"answered {reply.status} ({said})"

    def _admit(self) -> None:
        """Waits until the budget allows a request."""
        while True:
            if self._closed:
                raise GaveUp("The sync ended before this was asked.")
            with self._lock:
                wait = self._budget.wait(self._clock.now())
                if not wait:
                    self._budget.sent()
                    self.requests += 1
                    return
            self._clock.sleep(wait)

    def _read(self, prepared: requests.PreparedRequest) -> Reply:
        with self._session.send(
            prepared,
            allow_redirects=False,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            **self._environment(prepared),
        ) as response:
            body, deadline = bytearray(), self._clock.now() + LONGEST_ANSWER_SECONDS
            for chunk in response.iter_content(1 << 20):
                body += chunk
                if len(body) > LARGEST_ANSWER or self._clock.now() > deadline:
                    raise requests.exceptions.ChunkedEncodingError("the answer does not end")
            return Reply(response.status_code, response.headers, bytes(body))

    def _environment(self, prepared: requests.PreparedRequest) -> Mapping[str, Any]:
        """The proxies and certificates that the environment names for a host, looked up once."""
        host = _host(prepared)
        if host not in self._environments:
            self._environments[host] = self._session.merge_environment_settings(
                prepared.url, {}, True, None, None
            )
        return self._environments[host]


def _spelt(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"


def _host(prepared: requests.PreparedRequest) -> str:
    return (prepared.url or "").split("/")[2] if "//" in (prepared.url or "") else ""


def _reason(error: Exception) -> str:
    """The innermost cause of a `requests` error, without object addresses and URLs."""
    cause: BaseException = error
    while cause.args and isinstance(cause.args[-1], BaseException):
        cause = cause.args[-1]
    reason: object = getattr(cause, "reason", None)
    while isinstance(reason, BaseException):
        cause, reason = reason, getattr(reason, "reason", None)
    words = _WHO.sub("", str(cause)) or type(cause).__name__
    return words.partition(" (Caused")[0][:200]
