"""How what hangs on tickets changes: links, votes, moves of workflows, to-dos."""

from datetime import datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, cast

from sandbox import hanging_lists, ticket_details
from sandbox.model import Ticket

if TYPE_CHECKING:
    from sandbox.tenant import Tenant


class Hanging:
    """The part of a tenant that changes what hangs on its tickets; each at a moment (now).

    Whether the ticket's last_update moves with it is a habit of the tenant.
    """

    lock: RLock
    tickets: dict[int, Ticket]

    def link_asset(self, ticket_id: int, asset_id: int, *, at: datetime | None = None) -> None:
        """A ticket is about one asset more; asking either for the other shows it."""
        with self.lock:
            ticket = self.tickets[ticket_id]
            held = ticket_details.asset_ids(self._tenant, ticket)
            ticket.asset_ids = [*held, *({asset_id} - set(held))]
            self._moved(ticket, at)

    def unlink_asset(self, ticket_id: int, asset_id: int, *, at: datetime | None = None) -> None:
        """A ticket is not about an asset any more."""
        with self.lock:
            ticket = self.tickets[ticket_id]
            held = ticket_details.asset_ids(self._tenant, ticket)
            ticket.asset_ids = [number for number in held if number != asset_id]
            self._moved(ticket, at)

    def relate(self, ticket_id: int, other_id: int, *, at: datetime | None = None) -> None:
        """Link two tickets with each other."""
        with self.lock:
            for one, other in ((ticket_id, other_id), (other_id, ticket_id)):
                self.tickets[one].related.add(other)
                self._moved(self.tickets[one], at)

    def decide(
        self, ticket_id: int, seq: int, *, accepts: bool = True, at: datetime | None = None
    ) -> None:
        """An approver votes: the one with this `seq` among the approvers of a ticket."""
        with self.lock:
            ticket, moment = self.tickets[ticket_id], at or self._tenant.now()
            held = ticket_details.hung(self._tenant, ticket, "approvers")
            vote = next(one for one in held if one["seq"] == seq)
            result = hanging_lists.ACCEPTED if accepts else hanging_lists.REJECTED
            vote |= {"result": result, "dateapproved": moment, "approval_inprogress": False}
            self._moved(ticket, moment)

    def move_workflow(self, ticket_id: int, *, at: datetime | None = None) -> None:
        """A ticket moves into the next stage of its workflow."""
        with self.lock:
            ticket, moment = self.tickets[ticket_id], at or self._tenant.now()
            held = ticket_details.hung(self._tenant, ticket, "workflow_history")
            held.append(hanging_lists.move(ticket, len(held) + 1, moment))
            self._moved(ticket, moment)

    def tick_off(self, ticket_id: int, todo_id: int, *, at: datetime | None = None) -> None:
        """An item of a ticket's checklist is done."""
        with self.lock:
            ticket, moment = self.tickets[ticket_id], at or self._tenant.now()
            held = ticket_details.hung(self._tenant, ticket, "todo_list")
            item = next(one for one in held if one["id"] == todo_id)
            item |= {"done": True, "done_by_id": ticket.agent_id, "actual_end": moment}
            self._moved(ticket, moment)

    def forget(self, ticket: Ticket) -> None:
        """Unlink a ticket that is purged from those that it is linked to."""
        for number in ticket.related:
            if other := self.tickets.get(number):
                other.related.discard(ticket.id)
                self._moved(other, None)

    @property
    def _tenant(self) -> "Tenant":
        return cast("Tenant", self)

    def _moved(self, ticket: Ticket, at: datetime | None) -> None:
        self._tenant.version += 1
        if self._tenant.quirks.details_move_ticket:
            ticket.change({"last_update": at or self._tenant.now()})


def connect(tenant: "Tenant") -> None:
    """Problems are linked with the incidents of the week before that have the same category."""
    held = [tenant.tickets[number] for number in sorted(tenant.tickets)]
    for place, problem in enumerate(held):
        if problem.tickettype_id != ticket_details.PROBLEM:
            continue
        for incident in _like(problem, held[max(0, place - 40) : place]):
            problem.related.add(incident.id)
            incident.related.add(problem.id)


def _like(problem: Ticket, before: list[Ticket]) -> list[Ticket]:
    """The incidents that a problem explains: two of the same category, else the one before."""
    incidents = [one for one in before if one.tickettype_id == ticket_details.INCIDENT]
    since = problem.dateoccurred - timedelta(days=7)
    alike = [
        one
        for one in incidents
        if one.fields.get("category_1") == problem.fields.get("category_1")
        and one.dateoccurred >= since
    ]
    return alike[-2:] or incidents[-1:]
