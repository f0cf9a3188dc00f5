"""Bytes survive being packed into the state."""

from __future__ import annotations

from base64 import b64decode, b64encode
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halo.api.packing import pack, pack_blocks, unpack, unpack_blocks


@given(st.binary())
def test_any_bytes_come_back_from_plain_ascii(content: bytes) -> None:
    text = pack(content)
    assert text.isascii() and text.isprintable()
    assert unpack(text) == content


def test_nothing_is_the_empty_text() -> None:
    assert (pack(b""), unpack("")) == ("", b"")


def test_what_repeats_becomes_short() -> None:
    assert len(pack(b"1-717,719-1204," * 1000)) < 200


@pytest.mark.parametrize(
    "text", ["?", "é", "AAA", "AAAA", pack(b"1-717")[:-4], pack(b"1-717") + "\n", " ", "a b"]
)
def test_damaged_text_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        unpack(text)


@given(st.binary(min_size=1), st.data())
def test_a_text_cut_short_is_never_read_as_something_else(
    content: bytes, data: st.DataObject
) -> None:
    text = pack(content)
    end = data.draw(st.integers(1, len(text) - 1))
    with pytest.raises(ValueError):
        unpack(text[:end])


@given(st.binary(min_size=1), st.binary(min_size=1))
def test_a_text_with_something_after_its_end_is_refused(content: bytes, more: bytes) -> None:
    packed = b64decode(pack(content))
    with pytest.raises(ValueError):
        unpack(b64encode(packed + more).decode())


@pytest.mark.parametrize("other", [None, 0, False, b"", [], {}, b64decode(pack(b"1-717"))])
def test_what_is_no_text_is_refused_and_never_read_as_nothing(other: object) -> None:
    with pytest.raises(ValueError):
        unpack(other)  # type: ignore[arg-type]


@given(
    st.dictionaries(st.integers(), st.binary(min_size=6, max_size=6)), st.sampled_from([1, 2, 3])
)
def test_blocks_come_back_to_their_places(blocks: dict[int, bytes], planes: int) -> None:
    assert unpack_blocks(pack_blocks(blocks, planes), 6, planes) == blocks


def test_sets_of_numbers_side_by_side_take_no_more_than_their_letters_need() -> None:
    content = bytes(Random(1).choices([1, 2, 4, 8], [5, 2, 2, 1], k=100_000))
    assert len(pack(content)) < 4 / 3 * 100_000 * 2 / 8
