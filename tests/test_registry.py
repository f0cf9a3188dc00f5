"""The registry: what the warehouse gets, and what is asked of Halo so that no row is left out."""

from __future__ import annotations

import pytest

from halo.sync.rows import TableRows
from halo.tables import REGISTRY, TABLE_NAMES, Table
from halo.tables.columns import ADDITIONAL_FIELDS, is_secret
from halo.tables.rights import CODES
from halo.tables.sources import Actions, Changes, Details, Snapshot, Windows
from halo.tables.table import names

BY_NAME = {table.name: table for table in REGISTRY}

OF_DETAILS = names(
    """ticket_satisfaction ticket_change ticket_approval ticket_field_history
    ticket_workflow_history ticket_asset ticket_link ticket_todo ticket_target"""
)
BY_ID = names(
    """ticket user client site agent team department organisation status priority category
    ticket_type sla outcome workday field_info asset asset_type asset_group software_licence
    service service_category contract supplier feedback kb_article approval_process cab workflow
    release appointment"""
)

# The tables that the design promises, and what identifies a row of each.
KEYS = {
    **dict.fromkeys(BY_ID, ("id",)),
    **dict.fromkeys(OF_DETAILS, ("ticket_id", "position")),
    **dict.fromkeys(("ticket_satisfaction", "ticket_change"), ("ticket_id",)),
    **dict.fromkeys(("action", "time_entry"), ("ticket_id", "id")),
    "field": ("kind", "id"),
    "lookup": ("lookupid", "id"),
    "holiday": ("workday_id", "id"),
}

# What asks for the rows that a list leaves out by itself, by the table that is first to have it.
ASKED = {
    "action": "excludesys",
    "user": "includeactive includeinactive includeserviceaccount includenonserviceaccount",
    "client": "includeactive includeinactive",
    "site": "includeactive includeinactive includestocklocations includenonstocklocations"
    " includeaddress",
    "agent": "includeenabled includedisabled includeunassigned includeapiagents showall",
    "team": "includeenabled includedisabled showall",
    "department": "show_all",
    "status": "showall",
    "ticket_type": "showall showinactive",
    "sla": "showpriorities",
    "outcome": "showhidden showsystemactions",
    "lookup": "showallcodes",
    "workday": "showholidays",
    "asset": "includeactive includeinactive includechildren includeuser includeservices noicon",
    "software_licence": "includeinactive",
    "service": "includechildservices includestatusinfo",
    "service_category": "include_parent_name",
    "contract": "includeinactive",
    "supplier": "includeactive includeinactive",
    "kb_article": "includeactive includeinactive",
    "cab": "includemembers",
    "workflow": "includeinactive",
    "release": "includenotecount",
    "appointment": "showall showappointments hidecompleted",
}
PAGED = names(
    """user client site agent department asset software_licence service contract supplier
    kb_article release appointment"""
)

each_table = pytest.mark.parametrize("table", REGISTRY, ids=lambda table: table.name)


def test_the_tables_have_their_names_and_keys() -> None:
    assert {table.name: table.key for table in REGISTRY} == KEYS
    assert len(REGISTRY) == len(TABLE_NAMES)


def test_tickets_come_before_what_hangs_on_them() -> None:
    assert REGISTRY[0].name == "ticket"


def test_each_table_has_its_source() -> None:
    sources = {t.name: type(t.source) for t in REGISTRY if not isinstance(t.source, Snapshot)}
    assert sources == {
        "ticket": Changes,
        "action": Actions,
        "time_entry": Actions,
        **dict.fromkeys(OF_DETAILS, Details),
        "appointment": Windows,
    }


def test_what_hangs_on_tickets_names_the_list_of_tickets_as_its_parent() -> None:
    tickets = BY_NAME["ticket"].source
    for table in REGISTRY:
        if isinstance(table.source, Actions | Details):
            assert table.source.parent is tickets


def test_only_tickets_are_required() -> None:
    assert [table.name for table in REGISTRY if table.required] == ["ticket"]


def test_inactive_and_hidden_rows_are_asked_for() -> None:
    false = {"excludesys", "hidecompleted"}
    first = {t.source: t for t in reversed(REGISTRY) if not isinstance(t.source, Changes | Details)}
    assert {table.name: dict(table.source.params) for table in first.values()} == {
        table.name: {
            name: "false" if name in false else "true" for name in ASKED.get(table.name, "").split()
        }
        for table in first.values()
    }
    assert ASKED.keys() <= {table.name for table in first.values()}


def test_the_list_of_tickets_is_asked_with_switches_and_with_no_filter() -> None:
    params = BY_NAME["ticket"].source.params
    assert set(params.values()) == {"true"}
    assert "includechildren" not in params, "it is a filter: Halo's API notes, lists"
    assert all(name.startswith(("include", "inlclude")) for name in params)


