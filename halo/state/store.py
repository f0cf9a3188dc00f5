"""The state between two syncs: a version, and one slice for each table."""

from __future__ import annotations

from collections.abc import Mapping

from halo.errors import StateError

VERSION = 1

_CURE = "re-sync the connection (in `fivetran debug`: fivetran reset)"


def opened(state: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """The slices of a state that an earlier sync wrote, by table; none for the first sync.

    Raises StateError for a state that is newer, foreign or damaged: it is never started over.
    """
    if not state:
        return {}
    version = state.get("version")
    if type(version) is int and version > VERSION:
        raise StateError(
            f"The state is of version {version}, written by a newer release of this connector; "
            f"deploy that release again, or {_CURE}."
        )
    tables = state.get("tables")
    if type(version) is not int or version != VERSION or not isinstance(tables, dict):
        raise StateError(f"The state is not one of this connector's; {_CURE}.")
    for name, slice_ in tables.items():
        if not isinstance(slice_, dict):
            raise damaged(str(name))
    return dict(tables)


def closed(slices: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """The state that holds these slices."""
    return {"version": VERSION, "tables": dict(slices)}


def damaged(table: str) -> StateError:
    """The slice of a table cannot be read."""
    return StateError(f"The state of table {table} is damaged; {_CURE}.")
