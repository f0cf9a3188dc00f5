"""Satisfaction: the details of tickets that were closed, where a level or a comment was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from halo.api.connection import HaloApi
from halo.api.idset import IdSet
from halo.api.pages import Raw, row_id
from halo.errors import Unreadable
from halo.sync.moments import stamp
from halo.sync.operations import Delete, Operation, Upsert
from halo.sync.progress import Left
from halo.sync.queue import TicketQueues
from halo.sync.rows import TableRows
from halo.tables import Table

FIELDS = ("satisfactionlevel", "satisfactioncomment")

ASKED_AGAIN = timedelta(days=7)
"""Tickets closed so long before a weekly walk are asked once more by the next."""

KEPT = 2000
"""List rows with an answer that are kept until their turn comes, instead of a call each."""


def is_closed(ticket: Raw) -> bool:
    """Whether the ticket is or was closed (Halo's API notes, rows that go away)."""
    return ticket.get("hasbeenclosed") is True or stamp(ticket, "dateclosed") is not None


class Satisfaction:
    """The closed tickets whose details are to be read, and those that have a row."""

    def __init__(self, table: Table, api: HaloApi, slice_: Mapping[str, object]) -> None:
        self.rows = TableRows(table)
        self._table = table
        self._api = api
        self.queues = TicketQueues.load(slice_)
        self._rated = IdSet.load(str(slice_.get("rated", "")))
        self._listed: dict[int, Raw] = {}

    def dump(self) -> dict[str, object]:
        """The slice of the state."""
        return {**self.queues.dump(), "rated": self._rated.dump()}

    def ticket_changed(self, tickets: Sequence[Raw]) -> None:
        """Those that are closed, or have a row, are read in this sync."""
        self.queues.changed(self._answerable(tickets))

    def ticket_found(self, tickets: Sequence[Raw]) -> None:
        """Those that are closed are read when there is time."""
        self.queues.found(self._answerable(tickets))

    def ticket_met(self, tickets: Sequence[Raw], since: datetime) -> None:
        """Those that were closed in the week before the last walk are asked once more.

        They have had time to be rated, and whether that moves the ticket's date is not known.
        """
        self.queues.found(
            [
                raw
                for raw in tickets
                if (closed := stamp(raw, "dateclosed"))
                and since - ASKED_AGAIN < closed <= since
                and row_id(raw) not in self._rated
            ]
        )

    def ticket_gone(self, ticket_id: int) -> None:
        """Nothing is read for it any more."""
        self.queues.gone(ticket_id)

    def fresh(self) -> Iterator[Operation]:
        """Reads the details of the tickets that changed."""
        return self._work_off(self.queues.soon)

    def history(self) -> Iterator[Operation]:
        """Reads the details of all other closed tickets, newest first."""
        return self._work_off(self.queues.later)

    def left(self) -> Left:
        """The closed tickets whose details are still to be read."""
        return Left(len(self.queues.later) + len(self.queues.soon), "tickets")

    def _work_off(self, queue: IdSet) -> Iterator[Operation]:
        return self.queues.work_off(queue, self._api, self._read, self._send, self._table.name)

    def _answerable(self, tickets: Sequence[Raw]) -> list[Raw]:
        for raw in tickets:
            identity = row_id(raw)
            if identity is None:
                continue
            self._listed.pop(identity, None)
            if _answered(raw) and len(self._listed) < KEPT:
                kept = {name: raw.get(name) for name in (*FIELDS, "dateclosed")}
                self._listed[identity] = kept
        return [raw for raw in tickets if is_closed(raw) or row_id(raw) in self._rated]

    def _read(self, ticket_id: int) -> Raw:
        return self._listed.get(ticket_id) or self._detail(ticket_id)

    def _send(self, ticket_id: int, ticket: Raw) -> Iterator[Operation]:
        self._listed.pop(ticket_id, None)
        if _answered(ticket):
            raw = {name: ticket.get(name) for name in (*FIELDS, "dateclosed")}
            row = self.rows.make({"ticket_id": ticket_id, **raw})
            if row is not None:
                yield Upsert(self._table.name, [row])
                self._rated.add(ticket_id)
        elif ticket_id in self._rated:
            yield Delete(self._table.name, [{"ticket_id": ticket_id}])
            self._rated.discard(ticket_id)

    def _detail(self, ticket_id: int) -> Raw:
        """The ticket's own call."""
        path = f"{self._table.path}/{ticket_id}"
        value = self._api.get(path, {"includedetails": "true"}).value
        if not isinstance(value, dict) or row_id(value) != ticket_id:
            raise Unreadable(
                f"{path} answered something else than that ticket; tell the maintainers."
            )
        return value


def _answered(ticket: Raw) -> bool:
    """Whether a level or a comment was given; 0 is Halo's way to say that none was."""
    return bool(ticket.get(FIELDS[0])) or bool(ticket.get(FIELDS[1]))
