"""Which tickets are still to be looked at, by a source whose rows hang on tickets."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TypeVar

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.errors import GONE, GaveUp, Refused, TableError
from halo.state.slices import ChangesSlice, Queues
from halo.sync.operations import SAFE_POINT, Operation, Warn

T = TypeVar("T")

ASKED_AGAIN = 100
"""Tickets that failed before and are asked again in a sync, the longest ago first."""

HOPELESS = 3
"""Failures before anything was read that are taken for the source's, if one more ticket agrees."""


class TicketQueue:
    """Works off tickets: those that changed are read soon, the others later, newest first.

    An id leaves its queue when what hangs on the ticket was sent, so a sync that ends early loses
    nothing and the next one goes on. What could not be read is asked after all others, so that it
    holds up none. `listed` are the tickets that were listed in this sync; `own_call` says that
    tickets themselves are read, so that one which is not found is gone, or hidden.
    """

    def __init__(
        self, slice_: Queues, tickets: ChangesSlice, api: HaloApi, name: str, own_call: bool = False
    ) -> None:
        self._own_call = own_call
        self.soon, self.later = slice_.soon, slice_.later
        self.listed = Ids()
        self._tickets = tickets
        self._slice = slice_
        self._api = api
        self._name = name

    def __len__(self) -> int:
        return len(self.soon) + len(self.later)

    def done(self, ticket_id: int) -> None:
        """What hangs on the ticket was sent."""
        self.soon.discard(ticket_id)
        self.later.discard(ticket_id)

    def lost(self, ticket_id: int) -> None:
        """The ticket is gone, or hidden: it is read again if a list of tickets ever shows it."""
        self._tickets.marks[ticket_id] = 0
        self.done(ticket_id)

    def keep_only(self, *tickets: Ids) -> None:
        """Forgets tickets that are gone."""
        for ticket_id in chain(self.soon.without(*tickets), self.later.without(*tickets)):
            self.done(ticket_id)

    def work_off(
        self,
        queue: Ids,
        read: Callable[[int], T],
        send: Callable[[int, T], Generator[Operation, None, bool]],
    ) -> Iterator[Operation]:
        """Reads what hangs on each ticket of a queue, a few ahead and newest first, and sends it.

        `send` returns whether that is all, so that the ticket leaves the queue.
        A ticket that cannot be read stays in the queue, with a warning, until it can be. One that
        is not there any more leaves it. Where the first few fail and one more ticket does too, it
        is the source that fails: raises what that one raised.
        """
        failed, gone = list[int](), list[int]()
        last_words = ""
        any_read = False
        held_up = [ticket_id for ticket_id in self._slice.failed if ticket_id in queue]
        calls = (partial(attempt, read, ticket_id) for ticket_id in _order(queue, held_up))
        for ticket_id, found in self._api.each(calls):
            if isinstance(found, TableError):
                is_gone = self._is_gone(ticket_id, found)
                (gone if is_gone else failed).append(ticket_id)
                last_words = last_words if is_gone else str(found)
                waited = isinstance(found, GaveUp)
                if not any_read and (waited or len(failed) + len(gone) == HOPELESS):
                    self._probe(queue, [*failed, *gone], read)
                    any_read = True
                if waited and ticket_id in held_up:
                    break  # One a sync is asked until patience ends.
                continue
            any_read = True
            if (yield from send(ticket_id, found)):
                self.done(ticket_id)
            yield SAFE_POINT
        for ticket_id in gone:
            self.lost(ticket_id)
        waiting = (t for t in self._slice.failed if t in self.soon or t in self.later)
        self._slice.failed = [t for t in waiting if t not in failed] + failed
        if failed:
            yield Warn(
                f"{self._name}: {len(failed)} tickets could not be read, {failed[0]} among them; "
                f"the next sync asks again: {last_words}"
            )

    def _is_gone(self, ticket_id: int, error: TableError) -> bool:
        """Whether the ticket's own call says so, and no list of this sync says otherwise."""
        is_not_found = isinstance(error, Refused) and error.status in GONE
        return self._own_call and is_not_found and ticket_id not in self.listed

    def _probe(self, queue: Ids, failed: list[int], read: Callable[[int], object]) -> None:
        """Reads a ticket that has not failed, if there is one; raises what is wrong with it."""
        known = {*failed, *self._slice.failed}
        every = chain(queue, self.later, self.soon)
        other = next((ticket_id for ticket_id in every if ticket_id not in known), None)
        if other is not None:
            read(other)


def _order(queue: Ids, failed: Sequence[int]) -> Iterator[int]:
    """The ids of a queue, newest first; at the end some of those that failed before.

    What is taken out of the queue meanwhile is not asked.
    """
    held_up = set(failed)
    yield from (t for t in reversed(queue) if t not in held_up and t in queue)
    yield from failed[:ASKED_AGAIN]


def attempt(read: Callable[[int], T], ticket_id: int) -> tuple[int, T | TableError]:
    """What was read of a ticket, or why it could not be."""
    try:
        return ticket_id, read(ticket_id)
    except TableError as error:
        return ticket_id, error
