"""Which tickets are still to be looked at, by a table whose rows hang on tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from halo.api import HaloApi
from halo.errors import Refused
from halo.idset import IdSet
from halo.pages import Raw, row_id
from halo.sync.operations import SAFE_POINT, Operation, Warn

T = TypeVar("T")

HOPELESS = 3
"""Refusals before anything was read that are taken for the table's, if the oldest agrees."""


@dataclass
class TicketQueues:
    """Ids of tickets: those that changed are read soon, the others later, newest first.

    An id leaves its queue when what hangs on the ticket was sent, so a sync that ends early loses
    nothing and the next one goes on.
    """

    soon: IdSet = field(default_factory=IdSet)
    later: IdSet = field(default_factory=IdSet)

    def dump(self) -> dict[str, object]:
        """A part of the slice of the state."""
        return {"soon": self.soon.dump(), "later": self.later.dump()}

    @classmethod
    def load(cls, slice_: Mapping[str, object]) -> TicketQueues:
        """The queues that `dump` wrote. Raises ValueError on anything else."""
        return cls(
            IdSet.load(str(slice_.get("soon", ""))), IdSet.load(str(slice_.get("later", "")))
        )

    def changed(self, tickets: Sequence[Raw]) -> None:
        """Queues tickets for this sync."""
        self.soon.update(_ids(tickets))

    def gone(self, ticket_id: int) -> None:
        """A ticket was deleted: nothing is to be read for it."""
        self.soon.discard(ticket_id)
        self.later.discard(ticket_id)

    def found(self, tickets: Sequence[Raw]) -> None:
        """Queues tickets for when there is time."""
        self.later.update(_ids(tickets))

    def work_off(
        self,
        queue: IdSet,
        api: HaloApi,
        read: Callable[[int], T],
        send: Callable[[int, T], Iterator[Operation]],
        table: str,
    ) -> Iterator[Operation]:
        """Reads what hangs on each ticket of a queue, a few ahead and newest first, and sends it.

        A single ticket that Halo refuses, or does not find, stays in the queue for the next sync,
        with a warning, until the weekly walk finds that it is gone. Where the first few are refused
        and the oldest is too, it is the table that is refused: raises Refused.
        """
        refused: list[int] = []
        any_read = False
        calls = (partial(_attempt, read, ticket_id) for ticket_id in _newest_first(queue))
        for ticket_id, found in api.each(calls):
            if isinstance(found, Refused):
                refused.append(ticket_id)
                last_words = str(found)
                if not any_read and len(refused) == HOPELESS:
                    read(queue.ranges()[0][0])
                    any_read = True
                continue
            yield from send(ticket_id, found)
            any_read = True
            queue.discard(ticket_id)
            if queue is self.soon:
                self.later.discard(ticket_id)
            yield SAFE_POINT
        if refused:
            yield Warn(
                f"{table}: Halo refuses {len(refused)} tickets, {refused[0]} among them; the next "
                f"sync asks again: {last_words}"
            )


def _newest_first(queue: IdSet) -> Iterator[int]:
    for first, last in reversed(queue.ranges()):
        yield from range(last, first - 1, -1)


def _attempt(read: Callable[[int], T], ticket_id: int) -> tuple[int, T | Refused]:
    try:
        return ticket_id, read(ticket_id)
    except Refused as refusal:
        return ticket_id, refusal


def _ids(tickets: Sequence[Raw]) -> list[int]:
    return [identity for raw in tickets if (identity := row_id(raw)) is not None]
