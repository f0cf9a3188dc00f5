"""The rate limit: so many requests in a rolling window, told by the tenant's clock."""

import math
from collections import deque
from datetime import datetime, timedelta

from werkzeug.http import http_date

from sandbox.tenant import Tenant


class RateLimit:
    """Counts the requests that were let through."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._let_through: deque[datetime] = deque()

    def wait(self) -> float | None:
        """Count one request; the seconds to wait if it is one too many, else None."""
        quirks, now = self._tenant.quirks, self._tenant.now()
        window = timedelta(seconds=quirks.rate_window_seconds)
        while self._let_through and self._let_through[0] <= now - window:
            self._let_through.popleft()
        if not quirks.rate_limit or len(self._let_through) < quirks.rate_limit:
            self._let_through.append(now)
            return None
        return (self._let_through[-quirks.rate_limit] + window - now).total_seconds()

    def refusal(self) -> str:
        """What Halo says to one request too many."""
        quirks = self._tenant.quirks
        minutes = f"{quirks.rate_window_seconds / 60:g}"
        requests = f"{quirks.rate_limit} Requests"
        return f"Rate Limit Reached - {requests} per rolling {minutes} minute window"

    def retry_after(self, wait: float) -> dict[str, str]:
        """The header that says when to come back, in the tenant's way."""
        quirks = self._tenant.quirks
        match quirks.retry_after:
            case "seconds":
                return {"Retry-After": str(math.ceil(wait))}
            case "date":
                until = self._tenant.now() + timedelta(
                    seconds=math.ceil(wait) + 1 + quirks.date_skew_seconds
                )
                return {"Retry-After": http_date(until)}
            case _:
                return {}
