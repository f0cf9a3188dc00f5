"""What the tenant report reads with: requests sent once, and the findings they lead to."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from halo.api.connection import Answer, HaloApi, kind_of
from halo.api.pages import Listing, Page, Raw, read
from halo.api.walk import NEWEST_FIRST, OLDEST_FIRST
from halo.errors import GONE, GaveUp, HaloError, NothingReadable, Refused
from halo.settings import Settings
from halo.sync.days import MOST
from halo.tables import REGISTRY
from halo.tables.sources import Actions, Changes, Snapshot, Windows
from halo.tables.tickets import ACTIONS, TICKETS
from tenant_report.rows import row_id

NOT_SEEN = "not seen"

List = Changes | Snapshot | Windows
"""A source that is one list."""

LISTS: tuple[List, ...] = tuple(
    source
    for source in dict.fromkeys(table.source for table in REGISTRY)
    if isinstance(source, List)
)


def is_paged(source: List) -> bool:
    """Whether the list takes page numbers."""
    return isinstance(source, Changes) or source.paged


PAGED = tuple(source for source in LISTS if is_paged(source))


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
    """Reads a tenant; what was asked before is not asked again, and what failed fails again.

    Nor is what differs from a request in vain by its values only: each costs half a minute.
    """

    def __init__(self, api: HaloApi, settings: Settings) -> None:
        self.api = api
        self.settings = settings
        self._told: dict[object, Answer | HaloError] = {}

    def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET `/api{path}`. Raises HaloError."""
        asked, kind = (path, *sorted(params.items())), kind_of(path, params)
        told = self._told.get(kind) or self._told.get(asked)
        if told is None:
            try:
                told = self.api.get(path, params)
            except NothingReadable:
                raise
            except GaveUp as error:
                told = self._told[kind] = error
            except HaloError as error:
                told = error
            self._told[asked] = told
        if isinstance(told, HaloError):
            raise told
        return told

    def page(
        self, source: List, number: int = 1, size: int = 100, more: Mapping[str, str] = NEWEST_FIRST
    ) -> Page:
        """One page of a list, with all of Halo's paging parameters; rows as Halo spells them."""
        return self.listed(source, {**paging(number, size), **more}, number)

    def listed(self, source: List | Actions, more: Mapping[str, str], number: int = 1) -> Page:
        """What a list answers to its own parameters and some more; rows as Halo spells them."""
        asked = Listing(source.path, source.rows, {**source.params, **more})
        return read(self.get(asked.path, asked.params), asked, number)

    def first(self, source: List) -> Page:
        """The newest page of a list with pages, or all of a list without."""
        return self.listed(source, first_asked(source))

    def ends(self) -> list[Raw]:
        """The newest and the oldest tickets, each once."""
        both = (*self.page(TICKETS).rows, *self.page(TICKETS, more=OLDEST_FIRST).rows)
        return list({row_id(row): row for row in both if row_id(row) is not None}.values())

    def actions_of(self, ticket: Raw, more: Mapping[str, str] | None = None) -> Sequence[Raw]:
        """The actions of a ticket."""
        params = {"ticket_id": str(row_id(ticket)), "count": str(MOST), **(more or {})}
        return list(self.listed(ACTIONS, params).rows)


def paging(number: int, size: int = 100) -> dict[str, str]:
    """Halo's paging parameters."""
    return {"pageinate": "true", "page_no": str(number), "page_size": str(size)}


def first_asked(source: List) -> dict[str, str]:
    """What the first answer of a list is asked with, beside the list's own parameters."""
    return {**paging(1), **NEWEST_FIRST} if is_paged(source) else {}


@dataclass(frozen=True)
class Probe:
    """One question, and how it is put to the tenant. `ask` may raise Unseen and HaloError.

    `usual` is a pattern for the beginning of the answers that are known of tenants, or counted on
    by the connector; others are told at the top.
    """

    question: str
    ask: Callable[[Tenant], Seen]
    usual: str = ""

    def is_unusual(self, finding: Finding) -> bool:
        """Whether something else was found than is known."""
        return finding.answer != NOT_SEEN and not re.match(self.usual, finding.answer)

    def finding(self, tenant: Tenant) -> Finding:
        """What came of it; raises NothingReadable, after which nothing can be asked."""
        try:
            return Finding(self.question, *self.ask(tenant))
        except Unseen as unseen:
            return Finding(self.question, NOT_SEEN, str(unseen))
        except NothingReadable:
            raise
        except HaloError as error:
            return Finding(self.question, NOT_SEEN, without_words(error))


def without_words(error: HaloError) -> str:
    """What an error was, without the words of Halo, which may hold anything."""
    if isinstance(error, Refused) and error.status in GONE:
        return f"it is not there: status {error.status}"
    if isinstance(error, Refused):
        return f"it was refused with status {error.status}; the setup tests say what to grant"
    if isinstance(error, GaveUp):
        return "no proper answer came in time"
    return "the answer was no list of objects"


def field_names(names: Iterable[object]) -> str:
    """Names of fields, sorted; what does not look like one is only counted."""
    every = sorted(map(str, names))
    plain = [name for name in every if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,60}", name)]
    odd = len(every) - len(plain)
    told = [*plain, f"{odd} with odd names"] if odd else plain
    return ", ".join(told) or "none"


def spread(rows: Sequence[Raw], most: int) -> Collection[Raw]:
    """So many of the rows, from the first to the last at even steps."""
    if len(rows) <= most:
        return rows
    return [rows[place * (len(rows) - 1) // (most - 1)] for place in range(most)]


FEWEST = 2
"""Rows from which something is concluded: from a single one nothing is."""


def enough(rows: int, evidence: str, fewest: int = FEWEST) -> None:
    """Raises Unseen where there are too few rows to conclude anything."""
    if rows < fewest:
        raise Unseen(f"too few rows: {evidence}")


def agreed(told: Sequence[Seen], what: str) -> Seen:
    """What several rows say, of which each is `what`; raises Unseen where one is all there is."""
    enough(len(told), number_of(len(told), what))
    answers = list(dict.fromkeys(answer for answer, _ in told))
    if len(answers) > 1:
        return "not always the same", f"{number_of(len(told), what)}: {', '.join(answers)}"
    return answers[0], f"{number_of(len(told), what)}: {told[0][1]}"


def number_of(count: int, what: str) -> str:
    """A count with its noun."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")
