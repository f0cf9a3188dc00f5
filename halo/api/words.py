"""What an error body of any shape says, as one short line for a person."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape

LONGEST_BODY = 10_000
"""Bytes of an error body that are looked at: a wrong host answers pages of 250 kB."""

LONGEST_SENTENCE = 300
"""Characters of Halo's own words in an error."""


def readable(body: bytes, redact: Callable[[str], str] = str) -> str:
    """An error body of any shape as one short line: `Key: Value` pairs, or text without HTML.

    `redact` takes secrets out before anything is cut: half of a secret would not be recognised.
    """
    text = redact(body[: 2 * LONGEST_BODY].decode("utf-8", "replace"))[:LONGEST_BODY].strip()
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = text
        if re.match(r"\s*<", text):
            title = re.search(r"(?is)<title[^>]*>(.*?)</title>", text)
            plain = re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>", " ", text)
            value = "a web page: " + unescape(title.group(1) if title else plain)
    line = "; ".join(_pairs(value))
    line = re.sub(r"\s+", " ", line).strip().encode("utf-8", "replace").decode()
    if len(line) > LONGEST_SENTENCE:
        line = line[:LONGEST_SENTENCE].rstrip() + " …"
    return line or "nothing"


def _pairs(value: object, name: str = "", depth: int = 0) -> Iterable[str]:
    if depth > 8:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pairs(inner, str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner, name, depth + 1)
    elif value is not None and value != "":
        yield f"{name}: {value}" if name else str(value)
