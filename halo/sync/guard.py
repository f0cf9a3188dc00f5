"""The guard on deletes: when so much vanished at once that a lost permission is likelier."""

from halo.sync.operations import Warn


def many(gone: int, known: int) -> bool:
    """Whether more than a tenth of the rows vanished, and more than 20."""
    return gone > 20 and gone * 10 > known


def too_many(gone: int, known: int) -> bool:
    """Whether so many rows vanished, or all of them."""
    return 0 < gone == known or many(gone, known)


def kept_warning(table: str, gone: int, known: int) -> Warn:
    """Says that nothing was deleted, and why."""
    return Warn(
        f"{table}: {gone} of {known} rows no longer come, so many that nothing was deleted; if the "
        "application's agent lost a permission, give it back, and if the rows are really gone, "
        "re-sync the connection."
    )


def unproved(table: str, sync: str = "the next") -> Warn:
    """Says that a list could not be proved whole, and which sync reads it again."""
    return Warn(
        f"{table}: rows moved each time the list was read, so that it could not be proved whole; "
        f"what was read is in, and {sync} sync reads it again."
    )
