"""A large desk costs few requests: counted at a tenth of the size, with the bounds of the whole.

`make large` counts at full size. The hours are those of the whole desk here too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from halo.sync.journal import BUSY
from tests.large import (
    SIXTEEN,
    Connected,
    Outcome,
    connected,
    first_load,
    five_minutes,
    hour,
    loaded,
    pages,
    quiet,
)

TENTH = 0.1
PROOFS = 80
"""Samples of tickets that are read both ways, whatever the size: actions, satisfaction."""

LISTS = 36
"""What the lists cost that are small, in each sync, with the token."""


@pytest.fixture(scope="module")
def first() -> Iterator[tuple[Connected, list[Outcome]]]:
    """A tenth of a large desk, loaded."""
    connection = connected(TENTH, ticket_details="none")
    yield connection, first_load(connection)


def asking(first: tuple[Connected, list[Outcome]], details: str) -> Connected:
    """The loaded desk, with `ticket_details` of this; it lives on from test to test."""
    first[0].configuration["ticket_details"] = details
    return first[0]


First = tuple[Connected, list[Outcome]]


def test_a_first_load_costs_its_pages_and_days(first: First) -> None:
    connection, outcomes = first
    figure = loaded(outcomes, connection.desk)
    assert connection.is_whole
    assert figure.requests <= 1.1 * figure.floor + PROOFS
    assert figure.requests <= 4500 * TENTH
    assert outcomes[0].warnings == []


def test_tickets_people_and_codes_are_checkpointed_before_any_history(first: First) -> None:
    connection, outcomes = first
    asked, held = next(c for c in outcomes[0].checkpoints if c[1]["ticket"])
    assert held["ticket"] == connection.desk.tickets
    assert all(
        held[name]
        for name in ["user", "client", "site", "agent", "team", "status", "priority", "sla"]
    )
    assert held["action"] == 0
    assert asked["/actions"] <= 12  # The last days, in the fresh phase.
    assert asked["/actions?ticket_id"] == asked["/tickets/{id}"] == asked["/appointment"] - 1 == 0


def test_a_quiet_sync_costs_less_than_45_requests(first: First) -> None:
    for most, excluded in ((45, ""), (30, SIXTEEN)):
        _, outcome = quiet(asking(first, "none"), excluded)
        assert (outcome.sent, outcome.deleted) == ({}, 0)
        assert outcome.requests <= most


def test_five_minutes_cost_a_request_or_two_a_ticket_and_the_lists(first: First) -> None:
    for details, each in (("none", 1), ("changed", 2)):
        connection = asking(first, details)
        _, outcome = five_minutes(connection, LISTS)
        assert outcome.requests <= 45 + 20 * each
        assert connection.is_whole


def test_an_hour_costs_its_pages_and_no_request_a_ticket(first: First) -> None:
    for details, most in (("none", 150), ("changed", 2150)):
        connection = asking(first, details)
        figure, outcome = hour(connection, 2000, LISTS)
        assert connection.is_whole
        assert outcome.asked["/actions?ticket_id"] <= 12  # A sample, once a week.
        assert figure.requests <= most
        assert figure.ratio <= 1.3


def test_hourly_syncs_keep_up_with_very_many_changes(first: First) -> None:
    for details, tickets, most in (("changed", 2500, 2880), ("none", 8000, 8000 / 20000 * 2880)):
        connection = asking(first, details)
        for _ in range(2):
            _, outcome = hour(connection, tickets, LISTS)
            assert connection.is_whole
            assert outcome.requests <= most
            assert outcome.seconds < 3600
    recent = connection.state["sources"]["action"]["journal"]["recent"]
    assert len(json.dumps(recent)) < 20 * 8 * BUSY
    assert len(json.dumps(connection.state)) < 1_000_000


def test_a_ticket_that_was_edited_without_an_action_is_read_by_itself(first: First) -> None:
    connection = asking(first, "none")
    connection.time.pass_by(hours=1)
    connection.desk.change(100, actions=100)
    connection.desk.edit(50)
    outcome = connection.sync()
    assert 40 <= outcome.asked["/actions?ticket_id"] <= 62
    assert connection.is_whole


def test_a_desk_that_honours_nothing_costs_a_request_a_ticket() -> None:
    connection = connected(TENTH / 5, honours=False, ticket_details="none")
    outcomes = first_load(connection)
    tickets = connection.desk.tickets
    assert connection.is_whole
    assert sum(one.asked["/actions?ticket_id"] for one in outcomes) <= 1.02 * tickets
    walks = 4 + len(outcomes)
    assert sum(one.asked["/tickets"] for one in outcomes) <= walks * (pages(tickets, 50) + 3)
    assert connection.sync().sent == {}
