"""The rows of one table on their way: typed once, those without a key counted and left out."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from operator import itemgetter

from halo.state.ledger import Key, Ledger, fingerprint
from halo.sync.operations import Warn
from halo.tables import Table
from halo.tables.columns import ADDITIONAL_FIELDS, Row, RowMaker


class TableRows:
    """Makes the rows of one table, and counts: read, sent, deleted, and those without their key.

    `unheard` are columns that alone do not make a row a changed one, beside the volatile ones.
    """

    def __init__(self, table: Table, unheard: Collection[str] = ()) -> None:
        self.table = table
        self.read = self.sent = self.deleted = self.without_key = 0
        self._keyless: deque[str] = deque(maxlen=3)
        self._misfits = Counter[str]()
        self._doubled = set[Key]()
        self._maker = RowMaker(table.columns, table.secret)
        self._volatile = table.volatile.union(unheard)
        self._names = frozenset(table.key)
        self._key: Callable[[Row], Key] = itemgetter(*table.key)

    def make(self, raw: Mapping[str, object]) -> Row:
        """The typed row, with its key or without."""
        self.read += 1
        return self._maker.row(raw)

    def keyed(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that have their key; the others are counted."""
        kept = []
        for row in rows:
            if self._names <= row.keys():
                kept.append(row)
            else:
                self.without_key += 1
                self._keyless.append(", ".join(sorted(row)[:6]) or "no field at all")
        return kept

    def sending(self, rows: Iterable[Row]) -> None:
        """These rows are sent: counts them, and their values that did not fit."""
        for row in rows:
            self.sent += 1
            self._misfits.update(self.table.columns.keys() & row.get(ADDITIONAL_FIELDS, ()))

    def key_columns(self, key: Key) -> Row:
        """The key as an object of columns."""
        values = key if isinstance(key, tuple) else (key,)
        return dict(zip(self.table.key, values, strict=True))

    def fingerprint(self, row: Mapping[str, object]) -> int:
        """A number that changes when the row does."""
        return fingerprint(row, self._volatile)

    def changed(self, rows: Iterable[Row], sent: Ledger) -> tuple[list[Row], Ledger]:
        """The rows that are new or other than what was sent, and the fingerprints of all.

        Of rows with the same key always the same one counts, whichever comes first.
        """
        made: dict[Key, Row] = {}
        prints = Ledger()
        for row in self.keyed(rows):
            key, mark = self._key(row), self.fingerprint(row)
            if key in made and prints[key] != mark:
                self._doubled.add(key)
            if key not in made or mark < prints[key]:
                made[key], prints[key] = row, mark
        return [row for key, row in made.items() if sent.get(key) != prints[key]], prints

    def warnings(self) -> Iterator[Warn]:
        """What the user should know about the rows of this sync."""
        if self.without_key:
            yield Warn(
                f"{self.table.name}: {self.without_key} rows came without "
                f"{' or '.join(self.table.key)} and were left out (they had: "
                f"{'; '.join(self._keyless)}); check these rows in Halo."
            )
        if self._doubled:
            yield Warn(
                f"{self.table.name}: {len(self._doubled)} keys came with two rows that differ, "
                f"{min(self._doubled, key=str)} among them; one of each is kept, always the same: "
                "tell the maintainers."
            )
        if self._misfits:
            spelt = ", ".join(f"{name} ({count})" for name, count in self._misfits.most_common(8))
            yield Warn(
                f"{self.table.name}: values did not fit the type of their column and are kept in "
                f"additional_fields: {spelt}; read them from there."
            )
