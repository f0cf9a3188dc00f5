"""Ids, moments and time in rows as Halo spells them: the report tells of the spelling too."""

from __future__ import annotations

from datetime import datetime

from halo.api.pages import Page, Raw
from halo.tables.columns import Misfit, to_datetime, to_long
from halo.tables.tickets import TICKETS, TIME_ENTRY


def row_id(row: Raw) -> int | None:
    """The row's whole-number `id`; None where it has none."""
    try:
        return to_long(row.get("id"))
    except Misfit:
        return None


def ids(page: Page) -> list[int]:
    """The ids of a page's rows; a row without one has none here."""
    return [identity for row in page.rows if (identity := row_id(row)) is not None]


def moment(row: Raw, name: str) -> datetime | None:
    """The moment in a field, aware (UTC); None where Halo says that there is none."""
    try:
        return to_datetime(row.get(name))
    except Misfit:
        return None


def exact(spelt: object) -> str:
    """A row's own date as a filter takes it, with all of its digits."""
    text = str(spelt)
    return text if text.endswith("Z") or "+" in text else f"{text}Z"


def is_closed(ticket: Raw) -> bool:
    """Whether a ticket was ever closed."""
    return ticket.get(TICKETS.has_been_closed) is True or bool(moment(ticket, TICKETS.closed))


def has_time(action: Raw) -> bool:
    """Whether time was entered with the action."""
    return bool(TIME_ENTRY.part(action))
