"""Moments in the state, in Halo's filters and on Halo's rows; all aware, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from halo.api.pages import Raw
from halo.tables.columns import Misfit, to_datetime

OVERLAP = timedelta(minutes=15)
"""By how much a cursor lags behind the server's time: for clocks that are minutes off, and for
changes that were under way."""


def iso(moment: datetime) -> str:
    """A moment as Halo's filters take it: ISO 8601 in UTC with a trailing Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(value: object) -> datetime | None:
    """A moment of the state; None where there is none. Raises ValueError on anything else."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no moment")
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return parsed


def stamp(row: Raw, name: str) -> datetime | None:
    """The moment in a raw row's field; None where Halo says that there is none."""
    try:
        return to_datetime(row.get(name))
    except Misfit:
        return None


def is_due(then: datetime, now: datetime, every: timedelta) -> bool:
    """Whether so much time went by, or the server's clock was set back since."""
    return now - then >= every or then - now > OVERLAP
