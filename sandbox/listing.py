"""What a list answers: rows on their way into an envelope."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.model import Row
from sandbox.quirks import Envelope


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
