"""The tenant report: what it says of tenants of every kind, and what it must never say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from halo.api.clock import Clock
from halo.api.pages import Page, Row
from halo.tables import REGISTRY
from halo.tables.details import DETAILS
from halo.tables.table import names
from sandbox import content
from sandbox.faults import Fault
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET, PASSWORD, REFRESH_TOKEN
from sandbox.quirks import Quirks
from sandbox.server import RunningServer, serve
from sandbox.tenant import Tenant
from tenant_report import actions, details, lists, objects, report, rows, size, tickets
from tenant_report.report import Report
from tenant_report.tenant import Finding, Unseen, agreed, field_names
from tests.world import assert_filled

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DATES = "Do startdate and enddate filter /Actions without a ticket id?"
CAP = "How many actions come at most in one answer?"
TIMED = "Does timeentriesonly filter a day's actions?"
FROM = "Does /Tickets filter by lastupdatefromdate?"
DELETED = "What does /Tickets?deleted=true answer?"


def clock() -> Clock:
    """Time stands still but for sleep."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    return Clock(lambda: passed[0], sleep, lambda: 0.5)


@contextmanager
def served(count: int = 150, **quirks: Any) -> Iterator[tuple[Tenant, RunningServer]]:
    given = Quirks(**{"rate_limit": 0, **quirks})
    tenant = Tenant.build(seed=7, tickets=count, years=1, quirks=given, now=lambda: NOW)
    with serve(tenant) as server:
        yield tenant, server


