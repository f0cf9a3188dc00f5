"""Tickets that must be in a list of changes: without them, the filter or the answer is wrong.

That what came fits the filter proves nothing: what should have come has to be there. So each list
of changes is asked from before the last changes that are known.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum

from halo.api.connection import HaloApi
from halo.errors import TableError
from halo.state.slices import Witness
from halo.sync.details import ticket_detail
from halo.tables.columns import Misfit, to_datetime
from halo.tables.sources import Changes

MOST = 3
"""Witnesses that are kept: one alone may change again, or be deleted."""


class Testimony(Enum):
    """What the known tickets say of a list that was asked from before they changed."""

    GIVEN = "one of them is there as it was known"
    NONE = "each has changed again, or is gone: nothing is said"
    LACKING = "one of them should be there and is not"


def newest(witnesses: Iterable[Witness]) -> list[Witness]:
    """Those that were updated last, each ticket once."""
    latest = {one.id: one for one in sorted(witnesses, key=lambda one: one.updated)}
    return sorted(latest.values(), key=lambda one: one.updated, reverse=True)[:MOST]


def testimony(
    known: Sequence[Witness],
    met: Mapping[object, datetime | None],
    since: datetime,
    source: Changes,
    api: HaloApi,
    *,
    reasons: dict[int, bool],
) -> Testimony:
    """What the known tickets say; `met` tells when those that came were updated.

    `reasons` keeps which of them have one to be absent, so that each is asked once.
    """
    if any(met.get(one.id) == one.updated for one in known):
        return Testimony.GIVEN
    for one in known:
        if one.id not in met and one.id not in reasons:
            reasons[one.id] = _has_reason(source, api, one.id, since)
    absent = [one.id for one in known if one.id not in met]
    return Testimony.NONE if all(reasons[number] for number in absent) else Testimony.LACKING


def _has_reason(source: Changes, api: HaloApi, ticket_id: int, since: datetime) -> bool:
    """Whether its own call says why a ticket is not in the list: gone, or not updated since.

    Where Halo does not tell, that counts as a reason too.
    """
    try:
        ticket = ticket_detail(api, source.path, ticket_id, {})
        updated = to_datetime(ticket.get(source.updated))
    except (TableError, Misfit):
        return True
    return ticket.get("deleted") is True or updated is None or updated < since
