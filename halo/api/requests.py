"""The only code that talks HTTP: GET, and the token call; patient, within the budget, bounded.

The module has its name so that the SDK's check of the dependencies, which takes every import for a
missing package that no file of the project is named after, does not ask PyPI about `requests`.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import InitVar, dataclass, field, replace
from functools import partial
from io import BytesIO
from math import inf
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from halo.api import decisions
from halo.api.budget import Budget
from halo.api.clock import Clock
from halo.api.decisions import Final, TryAgain
from halo.api.parsing import parse
from halo.api.secrecy import Secrets
from halo.api.words import spelt
from halo.errors import GaveUp, Limited, Silent

IN_FLIGHT = 4
"""Requests that are under way at the same time, at most."""

CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 90.0
"""Seconds: Halo's gateways answer 504 after about 60 (Halo's API notes, limits)."""

LONGEST_ANSWER_SECONDS = 180.0
LARGEST_ANSWER = 256 * 1024 * 1024
"""An answer that takes longer, or has more bytes, is taken for one that never ends.

Lists without pages are large: 36 MB in 18 s was recorded (Halo's API notes, lists).
"""

_WHO = re.compile(r"^(<[^>]*>|\w+\([^)]*\)): ")

Log = Callable[[str], None]


@dataclass(frozen=True)
class Reply:
    """An answer that came whole, what it means, and how often it was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    decision: Final
    tries: int = 1

    @property
    def object(self) -> Mapping[str, object]:
        """The JSON object in it, whatever its status; empty where there is none."""
        with suppress(ValueError, RecursionError):
            if isinstance(value := parse(self.body), dict):
                return value
        return {}


@dataclass(repr=False, eq=False)
class Transport:
    """Sends requests and tries again what may pass, for `patience` seconds. Follows no redirect.

    Raises Silent where no request had a proper answer for `gives_up` seconds. Threads may share it;
    `requests` counts what was sent, and `doing` tells in words what it is for.
    """

    budget: Budget
    clock: Clock
    log: Log
    secrets: Secrets
    patience: float = decisions.PATIENCE
    gives_up: float = inf
    session: InitVar[requests.Session | None] = None

    def __post_init__(self, session: requests.Session | None) -> None:
        self._session = session or requests.Session()
        self._lock = threading.Lock()
        self._in_flight = threading.BoundedSemaphore(IN_FLIGHT)
        self._reached = self._closed = False
        self._waits: dict[int, Callable[[float], str]] = {}
        self._silence = 0.0
        self.requests = 0
        self.doing = ""

    def close(self) -> None:
        """Nothing is sent any more: what still waits for its turn gives up."""
        self._closed = True

    def status(self) -> str:
        """What is waited for the longest, as a sentence; where it is nothing, what is done."""
        for line in list(self._waits.values()):
            return line(self.clock.now())
        what = f" with {self.doing}" if self.doing else ""
        return f"Going on{what}; {self.requests:,} requests so far."

    @contextmanager
    def _waiting(self, line: Callable[[float], str]) -> Iterator[None]:
        """This thread waits while the block runs; `line` makes of the time what it waits for."""
        self._waits[threading.get_ident()] = line
        try:
            yield
        finally:
            del self._waits[threading.get_ident()]

    def _sleep(self, seconds: float, line: Callable[[float], str]) -> None:
        """Sleeps; `line` makes of the seconds that are left what is waited for."""
        until = self.clock.now() + seconds
        with self._waiting(lambda now: line(until - now)):
            self.clock.sleep(seconds)

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        token: str = "",
        *,
        once: bool = False,
    ) -> Reply:
        """GET; raises GaveUp when patience ends. Any final status comes back as it is."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # Commas are not escaped: lists of ids would grow beyond what servers take.
        query = urlencode(params or {}, safe=",:")
        asked = requests.Request("GET", url, params=query, headers=headers)
        return self._patiently(asked, 0.0 if once else self.patience)

    def token_call(self, url: str, params: Mapping[str, str], form: Mapping[str, str]) -> Reply:
        """POST of a form to the authorisation server: the only request that is not a GET."""
        asked = requests.Request("POST", url, params=params, data=form)
        return self._patiently(asked, self.patience)

    def _patiently(self, request: requests.Request, patience: float) -> Reply:
        # Signs nothing, so that no password is taken from a .netrc file.
        request.auth = lambda prepared: prepared
        waited, tries = 0.0, 0
        while True:
            self._admit()
            asked = self.clock.now()
            answer = self._once(request)
            took = self.clock.now() - asked
            waited += took
            tries += 1
            if isinstance(answer, Reply):
                self._silence = 0.0
                return replace(answer, tries=tries)
            said = f"{request.url} {answer.why}"
            pause = decisions.pause(tries - 1, self.clock.chance(), answer.after)
            # Halo's limit is waited for also where nothing else is.
            limit = self.patience if answer.limited else patience
            if (max(waited, pause) if answer.limited else waited) >= limit:
                raise _gave_up(said, answer, tries, waited)
            if answer.limited:
                with self._lock:
                    self.budget.limited(self.clock.now(), pause)
            self._bear(said, took)
            pause = min(pause, limit - waited, self.gives_up - self._silence)
            self.log(_again(said, pause))
            self._sleep(pause, partial(_again, said))
            waited += pause
            self._bear(said, pause)

    def _bear(self, said: str, seconds: float) -> None:
        """So many more seconds without a proper answer to anything."""
        self._silence += seconds
        if self._silence >= self.gives_up:
            raise Silent(
                f"Halo gave no proper answer for {spelt(self._silence)}: {said}; find out whether "
                "it is being maintained, and try again in some minutes."
            )

    def _admit(self) -> None:
        """Waits until the budget allows a request, and says so before it does."""
        while not self._closed:
            with self._lock:
                now = self.clock.now()
                wait = self.budget.wait(now)
                if not wait:
                    self.budget.sent()
                    self.requests += 1
                    return
                notice = self.budget.notice(now, wait, self.doing)
            if notice:
                self.log(notice)
            self._sleep(wait, lambda left: self.budget.going_on(left, self.doing))
        raise GaveUp("The sync ended before this was asked.")

    def _once(self, request: requests.Request) -> Reply | TryAgain:
        """One try. Raises GaveUp where another would bring nothing else."""
        asked, path = self.clock.now(), urlsplit(request.url).path

        def line(now: float) -> str:
            return f"{path} has not answered for {spelt(now - asked)}."

        try:
            with self._waiting(line), self._in_flight:
                status, headers, body = self._read(self._session.prepare_request(request))
            self._reached = True
        except requests.exceptions.RequestException as error:
            if hopeless := _hopeless(error, urlsplit(request.url).netloc, self._reached):
                raise hopeless from None
            return TryAgain(f"could not be read ({_reason(error)})")
        finally:
            with self._lock:
                self.budget.answered(self.clock.now())
        decision = decisions.decide(status, headers, body, self.secrets.redact)
        if isinstance(decision, TryAgain):
            return decision
        return Reply(status, headers, body, decision)

    def _read(self, prepared: requests.PreparedRequest) -> tuple[int, Mapping[str, str], bytes]:
        # With the proxies and certificates that the environment names.
        how: Any = self._session.merge_environment_settings(prepared.url, {}, True, None, None)
        left = max(1.0, self.gives_up - self._silence)
        how |= {
            "allow_redirects": False,
            "timeout": (CONNECT_TIMEOUT, min(READ_TIMEOUT, self.patience, left)),
        }
        with self._session.send(prepared, **how) as response:
            body, deadline = BytesIO(), self.clock.now() + min(LONGEST_ANSWER_SECONDS, left)
            for chunk in response.iter_content(1 << 20):
                body.write(chunk)
                if body.tell() > LARGEST_ANSWER or self.clock.now() > deadline:
                    raise requests.exceptions.ChunkedEncodingError("the answer does not end")
            return response.status_code, response.headers, body.getvalue()  # Makes no copy.


def _again(said: str, seconds: float) -> str:
    return f"{said}; trying again in {seconds:.0f} s."


def _gave_up(said: str, answer: TryAgain, tries: int, waited: float) -> GaveUp:
    if answer.limited:
        return Limited(f"Halo's request limit is used up ({said}); the next sync tries again.")
    return GaveUp(f"{said}, {tries} times in {spelt(waited)}; the next sync tries again.")


def _hopeless(error: Exception, host: str, reached: bool) -> GaveUp | None:
    """Why another try would bring nothing else; None where it may."""
    if isinstance(error, requests.exceptions.SSLError):
        return GaveUp(
            f"{host} shows a certificate that cannot be trusted: {_reason(error)}; "
            "check base_url and auth_url, or the host's certificate."
        )
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return GaveUp(f"{host} is no web address: {_reason(error)}.")
    if not reached and "NameResolution" in repr(error):
        return GaveUp(f"There is no host {host}; check base_url and auth_url.")
    return None


def _reason(error: Exception) -> str:
    """The innermost cause of a `requests` error, without object addresses and URLs."""
    inner = getattr(error, "reason", None) or (None, *error.args)[-1]
    if isinstance(inner, Exception):
        return _reason(inner)
    words = _WHO.sub("", str(error)) or type(error).__name__
    return words.partition(" (Caused")[0][:200].rstrip(".")
