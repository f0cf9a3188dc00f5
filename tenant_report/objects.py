"""The report's questions to what stands around tickets: ratings, approvals, assets and more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from halo.api.pages import Listing, Raw, read
from halo.sync.moments import iso
from halo.tables.table import yes
from halo.tables.tickets import TICKETS
from tenant_report.details import details_of, held, sampled_details
from tenant_report.rows import moment, row_id
from tenant_report.tenant import Probe, Seen, Tenant, Unseen, enough, number_of, paging, spread

FEEDBACK = Listing("/Feedback", "feedback", {})
APPROVALS = Listing("/TicketApproval", "approvals", {"include_attachments": "false"})
APPOINTMENTS = Listing("/Appointment", "appointments", {**yes("showall"), "hidecompleted": "false"})
ASSETS = Listing("/Asset", "assets", {**paging(1), **yes("includeactive includeinactive noicon")})
FEED = Listing("/Feed", "feed", {})

MOST_RATED = 6
"""Rated tickets whose details are compared with their rating."""

SMALL_PAGE = 10
"""Appointments asked for on a page: few, since a tenant that does not page sends all of them."""

DAY = timedelta(days=1)


def same_score(pairs: Sequence[tuple[object, object]]) -> Seen:
    """Whether the latest score of a ticket is its satisfactionlevel; pairs of the two."""
    same = sum(score == level for score, level in pairs)
    evidence = f"score and satisfactionlevel agree on {same} of {number_of(len(pairs), 'ticket')}"
    enough(len(pairs), evidence)
    if same == len(pairs):
        return "yes", evidence
    return ("not always" if same else "no"), evidence


def all_there(rows: Sequence[Raw], known: Sequence[Raw]) -> Seen:
    """Whether a list without a parent holds what is known to be in it, by `uniqueid`."""
    came = {row.get("uniqueid") for row in rows}
    missing = sum(row.get("uniqueid") not in came for row in known)
    evidence = (
        f"{number_of(len(rows), 'row')} came; {missing} of {len(known)} that the details of "
        "tickets hold are not among them"
    )
    enough(len(known), evidence)
    if not rows:
        return "no: nothing comes", evidence
    return ("no" if missing else "yes, as far as seen"), evidence


def pages(first: Sequence[Raw], second: Sequence[Raw]) -> Seen:
    """Whether pages of SMALL_PAGE rows were honoured."""
    evidence = f"{len(first)} and {len(second)} rows came for pages of {SMALL_PAGE}"
    enough(len(first), evidence)
    if len(first) > SMALL_PAGE:
        return "no: all come at once", evidence
    if len(first) < SMALL_PAGE:
        raise Unseen(evidence)
    return ("no: page 1 comes again" if list(first) == list(second) else "yes"), evidence


def within_dates(rows: Sequence[Raw], day: Sequence[Raw], outside: int) -> Seen:
    """Whether a window of a day brings that day's rows only; `day` are those known to be in it."""
    lost = len({row_id(row) for row in day} - {row_id(row) for row in rows})
    evidence = (
        f"{number_of(len(rows), 'row')} came for one day, {outside} of another; {lost} of "
        f"{len(day)} known of that day did not come"
    )
    enough(max(len(rows), len(day)), evidence)
    if outside:
        return "no", evidence
    return ("only in part" if lost else "yes"), evidence


def newer_only(ids: Sequence[int], bound: int) -> Seen:
    """Whether newer_than_id left out what is not newer."""
    older = sum(number <= bound for number in ids)
    evidence = f"{number_of(len(ids), 'row')} came, {older} of them no newer"
    enough(len(ids), evidence)
    return ("no" if older else "yes"), evidence


# What is read.


def _rows(tenant: Tenant, listing: Listing, **more: str) -> list[Raw]:
    params = {**listing.params, **more}
    return list(read(tenant.get(listing.path, params), listing).rows)


def _scores(tenant: Tenant) -> Seen:
    rated = [r for r in _rows(tenant, FEEDBACK) if r.get("ticket_id") and r.get("score")]
    latest = {row["ticket_id"]: row for row in sorted(rated, key=lambda r: str(r.get("date")))}
    chosen = spread([{"id": ticket} for ticket in latest], MOST_RATED)
    pairs = [
        (latest[ticket["id"]]["score"], ticket.get("satisfactionlevel"))
        for ticket in details_of(tenant, chosen)
        if ticket.get("id") in latest
    ]
    return same_score(pairs)


