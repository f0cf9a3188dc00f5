"""What to grant where in Halo, and what else to do about a table that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

from halo.api.pages import Raw
from halo.errors import DENIED, GaveUp, HaloError, Refused
from halo.settings import APPLICATIONS, Settings
from halo.tables import Table

ROLES = "Configuration > Teams & Agents > Roles"


def remedy(error: HaloError, tables: Sequence[Table], settings: Settings) -> str:
    """The error of reading tables, and what to change: a scope, the rights, or the wish for them.

    The rights are those of `halo.errors.cure`, with the places where they are granted.
    """
    if isinstance(error, GaveUp):
        return str(error)
    called, where = listed([table.called for table in tables]), ""
    if isinstance(error, Refused) and error.status in DENIED:
        if settings.scope != "all":
            return (
                f"{error.answered}, so that {called} cannot be read: scope is {settings.scope!r}; "
                f"set it to all, and in Halo, {APPLICATIONS}, allow the application all under "
                "Permissions."
            )
        where = (
            f" (in Halo: {tables[0].rights.permission}, under {APPLICATIONS}, Permissions; "
            f"{called}, under {ROLES})"
        )
    return f"{str(error).removesuffix('.')}{where}{_or_without(tables)}."


def hidden(field: str, rows: Sequence[Raw], tables: Sequence[Table]) -> str:
    """What to change where rows came, of which none carries the field that tables are about."""
    return (
        f"{listed([table.called for table in tables]).capitalize()} would be empty: none of "
        f"{len(rows)} rows that Halo answered carries {field} (they carry "
        f"{', '.join(sorted(map(str, rows[0]))[:8])}). In Halo, let the role of the agent that the "
        f"application logs in as see it ({ROLES}){_or_without(tables)}."
    )


def _or_without(tables: Sequence[Table]) -> str:
    if any(table.required for table in tables):
        return ""
    return f"; or add {', '.join(table.name for table in tables)} to excluded_tables"


def listed(names: Sequence[str]) -> str:
    """Names as people list them."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
