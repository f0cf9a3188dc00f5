"""The runner: fresh before history, safe points made checkpoints, and each table on its own."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from halo.errors import HaloError, StateError
from halo.sync.operations import Checkpoint, Upsert
from halo.tables import REGISTRY, TABLE_NAMES
from sandbox.app import LISTS, RequestRecord
from sandbox.faults import Fault
from tests.test_damaged_states import damaged
from tests.world import FIRST, World, small, world

MINUTE = timedelta(minutes=1)


def slow(w: World, seconds: float = 61) -> None:
    """Lets each request take so long."""
    w.app.before_request = lambda *_: w.time.pass_by(seconds=seconds)


def is_history(record: RequestRecord) -> bool:
    """Whether a request of a first sync belongs to a history phase."""
    return "ticket_id" in record.params or record.endpoint.startswith("/tickets/")


# Fresh and history


def test_everything_fresh_is_in_before_history_begins() -> None:
    with world(10, years=0.05) as w:
        w.sync()
        first = next(n for n, record in enumerate(w.app.requests) if is_history(record))
        before = {record.endpoint for record in w.app.requests[:first]}
        lists = {table.source.path.lower() for table in REGISTRY} - {"/actions"}
        assert before >= lists - {"/feedback"}  # Its answers rate tickets that are there.
        after = {record.endpoint for record in w.app.requests[first:] if not is_history(record)}
        assert after <= {"/actions", "/feedback", "/appointment"}


def test_what_is_new_comes_before_the_rest_of_history() -> None:
    with world(30, years=0.05) as w:
        w.configuration["history_minutes"] = "0"
        w.sync()
        w.configuration["history_minutes"] = "30"
        new = w.tenant.add_action(2, hours=1).id
        w.time.pass_by(minutes=20)
        tickets: list[object] = []

        def note(operation: object) -> bool:
            if isinstance(operation, Upsert) and operation.table == "action":
                tickets.append(operation.rows[0]["ticket_id"])
            return False

        w.sync(until=note)
        assert tickets[0] == 2
        assert (2, new) in w.warehouse.tables["action"]
        assert w.differences() == []


def test_without_history_only_the_tickets_are_loaded() -> None:
    with world(20, years=0.05) as w:
        w.configuration["history_minutes"] = "0"
        outcome = w.sync()
        assert len(w.warehouse.tables["ticket"]) == 20
        assert not [record for record in w.app.requests if is_history(record)]
        assert w.warehouse.tables["action"] == {}
        assert any(line.startswith("history_minutes is up") for line in outcome.log)
        w.tenant.add_action(3)
        outcome = w.sync_later()
        assert {row["ticket_id"] for row in outcome.sent["action"]} == {3}


def test_history_ends_when_its_time_is_up_and_goes_on_in_the_next_sync() -> None:
    with world(20, years=0.05, registry=FIRST) as w:
        w.configuration["history_minutes"] = "3"
        slow(w, 20)
        outcome = w.sync()
        assert any(line.startswith("history_minutes is up") for line in outcome.log)
        assert 0 < len(w.warehouse.tables["action"]) < len(w.expected("action"))
        asked = [record.params["ticket_id"] for record in w.app.requests if is_ticket(record)]
        for _ in range(30):
            w.app.requests.clear()
            outcome = w.sync()
            again = [record.params["ticket_id"] for record in w.app.requests if is_ticket(record)]
            assert not set(asked) & set(again)
            asked += again
            if not any(line.startswith("history_minutes is up") for line in outcome.log):
                break
        assert len(asked) == len(set(asked)) == 20
        assert w.differences() == []


def is_ticket(record: RequestRecord) -> bool:
    return record.endpoint == "/actions" and "ticket_id" in record.params


@pytest.mark.parametrize("tickets", [40, 700])
def test_what_the_first_load_read_is_not_read_again_when_older_days_are_looked_at(
    tickets: int,
) -> None:
    with world(tickets, small(page_cap=100, list_page_cap=100), years=0.5, http=False) as w:
        w.sync()
        assert len(w.warehouse.tables["time_entry"]) > tickets
        revisited = w.slice("action")["journal"]["revisited"]
        w.app.requests.clear()
        for _ in range(9):
            assert w.sync_later(days=1).quiet
        assert w.slice("action")["journal"]["revisited"] > revisited
        assert not [record for record in w.app.requests if is_ticket(record)]


def test_what_reading_by_day_remembers_is_forgotten_when_it_is_over() -> None:
    with world(700, small(page_cap=100, list_page_cap=100), years=0.5, http=False) as w:
        w.configuration["history_minutes"] = "0"
        w.sync()
        assert w.slice("action")["awaited"]
        w.configuration["history_minutes"] = "1440"
        w.app.requests.clear()
        w.sync_later()
        assert len([record for record in w.app.requests if is_ticket(record)]) < 350
        assert w.slice("action")["awaited"] == ""
        assert w.slice("action")["came"] == {}


def test_the_histories_take_turns() -> None:
    with world(20, years=0.05, registry=FIRST) as w:
        w.configuration["history_minutes"] = "10"
        for ticket in [t for t in w.tenant.tickets.values() if not t.actions]:
            w.tenant.add_action(ticket.id, at=ticket.dateoccurred)
        slow(w, 20)
        w.sync()
        assert w.warehouse.tables["action"]
        assert w.warehouse.tables["time_entry"]
        assert w.warehouse.tables["ticket_satisfaction"]
        asked = [record.endpoint for record in w.app.requests if is_history(record)]
        turns = [(one == "/actions", other == "/actions") for one, other in pairwise(asked)]
        assert len(turns) > 8
        assert set(turns) == {(True, False), (False, True)}


# Checkpoints


def test_a_checkpoint_comes_once_a_minute_at_most_and_at_the_end_of_each_phase() -> None:
    with world(10, years=0.05) as w:
        slow(w, 7)
        outcome = w.sync()
        gaps = [later - earlier for earlier, later in pairwise(outcome.checkpoints)]
        assert len(outcome.checkpoints) > 5
        # After what is fresh, after the first load of tickets, after the histories.
        assert len([gap for gap in gaps if gap < MINUTE]) <= 3
        assert max(gaps) < 2 * MINUTE


def test_a_fast_sync_makes_one_checkpoint_a_phase() -> None:
    with world(10, years=0.05) as w:
        assert len(w.sync().checkpoints) == 3  # The first load of tickets is one by itself.
        w.tenant.add_action(3)
        assert len(w.sync_later().checkpoints) <= 2


def test_the_last_operation_is_a_checkpoint_so_that_nothing_sent_is_lost() -> None:
    with world(10, years=0.05) as w:
        operations: list[object] = []

        def kept(operation: object) -> bool:
            operations.append(operation)
            return False

        w.sync(until=kept)
        assert isinstance(operations[-1], Checkpoint)


def test_the_state_is_json_and_says_nothing_secret() -> None:
    with world(10, years=0.05) as w:
        states: list[dict[str, object]] = []

        def note(operation: object) -> bool:
            if isinstance(operation, Checkpoint):
                states.append(operation.state)
            return False

        slow(w)
        w.configuration["history_minutes"] = "1440"
        w.sync(until=note)
        assert len(states) > 20
        for state in states:
            written = json.dumps(state, allow_nan=False)
            assert json.loads(written) == state
            assert "secret" not in written
        assert states[-1].keys() == {"version", "tables", "sources"}
        assert states[-1]["tables"] == sorted(TABLE_NAMES)
        sources: Any = states[-1]["sources"]
        assert sources.keys() == {
            next(table.name for table in REGISTRY if table.source is source)
            for source in {table.source for table in REGISTRY}
        }
        assert not {"time_entry", "ticket_change", "holiday"} & sources.keys()


def test_a_state_that_was_handed_out_does_not_change_any_more() -> None:
    with world(10, years=0.05) as w:
        states: list[tuple[dict[str, object], str]] = []

        def note(operation: object) -> bool:
            if isinstance(operation, Checkpoint):
                states.append((operation.state, json.dumps(operation.state)))
            return False

        slow(w)
        w.configuration["history_minutes"] = "1440"
        w.sync(until=note)
        for state, written in states:
            assert json.dumps(state) == written


# Tables on their own


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault("/team", times=0, status=403), "grant the API application the permission to read"),
        (Fault("/team", times=0, status=404), "this tenant does not have it"),
        (Fault("/team", times=0, status=400), "see what Halo says"),
        (Fault("/team", times=0, kind="html"), "check base_url"),
        (Fault("/team", times=0, kind="body", body='"maintenance"'), "tell the maintainers"),
        (Fault("/team", times=0, status=500), "the next sync tries again"),
    ],
)
def test_a_table_that_cannot_be_read_is_skipped_and_says_what_to_do(
    fault: Fault, says: str
) -> None:
    with world(5, years=0.05) as w:
        w.sync()
        there, slice_ = dict(w.warehouse.tables["team"]), w.slice("team")
        w.tenant.change("team", 2, name="Renamed")
        w.tenant.change("status", 2, name="Renamed")
        fault.seen = 0
        w.app.faults.append(fault)
        outcome = w.sync_later()
        (warning,) = outcome.warnings
        assert warning.startswith("team was not synced: ")
        assert says in warning
        assert w.warehouse.tables["team"] == there
        assert w.slice("team") == slice_
        assert w.differences("team") == []
        (line,) = [line for line in outcome.log if line.startswith("team ")]
        assert line.endswith("not synced")
        w.app.faults.clear()
        w.sync_later()
        assert w.differences() == []


@pytest.mark.parametrize("kind", ["status", "html"])
@pytest.mark.parametrize("status", [403, 404, 401])
def test_tickets_that_cannot_be_read_fail_the_sync(kind: Any, status: int) -> None:
    with world(5, years=0.05) as w:
        w.app.faults.append(Fault("/tickets", times=0, kind=kind, status=status))
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, HaloError)
        assert "/Tickets" in str(outcome.error)
        assert outcome.quiet
        assert w.warehouse.state == {}


def test_everything_failing_fails_the_sync_and_keeps_the_state() -> None:
    with world(5, years=0.05) as w:
        w.sync()
        state = w.warehouse.state
        w.become(permissions=frozenset(LISTS))
        w.time.pass_by(minutes=20)
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, HaloError)
        assert outcome.quiet
        assert w.warehouse.state == state
        w.become(permissions=frozenset())
        assert w.sync_later().quiet


def test_history_of_tickets_that_fails_fails_the_sync_and_goes_on_later() -> None:
    with world(30, years=0.05) as w:
        w.app.faults.append(Fault("/tickets", nth=6, times=0, status=403))
        assert isinstance(w.sync(fails=True).error, HaloError)
        w.app.faults.clear()
        w.sync_later()
        assert w.differences() == []


# The state of the last sync


def test_a_state_that_is_newer_or_foreign_is_refused_with_a_sentence_before_any_request() -> None:
    with world(5, years=0.05) as w:
        for state, says in (
            ({"version": 99, "tables": {}}, "newer release"),
            ({"cursor": "2024-01-01"}, "not one of this connector's"),
            ({"version": 1, "tables": []}, "not one of this connector's"),
            ({"version": 1, "tables": {}, "sources": {}}, "not one of this connector's"),
            ({"version": 1, "tables": ["ticket"], "sources": []}, "not one of this connector's"),
        ):
            w.warehouse.state = state
            outcome = w.sync(fails=True)
            assert isinstance(outcome.error, StateError)
            assert says in str(outcome.error)
            assert "re-sync" in str(outcome.error)
            assert w.warehouse.state == state
        assert w.app.requests == []


PRINTS = {"keys": "x", "hashes": "y"}


@pytest.mark.parametrize(
    ("source", "slice_", "where"),
    [
        ("ticket", {"sent": "not packed"}, "sent"),
        ("ticket", {"marks": "not packed"}, "marks"),
        ("ticket", {"cursor": "yesterday"}, "cursor"),
        ("ticket", {"cursor": "2026-06-15T12:00:00"}, "cursor"),
        ("ticket", {"cursor": 5}, "cursor"),
        ("ticket", {"recent": PRINTS}, "recent"),
        ("ticket", {"walk": {"started": "2026-06-15T12:00:00+00:00"}}, "walk"),
        ("action", {"sent": {"action": {"0": "not packed"}}}, "sent[...]"),
        ("action", {"queues": {"soon": "not packed"}}, "queues.soon"),
        ("ticket_satisfaction", {"sent": {"ticket_satisfaction": "x"}}, "sent[...]"),
        ("action", {"journal": {"recent": []}}, "journal.recent"),
        ("action", {"journal": {"digests": {"keys": "x"}}}, "journal.digests"),
        ("user", {"ledger": "gone"}, "ledger"),
        ("user", {"ledger": {"user": PRINTS}}, "ledger[...]"),
        ("user", {"pages": "many"}, "pages"),
        ("user", {"full_at": "2026-06-15"}, "full_at"),
    ],
)
def test_a_slice_that_is_damaged_is_refused_and_tells_where(
    source: str, slice_: dict[str, object], where: str
) -> None:
    with world(1, small(list_page_cap=100), years=0.05) as w:
        w.configuration["history_minutes"] = "0"
        w.sync()
        w.app.requests.clear()
        w.warehouse.state = damaged(w, source, **slice_)
        outcome = w.sync(fails=True)
        assert isinstance(outcome.error, StateError)
        assert f"state of {source} is damaged" in str(outcome.error)
        assert f"`$.sources.{source}.{where}`" in str(outcome.error)
        assert "; re-sync" in str(outcome.error)
        assert w.app.requests == []


# The summary


def test_each_table_has_a_line_in_the_summary_that_tells_the_truth() -> None:
    with world(10, years=0.05) as w:
        w.sync()
        w.tenant.update_ticket(4, summary="Changed")
        w.tenant.remove("category", 7)
        outcome = w.sync_later()
        lines = {line.split()[0]: line.split()[1:] for line in outcome.log}
        assert lines.pop("table") == ["read", "sent", "deleted", "requests"]
        assert lines.keys() == TABLE_NAMES
        assert lines["ticket"][1:3] == ["1", "0"]
        assert lines["category"] == [str(len(w.tenant.entities["category"])), "0", "1", "1"]
        assert lines["team"] == ["6", "0", "0", "1"]
        for table, (_, sent, gone, _) in lines.items():
            assert int(sent) == len(outcome.sent.get(table, []))
            assert int(gone) == len(outcome.deleted.get(table, []))
        asked = sum(int(values[3]) for values in lines.values())
        assert outcome.requests - 2 <= asked <= outcome.requests
