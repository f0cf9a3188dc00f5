"""Single faults in the models: each must turn a comparison with the truth or a test of dbt red.

`python -m tests.models.mutants` runs them all, `python -m tests.models.mutants 3 14` some.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.models.dbt import PROJECT, dbt
from tests.models.marts import differences
from tests.models.scenarios import SCENARIOS, lived
from tests.models.truth import Truth

ALL_TOLD, WORKDAYS, BREAKS, ONLY_NINE, NO_ACTIONS = range(5)
TIMES, ENGINES, STAGE = "macros/times.sql", "macros/engines.sql", "macros/stage.sql"
BETWEEN, MARTS = "models/intermediate/int_halo__", "models/marts/halo__"
TICKET, WORK, METRIC = f"{BETWEEN}ticket.sql", f"{BETWEEN}work.sql", f"{BETWEEN}ticket_metric.sql"
SPAN, CHANGE = f"{BETWEEN}status_span.sql", f"{BETWEEN}status_change.sql"
CALENDAR, HOURS = f"{BETWEEN}working_calendar.sql", f"{BETWEEN}schedule_hours.sql"
BACKLOG, AGENT, MONTH = (
    f"{MARTS}{name}.sql" for name in ("backlog_daily", "agent_daily", "team_monthly")
)
TARGET = f"{MARTS}sla_target.sql"


@dataclass(frozen=True)
class Mutant:
    """A text of a file that stands there exactly once, and what it becomes."""

    fault: str
    file: str
    text: str
    becomes: str
    scenario: int = BREAKS


MUTANTS = (
    Mutant(
        "deleted rows come back",
        STAGE,
        "where not coalesce(raw.{{ halo_quoted('_fivetran_deleted') }}, false)",
        "where 1 = 1",
    ),
    Mutant(
        "a priority is found by its number alone",
        TICKET,
        "on ticket.sla_id = priority.sla_id and ticket.priority_id = priority.priority_id",
        "on ticket.priority_id = priority.priority_id",
    ),
    Mutant(
        "targets that a service level does not track",
        TICKET,
        "            and coalesce(sla.is_response_tracked, true)\n",
        "",
    ),
    Mutant("the wrong due date", TICKET, "then ticket.respond_by_at", "then ticket.fix_by_at"),
    Mutant(
        "the response that was reset",
        TICKET,
        "coalesce(ticket.first_response_at, ticket.response_at)",
        "ticket.response_at",
    ),
    Mutant(
        "merged tickets are forgotten",
        TICKET,
        "ticket.merged_into_ticket_id is not null as is_merged",
        "1 = 0 as is_merged",
    ),
    Mutant(
        "types that are left out count",
        TICKET,
        "where not {{ halo_is_one_of('ticket_type_id', 'halo_excluded_ticket_type_ids') }}",
        "where 1 = 1",
    ),
    Mutant(
        "one name for another",
        TICKET,
        "coalesce(site.site_name, ticket.site_name) as site_name",
        "coalesce(client.client_name, ticket.client_name) as site_name",
    ),
    Mutant(
        "nobody is an agent", STAGE, "case when {{ raw }} > 1 then", "case when {{ raw }} > 0 then"
    ),
    Mutant(
        "notes that users do not see are replies",
        WORK,
        "    and coalesce(work.is_hidden_from_user, false) = false\n",
        "",
    ),
    Mutant(
        "what Halo writes is a reply", WORK, "    and work.system_action_id is null as", "    as"
    ),
    Mutant(
        "actions that change nothing are changes",
        CHANGE,
        "    and (action.old_status_id is null or action.old_status_id <> action.new_status_id)\n",
        "",
    ),
    Mutant(
        "the first change counts as the last",
        CHANGE,
        "order by action.acted_at desc, action.action_id desc",
        "order by action.acted_at, action.action_id",
    ),
    Mutant(
        "chains are not reconciled",
        SPAN,
        "select * from inferred_span",
        "select * from inferred_span where 1 = 0",
    ),
    Mutant(
        "an untold closing is dated by the last update",
        SPAN,
        "coalesce(ticket.last_closed_at, ticket.updated_at)",
        "ticket.updated_at",
    ),
    Mutant(
        "from resolved to closed is a reopening",
        SPAN,
        "{{ halo_is_one_of('previous_status_id', 'halo_closed_status_ids') }} and not is_closed",
        "{{ halo_is_one_of('previous_status_id', 'halo_closed_status_ids') }}",
    ),
    Mutant(
        "a closed ticket's time goes on",
        SPAN,
        "when not is_closed then {{ halo_now() }} end",
        "else {{ halo_now() }} end",
    ),
    Mutant(
        "evenings are work",
        TIMES,
        "else {{ halo_microseconds(opens, closes) }}",
        "else {{ halo_microseconds(opens, at) }}",
    ),
    Mutant("holidays are work", CALENDAR, "day_off.local_on is null and ", "", WORKDAYS),
    Mutant("hours of work are in UTC", CALENDAR, "'schedule.zone'", "\"'UTC'\""),
    Mutant(
        "a day's own hours are before it",
        CALENDAR,
        "between unbounded preceding and 1 preceding",
        "between unbounded preceding and current row",
    ),
    Mutant("work after a break is none", HOURS, "if index < intervals | length", "if index < 1"),
    Mutant(
        "the week begins on Sunday",
        f"{BETWEEN}day.sql",
        "mod(number, 7) + 1",
        "mod(number + 1, 7) + 1",
    ),
    Mutant(
        "days are UTC's",
        TIMES,
        "{{ halo_local(at, \"'\" ~ var('halo_timezone') ~ \"'\") }}",
        "{{ at }}",
    ),
    Mutant(
        "the session's zone comes in",
        ENGINES,
        "{% macro default__halo_utc(column) %}({{ column }}) at time zone 'UTC'{% endmacro %}",
        "{% macro default__halo_utc(column) %}cast({{ column }} as timestamp){% endmacro %}",
    ),
    Mutant(
        "negative durations are shown",
        TIMES,
        "when {{ microseconds }} >= 0\n",
        "when 1 = 1\n",
    ),
    Mutant(
        "an unknown status is work",
        METRIC,
        "\"phase = 'working'\"",
        "\"phase in ('working', 'unknown')\"",
    ),
    Mutant(
        "a status that is a hold and a wait is only the latter",
        METRIC,
        "'is_on_hold and not is_closed'",
        "\"phase = 'on hold'\"",
    ),
    Mutant(
        "an open ticket is closed when it once was",
        METRIC,
        "case when ticket.is_closed then ticket.last_closed_at end as closed_at",
        "ticket.last_closed_at as closed_at",
        ONLY_NINE,
    ),
    Mutant("two moments are swapped", METRIC, "'responded_at'", "'first_reply_at'"),
    Mutant(
        "no response at all is no miss",
        TARGET,
        "when is_closed and kind = 'response' and due_at < {{ halo_now() }} then 'missed'\n",
        "\n",
    ),
    Mutant(
        "what is due runs on",
        TARGET,
        "when due_at < {{ halo_now() }} then 'overdue'",
        "when due_at < {{ halo_now() }} then 'running'",
    ),
    Mutant(
        "tickets of the past are overdue when they were closed in time",
        BACKLOG,
        "where overdue_at < coalesce(ended_at, {{ halo_now() }})",
        "where overdue_at is not null",
    ),
    Mutant(
        "reopened tickets do not come back",
        BACKLOG,
        "filled.opened - filled.closed + filled.reopened",
        "filled.opened - filled.closed",
    ),
    Mutant(
        "merged tickets are opened",
        BACKLOG,
        "where not is_merged and opened_at is not null",
        "where opened_at is not null",
    ),
    Mutant("work on merged tickets counts", AGENT, " and not is_merged", ""),
    Mutant("closed on the day of opening", AGENT, "halo_day('closed_at')", "halo_day('opened_at')"),
    Mutant("means of all tickets", MONTH, "nullif({{ measure }}_count, 0)", "nullif(closed, 0)"),
    Mutant("an even median", TIMES, "{{ column }}_count + 2", "{{ column }}_count + 1"),
    Mutant(
        "one touch though reopened",
        f"{MARTS}ticket.sql",
        "metric.reopenings = 0 and metric.replies = 1",
        "metric.replies = 1",
        ALL_TOLD,
    ),
    Mutant(
        "merged tickets are open",
        f"{MARTS}ticket.sql",
        "not ticket.is_closed and not ticket.is_merged as is_open",
        "not ticket.is_closed as is_open",
        ONLY_NINE,
    ),
    Mutant(
        "comments without a level are lost",
        f"{MARTS}satisfaction.sql",
        "where satisfaction_level is not null or satisfaction_comment is not null",
        "where satisfaction_level is not null",
    ),
    Mutant(
        "levels that nobody set satisfy nobody",
        TIMES,
        "{% else %}cast(null as {{ dbt.type_boolean() }}){% endif -%}",
        "{% else %}{{ level }} = 0{% endif -%}",
        ONLY_NINE,
    ),
    Mutant(
        "hours only where time entries are",
        WORK,
        "ref('stg_halo__action' if var('halo_using_action', true) else 'stg_halo__time_entry')",
        "ref('stg_halo__time_entry')",
    ),
    Mutant(
        "no actions look like no replies",
        f"{BETWEEN}ticket_work.sql",
        "cast(null as {{ dbt.type_bigint() }}) as replies",
        "0 as replies",
        NO_ACTIONS,
    ),
)
QUICK = (0, 17, 24)
"""Some that `make test` runs: a filter, the evenings, the session's zone."""


