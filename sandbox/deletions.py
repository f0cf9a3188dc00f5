"""How tickets are deleted, restored and purged."""

from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING, cast

from sandbox import feedback
from sandbox.model import Event, Ticket

if TYPE_CHECKING:
    from sandbox.tenant import Tenant


class Deletions:
    """The part of a tenant that takes tickets out of the lists and puts them back."""

    lock: RLock
    tickets: dict[int, Ticket]
    deleted_tickets: dict[int, Ticket]

    def delete_ticket(self, ticket_id: int, *, at: datetime | None = None) -> None:
        """Flag a ticket as deleted: it leaves the lists."""
        with self.lock:
            ticket = self.tickets.pop(ticket_id)
            ticket.deleted = True
            ticket.events.append(Event(at or self._whole.now(), "deleted"))
            self.deleted_tickets[ticket_id] = ticket
            feedback.ticket_is_gone(self._whole, ticket_id)
            self._whole.version += 1

    def restore_ticket(self, ticket_id: int) -> Ticket:
        """Take back a deletion: the ticket is in the lists again, with the dates that it had."""
        with self.lock:
            ticket = self.deleted_tickets.pop(ticket_id)
            ticket.deleted = False
            ticket.events.append(Event(self._whole.now(), "restored"))
            self.tickets[ticket_id] = ticket
            self._whole.version += 1
            return ticket

    def purge_ticket(self, ticket_id: int) -> None:
        """Remove a ticket, deleted before or not, without a trace."""
        with self.lock:
            held = self.tickets if ticket_id in self.tickets else self.deleted_tickets
            self._whole.forget(held.pop(ticket_id))
            feedback.ticket_is_gone(self._whole, ticket_id)
            self._whole.version += 1

    @property
    def _whole(self) -> "Tenant":
        return cast("Tenant", self)
