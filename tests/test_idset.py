"""A set of ids as ranges holds the same ids as a plain set, whatever is done to it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from halo.api.idset import IdSet
from hypothesis import given
from hypothesis import strategies as st

from halo.api.packing import pack

IDS = st.integers(0, 24) | st.integers(0, 10**12)
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "discard"]), IDS.map(lambda number: [number]))
    | st.tuples(st.just("update"), st.lists(IDS))
    | st.tuples(st.sampled_from(["reload", "copy"]), st.just([])),
)


@given(st.lists(IDS), STEPS)
def test_any_sequence_of_changes_leaves_what_a_plain_set_has(
    first: list[int], steps: list[tuple[str, list[int]]]
) -> None:
    ids, plain = IdSet(first), set(first)
    for step, numbers in steps:
        if step == "add":
            ids.add(numbers[0])
            plain.add(numbers[0])
        elif step == "discard":
            ids.discard(numbers[0])
            plain.discard(numbers[0])
        elif step == "update":
            ids.update(numbers)
            plain.update(numbers)
        elif step == "reload":
            ids = IdSet.load(ids.dump())
        else:
            ids = ids.copy()
        assert list(ids) == sorted(plain)
        assert len(ids) == len(plain)
        assert ids.largest() == max(plain, default=None)
        assert [n for n in range(26) if n in ids] == [n for n in range(26) if n in plain]
        ranges = ids.ranges()
        assert all(a[1] + 1 < b[0] for a, b in pairwise(ranges))
        assert ids == IdSet(plain)


@given(st.sets(st.integers(-20, 20)))
def test_ids_below_zero_come_back_from_the_state(numbers: set[int]) -> None:
    assert list(IdSet.load(IdSet(numbers).dump())) == sorted(numbers)


@given(st.sets(IDS), st.sets(IDS), st.sets(IDS))
def test_without_is_the_difference(one: set[int], two: set[int], three: set[int]) -> None:
    assert list(IdSet(one).without(IdSet(two), IdSet(three))) == sorted(one - two - three)


def test_a_copy_is_another_set() -> None:
    ids = IdSet([1, 2, 3])
    twin = ids.copy()
    twin.discard(2)
    twin.add(9)
    assert list(ids) == [1, 2, 3] and len(ids) == 3


def test_what_is_no_number_is_not_in_it() -> None:
    ids = IdSet([1])
    assert "1" not in ids and None not in ids and (1,) not in ids


def test_a_hundred_thousand_tickets_with_holes_are_small() -> None:
    ids = IdSet(number for number in range(100_000) if number % 10)
    assert len(ids.dump()) < 60_000
    assert len(IdSet(range(100_000)).dump()) < 40


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        "AAAA",
        IdSet(range(0, 100, 2)).dump()[:-8],
        pack(b"a"),
        pack(b"1,"),
        pack(b"5-3"),
        pack(b"1-3,2"),
        pack(b"1-3,4"),
        pack(b"9,1"),
        pack(b"\xff"),
    ],
)
def test_a_damaged_set_is_refused_and_never_read_as_another(text: str) -> None:
    with pytest.raises(ValueError):
        IdSet.load(text)


def test_a_set_counts_ids_that_were_taken_out() -> None:
    ids = IdSet(range(1, 11))
    for number in (1, 5, 10, 10, 99):
        ids.discard(number)
    assert len(ids) == len(list(ids)) == 7
    assert len(ids.copy()) == len(IdSet.load(ids.dump())) == 7
