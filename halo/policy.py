"""Pure decisions about requests: what an answer means, how long to wait, what the budget allows."""

from __future__ import annotations

import json
import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from html import unescape

RATE_WINDOW = 300.0
"""Seconds of a hosted tenant's rolling rate window (Halo's API notes, limits)."""

PATIENCE = 2 * RATE_WINDOW
"""Seconds for which a request is tried again: at least one whole rate window."""

LONGEST_PAUSE = 60.0
"""Seconds between two tries, unless Halo asks for more."""

LONGEST_BODY = 10_000
"""Bytes of an error body that are looked at: a wrong host answers pages of 250 kB."""

LONGEST_SENTENCE = 300
"""Characters of Halo's own words in an error."""


class Verdict(Enum):
    """What to do with an answer."""

    OK = "read it"
    RENEW = "renew the token and send it once more"
    RETRY = "wait and send it again"
    REFUSED = "do not send it again"


def verdict(status: int) -> Verdict:
    """What an HTTP status asks for. 401 is both an ended token and a missing permission."""
    if 200 <= status < 300:
        return Verdict.OK
    if status == 401:
        return Verdict.RENEW
    if status in (408, 425, 429) or status >= 500:
        return Verdict.RETRY
    return Verdict.REFUSED


def pause(attempt: int, chance: float, retry_after: float | None) -> float:
    """Seconds to wait after the failed try number `attempt` (from 0).

    Halo's own wish comes first, no longer than a rate window; else the wait doubles from one
    second to a minute, half of it left to chance so that many clients do not come back at once.
    """
    if retry_after is not None:
        return min(max(retry_after, 1.0), RATE_WINDOW) + chance
    whole = min(LONGEST_PAUSE, 2.0 ** min(attempt, 10))
    return whole / 2 + chance * whole / 2


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a `Retry-After` header asks for: a number, or a date compared with `Date`.

    None where the header is absent, not readable, or lies in the past.
    """
    text = headers.get("Retry-After", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        until, now = http_date(text), http_date(headers.get("Date", ""))
        seconds = (until - now).total_seconds() if until and now else math.nan
    return seconds if 0 < seconds < math.inf else None


def http_date(text: str) -> datetime | None:
    """The moment of a `Date` header, aware (UTC); None where there is none."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def readable(body: bytes, redact: Callable[[str], str] = str) -> str:
    """An error body of any shape as one short line: `Key: Value` pairs, or text without HTML.

    `redact` takes secrets out before anything is cut: half of a secret would not be recognised.
    """
    text = redact(body[: 2 * LONGEST_BODY].decode("utf-8", "replace"))[:LONGEST_BODY].strip()
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = text
        if re.match(r"\s*<", text):
            title = re.search(r"(?is)<title[^>]*>(.*?)</title>", text)
            plain = re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>", " ", text)
            value = "a web page: " + unescape(title.group(1) if title else plain)
    line = "; ".join(_pairs(value))
    line = re.sub(r"\s+", " ", line).strip().encode("utf-8", "replace").decode()
    if len(line) > LONGEST_SENTENCE:
        line = line[:LONGEST_SENTENCE].rstrip() + " …"
    return line or "nothing"


def _pairs(value: object, name: str = "", depth: int = 0) -> Iterable[str]:
    if depth > 8:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pairs(inner, str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner, name, depth + 1)
    elif value is not None and value != "":
        yield f"{name}: {value}" if name else str(value)


class Budget:
    """How many requests may go within any rolling window, whatever runs side by side.

    A request counts from the moment it is sent until one window after its answer came, since the
    tenant counts it at a moment in between that nobody here knows.
    """

    def __init__(self, limit: int, window: float = RATE_WINDOW) -> None:
        self._limit = limit
        self._allowed = float(limit)
        self._window = window
        self._in_flight = 0
        self._answered: deque[float] = deque()
        self._closed_until = -math.inf
        self._grown_at = -math.inf

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

    def sent(self) -> None:
        """A request goes out."""
        self._in_flight += 1

    def answered(self, now: float) -> None:
        """Its answer came, or it failed."""
        self._in_flight -= 1
        self._answered.append(now)

    def limited(self, now: float, pause: float) -> None:
        """Halo answered 429: nothing goes out for `pause` seconds, and less for a while after."""
        self._closed_until = max(self._closed_until, now + pause)
        self._allowed = max(self._limit / 8, self._allowed * 3 / 4)
        self._grown_at = now
