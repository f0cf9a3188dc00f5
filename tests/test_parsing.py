"""The bytes of an answer become values that every warehouse takes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halo.api.parsing import _forgiving, parse

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=6)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


def leaves(value: object) -> Iterator[object]:
    """All scalars of a JSON value, the names of its objects among them."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def warehouse_takes(value: object) -> bool:
    for leaf in leaves(value):
        if isinstance(leaf, float) and not math.isfinite(leaf):
            return False
        if isinstance(leaf, int) and not -(2**63) <= leaf < 2**63:
            return False
        if isinstance(leaf, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in leaf):
            return False
    return True


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"id": 95.0}', {"id": 95.0}),
        (b'\xef\xbb\xbf[{"id": 1}]', [{"id": 1}]),
        (rb'{"summary\u0000": "a\u0000b"}', {"summary": "ab"}),
        (b'["a\x00b"]', ["ab"]),
        (b'["two\nlines"]', ["two\nlines"]),
        (rb'["\ud83d\ude00"]', ["\N{GRINNING FACE}"]),
        (rb'["half \ud83d of it"]', ["half  of it"]),
        (rb'["\uDE00"]', [""]),
        (rb'["\u0000 \ud83d\ude00"]', [" \N{GRINNING FACE}"]),
        (b'["caf\xe9"]', ["caf\N{REPLACEMENT CHARACTER}"]),
        (b'["\xed\xa0\x80"]', ["\N{REPLACEMENT CHARACTER}" * 3]),
        (b"[NaN, Infinity, -Infinity]", [None, None, None]),
        (rb'["\\u0000 as text"]', [r"\u0000 as text"]),
        (b"[9223372036854775807, -9223372036854775808]", [2**63 - 1, -(2**63)]),
        (b"[9223372036854775808]", ["9223372036854775808"]),
        (b"[-9223372036854775809]", ["-9223372036854775809"]),
        (b"[184467440737095516161234]", ["184467440737095516161234"]),
        (b"[1e400, -1e400, 0.12345678901234567890]", ["1e400", "-1e400", 0.12345678901234568]),
        (b"[" + b"9" * 5000 + b"]", ["9" * 5000]),
    ],
)
def test_what_no_warehouse_takes_is_dropped(body: bytes, value: object) -> None:
    assert parse(body) == value


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[1] trailing", b"'a'", b"\xff\xfe"])
def test_what_is_no_json_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse(body)


@given(JSON_VALUES)
def test_any_json_value_becomes_one_that_the_warehouse_takes(value: object) -> None:
    body = json.dumps(value).encode()
    assert warehouse_takes(parse(body))
    if warehouse_takes(value):
        assert parse(body) == value
        assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(JSON_VALUES)
def test_the_fast_and_the_forgiving_parser_read_the_same(value: object) -> None:
    body = json.dumps([value]).encode()
    assert repr(parse(body)) == repr(_forgiving(body))


@given(st.binary(max_size=40) | ANY_TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_value_or_a_value_error(body: bytes) -> None:
    try:
        value = parse(b'["' + body + b'"]')
    except ValueError:
        return
    assert warehouse_takes(value)
