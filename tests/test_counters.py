"""Small numbers by id come back as they were put, whatever is done in between."""

from __future__ import annotations

import pytest
from halo.state.counters import BLOCK, LARGEST, Counters
from hypothesis import given
from hypothesis import strategies as st

from halo.api.packing import pack

IDS = st.integers(0, 5) | st.integers(BLOCK - 2, BLOCK + 2) | st.integers(-(10**6), 10**12)
NUMBERS = st.integers(0, LARGEST) | st.integers(-5, LARGEST + 5)


@given(st.lists(st.tuples(IDS, NUMBERS) | st.none(), max_size=30), st.lists(IDS))
def test_counters_hold_what_a_plain_dict_holds(
    puts: list[tuple[int, int] | None], others: list[int]
) -> None:
    counters, plain = Counters(), dict[int, int]()
    for put in puts:
        if put is None:
            counters = Counters.load(counters.dump())
        else:
            counters.put(*put)
            plain[put[0]] = put[1] if 0 <= put[1] <= LARGEST else 0
        for identity in {*plain, *others}:
            assert counters.get(identity) == plain.get(identity, 0)
    assert Counters.load(counters.dump()).dump() == counters.dump()


def test_a_number_that_does_not_fit_is_none_and_not_an_old_one() -> None:
    counters = Counters()
    counters.put(7, 3)
    counters.put(7, LARGEST + 1)
    assert counters.get(7) == 0


def test_asking_keeps_nothing() -> None:
    counters = Counters()
    assert counters.get(10**9) == 0
    assert counters.dump() == ""


def test_a_hundred_thousand_tickets_are_small() -> None:
    counters = Counters()
    for ticket_id in range(100_000):
        counters.put(ticket_id, ticket_id * 7919 % 30)
    assert len(counters.dump()) < 200_000


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        "AAAA",
        pack(b"[0]\n" + bytes(2 * BLOCK))[:-8],
        pack(b"[0]\n" + bytes(2 * BLOCK - 1)),
        pack(b"[0,1]\n" + bytes(2 * BLOCK)),
        pack(b"[0\n"),
        pack(b"\xff\n"),
    ],
)
def test_damaged_counters_are_refused_and_never_read_as_others(text: str) -> None:
    with pytest.raises(ValueError):
        Counters.load(text)