def configuration(server: RunningServer, **other: str) -> dict[str, str]:
    own = {"base_url": server.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return own | {"requests_per_5_minutes": "3000"} | other


def examined(given: Mapping[str, object], time: Clock) -> Report:
    """The report, whose sentences are checked."""
    made = report.examine(given, time)
    assert_filled(made.text, made.json)
    return made


def answers(count: int = 150, **quirks: Any) -> dict[str, str]:
    """Each question's answer on a tenant with these habits."""
    with served(count, **quirks) as (_, server):
        made = examined(configuration(server), clock())
    return {finding.question: finding.answer for finding in made.findings}


# What must never happen.


def texts_of(tenant: Tenant) -> set[str]:
    """Every text, name and address in the tenant that is no word of ours."""
    fields = names(
        """
        summary details user_name user_email client_name site_name reportedby who note guid
        satisfactioncomment name firstname surname emailaddress login phonenumber mobilenumber
        email clientsite_name delivery_address_line1 delivery_address_line3 delivery_address_line4
        ref initials label shortname
        """
    )
    found = set()
    for table in REGISTRY:
        for row in tenant.rows(table.name):
            found |= {str(row[name]) for name in fields if row.get(name)}
            for field in row.get("customfields") or []:
                found |= {str(field["display"]), str(field["label"]), str(field["name"])}
    for words in (content.FIRST_NAMES, content.LAST_NAMES, content.COMPANIES, content.NOTES):
        found |= set(words)
    # Words that stand in the report whatever the tenant holds, and those too short to tell.
    ours = {"Status", "Version", "Team", "Data", "read", "None", "True", "False", "Owner"}
    ours |= {table.source.path.strip("/") for table in REGISTRY}
    return {text for text in found - ours if len(text) > 3}


@pytest.mark.parametrize("fault", [None, "denied"])
def test_a_text_a_name_or_an_address_is_in_the_report(fault: str | None) -> None:
    with served() as (tenant, server):
        if fault:
            text = json.dumps({"Message": f"{content.LAST_NAMES[0]} has no access"})
            server.app.faults = [
                Fault("/agent", times=0, status=403, body=text),
                Fault("/users", times=0, kind="body", body=text),
                Fault("/site", times=0, kind="body", body=f"<title>{content.COMPANIES[0]}</title>"),
                Fault("/team", times=0, status=503, body=text),
            ]
        made = examined(configuration(server), clock())
        texts = texts_of(tenant) | {server.url, "127.0.0.1", CLIENT_ID, CLIENT_SECRET}
        texts |= set(server.app._authority._grants)
    assert len(texts) > 500
    whole = made.text + made.json
    words = set(re.findall(r"\w+", whole))
    found = {text for text in texts if (text in words if text.isalnum() else text in whole)}
    assert found == set()


def test_a_date_or_an_id_of_the_tenant_is_in_the_report() -> None:
    with served() as (tenant, server):
        tenant.add_ticket(id=987_654_321)
        tenant.add_action(987_654_321, 1.25)
        made = examined(configuration(server), clock())
    assert "987654321" not in made.text.replace(",", "")
    assert not re.search(r"20\d\d-\d\d", made.text + made.json)


def test_field_names_that_are_no_names_are_shown() -> None:
    assert field_names(["b", "a", "Jane Doe", "x@example.com"]) == "a, b, 2 with odd names"


def test_the_examination_writes_or_asks_too_much() -> None:
    with served() as (_, server):
        made = examined(configuration(server), clock())
        requests = server.app.requests
    assert [r.endpoint for r in requests if r.method != "GET"] == ["/auth/token"]
    assert made.requests == len(requests) <= 200
    asked = [(r.path, tuple(sorted(r.params.items()))) for r in requests]
    assert len(set(asked)) == len(asked)
    known = {table.source.path.lower() for table in REGISTRY} | {"/authinfo", "/auth/token"}
    known |= {"/feedback", "/ticketapproval", "/asset", "/appointment", "/feed"}
    assert {re.sub(r"/\d+$", "", r.endpoint) for r in requests} == known
    assert all(
        r.params.keys() >= {"ticket_id"} or r.params.keys() >= {"startdate", "enddate"}
        for r in requests
        if r.endpoint == "/actions"
    )


def test_the_budget_is_exceeded() -> None:
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    habits, start = Quirks(rate_limit=20), NOW
    tenant = Tenant.build(
        tickets=30, years=1, quirks=habits, now=lambda: start + timedelta(seconds=passed[0])
    )
    with serve(tenant) as server:
        given = configuration(server, requests_per_5_minutes="20")
        made = examined(given, Clock(lambda: passed[0], sleep, lambda: 0.5))
        assert all(record.status != 429 for record in server.app.requests)
    assert made.seconds >= 300 * (made.requests // 20)


def test_a_refused_list_ends_the_report() -> None:
    forbidden = frozenset({"/actions", "/agent", "/fieldinfo"})
    told = answers(permissions=forbidden)
    assert told[DATES] == told["Which envelope has /Agent?"] == "not seen"
    assert told["Which envelope has /Team?"] == "a bare array"
    assert told[FROM] == "yes"


def test_nothing_at_all_may_be_read() -> None:
    with served(40, permissions=frozenset(t.source.path.lower() for t in REGISTRY)) as (_, server):
        made = examined(configuration(server), clock())
    assert {finding.answer for finding in made.findings} == {"not seen"}
    assert "403" in made.findings[0].evidence


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_tenant_that_is_too_small_to_tell(count: int) -> None:
    told = answers(count)
    assert told[FROM] in ("not seen", "yes")
    assert len(told) == len(report.PROBES) + 1


# What the tenant's habits are.


def test_a_good_tenant() -> None:
    told = answers()
    assert told["Which envelope has /Tickets?"] == (
        "an object, rows under tickets, with record_count"
    )
    assert told["Which envelope has /Agent?"] == "a bare array"
    assert told["How many rows has a page of /Tickets?"] == "100 rows"
    assert told["How does /Tickets end?"] == "the last page once more"
    assert told["How does /Team end?"] == "one answer"
    assert told["Does /Tickets honour order=id?"] == "yes"
    assert told["Does /Tickets honour order=dateoccurred?"] == "yes"
    assert told[FROM] == told["Does /Tickets filter by lastupdatetodate?"] == "yes"
    assert told["Does lastupdatefromdate include its boundary?"] == "yes"
    assert told["Does lastupdatetodate include its boundary?"] == "yes"
    assert told["Does a from-date leave out tickets that were never changed?"] == "yes"
    assert told["Does /Users filter by lastupdatefromdate?"] == "no"
    assert told[DELETED] == "only deleted tickets"
    assert told["Within what is an action's id unique?"] == "within its ticket"
    assert told[DATES] == told[TIMED] == "yes"
    assert told["Does timeentriesonly filter a ticket's actions?"] == "yes"
    assert told["How long may the time between startdate and enddate be?"] == "one day at most"
    assert told["Do startdate and enddate include their boundary?"] == "both"
    assert told["Which unit has timetaken?"] == "decimal hours, it seems"
    assert told["Which satisfaction scale is seen?"].startswith("from ")
    assert told["Does an action move its ticket's last_update?"] == "it seems so"
    declared = len(REGISTRY[0].columns)
    assert re.match(rf"\d+ of {declared} declared fields came", told["Which fields has ticket?"])


@pytest.mark.parametrize(
    ("quirks", "question", "answer"),
    [
        ({"order_honoured": "none"}, "Does /Tickets honour order=id?", "no"),
        ({"order_honoured": "dateoccurred"}, "Does /Tickets honour order=id?", "no"),
        (
            {"order_honoured": "dateoccurred"},
            "Does /Tickets honour order=dateoccurred?",
            "yes",
        ),
        ({"order_honoured": "none"}, "Does /Tickets honour order=dateoccurred?", "no"),
        ({"boundary_inclusive": False}, "Does lastupdatefromdate include its boundary?", "no"),
        ({"boundary_inclusive": False}, "Does lastupdatetodate include its boundary?", "no"),
        (
            {"boundary_inclusive": False},
            "Do startdate and enddate include their boundary?",
            "neither",
        ),
        ({"past_end": "empty"}, "How does /Tickets end?", "an empty page"),
        ({"past_end": "empty"}, "How does /Users end?", "an empty page"),
        ({"page_cap": 40}, "How many rows has a page of /Tickets?", "40 rows"),
        ({"list_page_cap": 30}, "How many rows has a page of /Users?", "30 rows"),
        ({"page_cap": 1000}, "How many rows has a page of /Tickets?", "at least 150 rows"),
        (
            {"envelope": {"/tickets": "results"}},
            "Which envelope has /Tickets?",
            "an object, rows under results, with record_count",
        ),
        (
            {"agent_paged": True},
            "Which envelope has /Agent?",
            "an object, rows under results, with record_count",
        ),
        ({"agent_paged": True, "past_end": "empty"}, "How does /Agent end?", "an empty page"),
        ({"envelope": {"/users": "array"}}, "How does /Users end?", "one answer"),
        ({"deleted_parameter": "also"}, DELETED, "also deleted tickets"),
        ({"action_dates": "ignored"}, DATES, "no: the dates are ignored"),
        ({"action_dates": "nothing"}, DATES, "no: nothing comes"),
        ({"action_dates": "nothing"}, CAP, "not seen"),
        ({"action_dates": "nothing"}, TIMED, "not seen"),
        ({"actions_cap": 2}, CAP, "2"),
        ({"actions_cap": 2}, DATES, "yes, but not all of them came"),
        ({"action_dates": "ignored", "actions_cap": 60}, CAP, "60"),
        ({"time_entries_only": False}, TIMED, "no"),
        ({"time_entries_only": False}, "Does timeentriesonly filter a ticket's actions?", "no"),
        ({"timetaken_missing": True}, "Which unit has timetaken?", "not seen"),
        ({"reference_lastupdate": True}, "Does /Users filter by lastupdatefromdate?", "yes"),
    ],
    ids=str,
)
def test_a_habit_that_the_report_does_not_see(
    quirks: dict[str, Any], question: str, answer: str
) -> None:
    assert answers(**quirks)[question] == answer


def test_an_action_that_does_not_move_its_ticket() -> None:
    with served(action_add_moves_ticket=False) as (tenant, server):
        for number in list(tenant.tickets):
            tenant.add_action(number, 0.5)
        made = examined(configuration(server), clock())
    question = "Does an action move its ticket's last_update?"
    assert [f.answer for f in made.findings if f.question == question] == ["not always"]


def test_filters_that_are_ignored_are_taken_for_honoured() -> None:
    with served() as (_, server):
        honoured = server.app.before_request

        def without(_: int, record: Any) -> None:
            for name in ("lastupdatefromdate", "lastupdatetodate", "deleted"):
                record.params.pop(name, None)

        server.app.before_request = without
        made = examined(configuration(server), clock())
        assert honoured is None
    told = {finding.question: finding.answer for finding in made.findings}
    assert told[FROM] == told["Does /Tickets filter by lastupdatetodate?"] == "no"
    assert told["Does lastupdatefromdate include its boundary?"] == "not seen"
    assert told["Does lastupdatetodate include its boundary?"] == "not seen"
    assert told["Does a from-date leave out tickets that were never changed?"] == "not seen"
    assert told[DELETED] == "not seen"


def test_a_new_field_a_lost_key_and_another_type_go_unnoticed() -> None:
    def mutate(page: Any) -> None:
        page["tickets"][0]["fieldofnextyear"] = 1
        page["tickets"][1]["onhold"] = "perhaps"
        del page["tickets"][2]["id"]

    with served() as (_, server):
        server.app.faults = [Fault("/tickets", times=0, kind="mutate", mutate=mutate)]
        made = examined(configuration(server), clock())
        server.app.faults = []
        undisturbed = examined(configuration(server), clock())
    (fields,) = [f for f in made.findings if f.question == "Which fields has ticket?"]
    (before,) = [f for f in undisturbed.findings if f.question == "Which fields has ticket?"]
    assert undeclared(fields) - undeclared(before) == {"fieldofnextyear"}
    assert "values of another type: onhold 1;" in fields.evidence
    assert "rows without their key: 1" in fields.evidence


def undeclared(fields: Finding) -> set[str]:
    """The names of which the finding says that no column holds them."""
    _, _, told = fields.evidence.partition("not declared: ")
    return set(told.partition(";")[0].split(", "))


# Decisions, from literals.


def page(rows: list[Row], count: int | None = None, number: int = 1) -> Page:
    return Page(number, rows, count, NOW)


def ids(*numbers: int) -> list[Row]:
    return [{"id": number} for number in numbers]


def test_ids_and_moments_that_halo_spells_in_another_way() -> None:
    spelt = page([{"id": "95"}, {"id": 96.0}, {"id": None}, {"id": True}, {}])
    assert rows.ids(spelt) == [95, 96]
    assert rows.moment({"at": "2026-06-15T12:00:00"}, "at") == NOW
    assert [rows.moment(row, "at") for row in ({"at": "1900-01-01T00:00:00"}, {"at": 5}, {})] == [
        None,
        None,
        None,
    ]


def test_a_list_that_repeats_its_first_page_ends() -> None:
    first, last = page(ids(1, 2), 3), page(ids(3), 3, 2)
    assert lists.end_of_list(last, page(ids(1, 2), 3, 3), first)[0] == "page 1 once more"
    assert lists.end_of_list(last, page(ids(7), 3, 3), first)[0] == "other rows"
    assert lists.without_count(page(ids(1, 2)), page(ids(3, 4)))[0] == "it has pages"
    assert lists.without_count(page(ids(1, 2)), page([]))[0] == "an empty page"


def test_deleted_tickets_beyond_what_a_page_shows() -> None:
    alive = page(ids(9, 8), 2)
    assert tickets.deleted_only(page(ids(5, 4), 40), alive)[0] == "only deleted tickets"
    assert tickets.deleted_only(page([], 0), alive)[0] == "only deleted tickets"
    assert tickets.deleted_only(page(ids(9, 8), 3), alive)[0] == "also deleted tickets"
    with pytest.raises(Unseen, match="ignored, or no ticket is deleted"):
        tickets.deleted_only(page(ids(9, 8), 2), alive)


def test_a_row_that_changes_while_its_date_is_the_bound() -> None:
    row: Row = {"id": 1, "last_update": "2026-01-01T00:00:00.1234567"}
    with pytest.raises(Unseen, match="changed meanwhile"):
        changed: Row = {"id": 1, "last_update": "2026-01-01T00:00:01"}
        tickets.boundary(page([changed], 1), row, lambda _: True)
    assert tickets.boundary(page([row], 1), row, lambda _: True)[0] == "yes"
    assert "7 fractional digits" in tickets.boundary(page([], 0), row, lambda _: True)[1]


def test_minutes_are_taken_for_hours() -> None:
    assert actions.unit_of_time([{"timetaken": v} for v in (5, 15, 30, 60)])[0].startswith("minut")
    assert actions.unit_of_time([{"timetaken": v} for v in (0.5, 1, 1, 2)])[0].startswith("decimal")
    assert actions.unit_of_time([{"timetaken": v} for v in (1, 1, 2, 3)])[0] == "unclear"
    with pytest.raises(Unseen, match="2 of 3 actions carry timetaken, 1 of them above 0"):
        actions.unit_of_time([{"timetaken": 1}, {"timetaken": 0}, {}])


def test_an_action_id_that_is_unique_nowhere_or_everywhere() -> None:
    assert actions.grain({1: ids(1, 2), 2: ids(1)})[0] == "within its ticket"
    assert actions.grain({1: ids(1, 1)})[0] == "not even within its ticket"
    assert actions.grain({1: ids(1, 2), 2: ids(3)})[0] == "by itself, as far as seen"
    with pytest.raises(Unseen):
        actions.grain({1: []})


def test_a_range_longer_than_a_day() -> None:
    start, end = NOW, NOW + timedelta(days=7)
    rows: list[Row] = [{"datetime": "2026-06-16T00:00:00"}, {"datetime": "2026-06-18T00:00:00"}]
    assert actions.longest_range(rows, start, end, 1)[0] == "longer than a day"
    with pytest.raises(Unseen, match="ignored"):
        actions.longest_range(rows, start, start + timedelta(days=1), 1)


def test_a_cap_that_is_higher_or_lower_than_known() -> None:
    assert actions.most_at_once(50, 1000, 1000, 0)[0] == "1,000"
    assert actions.most_at_once(50, 1000, 2400, 0)[0] == "more than 1,000"


def test_the_first_load_is_promised_too_early() -> None:
    load = size.first_load({"ticket": 1000, "user": 10}, 100_000, 90_000, 1800, frozenset())
    assert (load.lists, load.requests) == (1010, 192_810)
    assert size.seconds_for(240, 240, 0.5) == 120
    assert size.seconds_for(241, 240, 0.5) == 300.5
    assert size.seconds_for(1010, 240, 0.8) == 4 * 300 + 50 * 0.8
    assert size.duration(size.seconds_for(100_000, 300, 0.8)) == "27.8 hours"
    of_details = ", ".join(table.name for table in REGISTRY if table.source is DETAILS)
    assert load.history == {"action, time_entry": 101_800, of_details: 90_000}
    less = size.first_load({"ticket": 5, "user": 9}, 400, 300, 90, frozenset({"user", "action"}))
    assert (less.lists, less.history) == (5, {"time_entry": 490, of_details: 300})
    least = size.first_load({"ticket": 5}, 400, 300, 90, frozenset({"action", "time_entry"}))
    assert (least.lists, least.history) == (5, {of_details: 300})


def test_a_start_date_is_not_reckoned_with() -> None:
    question = "How many rows has each list?"
    with served() as (_, server):
        given = configuration(server, start_date="2026-06-01")
        made = examined(given, clock())
    (rows,) = [f for f in made.findings if f.question == question]
    assert "ticket 150" not in rows.evidence


# The command.


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    """What the command printed, whose sentences are checked."""
    out = capsys.readouterr().out
    assert_filled(out)
    return out


def test_the_command_prints_nothing_or_writes_no_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "configuration.json", tmp_path / "report.json"
    with served(40) as (_, server):
        source.write_text(json.dumps(configuration(server)))
        assert report.main([str(source), "--json", str(target)], clock()) == 0
    out = printed(capsys)
    written = json.loads(target.read_text())
    assert written["findings"][0] == {
        "question": "Which envelope has /Tickets?",
        "answer": "an object, rows under tickets, with record_count",
        "evidence": "40 rows; beside them: agents, columns, priorities, statuses",
    }
    assert out.startswith("Tenant report: ")
    for finding in written["findings"]:
        assert f"\n{finding['question']}\n  {finding['answer']}\n" in out
    assert max(map(len, out.splitlines())) <= 120


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        ("{", "is no configuration"),
        ("[]", "has to hold one JSON object"),
        ("{}", "base_url is missing"),
        ('{"client_secret": "fivetran_encrypted:x"}', "client_secret is encrypted"),
    ],
)
def test_a_configuration_that_is_none_gets_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, says: str
) -> None:
    source = tmp_path / "configuration.json"
    if content is not None:
        source.write_text(content)
    assert report.main([str(source)], clock()) == 1
    assert says in printed(capsys)


