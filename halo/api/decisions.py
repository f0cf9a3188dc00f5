"""Pure decisions about one answer: what it means, and how long to wait before it is asked again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

from halo.api.budget import RATE_WINDOW

PATIENCE = 2 * RATE_WINDOW
"""Seconds for which a request is tried again: at least one whole rate window."""

LONGEST_PAUSE = 60.0
"""Seconds between two tries, unless Halo asks for more."""


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
