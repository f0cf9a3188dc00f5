"""States that earlier commits wrote, one file a commit, still load: nothing is read from the start.

Each was written against the tenant that is built here: once in the middle of the first load of
tickets, and once at the end of a sync.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.world import World, small, world

STATES = sorted((Path(__file__).parent / "states").glob("*.json"))


def same_tenant() -> dict[str, object]:
    return {"seed": 5, "years": 0.1, "users": 8, "clients": 3, "agents": 5}


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.stem)
def test_a_state_of_an_earlier_commit_is_started_over(path: Path) -> None:
    with world(12, small(ticketage_grows=False), http=False, **same_tenant()) as w:
        w.warehouse.state = json.loads(path.read_text())["loaded"]
        outcome = w.sync()
        assert outcome.warnings == []
        assert outcome.quiet
        change_a_ticket(w)
        assert {row["id"] for row in w.sync().sent["ticket"]} == {3}


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.stem)
def test_a_first_load_that_an_earlier_commit_began_is_not_ended(path: Path) -> None:
    with world(12, small(ticketage_grows=False), http=False, **same_tenant()) as w:
        w.warehouse.state = json.loads(path.read_text())["while_loading"]
        outcome = w.sync()
        assert outcome.warnings == []
        sent = {row["id"] for row in outcome.sent["ticket"]}
        assert sent
        assert sent < set(w.tenant.tickets)
        assert w.warehouse.tables["action"].keys() == w.expected("action").keys()


def change_a_ticket(w: World) -> None:
    w.time.pass_by(minutes=20)
    w.tenant.update_ticket(3, summary="Changed")
    w.time.pass_by(minutes=20)
