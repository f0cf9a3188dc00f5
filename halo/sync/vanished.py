"""Tickets that a whole walk did not meet: each is confirmed by its own call, then deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from halo.api.connection import HaloApi
from halo.errors import GONE, GaveUp, Refused, TableError, Unreadable
from halo.sync.operations import Warn


class Vanished:
    """Asks for tickets one by one, and remembers those of which Halo says nothing."""

    def __init__(self, api: HaloApi, path: str, table: str, ids: Sequence[int]) -> None:
        self._api = api
        self._path = path
        self._table = table
        self._ids = ids
        self._unconfirmed: list[int] = []
        self._last_words = ""

    def gone(self) -> Iterator[int]:
        """Those that Halo says are gone. Once it answers nothing until patience ends, no more."""
        for identity in self._ids:
            try:
                if is_gone(self._api, f"{self._path}/{identity}"):
                    yield identity
            except TableError as error:
                self._unconfirmed.append(identity)
                self._last_words = str(error)
                if isinstance(error, GaveUp):
                    return

    def warnings(self) -> Iterator[Warn]:
        """Says that some could not be confirmed."""
        if self._unconfirmed:
            yield Warn(
                f"{self._table}: of {len(self._ids)} tickets that no longer come, some could "
                f"not be confirmed and stay, {self._unconfirmed[0]} among them; the next weekly "
                f"walk asks again: {self._last_words}"
            )


def is_gone(api: HaloApi, path: str) -> bool:
    """Whether the ticket's own call says so: not found, or flagged as deleted.

    The flag is among the details only (Halo's API notes, rows that go away). Raises TableError
    where it says neither.
    """
    try:
        value = api.get(path, {"includedetails": "true"}).value
    except Refused as refusal:
        if refusal.status in GONE:
            return True
        raise
    if not isinstance(value, dict):
        raise Unreadable(f"{path} answered something else than that ticket; tell the maintainers.")
    return value.get("deleted") is True
