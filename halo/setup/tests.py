"""The setup tests: whether a configuration works, and if not, what to change and where in Halo.

Each signs in by itself, sends a handful of requests, tells what it waits for, and gives up when
Halo is silent for a minute. Fivetran stops at the first test that fails, and a tenant may lack
modules that a help desk can do without: what cannot be read of these is told and fails nothing, and
a sync skips it with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from halo.api.clock import REAL, Clock
from halo.api.connection import Connection, HaloApi
from halo.api.pages import Listing, Make, Page, Raw, read
from halo.api.pulse import Pulse
from halo.api.requests import Log
from halo.errors import HaloError, NothingReadable, SignInError, Silent
from halo.settings import Settings, parse
from halo.setup import tenant
from halo.setup.grants import hidden, remedy
from halo.sync.details import ticket_detail
from halo.tables import REGISTRY, Table
from halo.tables.columns import RowMaker, columns
from halo.tables.sources import Actions, Changes, Details, Snapshot, Source, Windows, itself
from halo.tables.table import yes

PATIENCE = 20.0
"""Seconds for which a test tries a request again: somebody is waiting for its answer."""

GIVES_UP = 60.0
"""Seconds without any proper answer after which a test ends."""

LONGEST_SILENCE = 8.0
"""Seconds after which a test tells what it waits for."""

MOST_TICKETS = 10
"""Tickets whose actions are read to find one that carries time."""


@dataclass(frozen=True)
class SetupTest:
    """A function of the configuration: None, or a sentence for each thing that is wrong.

    Of an optional one what its check finds is told, and nothing is wrong.
    """

    label: str
    check: Callable[[tenant.Access], Iterator[str]]
    registry: Sequence[Table]
    optional: bool = False

    @property
    def name(self) -> str:
        """The name by which Fivetran calls it."""
        return re.sub(r"\W+", "_", self.label.lower())

    def __call__(
        self,
        configuration: Mapping[str, object],
        tell: Log,
        clock: Clock = REAL,
        log: Log = lambda _: None,
    ) -> str | None:
        """What is wrong, for somebody who waits and for whom there is no next sync yet."""
        pulse = Pulse(log, clock, LONGEST_SILENCE)
        try:
            access = _access(parse(configuration, self.registry), clock, pulse)
            with pulse.beating(access.transport.status):
                said = self._said(access, tell)
        except HaloError as error:
            said = str(error)
        return _now(said) or None

    def _said(self, access: tenant.Access, tell: Log) -> str:
        try:
            said = " ".join(self.check(access))
        except SignInError as error:
            return f"{error}{tenant.hint(access)}"
        except Silent as error:
            said = str(error)
        if said and self.optional:
            tell(_now(said))
            return ""
        return said


def _now(said: str) -> str:
    return said.replace("the next sync tries again", "try again in some minutes")


def _access(settings: Settings, clock: Clock, log: Log) -> tenant.Access:
    connection = Connection.to(settings, clock, log, PATIENCE, GIVES_UP)
    return tenant.Access(settings, connection.transport, HaloApi(connection))


def setup_tests(registry: Sequence[Table]) -> tuple[SetupTest, ...]:
    """The tests in order: each takes for granted what those before it found."""
    by_label: dict[str, list[Table]] = {}
    for table in registry:
        by_label.setdefault(table.rights.test, []).append(table)
    return (
        SetupTest("The settings are sound", lambda _: iter(()), registry),
        SetupTest("The tenant answers and is Halo", tenant.answers, registry),
        SetupTest("A token is issued", tenant.signs_in, registry),
        *(
            SetupTest(label, partial(_read, tables), registry, tables[0].rights.optional)
            for label, tables in by_label.items()
        ),
    )


def _read(tables: Sequence[Table], access: tenant.Access) -> Iterator[str]:
    """Whether what those of the tables that are wanted come from can be read."""
    wanted = [table for table in tables if table.name not in access.settings.excluded_tables]
    for source in dict.fromkeys(table.source for table in wanted):
        theirs = [table for table in wanted if table.source is source]
        try:
            yield from _lacks(_rows(access, source, theirs), theirs)
        except NothingReadable:
            raise
        except HaloError as error:
            yield remedy(error, theirs, access.settings)
            if access.settings.scope != "all":
                return  # What would follow has the same cause.


def _lacks(rows: Iterator[Raw], tables: Sequence[Table]) -> Iterator[str]:
    """Reads a row; more where a table wants only rows with something that a role may hide."""
    field = tables[0].rights.carries
    choosy = [table for table in tables if field and table.part is not itself]
    seen: list[Raw] = []
    for row in rows:
        if not choosy or field in row:
            return
        seen.append(row)
    if seen:
        yield hidden(field, seen, choosy)


def _rows(access: tenant.Access, source: Source, tables: Sequence[Table]) -> Iterator[Raw]:
    """Rows of a source by as few and small requests as tell whether it can be read."""
    match source:
        case Snapshot() | Windows() | Changes():
            yield from _first_page(access, source).rows
        case Actions():
            for ticket_id in _tickets(access, source)[:MOST_TICKETS]:
                params = {**source.params, "ticket_id": str(ticket_id)}
                listing = Listing(source.path, source.rows, params)
                yield from read(access.api.get(source.path, params), listing).rows
        case Details():
            params = {**source.params, **yes(" ".join(table.asks for table in tables))}
            for ticket_id in _tickets(access, source)[:1]:
                yield ticket_detail(access.api, source.path, ticket_id, params)
        case _:
            assert_never(source)


def _tickets(access: tenant.Access, source: Actions | Details) -> list[int]:
    return _first_page(access, source.parent, RowMaker(columns(long="id")).row).ids


def _first_page(
    access: tenant.Access, source: Snapshot | Windows | Changes, make: Make = dict
) -> Page:
    """The list; a short page of it where there are pages. Says how many rows a list counts."""
    paged = isinstance(source, Changes) or source.paged
    paging = {"pageinate": "true", "page_no": "1", "page_size": "10"} if paged else {}
    listing = Listing(source.path, source.rows, {**source.params, **paging}, make)
    page = read(access.api.get(source.path, listing.params), listing)
    if page.count is not None:
        # What a role may not see is left out silently: only who knows Halo can tell.
        access.transport.log(
            f"{source.path}: this application may read {page.count:,} rows; if there are more in "
            "Halo, its agent's role or teams leave some out."
        )
    return page


SETUP_TESTS = setup_tests(REGISTRY)
