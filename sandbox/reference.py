"""Lists of people, codes and other objects: the whole list, or pages of a sorted selection."""

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, overload

from halo.tables.sources import Snapshot
from sandbox import rows
from sandbox.kinds import Numbered
from sandbox.listing import Listing
from sandbox.model import Entity, Record, Row
from sandbox.queries import Query, bounds, in_window, ordered, page_of, shown_by
from sandbox.quirks import Quirks
from sandbox.remembered import Remembered
from sandbox.tenant import Tenant

Endpoint = Callable[[Tenant, Query, Remembered], Listing]
Write = Callable[[Entity, Quirks], Row]
# Lists with a documented lastupdatefromdate, besides tickets and assets.
DATED = frozenset({"user", "client", "site"})
# Lists that cut at page_size without a page_no (recorded).
SIZE_ALONE = frozenset(
    {"asset", "software_licence", "service", "contract", "supplier", "department"}
)


def reference_list(
    tenant: Tenant,
    query: Query,
    remembered: Remembered,
    kind: str,
    wanted: Callable[[Entity], bool],
) -> Listing:
    """A page of what is wanted of a kind, by name unless another order is honoured."""
    quirks = tenant.quirks
    since, until = bounds(query, quirks.filter_offset_hours)
    filtered = bool(since or until) and _honours_dates(kind, quirks)

    def is_selected(entity: Entity) -> bool:
        fits = not filtered or in_window(entity.changed_at, since, until, quirks.boundary_inclusive)
        return fits and wanted(entity)

    def select() -> Sequence[Entity]:
        held = tenant.entities[kind]
        if isinstance(held, Numbered):
            return Picked(held, [key for key, entity in held.items() if is_selected(entity)])
        chosen = [entity for entity in held.values() if is_selected(entity)]
        return ordered(chosen, query, quirks, field_of, _by_name)

    selected = remembered.recall((kind, query.without_page()), select)
    cap = quirks.asset_page_cap if kind == "asset" else quirks.list_page_cap
    shown, count = page_of(selected, query, cap, quirks, size_alone=kind in SIZE_ALONE)
    write = _writer(tenant, kind, query)
    rows_key = key_of_rows(tenant, kind)
    return Listing(rows_key, [write(entity, quirks) for entity in shown], count, "keyed")


class Picked(Sequence[Entity]):
    """Some of a large kind's objects, by their keys: each is made when it is looked at."""

    def __init__(self, held: Numbered, keys: list[Any]) -> None:
        self._held, self._keys = held, keys

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, at: int) -> Entity: ...

    @overload
    def __getitem__(self, at: slice) -> list[Entity]: ...

    def __getitem__(self, at: int | slice) -> Entity | list[Entity]:
        if isinstance(at, slice):
            return [self._held[key] for key in self._keys[at]]
        return self._held[self._keys[at]]


class Written(Sequence[Row]):
    """The rows of objects, each written when it is looked at."""

    def __init__(self, entities: Sequence[Entity], write: Callable[[Entity], Row]) -> None:
        self._entities, self._write = entities, write

    def __len__(self) -> int:
        return len(self._entities)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self._write(entity) for entity in self._entities[at]]
        return self._write(self._entities[at])


def whole(tenant: Tenant, query: Query, key: str, held: Sequence[Entity]) -> Listing:
    """All at once, in a bare array."""
    shown, quirks = shown_by(query, held), tenant.quirks
    if isinstance(shown, Picked):
        return Listing(key, Written(shown, lambda e: rows.entity_row(e, quirks)), len(shown))
    made = [rows.entity_row(entity, quirks) for entity in shown]
    return Listing(key, made, len(made))


def all_of(tenant: Tenant, kind: str) -> Sequence[Entity]:
    """All objects of a kind."""
    held = tenant.entities[kind]
    return Picked(held, list(held)) if isinstance(held, Numbered) else list(held.values())


def unrestricted(tenant: Tenant, query: Query, kind: str) -> list[Entity]:
    """What agents may choose, unless asked with showall=true."""
    held = sorted(tenant.entities[kind].values(), key=attrgetter("id"))
    return [entity for entity in held if query.is_true("showall") or not entity.restricted]


def key_of_rows(tenant: Tenant, kind: str) -> str:
    """What the list calls its rows in its envelope."""
    sources = (table.source for table in tenant.registry if table.name == kind)
    return next(source.rows for source in sources if isinstance(source, Snapshot))


def field_of(record: Record, column: str) -> Any:
    """The value by which records are put in order."""
    return record.fields.get(column)


def _honours_dates(kind: str, quirks: Quirks) -> bool:
    """Whether lastupdatefromdate chooses: Halo documents it for some lists, with strange words."""
    if kind == "asset":
        return quirks.asset_lastupdate
    return quirks.reference_lastupdate and kind in DATED


def _writer(tenant: Tenant, kind: str, query: Query) -> Write:
    if kind == "site" and not query.is_true("includeaddress"):
        return rows.site_row_without_address
    if kind == "asset":
        infos, asked = tenant.entities["field_info"], query.numbers("include_custom_fields")
        return partial(rows.asset_row, field_infos=infos, asked=asked)
    return rows.entity_row


def _by_name(held: list[Entity]) -> list[Entity]:
    return sorted(held, key=lambda e: (str(e.fields.get("name")).casefold(), e.fields["id"]))
