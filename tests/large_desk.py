"""A large desk as a WSGI application: its rows are made as they are asked for.

Everything but tickets, actions and answers to surveys comes from a small stand-in tenant.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from math import ceil
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from sandbox.app import SandboxApp
from sandbox.quirks import Quirks
from sandbox.tenant import Tenant
from tests.world import NOON, Time

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Row = dict[str, Any]
Asked = dict[str, str]

TICKETS, YEARS = 100_000, 5.0
"""The size at which requests are promised: 80,000 closed, 35,000 rated, 800,000 actions."""

ACTIONS = 8
GAP = 3 * 3600
"""Seconds between two of the first actions of a ticket."""

CAP = 1000
"""The most actions in one answer."""

RATED = {1, 2, 3, 4, 6, 7, 8}
"""Which of twenty tickets are rated; each fifth one is open."""

HONOURS_NOTHING = Quirks(
    rate_limit=0, order_honoured="none", list_page_cap=50, window_dates="ignored"
)


@dataclass
class Change:
    """What was done on a ticket beside its first actions; moments in seconds."""

    added: list[int] = field(default_factory=list)
    updated: int = 0
    closed: int = 0
    numbered: int = 0


class LargeDesk:
    """So many tickets, spread over years up to a day ago.

    `honours` is whether dates, order and filters are; else nothing is, and pages have 50 rows.
    `requests` counts what was asked, by path.
    """

    def __init__(self, time: Time, scale: float = 1, *, honours: bool = True) -> None:
        self.tickets = round(TICKETS * scale)
        self.days = round(365.25 * YEARS * scale)
        self.honours = honours
        self.size = 100 if honours else 50
        self.requests: Counter[str] = Counter()
        self._time = time
        self._random = Random(13)
        self._opened = sorted(self._opening() for _ in range(self.tickets))
        self._changes: dict[int, Change] = {}
        self._added: list[tuple[int, int, int]] = []
        self._updated: list[tuple[int, int]] = []
        self._rest = SandboxApp(
            Tenant.build(
                tickets=0,
                users=90,
                agents=25,
                clients=30,
                counts={"asset": 40},
                quirks=Quirks(rate_limit=0) if honours else HONOURS_NOTHING,
                now=lambda: time.now,
            )
        )

    # --- its life

    def change(self, tickets: int, *, closed: int = 0, actions: int, seconds: int = 3600) -> None:
        """What happened in the last seconds: so many tickets changed, of which some were closed.

        Each gets new actions, as many in all as are said; the last one moves its dates.
        """
        now = _seconds(self._time.now)
        chosen = self._random.sample(range(1, self.tickets + 1), min(self.tickets, 4 * tickets))
        to_close = [n for n in chosen if not self._closed(n)][:closed]
        others = [n for n in chosen if n not in set(to_close)]
        changed = [*to_close, *others[: tickets - len(to_close)]]
        moments = {number: self._random.randrange(seconds - 60) for number in changed}
        for at in range(actions):
            number = changed[at % tickets]
            change = self._changes.setdefault(number, Change())
            change.added.append(now - 1 - moments[number])
            moments[number] += self._random.randrange(1, 20)
        for number in changed:
            self._settle(number)
        for number in to_close:
            self._changes[number].closed = self._changes[number].updated
        self._added.sort()

    def edit(self, tickets: int) -> None:
        """So many tickets were edited now, without an action."""
        for number in self._random.sample(range(1, self.tickets + 1), tickets):
            self._move(number, _seconds(self._time.now) - 1)

    def _settle(self, number: int) -> None:
        """Numbers the new actions of a ticket in the order of their moments."""
        change = self._changes[number]
        known = change.numbered
        change.added = change.added[:known] + sorted(change.added[known:])
        for at, moment in enumerate(change.added[known:], known + 1):
            self._added.append((moment, number, ACTIONS + at))
        change.numbered = len(change.added)
        self._move(number, change.added[-1])

    def _move(self, number: int, moment: int) -> None:
        change = self._changes.setdefault(number, Change())
        if change.updated:
            del self._updated[bisect_left(self._updated, (change.updated, number))]
        change.updated = moment
        insort(self._updated, (moment, number))

    def _opening(self) -> int:
        """When a ticket came in: mostly in the working hours of a week."""
        while True:
            day = NOON - timedelta(days=1 + self._random.randrange(self.days), hours=12)
            if day.weekday() < 5 or self._random.random() < 0.1:
                hour = self._random.triangular(6, 20, 10)
                return _seconds(day + timedelta(hours=hour - 24))

    # --- what is in it

    @property
    def open_days(self) -> int:
        """The days from its first ticket to now."""
        return ceil((_seconds(self._time.now) - self._opened[0]) / 86400)

    @property
    def actions(self) -> int:
        """How many actions it has."""
        return ACTIONS * self.tickets + len(self._added)

    def rated(self) -> int:
        """How many tickets are rated."""
        return sum(map(_is_rated, range(1, self.tickets + 1)))

    def _moments(self, number: int) -> list[int]:
        """When each action of a ticket was, in the order of their ids."""
        first = [self._opened[number - 1] + GAP * at for at in range(ACTIONS)]
        change = self._changes.get(number)
        return first + change.added if change else first

    def _closed(self, number: int) -> int:
        change = self._changes.get(number)
        if number % 5:
            return self._opened[number - 1] + GAP * (ACTIONS - 1)
        return change.closed if change else 0

    def _ticket(self, number: int) -> Row:
        acted, closed = self._moments(number)[-1], self._closed(number)
        change = self._changes.get(number)
        return {
            "id": number,
            "summary": f"Ticket {number}",
            "status_id": 9 if closed else 2,
            "dateoccurred": _spelt(self._opened[number - 1]),
            "last_update": _spelt(change.updated if change else acted),
            "lastactiondate": _spelt(acted),
            "dateclosed": _spelt(closed) if closed else "1900-01-01T00:00:00",
            "hasbeenclosed": bool(closed),
        }

    def _detail(self, number: int) -> Row:
        rating = {"satisfactionlevel": 1 + number % 5} if _is_rated(number) else {}
        return self._ticket(number) | rating

    # --- how it is asked

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].lower().removeprefix("/api")
        kind = "/tickets/{id}" if path.startswith("/tickets/") else path
        asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        if kind == "/actions" and "ticket_id" in asked:
            kind = "/actions?ticket_id"
        self.requests[kind] += 1
        made = self._answer(kind, path, asked)
        if made is None:
            return self._rest(environ, start_response)
        headers = [("Date", format_datetime(self._time.now, usegmt=True))]
        start_response("200 OK", headers)
        return [json.dumps(made).encode()]

    def _answer(self, kind: str, path: str, asked: Asked) -> object:
        match kind:
            case "/tickets":
                return self._page(asked)
            case "/tickets/{id}":
                return self._detail(int(path.rpartition("/")[2]))
            case "/actions":
                return self._between(asked)
            case "/actions?ticket_id":
                return self._of_a_ticket(int(asked["ticket_id"]))
            case "/feedback":
                return [_answer_of(n) for n in range(1, self.tickets + 1) if _is_rated(n)]
        return None

    def _page(self, asked: Asked) -> Row:
        """A page of tickets, by id from either end, of those that were updated in a span."""
        size = min(self.size, int(asked.get("page_size", self.size)))
        start = size * (int(asked.get("page_no", 1)) - 1)
        listed: Sequence[int] = range(1, self.tickets + 1)
        if not self.honours:  # Each number once, in an order that nobody knows.
            numbers = [1 + at * 7919 % self.tickets for at in range(start, start + size)]
            shown = numbers[: max(0, self.tickets - start)]
            return {"record_count": self.tickets, "tickets": [self._ticket(n) for n in shown]}
        if asked.keys() & {"lastupdatefromdate", "lastupdatetodate"}:
            listed = self._updated_in(*_span(asked, "lastupdatefromdate", "lastupdatetodate"))
        if asked.get("orderdesc") == "true":
            listed = listed[::-1]
        rows = [self._ticket(number) for number in listed[start : start + size]]
        return {"record_count": len(listed), "tickets": rows}

    def _updated_in(self, start: int, end: int) -> list[int]:
        low, high = bisect_left(self._updated, (start, 0)), bisect_left(self._updated, (end + 1, 0))
        moved = [number for _, number in self._updated[low:high]]
        last = GAP * (ACTIONS - 1)
        first = bisect_left(self._opened, start - last)
        beyond = bisect_right(self._opened, end - last)
        still = [n for n in range(first + 1, beyond + 1) if n not in self._changes]
        return sorted(still + moved)

    def _between(self, asked: Asked) -> Row:
        """The newest actions of a span of time."""
        start, end = _span(asked, "startdate", "enddate")
        if not self.honours:
            start, end = end - 86400 * 30, 2**40
        count = min(CAP, int(asked.get("count", CAP)))
        low = bisect_left(self._added, (start, 0, 0))
        high = bisect_left(self._added, (end + 1, 0, 0))
        first = list(self._first_actions(start, end))
        found = sorted(first + self._added[max(low, high - count) : high], reverse=True)
        rows = [_action(number, at, moment) for moment, number, at in found[:count]]
        return {"record_count": len(first) + high - low, "actions": rows}

    def _first_actions(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        low = bisect_left(self._opened, start - GAP * (ACTIONS - 1))
        for number in range(low + 1, bisect_right(self._opened, end) + 1):
            for at in range(ACTIONS):
                moment = self._opened[number - 1] + GAP * at
                if start <= moment <= end:
                    yield moment, number, at + 1

    def _of_a_ticket(self, number: int) -> Row:
        moments = list(enumerate(self._moments(number), 1))
        rows = [_action(number, at, moment) for at, moment in reversed(moments)]
        return {"record_count": len(rows), "actions": rows}


def _action(ticket: int, number: int, moment: int) -> Row:
    timed = {"timetaken": 0.25} if number % 3 == 0 else {}
    made = {"id": number, "ticket_id": ticket, "datetime": _spelt(moment)}
    return made | {"outcome": "Note", "note": f"Note {number} on {ticket}"} | timed


def _is_rated(number: int) -> bool:
    return number % 20 in RATED


def _answer_of(number: int) -> Row:
    level = 1 + number % 5
    return {"id": number, "ticket_id": number, "score": level, "date": "2026-01-01T10:00:00"}


def _span(asked: Asked, first: str, last: str) -> tuple[int, int]:
    start = datetime.fromisoformat(asked[first]) if first in asked else datetime(1990, 1, 1)
    end = datetime.fromisoformat(asked[last]) if last in asked else datetime(2100, 1, 1)
    return _seconds(start.replace(tzinfo=UTC)), _seconds(end.replace(tzinfo=UTC))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _spelt(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
