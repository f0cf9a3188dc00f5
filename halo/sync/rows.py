"""From raw rows of one table to what is sent, with the counts for the summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from halo.api.pages import Raw
from halo.state.ledger import Key, Ledger, fingerprint
from halo.sync.operations import Warn
from halo.tables import Table
from halo.tables.columns import Row, RowMaker


class TableRows:
    """Makes the rows of one table, and remembers what could not be used as it came."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.read = 0
        self.without_key = 0
        self._keyless: list[str] = []
        self._maker = RowMaker(table.columns)

    def make(self, raw: Raw) -> Row | None:
        """The row of the warehouse; None, and counted, where it has no key."""
        self.read += 1
        row = self._maker.row(raw)
        if any(name not in row for name in self.table.key):
            self.without_key += 1
            if len(self._keyless) < 3:
                self._keyless.append(", ".join(sorted(map(str, raw))[:6]) or "no field at all")
            return None
        return row

    def key(self, row: Mapping[str, object]) -> Key:
        """What the row is known by: its key column, or a tuple of them."""
        values = tuple(row[name] for name in self.table.key)
        return values[0] if len(values) == 1 else values  # type: ignore[return-value]

    def key_columns(self, key: Key) -> Row:
        """The key as an object of columns."""
        values = key if isinstance(key, tuple) else (key,)
        return dict(zip(self.table.key, values, strict=True))

    def fingerprint(self, raw: Raw) -> int:
        """A number that changes when the row does."""
        return fingerprint(raw, self.table.volatile)

    def changed(self, raws: list[Raw], sent: Ledger) -> tuple[list[Row], Ledger]:
        """The rows that are new or other than what was sent, and the fingerprints of all.

        Of rows with the same key the last one counts.
        """
        made: dict[Key, Row] = {}
        prints = Ledger()
        for raw in raws:
            row = self.make(raw)
            if row is not None:
                key = self.key(row)
                made[key], prints[key] = row, self.fingerprint(raw)
        return [row for key, row in made.items() if sent.get(key) != prints[key]], prints

    def warnings(self) -> Iterator[Warn]:
        """What the user should know about the rows of this sync."""
        if self.without_key:
            yield Warn(
                f"{self.table.name}: {self.without_key} rows came without "
                f"{' or '.join(self.table.key)} and were left out (they had: "
                f"{'; '.join(self._keyless)}); check these rows in Halo."
            )
        if self._maker.misfits:
            by_count = sorted(self._maker.misfits.items(), key=lambda item: -item[1])
            spelt = ", ".join(f"{name} ({count})" for name, count in by_count[:8])
            yield Warn(
                f"{self.table.name}: values did not fit the type of their column and are kept in "
                f"additional_fields: {spelt}; read them from there."
            )


def too_many(gone: int, known: int) -> bool:
    """Whether so many rows vanished that a lost permission is likelier than a clean-up.

    That is all of them, or more than a tenth and more than 20.
    """
    return 0 < gone == known or (gone > 20 and gone * 10 > known)


def kept_warning(table: str, gone: int, known: int) -> Warn:
    """Says that nothing was deleted, and why."""
    return Warn(
        f"{table}: {gone} of {known} rows no longer come, so many that nothing was deleted; "
        "if the application's agent lost a permission, give it back, and if the rows "
        "are really gone, re-sync the connection."
    )


def unproved(table: str, sync: str = "the next") -> Warn:
    """Says that a list could not be proved whole, and which sync reads it again."""
    return Warn(
        f"{table}: rows moved each time the list was read, so that it could not be proved whole; "
        f"what was read is in, and {sync} sync reads it again."
    )
