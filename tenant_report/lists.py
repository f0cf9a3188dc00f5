"""The report's questions to every list: envelope, page size, end, order, fields."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from itertools import pairwise
from math import ceil
from typing import Any, assert_never

from halo.api.pages import Page, Raw
from halo.api.walk import NEWEST_FIRST, OLDEST_FIRST
from halo.sync.days import LEAST_CAP
from halo.tables import REGISTRY, Table
from halo.tables.columns import RowMaker
from halo.tables.sources import Actions, Changes, Details, Snapshot, Source, Windows
from halo.tables.tickets import TICKETS
from tenant_report.actions import all_sampled
from tenant_report.details import sampled_details
from tenant_report.rows import ids, moment
from tenant_report.tenant import (
    LISTS,
    PAGED,
    List,
    Probe,
    Seen,
    Tenant,
    Unseen,
    enough,
    field_names,
    first_asked,
    is_paged,
    number_of,
)


def envelope(value: object, rows: str) -> Seen:
    """The form of an answer; raises Unseen where it is neither a list nor an object."""
    if isinstance(value, list):
        return "a bare array", number_of(len(value), "row")
    if not isinstance(value, dict):
        raise Unseen("the answer was neither an array nor an object")
    name = rows if rows in value else "results"
    if not isinstance(value.get(name), list):
        return "an object without rows", f"it has {field_names(value)}"
    beside = value.keys() - {name, "record_count"}
    counted = "with" if "record_count" in value else "without"
    evidence = f"{number_of(len(value[name]), 'row')}; beside them: {field_names(beside)}"
    return f"an object, rows under {name}, {counted} record_count", evidence


def page_size(count: int | None, at_100: int, at_1000: int) -> Seen:
    """How many rows a page really has; `count` is the list's, the others what came."""
    if count is None:
        raise Unseen("the list does not say how many rows it has")
    if count <= at_100:
        raise Unseen(f"all {number_of(count, 'row')} came on one page")
    return (
        f"{'at least ' if at_1000 >= count else ''}{at_1000:,} rows",
        f"asked for 100, {at_100} came; asked for 1,000, {at_1000:,} came; "
        f"record_count is {count:,}",
    )


def end_of_list(last: Page, past: Page, first: Page) -> Seen:
    """What the page after the last one holds."""
    evidence = (
        f"page {last.number} is the last of {number_of(first.count or 0, 'row')} and has "
        f"{len(last.rows)}; page {past.number} has {len(past.rows)}"
    )
    if not past.rows:
        return "an empty page", evidence
    if past.rows == last.rows or (ids(past) and ids(past) == ids(last)):
        return "the last page once more", evidence
    if ids(past) and ids(past) == ids(first):
        return "page 1 once more", evidence
    return "other rows", evidence


def without_count(first: Page, second: Page | None) -> Seen:
    """Whether a list that does not count its rows has pages; `second` is page 2, if asked."""
    came = number_of(len(first.rows), "row")
    if second is None:
        return "one answer", f"{came} came, fewer than any known cap; page 2 was not asked for"
    if second.rows == first.rows or (ids(second) and ids(second) == ids(first)):
        return "one answer", f"{came} came; page 2 is the same"
    if not second.rows:
        return "an empty page", f"{came} came; page 2 is empty"
    return "it has pages", f"{came} came, and page 2 has {len(second.rows)} others"


def order_kept(ascending: Sequence[object], descending: Sequence[object]) -> Seen:
    """Whether values came in the order asked for, one list asked each way."""
    if min(len(ascending), len(descending)) < 2 or len({*ascending, *descending}) < 2:
        raise Unseen("there are too few rows to tell")
    if list(ascending) == list(descending):
        return "no", f"the same {len(ascending)} rows came in the same order either way"
    up, down = _sorted(ascending), _sorted(list(reversed(descending)))
    return (
        "yes" if up and down else "no",
        f"of {len(ascending)} rows asked ascending, {'all' if up else 'not all'} are in order; "
        f"of {len(descending)} asked descending, {'all' if down else 'not all'}",
    )