def test_a_sign_in_that_fails_is_told_with_its_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "configuration.json"
    with served(5) as (_, server):
        source.write_text(json.dumps(configuration(server, client_secret="wrong-one")))
        assert report.main([str(source)], clock()) == 1
    out = printed(capsys)
    assert "Signing in" in out
    assert "invalid_client" in out
    assert not any(secret in out for secret in ("wrong-one", PASSWORD, REFRESH_TOKEN))


def test_a_report_forgets_what_it_could_not_see() -> None:
    made = Report(3, 1.5, (Finding("Q?", "not seen", "why"), Finding("R?", "yes", "so")))
    assert "\n\nQ?" in made.text
    assert made.text.startswith("Tenant report: 1 of 2 questions answered by 3 requests")
    assert "\nQ?\n  not seen\n    why\n" in made.text


# The verdict, before all details.


def verdict_of(count: int = 150, *faults: Fault, **quirks: Any) -> tuple[str, ...]:
    """The report's first sentences on a tenant with these habits and faults."""
    with served(count, **quirks) as (_, server):
        server.app.faults = list(faults)
        return examined(configuration(server), clock()).verdict


def test_the_verdict_on_a_good_tenant_comes_first_and_names_nothing_unusual() -> None:
    with served() as (_, server):
        made = examined(configuration(server), clock())
    can, load, tables, answers_ = made.verdict
    assert can == "This tenant can be synced."
    assert load.startswith("The first load takes about ")
    assert tables == "Every table that is wanted can be read."
    assert answers_ == "No answer is unusual."
    lines = made.text.splitlines()
    assert lines.index(can) < lines.index("Which envelope has /Tickets?")
    assert lines.index(can) <= 4


