"""A ticket that must be in a list of changes: without it, the filter or the answer is wrong.

That what came fits the filter proves nothing: what should have come has to be there. So each list
of changes is asked from before the last change that is known.
"""

from datetime import datetime

from halo.api.connection import HaloApi
from halo.errors import TableError
from halo.sync.details import ticket_detail
from halo.tables.columns import Misfit, to_datetime
from halo.tables.sources import Changes


def has_reason(source: Changes, api: HaloApi, ticket_id: int | None, since: datetime) -> bool:
    """Whether its own call says why a ticket is not in the list of what changed since then.

    It is gone, or was not updated since; where Halo does not tell, that counts as a reason too.
    """
    if ticket_id is None:
        return True
    try:
        ticket = ticket_detail(api, source.path, ticket_id, {})
        updated = to_datetime(ticket.get(source.updated))
    except (TableError, Misfit):
        return True
    return ticket.get("deleted") is True or updated is None or updated < since
