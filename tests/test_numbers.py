"""Marks and sets of numbers by id come back as they were put, whatever is done in between."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halo.api.ids import BITS as BLOCK
from halo.api.packing import pack
from halo.state.numbers import LARGEST, Marks, Numbers

HUGE = st.sampled_from([-(10**30), -(2**63), 2**63, 10**30])
IDS = st.integers(0, 5) | st.integers(BLOCK - 2, BLOCK + 2) | st.integers(-(10**6), 10**12) | HUGE
MARKS = st.integers(0, LARGEST)
LOW = st.integers(0, 66)
NUMBERS = LOW | st.integers(60_001, 70_000) | st.integers(-5, 10**12) | HUGE


@given(st.lists(st.tuples(IDS, MARKS) | st.none(), max_size=30), st.lists(IDS))
def test_marks_hold_what_a_plain_dict_holds(
    puts: list[tuple[int, int] | None], others: list[int]
) -> None:
    marks, plain = Marks(), dict[int, int]()
    for put in puts:
        if put is None:
            marks = Marks.load(marks.dump())
        else:
            marks[put[0]] = plain[put[0]] = put[1]
        for identity in {*plain, *others}:
            assert marks[identity] == plain.get(identity, 0)
    assert Marks.load(marks.dump()).dump() == marks.dump()
    marks.clear()
    assert marks.dump() == ""


@pytest.mark.parametrize("number", [-1, LARGEST + 1, 10**30])
def test_a_mark_that_does_not_fit_is_an_error_and_leaves_the_old_one(number: int) -> None:
    marks = Marks()
    marks[7] = 3
    with pytest.raises(OverflowError):
        marks[7] = number
    assert marks[7] == 3


def test_asking_keeps_nothing() -> None:
    marks, numbers = Marks(), Numbers()
    assert marks[10**9] == 0
    assert marks.dump() == ""
    assert numbers[10**9] == set()
    assert numbers.dump() == {}
    assert not numbers.ids


SETS = st.frozensets(NUMBERS, max_size=8) | st.integers(0, 70).map(lambda n: frozenset(range(1, n)))


@given(st.lists(st.tuples(IDS, SETS) | st.none(), max_size=30), st.lists(IDS))
def test_numbers_hold_exactly_the_sets_that_a_plain_dict_holds(
    puts: list[tuple[int, frozenset[int]] | None], others: list[int]
) -> None:
    numbers, plain = Numbers(), dict[int, frozenset[int]]()
    for put in puts:
        if put is None:
            numbers = Numbers.load(json.loads(json.dumps(numbers.dump())))
        else:
            numbers[put[0]] = plain[put[0]] = put[1]
        for identity in {*plain, *others}:
            assert numbers[identity] == plain.get(identity, frozenset())
        assert list(numbers.ids) == sorted(identity for identity in plain if plain[identity])
    assert Numbers.load(numbers.dump()).dump() == numbers.dump()


def test_sixty_thousand_numbers_and_those_far_beyond_are_exact() -> None:
    numbers = Numbers()
    many = {*range(1, 60_003), 70_000, 10**9, 10**18}
    numbers[7] = many
    numbers[8] = {60_001}
    back = Numbers.load(numbers.dump())
    assert back[7] == many
    assert back[8] == {60_001}
    back[7] = {1}
    assert (back[7], back[8]) == ({1}, {60_001})
    assert Numbers.load(back.dump())[7] == {1}


def test_a_set_that_was_taken_out_leaves_nothing() -> None:
    numbers = Numbers()
    for put in ({1, 40, 63, 64, 10**9}, {64}, {63}):
        numbers[7] = put
        numbers[7] = ()
        assert numbers[7] == set()
        assert not numbers.ids
        assert numbers.dump() == {}


def test_what_is_handed_out_is_not_what_is_kept() -> None:
    numbers = Numbers()
    numbers[7] = {1, 100}
    numbers[7].add(2)
    numbers[7].clear()
    assert numbers[7] == {1, 100}


def test_a_hundred_thousand_tickets_are_small() -> None:
    marks, numbers = Marks(), Numbers()
    for ticket_id in range(100_000):
        marks[ticket_id] = ticket_id * 7919 % 30
        numbers[ticket_id] = range(1, 2 + ticket_id * 7919 % 30)
    assert len(marks.dump()) < 200_000
    assert sum(map(len, numbers.dump().values())) < 200_000


FULL = bytes([1]) * 2 * BLOCK
DAMAGED_MARKS = [
    "not base64!",
    "AAAA",
    pack(b"[0]\n" + bytes(2 * BLOCK))[:-8],
    pack(b"[0]\n" + bytes(2 * BLOCK - 1)),
    pack(b"[0]\n" + bytes(2 * BLOCK + 1)),
    pack(b"[0,1]\n" + bytes(2 * BLOCK)),
    pack(b"[0\n"),
    pack(b"\xff\n"),
    pack(b"[1,0]\n" + FULL * 2),
    pack(b"[1,1]\n" + FULL * 2),
    pack(b'["0"]\n' + FULL),
    pack(b"[0.0]\n" + FULL),
    pack(b"[false]\n" + FULL),
    pack(b"[[0]]\n" + FULL),
    pack(b'{"0":1}\n' + FULL),
    pack(b"[" * 100_000 + b"\n"),
]


@pytest.mark.parametrize("text", [*DAMAGED_MARKS, None, 0, False, [], {}])
def test_damaged_marks_are_refused_and_never_read_as_others(text: str) -> None:
    with pytest.raises(ValueError):
        Marks.load(text)


@pytest.mark.parametrize(
    "dumped",
    [
        *({"0": text} for text in [*DAMAGED_MARKS, None, 5]),
        *({"3": text} for text in DAMAGED_MARKS),
        *(
            {"high": text if text is None or isinstance(text, int) else pack(text)}
            for text in [
                None,
                5,
                b"{}",
                b"null",
                b"[1]",
                b"[[1]]",
                b"[[1,2]]",
                b"[[1,[70],3]]",
                b"[[1,[]]]",
                b"[[1,[63]]]",
                b"[[1,[71,70]]]",
                b"[[1,[70,70]]]",
                b"[[1,[70.0]]]",
                b'[[1,["70"]]]',
                b'[["1",[70]]]',
                b"[[true,[70]]]",
                b"[[2,[70]],[1,[70]]]",
                b"[[1,[70]],[1,[71]]]",
                b"[[1,[70]]",
                b"[" * 100_000,
            ]
        ),
        {"4": ""},
        {"ids": ""},
        None,
        0,
        [],
        "",
        "0",
        [["0", ""]],
    ],
)
def test_damaged_numbers_are_refused_and_never_read_as_others(dumped: Mapping[str, str]) -> None:
    with pytest.raises(ValueError):
        Numbers.load(dumped)
