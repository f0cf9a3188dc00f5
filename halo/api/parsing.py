"""The bytes of an answer become a JSON value that every warehouse takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from copy import copy
from math import isinf
from typing import Any
from zlib import compress, decompress

import msgspec

_DIGITS = bytes(ord("0") if byte in b"0123456789" else ord(" ") for byte in range(256))
_MANY_DIGITS = b"0" * 19
"""So many digits may be a whole number beyond 64 bits, which no column takes."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


LARGE, PART = 2**21, 2**18
"""Bytes from which on the arrays of an answer are kept packed, and of a part of them."""

_IMAGE_MARKS = (b"<img", b"\\u003cimg", b"\\u003Cimg", b"<IMG", b"\\u003cIMG", b"\\u003CIMG")
_IMAGE = re.compile(r"""<img\b(?:"[^"]*"?|'[^']*'?|[^>"'])*""", re.IGNORECASE)
_ADDRESS = re.compile(r"""src(?:set)?\s*=\s*(?:"[^"]*|'[^']*|[^\s>"']+)""", re.IGNORECASE)
_QUERY = re.compile(r"""\?[^"'\s>]*""")


class Items(Collection[Any]):
    """The items of a large array, packed: few of them are there at a time."""

    def __init__(self, raws: list[msgspec.Raw]) -> None:
        self._size, self._packed = len(raws), [*_packed(raws)]
        self._make: Callable[[Any], Any] = _itself

    def __len__(self) -> int:
        return self._size

    def __contains__(self, item: object) -> bool:
        return any(item == one for one in self)

    def __iter__(self) -> Iterator[Any]:
        for part in self._packed:
            items: Any = _parsed(decompress(part))
            yield from map(self._make, items)

    def made_by(self, make: Callable[[Any], Any]) -> Items:
        """The same items, each made of what it holds."""
        items = copy(self)
        items._make = make
        return items


def _packed(raws: list[msgspec.Raw]) -> Iterator[bytes]:
    """Arrays of neighbouring items, each of PART bytes or a little more, compressed."""
    part, size = list[bytes](), 0
    for raw in raws:
        part.append(bytes(raw))
        size += len(part[-1])
        if size >= PART:
            yield compress(b"[" + b",".join(part) + b"]", 1)
            part, size = [], 0
    yield compress(b"[" + b",".join(part) + b"]", 1)


def parse(body: bytes) -> object:
    """The JSON value of a body, as forgiving as Halo needs it.

    Bytes that are no UTF-8 become U+FFFD, NaN and Infinity null. NUL characters and halves of
    surrogate pairs, which no warehouse takes, are dropped, and so is the query of the address of an
    image: it carries an access token (Halo's API notes, rows). Numbers beyond 64 bits or beyond all
    doubles become their text. An array of a large body comes as Items. Raises ValueError where the
    body is no JSON.
    """
    if len(body) > LARGE:
        with suppress(ValueError):
            return _large(body)
    return _parsed(body)


def _parsed(body: bytes) -> object:
    if b"\\u0000" not in body and _MANY_DIGITS not in body.translate(_DIGITS):
        with suppress(ValueError):  # The standard library forgives more, and takes longer.
            return _without_tokens(body, msgspec.json.decode(body))
    return _without_tokens(body, _forgiving(body))


def _large(body: bytes) -> object:
    """The arrays of a body, or of the object in it, as Items; raises ValueError on a scalar."""
    held = msgspec.json.decode(body, type=list[msgspec.Raw] | dict[str, msgspec.Raw])
    if isinstance(held, list):
        return Items(held)
    return {name: _large_value(raw) for name, raw in held.items()}


def _large_value(raw: msgspec.Raw) -> object:
    if bytes(memoryview(raw)[:1]) == b"[":
        return Items(msgspec.json.decode(raw, type=list[msgspec.Raw]))
    return _parsed(bytes(raw))


def _itself(value: object) -> object:
    return value


def _without_tokens(body: bytes, value: object) -> object:
    return _texts(value, _no_tokens) if any(mark in body for mark in _IMAGE_MARKS) else value


def _no_tokens(text: str) -> str:
    """A text whose images have addresses without a query."""

    def address(found: re.Match[str]) -> str:
        return _QUERY.sub("", found[0])

    return _IMAGE.sub(lambda image: _ADDRESS.sub(address, image[0]), text)


def ends_early(body: bytes) -> bool:
    """Whether a body that is no JSON begins as some, and a bracket or text stays open, or blank."""
    begun = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    rest = _STRING.sub(b"", begun)
    is_open = rest.count(b"[") + rest.count(b"{") > rest.count(b"]") + rest.count(b"}")
    return not begun or (begun[:1] in b'{["' and (is_open or b'"' in rest))


def _forgiving(body: bytes) -> object:
    return _texts(_PLAIN.decode(body.decode("utf-8-sig", "replace")), _storable)


def _whole_number(text: str) -> int | str:
    # Text far too long to be one is not even converted: Python refuses to.
    return int(text) if len(text) <= 20 and -(2**63) <= int(text) < 2**63 else text


def _decimal_number(text: str) -> float | str:
    return text if isinf(number := float(text)) else number


_PLAIN = json.JSONDecoder(
    parse_constant=lambda _: None,
    parse_int=_whole_number,
    parse_float=_decimal_number,
    strict=False,
)


def _storable(text: str) -> str:
    """Without NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _texts(value: object, change: Callable[[str], str]) -> object:
    """The value with each of its texts, names too, as a change makes it."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): _texts(item, change) for key, item in value.items()}
    return value
