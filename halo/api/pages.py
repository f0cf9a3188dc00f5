"""Reading one answer of a list: its envelope, its rows, and what it says of their number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from halo.api.connection import Answer, HaloApi
from halo.errors import Unreadable
from halo.state.ledger import fingerprint
from halo.tables.columns import Misfit, to_long

PAGE_SIZE = 100
"""Rows asked for. Halo caps the size silently: only the size of what came counts."""

Raw = Mapping[str, object]


@dataclass(frozen=True)
class Listing:
    """A list to read: path, the name of its rows in the answer, parameters, whether it has pages.

    `shared` says that several tables need it, so that it is asked once a sync.
    `joins_at_end` says that in ascending order of ids rows only ever join at the end, and leave:
    true of a list without a filter, and of one whose filter ends in the past.
    """

    path: str
    rows: str
    params: Mapping[str, str]
    paged: bool = False
    joins_at_end: bool = True
    shared: bool = False


@dataclass(frozen=True)
class Page:
    """One answer of a list; `count` is its `record_count`, `date` the server's time."""

    number: int
    rows: list[Raw]
    count: int | None
    date: datetime

    @property
    def is_all(self) -> bool:
        """Whether a first page is the whole list, by its count.

        A count of just such a page as servers cap it may be that of the page (Halo's API notes).
        """
        return self.count is not None and self.count <= len(self.rows) and not self._looks_capped

    @property
    def _looks_capped(self) -> bool:
        return len(self.rows) > 0 and len(self.rows) % 50 == 0

    @cached_property
    def ids(self) -> list[int]:
        """The ids of its rows; a row without one has none here."""
        return [identity for row in self.rows if (identity := row_id(row)) is not None]


def row_id(row: Raw) -> int | None:
    """The row's whole-number `id`; None where it has none."""
    identity = row.get("id")
    return identity if type(identity) is int else _whole_number(identity)


def stand_in(row: Raw) -> int:
    """A negative number for a row without an id, so that it is counted once."""
    return -2 - fingerprint(row)


def _whole_number(value: object) -> int | None:
    try:
        return to_long(value)
    except Misfit:
        return None


def read(answer: Answer, listing: Listing, number: int = 1) -> Page:
    """The page in an answer, whatever envelope this build uses (Halo's API notes, lists).

    Raises Unreadable where there is no list of objects: never "no rows".
    """
    rows, count = _rows_and_count(answer.value, listing)
    for row in rows:
        if not isinstance(row, dict):
            raise Unreadable(
                f"{listing.path} answered a list with {_kind(row)} among its rows; "
                "tell the maintainers what this tenant's version of Halo is."
            )
    return Page(number, rows, count, answer.date)


def _rows_and_count(value: object, listing: Listing) -> tuple[list[Raw], int | None]:
    if isinstance(value, list):
        return value, None
    if isinstance(value, dict):
        count = _whole_number(value.get("record_count"))
        for name in (listing.rows, "results"):
            rows = value.get(name)
            if isinstance(rows, list):
                return rows, None if count is not None and count < len(rows) else count
        if count == 0 and value.get(listing.rows) is None:
            return [], 0
        kind = f"an object with {', '.join(sorted(map(str, value))[:8]) or 'nothing in it'}"
    else:
        kind = _kind(value)
    raise Unreadable(
        f"{listing.path} answered {kind}, where a list of {listing.rows} was expected; "
        "tell the maintainers what this tenant's version of Halo is."
    )


def _kind(value: object) -> str:
    names = {type(None): "null", str: "a text", bool: "true or false", list: "a list"}
    return names.get(type(value), "a number")


def fetch(api: HaloApi, listing: Listing, number: int, order: Mapping[str, str]) -> Page:
    """One page of a paged list; all three of Halo's paging parameters are always sent."""
    paging = {"pageinate": "true", "page_no": str(number), "page_size": str(PAGE_SIZE)}
    return read(api.get(listing.path, {**listing.params, **paging, **order}), listing, number)


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
