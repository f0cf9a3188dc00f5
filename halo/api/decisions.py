"""Pure decisions about one answer: what it means, and how long to wait before asking again."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from halo.api.budget import RATE_WINDOW
from halo.api.parsing import ends_early, parse
from halo.api.words import readable

PATIENCE = 2 * RATE_WINDOW
"""Seconds for which a request is tried again: at least one whole rate window."""

LONGEST_PAUSE = 60.0
"""Seconds between two tries, unless Halo asks for more."""

MAY_PASS = (408, 425, 429)
"""Statuses that trying again may change, besides those of a server's fault (5xx)."""


@dataclass(frozen=True)
class Ok:
    """A JSON value, and the server's time when it sent it (its `Date`, UTC), if it told it."""

    value: object = field(repr=False)
    date: datetime | None


@dataclass(frozen=True)
class TryAgain:
    """What may pass: why in words, the seconds that Halo asks to wait, whether it is its limit."""

    why: str
    after: float | None = None
    limited: bool = False


@dataclass(frozen=True)
class NotJson:
    """A good status with something that will never be JSON, a web page mostly: what it says."""

    said: str


@dataclass(frozen=True)
class Refused:
    """A status that stays, what Halo said, and where it points to instead (empty: nowhere)."""

    status: int
    said: str
    location: str = ""


class Renew(Refused):
    """401: an ended token; where a new one changes nothing, a missing permission."""


Final = Ok | NotJson | Refused


def decide(
    status: int, headers: Mapping[str, str], body: bytes, redact: Callable[[str], str] = str
) -> Final | TryAgain:
    """What an answer means; `redact` takes secrets out of the words in it."""
    if status in range(200, 300):
        return _read(status, headers, body, redact)
    said = readable(body, redact)
    if status in MAY_PASS or status >= 500:
        return TryAgain(f"answered {status} ({said})", retry_after(headers), status == 429)
    kind = Renew if status == 401 else Refused
    return kind(status, said, redact(headers.get("Location", "")))


def _read(
    status: int, headers: Mapping[str, str], body: bytes, redact: Callable[[str], str]
) -> Ok | NotJson | TryAgain:
    """What a good status came with. Nothing at all is never "no rows": it is asked again."""
    length = "" if "Content-Encoding" in headers else headers.get("Content-Length", "")
    try:
        if not length.isdecimal() or len(body) >= int(length):
            return Ok(parse(body), http_date(headers.get("Date", "")))
    except (ValueError, RecursionError):
        if not ends_early(body):
            return NotJson(readable(body, redact))
    how = f"ends early, after {len(body):,} bytes" if body.strip() else "is empty"
    return TryAgain(f"answered {status} with a body that {how}", retry_after(headers))


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
    """Seconds that `Retry-After` asks for, in either form; None if absent, unreadable or past."""
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
