"""The state between two syncs: a version, the wanted tables, and one slice for each source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from halo.errors import StateError

VERSION = 1

_CURE = "re-sync the connection (in `fivetran debug`: fivetran reset)"

S = TypeVar("S", bound=msgspec.Struct)


class Store:
    """The slices of a state, by source. What is not opened in a sync stays as it is."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        """Takes the state that an earlier sync wrote; none for the first sync.

        Raises StateError for a state that is newer, foreign or damaged: it is never started over.
        """
        if state:
            _check(state)
        self.tables: frozenset[str] = frozenset(state.get("tables", ()))
        self._slices: dict[str, Any] = dict(state.get("sources", {}))

    def opened(self, source: str, kind: type[S]) -> S:
        """The slice of a source as its declared type. Raises StateError where it is damaged."""
        try:
            return msgspec.convert(
                self._slices.get(source, {}), kind, dec_hook=_loaded, str_keys=True
            )
        except (msgspec.ValidationError, RecursionError, UnicodeError) as error:
            what = str(error) if "`$" in str(error) else f"{error} - at `$`"
            what = what.replace("`$", f"`$.sources.{source}")
            raise StateError(f"The state of {source} is damaged ({what}); {_CURE}.") from None

    def closed(self, slices: Mapping[str, msgspec.Struct], tables: Iterable[str]) -> dict[str, Any]:
        """The state that holds these slices, as JSON that shares nothing with them."""
        written = {
            source: msgspec.to_builtins(slice_, enc_hook=_dumped, str_keys=True)
            for source, slice_ in slices.items()
        }
        return {
            "version": VERSION,
            "tables": sorted(tables),
            "sources": self._slices | written,
        }


def _check(state: Mapping[str, Any]) -> None:
    version = state.get("version")
    if type(version) is int and version > VERSION:
        raise StateError(
            f"The state is of version {version}, written by a newer release of this connector; "
            f"deploy that release again, or {_CURE}."
        )
    sources, tables = state.get("sources"), state.get("tables")
    proper = (
        isinstance(sources, dict)
        and isinstance(tables, list)
        and all(isinstance(table, str) for table in tables)
        and state.keys() == {"version", "tables", "sources"}
    )
    if type(version) is not int or version != VERSION or not proper:
        raise StateError(f"The state is not one of this connector's; {_CURE}.")


def _loaded(kind: type[Any], dumped: object) -> object:
    """What the state keeps packed. Raises ValueError, which tells where, on anything else."""
    return kind.load(dumped)


def _dumped(value: Any) -> object:
    return value.dump()
