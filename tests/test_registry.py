"""The registry: what the warehouse gets, and what is asked of Halo so that no row is left out."""

from __future__ import annotations

import pytest

from halo.tables import REGISTRY, TABLE_NAMES, Table
from halo.tables.columns import ADDITIONAL_FIELDS
from halo.tables.rights import CODES
from halo.tables.sources import Actions, Changes, Details, Snapshot

BY_NAME = {table.name: table for table in REGISTRY}

KEYS = {
    "ticket": ("id",),
    "action": ("ticket_id", "id"),
    "time_entry": ("ticket_id", "id"),
    "ticket_satisfaction": ("ticket_id",),
    "user": ("id",),
    "client": ("id",),
    "site": ("id",),
    "agent": ("id",),
    "team": ("id",),
    "status": ("id",),
    "priority": ("id",),
    "category": ("id",),
    "ticket_type": ("id",),
    "sla": ("id",),
    "field": ("kind", "id"),
    "field_info": ("id",),
}

ASKED = {
    "ticket": "",
    "action": "excludesys",
    "time_entry": "excludesys",
    "ticket_satisfaction": "includedetails",
    "user": "includeactive includeinactive includeserviceaccount includenonserviceaccount",
    "client": "includeactive includeinactive",
    "site": "includeactive includeinactive includestocklocations includenonstocklocations"
    " includeaddress",
    "agent": "includeenabled includedisabled includeunassigned includeapiagents showall",
    "team": "includeenabled includedisabled showall",
    "status": "showall",
    "priority": "",
    "category": "",
    "ticket_type": "showall showinactive",
    "sla": "showpriorities",
    "field": "",
    "field_info": "",
}

each_table = pytest.mark.parametrize("table", REGISTRY, ids=lambda table: table.name)


def test_the_sixteen_tables_have_their_names_and_keys() -> None:
    assert {table.name: table.key for table in REGISTRY} == KEYS
    assert len(REGISTRY) == len(TABLE_NAMES) == 16


def test_tickets_come_before_what_hangs_on_them() -> None:
    assert REGISTRY[0].name == "ticket"


def test_each_table_has_its_source() -> None:
    sources = {t.name: type(t.source) for t in REGISTRY if not isinstance(t.source, Snapshot)}
    assert sources == {
        "ticket": Changes,
        "action": Actions,
        "time_entry": Actions,
        "ticket_satisfaction": Details,
    }


def test_what_hangs_on_tickets_names_the_list_of_tickets_as_its_parent() -> None:
    tickets = BY_NAME["ticket"].source
    for table in REGISTRY:
        if isinstance(table.source, Actions | Details):
            assert table.source.parent is tickets


def test_only_tickets_are_required() -> None:
    assert [table.name for table in REGISTRY if table.required] == ["ticket"]


@each_table
def test_inactive_and_hidden_rows_are_asked_for(table: Table) -> None:
    false = {"excludesys"}
    asked = {name: "false" if name in false else "true" for name in ASKED[table.name].split()}
    assert dict(table.source.params) == asked


def test_actions_that_carry_time_are_asked_for_like_all_others_but_for_that() -> None:
    source = BY_NAME["time_entry"].source
    assert isinstance(source, Actions)
    assert source is BY_NAME["action"].source
    assert dict(source.timed) == {**source.params, "timeentriesonly": "true"}


def test_only_what_halo_pages_is_read_in_pages() -> None:
    paged = {
        table.name
        for table in REGISTRY
        if isinstance(table.source, Changes)
        or (isinstance(table.source, Snapshot) and table.source.paged)
    }
    assert paged == {"ticket", "user", "client", "site", "agent"}


@each_table
def test_each_table_says_what_to_grant(table: Table) -> None:
    assert table.rights.test.endswith((" can be read", " and carry their time"))
    assert table.rights.permission in ("all", "read:tickets or all", "read:customers or all")


@each_table
def test_the_schema_is_what_fivetran_accepts(table: Table) -> None:
    schema = table.schema
    assert list(schema) == ["table", "primary_key", "columns"]
    assert schema["table"] == table.name
    types = schema["columns"]
    assert isinstance(types, dict)
    assert set(types.values()) <= {
        "LONG",
        "DOUBLE",
        "BOOLEAN",
        "STRING",
        "UTC_DATETIME",
        "JSON",
    }
    assert types[ADDITIONAL_FIELDS] == "JSON"
    assert schema["primary_key"] == list(KEYS[table.name])
    assert set(KEYS[table.name]) < set(types)
    assert all(name.isidentifier() and name.islower() for name in types)


@each_table
def test_a_key_is_a_whole_number_but_for_the_uuid_of_a_priority(table: Table) -> None:
    text = {("priority", "id"), ("field", "kind")}
    for name in table.key:
        wanted = "STRING" if (table.name, name) in text else "LONG"
        assert table.columns[name].name == wanted


@each_table
def test_no_declared_column_takes_the_place_of_additional_fields(table: Table) -> None:
    assert ADDITIONAL_FIELDS not in table.columns


@each_table
def test_a_field_that_changes_by_itself_is_no_key(table: Table) -> None:
    assert not table.volatile & set(table.key)


def test_a_ticket_that_only_grows_older_is_not_sent_again() -> None:
    assert {"ticketage", "slatimeleft"} <= BY_NAME["ticket"].volatile


def test_time_entries_are_actions_and_have_their_columns() -> None:
    assert BY_NAME["time_entry"].columns == BY_NAME["action"].columns


def test_a_ticket_joins_its_priority_on_columns_of_one_type() -> None:
    ticket, priority = BY_NAME["ticket"].columns, BY_NAME["priority"].columns
    assert ticket["sla_id"] is priority["slaid"]
    assert ticket["priority_id"] is priority["priorityid"]


def test_a_table_whose_key_is_not_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        Table(
            "field",
            Snapshot("/Field", "fields"),
            CODES,
            key=("kind", "id"),
            long="id",
        )
