"""Bytes survive being packed into the state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halo.api.packing import pack, unpack


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
