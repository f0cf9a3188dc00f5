"""The contract with Halo: nothing undocumented is asked for, and columns have documented types."""

from __future__ import annotations

import re

import pytest

from halo.setup.tests import SETUP_TESTS
from halo.tables import REGISTRY, Table
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tenant_report.report import examine
from tests.facts import OURS, PARAMETERS, documented
from tests.world import World, small, world

TYPES = {
    "integer": "LONG",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "string": "STRING",
    "datetime": "UTC_DATETIME",
    "array": "JSON",
    "object": "JSON",
    "customfields": "JSON",
}
"""The type of a column by the documented type of its field."""

WEEKEND = ("saturday", "sunday")
NAMED = "its name says its type, which is open"
EXCEPTIONS = {
    ("ticket", "first_respond_by_date"): NAMED,
    ("ticket", "deleted_date"): NAMED,
    ("ticket", "sla_first_response_state"): NAMED,
    ("priority", "firstresponsetime"): NAMED,
    ("priority", "firstresponseunits"): NAMED,
    ("sla", "slstatusafterbreach"): NAMED,
    ("action", "who"): "in no document, and received as text by three clients",
    ("action", "email_status"): "in no document, and received as a number by a client",
    ("time_entry", "who"): "as in actions",
    ("time_entry", "email_status"): "as in actions",
    ("user", "site_id"): "an id that comes as 95.0",
    ("site", "client_id"): "an id that comes as 95.0",
    ("client", "percentage_to_survey"): "a percentage, and whole numbers fit too",
    ("agent", "chargerate"): "a rate, and whole numbers fit too",
    ("category", "chargerate"): "a rate, and whole numbers fit too",
    **{
        ("workday", edge + day): "a clock time inside an old day, which as a date would be null"
        for edge in ("start", "end")
        for day in ("", *("monday", "tuesday", "wednesday", "thursday", "friday"), *WEEKEND)
    },
}
"""Columns whose type is another than the documented one, each with the reason."""

PAGING = {"pageinate", "page_no", "page_size"}
ALSO = {
    # Several public clients send it, and it works.
    "/tickets": {"include_custom_fields"},
    # Builds since 2025 page this list (Halo's API notes, lists).
    "/agent": {*PAGING, "order", "orderdesc"},
    # Halo documents this parameter of the feed (Halo's notes beyond the ticket, other change logs).
    "/feed": {"newer_than_id"},
    # Signing in.
    "/authinfo": set[str](),
    "/auth/token": {"tenant"},
}
"""Paths and parameters in no list of documented ones, each with the reason."""

each_table = pytest.mark.parametrize("table", REGISTRY, ids=lambda table: table.name)


@each_table
def test_a_column_is_in_no_document_or_has_another_type(table: Table) -> None:
    fields = documented(table)
    differing = {}
    for name, kind in table.columns.items():
        if name in OURS or (table.name, name) in EXCEPTIONS:
            continue
        field = fields.get(name)
        if field is None or TYPES.get(field.type) != kind.name:
            differing[name] = (kind.name, field)
    assert differing == {}


def test_an_exception_is_kept_though_nothing_needs_it() -> None:
    tables = {table.name: table for table in REGISTRY}
    for (table, name), reason in EXCEPTIONS.items():
        field, kind = documented(tables[table]).get(name), tables[table].columns[name].name
        assert field is not None, f"{table}.{name} is in no fact"
        assert TYPES.get(field.type) != kind, f"{table}.{name}: {reason}"


@each_table
def test_custom_fields_are_read_as_such_where_the_documents_have_them(table: Table) -> None:
    field = documented(table).get("customfields")
    if field and field.type == "customfields" and field.where == "list":
        assert table.custom_fields or "customfields" not in table.columns


def test_a_column_that_only_the_detail_call_has_is_declared_of_a_list() -> None:
    """But for those that a tenant was seen to send in the list, or that current builds send."""
    listed = [table for table in REGISTRY if table.source.path and table.source.parent is None]
    found = {
        (table.name, name)
        for table in listed
        for name in table.columns
        if (field := documented(table).get(name)) and field.where == "detail" and not field.is_seen
    }
    assert found == {("ticket", "slastate"), ("ticket", "billable_time")}


def _undocumented(w: World) -> set[str]:
    found = set()
    for record in w.app.requests:
        path = re.sub(r"/[0-9]+$", "/{id}", record.endpoint)
        if path not in PARAMETERS and path not in ALSO:
            found.add(path)
        names = record.params.keys() - PARAMETERS.get(path, set()) - ALSO.get(path, set())
        found |= {f"{path}?{name}" for name in names}
    return found


def _half_paged(w: World) -> set[str]:
    asked = ((r.endpoint, PAGING & r.params.keys()) for r in w.app.requests)
    return {endpoint for endpoint, paging in asked if paging not in (set(), PAGING)}


def _given(w: World) -> dict[str, str]:
    return {"base_url": w.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


@pytest.mark.parametrize(
    "quirks",
    [{}, {"action_dates": "ignored", "order_honoured": False}, {"permissions": {"/tickets/"}}],
    ids=["plain", "stubborn", "forbidden"],
)
def test_a_sync_asks_for_something_that_no_document_has(quirks: dict[str, object]) -> None:
    with world(24, small(list_page_cap=4), users=12, clients=3, agents=4, years=0.3) as w:
        w.become(**quirks)
        w.sync()
        w.tenant.live(2)
        w.tenant.delete_ticket(2)
        w.tenant.add_action(3, hours=1)
        w.sync_later()
        w.sync_later(days=8)
        assert _undocumented(w) == set()
        assert _half_paged(w) == set()
        paths = {table.source.path.lower() for table in REGISTRY}
        assert paths <= {record.endpoint for record in w.app.requests}


def test_a_list_in_pages_is_asked_without_its_page_or_another_with_one() -> None:
    with world(6, years=0.05) as w:
        w.sync()
        paged = {r.endpoint for r in w.app.requests if r.params.keys() >= PAGING}
        assert paged == {
            table.source.path.lower()
            for table in REGISTRY
            if table.source.parent is None and getattr(table.source, "paged", True)
        }


def test_a_setup_test_asks_for_something_that_no_document_has() -> None:
    with world(6, years=0.05) as w:
        for test in SETUP_TESTS:
            assert test(_given(w), lambda _: None) is None
        assert _undocumented(w) == set()
        assert _half_paged(w) == set()


def test_the_tenant_report_asks_for_something_that_no_document_has() -> None:
    with world(40, years=0.3) as w:
        examine(_given(w), w.time.clock())
        assert len(w.app.requests) > 30
        assert _undocumented(w) == set()
