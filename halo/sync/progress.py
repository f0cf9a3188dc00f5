"""How a long sync goes: a line about once a minute, and what is left for the next sync."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Left:
    """What a table still has to read of its history, or of what changed."""

    count: int
    unit: str

    def of(self, table: str) -> str:
        """The table, and what is left of it."""
        return f"{table}, {self.count:,} {self.unit} left" if self.count else table


NOTHING = Left(0, "")


@dataclass
class Progress:
    """When the last line was said, and where each table stood when it was first looked at."""

    said_at: float
    _began: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)

    def is_due(self, now: float) -> bool:
        """Whether a minute went by."""
        return now - self.said_at >= 60.0

    def minutes(self, table: str, left: Left, now: float) -> int | None:
        """Minutes until nothing is left, at the rate so far; None where that is not known yet."""
        then, count = self._began.setdefault((table, left.unit), (now, left.count))
        done = count - left.count
        if done <= 0 or now <= then:
            return None
        return int(left.count * (now - then) / done / 60) + 1

    def line(
        self, table: str, left: Left, now: float, *, rows: int, requests: int, budget: float
    ) -> str:
        """The line. `budget` is the part that is used of what might have been sent, 0 to 1."""
        self.said_at = now
        minutes = self.minutes(table, left, now)
        about = f", about {minutes:,} minutes" if minutes else ""
        still = f"{left.count:,} {left.unit} left{about}; " if left.count else ""
        done = f"{rows:,} rows and {requests:,} requests so far, budget {budget:.0%} used."
        return f"{table}: {still}{done}"
