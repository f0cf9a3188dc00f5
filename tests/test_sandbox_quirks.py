"""The stand-in tenant's switches do what their comments say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from werkzeug.test import Client, TestResponse

from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from sandbox.queries import ROWS_WITHOUT_PAGING
from tests.world import NOON, World, small, world

PAGE_1 = {"pageinate": "true", "page_no": "1", "page_size": "100"}


def answered(w: World, path: str, **params: str) -> TestResponse:
    """What the tenant answers to somebody who may read everything."""
    client = Client(w.app)
    form = {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "scope": "all",
    }
    token = client.post("/auth/token?tenant=sandbox", data=form).json
    assert token
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    return client.get(f"/api{path}", query_string=params, headers=headers)


def asked(w: World, path: str, **params: str) -> Any:
    """The JSON that the tenant answers."""
    response = answered(w, path, **params)
    assert response.status_code == 200
    return response.json


def ids(answer: Any) -> list[int]:
    return [row["id"] for row in answer["tickets"]]


def test_a_bound_is_read_so_many_hours_later_unless_utcoffset_counters_it() -> None:
    with world(5, small(page_cap=50, filter_offset_hours=5), http=False) as w:
        for ticket, hours in ((1, 4), (2, 6)):
            w.tenant.update_ticket(ticket, at=NOON + timedelta(hours=hours))
        bound = {"lastupdatefromdate": "2026-06-15T12:00:00Z"}
        assert ids(asked(w, "/Tickets", **PAGE_1, **bound)) == [2]
        shown = asked(w, "/Tickets", **PAGE_1, **bound, utcoffset="-5")
        assert sorted(ids(shown)) == [1, 2]
        w.become(reference_lastupdate=True)
        w.tenant.add("user")
        assert asked(w, "/Users", **PAGE_1, **bound)["users"] == []


def test_a_count_of_actions_that_is_honest_says_how_many_there_are() -> None:
    with world(2, small(actions_cap=3), http=False) as w:
        for _ in range(5):
            w.tenant.add_action(1)
        held = sum(not action.is_system for action in w.tenant.tickets[1].actions.values())
        cut = asked(w, "/Actions", ticket_id="1")
        w.become(actions_count_honest=True)
        honest = asked(w, "/Actions", ticket_id="1")
        assert (len(cut["actions"]), cut["record_count"]) == (3, 3)
        assert (len(honest["actions"]), honest["record_count"]) == (3, held)


def test_the_date_of_a_deleted_last_action_stays_or_is_that_of_the_one_before() -> None:
    with world(1, small(), http=False) as w:
        ticket = w.tenant.add_ticket()
        for hours in (1, 2, 3):
            w.tenant.add_action(ticket.id, at=NOON + timedelta(hours=hours))
        w.tenant.delete_action(ticket.id, 3)
        assert ticket.lastactiondate == NOON + timedelta(hours=3)
        w.become(last_action_follows_deletion="follows")
        w.tenant.delete_action(ticket.id, 2)
        assert ticket.lastactiondate == NOON + timedelta(hours=1)
        w.tenant.delete_action(ticket.id, 1)
        assert ticket.lastactiondate is None


def test_clocks_of_an_open_ticket_run_and_are_left_out_where_the_tenant_has_none() -> None:
    with world(1, small(clocks_in_list=True), http=False) as w:
        ticket = w.tenant.add_ticket()
        first = w.tenant.ticket_row(ticket)
        w.time.pass_by(hours=1)
        later = w.tenant.ticket_row(ticket)
        moved = {name for name in later if first.get(name) != later[name]} - {"ticketage"}
        w.become(clocks_in_list=False)
        none = w.tenant.ticket_row(ticket)
        assert moved == {
            *("slatimeleft", "slapercused", "slatimeelapsed", "currentelapsedhours"),
            *("targettimeleft", "targetpercused"),
        }
        assert not moved & none.keys()


def test_a_query_that_is_too_long_is_a_page_that_does_not_exist() -> None:
    with world(1, small(max_query=100), http=False) as w:
        short, long = ("/Team", {"showall": "true"}), ("/Team", {"showall": "true" * 30})
        assert answered(w, short[0], **short[1]).status_code == 200
        refused = answered(w, long[0], **long[1])
        assert (refused.status_code, refused.mimetype) == (404, "text/html")


def test_pages_of_tickets_beyond_the_deepest_are_refused() -> None:
    with world(9, small(deepest_page=2, deepest_page_status=504), http=False) as w:
        deep = [answered(w, "/Tickets", **PAGE_1 | {"page_no": str(n)}) for n in (1, 2, 3)]
        assert [response.status_code for response in deep] == [200, 200, 504]


def test_actions_by_date_time_out_and_those_of_a_ticket_do_not() -> None:
    with world(1, small(dates_time_out=True), http=False) as w:
        day = {"startdate": "2026-06-14T12:00:00Z", "enddate": "2026-06-15T12:00:00Z"}
        assert answered(w, "/Actions", **day).status_code == 504
        assert answered(w, "/Actions", ticket_id="1").status_code == 200


def test_a_list_shows_one_row_twice_and_counts_it_twice() -> None:
    doubled = frozenset({"/tickets", "/team", "/actions"})
    with world(5, small(page_cap=50, doubled_rows=doubled), http=False) as w:
        tickets = asked(w, "/Tickets", **PAGE_1)
        assert (sorted(ids(tickets)), tickets["record_count"]) == ([1, 1, 2, 3, 4, 5], 6)
        teams = [row["id"] for row in asked(w, "/Team", showall="true")]
        assert teams.count(1) == 2
        w.tenant.add_action(1)
        actions = asked(w, "/Actions", ticket_id="1")
        assert len(actions["actions"]) == actions["record_count"]
        assert actions["actions"][0] == actions["actions"][1]
        users = asked(w, "/Users", **PAGE_1)
        assert len({row["id"] for row in users["users"]}) == users["record_count"]


def test_a_tenant_has_so_many_custom_fields_and_tickets_fill_some() -> None:
    for count in (0, 3, 340):
        with world(20, small(custom_field_count=count), http=False) as w:
            assert len(w.tenant.entities["field_info"]) == count
            assert any(ticket.custom for ticket in w.tenant.tickets.values()) == (count > 0)


def test_the_last_action_is_noted_a_moment_after_the_last_update() -> None:
    with world(1, small(stamp_lag_ms=173), http=False) as w:
        ticket = w.tenant.add_ticket()
        lag = timedelta(milliseconds=173)
        assert ticket.lastactiondate - ticket.last_update == lag
        w.tenant.add_action(ticket.id, at=NOON + timedelta(hours=1))
        assert ticket.lastactiondate - ticket.last_update == lag


def test_ids_come_as_text_where_the_build_writes_them_so() -> None:
    with world(2, small(id_as_text=frozenset({"id", "ticket_id"})), http=False) as w:
        ticket = w.tenant.add_ticket().id
        w.tenant.add_action(ticket)
        actions = asked(w, "/Actions", ticket_id=str(ticket))["actions"]
        assert [(row["ticket_id"], row["id"]) for row in actions] == [(str(ticket), "1")]
        assert asked(w, f"/Tickets/{ticket}")["id"] == str(ticket)
        assert w.tenant.rows("action")[-1]["ticket_id"] == str(ticket)


def test_a_ticket_that_changed_while_it_was_deleted_comes_back_changed() -> None:
    with world(3, small(page_cap=ROWS_WITHOUT_PAGING), http=False) as w:
        before = w.tenant.tickets[2].last_update
        w.tenant.delete_ticket(2)
        w.tenant.update_ticket(2, summary="Changed while deleted", last_update=before)
        assert 2 not in ids(asked(w, "/Tickets", **PAGE_1))
        w.tenant.restore_ticket(2)
        shown = {row["id"]: row["summary"] for row in asked(w, "/Tickets", **PAGE_1)["tickets"]}
        assert shown[2] == "Changed while deleted"
        assert w.tenant.tickets[2].last_update == before
