"""The state between two syncs: a version, the wanted tables, and one slice for each source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar

import msgspec

from halo.api.walk import Moment
from halo.errors import StateError

VERSION: Literal[1] = 1

_CURE = "re-sync the connection (in `fivetran debug`: fivetran reset)"

S = TypeVar("S", bound=msgspec.Struct)


class _State(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    version: Literal[1]
    tables: list[str]  # Those that the last sync was to fill.
    sources: dict[str, Any]
    silent: list[str] = []  # Kinds of requests that Halo did not answer at last: asked once.
    told: dict[str, Moment] = {}  # Warnings, by a hash of their words: when last shown.


class Store:
    """The slices of a state, by source. What is not opened in a sync stays as it is."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        """Takes the state that an earlier sync wrote; none for the first sync.

        Raises StateError for a state that is newer, foreign or damaged: it is never started over.
        """
        version = state.get("version")
        if type(version) is int and version > VERSION:
            raise StateError(
                f"The state is of version {version}, written by a newer release of this connector; "
                f"deploy that release again, or {_CURE}."
            )
        try:
            known = msgspec.convert(state, _State) if state else _State(VERSION, [], {})
        except msgspec.ValidationError:
            raise StateError(f"The state is not one of this connector's; {_CURE}.") from None
        self.tables = frozenset(known.tables)
        self.silent, self.told = frozenset(known.silent), known.told
        self._slices = known.sources

    def opened(self, source: str, kind: type[S]) -> S:
        """The slice of a source as its declared type. Raises StateError where it is damaged."""
        slice_ = self._slices.get(source, {})
        try:
            # What is packed raises ValueError where it is damaged, and msgspec tells the place.
            return msgspec.convert(slice_, kind, dec_hook=lambda t, v: t.load(v), str_keys=True)
        except (msgspec.ValidationError, RecursionError, UnicodeError) as error:
            what = str(error) if "`$" in str(error) else f"{error} - at `$`"
            what = what.replace("`$", f"`$.sources.{source}")
            raise StateError(f"The state of {source} is damaged ({what}); {_CURE}.") from None

    def closed(
        self,
        slices: Mapping[str, msgspec.Struct],
        tables: Iterable[str],
        silent: Iterable[str] = (),
    ) -> dict[str, Any]:
        """The state that holds these slices, as JSON that shares nothing with them."""
        sources = self._slices | dict(slices)
        state = _State(VERSION, sorted(tables), sources, sorted(silent), self.told)
        return dict(msgspec.to_builtins(state, enc_hook=lambda v: v.dump(), str_keys=True))
