"""The bytes of an answer become a JSON value that every warehouse takes."""

import json
import re
from contextlib import suppress
from math import isinf

import msgspec

_DIGITS = bytes(ord("0") if byte in b"0123456789" else ord(" ") for byte in range(256))
_MANY_DIGITS = b"0" * 19
"""So many digits may be a whole number beyond 64 bits, which no column takes."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


def parse(body: bytes) -> object:
    """The JSON value of a body, as forgiving as Halo needs it.

    Bytes that are no UTF-8 become U+FFFD, NaN and Infinity null. NUL characters and halves of
    surrogate pairs, which no warehouse takes, are dropped. Numbers beyond 64 bits or beyond all
    doubles become their text. Raises ValueError where the body is no JSON.
    """
    if b"\\u0000" not in body and _MANY_DIGITS not in body.translate(_DIGITS):
        with suppress(ValueError):  # The standard library forgives more, and takes longer.
            return msgspec.json.decode(body)
    return _forgiving(body)


def ends_early(body: bytes) -> bool:
    """Whether a body that is no JSON begins as some, and a bracket or text stays open, or blank."""
    begun = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    rest = _STRING.sub(b"", begun)
    is_open = rest.count(b"[") + rest.count(b"{") > rest.count(b"]") + rest.count(b"}")
    return not begun or (begun[:1] in b'{["' and (is_open or b'"' in rest))


def _forgiving(body: bytes) -> object:
    return _clean(_PLAIN.decode(body.decode("utf-8-sig", "replace")))


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


def _clean(value: object) -> object:
    """Without NUL characters and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
