"""One simulated life of a tenant: what happens in it, and what must be true after each sync."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from random import Random

from halo.errors import HaloError
from halo.tables import REGISTRY, Table
from halo.tables.sources import Actions, Details, Snapshot
from sandbox.model import NEVER
from tests.simulated_desk import KINDS, Desk
from tests.simulated_tenant import empty, fault, habits, settings_of
from tests.world import FIRST, Key, Outcome, World, settled, world

FIVE_MINUTES = 300
OF_TICKETS = {table.name for table in REGISTRY if not isinstance(table.source, Snapshot)}
"""Tables whose keys begin with a ticket."""
MOST_WARNINGS = 10
"""Sentences that a person can be asked to read after one sync."""


def wrongs(seed: int, without: Collection[str] = ()) -> Iterator[str]:
    """What is wrong with a life, one after the other; some of it may be left out of the life."""
    quirks = habits(seed, without)
    draw = Random(f"{seed} size")
    tickets = draw.choice((10, 25, 60))
    years, users = draw.choice((0.05, 0.3)), draw.choice((8, 40))
    build = {"seed": seed, "years": years, "users": users, "clients": 3, "agents": 5}
    with world(tickets, quirks, http=False, registry=FIRST, **build) as w:
        yield from Life(w, seed, without).lived()


class Life:
    """A life as it goes: some syncs while all kinds of things happen, then quiet ones."""

    def __init__(self, w: World, seed: int, without: Collection[str]) -> None:
        self.w, self.seed, self.without = w, seed, without
        self.desk = Desk(w)
        self.usual = {"base_url": w.url + w.tenant.quirks.base_path}
        if not w.tenant.quirks.discovery:
            self.usual["tenant"] = w.tenant.quirks.tenant_name
        self.guarded: set[str] = set()
        self.loaded = False
        self.gaps = False

    def lived(self) -> Iterator[str]:
        """What was wrong, in the order in which it was seen."""
        for step in range(Random(f"{self.seed} steps").randint(3, 6)):
            yield from (f"step {step}: {wrong}" for wrong in self._step(step))
        self._calm_down()
        for days in (0.02, 0.1, 0.1, 8, 8, 0.1):
            yield from self._quiet(days)
        yield from self._differing(self.desk.silent)
        for ticket in self.desk.silent & self.w.tenant.tickets.keys():
            self.w.tenant.update_ticket(ticket, summary="Touched, so that silent changes show")
        # More than a day: so long a list of actions that comes empty is asked again (guarantee 4).
        for days in (0.1, 1.1, 0.1):
            yield from self._quiet(days)
        yield from self._differing(set())
        yield from self._last()

    # Eventful

    def _draw(self, step: int, what: str) -> Random:
        return Random(f"{self.seed} {step} {what}")

    def _happens(self, step: int, what: str, probability: float) -> bool:
        return what not in self.without and self._draw(step, what).random() < probability

    def _step(self, step: int) -> Iterator[str]:
        w = self.w
        w.configuration = dict(self.usual)
        if self._happens(step, "settings", 0.6):
            today = w.time.now.date().isoformat()
            w.configuration |= settings_of(self._draw(step, "chosen"), today)
        self._break_something(step)
        self.desk.during(dict(self._planned(step)))
        first, kill = len(w.app.requests), self._kill(step)
        operations = iter(range(1_000_000))
        outcome = w.sync(fails=True, until=lambda _: next(operations) == kill)
        yield from self._judged(outcome, first)
        if outcome.error is None and next(operations) <= kill:
            yield from self._whole(outcome)
        else:
            self.desk.fresh |= {key[0] for table, key in self.desk.touched if table == "ticket"}
        w.app.before_request = None
        self._pass_time(step)

    def _planned(self, step: int) -> Iterator[tuple[int, tuple[str, Random]]]:
        """What changes while the sync runs, by the number of the request that it precedes."""
        draw = self._draw(step, "during")
        for place in range(draw.randint(0, 8)):
            number, kind = draw.randint(0, 80), draw.choice(list(KINDS))
            if "during" not in self.without and kind not in self.without:
                yield number, (kind, self._draw(step, f"during {place}"))

    def _break_something(self, step: int) -> None:
        """Faults last for a sync or for several: some hours."""
        draw = self._draw(step, "what breaks")
        if draw.random() < 0.6:
            self.w.app.faults = []
        if self._happens(step, "faults", 0.4):
            self.w.app.faults.append(fault(draw))

    def _kill(self, step: int) -> int:
        """After which operation the sync is killed."""
        if self._happens(step, "kills", 0.25):
            return self._draw(step, "kill").choice((0, 1, 3, 10, 30))
        return 1_000_000

    def _pass_time(self, step: int) -> None:
        draw, w = self._draw(step, "time"), self.w
        w.time.pass_by(minutes=draw.choice((1, 20, 360)))
        for place in range(draw.randint(0, 8)):
            kind, own = draw.choice(list(KINDS)), self._draw(step, f"change {place}")
            if "changes" not in self.without and kind not in self.without:
                self.desk.happen(kind, own)
        if self._happens(step, "days", 0.3):
            self.desk.live(0.2)
        # A change is not dated before the time that a sync has read.
        w.time.pass_by(minutes=1)
        if self._happens(step, "weeks", 0.25):
            w.time.pass_by(days=7.5)

    # What must be true after every sync

    def _judged(self, outcome: Outcome, first: int) -> Iterator[str]:
        """Budget, number of requests and warnings, size of the state, kind of error."""
        w, requests = self.w, self.w.app.requests[first:]
        if outcome.error is not None and not isinstance(outcome.error, HaloError):
            yield f"stack trace: {outcome.error!r}"
        budget = w.settings().requests_per_5_minutes
        for early, late in zip(requests, requests[budget:], strict=False):
            if (late.at - early.at).total_seconds() < FIVE_MINUTES:
                yield f"budget: more than {budget} requests in five minutes from {early.at}"
                break
        held = len(w.tenant.tickets) + len(w.tenant.deleted_tickets)
        rows = held + sum(map(len, w.tenant.entities.values()))
        if len(requests) > (most := 800 + 10 * rows):
            yield f"requests: {len(requests)}, more than {most}"
        if len(outcome.warnings) > MOST_WARNINGS:
            yield f"warnings: {len(outcome.warnings)}"
        if len(set(outcome.warnings)) < len(outcome.warnings):
            yield f"warnings: said twice in {outcome.warnings}"
        if (size := len(json.dumps(w.warehouse.state))) > (largest := 20_000 + 80 * rows):
            yield f"state: {size} characters, more than {largest}"
        self.guarded |= {told.partition(":")[0] for told in outcome.warnings if "no longer" in told}
        self.gaps |= any("have gaps" in told for told in outcome.warnings)

    def _whole(self, outcome: Outcome) -> Iterator[str]:
        """Rows untouched during a sync without a warning are there and equal."""
        desk, w = self.desk, self.w
        touched_now = {key[0] for table, key in desk.touched if table == "ticket"}
        # So is a list of actions that is truly empty.
        emptied = {number for number, ticket in w.tenant.tickets.items() if not ticket.actions}
        still = desk.fresh - touched_now - desk.silent - emptied - self._hidden()
        if not self.loaded:
            # Until the first load is in, actions are history, those of tickets that it finds too.
            still, touched_now, self.loaded = set(), set(), True
        if not outcome.warnings:
            for table in w.tenant.registry:
                if table.name not in w.settings().excluded_tables | self._falsely_empty():
                    for difference in self._untouched(table, still):
                        yield f"untouched: {difference}"
            desk.fresh = set()
        desk.fresh |= touched_now

    def _untouched(self, table: Table, still: set[int]) -> Iterator[str]:
        w, desk = self.w, self.desk
        here, there = w.warehouse.tables[table.name], w.expected(table.name)
        asked: set[Key]
        most = max(len(here), len(there))
        if table.name == "ticket":
            since = w.settings().start_date
            asked = {
                key
                for key in there
                if key[0] not in desk.waiting | self._hidden() | self._undated()
                and (since is None or w.tenant.tickets[key[0]].last_update >= since)
            }
        elif table.name == "action":
            asked = {key for key in here.keys() | there.keys() if key[0] in still - desk.waiting}
        elif isinstance(table.source, Snapshot) and not _is_long(table, most, w):
            asked = here.keys() | there.keys()
        else:
            return
        for key in sorted(asked, key=str):
            if (table.name, key) in desk.touched or ("ticket", key[:1]) in desk.touched:
                continue
            one, other = settled(here.get(key), table), settled(there.get(key), table)
            if one != other:
                yield f"{table.name} {key} {_what(one, other)}"

    def _hidden(self) -> set[int]:
        """Tickets that the API's agent cannot see."""
        teams = self.w.tenant.quirks.hidden_teams
        return {number for number, ticket in self.w.tenant.tickets.items() if ticket.team in teams}

    def _falsely_empty(self) -> set[str]:
        """Tables of which an answer with no rows is not yet known to be false.

        Either they never had a row, or they are actions: an empty list of those is asked again for
        a day before it is believed (guarantee 4).
        """
        paths = {fault.path for fault in self.w.app.faults if fault.mutate is empty}
        return {
            table.name
            for table in self.w.tenant.registry
            if not isinstance(table.source, Details) and table.source.path.lower() in paths
            if isinstance(table.source, Actions) or not self.w.warehouse.tables[table.name]
        }

    # Quiet

    def _calm_down(self) -> None:
        w = self.w
        w.app.faults, w.app.before_request = [], None
        w.configuration = dict(self.usual)
        w.become(hidden_teams=frozenset())

    def _quiet(self, days: float) -> Iterator[str]:
        self.w.time.pass_by(days=days)
        first = len(self.w.app.requests)
        outcome = self.w.sync(fails=True)
        if outcome.error is not None:
            yield f"quiet: {outcome.error!r}"
        yield from (f"quiet: {wrong}" for wrong in self._judged(outcome, first))

    def _last(self) -> Iterator[str]:
        """Nothing changed: nothing is sent, and little is asked."""
        self.w.time.pass_by(hours=1)
        outcome = self.w.sync(fails=True)
        for name, sent in outcome.sent.items():
            yield f"sent though nothing changed: {len(sent)} of {name}"
        for name, keys in outcome.deleted.items():
            yield f"deleted though nothing changed: {len(keys)} of {name}"
        quirks = self.w.tenant.quirks
        rows = len(self.w.tenant.tickets) + len(self.w.tenant.entities["user"])
        most = 60 + 3 * rows // min(quirks.page_cap, quirks.list_page_cap)
        if outcome.requests > most:
            yield f"requests of an unchanged tenant: {outcome.requests}, more than {most}"

    def _differing(self, silent: set[int]) -> Iterator[str]:
        for difference in self.w.differences():
            if not excused(difference, silent.union(self._gappy()), self._undated(), self.guarded):
                yield f"in the end: {difference}"

    def _gappy(self) -> Collection[int]:
        """Tickets that may have gaps: once told so where dates of actions do not help."""
        is_told = self.gaps and self.w.tenant.quirks.action_dates != "honoured"
        return self.w.tenant.tickets if is_told else ()

    def _undated(self) -> set[int]:
        """Tickets that were never updated, where deep pages are refused: they have no date."""
        tickets = self.w.tenant.tickets.items() if self.w.tenant.quirks.deepest_page else ()
        return {number for number, ticket in tickets if ticket.last_update == NEVER}


def excused(
    difference: str, silent: Collection[int], undated: Collection[int], guarded: Collection[str]
) -> bool:
    """What the guarantees say may differ (docs/guarantees.md).

    1 and 4: actions that changed without moving a date of their ticket come when it next changes.
    4: rows that stay, of which a warning said that too many vanished; actions where one said that
    lists have gaps.
    13: tickets that were never updated, and what hangs on them, where deep pages are refused.
    """
    table, _, rest = difference.partition(" ")
    number = rest.strip("(").split(",")[0].rstrip("):")
    ticket = int(number) if number.isdigit() and table in OF_TICKETS else 0
    if table in ("action", "time_entry") and ticket in silent:
        return True
    if ticket in undated:
        return "lacks it" in rest
    return table in guarded and "has it, the tenant does not" in rest


def _is_long(table: Table, count: int, w: World) -> bool:
    """Whether a list is of more than five pages: it is read whole once a day."""
    is_paged = isinstance(table.source, Snapshot) and table.source.paged
    return is_paged and count > 5 * w.tenant.quirks.list_page_cap


def _what(one: object, other: object) -> str:
    return "is missing" if one is None else "should be gone" if other is None else "is old"
