"""Tickets that a whole walk did not meet: each is confirmed by its own call, then deleted."""

from collections.abc import Iterator, Sequence

from halo.api.connection import HaloApi
from halo.errors import GONE, GaveUp, Refused, TableError
from halo.state.slices import ChangesSlice
from halo.sync.details import ticket_detail
from halo.sync.operations import SAFE_POINT, Delete, Operation, Warn


def delete_confirmed(
    ids: Sequence[int], slice_: ChangesSlice, path: str, api: HaloApi, table: str
) -> Iterator[Operation]:
    """Deletes those of which their own call says that they are gone: not found, or flagged.

    Once Halo answers nothing until patience ends, no more are asked.
    """
    unconfirmed, last_words = [], ""
    for identity in ids:
        try:  # The flag is among the details only (Halo's API notes, rows that go away).
            is_gone = ticket_detail(api, path, identity, {}).get("deleted") is True
        except TableError as error:
            is_gone = isinstance(error, Refused) and error.status in GONE
            if not is_gone:
                unconfirmed.append(identity)
                last_words = str(error)
            if isinstance(error, GaveUp):
                break
        if is_gone:
            yield Delete(table, [{"id": identity}])
            slice_.sent.discard(identity)
            slice_.recent.pop(identity, None)
            yield SAFE_POINT
    if unconfirmed:
        yield Warn(
            f"{table}: of {len(ids)} tickets that no longer come, some could not be "
            f"confirmed and stay, {unconfirmed[0]} among them; the next weekly walk asks "
            f"again: {last_words}"
        )
