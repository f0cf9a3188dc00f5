"""Tickets that a whole walk did not meet: each is confirmed by its own call, then deleted."""

from __future__ import annotations

from collections.abc import Iterator

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.errors import GONE, GaveUp, Refused, TableError
from halo.state.slices import ChangesSlice
from halo.sync.details import ticket_detail
from halo.sync.operations import SAFE_POINT, Delete, Operation, Warn


def delete_vanished(
    ids: Ids, slice_: ChangesSlice, api: HaloApi, path: str, table: str
) -> Iterator[Operation]:
    """Deletes those that Halo says are gone; a warning says that some could not be confirmed.

    Once Halo answers nothing until patience ends, no more are asked.
    """
    unconfirmed, last_words = [], ""
    for identity in ids:
        try:
            if _is_gone(api, path, identity):
                yield Delete(table, [{"id": identity}])
                slice_.sent.discard(identity)
                slice_.recent.pop(identity, None)
                yield SAFE_POINT
        except TableError as error:
            unconfirmed.append(identity)
            last_words = str(error)
            if isinstance(error, GaveUp):
                break
    if unconfirmed:
        yield Warn(
            f"{table}: of {len(ids)} tickets that no longer come, some could not be confirmed and "
            f"stay, {unconfirmed[0]} among them; the next weekly walk asks again: {last_words}"
        )


def _is_gone(api: HaloApi, path: str, identity: int) -> bool:
    """Whether the ticket's own call says so: not found, or flagged as deleted.

    The flag is among the details only (Halo's API notes, rows that go away).
    """
    try:
        return ticket_detail(api, path, identity, {}).get("deleted") is True
    except Refused as refusal:
        if refusal.status in GONE:
            return True
        raise
