"""Lists that are asked by windows of dates, such as appointments."""

from collections.abc import Callable
from datetime import datetime, timedelta

from halo.tables.sources import Windows
from sandbox import rows
from sandbox.appointments import is_shown
from sandbox.listing import Listing
from sandbox.model import Entity
from sandbox.queries import Query, in_window, ordered, page_of, paging
from sandbox.remembered import Remembered
from sandbox.tenant import Tenant


def windows(kind: str, source: Windows) -> Callable[[Tenant, Query, Remembered], Listing]:
    """The endpoint of such a list: what lies in the window, newest first.

    It comes in pages where all three parameters of pages do, else at once.
    """

    def endpoint(tenant: Tenant, query: Query, remembered: Remembered) -> Listing:
        quirks, is_page = tenant.quirks, paging(query) is not None
        key = (kind, query.without_page())
        selected = remembered.recall(key, lambda: _selected(tenant, query, kind, source))
        given = selected[: quirks.window_cap or None]
        shown, count = page_of(given, query, quirks.list_page_cap, quirks)
        if not quirks.window_paged or not is_page:
            shown, count = given, len(given)
        count = len(selected) if quirks.window_count_honest else count
        return Listing(source.rows, [rows.entity_row(e, quirks) for e in shown], count, "keyed")

    return endpoint


def _selected(tenant: Tenant, query: Query, kind: str, source: Windows) -> list[Entity]:
    quirks = tenant.quirks
    held = [one for one in tenant.entities[kind].values() if is_shown(one, query)]
    later = timedelta(hours=quirks.filter_offset_hours)
    since, until = query.moment(source.begins), query.moment(source.ends)

    def lies_within(entity: Entity) -> bool:
        begins: datetime | None = entity.fields.get(source.begins)
        if begins is None:
            return False
        ends: datetime = entity.fields.get(source.ends) or begins
        first = ends if quirks.window_dates == "overlap" else begins
        last = ends if quirks.window_dates == "inside" else begins
        inclusive = quirks.boundary_inclusive
        after = in_window(first, since and since + later, None, inclusive)
        return after and in_window(last, None, until and until + later, inclusive)

    if (since or until) and quirks.window_dates != "ignored":
        held = [entity for entity in held if lies_within(entity)]
    return ordered(held, query, quirks, _value, _newest_first)


def _value(entity: Entity, column: str) -> object:
    return entity.fields.get(column)


def _newest_first(held: list[Entity]) -> list[Entity]:
    return sorted(held, key=lambda entity: int(entity.id), reverse=True)
