"""The ledger comes back as it was, and a fingerprint changes exactly when the row does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halo.api.packing import pack
from halo.state.ledger import Key, Ledger, fingerprint
from halo.tables.columns import ColumnType, RowMaker

PRINTS = st.integers(0, 2**32 - 1)
ANY_TEXT = st.text(st.characters(exclude_categories=()))
KEYS = st.integers() | ANY_TEXT | st.none()
PAIRS = st.tuples(ANY_TEXT, st.integers()), st.tuples(st.integers(), st.integers())
LEDGERS = st.one_of(*(st.dictionaries(KEYS | pair, PRINTS) for pair in PAIRS)).map(Ledger)

COLUMNS = dict.fromkeys(["id", "name", "ticketage", "new"], ColumnType("ANY", lambda value: value))


def typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as it is sent: what is null is left out."""
    return RowMaker(COLUMNS).row(row)


ROWS = st.dictionaries(
    st.sampled_from(["id", "name", "ticketage", "new"]),
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers(), max_size=2),
)


@given(LEDGERS)
def test_a_ledger_comes_back_from_the_state_as_it_was(ledger: Ledger) -> None:
    back = Ledger.load(ledger.dump())
    assert back == ledger
    assert {key: type(key) for key in back} == {key: type(key) for key in ledger}
    assert Ledger.load(json.loads(json.dumps(ledger.dump()))) == ledger


@given(st.dictionaries(st.integers(0, 50), PRINTS))
def test_the_same_ledger_makes_the_same_state_in_any_order(entries: dict[Key, int]) -> None:
    assert Ledger(reversed(entries.items())).dump() == Ledger(entries).dump()


@pytest.mark.parametrize(
    "dumped",
    [
        {"keys": pack(b"[1]")},
        {"hashes": "AAAAAA=="},
        {"keys": "not base64!", "hashes": "AAAAAA=="},
        {"keys": Ledger(dict.fromkeys(range(99), 1)).dump()["keys"][:-8], "hashes": "AAAAAA=="},
        {"keys": pack(b"[1,2]"), "hashes": "AAAAAA=="},
        {"keys": pack(b"[1]"), "hashes": "AAAAAAA="},
        {"keys": pack(b'{"1":1}'), "hashes": "AAAAAA=="},
        {"keys": pack(b"[1"), "hashes": "AAAAAA=="},
        {"keys": pack(b"[1.0]"), "hashes": "AAAAAA=="},
        {"keys": pack(b"[true]"), "hashes": "AAAAAA=="},
        {"keys": pack(b'[{"a":1}]'), "hashes": "AAAAAA=="},
        {"keys": pack(b"[[1,[2]]]"), "hashes": "AAAAAA=="},
        {"keys": pack(b"[[1,null]]"), "hashes": "AAAAAA=="},
        {"keys": pack(b"[[1,2.5]]"), "hashes": "AAAAAA=="},
        {"keys": pack(b"[1,0]"), "hashes": "AAAAAAAAAAA="},
        {"keys": pack(b'["a","a"]'), "hashes": "AAAAAAAAAAA="},
        {"keys": pack(b"[" * 100_000), "hashes": "AAAAAA=="},
        {"keys": pack(b"[1]"), "hashes": "AAAAAA==", "more": ""},
        {"keys": pack(b"[1]"), "hashes": None},
        {"keys": None, "hashes": "AAAAAA=="},
        {"keys": [1], "hashes": "AAAAAA=="},
        None,
        0,
        False,
        [],
        "",
        "keys",
        ["keys", "hashes"],
    ],
)
def test_a_damaged_ledger_is_refused_and_never_read_as_another(dumped: Mapping[str, str]) -> None:
    with pytest.raises(ValueError):
        Ledger.load(dumped)


def test_a_hundred_thousand_users_are_small() -> None:
    ledger = Ledger((number, (number * 2_654_435_761) % 2**32) for number in range(100_000))
    assert sum(map(len, ledger.dump().values())) < 1_000_000


@given(ROWS, ROWS)
def test_two_rows_have_one_fingerprint_only_if_they_say_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    one, other = typed(one), typed(other)

    def said(row: dict[str, Any]) -> dict[str, str]:
        kept = {name: value for name, value in row.items() if name != "ticketage"}
        return {name: repr(value) for name, value in kept.items() if value is not None}

    same = fingerprint(one, {"ticketage"}) == fingerprint(other, {"ticketage"})
    assert same == (said(one) == said(other))


@given(ROWS)
def test_the_order_of_fields_does_not_count(row: dict[str, Any]) -> None:
    assert fingerprint(row) == fingerprint(dict(reversed(row.items())))


def test_a_change_deep_inside_a_row_counts() -> None:
    one = {"customfields": [{"name": "CFCause", "value": "a"}]}
    other = {"customfields": [{"name": "CFCause", "value": "b"}]}
    assert fingerprint(one) != fingerprint(other)


def test_a_new_release_does_not_send_every_row_again() -> None:
    row = {"id": 7, "name": "Zoë", "teams": [1, 2], "cost": 0.5}
    assert fingerprint(row) == 733_645_235
