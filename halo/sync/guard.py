"""The guard on deletes: when so much vanished at once that a lost permission is likelier."""

from collections.abc import Collection
from datetime import datetime

from halo.state.ledger import Key, Ledger
from halo.sync.operations import Warn

BELIEVED_AFTER = 3
"""Days for which rows that went too many at once have to stay away."""


def many(gone: int, known: int) -> bool:
    """Whether more than a tenth of the rows vanished, and more than 20."""
    return gone > 20 and gone * 10 > known


def too_many(gone: int, known: int) -> bool:
    """Whether so many rows vanished, or all of them."""
    return 0 < gone == known or many(gone, known)


def believed(gone: Collection[Key], known: int, missing: Ledger, now: datetime) -> set[Key]:
    """Those of the rows that no longer come which are taken for deleted.

    Few are at once. What is too many at once is noted in `missing`, by the day, and is believed
    when it did not come back for days in whole reads; but never if nothing comes any more.
    """
    today = now.toordinal()
    for key in missing.keys() - gone:
        del missing[key]
    new = set(gone) - missing.keys()
    if too_many(len(new), known):
        missing.update(dict.fromkeys(new, today))
        new = set()
    waited = {key for key, day in missing.items() if today - day >= BELIEVED_AFTER}
    if len(gone) == known:
        return set()
    for key in waited:
        del missing[key]
    return new | waited


def kept_warning(table: str, gone: int, known: int) -> Warn:
    """Says that nothing was deleted, and why."""
    return Warn(
        f"{table}: {gone} of {known} rows no longer come, so many that nothing was deleted; if the "
        "application's agent lost a permission, give it back, and if the rows are really gone, "
        f"wait: what stays away for {BELIEVED_AFTER} days is deleted, unless nothing comes at all."
    )


def unproved(table: str, sync: str = "the next") -> Warn:
    """Says that a list could not be proved whole, and which sync reads it again."""
    return Warn(
        f"{table}: rows moved each time the list was read, so that it could not be proved whole; "
        f"what was read is in, and {sync} sync reads it again."
    )