def test_the_verdict_names_missing_tables_with_the_reason() -> None:
    denied = Fault("/agent", times=0, status=403), Fault("/users", times=0, status=403)
    told = verdict_of(40, *denied, Fault("/sla", times=0, status=404))
    assert told[0] == "This tenant can be synced."
    assert told[2] == (
        "These 3 tables will be missing: user, agent (it was refused with status 403; the setup "
        "tests say what to grant); sla (it is not there: status 404)."
    )


def test_the_verdict_on_a_tenant_without_tickets_to_read_is_that_it_cannot_be_synced() -> None:
    (told,) = verdict_of(40, permissions=frozenset({"/tickets"}))
    assert told.startswith("This tenant cannot be synced: tickets cannot be read (it was refused")


def test_the_verdict_names_what_is_unusual() -> None:
    told = verdict_of(action_dates="ignored", page_cap=40)
    assert "These 2 answers are unusual:" in told
    assert told[-2:] == (
        "- How many rows has a page of /Tickets? 40 rows",
        "- Do startdate and enddate filter /Actions without a ticket id? no: the dates are ignored",
    )


def test_a_table_that_is_left_out_is_missing() -> None:
    with served(40, permissions=frozenset({"/agent"})) as (_, server):
        given = configuration(server, excluded_tables="agent")
        told = examined(given, clock()).verdict
    assert "Every table that is wanted can be read." in told


