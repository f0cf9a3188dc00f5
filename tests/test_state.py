"""The state is read, or refused with a cure; it is never silently started over."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from halo.api.ids import Ids
from halo.errors import StateError
from halo.state.ledger import Ledger
from halo.state.slices import (
    ActionsSlice,
    ChangesSlice,
    DetailsSlice,
    JournalSlice,
    SnapshotSlice,
)
from halo.state.store import VERSION, Store

EMPTY: dict[str, object] = {"version": VERSION, "tables": [], "sources": {}}


def test_the_first_sync_finds_nothing_and_opens_each_slice_as_at_first() -> None:
    store = Store({})
    assert store.tables == frozenset()
    for kind in (ChangesSlice, SnapshotSlice, ActionsSlice, DetailsSlice):
        opened = store.closed({"source": store.opened("source", kind)}, ())
        assert opened == store.closed({"source": kind()}, ())


def test_what_was_closed_is_opened_again_after_a_trip_through_json() -> None:
    noon = datetime(2026, 6, 15, 12, tzinfo=UTC)
    ticket = ChangesSlice(sent=Ids([1, 5]), cursor=noon, recent=Ledger({5: 7}))
    user = SnapshotSlice(ledger={"user": Ledger({1: 2})}, pages=9, full_at=noon, cursor=noon)
    hours = JournalSlice(recent={-3: Ledger({(1, 2): 3}), 9660: Ledger()})
    slices = {"ticket": ticket, "user": user, "hours": hours}
    state = json.loads(json.dumps(Store({}).closed(slices, ["user", "ticket"])))
    store = Store(state)
    assert store.tables == {"ticket", "user"}
    assert store.opened("ticket", ChangesSlice).sent == ticket.sent
    assert store.opened("ticket", ChangesSlice).recent == ticket.recent
    assert store.opened("ticket", ChangesSlice).cursor == noon
    assert store.opened("user", SnapshotSlice) == user
    assert store.opened("hours", JournalSlice).recent == hours.recent
    assert store.closed({}, store.tables) == state


def test_a_state_is_never_empty_so_that_it_is_not_taken_for_the_first() -> None:
    assert Store({}).closed({}, ()) == EMPTY


def test_the_tables_are_in_order_so_that_the_same_state_is_written_the_same() -> None:
    assert Store({}).closed({}, {"user", "action", "ticket"})["tables"] == [
        "action",
        "ticket",
        "user",
    ]


def test_a_slice_of_a_source_that_is_not_opened_stays_as_it_is() -> None:
    state = EMPTY | {"sources": {"left_out": {"whatever": [1]}, "user": {}}}
    closed = Store(state).closed({"user": SnapshotSlice(pages=3)}, ())
    assert closed["sources"]["left_out"] == {"whatever": [1]}
    assert closed["sources"]["user"]["pages"] == 3


def test_a_slice_that_changes_later_does_not_change_a_state_that_was_handed_out() -> None:
    store, ticket = Store({}), ChangesSlice()
    state = store.closed({"ticket": ticket}, ["ticket"])
    written = json.dumps(state)
    ticket.sent.add(7)
    ticket.recent[7] = 8
    ticket.custom_fields.ids.append(9)
    store.closed({"ticket": ticket, "site": SnapshotSlice()}, ["site"])
    assert json.dumps(state) == written


def test_a_slice_that_changes_does_not_change_the_state_it_was_opened_from() -> None:
    state = EMPTY | {"sources": {"ticket": {"custom_fields": {"ids": [1]}}}}
    opened = Store(state).opened("ticket", ChangesSlice)
    opened.custom_fields.ids.append(2)
    assert state["sources"] == {"ticket": {"custom_fields": {"ids": [1]}}}


def test_a_newer_state_is_refused() -> None:
    with pytest.raises(StateError, match=r"version 2, written by a newer release.*re-sync"):
        Store(EMPTY | {"version": VERSION + 1})
    with pytest.raises(StateError, match=r"version 2, written by a newer release.*re-sync"):
        Store({"version": VERSION + 1, "shape": "unknown"})


NO_TABLES: list[object] = [None, {}, "ticket", 5, [1], [None], ["user", []]]
NO_SOURCES: list[object] = [None, [], "ticket", 5]
FOREIGN: list[dict[str, object]] = [
    {"cursor": "2024-01-01"},
    {"tables": [], "sources": {}},
    {"version": VERSION},
    {"version": VERSION, "tables": []},
    {"version": VERSION, "sources": {}},
    *(EMPTY | {"version": version} for version in [None, "1", 1.0, 0, -1, True]),
    *(EMPTY | {"tables": tables} for tables in NO_TABLES),
    *(EMPTY | {"sources": sources} for sources in NO_SOURCES),
    EMPTY | {"more": 1},
]


@pytest.mark.parametrize("state", FOREIGN, ids=repr)
def test_a_foreign_state_is_refused_with_a_cure(state: dict[str, object]) -> None:
    with pytest.raises(StateError, match=r"not one of this connector's; re-sync"):
        Store(state)


@pytest.mark.parametrize("slice_", [None, [], "x", 1, True])
def test_a_damaged_slice_names_its_source(slice_: object) -> None:
    store = Store(EMPTY | {"sources": {"ticket": {}, "user": slice_}})
    with pytest.raises(
        StateError, match=r"state of user is damaged \(.*`\$\.sources\.user`\); re-sy"
    ):
        store.opened("user", SnapshotSlice)
