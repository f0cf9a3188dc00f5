"""What a list answers: rows on their way into an envelope."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sandbox.model import Row
from sandbox.quirks import Envelope

# Answers with more rows are written bit by bit.
LARGE = 5000


@dataclass(frozen=True)
class Listing:
    """Rows on their way into an envelope; `beside` are the arrays that come before them."""

    key: str
    rows: Sequence[Row]
    record_count: int
    form: Envelope = "array"
    beside: dict[str, list[Row]] = field(default_factory=dict)

    def enveloped(self, form: Envelope | None = None) -> object:
        """The answer in this endpoint's own envelope, or in another build's."""
        match form or self.form:
            case "array":
                return list(self.rows)
            case "results":
                return {"record_count": self.record_count, "results": list(self.rows)}
            case _:
                counted = {"record_count": self.record_count}
                return counted | self.beside | {self.key: list(self.rows)}

    @property
    def is_large(self) -> bool:
        """Whether it is not to be held in memory."""
        return len(self.rows) > LARGE

    def pieces(self, form: Envelope | None = None) -> Iterator[str]:
        """The same answer as JSON text, a thousand rows at a time."""
        empty = Listing(self.key, (), self.record_count, self.form, self.beside)
        head, _, end = text(empty.enveloped(form)).rpartition("[]")
        yield f"{head}["
        for start in range(0, len(self.rows), 1000):
            rows = ",".join(map(text, self.rows[start : start + 1000]))
            yield f",{rows}" if start else rows
        yield f"]{end}"


def text(value: object) -> str:
    """JSON as Halo writes it, without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