def test_a_verdict_says_one_table_as_people_do() -> None:
    told = verdict_of(40, Fault("/agent", times=0, status=403))
    assert told[2].startswith("This table will be missing: agent (")


# What may be concluded: from a single row, nothing.


def single(**more: Any) -> dict[str, Any]:
    return {"id": 1, "ticket_id": 7, "datetime": "2026-06-01T10:00:00", "timetaken": 1, **more}


def test_something_is_concluded_from_a_single_row() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    end, known = start + timedelta(days=1), {actions.identity(single())}
    day = timedelta(days=1)
    asked: tuple[Callable[[], Any], ...] = (
        lambda: actions.grain({7: [single()]}),
        lambda: actions.dates_honoured([single()], start, end, known),
        lambda: actions.dates_honoured([], start, end, known),
        lambda: actions.longest_range([], start, end, 1),
        lambda: actions.only_timed([single(), single(id=2, timetaken=0)], [single()]),
        lambda: tickets.moves_ticket([(start, start - day)]),
        lambda: tickets.filtered(page([{"id": 1}], 1), 9, lambda _: True),
        lambda: tickets.never_changed(8, 9),
        lambda: tickets.scale([{"satisfactionlevel": 3}], False),
        lambda: lists.fields([single()], REGISTRY[1]),
        lambda: details.filled_by("assets", [{"assets": [single()]}], [{}]),
        lambda: details.census([{"assets": [single()]}]),
        lambda: objects.same_score([(3, 3)]),
        lambda: objects.all_there([{"uniqueid": 1}], [{"uniqueid": 1}]),
        lambda: objects.pages([single()], []),
        lambda: objects.within_dates([single()], [single()], 0),
        lambda: objects.newer_only([4], 3),
        lambda: agreed([("yes", "so")], "row"),
    )
    for ask in asked:
        with pytest.raises(Unseen, match="too few rows"):
            ask()


