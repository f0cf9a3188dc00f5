"""Moments in Halo's filters and between syncs; all aware, in UTC."""

from datetime import UTC, datetime, timedelta

OVERLAP = timedelta(minutes=15)
"""By how much a cursor lags behind the server's time: for clocks that are minutes off, and for
changes that were under way."""


def iso(moment: datetime) -> str:
    """A moment as Halo's filters take it: ISO 8601 in UTC with a trailing Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_due(then: datetime | None, now: datetime, every: timedelta) -> bool:
    """Whether so much time went by since, if ever, or the server's clock was set back."""
    return then is None or now - then >= every or then - now > OVERLAP
