"""What a list was asked for: parameters as Halo reads them, order, and the page that comes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sandbox.model import Record
from sandbox.quirks import Quirks

T = TypeVar("T")
R = TypeVar("R", bound=Record)

ROWS_WITHOUT_PAGING = 50
MOST_WITHOUT_PAGING = 1000


@dataclass(frozen=True)
class Query:
    """The query of one request. What Halo cannot read, it ignores without a word."""

    params: Mapping[str, str]
    # Whether this tenant shows one row of the list twice.
    doubles: bool = False

    def is_true(self, name: str) -> bool:
        """Whether it is `true`, in any case of letters."""
        return self.params.get(name, "").lower() == "true"

    def number(self, name: str) -> int | None:
        """A whole number; None where it is none."""
        try:
            return int(self.params[name])
        except (KeyError, ValueError):
            return None

    def numbers(self, name: str) -> list[int]:
        """The whole numbers of a list with commas."""
        parts = self.params.get(name, "").split(",")
        return [int(part) for part in map(str.strip, parts) if part.lstrip("-").isdigit()]

    def moment(self, name: str) -> datetime | None:
        """A date as an aware datetime; without an offset it is UTC."""
        try:
            moment = datetime.fromisoformat(_six_digits(self.params[name].strip()))
        except (KeyError, ValueError):
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def decimal(self, name: str) -> float:
        """A number; 0 where it is none."""
        try:
            return float(self.params[name])
        except (KeyError, ValueError):
            return 0.0

    def chosen(self, yes: str, no: str) -> tuple[bool, bool]:
        """A pair such as includeactive and includeinactive: with neither, only the first kind."""
        if yes not in self.params and no not in self.params:
            return True, False
        return self.is_true(yes), self.is_true(no)

    def without_page(self) -> tuple[tuple[str, str], ...]:
        """What decides which rows there are, whatever the page."""
        return tuple(item for item in self.params.items() if item[0] != "page_no")


@dataclass(frozen=True)
class Paging:
    """All three paging parameters, from page 1 on."""

    number: int
    size: int


def paging(query: Query) -> Paging | None:
    """The page that was asked for; None unless all three parameters are there and make sense."""
    number, size = query.number("page_no"), query.number("page_size")
    if not query.is_true("pageinate") or number is None or size is None or size < 1:
        return None
    return Paging(max(1, number), size)


def page_of(
    items: Sequence[R], query: Query, cap: int, quirks: Quirks, *, size_alone: bool = False
) -> tuple[Sequence[R], int]:
    """The items that come, and the record_count that is said of them.

    `size_alone`: without a page, page_size says how many come first.
    """
    items = shown_by(query, items)
    asked = paging(query)
    if asked is None:
        return first_of(items, query, query.number("page_size") if size_alone else None)
    size = min(asked.size, cap)
    number = asked.number
    if quirks.past_end == "repeat":
        number = min(number, max(1, -(-len(items) // size)))
    start = (number - 1) * size
    return items[start : start + size], len(items)


def first_of(items: Sequence[T], query: Query, size: int | None = None) -> tuple[Sequence[T], int]:
    """The list without paging: it is cut, and its record_count does not tell."""
    wanted = query.number("count") or size or ROWS_WITHOUT_PAGING
    shown = items[: max(1, min(wanted, MOST_WITHOUT_PAGING))]
    return shown, len(shown)


def ordered(
    items: list[T],
    query: Query,
    quirks: Quirks,
    value: Callable[[T, str], Any],
    default: Callable[[list[T]], list[T]],
) -> list[T]:
    """The items in the order asked for, where it is honoured and the column exists."""
    column = query.params.get("order", "")
    honoured = quirks.order_honoured in ("any", column)
    if not column or not honoured or all(value(item, column) is None for item in items):
        return default(items)
    key = _sort_key(column, value)
    return sorted(items, key=key, reverse=query.is_true("orderdesc"))


def bounds(query: Query, hours: float) -> tuple[datetime | None, datetime | None]:
    """The window of last updates that was asked for, as a tenant reads it: so many hours later."""
    since, until = query.moment("lastupdatefromdate"), query.moment("lastupdatetodate")
    later = timedelta(hours=hours)
    return since and since + later, until and until + later


def shown_by(query: Query, records: Sequence[R]) -> Sequence[R]:
    """The records, that with the smallest id twice in a row where the tenant doubles one."""
    if not query.doubles or not records:
        return records
    place = min(range(len(records)), key=lambda at: str(records[at].fields["id"]).zfill(12))
    return [*records[: place + 1], *records[place:]]


def in_window(
    moment: datetime, since: datetime | None, until: datetime | None, inclusive: bool
) -> bool:
    """Whether a moment lies between two others, either of which may be missing."""
    if inclusive:
        return (since is None or moment >= since) and (until is None or moment <= until)
    return (since is None or moment > since) and (until is None or moment < until)


def is_one_day_at_most(since: datetime, until: datetime) -> bool:
    """Whether it is a range as Halo takes it for actions: forwards, and no longer than a day."""
    return timedelta(0) <= until - since <= timedelta(days=1)


def _sort_key(column: str, value: Callable[[T, str], Any]) -> Callable[[T], tuple[Any, ...]]:
    """Nulls first, then by value; numbers before words where a column holds both; then by id."""

    def key(item: T) -> tuple[Any, ...]:
        held = value(item, column)
        if held is None:
            return (0, 0, value(item, "id"))
        if isinstance(held, datetime):
            return (1, held.timestamp(), value(item, "id"))
        if isinstance(held, int | float):
            return (2, held, value(item, "id"))
        return (3, str(held).casefold(), value(item, "id"))

    return key


def _six_digits(text: str) -> str:
    """Python reads six fractional digits at most, .NET writes seven."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits[:6]}{rest[len(digits) :]}"
