"""Bytes as short text, for what the state has much of."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from itertools import pairwise


def pack(content: bytes) -> str:
    """Compressed and written in ASCII; nothing is the empty text."""
    if not content:
        return ""
    # What hardly repeats, such as sets of numbers side by side, is shorter without references.
    ways = (
        zlib.compressobj(strategy=how) for how in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY)
    )
    tried = (way.compress(content) + way.flush() for way in ways)
    return b64encode(min(tried, key=len)).decode("ascii")


def unpack(text: str) -> bytes:
    """The bytes that `pack` was given. Raises ValueError on anything else."""
    if not isinstance(text, str):
        raise ValueError("what is packed is a text")
    if not text:
        return b""
    expander = zlib.decompressobj()
    try:
        content = expander.decompress(b64decode(text, validate=True))
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not expander.eof or expander.unused_data:
        raise ValueError("a packed text is cut, or something follows it")
    return content


def pack_blocks(blocks: Mapping[int, bytes | bytearray], planes: int = 1) -> str:
    """Blocks of equal size by their places; bytes of a plane, each so many-th, come together."""
    places = sorted(blocks)
    content = b"".join(blocks[place] for place in places)
    apart = b"".join(content[plane::planes] for plane in range(planes))
    return pack(json.dumps(places).encode() + b"\n" + apart) if places else ""


def unpack_blocks(text: str, size: int, planes: int = 1) -> dict[int, bytearray]:
    """The blocks of so many bytes that `pack_blocks` was given. Raises ValueError otherwise."""
    head, _, apart = unpack(text).partition(b"\n")
    places = integers(parsed(head)) if text else []
    if len(apart) != size * len(places):
        raise ValueError("blocks and places are not as many")
    content, length = bytearray(len(apart)), len(apart) // planes
    for plane in range(planes):
        content[plane::planes] = apart[plane * length : (plane + 1) * length]
    return {place: content[at * size : (at + 1) * size] for at, place in enumerate(places)}


def parsed(content: bytes) -> object:
    """A JSON value. Raises ValueError on anything else."""
    try:
        value: object = json.loads(content)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def integers(value: object) -> list[int]:
    """A list of whole numbers, ascending. Raises ValueError on anything else."""
    if not isinstance(value, list) or any(type(number) is not int for number in value):
        raise ValueError("it is not a list of whole numbers")
    if any(a >= b for a, b in pairwise(value)):
        raise ValueError("the numbers do not ascend")
    return value
