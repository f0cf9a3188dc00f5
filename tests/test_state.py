"""The state is read, or refused with a cure; it is never silently started over."""

from __future__ import annotations

import json

import pytest

from halo.errors import StateError
from halo.state.store import VERSION, closed, damaged, opened

SLICES: dict[str, dict[str, object]] = {"ticket": {"ids": "AA"}, "user": {}}


def test_the_first_sync_has_no_slices() -> None:
    assert opened({}) == {}


def test_what_was_closed_is_opened_again_after_a_trip_through_json() -> None:
    assert opened(json.loads(json.dumps(closed(SLICES)))) == SLICES
    assert opened(closed({})) == {}


def test_a_state_is_never_empty_so_that_it_is_not_taken_for_the_first() -> None:
    assert closed({}) == {"version": VERSION, "tables": {}}


def test_a_slice_that_is_added_later_does_not_change_a_state_that_was_handed_out() -> None:
    slices = dict(SLICES)
    state = closed(slices)
    slices["site"] = {}
    assert "site" not in opened(state)


def test_a_newer_state_is_refused() -> None:
    with pytest.raises(StateError, match=r"version 2, written by a newer release.*re-sync"):
        opened({"version": VERSION + 1, "tables": {}})


@pytest.mark.parametrize(
    "state",
    [
        {"cursor": "2024-01-01"},
        {"tables": {}},
        {"version": None, "tables": {}},
        {"version": "1", "tables": {}},
        {"version": 0, "tables": {}},
        {"version": -1, "tables": {}},
        pytest.param({"version": True, "tables": {}}),
        {"version": VERSION},
        {"version": VERSION, "tables": None},
        {"version": VERSION, "tables": []},
        {"version": VERSION, "tables": "ticket"},
    ],
)
def test_a_foreign_state_is_refused_with_a_cure(state: dict[str, object]) -> None:
    with pytest.raises(StateError, match=r"not one of this connector's; re-sync"):
        opened(state)


@pytest.mark.parametrize("slice_", [None, [], "x", 1])
def test_a_damaged_slice_names_its_table(slice_: object) -> None:
    with pytest.raises(StateError, match=r"table user is damaged; re-sync"):
        opened({"version": VERSION, "tables": {"ticket": {}, "user": slice_}})


def test_damaged_is_an_error_to_raise() -> None:
    assert isinstance(damaged("user"), StateError)
