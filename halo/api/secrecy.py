"""What must never be printed, and taking it out of what is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Characters: taking out anything shorter would garble every sentence."""

REMEMBERED = 20
"""Tokens of one sync that are still looked for; older ones have long ended."""


class Secrets:
    """The secrets of the settings, and the tokens that were issued. Threads may share it."""

    def __init__(self, given: Iterable[str]) -> None:
        """The settings' own."""
        self._given = tuple(given)
        self._issued: tuple[str, ...] = ()

    def add(self, token: str) -> None:
        """A token was issued."""
        self._issued = (*self._issued[1 - REMEMBERED :], token)

    def redact(self, text: str) -> str:
        """The text without any of them, also where a server echoes one."""
        known = (secret for secret in (*self._given, *self._issued) if len(secret) >= SHORTEST)
        for spelt in sorted({s for secret in known for s in _spellings(secret)}, key=len)[::-1]:
            text = text.replace(spelt, "***")
        return text


def _spellings(secret: str) -> tuple[str, ...]:
    """A secret as it is, as a form and as JSON spell it, and with its spaces folded."""
    folded = " ".join(secret.split())
    return secret, quote(secret), quote_plus(secret), json.dumps(secret)[1:-1], folded or secret
