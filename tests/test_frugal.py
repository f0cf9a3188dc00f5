"""How many requests a sync may take: a request too many is time that a tenant does not have."""

from __future__ import annotations

from sandbox.quirks import Quirks
from tests.world import FIRST, world


def hosted() -> Quirks:
    """A tenant with pages of 100 and a growing `ticketage`, as hosted ones are; no rate limit."""
    return Quirks(rate_limit=0)


def test_an_unchanged_tenant_costs_more_than_thirty_requests() -> None:
    with world(400, hosted(), http=False, years=1, users=90, registry=FIRST) as w:
        w.configuration["history_minutes"] = "1440"
        w.sync()
        outcome = w.sync_later(hours=1)
        assert outcome.quiet
        assert outcome.requests <= 30


def test_an_unchanged_tenant_with_every_table_costs_more_than_forty_five_requests() -> None:
    with world(400, hosted(), http=False, years=1, users=90, counts={"asset": 40}) as w:
        w.configuration["history_minutes"] = "1440"
        w.sync()
        outcome = w.sync_later(hours=1)
        assert outcome.quiet
        assert outcome.requests <= 45


def test_an_hour_with_200_changed_tickets_of_which_60_closed_costs_more_than_290_requests() -> None:
    with world(400, hosted(), http=False, years=1, users=90, registry=FIRST) as w:
        w.configuration["history_minutes"] = "1440"
        w.sync()
        for number in range(200):
            w.time.pass_by(seconds=18)
            ticket = w.tenant.add_ticket(summary=f"Came in this hour, {number}").id
            w.tenant.add_action(ticket, hours=0.25)
            if number % 10 < 3:
                w.tenant.close_ticket(ticket, satisfaction=4)
        outcome = w.sync()
        assert outcome.requests <= 200 + 60 + 30
        assert w.differences() == []


def test_history_of_actions_costs_more_than_a_request_a_day_and_a_few_dozen() -> None:
    with world(2000, hosted(), http=False, years=0.2) as w:
        w.only("action")
        w.configuration["history_minutes"] = "1440"
        outcome = w.sync()
        assert outcome.warnings == []
        assert w.warehouse.tables["action"].keys() == w.expected("action").keys()
        assert len(w.asked("/actions")) <= 0.2 * 365 + 100
