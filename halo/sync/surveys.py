"""Surveys: one list of answers, which fills the satisfaction of tickets where it is proved to."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain

from halo.api.connection import HaloApi
from halo.api.ids import Ids
from halo.errors import TableError
from halo.state.ledger import Ledger
from halo.state.slices import SurveysSlice
from halo.sync.arrivals import sample_of
from halo.sync.details import DetailsReader
from halo.sync.guard import believed, kept_warning
from halo.sync.moments import is_due
from halo.sync.operations import SAFE_POINT, Operation, Upsert, Warn
from halo.sync.queue import attempt
from halo.sync.snapshot import BATCH, SnapshotReader
from halo.tables import Table
from halo.tables.columns import Row, RowMaker
from halo.tables.sources import Surveys

COMPARED_EVERY = timedelta(days=7)
STALE = timedelta(days=3)
"""When answers that cannot be read any more are no longer relied on."""

ENOUGH = 5
"""Rated tickets of a sample that are a proof, if no ticket of it says something else."""

_EVER = datetime.min.replace(tzinfo=UTC)

Rating = Mapping[str, object]
Place = tuple[datetime, int]
"""An answer's place in order: when it was given, and its id."""


class SurveysReader(SnapshotReader):
    """The answers, compared with what was sent, and with a sample of the tickets.

    While they are proved to say what tickets say, no ticket is asked for its satisfaction.
    """

    slice: SurveysSlice

    def __init__(
        self,
        source: Surveys,
        tables: Sequence[Table],
        api: HaloApi,
        slice_: SurveysSlice,
        details: DetailsReader,
    ) -> None:
        super().__init__(source, tables, api, slice_)
        self._spelt, self._dated = source.spelt, source.dated
        self._details = details
        self._typed = RowMaker(tables[0].columns).row
        self._is_read = False
        self._moved = Ids()
        details.rated_elsewhere = slice_.proved

    def fresh(self) -> Iterator[Operation]:
        """Reads the answers, once all tickets are there that they may rate."""
        if self._details.is_loaded:
            yield from self._read_answers()

    def history(self) -> Iterator[Operation]:
        """The same after the first load of tickets."""
        if not self._is_read:
            yield from self._read_answers()

    def _read_answers(self) -> Iterator[Operation]:
        self._is_read = True
        try:
            yield from super().fresh()
        except TableError:
            if is_due(self.slice.full_at, self._api.date, STALE):
                self._rely(False)
            raise

    def _send(self, listed: Collection[Row]) -> Iterator[Operation]:
        for operation in super()._send(listed):
            if isinstance(operation, Upsert):
                field = self._spelt["id"]
                self._moved.update(row[field] for row in operation.rows if field in row)
            yield operation

    def _was_read_whole(self) -> Iterator[Operation]:
        """The whole list was read: beside what is gone from it, what it says of tickets."""
        yield from super()._was_read_whole()
        slice_, rated, twice = self.slice, Ids(), Ids()
        for ticket_id, _, _ in self._ratings():
            if not rated.add(ticket_id):
                twice.add(ticket_id)
        may_ask = self._details.slice.answers > 0  # Else a ticket's own call may be refused.
        if may_ask and is_due(slice_.compared, self._api.date, COMPARED_EVERY):
            slice_.compared, was_proved = self._api.date, slice_.proved
            yield from self._compare(rated)
            if not was_proved:
                self._moved.update(rated)
        if slice_.proved:
            pages, slice_.pages = slice_.pages, 0  # Read again by the next sync, if cut short.
            yield from self._rate(rated, twice)
            slice_.pages = pages

    def _ratings(self) -> Iterator[tuple[int, Place, Rating]]:
        """Each answer that rates a ticket: the ticket, its place in order, what it says.

        A level of 0 is none, and an empty comment is none.
        """
        for raw in self.answered:
            row = self._typed(raw)
            rating = {own: row[name] for own, name in self._spelt.items() if row.get(name)}
            if "id" in rating and "id" in row and self._details.ratings(rating):
                yield rating["id"], (row.get(self._dated, _EVER), row["id"]), rating

    def _of(self, tickets: Collection[int]) -> dict[int, Rating]:
        """The ratings of these tickets: of several answers the last counts."""
        found: dict[int, tuple[Place, Rating]] = {}
        for ticket_id, place, rating in self._ratings():
            if ticket_id in tickets and (ticket_id not in found or place > found[ticket_id][0]):
                found[ticket_id] = place, rating
        return {ticket_id: rating for ticket_id, (_, rating) in found.items()}

    def _compare(self, rated: Ids) -> Iterator[Operation]:
        """Asks some tickets, rated and not, whether they say what the answers say."""
        details = self._details
        others = details.tickets.without(rated)
        doubtful = Ids(ticket_id for ticket_id in others if details.sent_rating(ticket_id))
        said = self._of(sample_of(rated.without(rated.without(details.tickets))))
        sample = dict.fromkeys(chain(said, sample_of(others), sample_of(doubtful)))
        agreed = 0
        for ticket_id, found in self._api.each(partial(attempt, details.read, t) for t in sample):
            if isinstance(found, TableError):
                continue
            if details.ratings(found) != details.ratings(said.get(ticket_id, {})):
                if self.slice.proved:
                    yield Warn(
                        f"{self._name}: ticket {ticket_id} has another rating than the answers to "
                        "surveys say, so that each closed ticket is asked for its own again."
                    )
                self._rely(False)
                return
            agreed += ticket_id in said
        self._rely(self.slice.proved or agreed >= ENOUGH)

    def _rely(self, proved: bool) -> None:
        """From now on the answers count, or no longer do."""
        if proved != self.slice.proved:
            self.slice.proved = self._details.rated_elsewhere = proved
            self._details.reconsider()

    def _rate(self, rated: Ids, twice: Ids) -> Iterator[Operation]:
        """Sends the ratings that are new or changed, and takes back what nobody gives any more."""
        details = self._details

        def is_wanted(ticket_id: int) -> bool:
            is_new = ticket_id in self._moved or not details.sent_rating(ticket_id)
            return is_new and ticket_id in details.tickets

        for at, (ticket_id, _, rating) in enumerate(self._ratings(), 1):
            if ticket_id not in twice and is_wanted(ticket_id):
                yield from details.rate(ticket_id, rating)
            if not at % BATCH:
                yield SAFE_POINT
        for ticket_id, rating in self._of([t for t in twice if is_wanted(t)]).items():
            yield from details.rate(ticket_id, rating)
        sent = details.rated
        absent = self.slice.absent.setdefault("", Ledger())
        gone = set(sent.without(rated))
        deleted = believed(gone, len(sent), absent, self._api.date)
        if len(deleted) < len(gone):
            yield kept_warning(self._name, len(gone) - len(deleted), len(sent))
        for ticket_id in gone & deleted:
            yield from details.rate(ticket_id, {})
