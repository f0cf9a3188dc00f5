"""The report's questions to every list: envelope, page size, end, order, fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from math import ceil
from typing import Any

from halo.api.pages import Page, Raw
from halo.sync.moments import stamp
from halo.tables import REGISTRY, Table, Way
from halo.tables.columns import RowMaker
from tenant_report.actions import day_entries, sampled_actions
from tenant_report.tenant import (
    NEWEST,
    OLDEST,
    TABLES,
    TICKET,
    Probe,
    Seen,
    Tenant,
    Unseen,
    field_names,
    number_of,
)
from tenant_report.tickets import closed_details

LEAST_CAP = 50
"""Rows that come where paging is not asked for (Halo's API notes, lists): fewer are not cut."""

LISTS = tuple(table for table in REGISTRY if table.way in (Way.CHANGES, Way.SNAPSHOT))


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
    if past.rows == last.rows or (past.ids and past.ids == last.ids):
        return "the last page once more", evidence
    if past.ids and past.ids == first.ids:
        return "page 1 once more", evidence
    return "other rows", evidence


def without_count(first: Page, second: Page | None) -> Seen:
    """Whether a list that does not count its rows has pages; `second` is page 2, if asked."""
    came = number_of(len(first.rows), "row")
    if second is None:
        return "one answer", f"{came} came, fewer than any known cap; page 2 was not asked for"
    if second.rows == first.rows or (second.ids and second.ids == first.ids):
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
    if not rows:
        raise Unseen("no row came")
    came = {name for row in rows for name in row}
    declared = table.columns.keys()
    maker = RowMaker(table.columns)
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


def _envelope(table: Table, tenant: Tenant) -> Seen:
    tenant.first(table)
    paging = {"pageinate": "true", "page_no": "1", "page_size": "100", **NEWEST}
    params = {**table.params, **(paging if table.paged else {})}
    return envelope(tenant.get(table.path, params).value, table.rows)


def _page_size(table: Table, tenant: Tenant) -> Seen:
    first = tenant.page(table)
    full = first.count is not None and first.count > len(first.rows)
    more = tenant.page(table, size=1000) if full else first
    return page_size(first.count, len(first.rows), len(more.rows))


def _end(table: Table, tenant: Tenant) -> Seen:
    first = tenant.first(table)
    if first.count is None or not table.paged:
        many = len(first.rows) >= LEAST_CAP
        return without_count(first, tenant.page(table, 2) if many else None)
    if not first.rows:
        raise Unseen("the list is empty")
    last = tenant.page(table, max(1, ceil(first.count / len(first.rows))))
    return end_of_list(last, tenant.page(table, last.number + 1), first)


def _order(table: Table, tenant: Tenant) -> Seen:
    return order_kept(tenant.page(table, more=OLDEST).ids, tenant.page(table).ids)


def _order_by_date(tenant: Tenant) -> Seen:
    ways = []
    for descending in ("false", "true"):
        more = {"order": "dateoccurred", "orderdesc": descending}
        rows = tenant.page(TICKET, more=more).rows
        ways.append([when for row in rows if (when := stamp(row, "dateoccurred"))])
    return order_kept(*ways)


def _fields(rows: Callable[[Tenant, Table], list[Raw]], table: Table, tenant: Tenant) -> Seen:
    return fields(rows(tenant, table), table)


def _list_rows(tenant: Tenant, table: Table) -> list[Raw]:
    return tenant.first(table).rows


def _ticket_rows(tenant: Tenant, table: Table) -> list[Raw]:
    infos = tenant.first(TABLES["field_info"])
    ids = ",".join(map(str, infos.ids))
    return tenant.page(table, more={**NEWEST, "include_custom_fields": ids}).rows


def _satisfaction_rows(tenant: Tenant, table: Table) -> list[Raw]:
    details = closed_details(tenant)
    return [
        {name: row[name] for name in table.columns if name in row} | {"ticket_id": row["id"]}
        for row in details
    ]


def _rows_by_way(table: Table) -> Callable[[Tenant, Table], list[Raw]]:
    return {
        Way.CHANGES: _ticket_rows,
        Way.ACTIONS: lambda tenant, _: [
            row for rows in sampled_actions(tenant).values() for row in rows
        ],
        Way.WINDOWS: lambda tenant, _: day_entries(tenant),
        Way.SATISFACTION: _satisfaction_rows,
        Way.SNAPSHOT: _list_rows,
    }[table.way]


LIST_PROBES = (
    *(Probe(f"Which envelope has {t.path}?", partial(_envelope, t)) for t in LISTS),
    *(
        Probe(f"How many rows has a page of {t.path}?", partial(_page_size, t))
        for t in LISTS
        if t.paged
    ),
    *(Probe(f"How does {t.path} end?", partial(_end, t)) for t in LISTS),
    *(Probe(f"Does {t.path} honour order=id?", partial(_order, t)) for t in LISTS if t.paged),
    Probe("Does /Tickets honour order=dateoccurred?", _order_by_date),
)

FIELD_PROBES = tuple(
    Probe(f"Which fields has {t.name}?", partial(_fields, _rows_by_way(t), t)) for t in REGISTRY
)