def test_a_switch_of_the_detail_call_belongs_to_the_table_that_needs_it() -> None:
    asked = {table.name: table.asks for table in REGISTRY if table.asks}
    assert asked == {
        "ticket_approval": "includelinkedobjects",
        "ticket_field_history": "include_auditing",
        "ticket_asset": "includelinkedobjects",
        "ticket_link": "includelinkedobjects",
    }
    assert all(isinstance(BY_NAME[name].source, Details) for name in asked)


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
        or (isinstance(table.source, Snapshot | Windows) and table.source.paged)
    }
    assert paged == {"ticket", *PAGED}


@each_table
def test_each_table_says_what_to_grant(table: Table) -> None:
    core, optional = (" can be read", "carry their time"), " can be read, or are skipped"
    assert table.rights.test.endswith(optional if table.rights.optional else core)
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
def test_a_key_is_a_whole_number_but_for_a_uuid_and_a_kind(table: Table) -> None:
    text = {("priority", "id"), ("field", "kind"), ("holiday", "id")}
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


# Public holidays only


def test_the_leave_of_agents_stays_out_of_holidays_and_of_workdays() -> None:
    held = [
        {"id": "a1", "name": "New Year", "workday_id": 3},
        {"id": "a2", "name": "Boxing Day", "agent_id": 0},
        {"id": "a3", "name": "Leave of Kim", "agent_id": 12},
    ]
    workday = {"id": 3, "name": "Office hours", "holidays": held}
    holidays = BY_NAME["holiday"].part(workday)
    assert [(row["workday_id"], row["id"]) for row in holidays] == [(3, "a1"), (3, "a2")]
    assert "Leave of Kim" not in str(TableRows(BY_NAME["workday"]).make(workday))


def test_the_clock_times_of_a_workday_are_not_taken_for_missing_dates() -> None:
    day = {"id": 1, "startmonday": "1901-01-01T09:00:00", "startsunday": "1899-12-30T09:00:00"}
    assert TableRows(BY_NAME["workday"]).make(day) == day


# Approvals and changes


def test_an_approval_that_stands_in_both_arrays_is_one_row_and_none_is_lost() -> None:
    first, second, third = ({"uniqueid": n, "result": n} for n in (1, 2, 3))
    ticket = {"id": 7, "approvers": [third, second], "approvers_history": [second, first]}
    rows = BY_NAME["ticket_approval"].part(ticket)
    assert [(row["ticket_id"], row["position"], row["uniqueid"]) for row in rows] == [
        (7, 1, 1),
        (7, 2, 2),
        (7, 3, 3),
    ]


def test_two_approvals_that_are_alike_in_one_array_are_two_rows() -> None:
    twins = [{"result": 1}, {"result": 1}]
    assert len(BY_NAME["ticket_approval"].part({"id": 7, "approvers": twins})) == 2
    assert len(BY_NAME["ticket_approval"].part({"id": 7, "approvers_history": twins})) == 2


@pytest.mark.parametrize("empty", [None, "", 0, False, "1900-01-01T00:00:00", "0001-01-01"])
def test_a_ticket_of_which_nothing_is_known_as_a_change_has_no_row(empty: object) -> None:
    names = BY_NAME["ticket_change"].columns.keys() - {"ticket_id"}
    part = BY_NAME["ticket_change"].part
    assert list(part({"id": 7, "summary": "a", **dict.fromkeys(names, empty)})) == []
    for name in names:
        (row,) = part({"id": 7, name: "2026-01-31", "summary": "a"})
        assert row == {"ticket_id": 7, name: "2026-01-31"}


# Secrets

SECRETS = {
    "supplier": "portal_username jira_username servicenow_username jira_password client_secret "
    "thirdpartynhdpassword servicenow_clientsecret jira_webhook_user",
    "cab": "teams_webhook_url",
    "organisation": "bank_details_line_1 bank_details_line_5",
    "ticket_approval": "token",
    "asset": "teamviewerpassword icon",
    "feedback": "recaptcha_token",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_of_a_table_never_becomes_part_of_a_row(name: str) -> None:
    table = BY_NAME[name]
    secrets = dict.fromkeys(SECRETS[name].split(), "hunter2")
    raw = {**dict.fromkeys(table.key, 1), **secrets, "new_list": [{"deep": secrets}]}
    if "members" in table.columns:
        raw["members"] = [{"id": 1, **secrets}]
    row = TableRows(table).make(raw)
    assert row[ADDITIONAL_FIELDS] == {"new_list": [{"deep": {}}]}
    assert "hunter2" not in str(row)
    assert row.get("members", [{"id": 1}]) == [{"id": 1}]


@each_table
def test_no_column_is_declared_for_a_secret(table: Table) -> None:
    assert not [name for name in table.columns if name in table.secret or is_secret(name)]
