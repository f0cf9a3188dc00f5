"""What Halo says, in words for a person: an error body of any shape, a length of time."""

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

    `redact` takes secrets out, as they came and as they are read, before anything is cut: half of
    a secret would not be recognised.
    """
    text = redact(body[: 2 * LONGEST_BODY].decode("utf-8", "replace"))[:LONGEST_BODY].strip()
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        value = text
        if text.startswith("<"):
            title = re.search(r"(?is)<title[^>]*>(.*?)</title>", text)
            plain = re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>", " ", text)
            value = "a web page: " + unescape(title.group(1) if title else plain)
    line = re.sub(r"\s+", " ", "; ".join(_pairs(value))).strip().encode("utf-8", "replace").decode()
    line = redact(line)
    cut = line if len(line) <= LONGEST_SENTENCE else line[:LONGEST_SENTENCE].rstrip() + " …"
    return cut or "nothing"


def spelt(seconds: float) -> str:
    """A length of time: "5 minutes", "90 seconds"."""
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes > 1 else f"{seconds:.0f} seconds"


def _pairs(value: object, name: str = "", levels: int = 9) -> Iterable[str]:
    if isinstance(value, Mapping | list):
        pairs = value.items() if isinstance(value, Mapping) else ((name, item) for item in value)
        for key, inner in pairs if levels else ():
            yield from _pairs(inner, str(key), levels - 1)
    elif value is not None and value != "":
        yield f"{name}: {value}" if name else str(value)
