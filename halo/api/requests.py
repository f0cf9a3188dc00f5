"""The only code that talks HTTP: GET, and the token call; patient, within the budget, bounded.

The module has its name so that the SDK's check of the dependencies, which takes every import for a
missing package that no file of the project is named after, does not ask PyPI about `requests`.
"""

import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import InitVar, dataclass, field, replace
from io import BytesIO
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
from halo.errors import GaveUp, Limited

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

    Threads may share it; `requests` counts what was sent.
    """

    budget: Budget
    clock: Clock
    log: Log
    secrets: Secrets
    patience: float = decisions.PATIENCE
    session: InitVar[requests.Session | None] = None

    def __post_init__(self, session: requests.Session | None) -> None:
        self._session = session or requests.Session()
        self._lock = threading.Lock()
        self._in_flight = threading.BoundedSemaphore(IN_FLIGHT)
        self._reached = self._closed = False
        self.requests = 0

    def close(self) -> None:
        """Nothing is sent any more: what still waits for its turn gives up."""
        self._closed = True

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
            waited += self.clock.now() - asked
            tries += 1
            if isinstance(answer, Reply):
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
            pause = min(pause, limit - waited)
            self.log(f"{said}; trying again in {pause:.0f} s.")
            self.clock.sleep(pause)
            waited += pause

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
                notice = self.budget.notice(now, wait)
            if notice:
                self.log(notice)
            self.clock.sleep(wait)
        raise GaveUp("The sync ended before this was asked.")

    def _once(self, request: requests.Request) -> Reply | TryAgain:
        """One try. Raises GaveUp where another would bring nothing else."""
        try:
            with self._in_flight:
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
        how |= {"allow_redirects": False, "timeout": (CONNECT_TIMEOUT, READ_TIMEOUT)}
        with self._session.send(prepared, **how) as response:
            body, deadline = BytesIO(), self.clock.now() + LONGEST_ANSWER_SECONDS
            for chunk in response.iter_content(1 << 20):
                body.write(chunk)
                if body.tell() > LARGEST_ANSWER or self.clock.now() > deadline:
                    raise requests.exceptions.ChunkedEncodingError("the answer does not end")
            return response.status_code, response.headers, body.getvalue()  # Makes no copy.


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