def _sorted(values: Sequence[Any]) -> bool:
    return all(a <= b for a, b in pairwise(values))


def fields(rows: Sequence[Raw], table: Table) -> Seen:
    """The fields that came, against those that the registry declares."""
    came = {name for row in rows for name in row}
    enough(len(rows), f"{number_of(len(rows), 'row')} came; fields: {field_names(came)}")
    declared = table.columns.keys()
    maker = RowMaker(table.columns, table.secret)
    made = [maker.row(row) for row in rows]
    keyless = sum(any(name not in row for name in table.key) for row in made)
    misfits = ", ".join(f"{name} {count}" for name, count in sorted(maker.misfits.items()))
    return (
        f"{len(declared & came)} of {len(declared)} declared fields came",
        f"{number_of(len(rows), 'row')}; not declared: {field_names(came - declared)}; "
        f"declared but never came: {len(declared - came)}; values of another type: "
        f"{misfits or 'none'}; rows without their key: {keyless}",
    )


# The questions.


def _envelope(source: List, tenant: Tenant) -> Seen:
    params = {**source.params, **first_asked(source)}
    return envelope(tenant.get(source.path, params).value, source.rows)


def _page_size(source: List, tenant: Tenant) -> Seen:
    first = tenant.page(source)
    full = first.count is not None and first.count > len(first.rows)
    more = tenant.page(source, size=1000) if full else first
    return page_size(first.count, len(first.rows), len(more.rows))


def _end(source: List, tenant: Tenant) -> Seen:
    first = tenant.first(source)
    if first.count is None or not is_paged(source):
        many = len(first.rows) >= LEAST_CAP
        return without_count(first, tenant.page(source, 2) if many else None)
    if not first.rows:
        raise Unseen("the list is empty")
    last = tenant.page(source, max(1, ceil(first.count / len(first.rows))))
    return end_of_list(last, tenant.page(source, last.number + 1), first)


def _order(source: List, tenant: Tenant) -> Seen:
    return order_kept(ids(tenant.page(source, more=OLDEST_FIRST)), ids(tenant.page(source)))


def _order_by_date(tenant: Tenant) -> Seen:
    ways = []
    for descending in ("false", "true"):
        more = {"order": TICKETS.occurred, "orderdesc": descending}
        rows = tenant.page(TICKETS, more=more).rows
        ways.append([when for row in rows if (when := moment(row, TICKETS.occurred))])
    return order_kept(*ways)


def _fields(table: Table, tenant: Tenant) -> Seen:
    came = came_of(table.source, tenant)
    return fields([row for raw in came for row in table.part(raw)], table)


def came_of(source: Source, tenant: Tenant) -> Collection[Raw]:
    """What a source reads, or a sample of it."""
    match source:
        case Snapshot() | Windows():
            return tenant.first(source).rows
        case Changes():
            custom = ",".join(map(str, ids(tenant.first(source.custom_fields))))
            more = {**NEWEST_FIRST, "include_custom_fields": custom}
            return tenant.page(source, more=more).rows
        case Actions():
            return all_sampled(tenant)
        case Details():
            return sampled_details(tenant)
        case _:
            assert_never(source)


_ENVELOPES = "a bare array|an object, rows under .*, with record_count"
_SIZES = "(at least )?(50|100|[0-9]+,[0-9]{3}) rows|at least"
"""What is known of tenants."""

LIST_PROBES = (
    *(Probe(f"Which envelope has {s.path}?", partial(_envelope, s), _ENVELOPES) for s in LISTS),
    *(
        Probe(f"How many rows has a page of {s.path}?", partial(_page_size, s), _SIZES)
        for s in PAGED
    ),
    *(Probe(f"How does {s.path} end?", partial(_end, s), "(?!other rows)") for s in LISTS),
    *(Probe(f"Does {s.path} honour order=id?", partial(_order, s)) for s in PAGED),
    Probe(f"Does {TICKETS.path} honour order={TICKETS.occurred}?", _order_by_date),
)

FIELD_PROBES = tuple(
    Probe(f"Which fields has {table.name}?", partial(_fields, table)) for table in REGISTRY
)
