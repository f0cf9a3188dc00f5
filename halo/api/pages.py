"""Reading one answer of a list: its envelope, its rows, and what it says of their number."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from halo.api.connection import Answer, HaloApi
from halo.api.parsing import Items
from halo.errors import Unreadable

PAGE_SIZE = 100
"""Rows asked for. Halo caps the size silently: only the size of what came counts."""

Raw = Mapping[str, object]
Row = dict[str, Any]
Make = Callable[[Raw], Row]
"""Types a row as it comes in: after it nobody looks at Halo's spelling again."""


@dataclass(frozen=True)
class Listing:
    """A list to read: path, the name of its rows in the answer, parameters, how a row is typed.

    `joins_at_end` says that in ascending order of ids rows only ever join at the end, and leave:
    true of a list without a filter, and of one whose filter ends in the past.
    `shared` says that several sources need it, so that it is asked once a sync.
    """

    path: str
    rows: str
    params: Mapping[str, str]
    make: Make = dict
    joins_at_end: bool = True
    shared: bool = False


@dataclass(frozen=True)
class Page:
    """One answer of a list; `count` is its `record_count`, `date` the server's time.

    The rows of a large one are made as they are looked at.
    """

    number: int
    rows: Collection[Row]
    count: int | None
    date: datetime

    @property
    def is_all(self) -> bool:
        """Whether a first page is the whole list, by its count.

        A count of just such a page as servers cap it may be that of the page (Halo's API notes).
        """
        size = len(self.rows)
        looks_capped = size > 0 and size % 25 == 0
        return self.count is not None and self.count <= size and not looks_capped

    @property
    def ids(self) -> list[int]:
        """The ids of its rows, whole numbers; a row without one has none here."""
        return [row["id"] for row in self.rows if "id" in row]


def read(answer: Answer, listing: Listing, number: int = 1) -> Page:
    """The page in an answer, whatever envelope this build uses (Halo's API notes, lists).

    Raises Unreadable where there is no list of objects: never "no rows".
    """
    raws, count = _rows_and_count(answer.value, listing)

    def row(raw: object) -> Row:
        if not isinstance(raw, dict):
            raise Unreadable(
                f"{listing.path} answered a list with {_kind(raw)} among its rows; "
                "tell the maintainers what this tenant's version of Halo is."
            )
        return listing.make(raw)

    rows = raws.made_by(row) if isinstance(raws, Items) else [row(raw) for raw in raws]
    return Page(number, rows, count, answer.date)


def _rows_and_count(value: object, listing: Listing) -> tuple[Collection[object], int | None]:
    if isinstance(value, list | Items):
        return value, None
    if isinstance(value, dict):
        count = _whole_number(value.get("record_count"))
        for name in (listing.rows, "results"):
            if isinstance(rows := value.get(name), list | Items):
                return rows, None if count is not None and count < len(rows) else count
        if count == 0 and value.get(listing.rows) is None:
            return [], 0
    raise Unreadable(
        f"{listing.path} answered {_kind(value)}, where a list of {listing.rows} was expected; "
        "tell the maintainers what this tenant's version of Halo is."
    )


def _whole_number(value: object) -> int | None:
    """A count, also as a decimal or as text; None where it is none."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            return int(value) if float(value).is_integer() else None
    return None


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(sorted(map(str, value))[:8]) or 'nothing in it'}"
    names = {type(None): "null", str: "a text", bool: "true or false", list: "a list"}
    return names.get(type(value), "a number")


def fetch(api: HaloApi, listing: Listing, number: int, order: Mapping[str, str]) -> Page:
    """One page of a paged list; all three of Halo's paging parameters are always sent."""
    paging = {"pageinate": "true", "page_no": str(number), "page_size": str(PAGE_SIZE)}
    page = read(api.get(listing.path, {**listing.params, **paging, **order}), listing, number)
    return replace(page, rows=list(page.rows))


def one_page(api: HaloApi, listing: Listing) -> Page:
    """The only answer of a list without pages. Raises Unreadable if it turns out to have more."""
    ask = api.get_once if listing.shared else api.get
    page = read(ask(listing.path, listing.params), listing)
    if page.count is not None and page.count > len(page.rows):
        raise Unreadable(
            f"{listing.path} answered {len(page.rows)} rows and says that it has {page.count}; "
            "tell the maintainers what this tenant's version of Halo is."
        )
    return page
