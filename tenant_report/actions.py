"""The report's questions to actions: dates, cap, ids, and the unit of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from statistics import quantiles

from halo.api.pages import Raw
from halo.sync.days import MOST, SECOND
from halo.sync.moments import iso
from halo.tables.tickets import ACTIONS
from tenant_report.rows import exact, has_time, moment, row_id
from tenant_report.tenant import (
    FEWEST,
    Probe,
    Seen,
    Tenant,
    Unseen,
    agreed,
    enough,
    number_of,
    spread,
)

MOST_TICKETS = 6
"""Tickets whose actions are read."""

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

AS_MANY = {"count": str(MOST)}
"""Asks for as many actions as the sync does."""

Identity = tuple[object, object]


def identity(row: Raw) -> Identity:
    """What tells two actions apart."""
    return row.get("ticket_id"), row.get("id")


def grain(by_ticket: Mapping[int, Sequence[Raw]], what: str = "action") -> Seen:
    """Within what the id of rows, which are `what`, is unique, and where it begins."""
    ids = {ticket: [row_id(row) for row in rows] for ticket, rows in by_ticket.items() if rows}
    if not ids:
        raise Unseen(f"no ticket that was read has {what}s")
    twice = sum(len(held) - len(set(held)) for held in ids.values())
    tickets_of = Counter(number for held in ids.values() for number in set(held))
    shared = sum(count > 1 for count in tickets_of.values())
    from_one = sum(1 in held for held in ids.values())
    evidence = (
        f"{number_of(sum(map(len, ids.values())), what)} of {number_of(len(ids), 'ticket')}: "
        f"{twice} ids twice within a ticket, {shared} ids in several tickets; "
        f"{from_one} of {len(ids)} tickets have {what} 1"
    )
    enough(sum(map(len, ids.values())), evidence)
    if twice:
        return "not even within its ticket", evidence
    if shared:
        return "within its ticket", evidence
    if len(ids) < 2:
        raise Unseen(evidence)
    return "by itself, as far as seen", evidence


def dates_honoured(
    rows: Sequence[Raw], start: datetime, end: datetime, known: set[Identity]
) -> Seen:
    """Whether a window without a ticket id answers what lies in it; `known` surely does."""
    outside = [row for row in rows if not _within(row, start - SECOND, end + SECOND)]
    missing = len(known - {identity(row) for row in rows})
    evidence = (
        f"{number_of(len(rows), 'action')} came for one day, {len(outside)} of another; "
        f"{missing} of {len(known)} actions known of that day did not come"
    )
    enough(max(len(rows), len(known)), evidence)
    if not rows:
        return "no: nothing comes", evidence
    if outside:
        return "no: the dates are ignored", evidence
    return ("yes, but not all of them came" if missing else "yes"), evidence


def longest_range(rows: Sequence[Raw], start: datetime, end: datetime, in_a_day: int) -> Seen:
    """Whether a window of a week answers more than a day of it."""
    came = f"{number_of(len(rows), 'action')} came for seven days, {in_a_day} for one of them"
    if not in_a_day:
        raise Unseen(came)
    enough(max(len(rows), in_a_day), came)
    if not rows:
        return "one day at most", came
    if any(not _within(row, start - SECOND, end + SECOND) for row in rows):
        raise Unseen("the dates are ignored")
    if len(rows) <= in_a_day:
        raise Unseen(came)
    return "longer than a day", came


def most_at_once(plain: int, most: int, any_number: int, missing: int, halves: int = 0) -> Seen:
    """The cap: what came for one day without count, with count=MOST and with count=100000.

    `halves` is how many its two halves brought.
    """
    evidence = (
        f"{plain:,} came without count, {most:,} with count={MOST}, {any_number:,} with "
        f"count=100000, {halves:,} with its two halves; {missing} actions that were asked for and "
        "are known did not come"
    )
    if any_number > most:
        return f"more than {most:,}", evidence
    if most == MOST or missing or halves > most:
        return f"{most:,}", evidence
    raise Unseen(f"the day that was asked for holds too few: {evidence}")


def only_timed(every: Sequence[Raw], timed: Sequence[Raw]) -> Seen:
    """Whether timeentriesonly=true leaves out what has no time, and nothing else."""
    wanted = {identity(row) for row in every if has_time(row)}
    without = [row for row in timed if not has_time(row)]
    lost = len(wanted - {identity(row) for row in timed})
    evidence = (
        f"of {number_of(len(every), 'action')} {len(wanted)} have time; with it "
        f"{len(timed)} came, {len(without)} of them without time, and {lost} with time were missing"
    )
    enough(min(len(wanted), len(every) - len(wanted)), evidence)
    if without:
        return "no", evidence
    return ("only in part" if lost else "yes"), evidence


def unit_of_time(actions: Sequence[Raw]) -> Seen:
    """What the distribution of timetaken says of its unit."""
    carried = [row["timetaken"] for row in actions if "timetaken" in row]
    spent = [v for v in carried if isinstance(v, int | float) and not isinstance(v, bool) and v > 0]
    seen = f"{len(carried)} of {number_of(len(actions), 'action')} carry timetaken"
    if len(spent) < 4:
        raise Unseen(f"{seen}, {len(spent)} of them above 0")
    low, middle, high = quantiles(spent, n=4, method="inclusive")
    whole = sum(float(value).is_integer() for value in spent)
    evidence = (
        f"{seen}, {len(spent)} above 0: least {min(spent):g}, quartiles {low:g}, {middle:g}, "
        f"{high:g}, most {max(spent):g}; {whole} whole numbers"
    )
    if whole == len(spent) and middle >= 5:
        return "minutes, it seems", evidence
    if whole < len(spent) and middle <= 8:
        return "decimal hours, it seems", evidence
    return "unclear", evidence


# What is read.


def sampled_actions(tenant: Tenant) -> dict[int, Sequence[Raw]]:
    """The actions of a few tickets from the newest to the oldest, by ticket."""
    return {row_id(row) or 0: tenant.actions_of(row) for row in spread(tenant.ends(), MOST_TICKETS)}


def all_sampled(tenant: Tenant) -> list[Raw]:
    """The actions of these tickets in one list."""
    return list(chain.from_iterable(sampled_actions(tenant).values()))


def busiest_day(tenant: Tenant) -> tuple[datetime, list[Raw]]:
    """The day of which most sampled actions are known, rather one with time; and these actions."""
    by_day: dict[datetime, list[Raw]] = {}
    for row in all_sampled(tenant):
        if when := moment(row, "datetime"):
            day = when.replace(hour=0, minute=0, second=0, microsecond=0)
            by_day.setdefault(day, []).append(row)
    if not by_day:
        raise Unseen("no ticket that was read has actions with a date")
    return max(by_day.items(), key=lambda day: (any(map(has_time, day[1])), len(day[1]), day[0]))


def between(
    tenant: Tenant, start: str, end: str, more: Mapping[str, str] | None = None
) -> Sequence[Raw]:
    """The actions of a span of time, without a ticket id."""
    span = {"startdate": start, "enddate": end, **(AS_MANY if more is None else more)}
    return list(tenant.listed(ACTIONS, span).rows)


def _within(row: Raw, start: datetime, end: datetime) -> bool:
    when = moment(row, "datetime")
    return when is not None and start <= when <= end


def _dates(tenant: Tenant) -> Seen:
    day, known = busiest_day(tenant)
    rows = between(tenant, iso(day), iso(day + DAY))
    return dates_honoured(rows, day, day + DAY, {identity(row) for row in known})


def _range(tenant: Tenant) -> Seen:
    day, _ = busiest_day(tenant)
    in_a_day = len(between(tenant, iso(day), iso(day + DAY)))
    start, end = day - 3 * DAY, day + 4 * DAY
    return longest_range(between(tenant, iso(start), iso(end)), start, end, in_a_day)


def _bounds(tenant: Tenant) -> Seen:
    day, known = busiest_day(tenant)
    if _dates(tenant)[0] != "yes":
        raise Unseen("actions are not filtered by date, or the answer was cut")
    return agreed([_at_bounds(tenant, day, row) for row in known[:FEWEST]], "action")


def _at_bounds(tenant: Tenant, day: datetime, row: Raw) -> Seen:
    when, text = moment(row, "datetime") or day, exact(row["datetime"])
    from_it = between(tenant, text, iso(when + HOUR))
    to_it = between(tenant, iso(when - HOUR), text)
    counted = [identity(row) in map(identity, rows) for rows in (from_it, to_it)]
    answers = {(True, True): "both", (True, False): "startdate only", (False, True): "enddate only"}
    return (
        answers.get((counted[0], counted[1]), "neither"),
        "an action's own datetime was the bound: as startdate it "
        f"{'came' if counted[0] else 'did not come'}, as enddate it "
        f"{'came' if counted[1] else 'did not come'}",
    )


def _cap(tenant: Tenant) -> Seen:
    day, known = busiest_day(tenant)
    start, end = iso(day), iso(day + DAY)
    most = between(tenant, start, end)
    if not most:
        raise Unseen("nothing comes without a ticket id")
    plain = between(tenant, start, end, {})
    any_number = between(tenant, start, end, {"count": "100000"})
    if any(not _within(row, day - SECOND, day + DAY + SECOND) for row in most):
        known = all_sampled(tenant)
    missing = len({identity(row) for row in known} - {identity(row) for row in most})
    noon = iso(day + DAY / 2)
    halves = {identity(row) for row in [*between(tenant, start, noon), *between(tenant, noon, end)]}
    return most_at_once(len(plain), len(most), len(any_number), missing, len(halves))


def _timed_of_ticket(tenant: Tenant) -> Seen:
    every: list[Raw] = []
    timed: list[Raw] = []
    for row in spread(tenant.ends(), MOST_TICKETS):
        actions = tenant.actions_of(row)
        if any(map(has_time, actions)) and not all(map(has_time, actions)):
            every += actions
            timed += tenant.actions_of(row, ACTIONS.timed)
            if sum(map(has_time, every)) >= FEWEST:
                break
    return only_timed(every, timed)


def _timed_of_day(tenant: Tenant) -> Seen:
    day, _ = busiest_day(tenant)
    every = between(tenant, iso(day), iso(day + DAY))
    if not every:
        raise Unseen("nothing comes without a ticket id")
    timed = between(tenant, iso(day), iso(day + DAY), {**AS_MANY, **ACTIONS.timed})
    return only_timed(every, timed)


def _grain(tenant: Tenant) -> Seen:
    return grain(sampled_actions(tenant))


def _unit(tenant: Tenant) -> Seen:
    day, _ = busiest_day(tenant)
    rows = [*all_sampled(tenant), *between(tenant, iso(day), iso(day + DAY))]
    return unit_of_time(list({identity(row): row for row in rows}.values()))


ACTION_PROBES = (
    Probe("Within what is an action's id unique?", _grain, usual="within its ticket"),
    Probe(
        f"Do startdate and enddate filter {ACTIONS.path} without a ticket id?", _dates, usual="yes$"
    ),
    Probe("How long may the time between startdate and enddate be?", _range),
    Probe("Do startdate and enddate include their boundary?", _bounds),
    Probe("How many actions come at most in one answer?", _cap),
    Probe("Does timeentriesonly filter a ticket's actions?", _timed_of_ticket),
    Probe("Does timeentriesonly filter a day's actions?", _timed_of_day, usual="yes"),
    Probe("Which unit has timetaken?", _unit, usual="decimal hours"),
)
