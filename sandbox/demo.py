"""The demo: a stand-in tenant, two syncs by `fivetran debug`, the models, and a page to look at."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from sandbox import codes
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from sandbox.quirks import Quirks
from sandbox.server import serve
from sandbox.tenant import Tenant
from sandbox.workdays import LONDON

DEPLOYED = Path("build/connector")
PACKAGE = Path("build/demo")
WAREHOUSE = PACKAGE / "files" / "warehouse.db"
CONFIGURATION = Path("build/demo-configuration.json")
DBT_BIN = Path("build/dbt-venv/bin")
PAGE = Path("build/page.html")

QUESTIONS = {
    "Open tickets by team and priority": """
        select t.team, p.name as priority, count(*) as tickets,
               count(*) filter (t.onhold) as on_hold
        from ticket t
        left join priority p on p.slaid = t.sla_id and p.priorityid = t.priority_id
        where t.hasbeenclosed is not true and coalesce(t.merged_into_id, 0) = 0
        group by all order by 1, 3 desc limit 12
    """,
    "Hours worked by agent, the last 30 days": """
        select a.name as agent, round(sum(e.timetaken), 1) as hours, count(*) as entries,
               count(distinct e.ticket_id) as tickets
        from time_entry e join agent a on a.id = e.who_agentid
        where e.datetime > now() - interval 30 day
        group by all order by 2 desc limit 8
    """,
    "Service levels met, by service level": """
        select s.name as sla, count(*) as closed,
               round(100 * avg(case when t.responsedate <= t.respondbydate then 1 else 0 end))::int
                   as responded_in_time_percent,
               round(100 * avg(case when t.dateclosed <= t.fixbydate then 1 else 0 end))::int
                   as fixed_in_time_percent
        from ticket t join sla s on s.id = t.sla_id
        where t.hasbeenclosed group by all order by 2 desc
    """,
    "Satisfaction by team (levels are the tenant's own)": """
        select t.team, count(*) as answers, round(avg(s.satisfactionlevel), 2) as average_level,
               count(s.satisfactioncomment) as comments
        from ticket_satisfaction s join ticket t on t.id = s.ticket_id
        group by all order by 2 desc
    """,
    "What was deleted in Halo stays, and is marked": """
        select id, summary, dateoccurred::date as occurred, _fivetran_deleted as deleted
        from tester.ticket where _fivetran_deleted order by id desc limit 5
    """,
}

WEEK = timedelta(days=7)

STATE = re.compile(r'\{"version": \d+, "tables": .*')


def main() -> int:
    """Runs the demo; the exit code is that of the first command that failed."""
    say("A stand-in Halo tenant starts: a desk with 400 tickets over two years, made from seed 7")
    quirks, later = Quirks(rate_limit=0), list[timedelta]()
    tenant = Tenant.build(
        7, 400, 2, quirks, now=lambda: datetime.now(UTC) + sum(later, timedelta()), desk=True
    )
    shutil.rmtree(PACKAGE, ignore_errors=True)
    shutil.copytree(DEPLOYED, PACKAGE, ignore=shutil.ignore_patterns("files", "configuration.json"))
    with serve(tenant) as server:
        print(f"It answers at {server.url}/api and, unlike a real one, has no rate limit.")
        CONFIGURATION.write_text(json.dumps(configuration(server.url), indent=4))
        for occasion in ("First sync: everything", "Second sync: only what changed"):
            say(f"{occasion} (fivetran debug {PACKAGE}, configured by {CONFIGURATION})")
            code = debug()
            if code:
                return code
            show_counts()
            if occasion.startswith("First"):
                say("A week passes in the tenant")
                later.append(WEEK)
                tenant.delete_ticket(newest := max(tenant.tickets))
                changes = tenant.live(WEEK.days)
                print(", ".join(f"{count} {what}" for what, count in changes.items()))
                print(f"Ticket {newest} was deleted too, which no list of changes tells.")
    for question, sql in QUESTIONS.items():
        say(question)
        show(sql)
    code = show_models(tenant.now())
    say(
        f"Ask your own questions: the warehouse is {WAREHOUSE} "
        "(DuckDB; the tables are in the schema tester, the models in halo_models)"
    )
    return code


def show_models(now: datetime) -> int:
    """Builds the analyst's models, writes the page, and prints which definitions do not hold.

    `now` is the tenant's. The exit code is that of the first command that failed.
    """
    project = [
        "--project-dir",
        "dbt",
        "--profiles-dir",
        "dbt",
        "--vars",
        json.dumps(definitions(now)),
    ]
    build = [str(DBT_BIN / "dbt"), "--quiet", "--log-level-file", "none", "build", *project]
    page = [str(DBT_BIN / "python"), "-m", "desk_page", "--out", str(PAGE), *project]
    environment = {
        **os.environ,
        "HALO_WAREHOUSE": str(WAREHOUSE.resolve()),
        "DBT_TARGET_PATH": str(Path("build/demo-dbt").resolve()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    say("The analyst's models are built and tested (dbt build), and a page is made of them")
    for command in (build, page):
        code = subprocess.run(command, env=environment, check=False).returncode
        if code:
            return code
    say(f"Look at the page: {PAGE.resolve().as_uri()}")
    return 0


def definitions(now: datetime) -> dict[str, object]:
    """What the models have to be told of this tenant; see dbt/README.md."""
    return {
        "halo_schema": "tester",
        "halo_now": now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "halo_timezone": LONDON.iana,
        "halo_closed_status_ids": list(codes.CLOSED_STATUSES),
        "halo_hold_status_ids": list(codes.HOLD_STATUSES),
        "halo_waiting_for_user_status_ids": list(codes.WAITING_FOR_USER_STATUSES),
        "halo_satisfied_levels": list(codes.SATISFIED_LEVELS),
    }


def configuration(url: str) -> dict[str, str]:
    """The configuration for a tenant at `url`, with the keys of configuration.json."""
    blank = dict.fromkeys(json.loads(Path("configuration.json").read_text("utf-8")), "")
    return blank | {
        "base_url": url,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "requests_per_5_minutes": "3000",
    }


def debug() -> int:
    """Runs the real `fivetran debug` on the package; its exit code."""
    command = ["fivetran", "debug", str(PACKAGE), "--configuration", str(CONFIGURATION.resolve())]
    environment = {**os.environ, "DO_NOT_TRACK": "1"}
    with subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as run:
        for line in run.stdout or ():
            print(without_state(line), end="", flush=True)
    return run.returncode


def without_state(line: str) -> str:
    """A line of the SDK's without the state in it: four fifths of what it says are states."""
    return STATE.sub("{…}", line)