def _second_ticket(tenant: Tenant) -> Seen:
    rows = [row for row in _rows(tenant, FEEDBACK) if row.get("feedback_faultid")]
    other = sum(row["feedback_faultid"] != row.get("ticket_id") for row in rows)
    evidence = (
        f"feedback_faultid differs from ticket_id on {other} of {number_of(len(rows), 'row')}"
    )
    enough(len(rows), evidence)
    return ("yes" if other else "no: it is the same"), evidence


def _approvals(tenant: Tenant) -> Seen:
    known = [
        row
        for ticket in sampled_details(tenant)
        for array in ("approvers", "approvers_history")
        for row in held(ticket, array)
    ]
    return all_there(_rows(tenant, APPROVALS), known)


def _asset_fields(tenant: Tenant) -> Seen:
    fields = tenant.first(TICKETS.custom_fields).rows
    asked = ",".join(str(number) for row in fields if (number := row_id(row)) is not None)
    plain, more = _rows(tenant, ASSETS), _rows(tenant, ASSETS, include_custom_fields=asked)
    without, with_it = (sum(bool(r.get("customfields")) for r in rows) for rows in (plain, more))
    evidence = (
        f"customfields are on {with_it} of {number_of(len(more), 'asset')} with it, on {without} "
        "without"
    )
    enough(len(more), evidence)
    if not with_it and not without:
        raise Unseen(f"{evidence}: not honoured, or no asset has any")
    return ("yes" if with_it > without else "no: they come without"), evidence


def _page_of_appointments(tenant: Tenant, number: int) -> list[Raw]:
    return _rows(tenant, APPOINTMENTS, **paging(number, SMALL_PAGE))


def _appointment_pages(tenant: Tenant) -> Seen:
    first = _page_of_appointments(tenant, 1)
    return pages(first, _page_of_appointments(tenant, 2) if len(first) == SMALL_PAGE else [])


def _appointment_dates(tenant: Tenant) -> Seen:
    dated = [(at, r) for r in _page_of_appointments(tenant, 1) if (at := moment(r, "start_date"))]
    if not dated:
        raise Unseen("no appointment with a start_date came")
    at, _ = sorted(dated, key=itemgetter(0))[len(dated) // 2]
    start = at.replace(hour=0, minute=0, second=0, microsecond=0)
    window = {"start_date": iso(start), "end_date": iso(start + DAY)}
    rows = _rows(tenant, APPOINTMENTS, **paging(1), **window)
    outside = sum(not _touches(row, start) for row in rows)
    return within_dates(rows, [row for _, row in dated if _touches(row, start)], outside)


def _touches(row: Raw, start: datetime) -> bool:
    """Whether an appointment lies on a day, at least in part."""
    begins, ends = moment(row, "start_date"), moment(row, "end_date")
    return bool(begins and begins < start + DAY and (ends or begins) >= start)


def _feed(tenant: Tenant) -> Seen:
    ids = sorted(n for row in _rows(tenant, FEED) if (n := row_id(row)) is not None)
    if len(set(ids)) < 3 or len(set(ids)) < len(ids):
        raise Unseen(
            f"{number_of(len(ids), 'row')} came, with {len(set(ids))} ids: none is a bound"
        )
    bound = ids[len(ids) // 2]
    newer = _rows(tenant, FEED, newer_than_id=str(bound))
    return newer_only([n for row in newer if (n := row_id(row)) is not None], bound)


OBJECT_PROBES = (
    Probe("Is the score of /Feedback the ticket's satisfactionlevel?", _scores),
    Probe("Does feedback_faultid name another ticket than ticket_id?", _second_ticket),
    Probe("Is /TicketApproval whole without a ticket?", _approvals),
    Probe("Does include_custom_fields bring the custom fields of /Asset?", _asset_fields),
    Probe("Does /Appointment page?", _appointment_pages),
    Probe("Do start_date and end_date filter /Appointment?", _appointment_dates),
    Probe("Does newer_than_id filter /Feed?", _feed),
)
