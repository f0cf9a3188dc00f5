"""When the desk works: Halo's workdays, their holidays and time zone, and hours reckoned by them.

A tenant has `tenant.workdays`, by the id that `SLA.workday_id` and `Agent.workday_id` point to.
What the API says of one is made by `workday_fields(workday)` and `holiday_fields(workday)`, with
the names of Halo's documents: a tenant whose registry has these tables holds them as entities.
Moments are aware and in UTC, days are the desk's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]
# From and until, in minutes after local midnight.
Hours = tuple[int, int]
DAY = timedelta(days=1)
NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Day and night, as far as a clock time can say it.
ALWAYS = ((0, 1439),)
YEARS = range(2020, 2036)


@dataclass(frozen=True)
class Zone:
    """A time zone by its IANA name and by that of Windows, which is Halo's."""

    iana: str
    windows: str

    @cached_property
    def info(self) -> ZoneInfo:
        """The zone's rules."""
        return ZoneInfo(self.iana)


UTC_ZONE = Zone("UTC", "UTC")
LONDON = Zone("Europe/London", "GMT Standard Time")
NEW_YORK = Zone("America/New_York", "Eastern Standard Time")


@dataclass(frozen=True)
class Holiday:
    """A day on which nobody works, or, with an agent's id, on which that agent does not."""

    number: int
    on: date
    name: str
    agent_id: int = 0