def test_a_single_row_of_a_list_is_told_as_too_few() -> None:
    told = answers(1)
    assert told["Which fields has ticket?"] == told[FROM] == "not seen"


# Details, ratings, approvals, appointments: decisions, from literals.


def test_what_a_switch_of_the_detail_call_does() -> None:
    two, one, none = ([{"audit_log": [{"id": 1}] * count}] for count in (2, 1, 0))
    assert details.filled_by("audit_log", two, none)[0] == "yes, and only it does"
    assert details.filled_by("audit_log", two, one)[0] == "in part"
    assert details.filled_by("audit_log", two, two)[0] == "no: they come without"
    with pytest.raises(Unseen):
        details.filled_by("audit_log", none, none)


def test_which_arrays_come_is_told_with_the_tickets_that_have_them() -> None:
    answer, evidence = details.census([{"assets": [{}], "olas": []}, {"assets": [{}, {}]}])
    assert answer == f"1 of {len(details.ARRAYS)}"
    assert "of 2 tickets: assets on 2; without rows: " in evidence
    assert "olas" in evidence.partition("without rows")[2]


def test_a_score_that_is_not_the_level_is_seen() -> None:
    assert objects.same_score([(3, 3), (1, 1)])[0] == "yes"
    assert objects.same_score([(3, 3), (1, 5)])[0] == "not always"
    assert objects.same_score([(3, 2), (1, 5)])[0] == "no"


