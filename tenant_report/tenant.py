"""What the tenant report reads with: requests sent once, and the findings they lead to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from halo.api.connection import Answer, HaloApi
from halo.api.pages import Listing, Page, Raw, read, row_id
from halo.errors import GaveUp, HaloError, Refused, SignInError
from halo.settings import Settings
from halo.tables import REGISTRY, Table

NOT_SEEN = "not seen"

NEWEST = {"order": "id", "orderdesc": "true"}
OLDEST = {"order": "id", "orderdesc": "false"}

TABLES = {table.name: table for table in REGISTRY}
TICKET, ACTION = TABLES["ticket"], TABLES["action"]


@dataclass(frozen=True)
class Finding:
    """One thing that the report says: never a text, a name, an address or an id from the tenant."""

    question: str
    answer: str
    evidence: str


class Unseen(Exception):
    """A question has no answer on this tenant; the text says why."""


Seen = tuple[str, str]
"""An answer and its evidence."""


class Tenant:
    """Reads a tenant; what was asked before is not asked again, and what failed fails again."""

    def __init__(self, api: HaloApi, settings: Settings) -> None:
        self.api = api
        self.settings = settings
        self._told: dict[object, Answer | HaloError] = {}

    def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET `/api{path}`. Raises HaloError."""
        asked = (path, *sorted(params.items()))
        if asked not in self._told:
            try:
                self._told[asked] = self.api.get(path, params)
            except SignInError:
                raise
            except HaloError as error:
                self._told[asked] = error
        told = self._told[asked]
        if isinstance(told, HaloError):
            raise told
        return told

    def page(
        self, table: Table, number: int = 1, size: int = 100, more: Mapping[str, str] = NEWEST
    ) -> Page:
        """One page of a list, with all of Halo's paging parameters."""
        paging = {"pageinate": "true", "page_no": str(number), "page_size": str(size)}
        return self.listed(table, {**paging, **more}, number)

    def listed(self, table: Table, more: Mapping[str, str], number: int = 1) -> Page:
        """What a list answers to its own parameters and some more."""
        return read(self.get(table.path, {**table.params, **more}), listing(table), number)

    def first(self, table: Table) -> Page:
        """The newest page of a list with pages, or all of a list without."""
        return self.page(table) if table.paged else self.listed(table, {})

    def ends(self) -> list[Raw]:
        """The newest and the oldest tickets, each once."""
        both = (*self.page(TICKET).rows, *self.page(TICKET, more=OLDEST).rows)
        return list({row_id(row): row for row in both if row_id(row) is not None}.values())

    def actions_of(self, ticket: Raw, more: Mapping[str, str] | None = None) -> list[Raw]:
        """The actions of a ticket."""
        params = {"ticket_id": str(row_id(ticket)), "count": "1000", **(more or {})}
        return self.listed(ACTION, params).rows


@dataclass(frozen=True)
class Probe:
    """One question, and how it is put to the tenant. `ask` may raise Unseen and HaloError."""

    question: str
    ask: Callable[[Tenant], Seen]

    def finding(self, tenant: Tenant) -> Finding:
        """What came of it; raises SignInError, without which nothing can be asked."""
        try:
            return Finding(self.question, *self.ask(tenant))
        except Unseen as unseen:
            return Finding(self.question, NOT_SEEN, str(unseen))
        except SignInError:
            raise
        except HaloError as error:
            return Finding(self.question, NOT_SEEN, without_words(error))


def without_words(error: HaloError) -> str:
    """What an error was, without the words of Halo, which may hold anything."""
    if isinstance(error, Refused):
        return f"it was refused with status {error.status}; the setup tests say what to grant"
    if isinstance(error, GaveUp):
        return "no proper answer came in time"
    return "the answer was no list of objects"


def listing(table: Table) -> Listing:
    """A table's list as halo.api.pages reads it."""
    return Listing(table.path, table.rows, table.params, table.paged)


def field_names(names: Iterable[object]) -> str:
    """Names of fields, sorted; what does not look like one is only counted."""
    every = sorted(map(str, names))
    plain = [name for name in every if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,60}", name)]
    odd = len(every) - len(plain)
    told = [*plain, f"{odd} with odd names"] if odd else plain
    return ", ".join(told) or "none"


def spread(rows: list[Raw], most: int) -> list[Raw]:
    """So many of the rows, from the first to the last at even steps."""
    if len(rows) <= most:
        return rows
    return [rows[place * (len(rows) - 1) // (most - 1)] for place in range(most)]


def number_of(count: int, what: str) -> str:
    """A count with its noun."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")
