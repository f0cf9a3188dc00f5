"""What must never be printed, and taking it out of what is."""

import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Characters: taking out anything shorter would garble every sentence."""


class Secrets:
    """The secrets of the settings, and the tokens that were issued. Threads may share it."""

    def __init__(self, given: Iterable[str]) -> None:
        self._spellings: list[str] = []
        for secret in given:
            self.add(secret)

    def add(self, secret: str) -> None:
        """One more: as it is, as a form and as JSON spell it, and with its spaces folded."""
        if len(secret) >= SHORTEST:
            folded = " ".join(secret.split()) or secret
            spelt = {secret, quote(secret), quote_plus(secret), json.dumps(secret)[1:-1], folded}
            self._spellings = sorted({*self._spellings, *spelt}, key=len, reverse=True)

    def redact(self, text: str) -> str:
        """The text without any of them, also where a server echoes one."""
        for spelling in self._spellings:
            text = text.replace(spelling, "***")
        return text