@dataclass(frozen=True, eq=False)
class Workday:
    """A week of opening hours: for each day, Monday first, its hours in order; none is a day off.

    A break is the time between two of a day's hours.
    """

    id: int
    name: str
    zone: Zone
    week: tuple[tuple[Hours, ...], ...]
    holidays: tuple[Holiday, ...] = ()
    _known: dict[date, list[Interval]] = field(default_factory=dict, repr=False)

    @cached_property
    def days_off(self) -> frozenset[date]:
        """The public holidays; an agent's leave closes no desk."""
        return frozenset(holiday.on for holiday in self.holidays if not holiday.agent_id)

    def open_intervals(self, day: date) -> list[Interval]:
        """When the desk is open on a local day, in UTC; empty when it is closed."""
        found = self._known.get(day)
        if found is None:
            hours = () if day in self.days_off else self.week[day.weekday()]
            found = self._known[day] = [(self._at(day, a), self._at(day, b)) for a, b in hours]
        return found

    def hours_between(self, start: datetime, end: datetime) -> float:
        """The open hours between two moments; 0 when the end is not after the start."""
        passed = timedelta(0)
        for opens, closes in self._intervals_from(start):
            if max(opens, start) >= end:
                break
            passed += min(closes, end) - max(opens, start)
        return passed.total_seconds() / 3600

    def after(self, start: datetime, hours: float) -> datetime:
        """The moment by which so many open hours have passed since the start."""
        left = timedelta(hours=hours)
        for opens, closes in self._intervals_from(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        raise AssertionError("a desk opens again")

    def is_open(self, moment: datetime) -> bool:
        """Whether the desk works at this moment."""
        hours = self.open_intervals(self.local_day(moment))
        return any(opens <= moment < closes for opens, closes in hours)

    def local_day(self, moment: datetime) -> date:
        """The desk's own date at this moment."""
        return moment.astimezone(self.zone.info).date()

    def _intervals_from(self, start: datetime) -> Iterator[Interval]:
        """Without end: the intervals that are not over at the start."""
        day = self.local_day(start)
        while True:
            for opens, closes in self.open_intervals(day):
                if closes > start:
                    yield opens, closes
            day += DAY

    def _at(self, day: date, minutes: int) -> datetime:
        wall = datetime.combine(day, time(*divmod(minutes, 60)), self.zone.info)
        return wall.astimezone(UTC)


def clock_changes(zone: Zone, since: datetime, until: datetime) -> list[datetime]:
    """The hours in which the zone's clocks are changed."""
    hours = [
        since + timedelta(hours=n) for n in range(int((until - since).total_seconds() // 3600))
    ]
    offsets = [hour.astimezone(zone.info).utcoffset() for hour in hours]
    return [hours[n] for n in range(1, len(hours)) if offsets[n] != offsets[n - 1]]


@cache
def desk_workdays(zone: Zone = LONDON, *, breaks: bool = False) -> dict[int, Workday]:
    """The workdays of a desk: by day; day and night; and by day with a break.

    With `breaks` the first has one too. (What Halo's `breaks` hold, no document says, so that no
    row carries them.)
    """
    lunch, off = ((540, 750), (810, 1050)), ()
    usual: tuple[Hours, ...] = lunch if breaks else ((510, 1050),)
    week = (usual, usual, usual, usual, ((510, 960),), off, off)
    holidays = (*_holidays(zone), *_leave())
    return {
        1: Workday(1, "Monday to Friday", zone, week, holidays),
        2: Workday(2, "24x7", zone, (ALWAYS,) * 7),
        3: Workday(3, "Office Hours", zone, (lunch,) * 5 + (off, off), _holidays(zone)),
    }


def workday_fields(workday: Workday) -> dict[str, Any]:
    """A row of `/Workday`.

    Its clock times are local ones (a guess: Halo's notes leave it open), inside 1901-01-01 on a
    day that is worked and 1899-12-30 on one that is not (recorded).
    """
    made: dict[str, Any] = {
        "id": workday.id,
        "guid": f"3d000000-0000-4000-8000-{workday.id:012x}",
        "name": workday.name,
        "summary": f"{workday.name} ({workday.zone.windows})",
        "timezone": workday.zone.windows,
        "alldayssame": len({hours for hours in workday.week if hours}) == 1,
        "access_control_level": 0,
    }
    for name, hours in zip(NAMES, workday.week, strict=True):
        made[f"inc{name}"] = bool(hours)
        made[f"start{name}"] = _clock(hours[0][0]) if hours else "1899-12-30T00:00:00"
        made[f"end{name}"] = _clock(hours[-1][1]) if hours else "1899-12-30T00:00:00"
    return made | {"start": made["startmonday"], "end": made["endmonday"]}


def holiday_fields(workday: Workday) -> list[dict[str, Any]]:
    """The rows of `/Holiday` that belong to a workday, agents' leave among them.

    A whole day is written as the desk's own date at midnight (a guess).
    """
    return [
        {
            "id": f"40110000-0000-4000-{workday.id:04x}-{holiday.number:012x}",
            "holid": workday.id * 1000 + holiday.number,
            "workday_id": workday.id,
            "workday_name": workday.name,
            "date": f"{holiday.on}T00:00:00",
            "end_date": f"{holiday.on}T23:59:00",
            "allday": True,
            "name": holiday.name,
            "duration": 24.0,
            "holiday_type": 1 if holiday.agent_id else 0,
            "agent_id": holiday.agent_id,
            "entity": 1 if holiday.agent_id else 0,
            "isrecurring": False,
        }
        for holiday in workday.holidays
    ]


def _clock(minutes: int) -> str:
    """A clock time as a workday has it."""
    hour, minute = divmod(minutes, 60)
    return f"1901-01-01T{hour:02d}:{minute:02d}:00"


# Month and day; or month, weekday and which one of the month (-1 the last).
FIXED: dict[str, tuple[tuple[int, int], ...]] = {
    "UTC": ((1, 1), (5, 1), (12, 25)),
    "Europe/London": ((1, 1), (12, 25), (12, 26)),
    "America/New_York": ((1, 1), (6, 19), (7, 4), (12, 25)),
}
MOVING: dict[str, tuple[tuple[int, int, int], ...]] = {
    "Europe/London": ((5, 0, 1), (5, 0, -1), (8, 0, -1)),
    "America/New_York": ((1, 0, 3), (5, 0, -1), (9, 0, 1), (11, 3, 4)),
}


@cache
def _holidays(zone: Zone) -> tuple[Holiday, ...]:
    fixed, moving = FIXED.get(zone.iana, ()), MOVING.get(zone.iana, ())
    days = [date(year, month, day) for year in YEARS for month, day in fixed]
    days += [_weekday(year, *rule) for year in YEARS for rule in moving]
    named = enumerate(sorted(days), start=1)
    return tuple(Holiday(number, on, f"Public holiday {on:%d %B}") for number, on in named)


def _leave() -> tuple[Holiday, ...]:
    """A few agents have days off, on which the desk works."""
    return tuple(
        Holiday(900 + agent * 10 + day, date(2025 + day % 2, 3 + agent, 4 + day), "Leave", agent)
        for agent in (2, 3, 5)
        for day in range(3)
    )


def _weekday(year: int, month: int, weekday: int, which: int) -> date:
    days = [date(year, month, 1) + n * DAY for n in range(31)]
    fit = [day for day in days if day.month == month and day.weekday() == weekday]
    return fit[which if which < 0 else which - 1]
