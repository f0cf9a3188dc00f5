"""What a role, a team or a scope leaves out: told where it can be, and said whose doing it is."""

from __future__ import annotations

from halo.setup.tests import SETUP_TESTS
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from sandbox.quirks import Quirks
from sandbox.server import serve
from sandbox.tenant import Tenant
from tests.world import NOON, Time, small, world

(TICKETS,) = (test for test in SETUP_TESTS if test.label == "Tickets can be read")


def told_of(*hidden_teams: str) -> list[str]:
    """What the setup test of tickets logs where the agent may not see these teams."""
    log: list[str] = []
    quirks = Quirks(rate_limit=0, hidden_teams=frozenset(hidden_teams))
    tenant = Tenant.build(seed=7, tickets=40, years=0.2, quirks=quirks, now=lambda: NOON)
    with serve(tenant) as server:
        given = {"base_url": server.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        assert TICKETS(given, lambda _: None, Time().clock(), log.append) is None
    return log


def test_rows_that_a_role_leaves_out_can_be_seen_by_how_many_there_are_to_read() -> None:
    (whole,) = told_of()
    (limited,) = told_of("Applications")
    assert whole.startswith("/Tickets: this application may read 40 rows; if there are more in ")
    assert limited.startswith("/Tickets: this application may read ")
    assert limited != whole


def test_a_sync_with_a_narrow_scope_names_the_scope_and_no_permission() -> None:
    with world(8, small(), http=False) as w:
        w.configuration["scope"] = "read:tickets"
        warnings = w.sync().warnings
    denied = [told for told in warnings if " was not synced: " in told]
    assert any(told.startswith("agent was not synced: /Agent answered 40") for told in denied)
    for told in denied:
        assert "scope is 'read:tickets'; set it to all, and allow the application all in" in told
        assert "grant the API application the permission" not in told