@cache
def synced(scenario: int) -> tuple[Truth, Path]:
    """The truth of a scenario, and a warehouse without models."""
    here, held = lived(SCENARIOS[scenario])
    path = Path(tempfile.mkdtemp(prefix="halo-mutants-")) / "warehouse.db"
    held.write(path, without=SCENARIOS[scenario].without)
    return Truth(here.tenant, SCENARIOS[scenario], here.time.now), path


def found_by(mutant: Mutant) -> str:
    """What turns red; empty when nothing does. A fault that does not even build is an error."""
    truth, warehouse = synced(mutant.scenario)
    variables = truth.scenario.variables(truth.now)
    with tempfile.TemporaryDirectory(prefix="halo-mutant-") as name:
        folder = Path(name)
        project = folder / "dbt"
        shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
        _mutate(project / mutant.file, mutant)
        shutil.copy(warehouse, folder / "warehouse.db")
        run = dbt("run", folder=folder, variables=variables, project=project)
        assert run.returncode == 0, f"{mutant.fault}: does not build\n{run.stdout[-2000:]}"
        try:
            wrong = differences(truth, folder / "warehouse.db")
        except AssertionError as error:
            wrong = [str(error)]
        if wrong:
            return f"{len(wrong)} differences, such as {wrong[0]}"
        tested = dbt("test", folder=folder, variables=variables, project=project)
        return "" if tested.returncode == 0 else "dbt's own tests"


def _mutate(path: Path, mutant: Mutant) -> None:
    text = path.read_text("utf-8")
    assert text.count(mutant.text) == 1, f"{mutant.fault}: {text.count(mutant.text)} places"
    path.write_text(text.replace(mutant.text, mutant.becomes), "utf-8")


def main(chosen: list[int]) -> int:
    """Runs the chosen faults, or all; 1 when one of them is found by nothing."""
    survived = 0
    for number in chosen or range(len(MUTANTS)):
        mutant = MUTANTS[number]
        red = found_by(mutant)
        survived += not red
        print(
            f"{number:3} {'red' if red else 'NOT FOUND'}: {mutant.fault}: {red[:150]}", flush=True
        )
    print(f"{survived} not found")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main([int(argument) for argument in sys.argv[1:]]))
