"""The stand-in tenant sends rows as full as Halo's documents, so that columns can be tried."""

from __future__ import annotations

import pytest

from halo.tables import REGISTRY, Table
from halo.tables.columns import Misfit
from halo.tables.sources import itself
from sandbox.quirks import Quirks
from sandbox.tenant import Tenant

NOT_SENT = {
    # Only the detail call, or a list that is asked for more, has them (Halo's API notes, rows).
    # A deleted ticket is in no list.
    "ticket": {"status_name", "agent_name", "datecreated", "startdate", "priority", "deleted_date"},
    # Notes in HTML come where they are asked for; the rest was never seen.
    "action": {"note_html", "last_updated", "customfields"},
    # The detail call alone has them.
    "client": {"main_site_id", "main_phonenumber"},
    # With includedetails=true and the permission to see costs.
    "agent": {"costprice"},
    # With showpriorities=true.
    "sla": {"priorities"},
}
WHOLE_ROWS = [table for table in REGISTRY if table.part is itself]


@pytest.fixture(scope="module")
def tenant() -> Tenant:
    return Tenant.build(tickets=400, quirks=Quirks(table_in_lists=True))


@pytest.mark.parametrize("table", WHOLE_ROWS, ids=lambda table: table.name)
def test_every_column_comes_but_for_those_that_real_tenants_leave_out(
    tenant: Tenant, table: Table
) -> None:
    sent = {name for row in tenant.rows(table.name) for name in row}
    assert table.columns.keys() - sent == NOT_SENT.get(table.name, set())


@pytest.mark.parametrize("table", WHOLE_ROWS, ids=lambda table: table.name)
def test_every_value_fits_its_column(tenant: Tenant, table: Table) -> None:
    unfit = set()
    for row in tenant.rows(table.name):
        for name in row.keys() & table.columns.keys():
            try:
                table.columns[name].convert(row[name])
            except Misfit:
                unfit.add((table.name, name))
    assert unfit == set()


def test_the_hours_of_a_ticket_are_the_sum_of_those_of_its_actions() -> None:
    tenant = Tenant.build(tickets=3, quirks=Quirks())
    ticket = tenant.add_ticket()
    tenant.add_action(ticket.id, hours=0.5)
    tenant.add_action(ticket.id, hours=0.25, actionchargehours=0.25)
    row = tenant.ticket_row(ticket)
    assert (row["timetaken"], row["chargehours"]) == (0.75, 0.25)