def test_a_list_of_approvals_that_lacks_one_is_seen() -> None:
    known = [{"uniqueid": 1}, {"uniqueid": 2}]
    assert objects.all_there([*known, {"uniqueid": 3}], known)[0] == "yes, as far as seen"
    assert objects.all_there([{"uniqueid": 1}], known)[0] == "no"
    assert objects.all_there([], known)[0] == "no: nothing comes"


def test_appointments_that_do_not_page_or_filter_are_seen() -> None:
    ten = [{"id": number} for number in range(10)]
    assert objects.pages(ten, [{"id": 11}])[0] == "yes"
    assert objects.pages(ten, ten)[0] == "no: page 1 comes again"
    assert objects.pages([*ten, {"id": 11}], [])[0] == "no: all come at once"
    assert objects.within_dates(ten, ten[:2], 0)[0] == "yes"
    assert objects.within_dates(ten, ten[:2], 3)[0] == "no"
    assert objects.within_dates(ten[1:], ten[:2], 0)[0] == "only in part"


def test_a_feed_that_ignores_the_bound_is_seen() -> None:
    assert objects.newer_only([4, 5], 3)[0] == "yes"
    assert objects.newer_only([2, 5], 3)[0] == "no"


def test_rows_that_disagree_are_told_as_that() -> None:
    assert agreed([("yes", "so"), ("yes", "so")], "row") == ("yes", "2 rows: so")
    assert agreed([("yes", "so"), ("no", "not")], "row")[0] == "not always the same"


@pytest.mark.parametrize(("hours", "zone"), [(0, "UTC"), (5, "UTC-5"), (-5, "UTC+5")])
def test_the_time_zone_of_filters_is_found(hours: int, zone: str) -> None:
    """A bound that lies five hours later was read as a local time five hours behind UTC."""
    told = answers(filter_offset_hours=hours)
    assert told["In which time zone are the dates of filters read?"] == zone
