"""A set of ids as blocks of bits holds the same ids as a plain set, whatever is done to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halo.api.ids import BITS, BYTES, Ids
from halo.api.packing import pack

EDGES = [BITS - 1, BITS, 2 * BITS - 1, -1, -BITS, -BITS - 1]
IDS = st.integers(0, 24) | st.sampled_from(EDGES) | st.integers(-(10**12), 10**12)
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "discard"]), IDS.map(lambda number: [number]))
    | st.tuples(st.just("update"), st.lists(IDS))
    | st.tuples(st.sampled_from(["reload", "copy"]), st.just([])),
)


@given(st.lists(IDS), STEPS)
def test_any_sequence_of_changes_leaves_what_a_plain_set_has(
    first: list[int], steps: list[tuple[str, list[int]]]
) -> None:
    ids, plain = Ids(first), set(first)
    for step, numbers in steps:
        if step == "add":
            assert ids.add(numbers[0]) == (numbers[0] not in plain)
            plain.add(numbers[0])
        elif step == "discard":
            ids.discard(numbers[0])
            plain.discard(numbers[0])
        elif step == "update":
            ids.update(numbers)
            plain.update(numbers)
        elif step == "reload":
            ids = Ids.load(ids.dump())
        else:
            ids = ids.copy()
        assert list(ids) == sorted(plain)
        assert list(reversed(ids)) == sorted(plain, reverse=True)
        assert len(ids) == len(plain)
        assert bool(ids) == bool(plain)
        near = [*range(26), *EDGES]
        assert [n for n in near if n in ids] == [n for n in near if n in plain]
        assert ids == Ids(plain)
        assert ids.dump() == Ids(plain).dump()


@given(st.sets(st.integers(-20, 20)))
def test_ids_below_zero_come_back_from_the_state(numbers: set[int]) -> None:
    assert list(Ids.load(Ids(numbers).dump())) == sorted(numbers)


def test_an_id_of_any_size_is_itself_alone() -> None:
    ids = Ids([2**63, -(2**63) - 5, 10**40])
    assert list(Ids.load(ids.dump())) == [-(2**63) - 5, 2**63, 10**40]
    assert 10**40 + 1 not in ids
    assert 10**40 - 1 not in ids


@given(st.sets(IDS), st.sets(IDS), st.sets(IDS))
def test_without_is_the_difference(one: set[int], two: set[int], three: set[int]) -> None:
    rest = Ids(one).without(Ids(two), Ids(three))
    assert list(rest) == sorted(one - two - three)
    assert bool(rest) == bool(one - two - three)


@given(st.sets(st.integers(0, BITS - 1)), st.sets(st.integers(0, BITS - 1)))
def test_a_block_of_bits_is_put_beside_what_is_there(before: set[int], put: set[int]) -> None:
    ids = Ids(n + 3 * BITS for n in before)
    ids.put(3, sum(1 << n for n in put))
    assert list(ids) == sorted(n + 3 * BITS for n in before | put)


def test_a_copy_is_another_set() -> None:
    ids = Ids([1, 2, 3])
    twin = ids.copy()
    twin.discard(2)
    twin.add(9)
    assert list(ids) == [1, 2, 3]
    assert len(ids) == 3


def test_what_is_no_number_is_not_in_it() -> None:
    ids = Ids([1])
    for other in ("1", None, (1,), 1.5):
        assert other not in ids


def test_ids_may_go_while_they_are_walked() -> None:
    for walk in (iter, reversed):
        ids = Ids(range(0, 5000, 3))
        for number in walk(ids):
            ids.discard(number)
        assert not ids
        assert list(ids) == []


def test_a_hundred_thousand_tickets_with_holes_are_small() -> None:
    ids = Ids(number for number in range(100_000) if number % 10)
    assert len(ids.dump()) < 60_000
    assert len(Ids(range(100_000)).dump()) < 500


FULL = bytes(b"\xff" * BYTES)


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        "AAAA",
        Ids(range(0, 100, 2)).dump()[:-8],
        pack(b"a"),
        pack(b"\xff"),
        pack(b"[0]"),
        pack(b"[0]\n" + FULL[1:]),
        pack(b"[0]\n" + FULL + b"\0"),
        pack(b"[0,1]\n" + FULL),
        pack(b"[1,0]\n" + FULL * 2),
        pack(b"[1,1]\n" + FULL * 2),
        pack(b'["0"]\n' + FULL),
        pack(b"[0.0]\n" + FULL),
        pack(b"[true]\n" + FULL),
        pack(b"[[0]]\n" + FULL),
        pack(b"[null]\n" + FULL),
        pack(b'{"0":0}\n' + FULL),
        pack(b"0\n"),
        pack(b"[" * 100_000 + b"\n"),
    ],
)
def test_a_damaged_set_is_refused_and_never_read_as_another(text: str) -> None:
    with pytest.raises(ValueError):
        Ids.load(text)


@pytest.mark.parametrize("other", [None, 0, False, [], {}, b"", 5, ["x"]])
def test_what_is_no_text_is_never_taken_for_the_empty_set(other: object) -> None:
    with pytest.raises(ValueError):
        Ids.load(other)  # type: ignore[arg-type]


def test_a_set_counts_ids_that_were_taken_out() -> None:
    ids = Ids(range(1, 11))
    for number in (1, 5, 10, 10, 99):
        ids.discard(number)
    assert len(ids) == len(list(ids)) == 7
    assert len(ids.copy()) == len(Ids.load(ids.dump())) == 7
