"""Bytes as short text, for what the state has much of."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode


def pack(content: bytes) -> str:
    """Compressed and written in ASCII; nothing is the empty text."""
    return b64encode(zlib.compress(content, 6)).decode("ascii") if content else ""


def unpack(text: str) -> bytes:
    """The bytes that `pack` was given. Raises ValueError on anything else."""
    try:
        return zlib.decompress(b64decode(text, validate=True)) if text else b""
    except zlib.error as error:
        raise ValueError(str(error)) from None