def show_counts() -> None:
    """Prints the number of rows of each table; those that Halo deleted are counted beside them."""
    say("Rows in the warehouse")
    with duckdb.connect(str(WAREHOUSE), read_only=True) as warehouse:
        names = [name for (name,) in warehouse.execute(TABLES).fetchall()]
        marked = {name for (name,) in warehouse.execute(DELETED).fetchall()}
    show(
        " union all ".join(
            _count(name, "_fivetran_deleted" if name in marked else "false") for name in names
        )
    )


def _count(name: str, deleted: str) -> str:
    return f"""
        select '{name}' as "table", count(*) filter ({deleted} is not true) as rows,
               count(*) filter ({deleted}) as deleted
        from tester."{name}"
    """


TABLES = """
    select table_name from information_schema.tables where table_schema = 'tester' order by 1
"""

DELETED = """
    select table_name from information_schema.columns
    where table_schema = 'tester' and column_name = '_fivetran_deleted'
"""


def show(sql: str) -> None:
    """Prints the answer to a query over the rows that are not deleted."""
    with duckdb.connect(str(WAREHOUSE), read_only=True) as warehouse:
        warehouse.execute("set schema = 'tester'")
        with_deletes = [name for (name,) in warehouse.execute(DELETED).fetchall()]
        live = ", ".join(
            f'"{name}" as (select * from tester."{name}" where _fivetran_deleted is not true)'
            for name in with_deletes
        )
        cursor = warehouse.execute(f"with {live} {sql}" if live else sql)
        print_table([column[0] for column in cursor.description or ()], cursor.fetchall())


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints rows below a head, in columns as wide as they need to be."""
    lines = [head, *[["" if value is None else str(value) for value in row] for row in rows]]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    for line in lines:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


def say(what: str) -> None:
    """Prints a heading."""
    print(f"\n== {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
