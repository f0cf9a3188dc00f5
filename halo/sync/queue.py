"""Which tickets are still to be looked at, by a table whose rows hang on tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TypeVar

from halo.api.connection import HaloApi
from halo.api.idset import IdSet
from halo.api.pages import Raw, row_id
from halo.errors import GaveUp, TableError
from halo.sync.operations import SAFE_POINT, Operation, Warn

T = TypeVar("T")

ASKED_AGAIN = 100
"""Tickets that failed before and are asked again in a sync, the longest ago first."""

HOPELESS = 3
"""Failures before anything was read that are taken for the table's, if one more ticket agrees."""


@dataclass
class TicketQueues:
    """Ids of tickets: those that changed are read soon, the others later, newest first.

    An id leaves its queue when what hangs on the ticket was sent, so a sync that ends early loses
    nothing and the next one goes on. `failed` are those among them that could not be read, the
    longest ago first: they are asked after all others, so that they hold up none.
    """

    soon: IdSet = field(default_factory=IdSet)
    later: IdSet = field(default_factory=IdSet)
    failed: list[int] = field(default_factory=list)

    def dump(self) -> dict[str, object]:
        """A part of the slice of the state."""
        dumped: dict[str, object] = {"soon": self.soon.dump(), "later": self.later.dump()}
        return dumped | ({"failed": self.failed} if self.failed else {})

    @classmethod
    def load(cls, slice_: Mapping[str, object]) -> TicketQueues:
        """The queues that `dump` wrote. Raises ValueError on anything else."""
        failed = slice_.get("failed", [])
        if not isinstance(failed, list) or any(type(ticket_id) is not int for ticket_id in failed):
            raise ValueError("failed is no list of ids")
        return cls(
            IdSet.load(str(slice_.get("soon", ""))),
            IdSet.load(str(slice_.get("later", ""))),
            failed,
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

        A ticket that cannot be read stays in the queue, with a warning, until it can be, or the
        weekly walk finds that it is gone. Where the first few fail and one more ticket does too, it
        is the table that fails: raises what that one raised.
        """
        failed: list[int] = []
        last_words = ""
        any_read = False
        held_up = [ticket_id for ticket_id in self.failed if ticket_id in queue]
        calls = (partial(attempt, read, ticket_id) for ticket_id in _order(queue, held_up))
        for ticket_id, found in api.each(calls):
            if isinstance(found, TableError):
                failed.append(ticket_id)
                last_words = str(found)
                waited = isinstance(found, GaveUp)
                if not any_read and (waited or len(failed) == HOPELESS):
                    self._probe(queue, failed, read)
                    any_read = True
                if waited and ticket_id in held_up:
                    break  # One a sync is asked until patience ends.
                continue
            yield from send(ticket_id, found)
            any_read = True
            queue.discard(ticket_id)
            if queue is self.soon:
                self.later.discard(ticket_id)
            yield SAFE_POINT
        waiting = (t for t in self.failed if t in self.soon or t in self.later)
        self.failed = [ticket_id for ticket_id in waiting if ticket_id not in failed] + failed
        if failed:
            yield Warn(
                f"{table}: {len(failed)} tickets could not be read, {failed[0]} among them; the "
                f"next sync asks again: {last_words}"
            )

    def _probe(self, queue: IdSet, failed: list[int], read: Callable[[int], object]) -> None:
        """Reads a ticket that has not failed, if there is one; raises what is wrong with it."""
        known = {*failed, *self.failed}
        every = chain(queue, self.later, self.soon)
        other = next((ticket_id for ticket_id in every if ticket_id not in known), None)
        if other is not None:
            read(other)


def _order(queue: IdSet, failed: Sequence[int]) -> Iterator[int]:
    """The ids of a queue, newest first; at the end some of those that failed before."""
    held_up = set(failed)
    for first, until in reversed(queue.ranges()):
        yield from (number for number in range(until, first - 1, -1) if number not in held_up)
    yield from failed[:ASKED_AGAIN]


def attempt(read: Callable[[int], T], ticket_id: int) -> tuple[int, T | TableError]:
    """What was read of a ticket, or why it could not be."""
    try:
        return ticket_id, read(ticket_id)
    except TableError as error:
        return ticket_id, error


def _ids(tickets: Sequence[Raw]) -> list[int]:
    return [identity for raw in tickets if (identity := row_id(raw)) is not None]
